"""Reads of follows, blocks and mutes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.accounts.models import Account
from app.core.records import Record
from app.relationships.models import (
    AvoidedDomain,
    Block,
    Endorsement,
    Follow,
    FollowState,
    Mute,
    PrivateNote,
)

PAGE_SIZE = 40


class Between(Record):
    """How one account stands to another, seen from the first."""

    follows: bool = False
    requested: bool = False
    shows_boosts: bool = True
    notifies: bool = False
    followed_by: bool = False
    asked_by: bool = False
    blocks: bool = False
    blocked_by: bool = False
    mutes: bool = False
    mutes_notices: bool = False
    muted_until: datetime | None = None
    endorses: bool = False
    avoids_site: bool = False
    note: str = ""


class People(Record):
    """One page of a list of accounts; `older` is the key to go on from, None at the end."""

    accounts: Sequence[Account]
    older: int | None


def find_follow(session: Session, follower_id: int, followee_id: int) -> Follow | None:
    """Return the follow, or the request for one, between two accounts."""
    key = (Follow.follower_id == follower_id, Follow.followee_id == followee_id)
    return session.scalar(select(Follow).where(*key))


def is_follower(session: Session, follower_id: int, followee_id: int) -> bool:
    """Return whether the one follows the other, by agreement."""
    known = find_follow(session, follower_id, followee_id)
    return known is not None and known.state is FollowState.ACCEPTED


def is_blocked(session: Session, one_id: int, other_id: int) -> bool:
    """Return whether either of two accounts blocks the other."""
    either = or_(
        (Block.account_id == one_id) & (Block.target_id == other_id),
        (Block.account_id == other_id) & (Block.target_id == one_id),
    )
    return session.scalar(select(Block.id).where(either).limit(1)) is not None


def is_silenced(session: Session, account_id: int, target_id: int, *, now: datetime) -> bool:
    """Return whether the account wants no notifications of what the target does."""
    key = (Mute.account_id == account_id, Mute.target_id == target_id)
    found = select(Mute.id).where(*key, Mute.notifications, _lasts(now))
    return session.scalar(found) is not None


def between(session: Session, me: int, other: int, *, now: datetime) -> Between:
    """Return how `me` stands to `other`, in five statements."""
    return between_many(session, me, [other], now=now)[other]


def between_many(
    session: Session, me: int, others: Collection[int], *, now: datetime
) -> Mapping[int, Between]:
    """Return how `me` stands to each of the others, in five statements for all."""
    mine = select(Follow).where(Follow.follower_id == me, Follow.followee_id.in_(others))
    theirs = select(Follow).where(Follow.followee_id == me, Follow.follower_id.in_(others))
    follows = {row.followee_id: row for row in session.scalars(mine)}
    followed = {row.follower_id: row for row in session.scalars(theirs)}
    pairs = or_(
        (Block.account_id == me) & Block.target_id.in_(others),
        (Block.target_id == me) & Block.account_id.in_(others),
    )
    found = session.execute(select(Block.account_id, Block.target_id).where(pairs))
    blocks = {(row.account_id, row.target_id) for row in found}
    muted = select(Mute).where(Mute.account_id == me, Mute.target_id.in_(others), _lasts(now))
    mutes = {row.target_id: row for row in session.scalars(muted)}
    kept = _kept(session, me, others)
    return {
        other: _between(
            follows.get(other),
            followed.get(other),
            mutes.get(other),
            blocks=(me, other) in blocks,
            blocked_by=(other, me) in blocks,
            kept=kept.get(other, {}),
        )
        for other in others
    }


def _kept(session: Session, me: int, others: Collection[int]) -> Mapping[int, Mapping[str, str]]:
    """Return what `me` keeps about others, by what it is: a note, an endorsement, a site."""
    notes = select(PrivateNote.target_id, literal("note"), PrivateNote.comment)
    shown = select(Endorsement.target_id, literal("endorsed"), literal(""))
    sites = select(Account.id, literal("site"), literal(""))
    by_site = AvoidedDomain.domain == Account.domain
    rows = union_all(
        notes.where(PrivateNote.account_id == me, PrivateNote.target_id.in_(others)),
        shown.where(Endorsement.account_id == me, Endorsement.target_id.in_(others)),
        sites.join(AvoidedDomain, by_site).where(
            AvoidedDomain.account_id == me, Account.id.in_(others)
        ),
    )
    found: dict[int, dict[str, str]] = {}
    for target_id, what, words in session.execute(rows):
        found.setdefault(target_id, {})[what] = words
    return found


def _between(
    out: Follow | None,
    back: Follow | None,
    mute: Mute | None,
    *,
    blocks: bool,
    blocked_by: bool,
    kept: Mapping[str, str],
) -> Between:
    return Between(
        follows=out is not None and out.state is FollowState.ACCEPTED,
        requested=out is not None and out.state is FollowState.REQUESTED,
        shows_boosts=out is None or out.shows_boosts,
        notifies=out is not None and out.notifies,
        followed_by=back is not None and back.state is FollowState.ACCEPTED,
        asked_by=back is not None and back.state is FollowState.REQUESTED,
        blocks=blocks,
        blocked_by=blocked_by,
        mutes=mute is not None,
        mutes_notices=mute is not None and mute.notifications,
        muted_until=None if mute is None else mute.until,
        endorses="endorsed" in kept,
        avoids_site="site" in kept,
        note=kept.get("note", ""),
    )


def followers(
    session: Session, account_id: int, *, viewer_id: int | None = None, before: int | None = None
) -> People:
    """Return a page of the account's followers, newest first, without whom the viewer blocks."""
    accepted = (Follow.followee_id == account_id, Follow.state == FollowState.ACCEPTED)
    return _people(
        session, Follow.id, Follow.follower_id, *accepted, viewer_id=viewer_id, before=before
    )


