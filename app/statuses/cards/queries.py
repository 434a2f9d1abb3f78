"""Reading cards, in plain values and without any ORM object."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, bindparam, select

from app.core.orm import BigInt
from app.core.records import Record, names_of
from app.statuses.cards.models import Card, StatusCard

cards = cast(Table, Card.__table__)
status_cards = cast(Table, StatusCard.__table__)


class CardView(Record):
    """What a page says of itself, as pages and APIs show it."""

    url: str
    host: str
    title: str
    description: str
    language: str | None
    site_name: str
    author_name: str
    author_url: str
    published_at: datetime | None
    image_url: str | None
    image_description: str
    image_width: int | None
    image_height: int | None
    blurhash: str | None


NAMES = names_of(CardView)
_OF_STATUSES = (
    select(status_cards.c.status_id, *(cards.c[name] for name in NAMES))
    .join_from(status_cards, cards, cards.c.id == status_cards.c.card_id)
    .where(status_cards.c.status_id.in_(bindparam("ids", type_=BigInt, expanding=True)))
    .where(cards.c.title != "")
)


def cards_of(connection: Connection, status_ids: Collection[int]) -> Mapping[int, CardView]:
    """Return the cards of posts by the post's id, in one statement."""
    if not status_ids:
        return {}
    rows = connection.execute(_OF_STATUSES, {"ids": list(status_ids)})
    return {status_id: CardView(*values) for status_id, *values in rows}
