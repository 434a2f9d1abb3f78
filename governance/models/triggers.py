"""What the database itself refuses, whoever asks: the second lock behind the guard.

Each rule is one condition in SQL under which an act on a table is refused, on both engines.
"""

from collections.abc import Sequence

from app.core.orm import Base, ddl, refuse_changes
from app.core.records import Record
from governance.lifecycle import EDITABLE
from governance.models import emergencies, law, notes, orders, proposals, site, votes

NEVER_CHANGED: Sequence[tuple[type[Base], str]] = (
    (proposals.ProposalRevision, "a wording is never changed, an edit makes another"),
    (votes.Elector, "an electorate is never changed"),
    (votes.Result, "a result is never changed"),
    (orders.Approval, "a signature is never taken back"),
    (orders.Declination, "what somebody declined stays on record"),
    (orders.Enactment, "an enactment is never changed"),
    (law.DocumentVersion, "a version of a document is never changed"),
    (law.Constitution, "a constitution is never changed, a decision makes another"),
    (law.ConstitutionRule, "a rule set is never changed, a decision makes another"),
    (site.Outage, "an outage is never changed"),
)


class Refusal(Record):
    """An act that the database refuses if `condition` holds; {differs} compares with nulls."""

    table: type[Base]
    acts: Sequence[str]
    name: str
    condition: str
    because: str


_EDITABLE = ", ".join(f"'{state}'" for state in sorted(EDITABLE))


def _changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{name} {{differs}} NEW.{name}" for name in columns)


