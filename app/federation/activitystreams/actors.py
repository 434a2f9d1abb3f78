"""People, groups, machines and sites of elsewhere. Source: ActivityPub 4; FEP-2c59, 521a, 5feb."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.core.records import Record
from app.federation.activitystreams.documents import Document, Unreadable
from app.federation.activitystreams.links import Picture, page_of, read_picture
from app.federation.activitystreams.tags import NO_TAGS, Tags, read_tags
from app.federation.signatures.keys import (
    PublicKey,
    pem_of,
    read_multikey,
    read_public_key,
)

USERNAME_MAX: Final = 2_048
NAME_MAX: Final = 2_048
BIO_MAX: Final = 20_000
FIELDS_MAX: Final = 50
FIELD_MAX: Final = 2_047
ALIASES_MAX: Final = 256
KEYS_MAX: Final = 10
PEM_MAX: Final = 8_192
HANDLE_MAX: Final = 2_300
DOMAINS_MAX: Final = 100
_USERNAME: Final = re.compile(r"[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*")
_MULTIKEY_TYPES: Final = frozenset({"Multikey", "Ed25519VerificationKey2020"})


class ActorKind(StrEnum):
    """What acts."""

    PERSON = "Person"
    SERVICE = "Service"
    GROUP = "Group"
    ORGANIZATION = "Organization"
    APPLICATION = "Application"


_KINDS: Final = {kind.value: kind for kind in ActorKind}


class Key(Record, kw_only=True):
    """A key as its owner's document, or its own, gives it: in PEM, or as a Multikey."""

    id: str
    owner: str
    pem: str = ""
    multibase: str = ""

    def public(self) -> PublicKey:
        """Return the key itself. Raises: BadSignature if it is none that we accept."""
        return read_public_key(self.pem) if self.pem else read_multikey(self.multibase)

    def public_pem(self) -> str:
        """Return the key in the one form in which keys are kept. Raises: BadSignature."""
        return pem_of(self.public())


class Field(Record):
    """A line of a profile; the value is HTML."""

    name: str
    value: str


class Actor(Record, kw_only=True):
    """Somebody of elsewhere. Nothing in it is clean: HTML is as it came.

    `handle` is name@domain as they state it, to be believed only after the round trip by
    WebFinger. `hides_*`: what visitors without an account may not see on web pages.
    """

    id: str
    kind: ActorKind
    username: str
    inbox: str
    keys: tuple[Key, ...]
    name: str = ""
    bio: str = ""
    url: str | None = None
    outbox: str | None = None
    followers: str | None = None
    following: str | None = None
    shared_inbox: str | None = None
    featured: str | None = None
    featured_tags: str | None = None
    avatar: Picture | None = None
    header: Picture | None = None
    fields: tuple[Field, ...] = ()
    tags: Tags = NO_TAGS
    also_known_as: tuple[str, ...] = ()
    moved_to: str | None = None
    handle: str | None = None
    attribution_domains: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    approves_followers: bool = False
    is_discoverable: bool = False
    is_indexable: bool = False
    is_memorial: bool = False
    is_suspended: bool = False
    hides_public: bool = False
    hides_unlisted: bool = False

    @property
    def is_bot(self) -> bool:
        """Whether a machine acts."""
        return self.kind in (ActorKind.SERVICE, ActorKind.APPLICATION)


def kind_of(document: Document) -> ActorKind | None:
    """Return what kind of actor a document is; None if it is none."""
    return next((_KINDS[name] for name in document.types if name in _KINDS), None)


def read_actor(document: Document, *, now: datetime) -> Actor:
    """Return the actor that a document is.

    Raises: Unreadable if it is none, or without id, inbox, or a name that can be one.
    """
    kind = kind_of(document)
    if kind is None:
        raise Unreadable(f"no actor: {document.type or 'no type'}")
    inbox = document.uri("inbox")
    if document.id is None or inbox is None:
        raise Unreadable("an actor without id or inbox")
    endpoints = document.inner("endpoints")
    return Actor(
        id=document.id,
        kind=kind,
        username=_username(document),
        inbox=inbox,
        keys=read_keys(document),
        name=document.text("name", limit=NAME_MAX).strip(),
        bio=document.text("summary", limit=BIO_MAX),
        url=page_of(document),
        outbox=document.uri("outbox"),
        followers=document.uri("followers"),
        following=document.uri("following"),
        shared_inbox=(endpoints.uri("sharedInbox") if endpoints else None)
        or document.uri("sharedInbox"),
        featured=document.uri("featured"),
        featured_tags=document.uri("featuredTags"),
        avatar=read_picture(document, "icon"),
        header=read_picture(document, "image"),
        fields=_fields(document),
        tags=read_tags(document),
        also_known_as=document.uris("alsoKnownAs", limit=ALIASES_MAX),
        moved_to=document.uri("movedTo"),
        handle=document.text("webfinger", limit=HANDLE_MAX) or None,
        attribution_domains=document.texts("attributionDomains", limit=DOMAINS_MAX, letters=253),
        published_at=document.time("published", latest=now),
        updated_at=document.time("updated", latest=now),
        approves_followers=document.flag("manuallyApprovesFollowers") is True,
        is_discoverable=document.flag("discoverable") is True,
        is_indexable=document.flag("indexable") is True,
        is_memorial=document.flag("memorial") is True,
        is_suspended=document.flag("suspended") is True,
        hides_public=document.flag("hidesToPublicFromUnauthedWeb") is True,
        hides_unlisted=document.flag("hidesCcPublicFromUnauthedWeb") is True,
    )


def read_keys(document: Document) -> tuple[Key, ...]:
    """Return the keys of an actor: `publicKey`, one or several, then `assertionMethod`."""
    owner = document.id or ""
    given = [read_key(key, owner=owner) for key in document.inners("publicKey", limit=KEYS_MAX)]
    given += [read_key(k, owner=owner) for k in document.inners("assertionMethod", limit=KEYS_MAX)]
    return tuple(key for key in given if key is not None)[:KEYS_MAX]


def read_key(document: Document, *, owner: str = "") -> Key | None:
    """Return the key that a document is; None if it is none. `owner` is for one that names none.

    Whether its owner says so too is for `authority` to see.
    """
    pem = document.text("publicKeyPem", limit=PEM_MAX + 1)
    is_multikey = document.type in _MULTIKEY_TYPES
    multibase = document.text("publicKeyMultibase", limit=100) if is_multikey else ""
    owner = document.uri("owner", "controller") or owner
    if document.id is None or not owner or not (pem or multibase):
        return None
    return Key(id=document.id, owner=owner, pem=pem, multibase="" if pem else multibase)


def _username(document: Document) -> str:
    found = document.text("preferredUsername", limit=USERNAME_MAX + 1)
    if len(found) > USERNAME_MAX or not _USERNAME.fullmatch(found):
        raise Unreadable("an actor without a name that can be one")
    return found


def _fields(document: Document) -> tuple[Field, ...]:
    """Return the lines of a profile, in both ways to give them. Source: FEP-fb2a for the newer."""
    found: list[Field] = []
    for each in document.inners("attachment", limit=FIELDS_MAX):
        name = each.text("name", limit=FIELD_MAX).strip()
        match each.type:
            case "PropertyValue":
                value = each.text("value", limit=FIELD_MAX)
            case "Note":
                value = each.text("content", limit=FIELD_MAX)
            case "Link":
                value = each.uri("href") or ""
            case _:
                continue
        if name or value:
            found.append(Field(name, value))
    return tuple(found)
