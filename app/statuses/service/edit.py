"""Change a post; how it read before stays readable."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.events import publish
from app.core.records import Record, replace
from app.media.models import DESCRIPTION_MAX, MediaFile
from app.media.service import attach, attached, describe
from app.media.words import read_description
from app.members.actor import Actor
from app.statuses.cards.service import keep_card
from app.statuses.content import change_tags, compose, keep_mentions
from app.statuses.events import StatusEdited
from app.statuses.models import Status, StatusEdit
from app.statuses.polls.queries import asked_in
from app.statuses.polls.rules import Asking
from app.statuses.polls.service import change_poll
from app.statuses.queries import own_status
from app.statuses.service.rights import check_may_speak
from app.statuses.writing import Writing, check_writing


class Caption(Record):
    """What is said from now on about a picture of the post; what is None stays."""

    media_id: int
    description: str | None = None
    focus: tuple[int, int] | None = None  # In thousandths.

    def differs(self, file: MediaFile) -> bool:
        """Return whether anything of `file` would change."""
        is_other = self.focus not in (None, (file.focus_x, file.focus_y))
        if self.description is None:
            return is_other
        return is_other or self.description != file.description


def edit_status(
    session: Session,
    actor: Actor,
    status_id: int,
    writing: Writing,
    *,
    now: datetime,
    here: str | None = None,
    captions: Sequence[Caption] = (),
) -> Status:
    """Change the words, warning, language, pictures and poll of the actor's post.

    Its audience and the post that it answers stay. Whoever was named in it before may still see
    it. Without a change, no edit is kept. The post's row stays locked. `captions` are of its
    pictures, old and new.

    Raises: NotFound, also for the post of somebody else; Forbidden; Invalid.
    """
    check_may_speak(session, actor, now=now)
    status = own_status(session, actor.account_id, status_id)
    check_writing(writing)
    pictures, asked = attached(session, status_id), asked_in(session, status_id)
    captions = _changed(captions, pictures)
    parts = ([picture.id for picture in pictures], asked)
    has_same = not captions and parts == (list(writing.media_ids), writing.poll)
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
    change_tags(session, status_id, content.tags, now=now)
    me = actor.account_id
    for c in captions:
        describe(session, me, c.media_id, description=c.description, focus=c.focus)
    attach(session, media_ids=writing.media_ids, account_id=me, status_id=status_id, now=now)
    keep_card(session, status, content.urls, has_media=bool(writing.media_ids))
    poll = change_poll(session, status_id, writing.poll, now=now)
    status.poll_id = None if poll is None else poll.id
    publish(session, StatusEdited(status_id, actor.account_id, newly, now))
    return status


def _changed(captions: Sequence[Caption], pictures: Sequence[MediaFile]) -> Sequence[Caption]:
    """Return the captions that say something new, tidied; those of new pictures always do."""
    known = {picture.id: picture for picture in pictures}
    tidied = [replace(c, description=_tidied(c.description)) for c in captions]
    return [c for c in tidied if c.media_id not in known or c.differs(known[c.media_id])]


def _tidied(description: str | None) -> str | None:
    return None if description is None else read_description(description, limit=DESCRIPTION_MAX)


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