REFUSALS = (
    Refusal(
        votes.Ballot,
        ("INSERT", "UPDATE"),
        "box_is_open",
        "(SELECT state FROM proposals WHERE id = NEW.proposal_id) <> 'voting'",
        "the box is closed",
    ),
    Refusal(
        votes.Ballot,
        ("DELETE",),
        "box_stays_closed",
        "(SELECT state FROM proposals WHERE id = OLD.proposal_id) <> 'voting'",
        "the box is closed",
    ),
    Refusal(
        votes.Elector,
        ("INSERT",),
        "roll_is_closed",
        "(SELECT state FROM proposals WHERE id = NEW.proposal_id) <> 'notice'",
        "an electorate is written when voting opens and never again",
    ),
    Refusal(
        proposals.Proposal,
        ("UPDATE",),
        "text_is_frozen",
        "OLD.text_hash IS NOT NULL AND ("
        + _changed(
            *("type", "author_id", "title", "method", "secrecy", "revision", "text_hash"),
            *("rule_hash", "frozen_at"),
        )
        + " OR CAST(OLD.rule AS TEXT) {differs} CAST(NEW.rule AS TEXT))",
        "a frozen proposal is never changed",
    ),
    Refusal(
        proposals.Proposal,
        ("UPDATE",),
        "roll_is_frozen",
        "OLD.electorate_hash IS NOT NULL AND ("
        + _changed("electorate_hash", "eligible", "active", "opens_at")
        + ")",
        "an electorate is never changed",
    ),
    Refusal(
        proposals.Proposal,
        ("UPDATE",),
        "outcome_stands",
        "OLD.outcome IS NOT NULL AND (" + _changed("outcome", "closes_at") + ")",
        "an outcome is never changed",
    ),
    Refusal(
        proposals.Proposal,
        ("UPDATE",),
        "never_goes_back",
        f"OLD.state NOT IN ({_EDITABLE}) AND NEW.state IN ({_EDITABLE})",
        "a frozen proposal never goes back",
    ),
    Refusal(
        proposals.Proposal,
        ("DELETE",),
        "is_kept",
        "OLD.state <> 'draft'",
        "a proposal is never deleted",
    ),
    Refusal(
        orders.EnactmentOrder,
        ("UPDATE",),
        "is_bound",
        _changed("proposal_id", "payload_hash", "not_before", "not_after", "office")
        + " OR "
        + _changed("approvals_needed", "approved_by")
        + " OR CAST(OLD.measure AS TEXT) {differs} CAST(NEW.measure AS TEXT)",
        "an order is never changed",
    ),
    Refusal(
        orders.EnactmentOrder,
        ("UPDATE",),
        "is_used_once",
        "OLD.state NOT IN ('waiting', 'approved')",
        "an order is used once",
    ),
    Refusal(orders.EnactmentOrder, ("DELETE",), "is_kept", "1 = 1", "an order is never deleted"),
    Refusal(
        orders.Enactment,
        ("INSERT",),
        "order_is_open",
        "NEW.order_id IS NOT NULL AND "
        "(SELECT state FROM enactment_orders WHERE id = NEW.order_id) "
        "NOT IN ('waiting', 'approved')",
        "an order is used once",
    ),
    Refusal(
        orders.Enactment,
        ("INSERT",),
        "founding_is_over",
        "NEW.order_id IS NULL AND NEW.emergency_id IS NULL AND EXISTS (SELECT 1 FROM proposals)",
        "a co-op is founded once",
    ),
    Refusal(
        orders.Enactment,
        ("INSERT",),
        "act_stands",
        "NEW.emergency_id IS NOT NULL AND "
        "(SELECT state FROM emergency_actions WHERE id = NEW.emergency_id) <> 'standing'",
        "an act without a decision is answered once",
    ),
    Refusal(
        emergencies.EmergencyAction,
        ("UPDATE",),
        "is_bound",
        _changed("proposal_id", "payload_hash", "reason", "office", "by_id", "at", "expires_at")
        + " OR CAST(OLD.measure AS TEXT) {differs} CAST(NEW.measure AS TEXT)",
        "what was done is never changed",
    ),
    Refusal(
        emergencies.EmergencyAction,
        ("UPDATE",),
        "ends_once",
        "OLD.state <> 'standing'",
        "an act without a decision is answered once",
    ),
    Refusal(
        emergencies.EmergencyAction, ("DELETE",), "is_kept", "1 = 1", "an act is never deleted"
    ),
    *(
        Refusal(
            table,
            ("INSERT",),
            "is_enacted",
            "NEW.payload_hash {differs} "
            "(SELECT payload_hash FROM enactments WHERE id = NEW.enactment_id)",
            "only a decision that was enacted makes law",
        )
        for table in (law.DocumentVersion, law.Constitution)
    ),
    *(
        Refusal(
            table,
            ("INSERT",),
            "is_decided",
            "(SELECT emergency_id FROM enactments WHERE id = NEW.enactment_id) IS NOT NULL",
            "nobody makes law without a decision",
        )
        for table in (law.DocumentVersion, law.Constitution)
    ),
    Refusal(
        notes.ClericalNote,
        ("INSERT",),
        "vote_is_over",
        "(SELECT outcome FROM proposals WHERE id = NEW.proposal_id) IS NULL",
        "a text has notes only after the vote",
    ),
    Refusal(
        notes.ClericalNote,
        ("UPDATE",),
        "is_kept",
        "OLD.confirmed_at IS NOT NULL OR "
        + _changed("proposal_id", "place", "text", "by_id", "created_at"),
        "a note is never changed",
    ),
    Refusal(
        notes.ClericalNote,
        ("DELETE",),
        "is_kept",
        "OLD.confirmed_at IS NOT NULL",
        "a note that was confirmed is never deleted",
    ),
    Refusal(
        votes.Challenge,
        ("UPDATE",),
        "ruling_stands",
        "OLD.ruling <> 'open'",
        "a ruling is never changed",
    ),
    Refusal(votes.Challenge, ("DELETE",), "is_kept", "1 = 1", "a challenge is never deleted"),
)


def install() -> None:
    """Attach all of it to the tables."""
    for table, because in NEVER_CHANGED:
        refuse_changes(table, because=because)
    for refusal in REFUSALS:
        for act in refusal.acts:
            _attach(refusal, act)


def _attach(refusal: Refusal, act: str) -> None:
    table = refusal.table.__tablename__
    name = f"{table}_{refusal.name}_{act.lower()}"
    holds = refusal.condition.format(differs="IS NOT")
    sqlite = (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {holds} "
        f"BEGIN SELECT RAISE(ABORT, '{refusal.because}'); END"
    )
    holds = refusal.condition.format(differs="IS DISTINCT FROM")
    returned = "OLD" if act == "DELETE" else "NEW"
    function = (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {holds} THEN RAISE EXCEPTION '{refusal.because}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {returned}; END $$"
    )
    trigger = (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
    ddl(refusal.table, sqlite=[sqlite], postgresql=[function, trigger])
