"""Posts: words, pictures and people are rendered once for each version of a post.

Source: mastodon-api.md 9.2. Counts, marks and the author are put in for each reader.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, cast

import orjson
from sqlalchemy import Connection, Table, select

from app.core.ids import time_of_id
from app.core.prepared import Among, Prepared
from app.core.records import Record
from app.emojis.book import NO_EMOJIS, EmojiBook
from app.http.urls import Urls
from app.mastodon.entities.account import ELSEWHERE, account_page, remote_actors
from app.mastodon.entities.card import card_values
from app.mastodon.entities.emoji import used_values
from app.mastodon.entities.media import media_values
from app.mastodon.values import moment, moment_or_none
from app.media.queries import Picture, pictures_of
from app.oauth.models import Application
from app.statuses.author import Author
from app.statuses.cards.queries import CardView, cards_of
from app.statuses.models import RemoteStatus, StatusTag, Tag
from app.statuses.views import author_columns
from app.statuses.visibility import Visibility
from app.statuses.visible import accounts, mentions, statuses

TOLD_AS: Final[Mapping[Visibility, str]] = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.FOLLOWERS: "private",
    Visibility.DIRECT: "direct",
    Visibility.LOCAL: "unlisted",  # Apps of today know no better; `local_only` says it.
}
MIME: Final = {"plain": "text/plain", "markdown": "text/markdown"}

tags = cast(Table, Tag.__table__)
status_tags = cast(Table, StatusTag.__table__)
applications = cast(Table, Application.__table__)
remote_statuses = cast(Table, RemoteStatus.__table__)

_COLUMNS: Final = (
    "id account_id text content_type content_html spoiler sensitive language visibility "
    "in_reply_to_id in_reply_to_account_id edited_at rev"
)
CONTENTS: Final = Prepared(
    select(*(statuses.c[name] for name in _COLUMNS.split()))
    .add_columns(*author_columns(accounts), applications.c.name, applications.c.website)
    .add_columns(remote_statuses.c.uri.label("there"), remote_statuses.c.url.label("page_there"))
    .join_from(statuses, accounts, accounts.c.id == statuses.c.account_id)
    .outerjoin(applications, applications.c.id == statuses.c.application_id)
    .outerjoin(remote_statuses, remote_statuses.c.status_id == statuses.c.id)
    .where(Among(statuses.c.id, "ids"))
)
MENTIONED: Final = Prepared(
    select(mentions.c.status_id, *author_columns(accounts), *ELSEWHERE)
    .join_from(mentions, accounts, accounts.c.id == mentions.c.account_id)
    .outerjoin(remote_actors, remote_actors.c.account_id == accounts.c.id)
    .where(Among(mentions.c.status_id, "ids"), mentions.c.silent.is_(False))
    .order_by(mentions.c.status_id, mentions.c.account_id)
)
TAGGED: Final = Prepared(
    select(status_tags.c.status_id, tags.c.name)
    .join_from(status_tags, tags, tags.c.id == status_tags.c.tag_id)
    .where(Among(status_tags.c.status_id, "ids"))
    .order_by(status_tags.c.status_id, tags.c.name)
)
NAMED_THERE: Final = Prepared(
    select(remote_statuses.c.status_id, remote_statuses.c.uri).where(
        Among(remote_statuses.c.status_id, "ids")
    )
)
_WORDS: Final = len(_COLUMNS.split())


class StatusPart(Record):
    """A post rendered: what names it, and what it says; both are the inside of an object."""

    head: bytes
    body: bytes
    words: str  # All that a filter looks at.

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return len(self.head) + len(self.body) + len(self.words)


def status_parts(
    connection: Connection, ids: Collection[int], urls: Urls, book: EmojiBook
) -> Mapping[int, StatusPart]:
    """Render posts, in five statements for all of them."""
    if not ids:
        return {}
    listed = {"ids": ids}
    named = _grouped(MENTIONED.named(connection, listed))
    tagged = _grouped(TAGGED.named(connection, listed))
    pictures, cards = pictures_of(connection, ids), cards_of(connection, ids)
    return {
        row[0]: _part(
            row,
            named[row[0]],
            [tag.name for tag in tagged[row[0]]],
            pictures.get(row[0], ()),
            cards.get(row[0]),
            urls,
            book,
        )
        for row in CONTENTS.named(connection, listed)
    }


def _grouped(rows: Any) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.status_id].append(row)
    return found


def _part(
    row: Any,
    named: Sequence[Any],
    tagged: Sequence[str],
    pictures: Sequence[Picture],
    card: CardView | None,
    urls: Urls,
    book: EmojiBook,
) -> StatusPart:
    author = Author(*row[_WORDS : _WORDS + 6])
    ours = book if author.domain is None else NO_EMOJIS
    head = {
        "id": str(row.id),
        "created_at": moment(time_of_id(row.id)),
        "uri": row.there or urls.status_uri(row.account_id, row.id),
        "url": row.page_there or row.there or urls.status(author, row.id),
    }
    body = {
        "edited_at": moment_or_none(row.edited_at),
        "content": urls.absolute(row.content_html),
        "visibility": TOLD_AS[row.visibility],
        "sensitive": row.sensitive,
        "spoiler_text": row.spoiler,
        "language": row.language,
        "in_reply_to_id": None if row.in_reply_to_id is None else str(row.in_reply_to_id),
        "in_reply_to_account_id": _id(row.in_reply_to_account_id),
        "media_attachments": [media_values(picture, urls) for picture in pictures],
        "mentions": [mention_values(person, urls) for person in named],
        "tags": [{"name": name, "url": urls.tag(name)} for name in tagged],
        "emojis": used_values(ours, urls, row.spoiler, row.text),
        "card": None if card is None else card_values(card, urls),
        "local_only": row.visibility is Visibility.LOCAL,
        "content_type": MIME[row.content_type],
        **_application(row),
    }
    words = [row.spoiler, row.text, *(picture.description for picture in pictures)]
    words += [] if card is None else [card.title]
    return StatusPart(_inside(head), _inside(body), "\n".join(filter(None, words)))


def mention_values(row: Any, urls: Urls) -> dict[str, str]:
    """Return somebody whom a post names: a row of MENTIONED."""
    handle = row.username if row.domain is None else f"{row.username}@{row.domain}"
    return {
        "id": str(row.id),
        "username": row.username,
        "url": account_page(row, handle, urls),
        "acct": handle,
    }


def boosts_there(connection: Connection, ids: Collection[int]) -> Mapping[int, str]:
    """Return what boosts that were made on other sites are named there, by their ids here."""
    return {} if not ids else dict(NAMED_THERE.rows(connection, {"ids": ids}))


def boost_head(row_id: int, *, booster_id: int, there: str | None, urls: Urls) -> bytes:
    """Return what names the boost of a post, at the home of who boosted it.

    What it says is the post's own.
    """
    activity = there or urls.activity(booster_id, row_id)
    created = moment(time_of_id(row_id))
    head = {"id": str(row_id), "created_at": created, "uri": activity, "url": activity}
    return _inside(head)


def _application(row: Any) -> dict[str, Any]:
    if row.name is None:
        return {"application": None}
    return {"application": {"name": row.name, "website": row.website}}


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)


def _inside(values: Mapping[str, Any]) -> bytes:
    return orjson.dumps(values)[1:-1]
