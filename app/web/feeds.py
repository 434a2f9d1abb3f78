"""Feeds: what somebody posts for everyone, and what carries a tag, for feed readers.

A visitor asks, so a feed holds what visitors see, and of that only public posts of people who
want to be found by visitors. Source: mastodon-api.md 10.
"""

from collections.abc import Sequence
from typing import Final

from fastapi import Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.words import say
from app.http.access import Anyone
from app.http.deps import KernelDep
from app.http.faces import avatar_url
from app.http.pages import page_router, translate
from app.statuses.views import PostView
from app.text.entities import tag_key
from app.text.rss import CONTENT_TYPE, FeedEntry, FeedHead, FeedPicture, feed_file
from app.text.safe import escaped, with_whole_addresses
from app.text.sanitize import plain_text
from app.timelines import queries as timelines
from app.web.profile import account_at

router = page_router(dependencies=[Anyone])

ENTRIES_MAX: Final = 20
CACHED: Final = "public, max-age=300"


@router.get("/@{handle}.rss")
async def get_feed_of_person(kernel: KernelDep, handle: str) -> Response:
    """Give the public posts of somebody."""
    base, now = kernel.settings.base_url, kernel.clock.now()

    def look(hot: Connection) -> tuple[FeedHead, Sequence[PostView]]:
        account = account_at(Session(hot), handle)
        if not account.discoverable or account.domain is not None:
            raise NotFound(say("Nobody has this address."))
        page = timelines.FEED.page(hot, None, now=now, limit=ENTRIES_MAX, who=account.id)
        picture = base + avatar_url(account.id, account.avatar_key)
        about = plain_text(account.note_html)
        url = f"{base}/@{account.username}"
        return FeedHead(account.name, about, url, picture), page.posts

    head, posts = await kernel.db.hot(look)
    return _feed(head, posts, base)


@router.get("/tags/{tag}.rss")
async def get_feed_of_tag(request: Request, kernel: KernelDep, tag: str) -> Response:
    """Give the public posts that carry a tag."""
    base, now, key = kernel.settings.base_url, kernel.clock.now(), tag_key(tag)
    page = await kernel.db.hot(
        lambda hot: timelines.TAG_FEED.page(hot, None, now=now, limit=ENTRIES_MAX, tag=key)
    )
    about = translate(request, say("Public posts with the tag #{tag}", tag=key))
    return _feed(FeedHead(f"#{key}", about, f"{base}/tags/{key}"), page.posts, base)


def _feed(head: FeedHead, posts: Sequence[PostView], base: str) -> Response:
    content = feed_file(head, [_entry(post, base) for post in posts])
    return Response(content, media_type=CONTENT_TYPE, headers={"Cache-Control": CACHED})


def _entry(post: PostView, base: str) -> FeedEntry:
    """Return a post for a reader that folds nothing: behind a warning stands the warning alone."""
    url = base + post.path
    if post.spoiler:
        return FeedEntry(url, post.created_at, f"<p>{escaped(post.spoiler)}</p>")
    pictures = [
        FeedPicture(base + shown.url, shown.content_type, shown.description)
        for shown in (() if post.sensitive else post.pictures)
        if shown.url is not None  # Else it is still being written anew.
    ]
    return FeedEntry(url, post.created_at, with_whole_addresses(post.html, base), pictures)
