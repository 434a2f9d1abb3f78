"""Handles and who they belong to. Source: RFC 7033; FEP-2c59; the manual of Mastodon."""

from typing import Final
from urllib.parse import quote

from app.core.records import Record
from app.federation.activitystreams.actors import Actor
from app.federation.activitystreams.documents import Document, Unreadable
from app.federation.mediatypes import is_activity
from app.text.handles import Handle, parse_handle
from app.text.hosts import origin_of

JRD_TYPE: Final = "application/jrd+json"
LINKS_MAX: Final = 64
REL_SELF: Final = "self"
REL_SUBSCRIBE: Final = "http://ostatus.org/schema/1.0/subscribe"
TEMPLATE_MAX: Final = 2_048
SUBJECT_MAX: Final = 400


class Found(Record):
    """What a site says of a handle: how it is spelt there, and whose it is.

    `template` leads to where one follows somebody from there: "{uri}" stands for whom.
    """

    subject: Handle
    actor: str
    template: str | None = None


def address_of(handle: Handle, *, scheme: str = "https") -> str:
    """Return where to ask for a handle of elsewhere."""
    assert handle.domain is not None, "our own handles are known here"
    return f"{scheme}://{handle.domain}/.well-known/webfinger?resource={_resource(handle)}"


def read_found(document: Document) -> Found:
    """Return what an answer says. The content type is no matter: some serve it as plain JSON.

    Raises: Unreadable if it names no handle, or no actor.
    """
    subject = parse_handle(document.text("subject", limit=SUBJECT_MAX))
    actor = template = None
    for link in document.inners("links", limit=LINKS_MAX):
        rel = link.text("rel", limit=200)
        if rel == REL_SELF and actor is None and is_activity(link.text("type", limit=200)):
            actor = link.uri("href")
        elif rel == REL_SUBSCRIBE and template is None:
            template = _template(link.text("template", limit=TEMPLATE_MAX))
    if subject is None or subject.domain is None or actor is None:
        raise Unreadable("an answer without a handle and an actor")
    return Found(subject, actor, template)


def claimed_handle(actor: Actor) -> Handle | None:
    """Return the handle that an actor claims: theirs to state, else their name at their host.

    None if it is none that can be asked for. It is believed after `is_round`.
    """
    stated = parse_handle(actor.handle) if actor.handle else None
    if stated is not None and stated.domain is not None:
        return stated
    origin = origin_of(actor.id) or ""
    return parse_handle(f"{actor.username}@{origin.partition('://')[2]}")


def asks_elsewhere(asked: Handle, found: Found) -> Handle | None:
    """Return the handle to ask for next, when a site answered with another than `asked`.

    Ask once: what that site says must then be `is_round` for its own handle.
    """
    return found.subject if found.subject.key != asked.key else None


def is_round(handle: Handle, found: Found, actor: Actor) -> bool:
    """Return whether the site of the handle and the actor agree with each other.

    The site names the actor under this very handle, and the actor has this name.
    """
    is_named = found.subject.key == handle.key and found.actor == actor.id
    return is_named and handle.username.lower() == actor.username.lower()


def _resource(handle: Handle) -> str:
    return quote(f"acct:{handle}", safe="")


def _template(text: str) -> str | None:
    is_usable = text.count("{uri}") == 1 and origin_of(text.replace("{uri}", "x")) is not None
    return text if is_usable else None
