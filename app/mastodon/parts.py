"""Rendered accounts and posts by their ids, for answers that hold them side by side."""

from collections.abc import Collection
from datetime import datetime

import orjson
from sqlalchemy import Connection

from app.mastodon.render import Renderer
from app.statuses.lean import lean_posts


def people_by_id(
    renderer: Renderer, connection: Connection, ids: Collection[int]
) -> dict[int, orjson.Fragment]:
    """Return accounts, which are known to exist, in one statement."""
    wanted = list(dict.fromkeys(ids))
    found = renderer.accounts(connection, wanted)
    return {id_: orjson.Fragment(part) for id_, part in zip(wanted, found, strict=True)}


def posts_by_id(
    renderer: Renderer,
    connection: Connection,
    ids: Collection[int],
    *,
    viewer_id: int | None,
    now: datetime,
) -> dict[int, orjson.Fragment]:
    """Return those of the posts that the viewer may see."""
    if not ids:
        return {}
    rows = lean_posts(connection, viewer_id, list(ids))
    parts = renderer.posts(connection, rows, viewer_id=viewer_id, now=now)
    return {row.row_id: orjson.Fragment(part) for row, part in zip(rows, parts, strict=True)}
