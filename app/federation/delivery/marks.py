"""What is said of marks on posts of others: likes, votes; and what stands on one's own page.

Source: federation.md 7, 9.
"""

from typing import Any

from app.federation.delivery.desk import Desk, Letter, Payload
from app.federation.documents.contexts import STATUS_CONTEXT
from app.federation.documents.moments import moment
from app.federation.reading import Known, known_posts
from app.statuses.visibility import Visibility


def write_like(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that somebody likes a post, to its author alone."""
    like, post = _like(desk, sender, payload)
    return Letter({"@context": STATUS_CONTEXT, **like, "to": [post.author_uri]})


def write_unlike(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that somebody does not say any more that they like a post."""
    like, post = _like(desk, sender, payload)
    activity = {
        "@context": STATUS_CONTEXT,
        "id": f"{like['id']}#undo",
        "type": "Undo",
        "actor": like["actor"],
        "to": [post.author_uri],
        "object": like,
    }
    return Letter(activity)


def write_vote(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that somebody chose an answer in a poll; with several answers, there are several.

    It is a note without words, for the author alone.
    """
    assert sender is not None
    post = _post(desk, payload)
    actor = desk.urls.actor(sender)
    uri = f"{actor}#votes/{payload['of']}/{payload['position']}"
    vote = {
        "id": uri,
        "type": "Note",
        "attributedTo": actor,
        "name": payload["title"],
        "inReplyTo": post.uri,
        "published": payload["at"],
        "to": [post.author_uri],
        "cc": [],
    }
    activity = {
        "@context": STATUS_CONTEXT,
        "id": f"{uri}/activity",
        "type": "Create",
        "actor": actor,
        "published": payload["at"],
        "to": [post.author_uri],
        "cc": [],
        "object": vote,
    }
    return Letter(activity, is_direct=True)


def write_pin(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that a post stands on top of its author's page."""
    return _pinned(desk, sender, payload, act="Add")


def write_unpin(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that a post stands on top of its author's page no longer."""
    return _pinned(desk, sender, payload, act="Remove")


def _pinned(desk: Desk, sender: int | None, payload: Payload, *, act: str) -> Letter | None:
    assert sender is not None
    post, actor = _post(desk, payload), desk.urls.actor(sender)
    if post.visibility not in (Visibility.PUBLIC, Visibility.UNLISTED):
        return None  # The list that others read holds only what everybody may see.
    activity = {
        "@context": STATUS_CONTEXT,
        "id": f"{post.uri}#{act.lower()}/{payload['number']}",
        "type": act,
        "actor": actor,
        "published": moment(desk.pen.now),
        "to": [f"{actor}/followers"],
        "object": post.uri,
        "target": f"{actor}/collections/featured",
    }
    return Letter(activity)


def _like(desk: Desk, sender: int | None, payload: Payload) -> tuple[dict[str, Any], Known]:
    assert sender is not None
    post = _post(desk, payload)
    like = {
        "id": desk.urls.act(int(payload["like"])),
        "type": "Like",
        "actor": desk.urls.actor(sender),
        "object": post.uri,
    }
    return like, post


def _post(desk: Desk, payload: Payload) -> Known:
    status_id = int(payload["of"])
    return known_posts(desk.session.connection(), (status_id,), site=desk.site)[status_id]
