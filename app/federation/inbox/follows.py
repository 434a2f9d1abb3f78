"""Follow, and what is answered to it; Block. Source: federation.md 7."""

from sqlalchemy import delete, select

from app.accounts.models import Account
from app.core.events import publish
from app.federation.activitystreams.activities import ActivityKind, Enclosed
from app.federation.authority import Verified
from app.federation.delivery.relations import accept_again
from app.federation.inbox.acts import find_act, forget_acts, note_act
from app.federation.inbox.desk import Desk
from app.federation.inbox.models import Received, ReceivedFor
from app.relationships import service as relationships
from app.relationships.events import FollowDeclined
from app.relationships.models import Follow, FollowState
from app.relationships.queries import find_follow, is_blocked

FOLLOW = (ActivityKind.FOLLOW,)
BLOCK = (ActivityKind.BLOCK,)


def follow(desk: Desk, verified: Verified) -> bool:
    """Let somebody follow a member, or lay their request before them."""
    activity = verified.activity
    target = desk.local_person(activity.object_uri or "")
    if target is None or desk.was_foretold(activity.id, verified.actor):
        return False
    follower = desk.person(verified.actor)
    if follower is None:
        return False
    if is_blocked(desk.session, follower.id, target.id):
        refused = FollowDeclined(follower.id, target.id, activity.id, desk.now)
        publish(desk.session, refused)
        return True
    note_act(desk, activity.id, follower, ActivityKind.FOLLOW, target.id)
    made = relationships.begin_follow(
        desk.session, follower.id, target, now=desk.now, uri=activity.id
    )
    if made.uri != activity.id:
        _repeat(desk, made, activity.id)
    return True


def _repeat(desk: Desk, made: Follow, uri: str) -> None:
    """Note the newest id of a follow, and answer it as the first one was."""
    made.uri = uri
    desk.session.flush()
    if made.state is FollowState.ACCEPTED:
        accept_again(desk.session, made, now=desk.now)


def unfollow(desk: Desk, verified: Verified, undone: Enclosed, doer: Account) -> bool:
    """End a follow, or take back a request: by the id of the Follow, or by who followed whom."""
    known = find_act(desk, undone.uri, doer)
    followee_id = None if known is None else known.about_id
    if known is None and undone.object_uri is not None:
        target = desk.local_person(undone.object_uri)
        standing = target and find_follow(desk.session, doer.id, target.id)
        followee_id = standing.followee_id if standing else None
    if followee_id is None:
        if undone.uri is not None:
            desk.foretell(undone.uri, verified.actor)
        return False
    relationships.end_follow(desk.session, doer.id, followee_id, by_follower=True, now=desk.now)
    forget_acts(desk, doer, FOLLOW, followee_id)
    _let_come_again(desk, verified, undone)
    return True


def _let_come_again(desk: Desk, verified: Verified, undone: Enclosed) -> None:
    """Misskey gives every Follow of the same two the same id, also after it was undone."""
    again = (Received.uri == undone.uri, Received.signer == verified.actor)
    follow = (Received.kind == ActivityKind.FOLLOW, Received.body.is_(None))
    ids = select(Received.id).where(*again, *follow)
    desk.session.execute(delete(ReceivedFor).where(ReceivedFor.received_id.in_(ids)))
    desk.session.execute(delete(Received).where(*again, *follow))


def accept(desk: Desk, verified: Verified) -> bool:
    """Count a member's follow as agreed to, if they did ask."""
    asked = _asked(desk, verified)
    if asked is None:
        return False
    relationships.agree(desk.session, asked, now=desk.now)
    return True


def reject(desk: Desk, verified: Verified) -> bool:
    """End a member's follow, or their request, because the other side does not want it."""
    asked = _asked(desk, verified)
    if asked is None:
        return False
    follower_id, followee_id = asked.follower_id, asked.followee_id
    relationships.end_follow(
        desk.session, follower_id, followee_id, by_follower=False, now=desk.now
    )
    return True


def _asked(desk: Desk, verified: Verified) -> Follow | None:
    """Return the follow of a member that is answered, by its number or by who asked whom.

    Only who was asked can answer, and nothing is answered that nobody asked.
    """
    answered = verified.activity.object
    followee = desk.known_person(verified.actor)
    if followee is None:
        return None
    number = desk.ours.act(answered.uri or "")
    found = None if number is None else desk.session.get(Follow, number)
    if found is None and answered.actor is not None:
        asker = desk.local_person(answered.actor)
        if asker is not None:
            found = find_follow(desk.session, asker.id, followee.id)
    return found if found is not None and found.followee_id == followee.id else None


def block(desk: Desk, verified: Verified) -> bool:
    """Keep the two apart, as if a member had blocked; whoever is blocked is not told."""
    activity = verified.activity
    target = desk.local_person(activity.object_uri or "")
    if target is None or desk.was_foretold(activity.id, verified.actor):
        return False
    blocker = desk.person(verified.actor)
    if blocker is None:
        return False
    note_act(desk, activity.id, blocker, ActivityKind.BLOCK, target.id)
    relationships.keep_apart(desk.session, blocker.id, target.id, now=desk.now)
    return True


def unblock(desk: Desk, verified: Verified, undone: Enclosed, doer: Account) -> bool:
    """End a block."""
    known = find_act(desk, undone.uri, doer)
    target_id = None if known is None else known.about_id
    if known is None and undone.object_uri is not None:
        target = desk.local_person(undone.object_uri)
        target_id = target.id if target else None
    if known is None and undone.uri is not None:
        desk.foretell(undone.uri, verified.actor)
    if target_id is None:
        return False
    relationships.end_block(desk.session, doer.id, target_id, now=desk.now)
    forget_acts(desk, doer, BLOCK, target_id)
    return True
