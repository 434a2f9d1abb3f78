"""Add and Remove: which of their own posts people show on top of their page."""

from app.accounts.models import RemoteActor
from app.core.orm import lock
from app.federation.activitystreams.activities import ActivityKind
from app.federation.authority import Verified
from app.federation.inbox.desk import HASTY, Desk
from app.statuses.models import Status


def feature(desk: Desk, verified: Verified) -> bool:
    """Pin a post of somebody's to their page here, or take it off. Their page is their own."""
    activity = verified.activity
    person = desk.known_person(verified.actor)
    there = None if person is None else desk.session.get(RemoteActor, person.id)
    if person is None or there is None or activity.target != there.featured:
        return False
    uri, is_added = activity.object_uri, activity.kind is ActivityKind.ADD
    if uri is None or desk.ours.is_here(uri):
        return False
    known = desk.post(uri, attempts=HASTY) if is_added else desk.known_post(uri)
    status = None if known is None else lock(desk.session, Status, known.id)
    if status is None or status.account_id != person.id or status.deleted_at is not None:
        return False
    status.pinned_at = (status.pinned_at or desk.now) if is_added else None
    return True
