"""Finding what our documents say of posts, by the one rule of who may see them.

Everything here but `told_by_author` is read as a visitor reads it: public and quiet public posts,
never those for followers or for this co-op. Whoever may see more has to prove it by a signature,
which is asked for before anything is read as somebody. A page of posts costs a fixed number of
statements.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import Connection, Select, Table, bindparam, select

from app.accounts.models import Account, RemoteActor
from app.core.errors import NotFound
from app.core.orm import BigInt
from app.core.records import Record
from app.core.words import say
from app.federation.documents.actors import Site
from app.federation.documents.notes import Named, Quoted, Told
from app.statuses.models import RemoteStatus, StatusTag, Tag
from app.statuses.quotes.queries import quotes
from app.statuses.quotes.rules import QuoteState
from app.statuses.views import ME, ROW, PostView, read, shown
from app.statuses.visibility import Visibility
from app.statuses.visible import accounts, mentions, statuses, visible_to
from app.statuses.writing import ContentType

PAGE: Final = 20
OWN_ANSWERS: Final = 5
CONTEXT_PAGE: Final = 100
LATEST: Final = (1 << 63) - 1

remote_actors = cast(Table, RemoteActor.__table__)
remote_statuses = cast(Table, RemoteStatus.__table__)
tags = cast(Table, Tag.__table__)
status_tags = cast(Table, StatusTag.__table__)

IDS: Final = bindparam("ids", type_=BigInt, expanding=True)
WHO: Final = bindparam("who", type_=BigInt)
ABOUT: Final = bindparam("about", type_=BigInt)
AFTER: Final = bindparam("after", type_=BigInt)
BEFORE: Final = bindparam("before", type_=BigInt)


class Known(Record):
    """What other sites call a post or its author, and whom it is for."""

    uri: str
    author_uri: str
    author_id: int
    visibility: Visibility
    context: str | None


class Slice(Record):
    """A page of rows, newest first, and whether there are more on either side."""

    told: Sequence[Told]
    older: int | None
    newer: int | None


def told_one(connection: Connection, status_id: int, *, site: Site) -> Told:
    """Return a post of this site, or the boost of one, as a stranger may read it.

    Raises: NotFound, also for what is for followers or for this co-op only.
    """
    found = told_of(connection, read(connection, _one(), about=status_id), site=site)
    if not found or (found[0].post.booster or found[0].post.author).domain is not None:
        raise NotFound(say("There is no such post."))
    return found[0]


def told_by_author(
    connection: Connection, status_id: int, account_id: int, *, site: Site, now: datetime
) -> Told | None:
    """Return a post of an account of this site, or its boost, with all that its readers get.

    Only for what is then sent to exactly those whom it is for. None: it is deleted, its author
    is suspended, or it is for this co-op only.
    """
    rows = read(connection, _own(), about=status_id, me=account_id, now=now)
    author = (rows[0].booster or rows[0].author) if rows else None
    if author is None or author.id != account_id or author.domain is not None:
        return None
    if rows[0].visibility is Visibility.LOCAL:
        return None
    return told_of(connection, rows, site=site)[0]


def outbox_page(
    connection: Connection,
    account_id: int,
    *,
    before: int | None,
    after: int | None,
    site: Site,
) -> Slice:
    """Return a page of what an account posted and boosted; `after` alone reads upwards."""
    upwards = before is None and after is not None
    asked = {"who": account_id, "before": before or LATEST, "after": after or 0}
    rows = list(read(connection, _outbox(upwards=upwards), **asked))
    has_more = len(rows) > PAGE
    rows = rows[:PAGE]
    if upwards:
        rows.reverse()
    if not rows:
        return Slice((), None, None)
    older = rows[-1].row_id if upwards or has_more else None
    has_newer = (upwards and has_more) or before is not None
    return Slice(
        told_of(connection, rows, site=site), older, rows[0].row_id if has_newer else None
    )


def told_of(connection: Connection, posts: Sequence[PostView], *, site: Site) -> list[Told]:
    """Return posts with all that their documents say, in order; they are seen already."""
    if not posts:
        return []
    ids = {post.id for post in posts}
    related = {post.conversation_id for post in posts} | ids
    related |= {id_ for post in posts for id_ in (post.in_reply_to_id, post.quoted_id) if id_}
    known = known_posts(connection, related, site=site)
    named = _named(connection, ids, site=site)
    tagged = _tagged(connection, ids)
    sources = _sources(connection, ids)
    own = _own_answers(connection, posts, site=site)
    return [
        Told(
            post,
            context=_context(post, known, site),
            markdown=sources.get(post.id),
            named=named[post.id],
            tags=tagged[post.id],
            answers=_answered(post, known),
            quoted=_quoted(post, known, site),
            boosted=None if post.booster is None else known[post.id].uri,
            boosted_author=None if post.booster is None else known[post.id].author_uri,
            own_answers=own[post.id],
        )
        for post in posts
    ]


def known_posts(
    connection: Connection, ids: Collection[int], *, site: Site
) -> Mapping[int, Known]:
    """Return what other sites call posts, by id; nothing of what they say."""
    urls, found = site.urls, {}
    for row in connection.execute(KNOWN, {"ids": list(ids)}):
        author_uri = row.author_there or urls.actor(row.account_id)
        uri = row.there or urls.status_uri(row.account_id, row.id)
        found[row.id] = Known(uri, author_uri, row.account_id, row.visibility, row.context)
    return found


KNOWN: Final = (
    select(
        statuses.c.id,
        statuses.c.account_id,
        statuses.c.visibility,
        remote_statuses.c.uri.label("there"),
        remote_statuses.c.context,
        remote_actors.c.uri.label("author_there"),
    )
    .outerjoin(remote_statuses, remote_statuses.c.status_id == statuses.c.id)
    .outerjoin(remote_actors, remote_actors.c.account_id == statuses.c.account_id)
    .where(statuses.c.id.in_(IDS))
)


def actor_uris(connection: Connection, people: Sequence[Account], *, site: Site) -> Sequence[str]:
    """Return what other sites call accounts, in order."""
    ids = [person.id for person in people if person.domain is not None]
    found: dict[int, str] = {}
    if ids:
        wanted = select(remote_actors.c.account_id, remote_actors.c.uri)
        rows = connection.execute(wanted.where(remote_actors.c.account_id.in_(ids)))
        found = {row.account_id: row.uri for row in rows}
    return [
        found.get(person.id, "") if person.domain else site.urls.actor(person.id)
        for person in people
        if person.domain is None or person.id in found
    ]


def _answered(post: PostView, known: Mapping[int, Known]) -> str | None:
    """Return the id of the answered post; what is for this co-op only is not named outside."""
    answered = known.get(post.in_reply_to_id or 0)
    is_told = answered is not None and answered.visibility is not Visibility.LOCAL
    return answered.uri if answered is not None and is_told else None


def _quoted(post: PostView, known: Mapping[int, Known], site: Site) -> Quoted | None:
    if post.quote is None or post.quote.post is None:
        return None
    quoted = post.quote.post
    if quoted.visibility is Visibility.LOCAL:
        return None
    stamp = None
    if quoted.author.domain is None and quoted.author.id != post.author.id:
        stamp = site.urls.quote_stamp(quoted.author.id, post.id)
    return Quoted(known[quoted.id].uri, stamp)


def _context(post: PostView, known: Mapping[int, Known], site: Site) -> str:
    root = known.get(post.conversation_id)
    said = None if root is None else root.context
    return said or site.urls.context(post.conversation_id)


def _named(
    connection: Connection, ids: Collection[int], *, site: Site
) -> Mapping[int, Sequence[Named]]:
    found: dict[int, list[Named]] = defaultdict(list)
    for row in connection.execute(MENTIONED, {"ids": list(ids)}):
        uri = row.there or site.urls.actor(row.id)
        address = f"@{row.username}@{row.domain or site.address_domain}"
        found[row.status_id].append(Named(uri, address))
    return found


MENTIONED: Final = (
    select(
        mentions.c.status_id,
        accounts.c.id,
        accounts.c.username,
        accounts.c.domain,
        remote_actors.c.uri.label("there"),
    )
    .join_from(mentions, accounts, accounts.c.id == mentions.c.account_id)
    .outerjoin(remote_actors, remote_actors.c.account_id == accounts.c.id)
    .where(mentions.c.status_id.in_(IDS))
    .order_by(mentions.c.status_id, mentions.c.account_id)
)


def _tagged(connection: Connection, ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(TAGGED, {"ids": list(ids)}):
        found[row.status_id].append(row.name)
    return found


TAGGED: Final = (
    select(status_tags.c.status_id, tags.c.name)
    .join_from(status_tags, tags, tags.c.id == status_tags.c.tag_id)
    .where(status_tags.c.status_id.in_(IDS))
    .order_by(status_tags.c.status_id, tags.c.name)
)


def _sources(connection: Connection, ids: Collection[int]) -> Mapping[int, str]:
    """Return what was written in Markdown, as it was written."""
    rows = connection.execute(SOURCES, {"ids": list(ids)})
    return {row.id: row.text for row in rows}


SOURCES: Final = select(statuses.c.id, statuses.c.text).where(
    statuses.c.id.in_(IDS), statuses.c.content_type == ContentType.MARKDOWN
)


def _own_answers(
    connection: Connection, posts: Sequence[PostView], *, site: Site
) -> Mapping[int, Sequence[str]]:
    """Return the first answers of authors to themselves, for those that anybody may see."""
    found: dict[int, list[str]] = defaultdict(list)
    answered = [post.id for post in posts if post.replies_count and post.booster is None]
    if answered:
        for row in connection.execute(_of_oneself(), {"ids": answered}):
            if len(found[row.answered]) < OWN_ANSWERS:
                found[row.answered].append(site.urls.status_uri(row.account_id, row.id))
    return found


@cache
def _of_oneself() -> Select[Any]:
    parent = statuses.alias("parent")
    return (
        select(statuses.c.id, statuses.c.account_id, parent.c.id.label("answered"))
        .join(parent, parent.c.id == statuses.c.in_reply_to_id)
        .where(
            parent.c.id.in_(IDS),
            statuses.c.account_id == parent.c.account_id,
            visible_to(None, statuses),
        )
        .order_by(statuses.c.id)
        .limit(PAGE * OWN_ANSWERS)
    )


@cache
def _one() -> Select[Any]:
    return shown(None).where(ROW.c.id == ABOUT)


@cache
def _own() -> Select[Any]:
    return shown(ME).where(ROW.c.id == ABOUT)


@cache
def _outbox(*, upwards: bool) -> Select[Any]:
    own = (ROW.c.account_id == WHO, ROW.c.id < BEFORE, ROW.c.id > AFTER)
    order = ROW.c.id if upwards else ROW.c.id.desc()
    return shown(None).where(*own).order_by(order).limit(PAGE + 1)


def answers_of_others(
    connection: Connection, status_id: int, author_id: int, *, after: int, site: Site
) -> tuple[Sequence[str], int | None]:
    """Return a page of what others answered that anybody may see, and where the next begins."""
    asked = {"about": status_id, "who": author_id, "after": after}
    ids = connection.scalars(_of_others(), asked).all()
    known = known_posts(connection, ids[:PAGE], site=site)
    return [known[id_].uri for id_ in ids[:PAGE]], ids[PAGE - 1] if len(ids) > PAGE else None


@cache
def _of_others() -> Select[Any]:
    given = (statuses.c.in_reply_to_id == ABOUT, statuses.c.account_id != WHO)
    seen = select(statuses.c.id).where(*given, statuses.c.id > AFTER, visible_to(None, statuses))
    return seen.order_by(statuses.c.id).limit(PAGE + 1)


def members_of_talk(
    connection: Connection, conversation_id: int, *, after: int, site: Site
) -> tuple[Sequence[Known], int | None]:
    """Return a page of a talk that anybody may see, and where the next begins."""
    asked = {"about": conversation_id, "after": after}
    ids = connection.scalars(_of_talk(), asked).all()
    known = known_posts(connection, ids[:CONTEXT_PAGE], site=site)
    next_after = ids[CONTEXT_PAGE - 1] if len(ids) > CONTEXT_PAGE else None
    return [known[id_] for id_ in ids[:CONTEXT_PAGE]], next_after


@cache
def _of_talk() -> Select[Any]:
    own = (statuses.c.conversation_id == ABOUT, statuses.c.reblog_of_id.is_(None))
    seen = select(statuses.c.id).where(*own, statuses.c.id > AFTER, visible_to(None, statuses))
    return seen.order_by(statuses.c.id).limit(CONTEXT_PAGE + 1)


def quoted_by_leave(
    connection: Connection, quoting_id: int, author_id: int, *, site: Site
) -> tuple[Known, Known]:
    """Return a post that quotes one of the author's, and that one; by their leave, seen by all.

    Raises: NotFound, also if the leave was taken back.
    """
    quoted_id = connection.scalar(_by_leave(), {"about": quoting_id, "who": author_id})
    if quoted_id is None:
        raise NotFound(say("There is no such leave."))
    known = known_posts(connection, (quoting_id, quoted_id), site=site)
    return known[quoting_id], known[quoted_id]


@cache
def _by_leave() -> Select[Any]:
    quoting = statuses.alias("quoting")
    return (
        select(quotes.c.quoted_id)
        .join(statuses, statuses.c.id == quotes.c.quoted_id)
        .join(quoting, quoting.c.id == quotes.c.status_id)
        .where(
            quotes.c.status_id == ABOUT,
            quotes.c.state == QuoteState.ACCEPTED,
            statuses.c.account_id == WHO,
            visible_to(None, statuses),
            visible_to(None, quoting),
        )
    )
