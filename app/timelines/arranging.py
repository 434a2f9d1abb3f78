"""How a page of home is laid out: nothing twice, boosts together, new above old."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TypeAlias

from app.core.records import Record
from app.statuses.author import Author
from app.statuses.views import PostView

BOOSTS_TOGETHER = 3


class Boosts(Record):
    """Boosts that follow each other, shown small; `boosters` each once, in order."""

    posts: tuple[PostView, ...]

    @property
    def boosters(self) -> tuple[Author, ...]:
        """Who boosted them."""
        people = {post.booster.id: post.booster for post in self.posts if post.booster}
        return tuple(people.values())


Entry: TypeAlias = PostView | Boosts


class Arranged(Record):
    """The entries that came after the last reading, and those before it."""

    new: tuple[Entry, ...]
    old: tuple[Entry, ...]


def arrange(posts: Sequence[PostView], *, read_up_to: int | None) -> Arranged:
    """Lay out posts, newest first; `read_up_to` is the last row read, None if none ever was."""
    once = _without_repeats(posts)
    if read_up_to is None:
        return Arranged((), _together(once))
    new = [post for post in once if post.row_id > read_up_to]
    old = [post for post in once if post.row_id <= read_up_to]
    return Arranged(_together(new), _together(old))


def _without_repeats(posts: Iterable[PostView]) -> list[PostView]:
    first: dict[int, PostView] = {}
    for post in posts:
        first.setdefault(post.id, post)
    return list(first.values())


def _together(posts: Iterable[PostView]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for is_boost, run in groupby(posts, key=lambda post: post.booster is not None):
        row = tuple(run)
        if is_boost and len(row) >= BOOSTS_TOGETHER:
            entries.append(Boosts(row))
        else:
            entries.extend(row)
    return tuple(entries)
