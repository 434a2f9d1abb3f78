"""Into which inboxes a saying goes: whom its own words are addressed to, and nobody else.

An audience is read from the activity, so that what it says of its readers and who gets it cannot
differ. Shared inboxes are preferred, except for letters. Source: federation.md 6.3, 12.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, RemoteActor
from app.core.records import Record
from app.relationships.models import Follow, FollowState

FOLLOWERS_AT_ONCE: Final = 5_000
ADDRESSED_MAX: Final = 1_000

actors = cast(Table, RemoteActor.__table__)
accounts = cast(Table, Account.__table__)
follows = cast(Table, Follow.__table__)


class Page(Record):
    """Some inboxes, and the account up to which they are listed; None: there are no more."""

    inboxes: Sequence[str]
    reached_id: int | None


def addressed_to(activity: Mapping[str, Any]) -> Sequence[str]:
    """Return the ids that an activity is addressed to, each once."""
    lists = (activity.get("to", ()), activity.get("cc", ()))
    return list(dict.fromkeys(uri for uris in lists for uri in uris))[:ADDRESSED_MAX]


def inboxes_of(
    session: Session, uris: Collection[str], *, is_letter: bool = False
) -> Sequence[str]:
    """Return the inboxes of those of the ids that are accounts of other sites.

    A letter goes to each person's own inbox.
    """
    wanted = (actors.c.uri.in_(list(uris)), accounts.c.suspended_at.is_(None))
    return session.scalars(_inboxes(is_letter=is_letter).where(*wanted)).all()


def inboxes_by_account(session: Session, account_ids: Collection[int]) -> Sequence[str]:
    """Return the inboxes of those of the accounts that are of other sites."""
    wanted = (actors.c.account_id.in_(list(account_ids)), accounts.c.suspended_at.is_(None))
    return session.scalars(_inboxes().where(*wanted)).all()


def inboxes_of_followers(session: Session, account_id: int, *, after: int) -> Page:
    """Return the inboxes of the next FOLLOWERS_AT_ONCE followers of other sites."""
    mine = (
        follows.c.followee_id == account_id,
        follows.c.state == FollowState.ACCEPTED,
        follows.c.follower_id > after,
    )
    page = (
        select(follows.c.follower_id)
        .where(*mine)
        .order_by(follows.c.follower_id)
        .limit(FOLLOWERS_AT_ONCE)
    )
    return _page(session, page.subquery().c.follower_id)


def inboxes_of_everybody(session: Session, *, after: int) -> Page:
    """Return the inboxes of the next FOLLOWERS_AT_ONCE accounts of other sites that we know."""
    page = (
        select(actors.c.account_id)
        .where(actors.c.account_id > after)
        .order_by(actors.c.account_id)
        .limit(FOLLOWERS_AT_ONCE)
    )
    return _page(session, page.subquery().c.account_id)


def _page(session: Session, ids: Any) -> Page:
    last, count = session.execute(select(func.max(ids), func.count(ids))).one()
    if not count:
        return Page((), None)
    standing = (actors.c.account_id.in_(select(ids)), accounts.c.suspended_at.is_(None))
    inboxes = session.scalars(_inboxes().where(*standing)).all()
    return Page(inboxes, last if count == FOLLOWERS_AT_ONCE else None)


def _inboxes(*, is_letter: bool = False) -> Select[Any]:
    own = actors.c.inbox
    inbox = own if is_letter else func.coalesce(actors.c.shared_inbox, own)
    joined = actors.join(accounts, accounts.c.id == actors.c.account_id)
    return select(inbox).distinct().select_from(joined)
