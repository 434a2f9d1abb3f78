"""Who may speak for an id: the one door from what was said to what is believed. Pure.

A `Verified` activity, a `Confirmed` document and a confirmed key are made here and nowhere else,
and handlers take nothing less. Everything rests on origins: a site may speak for its own ids, and
a signature shows which of its people spoke. Source: FEP-fe34; ActivityPub 7.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from app.core.records import Record
from app.federation.activitystreams import actors
from app.federation.activitystreams.activities import Activity, ActivityKind, Enclosed
from app.federation.activitystreams.actors import Actor, Key, read_actor, read_key, read_keys
from app.federation.activitystreams.documents import Document
from app.federation.activitystreams.posts import Post, read_post
from app.text.hosts import host_of_uri, is_same_origin, origin_of

GONE: Final = frozenset({404, 410})


class NotTheirs(Exception):
    """They may not say this; the text says why, and is for the log. Nothing of it is believed."""


class Source(StrEnum):
    """How we know that its actor said it."""

    SIGNED = "signed"  # The actor's key signed the request that brought it.
    FETCHED = "fetched"  # The actor's site answered with it at its id.


class Verified(Record):
    """An activity that its actor did say and may do. Only `verify` makes one."""

    activity: Activity
    actor: str
    source: Source


class Confirmed(Record):
    """A document that its own site gave at its own id. Only `confirm` makes one."""

    document: Document
    id: str


class AskAgain(Record):
    """The site named another id of its own for what we asked: ask there once, and no further."""

    uri: str


def signer_of(activity: Activity, signer: str) -> str | None:
    """Return the actor of the activity who signed its request; None if it was only passed on.

    What was passed on is not believed, whatever it carries inside: fetch it from its own site.
    """
    return signer if signer in activity.actors else None


def author_of(activity: Activity) -> str | None:
    """Return the actor who is of the activity's own site: whom we believe if it was fetched."""
    own = (actor for actor in activity.actors if is_same_origin(actor, activity.id))
    return next(own, None)


def verify(activity: Activity, *, actor: str, source: Source, here: Collection[str]) -> Verified:
    """Return the activity as one that `actor` may do, who said it by `source`.

    `here` are our own hosts: nobody elsewhere speaks for what is ours. Whether what the activity
    is about exists, and is whose it must be, is for its handler to see.

    Raises: NotTheirs.
    """
    if actor not in activity.actors:
        raise NotTheirs("somebody else is its actor")
    if not is_same_origin(activity.id, actor):
        raise NotTheirs("its id is of another site than its actor")
    if is_ours(actor, here):
        raise NotTheirs("it claims to come from here")
    fault = _fault(activity, actor, here)
    if fault is not None:
        raise NotTheirs(fault)
    return Verified(activity, actor, source)


def confirm(
    document: Document, *, asked: str, answered: str, here: Collection[str], again: bool = False
) -> Confirmed | AskAgain:
    """Return what a site gave for `asked`, if it may speak for it.

    `answered` is the address after redirects. A document whose id is another one of the same
    site is asked for there, once (`again`: this was that time).

    Raises: NotTheirs.
    """
    if document.id is None:
        raise NotTheirs("it has no id")
    if is_ours(document.id, here):
        raise NotTheirs("it claims to be ours")
    if not is_same_origin(document.id, answered):
        raise NotTheirs("its id is of another site than the one that gave it")
    if any(_place(document.id) == _place(uri) for uri in (asked, answered)):
        return Confirmed(document, document.id)
    if again:
        raise NotTheirs("it is not what was asked for")
    return AskAgain(document.id)


def post_of(confirmed: Confirmed, *, now: datetime) -> Post:
    """Return the post that a confirmed document is, by somebody of its own site.

    Raises: Unreadable; NotTheirs.
    """
    post = read_post(confirmed.document, now=now)
    if not is_same_origin(post.author, confirmed.id):
        raise NotTheirs("it is attributed to somebody of another site")
    return post


def actor_of(confirmed: Confirmed, *, now: datetime) -> Actor:
    """Return the actor that a confirmed document is. Raises: Unreadable; NotTheirs."""
    actor = read_actor(confirmed.document, now=now)
    if not is_same_origin(actor.inbox, confirmed.id):
        raise NotTheirs("the inbox is of another site")
    return actor


def owner_named(document: Document, key_id: str) -> str:
    """Return who owns the key `key_id`, by what its address answered with.

    That is an actor, a stub of one, or the key itself. The owner's own document decides:
    fetch it, `confirm` it, and then ask `key_of`.

    Raises: NotTheirs if it names no such key, or an owner on another site.
    """
    given = [read_key(document)] if actors.kind_of(document) is None else read_keys(document)
    found = next((key for key in given if key is not None and key.id == key_id), None)
    if found is None:
        raise NotTheirs("it does not name the key that was asked for")
    if not is_same_origin(key_id, found.owner):
        raise NotTheirs("the owner of the key is on another site")
    return found.owner


def key_of(confirmed: Confirmed, key_id: str) -> Key:
    """Return the key of an actor, from their own confirmed document.

    Raises: NotTheirs if they do not list it as theirs, or it is on another site.
    """
    if actors.kind_of(confirmed.document) is None:
        raise NotTheirs("the owner of the key is no actor")
    for key in read_keys(confirmed.document):
        if key.id == key_id:
            if key.owner != confirmed.id or not is_same_origin(key_id, confirmed.id):
                raise NotTheirs("the key is somebody else's")
            return key
    raise NotTheirs("the owner does not list the key")


