"""Keep what is not written to the end."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid
from app.core.words import say
from app.members.actor import Actor
from app.statuses.models import Draft
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

    Raises: NotFound; Invalid beyond the limits of a post; Conflict beyond that of drafts.
    """
    if characters_left(writing) < 0 or len(writing.media_ids) > PICTURES_MAX:
        raise Invalid(say("This is too long to keep."), text=say("Too long."))
    if draft_id is None:
        _check_room(session, actor.account_id)
        draft = Draft(account_id=actor.account_id, created_at=now)
        session.add(draft)
    else:
        draft = own_draft(session, actor.account_id, draft_id)
    for name in KEPT_AS_WRITTEN:
        setattr(draft, name, getattr(writing, name))
    draft.media_ids = [str(media_id) for media_id in writing.media_ids]
    draft.updated_at = now
    session.flush()
    return draft


def discard_draft(session: Session, actor: Actor, draft_id: int) -> None:
    """Throw a draft away. Raises: NotFound."""
    session.delete(own_draft(session, actor.account_id, draft_id))


def writing_of(draft: Draft) -> Writing:
    """Return what a draft holds."""
    kept = {name: getattr(draft, name) for name in KEPT_AS_WRITTEN}
    return Writing(**kept, media_ids=tuple(int(media_id) for media_id in draft.media_ids))


def _check_room(session: Session, account_id: int) -> None:
    mine = select(func.count()).select_from(Draft).where(Draft.account_id == account_id)
    if session.scalars(mine).one() >= DRAFTS_MAX:
        raise Conflict(say("You keep {count} drafts, which is the limit.", count=DRAFTS_MAX))
