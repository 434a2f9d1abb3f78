"""What members are told of decisions: events of deciding, turned into notices and letters."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.duties import Claim, schedule
from app.core.shapes import Shape
from app.core.words import Words, say
from app.members.consent import accepted_by, required_version
from app.members.models import Acceptance, Member
from app.members.states import MEMBERS
from app.notifications.kinds import NoticeKind
from app.notifications.mailbag import Line, MailLine, Matter, put_in
from app.notifications.service import notify
from governance.eligibility import Why
from governance.events import (
    CommentAdded,
    DocumentAdopted,
    NoteProposed,
    OrderDeclined,
    OrderReady,
    ProposalDecided,
    ProposalOpened,
    ProposalSubmitted,
    ReviewDue,
    VotingClosesSoon,
)
from governance.lifecycle import State
from governance.models import Ballot, Elector, Proposal, Second
from governance.orders import holders_at
from governance.roll import roll
from governance.service.voting import voter_in

ASK_AGAIN: Final = "documents.accept_soon"
ASKED_AGAIN: Final = timedelta(days=3)


class OfVersion(Shape):
    """The payload of "documents.accept_soon"."""

    slug: str
    version: int


def on_opened(session: Session, event: ProposalOpened) -> None:
    """Tell everybody with a vote that voting opened."""
    text = say("Voting is open: {title}", title=event.title)
    _tell(session, event.elector_ids, event, text, proposal_id=event.proposal_id)
    line = _line(Matter.VOTE, event, at=event.closes_at)
    put_in(session, event.elector_ids, line, now=event.at)


def on_closes_soon(session: Session, event: VotingClosesSoon) -> None:
    """Remind those who have not voted, and nobody else."""
    text = say("Voting closes soon, and you have not voted yet: {title}", title=event.title)
    _tell(session, event.undecided_ids, event, text, proposal_id=event.proposal_id)
    line = _line(Matter.REMINDER, event, page="/vote", at=event.closes_at)
    put_in(session, event.undecided_ids, line, now=event.at)


def on_decided(session: Session, event: ProposalDecided) -> None:
    """Tell the author that the ballots were counted, and by letter those who had a vote."""
    text = say("The votes were counted: {title}", title=event.title)
    _tell(session, [event.author_id], event, text, proposal_id=event.proposal_id)
    electors = select(Elector.member_id).where(
        Elector.proposal_id == event.proposal_id, Elector.why == Why.IN_STANDING
    )
    line = _line(Matter.RESULT, event, page="/result", detail=event.outcome.value)
    put_in(session, session.scalars(electors), line, now=event.at)


def on_submitted(session: Session, event: ProposalSubmitted) -> None:
    """Ask by letter those with a vote whether they support it."""
    others = {one.member_id for one in roll(session, at=event.at) if one.has_vote}
    put_in(session, others - {event.author_id}, _line(Matter.SUPPORT, event), now=event.at)


def on_comment(session: Session, event: CommentAdded) -> None:
    """Tell whom a comment answers, or else the author."""
    to = event.answered_member_id or event.proposal_author_id
    if to != event.member_id:
        text = say("Somebody answered you in a discussion.")
        _tell(session, [to], event, text, proposal_id=event.proposal_id)


def on_order_ready(session: Session, event: OrderReady) -> None:
    """Tell those in the office that a decision waits to be carried out."""
    text = say("A decision waits to be carried out: {title}", title=event.title)
    holders = holders_at(session, now=event.at)[event.office]
    _tell(session, holders, event, text, proposal_id=event.proposal_id)


def on_order_declined(session: Session, event: OrderDeclined) -> None:
    """Tell the author, and others in the office, that somebody will not carry a decision out."""
    text = say("Somebody declined to carry out: {title}", title=event.title)
    others = holders_at(session, now=event.at)[event.office] | {event.author_id}
    _tell(session, others - {event.by_member_id}, event, text, proposal_id=event.proposal_id)


def on_review(session: Session, event: ReviewDue) -> None:
    """Tell the owner of a review that it waits for them."""
    text = say(
        "It is time to look at this again; a draft waits for you: {title}", title=event.title
    )
    _tell(session, [event.owner_id], event, text, proposal_id=event.review_id)


def on_note(session: Session, event: NoteProposed) -> None:
    """Tell the others in office that a note on a text waits for a second person."""
    text = say("A note on a text waits for a second person: {title}", title=event.title)
    _tell(session, event.other_ids, event, text, proposal_id=event.proposal_id)


def on_document(session: Session, event: DocumentAdopted) -> None:
    """Tell all members of a new version of a document; the first ones come with the founding."""
    if event.proposal_id is None:
        return
    text = say("There is a new version of: {title}", title=event.title)
    members = session.scalars(select(Member.id).where(Member.state.in_(MEMBERS))).all()
    for account_id in _accounts(session, members):
        notify(
            session,
            account_id=account_id,
            kind=NoticeKind.DOCUMENT,
            text=text,
            url=f"/coop/proposals/{event.proposal_id}",
            now=event.at,
        )
    line = Line(
        Matter.TEXT,
        f"{event.slug}/{event.version}",
        event.title,
        _difference(event),
        at=event.effective_at,
        until=event.accept_by,
    )
    put_in(session, members, line, now=event.at)
    if event.accept_by is not None:
        due_at = max(event.effective_at, event.accept_by - ASKED_AGAIN)
        owed = OfVersion(slug=event.slug, version=event.version)
        schedule(session, ASK_AGAIN, owed, due_at=due_at)


def ask_again(claim: Claim, clock: Clock) -> None:
    """Tell those who have not accepted a version that soon they cannot post without it."""
    owed = OfVersion.model_validate(claim.payload)
    with claim.finishing() as session:
        version = required_version(session, owed.slug, owed.version)
        if version is None:
            return
        accepted = select(Acceptance.member_id).where(
            Acceptance.slug == owed.slug, Acceptance.version >= owed.version
        )
        waiting = session.scalars(
            select(Member.id).where(Member.state.in_(MEMBERS), Member.id.not_in(accepted))
        ).all()
        line = Line(
            Matter.ACCEPT,
            f"{owed.slug}/{owed.version}",
            version.title,
            f"/coop/documents/{owed.slug}/accept",
            until=version.accept_by,
        )
        put_in(session, waiting, line, now=clock.now())


def is_moot(session: Session, line: MailLine, now: datetime) -> bool:
    """Return whether a line need not be sent any more: it was done, or it is over."""
    if line.matter is Matter.ACCEPT:
        slug, _, number = line.about.partition("/")
        return accepted_by(session, line.member_id).get(slug, 0) >= int(number)
    if line.matter in (Matter.TEXT, Matter.RESULT):
        return False
    proposal = session.get_one(Proposal, int(line.about))
    if line.matter is Matter.SUPPORT:
        has_seconded = session.get(Second, (proposal.id, line.member_id)) is not None
        return has_seconded or proposal.state is not State.SEEKING_SUPPORT
    is_over = proposal.state is not State.VOTING or now >= proposal.dates.closes_at
    return is_over or _has_voted(session, proposal, line.member_id)


def _has_voted(session: Session, proposal: Proposal, member_id: int) -> bool:
    voter = voter_in(session, proposal, member_id)
    paper = select(Ballot.id).where(Ballot.proposal_id == proposal.id, Ballot.voter == voter)
    return session.scalar(paper) is not None


def _line(
    matter: Matter,
    event: ProposalSubmitted | ProposalOpened | VotingClosesSoon | ProposalDecided,
    *,
    page: str = "",
    **given: Any,
) -> Line:
    """Return the line of a letter that leads to a page of the event's proposal."""
    path = f"/coop/proposals/{event.proposal_id}{page}"
    return Line(matter, str(event.proposal_id), event.title, path, **given)


def _difference(event: DocumentAdopted) -> str:
    """Return where the change can be read."""
    if event.version == 1:
        return f"/coop/documents/{event.slug}"
    return f"/coop/documents/{event.slug}/diff/{event.version - 1}..{event.version}"


def _tell(
    session: Session,
    member_ids: Iterable[int],
    event: ProposalOpened
    | VotingClosesSoon
    | ProposalDecided
    | CommentAdded
    | OrderReady
    | OrderDeclined
    | ReviewDue
    | NoteProposed,
    text: Words,
    *,
    proposal_id: int,
) -> None:
    for account_id in _accounts(session, member_ids):
        notify(
            session,
            account_id=account_id,
            kind=NoticeKind.PROPOSAL,
            proposal_id=proposal_id,
            text=text,
            url=f"/coop/proposals/{proposal_id}",
            now=event.at,
        )


def _accounts(session: Session, member_ids: Iterable[int]) -> list[int]:
    wanted = select(Member.account_id).where(Member.id.in_(set(member_ids)))
    return list(session.scalars(wanted.order_by(Member.id)))
