"""Whom of other sites something concerns: asked before anything is owed, so mostly in vain.

The first question is asked of every post, in one statement that is compiled once; where nobody
of another site has to do with its author or with it, nothing else is done.
"""

from collections.abc import Collection
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import Select, Table, bindparam, exists, or_, select, union
from sqlalchemy.orm import Session

from app.accounts.models import Account, RemoteActor
from app.core.orm import BigInt
from app.core.prepared import Among, Prepared
from app.statuses.models import Favourite, Mention, Status
from app.statuses.quotes.models import Quote
from app.statuses.visibility import Visibility

PEOPLE_MAX: Final = 10_000

accounts = cast(Table, Account.__table__)
actors = cast(Table, RemoteActor.__table__)
statuses = cast(Table, Status.__table__)
mentions = cast(Table, Mention.__table__)
favourites = cast(Table, Favourite.__table__)
quotes = cast(Table, Quote.__table__)

ABOUT: Final = bindparam("about", type_=BigInt)


def concerns_others(session: Session, status_id: int) -> bool:
    """Return whether a post of this site, even a deleted one, is to be told to other sites."""
    return bool(_concerned().rows(session.connection(), {"about": status_id}))


def elsewhere_among(session: Session, account_ids: Collection[int]) -> frozenset[int]:
    """Return which of some accounts are of other sites."""
    rows = _far().rows(session.connection(), {"ids": list(account_ids)})
    return frozenset(row[0] for row in rows)


def is_heard_elsewhere(session: Session, account_id: int) -> bool:
    """Return whether an account is of this site and somebody of another one follows it."""
    return bool(_heard().rows(session.connection(), {"about": account_id}))


def answered_by(session: Session, status_id: int) -> frozenset[int]:
    """Return whom a post answers; nobody if it begins a talk."""
    answered = select(statuses.c.in_reply_to_account_id).where(statuses.c.id == status_id)
    found = session.scalar(answered)
    return frozenset() if found is None else frozenset({found})


def in_post(session: Session, status_id: int) -> frozenset[int]:
    """Return the accounts of other sites that answered, boosted, quoted or liked a public post."""
    answered = select(statuses.c.account_id).where(
        or_(statuses.c.in_reply_to_id == status_id, statuses.c.reblog_of_id == status_id)
    )
    liked = select(favourites.c.account_id).where(favourites.c.status_id == status_id)
    quoting = (
        select(statuses.c.account_id)
        .join(quotes, quotes.c.status_id == statuses.c.id)
        .where(quotes.c.quoted_id == status_id)
    )
    people = union(answered, liked, quoting).subquery()
    far = select(actors.c.account_id).where(actors.c.account_id.in_(select(people)))
    return frozenset(session.scalars(far.limit(PEOPLE_MAX))) | answered_by(session, status_id)


def named_in(session: Session, status_id: int) -> list[str]:
    """Return the ids of the people of other sites whom a post names or named."""
    named = (
        select(actors.c.uri)
        .join(mentions, mentions.c.account_id == actors.c.account_id)
        .where(mentions.c.status_id == status_id)
    )
    return list(session.scalars(named.order_by(actors.c.account_id)))


@cache
def _concerned() -> Prepared:
    author = accounts.alias("author")
    far = accounts.alias("far")
    named = exists().where(
        mentions.c.status_id == statuses.c.id,
        far.c.id == mentions.c.account_id,
        far.c.domain.is_not(None),
    )
    other = accounts.alias("other")
    answered = exists().where(
        other.c.id == statuses.c.in_reply_to_account_id,
        other.c.domain.is_not(None),
        statuses.c.visibility.in_((Visibility.PUBLIC, Visibility.UNLISTED)),
    )
    is_for_followers = statuses.c.visibility != Visibility.DIRECT
    has_readers = author.c.followed_elsewhere & is_for_followers
    return Prepared(
        select(statuses.c.id)
        .join(author, author.c.id == statuses.c.account_id)
        .where(
            statuses.c.id == ABOUT,
            author.c.domain.is_(None),
            statuses.c.visibility != Visibility.LOCAL,
            or_(has_readers, named, answered),
        )
    )


@cache
def _far() -> Prepared:
    return Prepared(select(accounts.c.id).where(Among(accounts.c.id, "ids"), _is_far()))


@cache
def _heard() -> Prepared:
    one: Select[Any] = select(accounts.c.id).where(
        accounts.c.id == ABOUT, accounts.c.domain.is_(None), accounts.c.followed_elsewhere
    )
    return Prepared(one)


def _is_far() -> Any:
    return accounts.c.domain.is_not(None)
