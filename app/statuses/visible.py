"""The SQL twin of `app.statuses.visibility`: the same rule, for queries.

Blocks and mutes are `NOT IN (SELECT …)`, which both engines answer from a small set that they
build once, where anti-joins cost PostgreSQL's planner more than the whole query.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias, cast

from sqlalchemy import ColumnElement, FromClause, Table, and_, exists, or_, select, true

from app.accounts.models import Account
from app.relationships.models import AvoidedDomain, Block, Follow, FollowState, Mute
from app.statuses.models import Mention, Status
from app.statuses.visibility import BY_NAME, OPEN, Visibility

Value: TypeAlias = ColumnElement[Any]

statuses = cast(Table, Status.__table__)
accounts = cast(Table, Account.__table__)
follows = cast(Table, Follow.__table__)
blocks = cast(Table, Block.__table__)
mutes = cast(Table, Mute.__table__)
avoided = cast(Table, AvoidedDomain.__table__)
mentions = cast(Table, Mention.__table__)


def visible_to(
    me: Value | None,
    post: FromClause = statuses,
    *,
    original: FromClause | None = None,
    people: Sequence[FromClause] = (),
    is_local: bool = True,
    even_gone: bool = False,
) -> ColumnElement[bool]:
    """Return the condition that `me` may see `post`; None stands for visitors without an account.

    `original` is the boosted post where the query joins it (outer) already, and `people` are the
    authors of both where it joins (outer) them; else they are looked up. `even_gone`: deleted
    posts are judged as they were, to find whoever is to be told that they are gone.
    """
    rule = partial(_rule, me, is_local=is_local, even_gone=even_gone)
    if people:
        nobody_gone = and_(true(), *(person.c.suspended_at.is_(None) for person in people))
    else:
        nobody_gone = _author_stands(post)
    if original is not None:
        seen = rule(original)
        boosted = seen if people else and_(seen, _author_stands(original))
        boosted = or_(post.c.reblog_of_id.is_(None), boosted)
    else:
        other = statuses.alias()
        found = exists().where(
            other.c.id == post.c.reblog_of_id,
            rule(other),
            _author_stands(other),
        )
        boosted = or_(post.c.reblog_of_id.is_(None), found)
    return and_(nobody_gone, rule(post), boosted)


def _author_stands(post: FromClause) -> ColumnElement[bool]:
    author = accounts.alias()
    suspended = exists().where(
        author.c.id == post.c.account_id, author.c.suspended_at.is_not(None)
    )
    return ~suspended


def _rule(
    me: Value | None, post: FromClause, *, is_local: bool, even_gone: bool
) -> ColumnElement[bool]:
    stands = true() if even_gone else post.c.deleted_at.is_(None)
    if me is None:
        return and_(stands, post.c.visibility.in_(OPEN))
    addressed = or_(*_addressed(me, post, is_local=is_local))
    others = and_(unblocked(me, post.c.account_id), addressed)
    return and_(stands, or_(post.c.account_id == me, others))


def _addressed(me: Value, post: FromClause, *, is_local: bool) -> list[ColumnElement[bool]]:
    named = exists().where(mentions.c.status_id == post.c.id, mentions.c.account_id == me)
    open_to_me = OPEN | {Visibility.LOCAL} if is_local else OPEN
    return [
        post.c.visibility.in_(open_to_me),
        and_(
            post.c.visibility == Visibility.FOLLOWERS,
            post.c.account_id.in_(followed_by(me)),
        ),
        and_(post.c.visibility.in_(BY_NAME), named),
    ]


def followed_by(me: Value) -> Any:
    """Return the sub-query of the accounts that `me` follows."""
    mine = (follows.c.follower_id == me, follows.c.state == FollowState.ACCEPTED)
    return select(follows.c.followee_id).where(*mine)


def unblocked(me: Value, *columns: Value) -> ColumnElement[bool]:
    """Return the condition that no account in `columns` blocked `me` or was blocked by them.

    A column that is NULL, as a boost's in a post that is none, passes.
    """
    mine = select(blocks.c.target_id).where(blocks.c.account_id == me)
    theirs = select(blocks.c.account_id).where(blocks.c.target_id == me)
    return and_(true(), *(or_(c.is_(None), c.not_in(mine) & c.not_in(theirs)) for c in columns))


def lets_in(me: Value, account_id: Value) -> ColumnElement[bool]:
    """Return the condition that the account did not block `me`; whom `me` blocked stays known."""
    theirs = select(blocks.c.account_id).where(blocks.c.target_id == me)
    return account_id.not_in(theirs)


def unmuted(
    me: Value,
    now: ColumnElement[datetime],
    *columns: Value,
    people: Sequence[FromClause] = (),
) -> ColumnElement[bool]:
    """Return the condition that `me` mutes no account in `columns` at `now`, and avoids no site
    of theirs; NULL passes.

    `people` are the accounts of the columns where the query joins (outer) them; else they are
    looked up.
    """
    lasts = or_(mutes.c.until.is_(None), mutes.c.until > now)
    muted = select(mutes.c.target_id).where(mutes.c.account_id == me, lasts)
    unheard = (or_(c.is_(None), c.not_in(muted)) for c in columns)
    if not people:
        return and_(true(), *unheard, *(~_of_avoided_site(me, c) for c in columns))
    sites = select(avoided.c.domain).where(avoided.c.account_id == me)
    met = (or_(p.c.domain.is_(None), p.c.domain.not_in(sites)) for p in people)
    return and_(true(), *unheard, *met)


def _of_avoided_site(me: Value, column: Value) -> ColumnElement[bool]:
    # Looked up for each row: a site may have very many accounts, a page has few.
    author = accounts.alias()
    return exists().where(
        author.c.id == column,
        avoided.c.domain == author.c.domain,
        avoided.c.account_id == me,
    )
