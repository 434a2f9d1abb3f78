"""Posts: everything that others publish, read into one shape."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.core.records import Record
from app.federation.activitystreams.addressing import Audience, read_audience
from app.federation.activitystreams.attachments import (
    Attachment,
    Medium,
    read_attached,
    read_media,
)
from app.federation.activitystreams.documents import Document, Unreadable, uri_in
from app.federation.activitystreams.links import page_of, read_picture
from app.federation.activitystreams.policies import NO_POLICIES, Policies, read_policies
from app.federation.activitystreams.polls import Poll, read_poll
from app.federation.activitystreams.quotes import Quote, read_quote
from app.federation.activitystreams.tags import NO_TAGS, Tags, read_tags
from app.text.hosts import is_same_origin

CONTENT_MAX: Final = 1 << 18  # Letters of HTML: what the sanitizer reads.
TITLE_MAX: Final = 500
SUMMARY_MAX: Final = 10_000
NAME_MAX: Final = 2_048  # Of a conversation.
AUTHORS_MAX: Final = 16
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")


class PostKind(StrEnum):
    """What is published. OTHER is an unknown type that has content, read like a note."""

    NOTE = "Note"
    QUESTION = "Question"
    ARTICLE = "Article"
    PAGE = "Page"
    VIDEO = "Video"
    AUDIO = "Audio"
    IMAGE = "Image"
    EVENT = "Event"
    DOCUMENT = "Document"
    OTHER = "other"


class Markup(StrEnum):
    """In what a content is written."""

    HTML = "text/html"
    MARKDOWN = "text/markdown"
    PLAIN = "text/plain"


_KINDS: Final = {kind.value: kind for kind in PostKind if kind is not PostKind.OTHER}
_WARNED: Final = frozenset({PostKind.NOTE, PostKind.QUESTION, PostKind.OTHER})
_MEDIA: Final = frozenset({PostKind.VIDEO, PostKind.AUDIO, PostKind.IMAGE, PostKind.DOCUMENT})
# Types that are published somewhere and are no posts here, content or not.
_PASSED_OVER: Final = frozenset(
    {"CacheFile", "ChatMessage", "Place", "Playlist", "Relationship", "Story", "Tombstone"}
)


class Post(Record, kw_only=True):
    """Something that was published. Nothing in it is clean: HTML is as it came.

    `author` is who speaks; `authors` are all to whom it is attributed. `vote` is the answer that
    this chooses in the poll that it answers: then it is no post at all.
    """

    id: str
    kind: PostKind
    type_name: str
    author: str
    authors: tuple[str, ...]
    audience: Audience
    content: str = ""
    markup: Markup = Markup.HTML
    title: str = ""
    warning: str = ""
    description: str = ""
    is_sensitive: bool = False
    language: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    url: str | None = None
    in_reply_to: str | None = None
    conversation: str | None = None
    replies: str | None = None
    tags: Tags = NO_TAGS
    attachments: tuple[Attachment, ...] = ()
    links: tuple[str, ...] = ()
    poll: Poll | None = None
    vote: str | None = None
    quote: Quote | None = None
    policies: Policies = NO_POLICIES
    approved_by: str | None = None


def kind_of(document: Document) -> PostKind | None:
    """Return what kind of post a document is; None if it is none that we read."""
    for name in document.types:
        if name in _PASSED_OVER:
            return None
        if name in _KINDS:
            return _KINDS[name]
    return PostKind.OTHER if document.types and _content(document) else None


def read_post(document: Document, *, now: datetime, activity: Document | None = None) -> Post:
    """Return the post that a document is; `activity` is the one that brought it, if any.

    Raises: Unreadable if it is no post, or has no id or no author.
    """
    kind = kind_of(document)
    if kind is None:
        raise Unreadable(f"no post: {document.type or 'no type'}")
    authors = document.uris("attributedTo", "actor", limit=AUTHORS_MAX)
    if document.id is None or not authors:
        raise Unreadable("a post without id or author")
    content = _content(document)
    name = document.text("name", limit=TITLE_MAX).strip()
    in_reply_to = document.uri("inReplyTo")
    is_vote = kind is PostKind.NOTE and bool(name and in_reply_to) and not content
    summary = document.text("summary", limit=SUMMARY_MAX)
    published_at = document.time("published", latest=now)
    tags, attached = read_tags(document), read_attached(document)
    media = read_media(document) if kind in _MEDIA and not attached.files else ()
    return Post(
        id=document.id,
        kind=kind,
        type_name=document.type,
        author=_author(document, authors),
        authors=authors,
        audience=read_audience(document, otherwise=activity),
        content=content,
        markup=_markup(document),
        title="" if is_vote or kind is PostKind.NOTE else name,
        warning=summary if kind in _WARNED else "",
        description="" if kind in _WARNED else summary,
        is_sensitive=document.flag("sensitive") is True,
        language=_language(document, content),
        published_at=published_at,
        updated_at=_updated(document, published_at, now=now),
        url=page_of(document),
        in_reply_to=in_reply_to,
        conversation=_conversation(document),
        replies=document.uri("replies"),
        tags=tags,
        attachments=(*attached.files, *media, *_still(document, kind, has_media=bool(media))),
        links=attached.links,
        poll=read_poll(document, now=now) if kind is PostKind.QUESTION else None,
        vote=name if is_vote else None,
        quote=read_quote(document, tags.links),
        policies=read_policies(document),
        approved_by=document.uri("approvedBy", "replyAuthorization"),
    )


def _author(document: Document, authors: tuple[str, ...]) -> str:
    """Return who speaks: of those on the post's own site, a person before a group.

    Others are named first only if nobody is of that site; then nobody may say it at all.
    """
    assert document.id is not None
    own = [uri for uri in authors if is_same_origin(uri, document.id)]
    people = (
        d.id for d in document.inners("attributedTo", limit=AUTHORS_MAX) if d.type == "Person"
    )
    return next((uri for uri in people if uri in own), (own or authors)[0])


def _content(document: Document) -> str:
    if content := document.text("content", limit=CONTENT_MAX):
        return content
    spoken = document.by_language("contentMap", limit=CONTENT_MAX)
    return next(iter(spoken.values()), "")


def _language(document: Document, content: str) -> str | None:
    """Return the language whose text is the content's; else the only one."""
    spoken = document.by_language("contentMap", limit=CONTENT_MAX)
    same = [key for key, text in spoken.items() if text == content]
    found = same[0] if same else next(iter(spoken)) if len(spoken) == 1 else None
    if found is None:
        found = _stated_language(document)
    return found if found is not None and _LANGUAGE.fullmatch(found) else None


