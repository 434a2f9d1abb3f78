"""What a reader's filters do to the posts on a page: leave them out, or cover them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from app.core.records import Record, replace
from app.core.words import say
from app.filters.kinds import Context, FilterAction
from app.filters.matching import Match, Matcher
from app.filters.queries import matcher_of
from app.members.actor import Actor
from app.statuses.views import PostView
from app.text.sanitize import plain_text


class Sieve(Record):
    """A reader's filters at one place; visitors, and whoever filters nothing, see everything."""

    matcher: Matcher
    context: Context

    def through(self, posts: Iterable[PostView]) -> Sequence[PostView]:
        """Return the posts that the reader wants to meet, some of them covered."""
        if not self.matcher:
            return tuple(posts)
        judged = ((post, self._matches(post)) for post in posts)
        return tuple(_covered(post, found) for post, found in judged if not _is_hidden(found))

    def _matches(self, post: PostView) -> Sequence[Match]:
        words = _words(post)
        return self.matcher.results(words, post.id, self.context, author_id=post.author.id)


def sieve_of(
    connection: Connection, actor: Actor | None, context: Context, *, now: datetime
) -> Sieve:
    """Return the reader's filters at a place, in one statement."""
    if actor is None:
        return Sieve(Matcher(0), context)
    return Sieve(matcher_of(connection, actor.account_id, now=now), context)


def _is_hidden(matches: Sequence[Match]) -> bool:
    return any(match.rule.action is FilterAction.HIDE for match in matches)


def _covered(post: PostView, matches: Sequence[Match]) -> PostView:
    if not matches:
        return post
    warning = [match for match in matches if match.rule.action is FilterAction.WARN]
    if not warning:
        return replace(post, sensitive=True)
    title = warning[0].rule.title
    if post.spoiler:
        title = f"{title}, {post.spoiler}"
    return replace(post, spoiler=say("Filtered by you: {title}", title=title))


def _words(post: PostView) -> str:
    answers = () if post.poll is None else (option.title for option in post.poll.options)
    pictures = (picture.description for picture in post.pictures)
    return "\n".join((post.spoiler, plain_text(post.html), *answers, *pictures))
