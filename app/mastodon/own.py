"""A member's own account, as the statement that apps ask again and again reads it.

A row comes as one text that says all that the answer depends on, so the answer is kept by it.
"""

from functools import cache
from typing import Any, NamedTuple, cast

import orjson
from sqlalchemy import Connection, Table, Text, func, select
from sqlalchemy import cast as as_type

from app.core.prepared import Packed, Prepared
from app.emojis.book import emojis_rev
from app.members.actor import Actor
from app.members.models import Mandate, Member
from app.members.queries import is_running
from app.relationships.models import Follow, FollowState
from app.statuses.views import ME, NOW
from app.statuses.visible import accounts

members = cast(Table, Member.__table__)


class OwnAccount(NamedTuple):
    """What only the member is told, and what changes about what everybody is."""

    id: int
    rev: int
    posts: int
    newest_id: int | None
    note: str
    fields: str  # As JSON.
    discoverable: bool
    indexable: bool
    settings: str  # The member's, as JSON.
    requests: int
    offices: str | None  # That they hold, with commas between them.
    emojis_rev: int


def own_row(connection: Connection, actor: Actor, *, now: Any) -> str:
    """Return what the actor's own account says at this moment, in one statement."""
    [(text,)] = _own().rows(connection, {"me": actor.account_id, "now": now})
    return str(text)


def unpacked_own(text: str) -> OwnAccount:
    """Return what the text of a row tells."""
    return OwnAccount._make(orjson.loads(text))


@cache
def _own() -> Prepared:
    requests = select(func.count()).where(
        Follow.followee_id == ME, Follow.state == FollowState.REQUESTED
    )
    held = select(func.aggregate_strings(Mandate.office, ","))
    held = held.where(Mandate.member_id == members.c.id, is_running(cast(Any, NOW)))
    columns = (
        *(accounts.c[name] for name in ("id", "rev", "statuses_count", "last_status_id", "note")),
        as_type(accounts.c.fields, Text),
        accounts.c.discoverable,
        accounts.c.indexable,
        as_type(members.c.settings, Text),
        requests.scalar_subquery(),
        held.correlate(members).scalar_subquery(),
        emojis_rev(),
    )
    source = accounts.join(members, members.c.account_id == accounts.c.id)
    mine = select(Packed(*columns)).select_from(source).where(accounts.c.id == ME)
    return Prepared(mine, converts=False)
