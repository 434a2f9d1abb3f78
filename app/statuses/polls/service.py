"""Ask, answer and end polls."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.core.duties import schedule
from app.core.errors import Invalid, NotFound
from app.core.events import publish
from app.core.orm import lock
from app.core.shapes import Shape
from app.core.words import say
from app.members.actor import Actor, Verb, require
from app.statuses.events import PollEnded, VoteCast
from app.statuses.polls.models import Poll, PollOption, PollVote
from app.statuses.polls.queries import options_of, poll_of
from app.statuses.polls.rules import Asking, check_asking, check_choices
from app.statuses.queries import (
    author_of,
    may_see_from_elsewhere,
    original_of,
    visible_status,
)

END: Final = "poll.end"


class EndPoll(Shape):
    """The payload of "poll.end"."""

    poll_id: int


def ask(session: Session, status_id: int, asking: Asking, *, now: datetime) -> Poll:
    """Give a post its poll, and owe its end. Raises: Invalid."""
    check_asking(asking)
    if asking.lasts is None:
        missing = say("Say how long the poll lasts.")
        raise Invalid(missing, poll=missing)
    poll = Poll(
        status_id=status_id,
        multiple=asking.multiple,
        hide_totals=asking.hide_totals,
        expires_at=now + asking.lasts,
    )
    session.add(poll)
    session.flush()
    _offer(session, poll, asking)
    schedule(session, END, EndPoll(poll_id=poll.id), due_at=now + asking.lasts)
    return poll


def change_poll(
    session: Session, status_id: int, asking: Asking | None, *, now: datetime
) -> Poll | None:
    """Change the poll of a post, give it one, or take it away; return the poll that it has then.

    New answers begin the vote anew. The poll's row stays locked.

    Raises: Invalid, also if the answers of a poll that has ended would change.
    """
    poll = poll_of(session, status_id, for_update=True)
    if asking is None:
        drop_poll(session, status_id)
        return None
    if poll is None:
        return ask(session, status_id, asking, now=now)
    check_asking(asking)
    titles = tuple(option.title for option in options_of(session, poll.id))
    if (titles, poll.multiple) != (asking.options, asking.multiple):
        _check_open(poll, now=now)
        _forget_votes(session, poll)
        _offer(session, poll, asking)
    poll.multiple, poll.hide_totals = asking.multiple, asking.hide_totals
    if asking.lasts is not None and not poll.has_ended(now):
        poll.expires_at = now + asking.lasts
        schedule(session, END, EndPoll(poll_id=poll.id), due_at=poll.expires_at)
    return poll


def vote(
    session: Session, actor: Actor, poll_id: int, choices: Collection[int], *, now: datetime
) -> Poll:
    """Choose answers, counted from 0, for good. The poll's row stays locked.

    Raises: NotFound if the actor may not see the post; Forbidden if suspended; Invalid if the
    poll has ended, is the actor's own, was voted on by them, or has no such answers.
    """
    require(actor, Verb.WRITE)
    poll = lock(session, Poll, poll_id)
    if poll is None:
        raise NotFound(say("There is no such post."))
    status = visible_status(session, actor.account_id, poll.status_id)
    _check_open(poll, now=now)
    me, chosen = actor.account_id, sorted(set(choices))
    if status.account_id == me:
        raise Invalid(say("You cannot vote on your own poll"))
    mine = (PollVote.poll_id == poll.id, PollVote.account_id == me)
    if session.scalar(select(PollVote.position).where(*mine).limit(1)) is not None:
        raise Invalid(say("You have already voted on this poll"))
    options = options_of(session, poll.id)
    check_choices(chosen, options=len(options), multiple=poll.multiple)
    session.add_all(
        PollVote(poll_id=poll.id, account_id=me, position=position, created_at=now)
        for position in chosen
    )
    key = (PollOption.poll_id == poll.id, PollOption.position.in_(chosen))
    more = {PollOption.votes_count: PollOption.votes_count + 1}
    session.execute(update(PollOption).where(*key).values(more))
    poll.voters_count += 1
    session.flush()
    named = tuple((o.position, o.title) for o in options if o.position in chosen)
    publish(session, VoteCast(status.id, me, status.account_id, named, now))
    return poll


def vote_from_elsewhere(
    session: Session, account_id: int, poll_id: int, position: int, *, now: datetime
) -> bool:
    """Count one answer of somebody of another site; return whether it was new.

    Where several can be chosen, each comes by itself. The poll's row stays locked. Raises: Invalid
    if the poll has ended, or only one can be chosen and was.
    """
    poll = lock(session, Poll, poll_id)
    if poll is None or not may_see_from_elsewhere(session, account_id, poll.status_id):
        return False
    _check_open(poll, now=now)
    theirs = (PollVote.poll_id == poll.id, PollVote.account_id == account_id)
    chosen = set(session.scalars(select(PollVote.position).where(*theirs)))
    if position in chosen:
        return False
    if chosen and not poll.multiple:
        raise Invalid(say("You have already voted on this poll"))
    session.add(
        PollVote(poll_id=poll.id, account_id=account_id, position=position, created_at=now)
    )
    key = (PollOption.poll_id == poll.id, PollOption.position == position)
    more = {PollOption.votes_count: PollOption.votes_count + 1}
    session.execute(update(PollOption).where(*key).values(more))
    poll.voters_count += 0 if chosen else 1
    session.flush()
    return True


def vote_on_post(
    session: Session, actor: Actor, status_id: int, choices: Collection[int], *, now: datetime
) -> int:
    """Vote in the poll of a post, or of the one that it boosts; return the post's id.

    Raises: as `vote`; NotFound also for a post without a poll.
    """
    status = original_of(session, actor.account_id, status_id)
    vote(session, actor, status.poll_id or 0, choices, now=now)
    return status.id


def end_poll(session: Session, poll_id: int, *, now: datetime) -> None:
    """Tell, once, that a poll has ended; one that is gone or lasts longer by now is left alone."""
    poll = lock(session, Poll, poll_id)
    if poll is None or poll.told_at is not None or not poll.has_ended(now):
        return
    poll.told_at = now
    voters = select(PollVote.account_id).where(PollVote.poll_id == poll.id).distinct()
    told = tuple(session.scalars(voters.order_by(PollVote.account_id)))
    author_id = author_of(session, poll.status_id)
    publish(session, PollEnded(poll.id, poll.status_id, author_id, told, now))


def drop_poll(session: Session, status_id: int) -> None:
    """Delete the poll of a post, and every vote on it."""
    poll = poll_of(session, status_id, for_update=True)
    if poll is not None:
        _forget_votes(session, poll)
        session.delete(poll)
        session.flush()


def _check_open(poll: Poll, *, now: datetime) -> None:
    if poll.has_ended(now):
        raise Invalid(say("The poll has already ended"))


def _forget_votes(session: Session, poll: Poll) -> None:
    for kind in (PollVote, PollOption):
        session.execute(delete(kind).where(kind.poll_id == poll.id))
    poll.voters_count = 0


def _offer(session: Session, poll: Poll, asking: Asking) -> None:
    session.add_all(
        PollOption(poll_id=poll.id, position=position, title=title, votes_count=0)
        for position, title in enumerate(asking.options)
    )
    session.flush()
