"""Whom a member could follow: people whom those recommend whom they follow, and nobody else.

Only to who asks for it; the newest recommendation comes first, and nothing is counted.
Source: mastodon-api.md 1.16.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Account
from app.core.errors import NotFound
from app.core.records import Record
from app.core.upsert import insert_missing
from app.core.words import say
from app.members.actor import Actor
from app.members.models import Member
from app.relationships.models import Block, Endorsement, Follow, FollowState, Mute, PassedOver

KEY: Final = "suggestions"
SHOWN_MAX: Final = 80
LOOKED_AT: Final = 400  # Recommendations, for one page of people.


class Suggestion(Record):
    """Somebody to follow, and who recommends them, the latest first."""

    account: Account
    by: Sequence[Account]


def wants_suggestions(session: Session, actor: Actor) -> bool:
    """Return whether the actor has asked for suggestions."""
    return bool(session.get_one(Member, actor.member_id).settings.get(KEY, False))


def want_suggestions(session: Session, actor: Actor, *, wanted: bool) -> None:
    """Keep whether the actor wants suggestions."""
    member = session.get_one(Member, actor.member_id)
    member.settings = {**member.settings, KEY: wanted}


def pass_over(session: Session, actor: Actor, *, target_id: int, now: datetime) -> None:
    """Suggest an account to the actor no longer. Raises: NotFound."""
    if session.get(Account, target_id) is None:
        raise NotFound(say("There is no such account."))
    key = {"account_id": actor.account_id, "target_id": target_id}
    insert_missing(session, PassedOver, **key, at=now)


def suggestions_for(
    session: Session, actor: Actor, *, limit: int = SHOWN_MAX
) -> Sequence[Suggestion]:
    """Return whom the actor could follow, if they have asked for it; in three statements."""
    if not wants_suggestions(session, actor):
        return ()
    by_target: dict[int, list[int]] = {}
    for target_id, by_id in session.execute(_recommended(actor.account_id)):
        by_target.setdefault(target_id, []).append(by_id)
    shown = dict(list(by_target.items())[:limit])
    ids = set(shown) | {by_id for by in shown.values() for by_id in by}
    people = select(Account).where(Account.id.in_(ids))
    known = {account.id: account for account in session.scalars(people)}
    return [
        Suggestion(known[target_id], [known[by_id] for by_id in by])
        for target_id, by in shown.items()
    ]


def _recommended(me: int) -> Select[int, int]:
    target, recommender = aliased(Account), aliased(Account)
    mine = Follow.follower_id == me
    hidden = [
        select(Follow.followee_id).where(mine),
        select(Block.target_id).where(Block.account_id == me),
        select(Block.account_id).where(Block.target_id == me),
        select(Mute.target_id).where(Mute.account_id == me),
        select(PassedOver.target_id).where(PassedOver.account_id == me),
    ]
    followed = (mine, Follow.state == FollowState.ACCEPTED)
    rows = (
        select(Endorsement.target_id, Endorsement.account_id)
        .join(Follow, Follow.followee_id == Endorsement.account_id)
        .join(target, target.id == Endorsement.target_id)
        .join(recommender, recommender.id == Endorsement.account_id)
        .where(*followed, Endorsement.target_id != me, *(target.id.not_in(h) for h in hidden))
        .where(target.suspended_at.is_(None), recommender.suspended_at.is_(None))
        .where(target.discoverable, target.waiting.is_(False))
    )
    return rows.order_by(Endorsement.id.desc()).limit(LOOKED_AT)
