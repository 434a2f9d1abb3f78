"""What is said between two accounts: follows and their answers, blocks.

Source: federation.md 7.
"""

from typing import Any

from sqlalchemy import select

from app.accounts.models import RemoteActor
from app.federation.delivery.desk import Desk, Letter, Payload
from app.federation.documents.contexts import STATUS_CONTEXT
from app.relationships.models import Follow


def write_follow(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that somebody wants to follow an account of another site."""
    return _plain(desk, sender, payload, act="Follow")


def write_unfollow(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that somebody follows no longer, or takes the request back."""
    return _undone(desk, sender, payload, act="Follow")


def write_block(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that somebody wants nothing to do with an account, so that its site keeps to it."""
    return _plain(desk, sender, payload, act="Block")


def write_unblock(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that a block is over."""
    return _undone(desk, sender, payload, act="Block")


def write_accept(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that somebody of another site may follow."""
    follow = desk.session.get(Follow, int(payload["follow"]))
    if follow is None:
        return None  # It is over by now.
    return _answer(desk, sender, payload, act="Accept", uri=follow.uri)


def write_reject(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write that somebody of another site may not follow, or no longer."""
    return _answer(desk, sender, payload, act="Reject", uri=payload["uri"])


def _plain(desk: Desk, sender: int | None, payload: Payload, *, act: str) -> Letter | None:
    target = _uri(desk, payload)
    if target is None:
        return None
    said = _act(desk, sender, payload, act=act, target=target)
    return Letter({"@context": STATUS_CONTEXT, **said, "to": [target]}, is_direct=True)


def _undone(desk: Desk, sender: int | None, payload: Payload, *, act: str) -> Letter | None:
    target = _uri(desk, payload)
    if target is None:
        return None
    undone = _act(desk, sender, payload, act=act, target=target)
    activity = {
        "@context": STATUS_CONTEXT,
        "id": f"{undone['id']}#undo",
        "type": "Undo",
        "actor": undone["actor"],
        "to": [target],
        "object": undone,
    }
    return Letter(activity, is_direct=True)


def _act(
    desk: Desk, sender: int | None, payload: Payload, *, act: str, target: str
) -> dict[str, Any]:
    assert sender is not None
    uri, actor = desk.urls.act(int(payload["row"])), desk.urls.actor(sender)
    return {"id": uri, "type": act, "actor": actor, "object": target}


def _answer(
    desk: Desk, sender: int | None, payload: Payload, *, act: str, uri: str | None
) -> Letter | None:
    """Write the answer to a Follow; without its id, by its two ends."""
    assert sender is not None
    follower = _uri(desk, payload)
    if follower is None:
        return None
    actor = desk.urls.actor(sender)
    asked = {"type": "Follow", "actor": follower, "object": actor}
    if uri is not None:
        asked["id"] = uri
    activity = {
        "@context": STATUS_CONTEXT,
        "id": desk.urls.act(int(payload["number"])),
        "type": act,
        "actor": actor,
        "to": [follower],
        "object": asked,
    }
    return Letter(activity, is_direct=True)


def _uri(desk: Desk, payload: Payload) -> str | None:
    """Return the id of the account that it is about; None if it is of no other site."""
    one = RemoteActor.account_id == int(payload["who"])
    return desk.session.scalar(select(RemoteActor.uri).where(one))
