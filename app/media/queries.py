"""Reading about pictures, in plain values and without any ORM object."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, bindparam, exists, select
from sqlalchemy.orm import Session

from app.media.kinds import BY_CONTENT_TYPE, WEBP
from app.media.models import FOCUS_MAX, MediaFile, MediaState, small_key

media = cast(Table, MediaFile.__table__)
FOCUS_STEPS = 4


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a post, as pages and APIs show it."""

    id: int
    key: str
    content_type: str
    width: int
    height: int
    preview_width: int
    preview_height: int
    blurhash: str
    focus_x: int
    focus_y: int
    description: str

    @property
    def kind(self) -> str:
        """What it is to a page: so far always an image."""
        return "image"

    @property
    def url(self) -> str:
        """Its address on this site."""
        return f"/{self.key}.{BY_CONTENT_TYPE[self.content_type].extension}"

    @property
    def preview_url(self) -> str:
        """The address of the smaller file."""
        return f"/{small_key(self.key)}.{WEBP.extension}"

    @property
    def focus(self) -> str:
        """The class of the style sheet that keeps the point in sight when the picture is cut."""
        return f"at-{_step(self.focus_x)}{_step(-self.focus_y)}"


def _step(thousandths: int) -> int:
    """Return the nearest of the five steps from one edge (0) to the other (4)."""
    return ((thousandths + FOCUS_MAX) * FOCUS_STEPS + FOCUS_MAX) // (2 * FOCUS_MAX)


_SHOWN = (
    "id key content_type width height preview_width preview_height blurhash focus_x focus_y "
    "description"
)
_OF_STATUSES = (
    select(media.c.status_id, *(media.c[name] for name in _SHOWN.split()))
    .where(media.c.status_id.in_(bindparam("status_ids", expanding=True)))
    .order_by(media.c.status_id, media.c.position, media.c.id)
)


def pictures_of(
    connection: Connection, status_ids: Collection[int]
) -> Mapping[int, Sequence[Picture]]:
    """Return the pictures of posts by the post's id, each in their order, in one statement."""
    found: dict[int, list[Picture]] = {}
    if status_ids:
        for status_id, *values in connection.execute(
            _OF_STATUSES, {"status_ids": list(status_ids)}
        ):
            found.setdefault(status_id, []).append(Picture(*values))
    return found


def has_pictures(status_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that the post of the column has a picture."""
    return exists().where(media.c.status_id == status_id)


def known_keys(session: Session, keys: Collection[str]) -> Collection[str]:
    """Return which of the keys are of stored files whose row is there, smaller ones included."""
    of_row = {key: key.partition("-")[0] for key in keys}
    there = select(MediaFile.key).where(MediaFile.key.in_(set(of_row.values())))
    found = set(session.scalars(there))
    return [key for key, of in of_row.items() if of in found]


_SERVED = select(media.c.content_type, media.c.preview_width).where(
    media.c.key == bindparam("key"), media.c.state != MediaState.RECEIVED
)


def served_type(connection: Connection, key: str, *, is_small: bool) -> str | None:
    """Return the content type of the stored picture at `key`; None if it is not there or gone."""
    row = connection.execute(_SERVED, {"key": key}).first()
    if row is None or (is_small and row.preview_width is None):
        return None
    return WEBP.content_type if is_small else cast(str, row.content_type)
