"""What is in force: rule sets, documents, offices; and the log of how it came about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import chain
from app.core.crypto import Keyring
from app.core.errors import NotFound
from app.core.words import Words, say
from app.members.models import Mandate
from app.members.offices import Office, office_word
from governance import documents
from governance.constitution import rules_at
from governance.lifecycle import UNDER_WAY
from governance.models import (
    Constitution,
    DocumentVersion,
    Enactment,
    EnactmentOrder,
    Proposal,
    ProposalRevision,
)
from governance.models.law import Slug
from governance.queries.lists import lines_of
from governance.queries.people import people_by_id
from governance.queries.proposal import demands_of
from governance.roll import sizes
from governance.rules import DecisionType, RuleSet, lint
from governance.seals import LOG
from governance.views import (
    DocumentView,
    LogHead,
    LogLine,
    MandateView,
    OfficeView,
    Person,
    ProposalLine,
    RuleView,
)

FOUNDING: Final = "founding"
HEAD_LABEL: Final = "log-head"


def constitution_view(session: Session, *, now: datetime) -> Sequence[RuleView]:
    """Return the rule sets in force, each with the decision that set it."""
    rows = rules_at(session, at=now)
    eligible, active = sizes(session, at=now)
    decisions = decisions_of(session, [row.enactment_id for row in rows.values()])
    versions = {row.version for row in rows.values()}
    effective = {one: session.get_one(Constitution, one).effective_at for one in versions}
    return [
        RuleView(
            type=kind,
            rule=(rule := RuleSet.load(row.rule)),
            hash=row.hash,
            version=row.version,
            effective_at=effective[row.version],
            decision=decisions[row.enactment_id],
            demands=demands_of(rule, None, eligible=eligible, active=active),
            doubts=lint(rule),
        )
        for kind, row in rows.items()
    ]


def document_views(session: Session, *, now: datetime) -> Sequence[DocumentView]:
    """Return the version in force of each document."""
    found = (documents.in_force(session, slug, at=now) for slug in Slug)
    return _views(session, [version for version in found if version is not None], now=now)


def document_view(session: Session, slug: Slug, *, now: datetime) -> DocumentView:
    """Return the version in force. Raises: NotFound."""
    version = documents.in_force(session, slug, at=now)
    if version is None:
        raise NotFound(say("There is no such document."))
    return _views(session, [version], now=now)[0]


def version_view(session: Session, slug: Slug, number: int, *, now: datetime) -> DocumentView:
    """Return one version. Raises: NotFound."""
    version = session.get(DocumentVersion, (slug, number))
    if version is None:
        raise NotFound(say("There is no such version."))
    return _views(session, [version], now=now)[0]


def version_views(session: Session, slug: Slug, *, now: datetime) -> Sequence[DocumentView]:
    """Return all versions, newest first."""
    return _views(session, documents.versions_of(session, slug), now=now)


def decisions_of(session: Session, enactment_ids: Sequence[int]) -> Mapping[int, str]:
    """Return by enactment the id of the decision that it carried out, or "founding"."""
    rows = session.execute(
        select(Enactment.id, EnactmentOrder.proposal_id)
        .outerjoin(EnactmentOrder, EnactmentOrder.id == Enactment.order_id)
        .where(Enactment.id.in_(enactment_ids))
    )
    return {id_: str(proposal_id) if proposal_id else FOUNDING for id_, proposal_id in rows}


def office_views(session: Session, *, now: datetime) -> Sequence[OfficeView]:
    """Return each office with its holders, those before them, and what is being decided."""
    rows = session.scalars(select(Mandate).order_by(Mandate.starts_at.desc(), Mandate.id)).all()
    people = people_by_id(session, {row.member_id for row in rows})
    about = _elections(session, now=now)
    return [_office_view(office, rows, people, about, now=now) for office in Office]


def log_lines(session: Session, *, after: int = 0, limit: int = 100) -> Sequence[LogLine]:
    """Return entries of the public log behind number `after`, oldest first."""
    assert 0 < limit <= 1000
    return [
        LogLine(one.seq, one.at, one.kind, one.payload, one.hash, one.prev_hash)
        for one in chain.entries(session, LOG, after=after, limit=limit)
    ]


def log_head(session: Session, keyring: Keyring) -> LogHead:
    """Return the newest link, signed: whoever keeps it can tell later if the past was changed."""
    head = chain.head_of(session, LOG)
    signature = keyring.sign(HEAD_LABEL, f"{head.seq}:{head.hash}".encode())
    return LogHead(head.seq, head.hash, signature)


def _views(
    session: Session, versions: Sequence[DocumentVersion], *, now: datetime
) -> Sequence[DocumentView]:
    decisions = decisions_of(session, [version.enactment_id for version in versions])
    slugs = {version.slug for version in versions}
    current = {slug: documents.in_force(session, slug, at=now) for slug in slugs}
    return [
        DocumentView(
            slug=version.slug,
            version=version.version,
            title=version.title,
            text=version.text,
            hash=version.hash,
            material=version.material,
            adopted_at=version.adopted_at,
            effective_at=version.effective_at,
            accept_by=version.accept_by,
            decision=decisions[version.enactment_id],
            is_in_force=current[version.slug] is version,
        )
        for version in versions
    ]


def _elections(session: Session, *, now: datetime) -> Mapping[str, Sequence[ProposalLine]]:
    """Return by office the elections and recalls under way."""
    rows = session.execute(
        select(Proposal, ProposalRevision)
        .join(
            ProposalRevision,
            (ProposalRevision.proposal_id == Proposal.id)
            & (ProposalRevision.number == Proposal.revision),
        )
        .where(
            Proposal.type.in_((DecisionType.ELECTION, DecisionType.RECALL)),
            Proposal.state.in_(UNDER_WAY),
        )
    ).all()
    lines = {
        line.id: line for line in lines_of(session, [p for p, _ in rows], viewer=None, now=now)
    }
    found: dict[str, list[ProposalLine]] = {office: [] for office in Office}
    for proposal, revision in rows:
        for effect in revision.effects:
            if office := effect["payload"].get("office"):
                found[office].append(lines[proposal.id])
    return found


def _office_view(
    office: Office,
    rows: Sequence[Mandate],
    people: Mapping[int, Person],
    about: Mapping[str, Sequence[ProposalLine]],
    *,
    now: datetime,
) -> OfficeView:
    mandates = [_mandate_view(row, people, now=now) for row in rows if row.office is office]
    return OfficeView(
        office=office,
        name=office_word(office.value),
        powers=_powers(office),
        holders=[one for one in mandates if one.is_running],
        earlier=[one for one in mandates if not one.is_running],
        proposals=about[office.value],
    )


def _mandate_view(row: Mandate, people: Mapping[int, Person], *, now: datetime) -> MandateView:
    ends = min(one for one in (row.ends_at, row.ended_at) if one is not None)
    return MandateView(
        id=row.id,
        person=people[row.member_id],
        office=row.office,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
        caretaker=row.caretaker,
        decision_id=row.decision_id,
        is_running=row.starts_at <= now < ends,
    )


def _powers(office: Office) -> Words:
    return {
        Office.ADMIN: say(
            "Carries out decisions on our terms and rules, and looks after the machine."
        ),
        Office.TREASURER: say(
            "Keeps the books, records payments, and carries out decisions on money."
        ),
        Office.MODERATOR: say("Answers reports, and carries out decisions on other sites."),
        Office.FACILITATOR: say(
            "Helps proposals along, and answers challenges to how a vote was held."
        ),
        Office.SECRETARY: say("Carries out elections, recalls and changes of the bylaws."),
    }[office]
