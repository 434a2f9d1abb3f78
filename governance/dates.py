"""What deciding puts into the calendar: votes, texts, orders and the ends of mandates."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.words import Words, say
from app.http.panels import Date
from governance.lifecycle import State
from governance.models import DocumentVersion, EnactmentOrder, Proposal
from governance.orders import OPEN
from governance.queries import office_views, under_way
from governance.views import MandateView, OfficeView, ProposalLine

DOCUMENTS_MAX: Final = 20


def dates(session: Session, now: datetime) -> Sequence[Date]:
    """Return what is known to come, in no order."""
    lines = under_way(session, viewer=None, now=now)
    return [
        *(date for line in lines for date in _of_proposal(line)),
        *_of_documents(session, now),
        *_of_orders(session, now),
        *(date for office in office_views(session, now=now) for date in _of_office(office)),
    ]


def _of_proposal(line: ProposalLine) -> Iterator[Date]:
    for name, at, what in _moments(line):
        if at is not None:
            url = f"/coop/proposals/{line.id}"
            yield Date(f"proposal-{line.id}-{name}", at, what, line.title, url)


def _moments(line: ProposalLine) -> list[tuple[str, datetime | None, Words]]:
    closing = ("closes", line.closes_at, say("Voting closes"))
    if line.state is State.SEEKING_SUPPORT:
        return [("support", line.support_until, say("Last moment to support it"))]
    if line.state in (State.DELIBERATION, State.NOTICE):
        return [("opens", line.opens_at, say("Voting opens")), closing]
    if line.state is State.VOTING:
        return [closing]
    if line.state is State.CHALLENGEABLE:
        return [("challenge", line.challenge_until, say("Settled, unless it is challenged"))]
    return []


def _of_documents(session: Session, now: datetime) -> Iterator[Date]:
    coming = select(DocumentVersion).where(
        or_(DocumentVersion.effective_at > now, DocumentVersion.accept_by > now)
    )
    newest = coming.order_by(DocumentVersion.effective_at.desc()).limit(DOCUMENTS_MAX)
    for one in session.scalars(newest):
        key, url = f"document-{one.slug}-{one.version}", f"/coop/documents/{one.slug.value}"
        title = say("{title}, version {n}", title=one.title, n=one.version)
        yield Date(f"{key}-effect", one.effective_at, say("Takes effect"), title, url)
        if one.accept_by is not None:
            yield Date(f"{key}-accept", one.accept_by, say("Last day to accept"), title, url)


def _of_orders(session: Session, now: datetime) -> Iterator[Date]:
    waiting = (
        select(EnactmentOrder.id, EnactmentOrder.not_after, Proposal.id, Proposal.title)
        .join(Proposal, Proposal.id == EnactmentOrder.proposal_id)
        .where(EnactmentOrder.state.in_(sorted(OPEN)), EnactmentOrder.not_after > now)
    )
    for order_id, not_after, proposal_id, title in session.execute(waiting):
        url = f"/coop/proposals/{proposal_id}/result"
        what = say("Last moment to carry it out")
        yield Date(f"order-{order_id}", not_after, what, title, url)


def _of_office(office: OfficeView) -> Iterator[Date]:
    for one in [*office.holders, *office.earlier]:
        ends = _end_of(one)
        title = say("{name}, {office}", name=one.person.name, office=office.name)
        url = f"/coop/roles/{office.office.value}"
        yield Date(f"mandate-{one.id}-ends", ends, say("Time in office ends"), title, url)
        if one.starts_at < ends:
            what = say("Time in office begins")
            yield Date(f"mandate-{one.id}-begins", one.starts_at, what, title, url)


def _end_of(mandate: MandateView) -> datetime:
    return min(mandate.ends_at, mandate.ended_at or mandate.ends_at)
