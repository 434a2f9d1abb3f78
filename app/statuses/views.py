"""Posts as pages and APIs show them: plain values, read by Core queries without any ORM object.

`shown(me)` is the base of every list's statement. A row is a post or a boost; what is shown is
the post, or the boosted one, with its author, who boosted it, and what `me` did with it. It takes
the parameters `me` and `now`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from app.core.errors import NotFound
from app.core.orm import BigInt, UtcDateTime
from app.core.records import Record, replace
from app.core.words import say
from app.media.queries import Picture, pictures_of
from app.statuses.author import Author
from app.statuses.cards.queries import CardView, cards_of
from app.statuses.models import Bookmark, ConversationMute, Favourite
from app.statuses.polls.queries import PollView, polls_of
from app.statuses.quotes.queries import QuoteView, quotes_of
from app.statuses.quotes.rules import QuotePolicy, QuoteSight
from app.statuses.visibility import ReplyAudience, Visibility, boost_visibility
from app.statuses.visible import Value, accounts, followed_by, statuses, unmuted, visible_to
from app.text.safe import SafeHtml, stored

ME = bindparam("me", type_=BigInt)
NOW = bindparam("now", type_=UtcDateTime())

LINKED = 'href="https://'  # Without one, a post has no card to look for.

ROW = statuses.alias("r")
POST = statuses.alias("p")
AUTHOR = accounts.alias("a")
BOOSTER = accounts.alias("b")
PEOPLE = (AUTHOR, BOOSTER)  # Whoever wrote the post or the boost of a row.


class PostView(Record):
    """A post with all that a page shows of it to one reader.

    `row_id` is the key to page by: the post's own id, or that of its boost by `booster`.
    """

    row_id: int
    row_at: datetime
    booster: Author | None
    id: int
    author: Author
    html: SafeHtml
    spoiler: str
    sensitive: bool
    language: str | None
    visibility: Visibility
    reply_audience: ReplyAudience
    in_reply_to_id: int | None
    in_reply_to_account_id: int | None
    conversation_id: int
    created_at: datetime
    edited_at: datetime | None
    pinned_at: datetime | None
    poll_id: int | None
    quoted_id: int | None
    quote_policy: QuotePolicy
    rev: int
    replies_count: int
    reblogs_count: int
    favourites_count: int
    favourited: bool
    boosted: bool
    bookmarked: bool
    is_mine: bool
    is_quiet: bool  # The reader does not want to be told about the talk.
    may_be_quoted: bool  # By the reader.
    pictures: tuple[Picture, ...] = ()
    poll: PollView | None = None
    card: CardView | None = None
    quote: "QuotedView | None" = None

    @property
    def may_be_boosted(self) -> bool:
        """Whether the reader may show the post to their own followers."""
        return boost_visibility(self.visibility, by_author=self.is_mine) is not None

    @property
    def path(self) -> str:
        """The address of its page on this site."""
        return f"/@{self.author.handle}/{self.id}"


class QuotedView(Record):
    """What a post quotes, as the reader gets to see it: `post` only where it is accepted."""

    sight: QuoteSight
    post: PostView | None = None


def shown(
    me: Value | None, source: FromClause | None = None, *, key: Value | None = None
) -> Select[Any]:
    """Return the statement of the posts that `me` may see.

    `source` joins ROW to a table that lists posts, and `key` is the column that it pages by.
    """
    key = ROW.c.id if key is None else key
    joined = (
        (ROW if source is None else source)
        .join(POST, POST.c.id == func.coalesce(ROW.c.reblog_of_id, ROW.c.id))
        .join(AUTHOR, AUTHOR.c.id == POST.c.account_id)
        .outerjoin(BOOSTER, (BOOSTER.c.id == ROW.c.account_id) & ROW.c.reblog_of_id.is_not(None))
    )
    row = (key.label("row_id"), ROW.c.created_at.label("row_at"))
    people = (*author_columns(BOOSTER), *author_columns(AUTHOR))
    statement = select(*row, *people, *_post(), *marks(me), quiet_for(me), quotable(me))
    return statement.select_from(joined).where(visible_to(me, ROW, original=POST, people=PEOPLE))


def quiet_for(me: Value | None) -> Value:
    """Return the column that says whether `me` does not want to be told about the talk."""
    if me is None:
        return literal(False)
    mutes = ConversationMute.__table__.alias()
    mine = select(mutes.c.conversation_id).where(mutes.c.account_id == me)
    return POST.c.conversation_id.in_(mine)


def quotable(me: Value | None) -> Value:
    """Return the column that says whether `me` may quote the post: the twin of `may_quote`."""
    if me is None:
        return literal(False)
    by_followers = POST.c.quote_policy == QuotePolicy.FOLLOWERS
    allowed = or_(
        POST.c.quote_policy == QuotePolicy.PUBLIC,
        POST.c.account_id == me,
        and_(by_followers, POST.c.account_id.in_(followed_by(me))),
    )
    # In a CASE, SQLite looks up whom one follows only for a post that asks for it.
    return case((and_(POST.c.visibility != Visibility.DIRECT, allowed), true()), else_=false())


def wanted(me: Value | None) -> ColumnElement[bool]:
    """Return the condition of timelines beyond visibility: `me` mutes nobody in the row."""
    if me is None:
        return literal(True)
    return unmuted(me, NOW, ROW.c.account_id, POST.c.account_id, people=PEOPLE)


def author_columns(account: FromClause) -> tuple[Value, ...]:
    """Return the columns of which `Author` is made."""
    names = ("id", "username", "domain", "display_name", "avatar_key", "rev")
    return tuple(account.c[name] for name in names)


def authors_by_id(connection: Connection, ids: Collection[int]) -> Sequence[Author]:
    """Return the accounts of `ids`, in any order, in one statement; none if there are no ids."""
    if not ids:
        return ()
    return [_author(row) for row in connection.execute(AUTHORS, {"ids": list(ids)})]


def _author(row: Sequence[Any]) -> Author:
    return Author(*row)


def _post() -> tuple[Value, ...]:
    names = (
        "id content_html spoiler sensitive language visibility reply_audience in_reply_to_id "
        "in_reply_to_account_id conversation_id created_at edited_at pinned_at poll_id "
        "quoted_id quote_policy rev "
        "replies_count reblogs_count favourites_count"
    )
    return tuple(POST.c[name] for name in names.split())


def marks(me: Value | None) -> tuple[Value, ...]:
    """Return what `me` did with the post: favourited, boosted, bookmarked, and wrote it."""
    if me is None:
        return (literal(False),) * 4
    mine = statuses.alias()
    boosted = exists().where(
        mine.c.reblog_of_id == POST.c.id,
        mine.c.account_id == me,
        mine.c.reblog_of_id.is_not(None),
        mine.c.deleted_at.is_(None),
    )
    return (_marked(Favourite, me), boosted, _marked(Bookmark, me), POST.c.account_id == me)


def _marked(kind: type[Favourite] | type[Bookmark], me: Value) -> Value:
    marks = kind.__table__.alias()
    return exists().where(marks.c.status_id == POST.c.id, marks.c.account_id == me)


def read(
    connection: Connection, statement: Select[Any], **parameters: Any
) -> tuple[PostView, ...]:
    """Run a statement made of `shown`, and a few more for what its posts show beside words."""
    posts = _read(connection, statement, parameters)
    quoting = {post.id for post in posts if post.quoted_id is not None}
    if not quoting:
        return tuple(posts)
    me, now = parameters.get("me"), parameters.get("now")
    quotes = quotes_of(connection, quoting, me=me, now=now)
    ids = {quote.shown_id for quote in quotes.values() if quote.shown_id is not None}
    keys = {"ids": list(ids)} | ({} if me is None else {"me": me, "now": now})
    found = _read(connection, _some(is_visitor=me is None), keys) if ids else ()
    quoted = {post.id: post for post in found}
    return tuple(_with_quote(post, quotes.get(post.id), quoted) for post in posts)


def _with_quote(
    post: PostView, quote: QuoteView | None, quoted: Mapping[int, PostView]
) -> PostView:
    if quote is None:
        return post
    return replace(post, quote=QuotedView(quote.sight, quoted.get(quote.shown_id or 0)))


def _read(
    connection: Connection, statement: Select[Any], parameters: Mapping[str, Any]
) -> Sequence[PostView]:
    """Return posts with their pictures and polls; what they quote is only named."""
    posts = [_view(row) for row in connection.execute(statement, parameters)]
    pictures = pictures_of(connection, {post.id for post in posts})
    poll_ids = {post.poll_id for post in posts if post.poll_id is not None}
    polls = polls_of(connection, poll_ids, me=parameters.get("me"))
    cards = cards_of(connection, {post.id for post in posts if LINKED in post.html})
    return [_with_parts(post, pictures, polls, cards) for post in posts]


def _view(row: Sequence[Any]) -> PostView:
    booster = None if row[2] is None else _author(row[2:8])
    author = _author(row[8:14])
    post_id, html, *rest = row[14:]
    return PostView(row[0], row[1], booster, post_id, author, stored(html), *rest)


def _with_parts(
    post: PostView,
    pictures: Mapping[int, Sequence[Picture]],
    polls: Mapping[int, PollView],
    cards: Mapping[int, CardView],
) -> PostView:
    seen, asked = pictures.get(post.id), polls.get(post.poll_id or 0)
    card = cards.get(post.id)
    if not (seen or asked or card):
        return post
    return replace(post, pictures=tuple(seen or ()), poll=asked, card=card)


def read_post(
    connection: Connection, viewer_id: int | None, status_id: int, *, now: datetime
) -> PostView:
    """Return one post, or the one that it boosts, as the viewer sees it. Raises: NotFound."""
    me = {} if viewer_id is None else {"me": viewer_id, "now": now}
    found = read(connection, _one(is_visitor=viewer_id is None), one=status_id, **me)
    if not found:
        raise NotFound(say("There is no such post."))
    return found[0]


def read_posts(
    connection: Connection, viewer_id: int, status_ids: Sequence[int], *, now: datetime
) -> tuple[PostView, ...]:
    """Return those of the posts that the viewer may see, in the order of the ids."""
    found = read(connection, _some(is_visitor=False), ids=list(status_ids), me=viewer_id, now=now)
    by_id = {post.row_id: post for post in found}
    return tuple(by_id[id_] for id_ in status_ids if id_ in by_id)


AUTHORS = select(*author_columns(AUTHOR)).where(
    AUTHOR.c.id.in_(bindparam("ids", type_=BigInt, expanding=True))
)


@cache
def _one(*, is_visitor: bool) -> Select[Any]:
    """Return what reads one post; built once, when the first is asked for."""
    return shown(None if is_visitor else ME).where(ROW.c.id == bindparam("one", type_=BigInt))


@cache
def _some(*, is_visitor: bool) -> Select[Any]:
    return shown(None if is_visitor else ME).where(
        ROW.c.id.in_(bindparam("ids", type_=BigInt, expanding=True))
    )
