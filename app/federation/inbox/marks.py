"""Announce, Like and EmojiReact, and their Undo. Source: federation.md 7."""

from app.accounts.models import Account
from app.federation.activitystreams.activities import ActivityKind, Enclosed, announced
from app.federation.authority import Verified
from app.federation.inbox import posts
from app.federation.inbox.acts import find_act, forget_acts, has_act, note_act
from app.federation.inbox.desk import Desk, Thing
from app.statuses.models import RemoteStatus, Status
from app.statuses.queries import may_see_from_elsewhere
from app.statuses.service.boost import find_boost, show_again, take_boost_back
from app.statuses.service.marks import favour, unfavour
from app.statuses.visibility import boost_visibility

LIKES = (ActivityKind.LIKE, ActivityKind.EMOJI_REACT)


def announce(desk: Desk, verified: Verified) -> bool:
    """Keep a boost by somebody who is followed here, or of a post of ours.

    What a group passes on of its members' doings is fetched where it was done, and then counts
    as shown by the group.
    """
    activity, told = verified.activity, announced(verified.activity)
    if told is None or desk.was_foretold(activity.id, verified.actor):
        return False
    booster = desk.person(verified.actor)
    if booster is None or desk.known_post(activity.id) is not None:
        return booster is not None
    is_ours = desk.ours.post(told.uri) is not None
    if not (is_ours or posts.is_followed(desk, booster)):
        return False
    match told.kind:
        case None | ActivityKind.CREATE:
            return _boost(desk, booster, activity.id, told.uri)
        case ActivityKind.UPDATE:
            desk.want(Thing.POST_ANEW, told.uri)
            return True
        case ActivityKind.DELETE:
            return _was_deleted(desk, told.uri)
    return False


def _boost(desk: Desk, booster: Account, uri: str, post_uri: str) -> bool:
    original = desk.post(post_uri)
    if original is None or original.deleted_at is not None or original.reblog_of_id is not None:
        return False
    by_author = original.account_id == booster.id
    visibility = boost_visibility(original.visibility, by_author=by_author)
    if visibility is None or not may_see_from_elsewhere(desk.session, booster.id, original.id):
        return False
    boost, is_new = show_again(desk.session, booster.id, original, visibility, now=desk.now)
    if is_new:
        desk.session.add(RemoteStatus(status_id=boost.id, uri=uri, fetched_at=desk.now))
        desk.session.flush()
    return True


def _was_deleted(desk: Desk, uri: str) -> bool:
    """Bury a post of which somebody else says that it is gone, if its own site says so too."""
    known = desk.known_post(uri)
    if known is None or desk.ours.is_here(uri):
        return False
    desk.want(Thing.ABSENCE, uri)
    if uri in desk.brought.gone:
        posts.remove(desk, known)
    return True


def unannounce(desk: Desk, verified: Verified, undone: Enclosed, doer: Account) -> bool:
    """Take a boost back: by its id, or by what was boosted."""
    boost = None if undone.uri is None else desk.known_post(undone.uri)
    if boost is None and undone.object_uri is not None:
        original = desk.known_post(undone.object_uri)
        boost = None if original is None else find_boost(desk.session, doer.id, original.id)
    if boost is None or boost.account_id != doer.id or boost.reblog_of_id is None:
        if undone.uri is not None:
            desk.foretell(undone.uri, verified.actor)
        return False
    if boost.deleted_at is None:
        take_boost_back(desk.session, boost, now=desk.now)
    return True


def like(desk: Desk, verified: Verified) -> bool:
    """Note that somebody likes a post of ours; an emoji beside it, or instead, is kept."""
    activity = verified.activity
    number = desk.ours.post(activity.object_uri or "")
    if number is None or desk.was_foretold(activity.id, verified.actor):
        return False
    doer = desk.person(verified.actor)
    if doer is None or not may_see_from_elsewhere(desk.session, doer.id, number):
        return False
    status = desk.session.get_one(Status, number)
    note_act(desk, activity.id, doer, activity.kind, number, reaction=activity.reaction)
    favour(desk.session, doer.id, status, now=desk.now)
    return True


def unlike(desk: Desk, verified: Verified, undone: Enclosed, doer: Account) -> bool:
    """Take a like back; of several reactions, the others stand."""
    known = find_act(desk, undone.uri, doer)
    if known is None and undone.uri is not None:
        desk.foretell(undone.uri, verified.actor)
        return False
    number = desk.ours.post(undone.object_uri or "") if known is None else known.about_id
    if number is None:
        return False
    forget_acts(desk, doer, LIKES, number, uri=undone.uri)
    if not has_act(desk, doer, LIKES, number):
        unfavour(desk.session, doer.id, number, now=desk.now)
    return True
