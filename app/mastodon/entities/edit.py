"""How a post read before. Source: mastodon-api.md 9.2, StatusEdit."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from app.emojis.book import EmojiBook
from app.http.urls import Urls
from app.mastodon.entities.emoji import used_values
from app.mastodon.entities.media import media_values
from app.mastodon.values import moment
from app.media.queries import Picture, pictures_of
from app.statuses.history import Wording


def edit_values(
    connection: Connection,
    status_id: int,
    wordings: Sequence[Wording],
    *,
    author: bytes,
    urls: Urls,
    book: EmojiBook,
) -> list[dict[str, Any]]:
    """Return the wordings of a post; pictures that it has no more are erased, and left out."""
    pictures = {p.id: p for p in pictures_of(connection, {status_id}).get(status_id, ())}
    account = orjson.Fragment(author)
    return [_values(wording, pictures, urls, book) | {"account": account} for wording in wordings]


def _values(
    wording: Wording, pictures: Mapping[int, Picture], urls: Urls, book: EmojiBook
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "content": urls.absolute(wording.html),
        "spoiler_text": wording.warning,
        "sensitive": wording.sensitive,
        "created_at": moment(wording.at),
        "media_attachments": [
            media_values(pictures[id_], urls) | {"description": description or None}
            for id_, description in wording.pictures
            if id_ in pictures
        ],
        "emojis": used_values(book, urls, wording.warning, wording.html, *wording.poll),
    }
    if wording.poll:
        values["poll"] = {"options": [{"title": title} for title in wording.poll]}
    return values
