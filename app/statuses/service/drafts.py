"""Keep what is not written to the end."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid
from app.core.words import say
from app.media.service import hold, let_go
from app.members.actor import Actor
from app.statuses.models import Draft
from app.statuses.polls.rules import Asking
from app.statuses.queries import own_draft
from app.statuses.writing import PICTURES_MAX, Writing, characters_left

DRAFTS_MAX = 100
KEPT_AS_WRITTEN = (
    "text",
    "content_type",
    "spoiler",
    "sensitive",
    "language",
    "visibility",
    "reply_audience",
    "in_reply_to_id",
    "quoted_id",
    "quote_policy",
)


def save_draft(
    session: Session,
    actor: Actor,
    writing: Writing,
    *,
    now: datetime,
    draft_id: int | None = None,
) -> Draft:
    """Keep `writing` as a new draft, or as the newer state of one.

    Its pictures are kept for as long as it is.

    Raises: NotFound; Invalid beyond the limits of a post, or if a picture is not theirs to use;
    Conflict beyond the limit of drafts.
    """
    if characters_left(writing) < 0 or len(writing.media_ids) > PICTURES_MAX:
        raise Invalid(say("This is too long to keep."), text=say("Too long."))
    if draft_id is None:
        _check_room(session, actor.account_id)
        draft = Draft(account_id=actor.account_id, media_ids=[], created_at=now)
    else:
        draft = own_draft(session, actor.account_id, draft_id)
    for name in KEPT_AS_WRITTEN:
        setattr(draft, name, getattr(writing, name))
    draft.poll = None if writing.poll is None else writing.poll.dump()
    _keep_pictures(session, draft, writing.media_ids, now=now)
    draft.updated_at = now
    session.add(draft)
    session.flush()
    return draft


def discard_draft(session: Session, actor: Actor, draft_id: int, *, now: datetime) -> None:
    """Throw a draft away, and its pictures unless a post has them by now. Raises: NotFound."""
    draft = own_draft(session, actor.account_id, draft_id)
    _keep_pictures(session, draft, (), now=now)
    session.delete(draft)


def writing_of(draft: Draft) -> Writing:
    """Return what a draft holds."""
    kept = {name: getattr(draft, name) for name in KEPT_AS_WRITTEN}
    media_ids = tuple(int(media_id) for media_id in draft.media_ids)
    return Writing(**kept, media_ids=media_ids, poll=Asking.load(draft.poll))


def _keep_pictures(
    session: Session, draft: Draft, media_ids: tuple[int, ...], *, now: datetime
) -> None:
    before = {int(media_id) for media_id in draft.media_ids}
    hold(session, media_ids=media_ids, account_id=draft.account_id)
    gone = before - set(media_ids)
    let_go(session, media_ids=sorted(gone), account_id=draft.account_id, now=now)
    draft.media_ids = [str(media_id) for media_id in media_ids]


def _check_room(session: Session, account_id: int) -> None:
    mine = select(func.count()).select_from(Draft).where(Draft.account_id == account_id)
    if session.scalars(mine).one() >= DRAFTS_MAX:
        raise Conflict(say("You keep {count} drafts, which is the limit.", count=DRAFTS_MAX))
