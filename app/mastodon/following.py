"""Following, blocking and muting. Each answers how the two stand from then on.

Source: mastodon-api.md 4.2.
"""

from datetime import timedelta

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.clock import Clock
from app.http.deps import ClockDep, SessionDep
from app.mastodon.accounts import check_known, one, relationships
from app.mastodon.answers import json
from app.mastodon.params import ParamsDep
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import Blocker, Follower, Muter
from app.members.actor import Actor
from app.relationships import service
from app.relationships.queries import find_follow

router = mastodon_router()


@router.post(f"{one}/follow")
def follow(
    account_id: int, params: ParamsDep, actor: Follower, session: SessionDep, clock: ClockDep
) -> Response:
    """Follow somebody, or change how; what the app leaves open stays as it was."""
    known = find_follow(session, actor.account_id, account_id)
    boosts, notify = params.flag("reblogs"), params.flag("notify")
    if boosts is None:
        boosts = known is None or known.shows_boosts
    if notify is None:
        notify = known is not None and known.notifies
    service.follow(
        session,
        actor,
        target_id=account_id,
        shows_boosts=boosts,
        notifies=notify,
        now=clock.now(),
    )
    return _answer(session, actor, account_id, clock)


@router.post(f"{one}/unfollow")
def unfollow(account_id: int, actor: Follower, session: SessionDep, clock: ClockDep) -> Response:
    """Stop following somebody, or take a request back."""
    check_known(session, account_id)
    service.unfollow(session, actor, target_id=account_id, now=clock.now())
    return _answer(session, actor, account_id, clock)


@router.post(f"{one}/remove_from_followers")
def remove_follower(
    account_id: int, actor: Follower, session: SessionDep, clock: ClockDep
) -> Response:
    """Take somebody out of one's followers."""
    check_known(session, account_id)
    service.remove_follower(session, actor, follower_id=account_id, now=clock.now())
    return _answer(session, actor, account_id, clock)


@router.post(f"{one}/block")
def block(account_id: int, actor: Blocker, session: SessionDep, clock: ClockDep) -> Response:
    """Have nothing to do with somebody any more."""
    service.block(session, actor, target_id=account_id, now=clock.now())
    return _answer(session, actor, account_id, clock)


@router.post(f"{one}/unblock")
def unblock(account_id: int, actor: Blocker, session: SessionDep, clock: ClockDep) -> Response:
    """End a block."""
    check_known(session, account_id)
    service.unblock(session, actor, target_id=account_id, now=clock.now())
    return _answer(session, actor, account_id, clock)


@router.post(f"{one}/mute")
def mute(
    account_id: int, params: ParamsDep, actor: Muter, session: SessionDep, clock: ClockDep
) -> Response:
    """Read nothing of somebody for a while, or for good."""
    seconds = params.id("duration") or 0
    hides = params.flag("notifications")
    service.mute(
        session,
        actor,
        target_id=account_id,
        lasting=timedelta(seconds=min(seconds, SECONDS_MAX)) if seconds else None,
        notifications=True if hides is None else hides,
        now=clock.now(),
    )
    return _answer(session, actor, account_id, clock)


@router.post(f"{one}/unmute")
def unmute(account_id: int, actor: Muter, session: SessionDep, clock: ClockDep) -> Response:
    """End a mute."""
    check_known(session, account_id)
    service.unmute(session, actor, target_id=account_id)
    return _answer(session, actor, account_id, clock)


@router.post("/api/v1/follow_requests/{account_id:int}/authorize")
def accept(account_id: int, actor: Follower, session: SessionDep, clock: ClockDep) -> Response:
    """Let somebody follow who asked to."""
    service.accept_follower(session, actor, follower_id=account_id, now=clock.now())
    return _answer(session, actor, account_id, clock)


@router.post("/api/v1/follow_requests/{account_id:int}/reject")
def reject(account_id: int, actor: Follower, session: SessionDep, clock: ClockDep) -> Response:
    """Decline what somebody asked; they are not told."""
    service.reject_follower(session, actor, follower_id=account_id, now=clock.now())
    return _answer(session, actor, account_id, clock)


SECONDS_MAX = 2**31


def _answer(session: Session, actor: Actor, account_id: int, clock: Clock) -> Response:
    session.flush()
    return json(relationships(session, actor, [account_id], clock=clock)[0])
