"""The one rule of who may see a post, without a database. Its SQL twin is `app.statuses.visible`.

Muting is no part of it: whoever mutes somebody may see their posts, and does not want to.
"""

from enum import StrEnum
from typing import Optional

from app.core.records import Record


class Visibility(StrEnum):
    """Who may see a post. Quiet public is `unlisted`, this co-op only is `local`."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    DIRECT = "direct"
    LOCAL = "local"


class ReplyAudience(StrEnum):
    """Who may answer a post, beside its author and those it mentions."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    MENTIONED = "mentioned"


OPEN = frozenset({Visibility.PUBLIC, Visibility.UNLISTED})
BY_NAME = frozenset({Visibility.FOLLOWERS, Visibility.DIRECT})  # Whoever is mentioned may see it.


class Viewer(Record):
    """Somebody with an account who looks; visitors without one are None."""

    account_id: int
    is_local: bool = True  # Of this co-op, not of another site.
    follows: frozenset[int] = frozenset()
    blocks: frozenset[int] = frozenset()  # Either way: they blocked, or were blocked by.
    mutes: frozenset[int] = frozenset()


class Post(Record):
    """What the rule needs to know of a post; of a boost, also the original."""

    author_id: int
    visibility: Visibility
    mentioned: frozenset[int] = frozenset()
    is_deleted: bool = False
    author_suspended: bool = False
    original: Optional["Post"] = None


def may_see(viewer: Viewer | None, post: Post) -> bool:
    """Return whether `viewer` may see `post`; of a boost, they must be allowed to see both."""
    if post.original is not None and not may_see(viewer, post.original):
        return False
    if post.is_deleted or post.author_suspended:
        return False
    if viewer is None:
        return post.visibility in OPEN
    if viewer.account_id == post.author_id:
        return True
    if post.author_id in viewer.blocks:
        return False
    return _is_addressed(viewer, post)


def _is_addressed(viewer: Viewer, post: Post) -> bool:
    if post.visibility in BY_NAME and viewer.account_id in post.mentioned:
        return True
    if post.visibility is Visibility.FOLLOWERS:
        return post.author_id in viewer.follows
    if post.visibility is Visibility.LOCAL:
        return viewer.is_local
    return post.visibility in OPEN


def wants_to_see(viewer: Viewer | None, post: Post) -> bool:
    """Return whether a timeline shows `post` to `viewer`: nobody in it is muted by them."""
    if viewer is None:
        return True
    authors = {post.author_id} | ({post.original.author_id} if post.original else set())
    return viewer.mutes.isdisjoint(authors)


def boost_visibility(original: Visibility, *, by_author: bool) -> Visibility | None:
    """Return whom the boost of such a post reaches; None means that it must not be boosted.

    A boost never widens an audience. Only its author may show a post to their followers again.
    """
    if original is Visibility.DIRECT:
        return None
    if original is Visibility.FOLLOWERS and not by_author:
        return None
    return original


def may_answer(
    audience: ReplyAudience, *, is_author: bool, is_mentioned: bool, is_follower: bool
) -> bool:
    """Return whether somebody who sees a post may answer it."""
    if is_author or is_mentioned or audience is ReplyAudience.EVERYONE:
        return True
    return audience is ReplyAudience.FOLLOWERS and is_follower


def is_counted(*, answer: Visibility, answered: Visibility) -> bool:
    """Return whether an answer shows in the answered post's count.

    One that some readers of the answered post may not see must not be deducible from it.
    """
    return answer in OPEN or (answer is Visibility.LOCAL and answered is Visibility.LOCAL)
