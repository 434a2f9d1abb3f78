"""What the social side offers to pages that are not its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.http.panels import Heard
from app.members.actor import Actor
from app.notifications import queries as notices
from app.statuses.views import PostView
from app.statuses.visibility import Visibility
from app.timelines.queries import LOCAL
from app.web.shown import face_of

LOOKED_AT: Final = 40
HTML_MAX: Final = 600  # A longer post would fill the front door by itself.


def new_since(session: Session, actor: Actor, now: datetime) -> datetime | None:
    """Return since when the actor has new notices, or None if there are none."""
    return notices.new_since(session.connection(), actor.account_id, now=now)


def heard(session: Session, at_most: int, now: datetime) -> Sequence[Heard]:
    """Return the latest posts for visitors, one for each author who wants to be found."""
    page = LOCAL.page(session.connection(), None, now=now, limit=LOOKED_AT)
    fitting = [post for post in page.posts if _fits(post)]
    wanted = {post.author.id for post in fitting}
    findable = select(Account.id).where(
        Account.id.in_(wanted), Account.discoverable, Account.suspended_at.is_(None)
    )
    found = set(session.scalars(findable))
    by_author: dict[int, PostView] = {}
    for post in fitting:
        if post.author.id in found:
            by_author.setdefault(post.author.id, post)
    return [_heard(post) for post in list(by_author.values())[:at_most]]


def _fits(post: PostView) -> bool:
    is_plain = not (post.spoiler or post.sensitive or post.in_reply_to_id)
    is_public = post.visibility is Visibility.PUBLIC
    return is_plain and is_public and 0 < len(post.html) <= HTML_MAX


def _heard(post: PostView) -> Heard:
    face = face_of(post.author)
    return Heard(
        name=face.name,
        address=face.address,
        profile_url=face.url,
        avatar_url=face.avatar_url,
        url=post.path,
        html=post.html,
        language=post.language,
        at=post.created_at,
    )
