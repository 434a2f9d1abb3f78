"""Change a post; how it read before stays readable."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.events import publish
from app.media.models import MediaFile
from app.media.service import attach, attached
from app.members.actor import Actor
from app.statuses.content import compose, keep_mentions, keep_tags
from app.statuses.events import StatusEdited
from app.statuses.models import Status, StatusEdit
from app.statuses.polls.queries import asked_in
from app.statuses.polls.rules import Asking
from app.statuses.polls.service import change_poll
from app.statuses.queries import own_status
from app.statuses.service.rights import check_may_speak
from app.statuses.writing import Writing, check_writing


def edit_status(
    session: Session,
    actor: Actor,
    status_id: int,
    writing: Writing,
    *,
    now: datetime,
    here: str | None = None,
) -> Status:
    """Change the words, warning, language, pictures and poll of the actor's post.

    Its audience and the post that it answers stay. Whoever was named in it before may still see
    it. Without a change, no edit is kept. The post's row stays locked.

    Raises: NotFound, also for the post of somebody else; Forbidden; Invalid.
    """
    check_may_speak(session, actor, now=now)
    status = own_status(session, actor.account_id, status_id)
    check_writing(writing)
    pictures, asked = attached(session, status_id), asked_in(session, status_id)
    has_same = ([p.id for p in pictures], asked) == (list(writing.media_ids), writing.poll)
    if has_same and _reads_the_same(status, writing):
        return status
    session.add(_as_it_was(status, pictures, asked))
    content = compose(session, writing, here=here)
    status.text = writing.text
    status.content_type = writing.content_type
    status.content_html = content.html
    status.spoiler = writing.spoiler
    status.sensitive = writing.sensitive or bool(writing.spoiler)
    status.language = writing.language
    status.edited_at = now
    status.rev += 1
    session.flush()
    newly = keep_mentions(session, status_id, content.mentioned)
    keep_tags(session, status_id, content.tags, now=now)
    me = actor.account_id
    attach(session, media_ids=writing.media_ids, account_id=me, status_id=status_id, now=now)
    poll = change_poll(session, status_id, writing.poll, now=now)
    status.poll_id = None if poll is None else poll.id
    publish(session, StatusEdited(status_id, actor.account_id, newly, now))
    return status


def _reads_the_same(status: Status, writing: Writing) -> bool:
    names = ("text", "content_type", "spoiler", "language")
    is_sensitive = writing.sensitive or bool(writing.spoiler)
    same = all(getattr(status, name) == getattr(writing, name) for name in names)
    return same and status.sensitive == is_sensitive


def _as_it_was(status: Status, pictures: Sequence[MediaFile], asked: Asking | None) -> StatusEdit:
    return StatusEdit(
        status_id=status.id,
        text=status.text,
        content_type=status.content_type,
        content_html=status.content_html,
        spoiler=status.spoiler,
        sensitive=status.sensitive,
        language=status.language,
        media=[{"id": str(p.id), "description": p.description} for p in pictures],
        poll=None if asked is None else list(asked.options),
        created_at=status.edited_at or status.created_at,
    )
