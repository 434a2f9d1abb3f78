"""From what somebody wrote to what is stored: rendered words, people named, tags."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, Text, bindparam, delete, select
from sqlalchemy.orm import Session

from app.accounts.queries import accounts_by_handle, mention_path
from app.core.errors import Invalid
from app.core.orm import BigInt
from app.core.prepared import Among
from app.core.records import Record
from app.core.upsert import insert_missing, insert_selected
from app.core.words import say
from app.statuses.models import Mention, StatusTag, Tag
from app.statuses.writing import MENTIONS_MAX, TAGS_MAX, ContentType, Writing
from app.text.handles import Handle
from app.text.markup import render_post
from app.text.scribe import Linking


class Content(Record):
    """A post rendered, the accounts that it names, its tags by key, and its links, in order."""

    html: str
    mentioned: frozenset[int]
    tags: tuple[str, ...]
    urls: tuple[str, ...]


def compose(session: Session, writing: Writing, *, here: str | None) -> Content:
    """Render a post once and for all; its links to people and tags are paths of this site.

    `here` is our own domain: an address that ends in it names a neighbour too.

    Raises: Invalid if it names too many people or tags.
    """
    markdown = writing.content_type is ContentType.MARKDOWN
    plain = render_post(writing.text, markdown=markdown)
    if len(plain.handles) > MENTIONS_MAX:
        many = say("A post names at most {count} people.", count=MENTIONS_MAX)
        raise Invalid(many, text=many)
    if len(plain.tags) > TAGS_MAX:
        many = say("A post has at most {count} tags.", count=TAGS_MAX)
        raise Invalid(many, text=many)
    if not plain.handles:
        return Content(plain.html, frozenset(), plain.tags, plain.urls)
    known = accounts_by_handle(session, plain.handles, here=here)

    def mention_url(handle: Handle) -> str | None:
        account = known.get(handle.key)
        return None if account is None else mention_path(account)

    post = render_post(writing.text, markdown=markdown, linking=Linking(mention_url))
    mentioned = frozenset(account.id for account in known.values())
    return Content(post.html, mentioned, post.tags, post.urls)


def keep_mentions(session: Session, status_id: int, mentioned: Collection[int]) -> tuple[int, ...]:
    """Store whom a post names; return those whom it did not name before.

    Nobody is struck off: who was named once could read the post, and may again.
    """
    return tuple(
        account_id
        for account_id in sorted(mentioned)
        if insert_missing(session, Mention, status_id=status_id, account_id=account_id)
    )


_NAMED = select(Tag.id, bindparam("tagged_id", type_=BigInt)).where(
    Among(cast(Table, Tag.__table__).c.name, "names", of=Text)
)


def keep_tags(session: Session, status_id: int, keys: Sequence[str], *, now: datetime) -> None:
    """Store the tags of a new post."""
    for key in sorted(keys):  # In one order, so that two posts do not wait for each other.
        insert_missing(session, Tag, name=key, created_at=now)
    if keys:
        given = {"tagged_id": status_id, "names": keys}
        insert_selected(session, StatusTag, ("tag_id", "status_id"), _NAMED, given)


def change_tags(session: Session, status_id: int, keys: Sequence[str], *, now: datetime) -> None:
    """Store the tags of a post, in place of those that it had."""
    session.execute(delete(StatusTag).where(StatusTag.status_id == status_id))
    keep_tags(session, status_id, keys, now=now)
