"""Move: somebody goes on under another account, and their readers here with them.

Source: federation.md 11; security.md (c) 57.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from app.accounts.models import Account, RemoteActor
from app.federation.authority import Verified
from app.federation.inbox.desk import Desk, Thing
from app.relationships import service as relationships
from app.relationships.models import Follow

FRESH_FOR: Final = timedelta(minutes=10)  # What was fetched for this.


def move(desk: Desk, verified: Verified) -> bool:
    """Let who follows the old account follow the new one, if that names the old as its own.

    The new account is fetched anew. Who has moved on itself, or is gone, is not moved to; and an
    account moves once, however often it says so.
    """
    old = desk.known_person(verified.actor)
    uri = verified.activity.target
    if old is None or old.domain is None or uri is None or desk.ours.is_here(uri):
        return False
    here = desk.session.get_one(RemoteActor, old.id)
    if here.moved_to == uri and not _readers(desk, old):
        return False
    desk.want(Thing.PERSON_ANEW, uri)
    new = desk.known_person(uri)
    if new is None or not _takes_over(desk, new, old_uri=here.uri):
        return False
    if here.moved_to != uri:
        here.moved_to = uri
        old.rev += 1
    for follower_id in _readers(desk, old):
        follower = desk.session.get_one(Account, follower_id)
        _lead(desk, follower, old, new)
    return True


def _takes_over(desk: Desk, new: Account, *, old_uri: str) -> bool:
    there = desk.session.get_one(RemoteActor, new.id)
    if desk.now - there.fetched_at > FRESH_FOR:
        return False
    is_settled = there.moved_to is None and new.suspended_at is None
    return is_settled and there.uri != old_uri and old_uri in there.also_known_as


def _readers(desk: Desk, old: Account) -> list[int]:
    """Return who of this site follows the account, or asks to."""
    joined = select(Follow.follower_id).join(Account, Account.id == Follow.follower_id)
    mine = joined.where(Follow.followee_id == old.id, Account.domain.is_(None))
    return list(desk.session.scalars(mine.order_by(Follow.follower_id)))


def _lead(desk: Desk, follower: Account, old: Account, new: Account) -> None:
    session, now = desk.session, desk.now
    relationships.begin_follow(session, follower.id, new, now=now)
    relationships.end_follow(session, follower.id, old.id, by_follower=True, now=now)
