"""What a member wrote and keeps, as an archive that other sites read.

The files have Mastodon's names and hold ActivityStreams; drafts come beside them, and what others
wrote to this member alone. Source: federation.md, exports.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.archive import Owner, PackedFile, json_file, json_items, media_file
from app.core.records import Record
from app.core.storage import Storage
from app.emojis.book import Emoji, EmojiBook, emojis_rev, read_book
from app.media.models import FOCUS_MAX, MediaFile, MediaState
from app.statuses.featured import shown_tags
from app.statuses.models import Bookmark, Favourite, Mention, Status, StatusEdit
from app.statuses.polls.models import Poll, PollOption, PollVote
from app.statuses.polls.queries import PollView, polls_of
from app.statuses.queries import drafts_of, scheduled_of
from app.statuses.visibility import Visibility
from app.statuses.visible import visible_to

CONTEXT: Final = "https://www.w3.org/ns/activitystreams"
EVERYBODY: Final = "https://www.w3.org/ns/activitystreams#Public"
AT_ONCE: Final = 500  # Posts whose pictures, edits and names are read together.


def pack_posts(session: Session, storage: Storage, owner: Owner) -> Iterator[PackedFile]:
    """Yield profile, posts, what was written to the member, what they like and keep, pictures."""
    account = session.get_one(Account, owner.account_id)
    pictures = _pictures(session, owner.account_id)
    yield json_file("actor.json", _actor(account, owner, pictures))
    mine = (Status.account_id == owner.account_id) & Status.deleted_at.is_(None)
    yield _collection(session, owner, "outbox.json", mine)
    yield _collection(session, owner, "conversations.json", _to_few(owner.account_id))
    yield _kept(session, owner, "likes.json", Favourite)
    yield _kept(session, owner, "bookmarks.json", Bookmark)
    yield json_file("poll_votes.json", _votes(session, owner))
    yield json_file("drafts.json", _drafts(session, owner.account_id))
    yield json_file("featured_tags.json", list(shown_tags(session, owner.account_id)))
    yield json_file("scheduled.json", _scheduled(session, owner.account_id))
    for picture in pictures:
        yield media_file(_file_name(picture), storage, picture.key)


def _to_few(account_id: int) -> ColumnElement[bool]:
    """Select the posts of others to people by name, this member among them."""
    named = select(Mention.status_id).where(Mention.account_id == account_id)
    to_few = Status.visibility == Visibility.DIRECT
    return to_few & Status.id.in_(named) & visible_to(literal(account_id))


def _pictures(session: Session, account_id: int) -> Sequence[MediaFile]:
    mine = select(MediaFile).where(
        MediaFile.account_id == account_id,
        MediaFile.state.in_([MediaState.READY, MediaState.KEPT]),
    )
    return session.scalars(mine.order_by(MediaFile.id)).all()


def _file_name(picture: MediaFile) -> str:
    return f"media_attachments/{picture.path}"


def _actor(account: Account, owner: Owner, pictures: Sequence[MediaFile]) -> dict[str, Any]:
    by_key = {picture.key: picture for picture in pictures}
    url = _profile_url(owner, account.username)
    actor: dict[str, Any] = {
        "@context": CONTEXT,
        "id": url,
        "type": "Person",
        "preferredUsername": account.username,
        "name": account.name,
        "summary": account.note_html,
        "source": {"content": account.note},
        "url": url,
        "published": account.created_at.isoformat(),
        "manuallyApprovesFollowers": account.locked,
        "discoverable": account.discoverable,
        "indexable": account.indexable,
        "attachment": [
            {"type": "PropertyValue", "name": line["name"], "value": line["html"]}
            for line in account.fields
        ],
        "outbox": "outbox.json",
        "likes": "likes.json",
        "bookmarks": "bookmarks.json",
    }
    for name, key in (("icon", account.avatar_key), ("image", account.header_key)):
        if key in by_key:
            actor[name] = {"type": "Image", "url": "/" + _file_name(by_key[key])}
    return actor


class _Around(Record):
    """What belongs to a page of posts, by the id of the post."""

    pictures: Mapping[int, Sequence[MediaFile]]
    edits: Mapping[int, Sequence[StatusEdit]]
    polls: Mapping[int, PollView]  # By the id of the poll.
    named: Mapping[int, Sequence[str]]  # Profiles of those whom a post mentions.
    authors: Mapping[int, str]  # Names of authors by account, also of boosted and answered posts.
    author_of: Mapping[int, int]  # Accounts of boosted and answered posts.
    book: EmojiBook


def _collection(
    session: Session, owner: Owner, name: str, chosen: ColumnElement[bool]
) -> PackedFile:
    total = session.scalars(select(func.count()).select_from(Status).where(chosen)).one()
    around = {
        "@context": CONTEXT,
        "id": name,
        "type": "OrderedCollection",
        "totalItems": total,
    }
    return json_items(name, _activities(session, owner, chosen), around=around, key="orderedItems")


def _activities(
    session: Session, owner: Owner, chosen: ColumnElement[bool]
) -> Iterator[dict[str, Any]]:
    after = 0
    rows = select(Status).where(chosen).order_by(Status.id).limit(AT_ONCE)
    while posts := session.scalars(rows.where(Status.id > after)).all():
        around = _around(session, owner, posts)
        yield from (_activity(post, around, owner) for post in posts)
        after = posts[-1].id
        session.expunge_all()  # Or else the whole archive would stay in memory.


def _around(session: Session, owner: Owner, posts: Sequence[Status]) -> _Around:
    ids = [post.id for post in posts]
    named: dict[int, list[str]] = defaultdict(list)
    mentions = select(Mention.status_id, Account.username).join(
        Account, Account.id == Mention.account_id
    )
    for post_id, username in session.execute(mentions.where(Mention.status_id.in_(ids))):
        named[post_id].append(_profile_url(owner, username))
    pictures: dict[int, list[MediaFile]] = defaultdict(list)
    attached = select(MediaFile).where(MediaFile.status_id.in_(ids))
    for picture in session.scalars(attached.order_by(MediaFile.position, MediaFile.id)):
        assert picture.status_id is not None
        pictures[picture.status_id].append(picture)
    edits: dict[int, list[StatusEdit]] = defaultdict(list)
    changed = select(StatusEdit).where(StatusEdit.status_id.in_(ids)).order_by(StatusEdit.id)
    for edit in session.scalars(changed):
        edits[edit.status_id].append(edit)
    others = {post.reblog_of_id or post.in_reply_to_id for post in posts}
    others = (others | {post.quoted_id for post in posts}) - {None}
    told = select(Status.id, Status.account_id).where(Status.id.in_(others))
    author_of = {row.id: row.account_id for row in session.execute(told)}
    people = {post.account_id for post in posts} | set(author_of.values())
    names = select(Account.id, Account.username).where(Account.id.in_(people))
    authors = {row.id: row.username for row in session.execute(names)}
    asked = {post.poll_id for post in posts if post.poll_id is not None}
    polls = polls_of(session.connection(), asked, me=owner.account_id)
    book = _emojis(session)
    return _Around(pictures, edits, polls, named, authors, author_of, book)


def _activity(post: Status, around: _Around, owner: Owner) -> dict[str, Any]:
    author = around.authors[post.account_id]
    actor, url = _profile_url(owner, author), _post_url(owner, author, post.id)
    addressed = _addressed(post, around.named.get(post.id, ()), actor)
    activity = {
        "id": f"{url}/activity",
        "actor": actor,
        "published": post.created_at.isoformat(),
        **addressed,
    }
    if post.reblog_of_id is not None:
        return {"type": "Announce", **activity, "object": _other(post.reblog_of_id, around, owner)}
    note = {"id": url, "type": "Note", "attributedTo": actor, "url": url, **addressed}
    note |= _words(post, around, owner) | _question(around.polls.get(post.poll_id or 0))
    return {"type": "Create", **activity, "object": note}


def _words(post: Status, around: _Around, owner: Owner) -> dict[str, Any]:
    return {
        "content": post.content_html,
        "source": {"content": post.text, "mediaType": post.content_type.value},
        "summary": post.spoiler or None,
        "sensitive": post.sensitive,
        "contentMap": {post.language: post.content_html} if post.language else {},
        "published": post.created_at.isoformat(),
        "updated": post.edited_at and post.edited_at.isoformat(),
        "inReplyTo": post.in_reply_to_id and _other(post.in_reply_to_id, around, owner),
        "quote": post.quoted_id and _other(post.quoted_id, around, owner),
        "visibility": post.visibility.value,
        "attachment": [_document(picture) for picture in around.pictures.get(post.id, ())],
        "tag": [_emoji(one, owner) for one in around.book.used_in(post.spoiler, post.text)],
        "formerly": [_former(edit) for edit in around.edits.get(post.id, ())],
    }


def _emojis(session: Session) -> EmojiBook:
    rev = session.scalar(select(emojis_rev())) or 0
    return read_book(session.connection(), rev=rev)


def _emoji(emoji: Emoji, owner: Owner) -> dict[str, Any]:
    icon = {"type": "Image", "url": f"{owner.base_url}/{emoji.path}"}
    return {"type": "Emoji", "name": f":{emoji.shortcode}:", "icon": icon}


def _question(poll: PollView | None) -> dict[str, Any]:
    """Return what makes a question of a post, and which answers the member chose."""
    if poll is None:
        return {}
    answers = [
        {"type": "Note", "name": o.title, "replies": {"totalItems": o.votes}} for o in poll.options
    ]
    return {
        "type": "Question",
        "anyOf" if poll.multiple else "oneOf": answers,
        "endTime": poll.expires_at and poll.expires_at.isoformat(),
        "votersCount": poll.voters_count,
        "chosen": [option.title for option in poll.options if option.is_mine],
    }


def _document(picture: MediaFile) -> dict[str, Any]:
    return {
        "type": "Document",
        "mediaType": picture.content_type,
        "url": "/" + _file_name(picture),
        "name": picture.description,
        "width": picture.width,
        "height": picture.height,
        "blurhash": picture.blurhash,
        "focalPoint": [picture.focus_x / FOCUS_MAX, picture.focus_y / FOCUS_MAX],
        **_lasting(picture),
    }


def _lasting(picture: MediaFile) -> dict[str, str]:
    """Return how long a film or a sound is, as ISO 8601 writes it."""
    if picture.duration_ms is None:
        return {}
    seconds, milliseconds = divmod(picture.duration_ms, 1_000)
    return {"duration": f"PT{seconds}.{milliseconds:03}S"}


def _former(edit: StatusEdit) -> dict[str, Any]:
    return {
        "content": edit.content_html,
        "source": {"content": edit.text, "mediaType": edit.content_type.value},
        "summary": edit.spoiler or None,
        "published": edit.created_at.isoformat(),
    }


def _addressed(post: Status, named: Sequence[str], actor: str) -> dict[str, Sequence[str]]:
    """Say in the words of ActivityStreams whom a post is for."""
    followers = f"{actor}/followers"
    to, cc = {
        Visibility.PUBLIC: ([EVERYBODY], [followers]),
        Visibility.UNLISTED: ([followers], [EVERYBODY]),
        Visibility.FOLLOWERS: ([followers], []),
        Visibility.DIRECT: ([], []),
        Visibility.LOCAL: ([], []),  # No word of ActivityStreams says "this co-op only".
    }[post.visibility]
    return {"to": [*to, *named], "cc": cc}


def _kept(
    session: Session, owner: Owner, name: str, table: type[Favourite | Bookmark]
) -> PackedFile:
    mine = (
        select(Status.id, Account.username)
        .join(table, table.status_id == Status.id)
        .join(Account, Account.id == Status.account_id)
        .where(table.account_id == owner.account_id, visible_to(literal(owner.account_id)))
        .order_by(table.id)
    )
    urls = (_post_url(owner, username, post_id) for post_id, username in session.execute(mine))
    around = {"@context": CONTEXT, "id": name, "type": "OrderedCollection"}
    return json_items(name, urls, around=around, key="orderedItems")


def _drafts(session: Session, account_id: int) -> list[dict[str, Any]]:
    return [
        {
            "text": draft.text,
            "content_type": draft.content_type.value,
            "warning": draft.spoiler,
            "language": draft.language,
            "visibility": draft.visibility.value,
            "created_at": draft.created_at.isoformat(),
            "updated_at": draft.updated_at.isoformat(),
        }
        for draft in drafts_of(session, account_id)
    ]


def _votes(session: Session, owner: Owner) -> list[dict[str, Any]]:
    """Return what the member answered in polls, as far as they may still see them."""
    me = owner.account_id
    answered = (
        select(PollVote.created_at, PollOption.title, Status.id, Account.username)
        .join(Poll, Poll.id == PollVote.poll_id)
        .join(Status, Status.id == Poll.status_id)
        .join(Account, Account.id == Status.account_id)
        .join(
            PollOption,
            (PollOption.poll_id == PollVote.poll_id) & (PollOption.position == PollVote.position),
        )
        .where(PollVote.account_id == me, visible_to(literal(me)))
        .order_by(Status.id, PollOption.position)
    )
    return [
        {"post": _post_url(owner, author, id_), "answer": title, "at": at.isoformat()}
        for at, title, id_, author in session.execute(answered)
    ]


def _scheduled(session: Session, account_id: int) -> list[dict[str, Any]]:
    return [
        {"publish_at": waiting.due_at.isoformat(), **waiting.writing}
        for waiting in scheduled_of(session, account_id)
    ]


def _other(post_id: int, around: _Around, owner: Owner) -> str:
    """Return the address of a post that this one boosts or answers."""
    author_id = around.author_of[post_id]
    return _post_url(owner, around.authors[author_id], post_id)


def _profile_url(owner: Owner, username: str) -> str:
    return f"{owner.base_url}/@{username}"


def _post_url(owner: Owner, username: str, post_id: int) -> str:
    return f"{_profile_url(owner, username)}/{post_id}"
