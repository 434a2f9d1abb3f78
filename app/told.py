"""What members are told of decisions: events of deciding, turned into notices."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.words import Words, say
from app.members.models import Member
from app.members.states import MEMBERS
from app.notifications.kinds import NoticeKind
from app.notifications.service import notify
from governance.events import (
    CommentAdded,
    DocumentAdopted,
    OrderReady,
    ProposalDecided,
    ProposalOpened,
    VotingClosesSoon,
)
from governance.orders import holders_at


def on_opened(session: Session, event: ProposalOpened) -> None:
    """Tell everybody with a vote that voting opened."""
    text = say("Voting is open: {title}", title=event.title)
    _tell(session, event.elector_ids, event, text, proposal_id=event.proposal_id)


def on_closes_soon(session: Session, event: VotingClosesSoon) -> None:
    """Remind those who have not voted, and nobody else."""
    text = say("Voting closes soon, and you have not voted yet: {title}", title=event.title)
    _tell(session, event.undecided_ids, event, text, proposal_id=event.proposal_id)


def on_decided(session: Session, event: ProposalDecided) -> None:
    """Tell the author that the ballots were counted."""
    text = say("The votes were counted: {title}", title=event.title)
    _tell(session, [event.author_id], event, text, proposal_id=event.proposal_id)


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


def _tell(
    session: Session,
    member_ids: Iterable[int],
    event: ProposalOpened | VotingClosesSoon | ProposalDecided | CommentAdded | OrderReady,
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
