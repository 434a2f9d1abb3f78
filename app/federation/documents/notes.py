"""Our posts as other sites read them. Source: federation.md 6.1, 6.3, 9, 10.

Pure: who may read a post is decided before it comes here.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from app.core.records import Record
from app.emojis.book import NO_EMOJIS, EmojiBook
from app.federation.activitystreams.documents import PUBLIC
from app.federation.documents.collections import bare_replies
from app.federation.documents.contexts import STATUS_CONTEXT
from app.federation.documents.emojis import emoji_tag
from app.federation.documents.moments import moment
from app.http.urls import Urls
from app.media.kinds import Form
from app.media.queries import Picture
from app.statuses.polls.queries import PollView
from app.statuses.quotes.rules import QuotePolicy
from app.statuses.views import PostView
from app.statuses.visibility import ReplyAudience, Visibility

MARKDOWN: Final = "text/markdown"
LINK_TYPE: Final = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
THOUSAND: Final = 1_000


class Named(Record):
    """Somebody whom a post names: the id of their account, and `@name@domain`."""

    uri: str
    address: str


class Quoted(Record):
    """What a post quotes, and by which leave: the stamp of the quoted author."""

    uri: str
    stamp: str | None


class Told(Record):
    """A post with all that its document says of it, in ids that hold on every site."""

    post: PostView
    context: str
    markdown: str | None = None  # The source, if it was written so.
    named: Sequence[Named] = ()
    tags: Sequence[str] = ()
    answers: str | None = None  # The id of the answered post.
    quoted: Quoted | None = None
    boosted: str | None = None  # Of a boost: the id of the boosted post.
    boosted_author: str | None = None
    own_answers: Sequence[str] = ()  # The ids of the first answers by the same author.


class Pen(Record):
    """What documents are written with: addresses, the moment, and the emoji that are in use."""

    urls: Urls
    now: datetime
    book: EmojiBook = NO_EMOJIS


class Addressed(Record):
    """Whom a post is for."""

    to: list[str]
    cc: list[str]


def addressed(visibility: Visibility, *, followers: str, others: Collection[str]) -> Addressed:
    """Return whom a post is for; `others` are named in it. What is for this co-op is for nobody.

    Source: federation.md 6.3.
    """
    named = list(dict.fromkeys(others))
    return {
        Visibility.PUBLIC: Addressed([PUBLIC], [followers, *named]),
        Visibility.UNLISTED: Addressed([followers], [PUBLIC, *named]),
        Visibility.FOLLOWERS: Addressed([followers], named),
        Visibility.DIRECT: Addressed(named, []),
        Visibility.LOCAL: Addressed([], []),
    }[visibility]


def note_document(told: Told, pen: Pen) -> dict[str, Any]:
    """Return the document of a post: a Note, or a Question if it has a poll."""
    return {"@context": STATUS_CONTEXT, **note(told, pen)}


def note(told: Told, pen: Pen) -> dict[str, Any]:
    """Return the post to stand in another document, which brings the context."""
    post, urls = told.post, pen.urls
    uri, author = urls.status_uri(post.author.id, post.id), urls.actor(post.author.id)
    followers = f"{author}/followers"
    audience = addressed(
        post.visibility, followers=followers, others=[person.uri for person in told.named]
    )
    content = _content(told, urls)
    values: dict[str, Any] = {
        "id": uri,
        "type": "Note",
        "attributedTo": author,
        "content": content,
        "summary": post.spoiler or None,
        "sensitive": post.sensitive,
        "published": moment(post.created_at),
        "url": urls.status(post.author, post.id),
        "inReplyTo": told.answers,
        "to": audience.to,
        "cc": audience.cc,
        "tag": _tags(told, pen),
        "attachment": [_attachment(file, urls) for file in post.pictures if file.url],
        "conversation": told.context,
        "context": told.context,
        "replies": bare_replies(f"{uri}/replies", own_answers=told.own_answers),
        "likes": f"{uri}/likes",
        "shares": f"{uri}/shares",
        "interactionPolicy": _policy(post, author=author, followers=followers),
    }
    if post.language:
        values["contentMap"] = {post.language: content}
    if post.edited_at is not None:
        values["updated"] = moment(post.edited_at)
    if told.markdown is not None:
        values["source"] = {"content": told.markdown, "mediaType": MARKDOWN}
    if post.visibility is Visibility.DIRECT:
        values["directMessage"] = True
    if told.quoted is not None:
        values |= _quote(told.quoted)
    if post.poll is not None:
        values |= _question(post.poll, now=pen.now)
    return values


def act_document(told: Told, pen: Pen) -> dict[str, Any]:
    """Return the act by which the row came to be: a Create, or the Announce of a boost."""
    return {"@context": STATUS_CONTEXT, **act(told, pen)}


def act(told: Told, pen: Pen) -> dict[str, Any]:
    """Return the act to stand in another document, which brings the context."""
    if told.boosted is not None:
        return _announce(told, pen.urls)
    body = note(told, pen)
    return {
        "id": pen.urls.activity(told.post.author.id, told.post.id),
        "type": "Create",
        "actor": body["attributedTo"],
        "published": body["published"],
        "to": body["to"],
        "cc": body["cc"],
        "object": body,
    }


def _announce(told: Told, urls: Urls) -> dict[str, Any]:
    booster = told.post.booster
    assert booster is not None
    actor = urls.actor(booster.id)
    author = [] if told.boosted_author is None else [told.boosted_author]
    audience = addressed(told.post.visibility, followers=f"{actor}/followers", others=author)
    return {
        "id": urls.activity(booster.id, told.post.row_id),
        "type": "Announce",
        "actor": actor,
        "published": moment(told.post.row_at),
        "to": audience.to,
        "cc": audience.cc,
        "object": told.boosted,
    }


def _content(told: Told, urls: Urls) -> str:
    """Return the words; in front of them what is quoted, for sites that show no quotes."""
    words = urls.absolute(told.post.html)
    if told.quoted is None or told.quoted.uri in words:
        return words
    link = f'<a href="{told.quoted.uri}">{told.quoted.uri}</a>'
    return f'<p class="quote-inline">RE: {link}</p>{words}'


def _tags(told: Told, pen: Pen) -> list[dict[str, Any]]:
    named = [
        {"type": "Mention", "href": person.uri, "name": person.address} for person in told.named
    ]
    tags = [
        {"type": "Hashtag", "href": pen.urls.tag(name), "name": f"#{name}"} for name in told.tags
    ]
    titles = () if told.post.poll is None else (o.title for o in told.post.poll.options)
    used = pen.book.used_in(told.post.html, told.post.spoiler, *titles)
    emojis = [emoji_tag(emoji, pen.urls) for emoji in used]
    return [*named, *tags, *emojis, *_quote_link(told.quoted)]


def _quote_link(quoted: Quoted | None) -> list[dict[str, Any]]:
    """Return the quote as a link to an object. Source: FEP-e232."""
    if quoted is None:
        return []
    rel = "https://misskey-hub.net/ns#_misskey_quote"
    return [
        {
            "type": "Link",
            "mediaType": LINK_TYPE,
            "href": quoted.uri,
            "name": f"RE: {quoted.uri}",
            "rel": rel,
        }
    ]


def _quote(quoted: Quoted) -> dict[str, Any]:
    names = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")
    values: dict[str, Any] = dict.fromkeys(names, quoted.uri)
    return values | ({} if quoted.stamp is None else {"quoteAuthorization": quoted.stamp})


def _attachment(file: Picture, urls: Urls) -> dict[str, Any]:
    """Return a picture, film or sound. All are Documents: some sites read nothing else."""
    assert file.url is not None
    values: dict[str, Any] = {
        "type": "Document",
        "mediaType": file.content_type,
        "url": urls.stored(file.url),
    }
    known = {"width": file.width, "height": file.height, "blurhash": file.blurhash}
    values |= {name: value for name, value in known.items() if value}
    if file.form is not Form.AUDIO:
        values["focalPoint"] = [file.focus_x / THOUSAND, file.focus_y / THOUSAND]
    if file.duration_ms is not None:
        values["duration"] = f"PT{Decimal(file.duration_ms) / THOUSAND}S"
    if file.description:
        values |= {"name": file.description, "summary": file.description}
    return values


def _question(poll: PollView, *, now: datetime) -> dict[str, Any]:
    """Return what makes a Note a Question; numbers are left out as long as they are hidden."""
    is_hidden = poll.hides_totals(now)
    options = [
        {
            "type": "Note",
            "name": option.title,
            "replies": {
                "type": "Collection",
                **({} if is_hidden else {"totalItems": option.votes}),
            },
        }
        for option in poll.options
    ]
    values: dict[str, Any] = {"type": "Question", ("anyOf" if poll.multiple else "oneOf"): options}
    if not is_hidden:
        values["votersCount"] = poll.voters_count
    if poll.expires_at is not None:
        values["endTime"] = moment(poll.expires_at)
        if poll.has_ended(now):
            values["closed"] = moment(poll.expires_at)
    return values


def _policy(post: PostView, *, author: str, followers: str) -> dict[str, Any]:
    """Return who may do what with the post; whom it names may always answer.

    Source: federation.md 10.2.
    """
    answering = {
        ReplyAudience.EVERYONE: PUBLIC,
        ReplyAudience.FOLLOWERS: followers,
        ReplyAudience.MENTIONED: author,
    }[post.reply_audience]
    quoting = {
        QuotePolicy.PUBLIC: PUBLIC,
        QuotePolicy.FOLLOWERS: followers,
        QuotePolicy.NOBODY: author,
    }[post.quote_policy]
    return {
        "canReply": _approved(answering),
        "canLike": _approved(PUBLIC),
        "canAnnounce": _approved(PUBLIC),
        "canQuote": _approved(quoting),
    }


def _approved(whom: str) -> dict[str, list[str]]:
    return {"automaticApproval": [whom], "manualApproval": []}


def tombstone(uri: str, *, deleted_at: datetime) -> dict[str, Any]:
    """Return what stands where a post was."""
    return {
        "@context": STATUS_CONTEXT,
        "id": uri,
        "type": "Tombstone",
        "deleted": moment(deleted_at),
    }


def quote_stamp(uri: str, *, author: str, quoting: str, quoted: str) -> dict[str, Any]:
    """Return the leave that an author gives one post to quote one of theirs. Source: FEP-044f."""
    return {
        "@context": STATUS_CONTEXT,
        "id": uri,
        "type": "QuoteAuthorization",
        "attributedTo": author,
        "interactingObject": quoting,
        "interactionTarget": quoted,
    }
