"""Lists of accounts, paged by the rows that put them there: for programs."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias, cast

from sqlalchemy import Connection, Select, Table, bindparam, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.orm import BigInt, UtcDateTime
from app.relationships.models import Block, Endorsement, Follow, FollowState, Mute

accounts = cast(Table, Account.__table__)
follows = cast(Table, Follow.__table__)
blocks = cast(Table, Block.__table__)
mutes = cast(Table, Mute.__table__)
endorsements = cast(Table, Endorsement.__table__)

WHO = bindparam("who", type_=BigInt)
NOW = bindparam("now", type_=UtcDateTime())
KEYS = {name: bindparam(name, type_=BigInt) for name in ("before", "after", "limit", "me")}

NEWEST: Final = 2**63 - 1
ENDORSED_SHOWN: Final = 20

Listing: TypeAlias = Callable[[], Select[Any]]


class Edge(NamedTuple):
    """An account in a list, and the key of the row that put it there."""

    key: int
    account_id: int
    until: Any = None  # Of a mute: when it ends.


def followers() -> Select[Any]:
    """Return the statement of those who follow `who`."""
    accepted = (follows.c.followee_id == WHO, follows.c.state == FollowState.ACCEPTED)
    return select(follows.c.id, follows.c.follower_id).where(*accepted)


def following() -> Select[Any]:
    """Return the statement of those whom `who` follows."""
    accepted = (follows.c.follower_id == WHO, follows.c.state == FollowState.ACCEPTED)
    return select(follows.c.id, follows.c.followee_id).where(*accepted)


def requests() -> Select[Any]:
    """Return the statement of those who ask to follow `who`."""
    asked = (follows.c.followee_id == WHO, follows.c.state == FollowState.REQUESTED)
    return select(follows.c.id, follows.c.follower_id).where(*asked)


def blocked() -> Select[Any]:
    """Return the statement of those whom `who` blocks."""
    return select(blocks.c.id, blocks.c.target_id).where(blocks.c.account_id == WHO)


def muted() -> Select[Any]:
    """Return the statement of those whom `who` mutes at `now`."""
    lasts = or_(mutes.c.until.is_(None), mutes.c.until > NOW)
    columns = (mutes.c.id, mutes.c.target_id, mutes.c.until)
    return select(*columns).where(mutes.c.account_id == WHO, lasts)


def endorsed() -> Select[Any]:
    """Return the statement of those whom `who` shows on their page."""
    columns = (endorsements.c.id, endorsements.c.target_id)
    return select(*columns).where(endorsements.c.account_id == WHO)


def endorsed_by(
    session: Session, account_id: int, *, viewer_id: int | None, limit: int = ENDORSED_SHOWN
) -> Sequence[Account]:
    """Return whom an account shows on its page, the newest first, as far as the viewer may."""
    edges = read_edges(
        session.connection(),
        endorsed,
        who=account_id,
        viewer_id=viewer_id,
        before=NEWEST,
        after=0,
        limit=limit,
    )
    theirs = select(Account).where(Account.id.in_([edge.account_id for edge in edges]))
    found = {account.id: account for account in session.scalars(theirs)}
    return [found[edge.account_id] for edge in edges if edge.account_id in found]


def read_edges(
    connection: Connection,
    listing: Listing,
    *,
    who: int,
    before: int,
    after: int,
    limit: int,
    from_below: bool = False,
    viewer_id: int | None = None,
    **parameters: Any,
) -> Sequence[Edge]:
    """Return the page of a list, newest first, without whom the viewer blocks or is blocked by."""
    statement = _paged(listing, from_below=from_below, is_visitor=viewer_id is None)
    keys = {"who": who, "before": before, "after": after, "limit": limit}
    me = {} if viewer_id is None else {"me": viewer_id}
    rows = connection.execute(statement, {**keys, **me, **parameters})
    found = [Edge(*row) for row in rows]
    return found[::-1] if from_below else found


@cache
def _paged(listing: Listing, *, from_below: bool, is_visitor: bool) -> Select[Any]:
    statement = listing()
    key, account_id = list(statement.selected_columns)[:2]
    stands = accounts.c.suspended_at.is_(None)
    statement = statement.join(accounts, accounts.c.id == account_id).where(stands)
    statement = statement.where(key < KEYS["before"], key > KEYS["after"])
    if not is_visitor:
        mine = select(blocks.c.target_id).where(blocks.c.account_id == KEYS["me"])
        theirs = select(blocks.c.account_id).where(blocks.c.target_id == KEYS["me"])
        statement = statement.where(account_id.not_in(mine), account_id.not_in(theirs))
    return statement.order_by(key if from_below else key.desc()).limit(KEYS["limit"])
