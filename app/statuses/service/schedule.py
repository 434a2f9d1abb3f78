"""Posts that wait for their moment."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.duties import schedule
from app.core.errors import Conflict, Invalid
from app.core.events import publish
from app.core.ids import new_id
from app.core.orm import lock
from app.core.shapes import Shape
from app.core.words import Words, say
from app.media.service import hold, let_go
from app.members.actor import Actor
from app.statuses.events import ScheduledStatusFailed
from app.statuses.models import Draft, Scheduled
from app.statuses.queries import original_of, own_scheduled
from app.statuses.quotes.service import check_quotable
from app.statuses.service.drafts import KEPT_AS_WRITTEN, save_draft
from app.statuses.service.repeats import claim_key
from app.statuses.service.rights import check_may_speak
from app.statuses.writing import Writing, check_writing

PUBLISH: Final = "status.publish"
AHEAD_MIN: Final = timedelta(minutes=5)
AHEAD_MAX: Final = timedelta(days=5 * 366)
WAITING_MAX: Final = 300
WAITING_OF_A_DAY_MAX: Final = 25


class PublishScheduled(Shape):
    """The payload of "status.publish"."""

    scheduled_id: int


def schedule_status(
    session: Session,
    actor: Actor,
    writing: Writing,
    *,
    at: datetime,
    now: datetime,
    key: str | None = None,
    application_id: int | None = None,
) -> Scheduled:
    """Keep a post until `at`, and its pictures with it. The account's row stays locked.

    With a `key`, a repeat within an hour returns what the first call made.

    Raises: Forbidden if the actor may not post now; Invalid beyond the limits of a post, too soon
    or beyond the number that may wait; NotFound if a post that it names is not there for them;
    Conflict if the key was used for a post.
    """
    check_may_speak(session, actor, now=now)
    check_writing(writing)
    scheduled_id = new_id()
    if key is not None:
        earlier_id = claim_key(session, actor.account_id, key, made_id=scheduled_id, now=now)
        if earlier_id is not None:
            return _kept(session, earlier_id)
    if writing.in_reply_to_id is not None:
        original_of(session, actor.account_id, writing.in_reply_to_id)
    if writing.quoted_id is not None:
        check_quotable(session, actor, writing.quoted_id)
    lock(session, Account, actor.account_id)  # Of two at once, the second counts the first.
    _check_moment(session, actor.account_id, at, now=now)
    hold(session, media_ids=writing.media_ids, account_id=actor.account_id)
    scheduled = Scheduled(
        id=scheduled_id,
        account_id=actor.account_id,
        due_at=at,
        writing=writing.dump(),
        application_id=application_id,
        created_at=now,
    )
    session.add(scheduled)
    session.flush()
    schedule(session, PUBLISH, PublishScheduled(scheduled_id=scheduled_id), due_at=at)
    return scheduled


def reschedule(
    session: Session, actor: Actor, scheduled_id: int, *, at: datetime, now: datetime
) -> Scheduled:
    """Let a post wait for another moment. The account's row stays locked.

    Raises: NotFound, also for that of somebody else; Invalid too soon or beyond the limits.
    """
    lock(session, Account, actor.account_id)
    scheduled = own_scheduled(session, actor.account_id, scheduled_id)
    _check_moment(session, actor.account_id, at, now=now, moving=scheduled)
    scheduled.due_at = at
    schedule(session, PUBLISH, PublishScheduled(scheduled_id=scheduled_id), due_at=at)
    return scheduled


def cancel_scheduled(session: Session, actor: Actor, scheduled_id: int, *, now: datetime) -> None:
    """Throw a waiting post away, and its pictures. Raises: NotFound."""
    scheduled = own_scheduled(session, actor.account_id, scheduled_id)
    media_ids = Writing.load(scheduled.writing).media_ids
    session.delete(scheduled)
    let_go(session, media_ids=media_ids, account_id=actor.account_id, now=now)


def return_to_drafts(session: Session, actor: Actor, scheduled_id: int, *, now: datetime) -> Draft:
    """Make a draft of a waiting post. Raises: NotFound; Conflict beyond the limit of drafts."""
    scheduled = own_scheduled(session, actor.account_id, scheduled_id)
    session.delete(scheduled)
    return save_draft(session, actor, Writing.load(scheduled.writing), now=now)


def give_up(session: Session, scheduled: Scheduled, *, because: Words, now: datetime) -> None:
    """Keep what could not be posted as a draft of its author, whatever their limit, and tell."""
    writing = Writing.load(scheduled.writing)
    draft = Draft(
        account_id=scheduled.account_id,
        media_ids=[str(media_id) for media_id in writing.media_ids],
        poll=None if writing.poll is None else writing.poll.dump(),
        created_at=now,
        updated_at=now,
        **{name: getattr(writing, name) for name in KEPT_AS_WRITTEN},
    )
    session.add(draft)
    session.delete(scheduled)
    session.flush()
    publish(session, ScheduledStatusFailed(scheduled.account_id, draft.id, because, now))


def _kept(session: Session, scheduled_id: int) -> Scheduled:
    scheduled = session.get(Scheduled, scheduled_id)
    if scheduled is None:
        raise Conflict(say("This was sent before, and is posted."))
    return scheduled


def _check_moment(
    session: Session,
    account_id: int,
    at: datetime,
    *,
    now: datetime,
    moving: Scheduled | None = None,
) -> None:
    if at < now + AHEAD_MIN:
        raise _refused(say("The scheduled date must be in the future, by five minutes at least"))
    if at > now + AHEAD_MAX:
        raise _refused(say("The scheduled date is too far in the future"))
    others = [Scheduled.account_id == account_id]
    if moving is not None:
        others.append(Scheduled.id != moving.id)
    waiting = select(func.count()).select_from(Scheduled).where(*others)
    if session.scalars(waiting).one() >= WAITING_MAX:
        raise _refused(
            say("You have exceeded the limit of {count} scheduled posts", count=WAITING_MAX)
        )
    begins = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    of_day = (Scheduled.due_at >= begins, Scheduled.due_at < begins + timedelta(days=1))
    if session.scalars(waiting.where(*of_day)).one() >= WAITING_OF_A_DAY_MAX:
        most = WAITING_OF_A_DAY_MAX
        raise _refused(
            say("You have exceeded the limit of {count} scheduled posts for that day", count=most)
        )


def _refused(sentence: Words) -> Invalid:
    return Invalid(sentence, scheduled_at=sentence)
