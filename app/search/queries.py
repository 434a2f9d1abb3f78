"""Looking for posts, people and tags.

Posts are found by their words only if their author wants that (`indexable`), or if they are
one's own, name one, or were liked or kept. The newest come first, and never the best known.
Source: mastodon-api.md 1.16, 4.7.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    column,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.queries import account_by_address, find_people
from app.core.orm import BigInt, UtcDateTime
from app.core.records import Record
from app.media.queries import has_pictures
from app.search.asking import Asked, Trait, Where, fts5, tsquery
from app.search.models import SearchedStatus
from app.statuses.models import Bookmark, Favourite, Status, StatusTag, Tag
from app.statuses.polls.models import Poll
from app.statuses.visibility import Visibility
from app.statuses.visible import (
    Value,
    accounts,
    followed_by,
    lets_in,
    mentions,
    statuses,
    unmuted,
    visible_to,
)
from app.text.entities import tag_key
from app.text.handles import parse_handle

CANDIDATES_MAX: Final = 5_000  # The newest that have the words; older ones are not looked at.
ON_BOARDS: Final = (Visibility.PUBLIC, Visibility.LOCAL)
NEWEST: Final = 2**63 - 1

searched = cast(Table, SearchedStatus.__table__)
polls = cast(Table, Poll.__table__)
SIMPLE: ColumnElement[str] = literal_column("'simple'")  # As in the index, which has no rules.
fts_words = table("fts_words", column("rowid", BigInt))


class Part(Record):
    """Which part of what is found is asked for: ids between the two, some left out."""

    before: int = NEWEST
    after: int = 0
    limit: int = 20
    offset: int = 0


FIRST: Final = Part()


def find_posts(
    connection: Connection,
    viewer_id: int,
    asked: Asked,
    *,
    now: datetime,
    part: Part = FIRST,
    author_id: int | None = None,
) -> list[int]:
    """Return the ids of the posts that answer, newest first."""
    sender_id = _sender(connection, viewer_id, asked)
    if asked.is_empty or (asked.sender is not None and sender_id is None):
        return []
    me = literal(viewer_id, BigInt)
    id_ = statuses.c.id
    conditions = [
        visible_to(me),
        unmuted(me, literal(now, UtcDateTime()), statuses.c.account_id),
        statuses.c.reblog_of_id.is_(None),
        id_ < part.before,
        id_ > part.after,
        *_findable(me, asked.where),
        *_matching(connection, asked, part),
        *_filters(asked),
    ]
    wanted_authors = {sender_id, author_id} - {None}
    conditions += [statuses.c.account_id == who for who in wanted_authors]
    rows = select(id_).where(*conditions).order_by(id_.desc())
    return list(connection.scalars(rows.limit(part.limit).offset(part.offset)))


def find_accounts(
    session: Session,
    viewer_id: int,
    words: str,
    *,
    following: bool = False,
    limit: int = 20,
    offset: int = 0,
) -> Sequence[Account]:
    """Return people by name or address; whoever's address it is comes first.

    Whom the viewer blocked is found: programs look them up to let them be again.
    """
    me = literal(viewer_id, BigInt)
    conditions = [lets_in(me, accounts.c.id)]
    if following:
        conditions.append(accounts.c.id.in_(followed_by(me)))
    return find_people(session, words, *conditions, limit=limit, offset=offset)


def find_tags(
    session: Session, viewer_id: int | None, words: str, *, limit: int = 20, offset: int = 0
) -> Sequence[Tag]:
    """Return tags that begin like the words and stand on a post that everybody here can read.

    The tag itself comes first.
    """
    key = tag_key(words.strip())
    if not key:
        return []
    me = None if viewer_id is None else literal(viewer_id, BigInt)
    on_a_post = exists().where(
        StatusTag.tag_id == Tag.id,
        Status.id == StatusTag.status_id,
        Status.visibility.in_(ON_BOARDS),
        visible_to(me),
    )
    found = select(Tag).where(Tag.name.startswith(key, autoescape=True), on_a_post)
    ordered = found.order_by((Tag.name == key).desc(), Tag.name)
    return session.scalars(ordered.limit(limit).offset(offset)).all()


def _sender(connection: Connection, viewer_id: int, asked: Asked) -> int | None:
    if asked.sender == "me":
        return viewer_id
    handle = None if asked.sender is None else parse_handle(asked.sender)
    if handle is None:
        return None
    account = account_by_address(Session(connection), handle.username, domain=handle.domain)
    return None if account is None else account.id


def _findable(me: Value, where: Where) -> list[ColumnElement[bool]]:
    marks = (cast(Table, kind.__table__) for kind in (Bookmark, Favourite))
    kept = [
        exists().where(mark.c.status_id == statuses.c.id, mark.c.account_id == me)
        for mark in marks
    ]
    named = exists().where(mentions.c.status_id == statuses.c.id, mentions.c.account_id == me)
    library = or_(statuses.c.account_id == me, named, *kept)
    author = accounts.alias()
    wants = exists().where(author.c.id == statuses.c.account_id, author.c.indexable)
    public = statuses.c.visibility.in_(ON_BOARDS) & wants
    match where:
        case Where.LIBRARY:
            return [library]
        case Where.PUBLIC:
            return [public]
        case Where.ALL:
            return [or_(library, public)]


def _matching(connection: Connection, asked: Asked, part: Part) -> list[ColumnElement[bool]]:
    is_sqlite = connection.dialect.name == "sqlite"
    found = _in_sqlite if is_sqlite else _in_postgresql
    speak = fts5 if is_sqlite else tsquery
    conditions: list[ColumnElement[bool]] = []
    if asked.terms:
        conditions.append(statuses.c.id.in_(found(speak(asked.terms), part)))
    if asked.unwanted:
        unwanted = found(speak(asked.unwanted, any_of=True), part)
        conditions.append(statuses.c.id.not_in(unwanted))
    return conditions


def _in_sqlite(words: str, part: Part) -> Select[Any]:
    id_ = fts_words.c.rowid
    matches = literal_column("fts_words").op("MATCH", is_comparison=True)(words)
    rows = select(id_).where(matches, id_ < part.before, id_ > part.after)
    return rows.order_by(id_.desc()).limit(CANDIDATES_MAX)


def _in_postgresql(words: str, part: Part) -> Select[Any]:
    id_ = searched.c.status_id
    vector = func.to_tsvector(SIMPLE, searched.c.words)
    matches = vector.op("@@", is_comparison=True)(func.to_tsquery(SIMPLE, words))
    rows = select(id_).where(matches, id_ < part.before, id_ > part.after)
    return rows.order_by(id_.desc()).limit(CANDIDATES_MAX)


def _filters(asked: Asked) -> list[ColumnElement[bool]]:
    traits = _traits()
    conditions = [traits[trait] for trait in asked.has]
    conditions += [~traits[trait] for trait in asked.has_not]
    if asked.language is not None:
        conditions.append(func.lower(statuses.c.language) == asked.language)
    if asked.since is not None:
        conditions.append(statuses.c.created_at >= asked.since)
    if asked.until is not None:
        conditions.append(statuses.c.created_at < asked.until)
    return conditions


def _traits() -> Mapping[Trait, ColumnElement[bool]]:
    pictures = has_pictures(statuses.c.id)
    return {
        Trait.MEDIA: pictures,
        Trait.IMAGE: pictures,
        Trait.POLL: exists().where(polls.c.status_id == statuses.c.id),
        Trait.LINK: statuses.c.content_html.contains('href="http'),
        Trait.REPLY: statuses.c.in_reply_to_id.is_not(None),
        Trait.SENSITIVE: statuses.c.sensitive,
    }
