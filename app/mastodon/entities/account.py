"""Accounts: what never changes with the reader is rendered once for each version.

Source: mastodon-api.md 9.1.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast

import orjson
from sqlalchemy import Connection, Table, select

from app.accounts.links import VERIFIED
from app.accounts.models import AccountKind, RemoteActor
from app.core.ids import day_of_id
from app.core.prepared import Among, Prepared
from app.core.records import Record
from app.emojis.book import NO_EMOJIS, EmojiBook, emojis_rev
from app.http.urls import Urls
from app.mastodon.entities.emoji import used_values
from app.mastodon.values import midnight, moment
from app.statuses.visible import accounts

_COLUMNS: Final = (
    "id username domain display_name note note_html fields avatar_key header_key locked bot "
    "discoverable indexable kind created_at suspended_at rev statuses_count last_status_id"
)
remote_actors = cast(Table, RemoteActor.__table__)
# Where an account of another site is at home; nothing for ours.
ELSEWHERE: Final = (remote_actors.c.uri.label("there"), remote_actors.c.url.label("page_there"))
ACCOUNTS: Final = Prepared(
    select(*(accounts.c[name] for name in _COLUMNS.split()), emojis_rev(), *ELSEWHERE)
    .outerjoin(remote_actors, remote_actors.c.account_id == accounts.c.id)
    .where(Among(accounts.c.id, "ids"))
)


class LeanAccount(NamedTuple):
    """What changes about an account: its version, and its posts, which are counted apart."""

    id: int
    rev: int
    posts: int
    newest_id: int | None


_LEAN: Final = Prepared(
    select(
        *(accounts.c[name] for name in ("id", "rev", "statuses_count", "last_status_id")),
        emojis_rev(),
    ).where(Among(accounts.c.id, "ids")),
    converts=False,
)


class AccountPart(Record):
    """An account rendered up to its changing end."""

    head: bytes  # Begins the object and leaves it open.

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return len(self.head)

    def whole(self, posts: int, newest_id: int | None, badges: bytes) -> bytes:
        """Return the account with its count of posts, the day of the newest one, and badges."""
        day = "null" if newest_id is None else f'"{day_of_id(newest_id)}"'
        counts = f'"statuses_count":{posts},"last_status_at":{day},"roles":'
        return b"".join((self.head, counts.encode(), badges, b"}"))


def lean_accounts(
    connection: Connection, ids: Collection[int]
) -> tuple[Sequence[LeanAccount], int]:
    """Return what changes about accounts, in any order, and the version of the co-op's emoji.

    One statement; the version is 0 if none of the accounts is known.
    """
    rows = _LEAN.rows(connection, {"ids": ids}) if ids else ()
    return [LeanAccount(*row[:4]) for row in rows], rows[0][4] if rows else 0


def load_accounts(connection: Connection, ids: Collection[int]) -> Mapping[int, Any]:
    """Return the rows of accounts by id, in one statement."""
    if not ids:
        return {}
    return {row.id: row for row in ACCOUNTS.named(connection, {"ids": ids})}


def account_part(row: Any, urls: Urls, book: EmojiBook) -> AccountPart:
    """Render what an account says about itself."""
    return AccountPart(orjson.dumps(account_values(row, urls, book))[:-1] + b",")


def account_values(row: Any, urls: Urls, book: EmojiBook) -> dict[str, Any]:
    """Return an account's entity without its counts of posts.

    Numbers of followers are nobody's business by default: they are 0, which every app can show.
    """
    is_gone = row.suspended_at is not None
    handle = row.username if row.domain is None else f"{row.username}@{row.domain}"
    avatar = urls.avatar(row.id, None if is_gone else row.avatar_key)
    header = urls.header(None if is_gone else row.header_key)
    return {
        "id": str(row.id),
        "username": row.username,
        "acct": handle,
        "url": account_page(row, handle, urls),
        "uri": row.there or urls.actor(row.id),
        "display_name": "" if is_gone else row.display_name,
        "note": "" if is_gone else urls.absolute(row.note_html),
        "avatar": avatar,
        "avatar_static": avatar,
        "header": header,
        "header_static": header,
        "locked": row.locked,
        "bot": row.bot,
        "group": row.kind == AccountKind.COOP,
        "discoverable": row.discoverable,
        "indexable": row.indexable,
        "noindex": not row.indexable,
        "created_at": midnight(row.created_at),
        "followers_count": 0,
        "following_count": 0,
        "counts_hidden": True,
        "hide_collections": False,
        "fields": [] if is_gone else [_field(field, urls) for field in row.fields],
        "emojis": [] if is_gone else _emojis(row, urls, book),
        **({"suspended": True} if is_gone else {}),
    }


def account_page(row: Any, handle: str, urls: Urls) -> str:
    """Return the page of an account, at home if that is elsewhere."""
    page: str | None = row.page_there or row.there
    return page or urls.profile(handle)


def _emojis(row: Any, urls: Urls, book: EmojiBook) -> Sequence[dict[str, Any]]:
    """Return the emoji in what the account says; our own names mean nothing on other sites."""
    ours = book if row.domain is None else NO_EMOJIS
    lines = (text for field in row.fields for text in (field["name"], field["value"]))
    return used_values(ours, urls, row.display_name, row.note, *lines)


def _field(field: Mapping[str, str], urls: Urls) -> dict[str, str | None]:
    html = urls.absolute(field["html"])
    return {"name": field["name"], "value": html, "verified_at": verified_at(field)}


def verified_at(field: Mapping[str, str]) -> str | None:
    """Return since when the page behind a line is known to link back; None if it does not."""
    found = field.get(VERIFIED)
    return None if found is None else moment(datetime.fromisoformat(found))
