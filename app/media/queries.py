"""Reading about pictures, films and sounds, in plain values and without any ORM object."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    bindparam,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.prepared import Among, Prepared
from app.core.records import Record, names_of
from app.media.kinds import BY_CONTENT_TYPE, WEBP, Form, MediaKind
from app.media.models import FOCUS_MAX, MediaFile, MediaState, small_key
from app.media.remote.attached import RemoteAttachment

media = cast(Table, MediaFile.__table__)
remote = cast(Table, RemoteAttachment.__table__)
accounts = cast(Table, Account.__table__)
FOCUS_STEPS = 4


class Picture(Record):
    """A picture, film or sound, as pages and APIs show it."""

    id: int
    form: Form
    state: MediaState
    key: str
    content_type: str
    width: int | None
    height: int | None
    preview_width: int | None
    preview_height: int | None
    cover: int
    blurhash: str | None
    focus_x: int
    focus_y: int
    description: str
    duration_ms: int | None
    bit_rate: int | None
    frame_rate: str | None
    channels: int | None
    sample_rate: int | None
    remote_url: str | None = None  # Of a file of another site; nothing of it is stored here.
    remote_preview_url: str | None = None

    @property
    def url(self) -> str | None:
        """Its address on this site; None while it is prepared, and for a file elsewhere."""
        if self.remote_url is not None or self.state not in (MediaState.READY, MediaState.KEPT):
            return None
        return f"/{self.key}.{BY_CONTENT_TYPE[self.content_type].extension}"

    @property
    def preview_url(self) -> str | None:
        """The address of the smaller picture; None if it has none, as a sound without a cover."""
        if self.remote_url is None and self.preview_width is not None:
            return f"/{small_key(self.key, self.cover)}.{WEBP.extension}"
        return self.url if self.form is Form.IMAGE else None

    @property
    def focus(self) -> str:
        """The class of the style sheet that keeps the point in sight when the picture is cut."""
        return f"at-{_step(self.focus_x)}{_step(-self.focus_y)}"


def _step(thousandths: int) -> int:
    """Return the nearest of the five steps from one edge (0) to the other (4)."""
    return ((thousandths + FOCUS_MAX) * FOCUS_STEPS + FOCUS_MAX) // (2 * FOCUS_MAX)


_SHOWN = tuple(name for name in names_of(Picture) if not name.startswith("remote_"))
_BLANK: Mapping[str, Any] = {"state": MediaState.KEPT, "key": "", "cover": 0}


def _of_statuses() -> Select[Any]:
    """Return the statement of what posts have: files of ours, and files at their own sites."""
    own = select(
        media.c.status_id,
        media.c.position,
        *(media.c[name] for name in _SHOWN),
        cast_to(null(), Text).label("remote_url"),
        cast_to(null(), Text).label("remote_preview_url"),
    ).where(Among(media.c.status_id, "status_ids"))
    theirs = select(
        remote.c.status_id,
        remote.c.position,
        *(_of_remote(name) for name in _SHOWN),
        remote.c.url,
        remote.c.preview_url,
    ).where(Among(remote.c.status_id, "status_ids"))
    both = union_all(own, theirs).subquery()
    shown = (both.c[name] for name in (*_SHOWN, "remote_url", "remote_preview_url"))
    ordered = select(both.c.status_id, *shown)
    return ordered.order_by(both.c.status_id, both.c.position, both.c.id)


def _of_remote(name: str) -> ColumnElement[Any]:
    """Return the column of a file elsewhere that stands for that of a file of ours."""
    if name in remote.c:
        return remote.c[name]
    blank = _BLANK.get(name)
    value = null() if blank is None else literal(blank, media.c[name].type)
    return cast_to(value, media.c[name].type).label(name)


_OF_STATUSES = Prepared(_of_statuses())


def picture_of(file: MediaFile) -> Picture:
    """Return a file as pages and APIs show it."""
    return Picture(*(getattr(file, name) for name in _SHOWN))


def pictures_of(
    connection: Connection, status_ids: Collection[int]
) -> Mapping[int, Sequence[Picture]]:
    """Return the pictures of posts by the post's id, each in their order, in one statement."""
    found: dict[int, list[Picture]] = {}
    if status_ids:
        rows = _OF_STATUSES.rows(connection, {"status_ids": status_ids})
        for status_id, *values in rows:
            found.setdefault(status_id, []).append(Picture(*values))
    return found


def has_pictures(status_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that the post of the column has a picture."""
    ours = exists().where(media.c.status_id == status_id)
    return or_(ours, exists().where(remote.c.status_id == status_id))


def known_keys(session: Session, keys: Collection[str]) -> Collection[str]:
    """Return which of the keys are of stored files whose row is there, smaller ones included."""
    of_row = {key: key.partition("-")[0] for key in keys}
    there = select(MediaFile.key).where(MediaFile.key.in_(set(of_row.values())))
    found = set(session.scalars(there))
    return [key for key, of in of_row.items() if of in found]


# What a suspended person posted or wore is shown to nobody; emoji are the co-op's.
_SERVED = (
    select(media.c.content_type, media.c.preview_width, media.c.cover, media.c.state)
    .join(accounts, accounts.c.id == media.c.account_id)
    .where(
        media.c.key == bindparam("key"),
        media.c.state.not_in([MediaState.RECEIVED, MediaState.FAILED]),
        or_(accounts.c.suspended_at.is_(None), media.c.kind == MediaKind.EMOJI),
    )
)


def served_type(connection: Connection, key: str, *, cover: int | None = None) -> str | None:
    """Return the content type of the stored file at `key`; None if nobody may have it (any more).

    With `cover`, that of the smaller picture of this number: only the one that is shown now is
    there. Of a film that is still prepared nothing else can be had.
    """
    row = connection.execute(_SERVED, {"key": key}).first()
    if row is None:
        return None
    if cover is not None:
        return WEBP.content_type if row.preview_width and row.cover == cover else None
    return None if row.state is MediaState.WAITING else cast(str, row.content_type)
