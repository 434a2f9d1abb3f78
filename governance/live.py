"""Comparing what is with what was decided: `commonhold verify --live`.

Whoever has the machine can write to its database past every guard. This names each difference
between the live tables and the chains, so that it cannot stay unnoticed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import chain
from app.core.canonical import digest
from app.core.words import Words, say
from app.members.mandates import CARETAKING_DAYS
from app.members.models import Mandate, RequiredVersion
from governance import constitution, documents, live_acts, live_sites, live_words, roles, verify
from governance.bundle import export_bundle
from governance.documents import AdoptDocument
from governance.models import (
    Constitution,
    ConstitutionRule,
    DocumentVersion,
    Enactment,
    EnactmentOrder,
    OrderState,
    Proposal,
    Result,
)
from governance.proposals import revision_of
from governance.seals import LOG, Kind, measure, text_hash


def differences(session: Session) -> Iterator[Words]:
    """Yield every difference between the law in the tables and the log of decisions."""
    log = _Log(session)
    yield from _orders(session, log)
    yield from _documents(session, log)
    yield from _rules(session, log)
    yield from _mandates(session)
    yield from live_acts.differences(session, log.of)
    yield from live_sites.differences(session)
    yield from live_words.differences(session, log.all_of)
    yield from _frozen(session, log)
    yield from _results(session)


class _Log:
    """The public log, by kind and by what each entry is about."""

    def __init__(self, session: Session) -> None:
        self._entries: dict[tuple[str, str], dict[str, Any]] = {}
        self._all: dict[str, list[dict[str, Any]]] = {}
        self.founded: dict[str, Any] = {}
        for entry in chain.entries(session, LOG):
            if entry.kind == Kind.FOUNDED:
                self.founded = entry.payload
            self._all.setdefault(entry.kind, []).append(entry.payload)
            about = entry.payload.get("proposal")
            if about is not None:
                self._entries[(entry.kind, about)] = entry.payload

    def of(self, kind: Kind, proposal_id: int) -> dict[str, Any]:
        """Return the newest entry of this kind about the proposal, or an empty one."""
        return self._entries.get((kind.value, str(proposal_id)), {})

    def all_of(self, kind: Kind) -> Sequence[Mapping[str, Any]]:
        """Return all entries of this kind, oldest first."""
        return self._all.get(kind.value, [])


def _orders(session: Session, log: _Log) -> Iterator[Words]:
    for order in session.scalars(select(EnactmentOrder).order_by(EnactmentOrder.id)).all():
        proposal = session.get_one(Proposal, order.proposal_id)
        voted_on = digest(measure(revision_of(session, proposal).effects))
        ordered = digest(order.measure)
        sealed = log.of(Kind.QUEUED, order.proposal_id).get("payload_hash")
        if not voted_on == ordered == order.payload_hash == sealed:
            yield say("order {id}: it is not for what was voted on", id=order.id)
        enacted = log.of(Kind.ENACTED, order.proposal_id).get("payload_hash")
        if (order.state is OrderState.ENACTED) is not (enacted == order.payload_hash):
            yield say("order {id}: its state is not what the log says", id=order.id)


def _documents(session: Session, log: _Log) -> Iterator[Words]:
    versions = select(DocumentVersion).order_by(DocumentVersion.slug, DocumentVersion.version)
    required = {(row.slug, row.version): row for row in session.scalars(select(RequiredVersion))}
    for version in session.scalars(versions).all():
        name = {"slug": version.slug.value, "version": version.version}
        if fault := _document_fault(session, version, log):
            yield say("document {slug}, version {version}: {fault}", fault=fault, **name)
        demand = required.pop((version.slug.value, version.version), None)
        demanded = (demand.hash, demand.effective_at, demand.accept_by) if demand else None
        owed = (version.hash, version.effective_at, version.accept_by)
        if demanded != (owed if version.accept_by else None):
            yield say("document {slug}, version {version}: what members accept differs", **name)
    for slug, number in required:
        yield say(
            "document {slug}, version {version}: no decision made it", slug=slug, version=number
        )


def _document_fault(session: Session, version: DocumentVersion, log: _Log) -> Words | None:
    if text_hash(version.text) != version.hash:
        return say("its text does not have its hash")
    enactment = session.get(Enactment, version.enactment_id)
    if enactment is None or enactment.payload_hash != version.payload_hash:
        return say("no decision adopted it")
    if enactment.order_id is None:
        is_first = log.founded.get("documents", {}).get(version.slug.value) == version.hash
        return None if is_first else say("the founding did not bring it")
    return _adopted_fault(session, version, enactment)


def _adopted_fault(
    session: Session, version: DocumentVersion, enactment: Enactment
) -> Words | None:
    order = session.get_one(EnactmentOrder, enactment.order_id)
    done = _done(order, enactment)
    if done["kind"] != documents.KIND or digest(done) != enactment.payload_hash:
        return say("its enactment is of something else")
    adopted = AdoptDocument.model_validate(done["payload"])
    if (adopted.slug, adopted.text) != (version.slug, version.text):
        return say("its text is not what was voted on")
    if adopted.must_be_accepted is not version.material:
        return say("whether it must be accepted is not what was voted on")
    proposal = session.get_one(Proposal, order.proposal_id)
    days = max(
        proposal.frozen_rule.days.notice,
        documents.ADOPT_DOCUMENT.notice_days(adopted),
    )
    if version.effective_at != max(order.not_before + timedelta(days=days), enactment.at):
        return say("it takes effect at another time than was decided")
    return None


def _done(order: EnactmentOrder, enactment: Enactment) -> Mapping[str, Any]:
    """Return the effect that an enactment carried out; nothing, if its order was cut short."""
    found: list[Mapping[str, Any]] = order.measure[enactment.position :]
    return found[0] if found else {"kind": None}


def _rules(session: Session, log: _Log) -> Iterator[Words]:
    set_by = {row.version: row for row in session.scalars(select(Constitution))}
    rows = select(ConstitutionRule).order_by(ConstitutionRule.version, ConstitutionRule.type)
    before: dict[str, ConstitutionRule] = {}
    for row in session.scalars(rows).all():
        decided = _decided_rules(session, set_by[row.version].enactment_id, log)
        wanted = decided.get(row.type.value) or (
            before[row.type.value].hash if row.type.value in before else None
        )
        if digest(row.rule) != row.hash or row.hash != wanted:
            yield say(
                "constitution, version {version}: the rule for {type} is not what was decided",
                version=row.version,
                type=row.type.value,
            )
        before[row.type.value] = row


def _decided_rules(session: Session, enactment_id: int, log: _Log) -> Mapping[str, str]:
    """Return the hashes of the rule sets that an enactment set, by type."""
    enactment = session.get_one(Enactment, enactment_id)
    if enactment.order_id is None:
        founded: Mapping[str, str] = log.founded.get("rules", {})
        return founded
    done = _done(session.get_one(EnactmentOrder, enactment.order_id), enactment)
    if done["kind"] != constitution.KIND:
        return {}
    return {kind: digest(rule) for kind, rule in done["payload"]["rules"].items()}


def _mandates(session: Session) -> Iterator[Words]:
    for mandate in session.scalars(select(Mandate).order_by(Mandate.id)).all():
        if mandate.caretaker:
            fault = _caretaker_fault(mandate)
        else:
            fault = _elected_fault(session, mandate)
        if fault is not None:
            yield say(
                "mandate {id}, {office}: {fault}",
                id=mandate.id,
                office=mandate.office.value,
                fault=fault,
            )


def _caretaker_fault(mandate: Mandate) -> Words | None:
    if mandate.ends_at - mandate.starts_at > timedelta(days=CARETAKING_DAYS):
        return say("a caretaker has it for too long")
    return None


def _elected_fault(session: Session, mandate: Mandate) -> Words | None:
    made = select(EnactmentOrder).where(
        EnactmentOrder.proposal_id == mandate.decision_id,
        EnactmentOrder.state == OrderState.ENACTED,
    )
    order = session.scalar(made)
    if order is None:
        return say("no decision gave it")
    for done in order.measure:
        if done["kind"] == roles.GRANT and _is_granted(mandate, done["payload"]):
            return None
    return say("the decision that it names gave another one")


def _is_granted(mandate: Mandate, payload: Mapping[str, Any]) -> bool:
    length: timedelta = mandate.ends_at - mandate.starts_at
    return (payload["member"], payload["office"], timedelta(days=payload["days"])) == (
        str(mandate.member_id),
        mandate.office.value,
        length,
    )


def _frozen(session: Session, log: _Log) -> Iterator[Words]:
    for proposal in session.scalars(
        select(Proposal).where(Proposal.frozen_at.is_not(None)).order_by(Proposal.id)
    ).all():
        sealed = log.of(Kind.FROZEN, proposal.id)
        text = digest(revision_of(session, proposal).content())
        if not text == proposal.text_hash == sealed.get("text_hash"):
            yield say("proposal {id}: its text is not what was sealed", id=proposal.id)
        if not digest(proposal.rule) == proposal.rule_hash == sealed.get("rule_hash"):
            yield say("proposal {id}: its rule is not what was sealed", id=proposal.id)
        yield from _dates(proposal, log)


def _dates(proposal: Proposal, log: _Log) -> Iterator[Words]:
    opened = log.of(Kind.OPENED, proposal.id)
    if not opened:
        return
    extended = log.of(Kind.EXTENDED, proposal.id).get("closes_at", opened["closes_at"])
    sealed = (opened["electorate_hash"], opened["opens_at"], extended)
    dates = proposal.dates
    now_there = (proposal.electorate_hash, _spelled(dates.opens_at), _spelled(dates.closes_at))
    if now_there != sealed:
        yield say("proposal {id}: its roll or dates are not what was sealed", id=proposal.id)


def _spelled(moment: datetime) -> str:
    return moment.isoformat()


def _results(session: Session) -> Iterator[Words]:
    for result in session.scalars(select(Result).order_by(Result.proposal_id)).all():
        proposal = session.get_one(Proposal, result.proposal_id)
        try:
            decision = verify.check(export_bundle(session, proposal.id, viewer=None))
        except verify.Fault as fault:
            yield say("decision {id}: {fault}", id=proposal.id, fault=str(fault))
            continue
        if decision.outcome is not proposal.outcome:
            yield say("decision {id}: its outcome is not what was counted", id=proposal.id)
