"""What is said of posts and boosts, in the words of other sites, when it is about to be sent.

A writer gets what the cause left in its row, and returns None if there is nothing to be said any
more. Each reads the database, and writes nothing. Source: federation.md 6, 7, 9.
"""

from collections.abc import Callable

from app.federation.delivery import interested
from app.federation.delivery.desk import Desk, Letter, Payload
from app.federation.documents.contexts import STATUS_CONTEXT
from app.federation.documents.moments import moment
from app.federation.documents.notes import Addressed, Told, act_document, addressed, note
from app.federation.reading import known_posts, told_by_author
from app.statuses.visibility import OPEN, Visibility


def write_create(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that a post is new."""
    told = _told(desk, sender, payload)
    if told is None:
        return None
    others = _if_open(told, lambda: interested.answered_by(desk.session, told.post.id))
    return Letter(act_document(told, desk.pen), others, is_direct=_is_direct(told))


def write_update(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that a post reads differently, or that the numbers of its poll do."""
    told = _told(desk, sender, payload)
    if told is None:
        return None
    body = note(told, desk.pen)
    number = payload["number"]
    activity = {
        "@context": STATUS_CONTEXT,
        "id": f"{body['id']}#updates/{number}",
        "type": "Update",
        "actor": body["attributedTo"],
        "published": moment(desk.pen.now),
        "to": body["to"],
        "cc": body["cc"],
        "object": body,
    }
    others = _if_open(told, lambda: interested.in_post(desk.session, told.post.id))
    return Letter(activity, others, is_direct=_is_direct(told))


def write_delete(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that a post is gone; whoever could know of it is told, and learns nothing of it."""
    assert sender is not None
    status_id = int(payload["of"])
    known = known_posts(desk.session.connection(), (status_id,), site=desk.site)[status_id]
    visibility = known.visibility
    if visibility is Visibility.LOCAL:
        return None
    actor = desk.urls.actor(sender)
    uri = desk.urls.status_uri(sender, status_id)
    audience = _once_addressed(desk, status_id, visibility, actor=actor)
    activity = {
        "@context": STATUS_CONTEXT,
        "id": f"{uri}#delete",
        "type": "Delete",
        "actor": actor,
        "to": audience.to,
        "cc": audience.cc,
        "object": {"id": uri, "type": "Tombstone"},
    }
    others: frozenset[int] = frozenset()
    if visibility in OPEN:
        liked = frozenset(int(id_) for id_ in payload.get("liked_by", ()))
        others = interested.in_post(desk.session, status_id) | liked
    return Letter(activity, others, is_direct=visibility is Visibility.DIRECT)


def write_boost(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that somebody shows a post to their followers; its author hears of it."""
    told = _told(desk, sender, payload)
    if told is None or told.boosted is None:
        return None
    return Letter(act_document(told, desk.pen))


def write_unboost(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that a boost was taken back."""
    assert sender is not None
    boost_id, original_id = int(payload["of"]), int(payload["original"])
    known = known_posts(desk.session.connection(), (boost_id, original_id), site=desk.site)
    boost, original = known[boost_id], known[original_id]
    if boost.visibility is Visibility.LOCAL:
        return None
    actor, uri = desk.urls.actor(sender), desk.urls.activity(sender, boost_id)
    audience = addressed(
        boost.visibility, followers=f"{actor}/followers", others=[original.author_uri]
    )
    announce = {"id": uri, "type": "Announce", "actor": actor, "object": original.uri}
    activity = {
        "@context": STATUS_CONTEXT,
        "id": f"{uri}#undo",
        "type": "Undo",
        "actor": actor,
        "to": audience.to,
        "cc": audience.cc,
        "object": announce | {"to": audience.to, "cc": audience.cc},
    }
    return Letter(activity)


def _told(desk: Desk, sender: int | None, payload: Payload) -> Told | None:
    assert sender is not None
    connection, status_id = desk.session.connection(), int(payload["of"])
    return told_by_author(connection, status_id, sender, site=desk.site, now=desk.pen.now)


def _once_addressed(
    desk: Desk, status_id: int, visibility: Visibility, *, actor: str
) -> Addressed:
    """Return whom a post was for, which is gone."""
    named = interested.named_in(desk.session, status_id)
    return addressed(visibility, followers=f"{actor}/followers", others=named)


def _if_open(told: Told, look: Callable[[], frozenset[int]]) -> frozenset[int]:
    """Return whom else a public post concerns; of one for a few, nobody else hears."""
    return look() if told.post.visibility in OPEN else frozenset()


def _is_direct(told: Told) -> bool:
    return told.post.visibility is Visibility.DIRECT
