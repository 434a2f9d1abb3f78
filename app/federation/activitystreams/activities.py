"""What others do: activities, in every shape that they come in."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.core.records import Record
from app.federation.activitystreams import actors, posts
from app.federation.activitystreams.actors import Actor, read_actor
from app.federation.activitystreams.addressing import Audience, read_audience
from app.federation.activitystreams.documents import Document, Unreadable, is_uri
from app.federation.activitystreams.posts import Post, read_post
from app.federation.activitystreams.tags import NO_TAGS, Tags, read_tags

ACTORS_MAX: Final = 16
OBJECTS_MAX: Final = 500
COMMENT_MAX: Final = 5_000  # Letters of a report.
REACTION_MAX: Final = 500
NAME_MAX: Final = 500
_URL: Final = re.compile(r"https?://[^\s<>\"']{1,2000}")


class ActivityKind(StrEnum):
    """What somebody did. NOISE is known, and of no use here; OTHER is unknown."""

    ACCEPT = "Accept"
    ADD = "Add"
    ANNOUNCE = "Announce"
    BLOCK = "Block"
    CREATE = "Create"
    DELETE = "Delete"
    EMOJI_REACT = "EmojiReact"
    FLAG = "Flag"
    FOLLOW = "Follow"
    LIKE = "Like"
    MOVE = "Move"
    QUOTE_REQUEST = "QuoteRequest"
    REJECT = "Reject"
    REMOVE = "Remove"
    UNDO = "Undo"
    UPDATE = "Update"
    NOISE = "noise"
    OTHER = "other"


_NOISE: Final = frozenset(
    {"Arrive", "Dislike", "Ignore", "Invite", "Join", "Leave", "Listen", "Lock", "Offer"}
    | {"Read", "Travel", "View"}
)
_KINDS: Final = dict.fromkeys(_NOISE, ActivityKind.NOISE) | {
    kind.value: kind
    for kind in ActivityKind
    if kind not in (ActivityKind.NOISE, ActivityKind.OTHER)
}
_CARRIERS: Final = frozenset(
    {ActivityKind.CREATE, ActivityKind.UPDATE, ActivityKind.QUOTE_REQUEST}
)


class Enclosed(Record, kw_only=True):
    """The object of an activity: named by its URI alone, or given whole.

    Of an activity inside another one, `actor` and `object_uri` say who did it to what. `post` and
    `person` are read only where something is made or changed: elsewhere nothing inline is
    believed. `name` is that of a hashtag, or of a follow that its site spelt anew.
    """

    uri: str | None
    type_name: str = ""
    actor: str | None = None
    object_uri: str | None = None
    name: str = ""
    post: Post | None = None
    person: Actor | None = None

    @property
    def kind(self) -> ActivityKind | None:
        """What kind of activity it is; None if it is another thing, or only named."""
        return _KINDS.get(self.type_name)


class Activity(Record, kw_only=True):
    """Something that somebody did. By whom it was said is for `authority` to see.

    `reaction` is an emoji, as letters or as a shortcode of `tags`. `is_sealed`: it carries a
    signature inside, so it may be passed on unchanged; nobody here believes one.
    """

    id: str
    kind: ActivityKind
    type_name: str
    actors: tuple[str, ...]
    objects: tuple[Enclosed, ...]
    audience: Audience
    target: str | None = None
    instrument: Enclosed | None = None
    result: str | None = None
    content: str = ""
    reaction: str | None = None
    tags: Tags = NO_TAGS
    published_at: datetime | None = None
    is_sealed: bool = False

    @property
    def object(self) -> Enclosed:
        """The first object: there is one, unless the kind is NOISE or OTHER."""
        return self.objects[0]

    @property
    def object_uri(self) -> str | None:
        """The URI of the first object."""
        return self.objects[0].uri if self.objects else None

    @property
    def reported(self) -> tuple[str, ...]:
        """The people and posts of a report, also those that Misskey writes into the comment."""
        named = [each.uri for each in self.objects if each.uri is not None]
        written = [url for url in _URL.findall(self.content) if is_uri(url)]
        return tuple(dict.fromkeys(named + written))[:OBJECTS_MAX]


class Announced(Record):
    """What was announced: a post (`kind` None), or what somebody did, passed on by a group.

    Fetch `uri` from its own site: what was written inline proves nothing.
    """

    uri: str
    kind: ActivityKind | None = None


def kind_of(document: Document) -> ActivityKind:
    """Return what kind of activity a document is."""
    return next((_KINDS[name] for name in document.types if name in _KINDS), ActivityKind.OTHER)


def read_activity(document: Document, *, now: datetime) -> Activity:
    """Return the activity that a document is, of whatever type.

    Raises: Unreadable if it has no id, no actor, or is of a known kind and has no object.
    """
    kind = kind_of(document)
    doers = document.uris("actor", limit=ACTORS_MAX)
    if document.id is None or not doers:
        raise Unreadable("an activity without id or actor")
    objects = tuple(
        _enclosed(each, kind, document, now=now)
        for each in document.given("object", limit=OBJECTS_MAX)
    )
    if not objects and kind not in (ActivityKind.NOISE, ActivityKind.OTHER):
        raise Unreadable("an activity without an object")
    content = document.text("content", limit=COMMENT_MAX)
    instrument = document.given("instrument", limit=1)
    return Activity(
        id=document.id,
        kind=kind,
        type_name=document.type,
        actors=doers,
        objects=objects,
        audience=read_audience(document),
        target=document.uri("target"),
        instrument=_enclosed(instrument[0], kind, document, now=now) if instrument else None,
        result=document.uri("result"),
        content=content,
        reaction=_reaction(document, kind, content),
        tags=read_tags(document),
        published_at=document.time("published", latest=now),
        is_sealed=document.has("signature") or document.has("proof"),
    )


def announced(activity: Activity) -> Announced | None:
    """Return what an Announce announces, one wrapping taken off; None if there is nothing in it.

    Groups of Lemmy and its kin wrap what their members do. A wrapped Announce is not unwrapped.
    """
    inner = activity.object
    if inner.kind is None:
        return Announced(inner.uri) if inner.uri is not None else None
    if inner.kind in (ActivityKind.ANNOUNCE, ActivityKind.NOISE) or inner.object_uri is None:
        return None
    return Announced(inner.object_uri, inner.kind)


def _enclosed(
    given: str | Document, kind: ActivityKind, activity: Document, *, now: datetime
) -> Enclosed:
    if isinstance(given, str):
        return Enclosed(uri=given if is_uri(given) else None)
    is_believed = kind in _CARRIERS
    return Enclosed(
        uri=given.id or given.uri("href"),
        type_name=given.type,
        actor=given.uri("actor", "attributedTo"),
        object_uri=given.uri("object"),
        name=given.text("name", limit=NAME_MAX),
        post=_post(given, activity, now=now) if is_believed else None,
        person=_person(given, now=now) if is_believed else None,
    )


def _post(given: Document, activity: Document, *, now: datetime) -> Post | None:
    """Return the post given whole; None if it is none, or cannot be read: then it is dropped."""
    if actors.kind_of(given) is not None or posts.kind_of(given) is None:
        return None
    try:
        return read_post(given, now=now, activity=activity)
    except Unreadable:
        return None


def _person(given: Document, *, now: datetime) -> Actor | None:
    if actors.kind_of(given) is None:
        return None
    try:
        return read_actor(given, now=now)
    except Unreadable:
        return None


def _reaction(document: Document, kind: ActivityKind, content: str) -> str | None:
    """Return the emoji of a reaction: Misskey sends it in a Like, Pleroma as a type of its own."""
    if kind not in (ActivityKind.LIKE, ActivityKind.EMOJI_REACT):
        return None
    found = content[:REACTION_MAX].strip()
    return found or document.text("_misskey_reaction", limit=REACTION_MAX).strip() or None
