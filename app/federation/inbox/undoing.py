"""Undo: each kind of act is taken back where it is done. Source: federation.md 7."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from app.accounts.models import Account
from app.federation.activitystreams.activities import ActivityKind, Enclosed
from app.federation.authority import Verified
from app.federation.inbox import follows, marks
from app.federation.inbox.acts import find_act
from app.federation.inbox.desk import Desk

Undoer: TypeAlias = Callable[[Desk, Verified, Enclosed, Account], bool]

UNDOERS: Final[Mapping[ActivityKind, Undoer]] = {
    ActivityKind.FOLLOW: follows.unfollow,
    ActivityKind.BLOCK: follows.unblock,
    ActivityKind.ANNOUNCE: marks.unannounce,
    ActivityKind.LIKE: marks.unlike,
    ActivityKind.EMOJI_REACT: marks.unlike,
}


def undo(desk: Desk, verified: Verified) -> bool:
    """Take back what was done; what has not come yet will not count when it comes."""
    undone = verified.activity.object
    doer = desk.known_person(verified.actor)
    kind = undone.kind if doer is None else _kind_of(desk, undone, doer)
    undoer = None if kind is None else UNDOERS.get(kind)
    if doer is not None and undoer is not None:
        return undoer(desk, verified, undone, doer)
    if undone.uri is not None and (kind is None or kind in UNDOERS):
        desk.foretell(undone.uri, verified.actor)
    return False


def _kind_of(desk: Desk, undone: Enclosed, doer: Account) -> ActivityKind | None:
    """Return what kind of act is undone; some sites give its id alone."""
    if undone.kind is not None:
        return undone.kind
    known = find_act(desk, undone.uri, doer)
    if known is not None:
        return ActivityKind(known.kind)
    boost = None if undone.uri is None else desk.known_post(undone.uri)
    is_boost = boost is not None and boost.reblog_of_id is not None
    return ActivityKind.ANNOUNCE if is_boost else None
