"""What an account says of itself, and the site of others. Source: federation.md 4, 7."""

from typing import Any

from sqlalchemy import select

from app.accounts.models import Account, RemoteActor
from app.federation.activitystreams.documents import PUBLIC
from app.federation.delivery.desk import Desk, Letter, Payload
from app.federation.documents.actors import ActorRow, actor_document
from app.federation.documents.contexts import STATUS_CONTEXT
from app.federation.documents.moments import moment
from app.federation.keys import published_key
from app.federation.reading import known_posts


def write_actor(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write how an account describes itself now, to its followers.

    That it is suspended is said, too: others show nothing of it then.
    """
    assert sender is not None
    account = desk.session.get_one(Account, sender)
    key = published_key(desk.session, sender)
    if key is None or account.domain is not None or account.waiting:
        return None  # Without a key nobody has ever read it.
    names = [name for name in ActorRow._fields if name != "public_pem"]
    values = {name: getattr(account, name) for name in names}
    row = ActorRow(**values, public_pem=key.public_pem)
    document = actor_document(row, public_pem=key.public_pem, site=desk.site, book=desk.pen.book)
    context = document.pop("@context")
    document["suspended"] = account.suspended_at is not None
    activity = {
        "@context": context,
        "id": f"{document['id']}#updates/{payload['number']}",
        "type": "Update",
        "actor": document["id"],
        "published": moment(desk.pen.now),
        "to": [PUBLIC],
        "cc": [f"{document['id']}/followers"],
        "object": document,
    }
    return Letter(activity)


def write_flag(desk: Desk, sender: int | None, payload: Payload) -> Letter | None:
    """Write what was reported to the site of the reported, in the name of this site.

    Who reported it is not said. Source: federation.md 7, `Flag`.
    """
    assert sender is None, "a report is passed on by the site itself"
    one = RemoteActor.account_id == int(payload["who"])
    target = desk.session.scalar(select(RemoteActor.uri).where(one))
    if target is None:
        return None
    ids = [int(id_) for id_ in payload["posts"]]
    known = known_posts(desk.session.connection(), ids, site=desk.site) if ids else {}
    things: list[Any] = [target, *(known[id_].uri for id_ in ids if id_ in known)]
    activity = {
        "@context": STATUS_CONTEXT,
        "id": desk.urls.act(int(payload["row"])),
        "type": "Flag",
        "actor": desk.urls.site_actor,
        "content": payload["comment"],
        "object": things,
        "to": [target],
    }
    return Letter(activity)
