"""Reading filters: one statement for all that matching needs."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, cast

from sqlalchemy import CompoundSelect, Connection, Table, bindparam, literal, null, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.orm import BigInt
from app.core.words import say
from app.filters.kinds import split
from app.filters.matching import Matcher, Rule, matcher
from app.filters.models import Filter, FilterKeyword, FilterStatus

filters = cast(Table, Filter.__table__)
keywords = cast(Table, FilterKeyword.__table__)
statuses = cast(Table, FilterStatus.__table__)

WHOSE = bindparam("account_id", type_=BigInt)


def matcher_of(connection: Connection, account_id: int, *, now: datetime) -> Matcher:
    """Return the account's filters, ready to match, in one statement."""
    return matcher(account_id, rules_of(connection, account_id), now=now)


def rules_of(connection: Connection, account_id: int) -> Sequence[Rule]:
    """Return the account's filters as they are matched, in one statement."""
    return _rules(connection.execute(_ALL, {"account_id": account_id}).all())


def filters_of(session: Session, account_id: int) -> Sequence[Filter]:
    """Return an account's filters, in the order in which they were made."""
    mine = select(Filter).where(Filter.account_id == account_id)
    return session.scalars(mine.order_by(Filter.id)).all()


def own_filter(session: Session, account_id: int, filter_id: int) -> Filter:
    """Return a filter of the account. Raises: NotFound, also for that of somebody else."""
    found = session.get(Filter, filter_id)
    if found is None or found.account_id != account_id:
        raise NotFound(say("There is no such filter."))
    return found


def own_keyword(session: Session, account_id: int, keyword_id: int) -> FilterKeyword:
    """Return a keyword of one of the account's filters. Raises: NotFound."""
    found = session.get(FilterKeyword, keyword_id)
    if found is None:
        raise NotFound(say("There is no such filter."))
    own_filter(session, account_id, found.filter_id)
    return found


def own_filter_status(session: Session, account_id: int, row_id: int) -> FilterStatus:
    """Return a post of one of the account's filters. Raises: NotFound."""
    found = session.get(FilterStatus, row_id)
    if found is None:
        raise NotFound(say("There is no such filter."))
    own_filter(session, account_id, found.filter_id)
    return found


def keywords_of(session: Session, *filter_ids: int) -> Sequence[FilterKeyword]:
    """Return the keywords of some filters, in the order in which they were added."""
    theirs = select(FilterKeyword).where(FilterKeyword.filter_id.in_(filter_ids))
    return session.scalars(theirs.order_by(FilterKeyword.id)).all()


def statuses_of(session: Session, *filter_ids: int) -> Sequence[FilterStatus]:
    """Return the posts of some filters, in the order in which they were added."""
    theirs = select(FilterStatus).where(FilterStatus.filter_id.in_(filter_ids))
    return session.scalars(theirs.order_by(FilterStatus.id)).all()


def _rules(rows: Sequence[Any]) -> list[Rule]:
    rules = []
    for head, group in groupby(rows, key=lambda row: tuple(row[:5])):
        parts = list(group)
        rules.append(
            Rule(
                head[0],
                head[1],
                split(head[2]),
                head[3],
                head[4],
                keywords=tuple((p.keyword, p.whole_word) for p in parts if p.keyword is not None),
                status_ids=tuple(p.status_id for p in parts if p.status_id is not None),
            )
        )
    return rules


def _all() -> CompoundSelect[Any]:
    mine = filters.c.account_id == WHOSE
    head = (
        filters.c.id.label("of"),
        filters.c.title,
        filters.c.contexts,
        filters.c.action,
        filters.c.expires_at,
    )
    no_post = literal(None, BigInt).label("status_id")
    no_words = (null().label("keyword"), literal(False).label("whole_word"))
    by_word = (
        select(
            *head, keywords.c.keyword, keywords.c.whole_word, no_post, keywords.c.id.label("nth")
        )
        .join_from(filters, keywords, keywords.c.filter_id == filters.c.id)
        .where(mine)
    )
    by_post = (
        select(*head, *no_words, statuses.c.status_id, statuses.c.id.label("nth"))
        .join_from(filters, statuses, statuses.c.filter_id == filters.c.id)
        .where(mine)
    )
    both = by_word.union_all(by_post)
    return both.order_by("of", "nth")


_ALL = _all()