def is_gone(status: int, document: Document | None) -> bool:
    """Return whether the site of a thing says that it is gone: by its status, or a Tombstone."""
    return status in GONE or (document is not None and "Tombstone" in document.types)


def may_move(target: Actor, *, old: str) -> bool:
    """Return whether `target`, freshly fetched, takes over from `old`: it names it, and stays."""
    is_settled = target.moved_to is None and not target.is_suspended
    return target.id != old and old in target.also_known_as and is_settled


def is_quote_allowed(stamp: Confirmed, *, author: str, quoting: str, quoted: str) -> bool:
    """Return whether `stamp` is the consent of `author` to quote `quoted` in `quoting`.

    Source: FEP-044f.
    """
    document = stamp.document
    return (
        "QuoteAuthorization" in document.types
        and is_same_origin(stamp.id, author)
        and document.uri("attributedTo") == author
        and document.uri("interactingObject") == quoting
        and document.uri("interactionTarget") == quoted
    )


def is_approved(stamp: Confirmed, kind: str, *, author: str, interaction: str, post: str) -> bool:
    """Return whether `stamp` approves an answer, like or boost of a post of `author`.

    `kind` is ReplyApproval, LikeApproval or AnnounceApproval. GoToSocial has written the post as
    `target`, and later both like a quote's stamp.
    """
    document = stamp.document
    return (
        kind in document.types
        and is_same_origin(stamp.id, author)
        and document.uri("attributedTo") == author
        and document.uri("object", "interactingObject") == interaction
        and document.uri("target", "interactionTarget") == post
    )


def is_ours(uri: str, here: Collection[str]) -> bool:
    """Return whether a URI is of one of our hosts, however it is spelt; also with www. before."""
    host = host_of_uri(uri)
    return host is not None and host.removeprefix("www.") in here


def _fault(activity: Activity, actor: str, here: Collection[str]) -> str | None:
    """Return why `actor` may not do this to one of the objects, by the kind of what they do."""
    faults = (_fault_with(each, activity, actor, here) for each in activity.objects)
    return next((fault for fault in faults if fault is not None), None)


def _fault_with(
    thing: Enclosed, activity: Activity, actor: str, here: Collection[str]
) -> str | None:
    match activity.kind:
        case ActivityKind.CREATE | ActivityKind.UPDATE:
            return _fault_of_carried(thing, actor, here)
        case ActivityKind.DELETE:
            return _fault_of_id(thing.uri, actor, here)
        case ActivityKind.UNDO:
            return _fault_of_undone(thing, actor)
        case ActivityKind.ACCEPT | ActivityKind.REJECT:
            return _fault_of_answer(thing, activity.result, actor)
        case ActivityKind.MOVE:
            return None if thing.uri == actor else "somebody else is moved"
        case ActivityKind.ADD | ActivityKind.REMOVE:
            is_own = activity.target is not None and is_same_origin(activity.target, actor)
            return None if is_own else "the collection is of another site"
        case ActivityKind.QUOTE_REQUEST:
            if activity.instrument is None:
                return "no quoting post"
            return _fault_of_carried(activity.instrument, actor, here)
    return None


def _fault_of_carried(carried: Enclosed, actor: str, here: Collection[str]) -> str | None:
    """A thing made or changed is its maker's; an actor is changed by themselves."""
    fault = _fault_of_id(carried.uri, actor, here)
    if fault is not None:
        return fault
    if carried.person is not None:
        if not is_same_origin(carried.person.inbox, actor):
            return "the inbox is of another site"
        return None if carried.person.id == actor else "somebody else is changed"
    if carried.post is not None and actor not in carried.post.authors:
        return "it is attributed to somebody else"
    return None


def _fault_of_id(uri: str | None, actor: str, here: Collection[str]) -> str | None:
    if uri is None:
        return "the object has no id"
    if is_ours(uri, here):
        return "the object is ours"
    return None if is_same_origin(uri, actor) else "the object is of another site"


def _fault_of_undone(undone: Enclosed, actor: str) -> str | None:
    """What is undone was done by the same actor; by its id alone, their site shows it."""
    if undone.actor is not None and undone.actor != actor:
        return "somebody else did what is undone"
    if undone.uri is None:
        return None if undone.actor is not None else "nothing is undone"
    return None if is_same_origin(undone.uri, actor) else "what is undone is of another site"


def _fault_of_answer(asked: Enclosed, result: str | None, actor: str) -> str | None:
    """Whoever was asked answers: a follow asks who is followed, other requests a post's author."""
    if result is not None and not is_same_origin(result, actor):
        return "the stamp is of another site"
    if asked.object_uri is None:
        return None  # Only the id of the request: what it asked of whom is known here.
    if asked.kind is ActivityKind.FOLLOW and asked.object_uri != actor:
        return "somebody else was asked"
    is_own = is_same_origin(asked.object_uri, actor)
    return None if is_own else "a post of another site was asked for"


def _place(uri: str) -> tuple[str | None, str, str]:
    """Return a URI in one spelling, without its fragment: two of one place are equal."""
    parts = urlsplit(uri)
    return origin_of(uri), parts.path or "/", parts.query
