"""Polls of other sites: their questions and their numbers, as they tell them."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.duties import schedule
from app.core.records import Record
from app.statuses.models import Status
from app.statuses.polls.models import Poll, PollOption, PollVote
from app.statuses.polls.queries import options_of, poll_of
from app.statuses.polls.service import END, EndPoll, drop_poll


class AskedElsewhere(Record, kw_only=True):
    """A poll as its site tells it; `votes` are in the order of `titles`, None where hidden."""

    titles: tuple[str, ...]
    votes: tuple[int | None, ...]
    multiple: bool
    ends_at: datetime | None
    voters: int | None


def adopt_poll(
    session: Session, status: Status, asked: AskedElsewhere | None, *, now: datetime
) -> None:
    """Let a post of elsewhere have the poll that its site says; other answers begin it anew.

    The poll's row stays locked.
    """
    poll = poll_of(session, status.id, for_update=True)
    if asked is None:
        if poll is not None:
            drop_poll(session, status.id)
            status.poll_id = None
        return
    hides = all(count is None for count in asked.votes)
    if poll is None:
        poll = Poll(
            status_id=status.id,
            multiple=asked.multiple,
            hide_totals=hides,
            expires_at=asked.ends_at,
        )
        session.add(poll)
        session.flush()
        _owe_end(session, poll, now=now)
    elif poll.expires_at != asked.ends_at:
        poll.expires_at = asked.ends_at
        _owe_end(session, poll, now=now)
    poll.multiple, poll.hide_totals = asked.multiple, hides
    _count(session, poll, asked)
    status.poll_id = poll.id
    session.flush()


def _owe_end(session: Session, poll: Poll, *, now: datetime) -> None:
    if poll.expires_at is None:
        return
    if poll.expires_at <= now:
        poll.told_at = poll.told_at or now  # Nobody here took part in what is over.
        return
    schedule(session, END, EndPoll(poll_id=poll.id), due_at=poll.expires_at)


def _count(session: Session, poll: Poll, asked: AskedElsewhere) -> None:
    known = options_of(session, poll.id)
    if tuple(option.title for option in known) != asked.titles:
        for kind in (PollVote, PollOption):
            session.execute(delete(kind).where(kind.poll_id == poll.id))
        session.expire_all()
        session.add_all(
            PollOption(poll_id=poll.id, position=at, title=title, votes_count=count or 0)
            for at, (title, count) in enumerate(zip(asked.titles, asked.votes, strict=True))
        )
    else:
        for option, count in zip(known, asked.votes, strict=True):
            option.votes_count = option.votes_count if count is None else count
    most = max((count or 0 for count in asked.votes), default=0)
    total = sum(count or 0 for count in asked.votes)
    poll.voters_count = asked.voters or (most if asked.multiple else total)