def following(
    session: Session, account_id: int, *, viewer_id: int | None = None, before: int | None = None
) -> People:
    """Return a page of those whom the account follows, newest first."""
    accepted = (Follow.follower_id == account_id, Follow.state == FollowState.ACCEPTED)
    return _people(
        session, Follow.id, Follow.followee_id, *accepted, viewer_id=viewer_id, before=before
    )


def requests(session: Session, account_id: int, *, before: int | None = None) -> People:
    """Return a page of those who ask to follow the account."""
    asked = (Follow.followee_id == account_id, Follow.state == FollowState.REQUESTED)
    return _people(
        session, Follow.id, Follow.follower_id, *asked, viewer_id=account_id, before=before
    )


def blocked(session: Session, account_id: int, *, before: int | None = None) -> People:
    """Return a page of those whom the account blocks."""
    mine = Block.account_id == account_id
    return _people(session, Block.id, Block.target_id, mine, viewer_id=None, before=before)


def muted(
    session: Session, account_id: int, *, now: datetime, before: int | None = None
) -> People:
    """Return a page of those whom the account mutes at `now`."""
    mine = (Mute.account_id == account_id, _lasts(now))
    return _people(session, Mute.id, Mute.target_id, *mine, viewer_id=None, before=before)


def familiar_followers(
    session: Session, viewer_id: int, account_id: int, *, limit: int = 3
) -> Sequence[Account]:
    """Return some whom the viewer follows and who follow the account too, the latest first."""
    mine, theirs = aliased(Follow), aliased(Follow)
    rows = (
        select(Account)
        .join(mine, mine.followee_id == Account.id)
        .join(theirs, theirs.follower_id == Account.id)
        .where(
            mine.follower_id == viewer_id,
            mine.state == FollowState.ACCEPTED,
            theirs.followee_id == account_id,
            theirs.state == FollowState.ACCEPTED,
            Account.suspended_at.is_(None),
            _unblocked(viewer_id),
        )
        .order_by(theirs.id.desc())
    )
    return session.scalars(rows.limit(limit)).all()


def count_followers(session: Session, account_id: int) -> int:
    """Return how many accounts follow the account."""
    accepted = (Follow.followee_id == account_id, Follow.state == FollowState.ACCEPTED)
    return session.scalars(select(func.count()).select_from(Follow).where(*accepted)).one()


def count_following(session: Session, account_id: int) -> int:
    """Return how many accounts the account follows."""
    accepted = (Follow.follower_id == account_id, Follow.state == FollowState.ACCEPTED)
    return session.scalars(select(func.count()).select_from(Follow).where(*accepted)).one()


def _lasts(now: datetime) -> ColumnElement[bool]:
    return or_(Mute.until.is_(None), Mute.until > now)


def _people(
    session: Session,
    key: InstrumentedAttribute[int],
    account_id: InstrumentedAttribute[int],
    *conditions: ColumnElement[bool],
    viewer_id: int | None,
    before: int | None,
) -> People:
    conditions += (Account.suspended_at.is_(None),)
    if viewer_id is not None:
        conditions += (_unblocked(viewer_id),)
    if before is not None:
        conditions += (key < before,)
    rows = select(key, Account).join(Account, Account.id == account_id).where(*conditions)
    found = session.execute(rows.order_by(key.desc()).limit(PAGE_SIZE + 1)).all()
    page = found[:PAGE_SIZE]
    return People([row[1] for row in page], page[-1][0] if len(found) > PAGE_SIZE else None)


def _unblocked(viewer_id: int) -> ColumnElement[bool]:
    mine = select(Block.target_id).where(Block.account_id == viewer_id)
    theirs = select(Block.account_id).where(Block.target_id == viewer_id)
    return Account.id.not_in(mine) & Account.id.not_in(theirs)
