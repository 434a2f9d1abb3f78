"""What writers of sayings get and return. Source: federation.md 6, 7."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from app.core.records import Record
from app.federation.documents.actors import Site
from app.federation.documents.notes import Pen
from app.http.urls import Urls


class Kind(StrEnum):
    """What can be said; each has its writer."""

    READY = "ready"  # It comes with its words.
    POST_CREATE = "post.create"
    POST_UPDATE = "post.update"
    POST_DELETE = "post.delete"
    BOOST = "boost"
    BOOST_UNDO = "boost.undo"
    LIKE = "like"
    LIKE_UNDO = "like.undo"
    VOTE = "vote"
    PIN = "pin"
    PIN_UNDO = "pin.undo"
    FOLLOW = "follow"
    FOLLOW_UNDO = "follow.undo"
    FOLLOW_ACCEPT = "follow.accept"
    FOLLOW_REJECT = "follow.reject"
    BLOCK = "block"
    BLOCK_UNDO = "block.undo"
    ACTOR_UPDATE = "actor.update"
    FLAG = "flag"


# Said even of what is gone, and by those who may say nothing else any more.
FAREWELLS = frozenset(
    {Kind.POST_DELETE, Kind.BOOST_UNDO, Kind.LIKE_UNDO, Kind.FOLLOW_UNDO, Kind.ACTOR_UPDATE}
)


class Desk(Record):
    """What writers write with."""

    session: Session
    site: Site
    pen: Pen

    @property
    def urls(self) -> Urls:
        """The addresses of this site."""
        return self.site.urls


class Letter(Record):
    """An activity, and who gets it beside those whom its own words are addressed to.

    `others` are accounts that something public concerns. `is_direct`: it goes to each person's
    own inbox. `is_for_all`: to every site that we know.
    """

    activity: Mapping[str, Any]
    others: frozenset[int] = frozenset()
    is_direct: bool = False
    is_for_all: bool = False


Payload: TypeAlias = Mapping[str, Any]
Writer: TypeAlias = Callable[[Desk, int | None, Payload], Letter | None]