def _stated_language(document: Document) -> str | None:
    """Return the language that Lemmy and PeerTube name: {"identifier": "de", …}."""
    given = document.inner("language")
    return given.text("identifier", limit=40) or None if given else None


def _markup(document: Document) -> Markup:
    kind = document.text("mediaType", limit=100).partition(";")[0].strip().lower()
    return next((markup for markup in Markup if markup == kind), Markup.HTML)


def _updated(
    document: Document, published_at: datetime | None, *, now: datetime
) -> datetime | None:
    found = document.time("updated", latest=now)
    if found is None or published_at is None:
        return found
    return found if found > published_at else None


def _conversation(document: Document) -> str | None:
    """Return the name of the talk: a URI mostly, a tag: URI by Mastodon, anything by others."""
    for name in ("context", "conversation"):
        value = document.value(name)
        text = uri_in(value) or (document.text(name, limit=NAME_MAX) if value else "")
        if text:
            return text
    return None


def _still(document: Document, kind: PostKind, *, has_media: bool) -> tuple[Attachment, ...]:
    """Return the picture that stands for what cannot be shown itself: of a film, a page."""
    if has_media or kind in (PostKind.NOTE, PostKind.QUESTION):
        return ()
    picture = read_picture(document, "icon") or read_picture(document, "image")
    if picture is None or document.value("attachment"):
        return ()
    return (
        Attachment(
            url=picture.url,
            medium=Medium.IMAGE,
            media_type=picture.media_type,
            description=picture.description,
        ),
    )
