"""Reading the co-op's emoji: all that are in use, kept in memory by their version."""

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, cast

from sqlalchemy import ColumnElement, Connection, Table, func, select

from app.core.records import Record, field
from app.emojis.models import EMOJIS_MAX, CustomEmoji, EmojiVersion
from app.media.kinds import BY_CONTENT_TYPE, WEBP
from app.media.models import MediaFile, small_key
from app.text.shortcodes import shortcodes_in

emojis = cast(Table, CustomEmoji.__table__)
versions = cast(Table, EmojiVersion.__table__)
media = cast(Table, MediaFile.__table__)


class Emoji(Record):
    """An emoji in use; the paths of its pictures are below the root of the site."""

    id: int
    shortcode: str
    category: str | None
    path: str
    still_path: str
    visible: bool
    content_type: str
    updated_at: datetime


class EmojiBook(Record):
    """All emoji in use, by their shortcodes, in the order of categories and names."""

    rev: int = 0
    by_code: Mapping[str, Emoji] = field(default_factory=dict)
    stills: Mapping[str, str] = field(default_factory=dict)  # Pictures that do not move.

    def used_in(self, *texts: str) -> Sequence[Emoji]:
        """Return the emoji that the texts hold, each once."""
        if not self.by_code:
            return ()
        return [self.by_code[code] for code in shortcodes_in(*texts) if code in self.by_code]

    @property
    def shelves(self) -> Sequence[tuple[str, Sequence[Emoji]]]:
        """What can be picked, by category; the first shelf may have no name."""
        visible = (emoji for emoji in self.by_code.values() if emoji.visible)
        by_category = groupby(visible, key=lambda emoji: emoji.category or "")
        return [(category, tuple(shelf)) for category, shelf in by_category]


NO_EMOJIS: Final = EmojiBook()


def emojis_rev() -> ColumnElement[int]:
    """Return the column of the version: looked up once for a statement; 0 if there were none."""
    return func.coalesce(select(versions.c.rev).scalar_subquery(), 0).label("emojis_rev")


def emoji_of(row: CustomEmoji, picture: MediaFile) -> Emoji:
    """Return an emoji, be it in use or not."""
    return Emoji(
        row.id,
        row.shortcode,
        row.category,
        picture.path,
        f"{small_key(picture.key)}.{WEBP.extension}",
        row.visible_in_picker,
        picture.content_type,
        row.updated_at,
    )


def read_book(connection: Connection, *, rev: int) -> EmojiBook:
    """Read the emoji in use, in one statement."""
    names = ("id", "shortcode", "category", "visible_in_picker", "updated_at")
    columns = [emojis.c[name] for name in names]
    wanted = (
        select(*columns, media.c.key, media.c.content_type)
        .join_from(emojis, media, media.c.id == emojis.c.media_id)
        .where(emojis.c.enabled)
        .order_by(func.coalesce(emojis.c.category, ""), emojis.c.shortcode)
        .limit(EMOJIS_MAX)
    )
    found: dict[str, Emoji] = {}
    for row in connection.execute(wanted):
        found[row.shortcode] = Emoji(
            row.id,
            row.shortcode,
            row.category,
            f"{row.key}.{BY_CONTENT_TYPE[row.content_type].extension}",
            f"{small_key(row.key)}.{WEBP.extension}",
            row.visible_in_picker,
            row.content_type,
            row.updated_at,
        )
    stills = {code: f"/{emoji.still_path}" for code, emoji in found.items()}
    return EmojiBook(rev, found, stills)


class KeptEmojis:
    """The book of one process: read anew when its version has changed."""

    def __init__(self) -> None:
        self._book = NO_EMOJIS
        self._lock = threading.Lock()

    def book(self, connection: Connection, rev: int) -> EmojiBook:
        """Return the emoji of the version that the connection sees; of 0 there are none."""
        book = self._book
        if rev in (0, book.rev):
            return book if rev else NO_EMOJIS
        read = read_book(connection, rev=rev)
        with self._lock:
            # Who reads an older state gets its own book, and the newer one stays kept.
            if rev > self._book.rev:
                self._book = read
        return read
