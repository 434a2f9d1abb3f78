"""What somebody passes on whose it is not: nothing of it is believed but where to ask.

Sites pass on answers to a post to all who follow its author, and that such answers are gone.
Source: federation.md 8, 3; ActivityPub 7.1.2.
"""

from app.federation.activitystreams.activities import Activity, ActivityKind
from app.federation.inbox import posts
from app.federation.inbox.desk import HASTY, Desk, Thing


def passed_on(desk: Desk, activity: Activity) -> bool:
    """Ask the site where it was done, if it is about a talk that is known here."""
    uri = activity.object_uri
    if uri is None or desk.ours.is_here(uri):
        return False
    known = desk.known_post(uri)
    match activity.kind:
        case ActivityKind.CREATE if known is None:
            return _fetch_answer(desk, activity, uri)
        case ActivityKind.UPDATE if known is not None:
            desk.want(Thing.POST_ANEW, uri, attempts=HASTY)
            return True
        case ActivityKind.DELETE if known is not None:
            desk.want(Thing.ABSENCE, uri, attempts=HASTY)
            if uri in desk.brought.gone:
                posts.remove(desk, known)
            return True
    return False


def _fetch_answer(desk: Desk, activity: Activity, uri: str) -> bool:
    post = activity.object.post
    answered = None if post is None or post.in_reply_to is None else post.in_reply_to
    if answered is None or desk.known_post(answered) is None:
        return False
    return desk.post(uri, attempts=HASTY) is not None
