"""How other sites show a post of ours. Source: mastodon-api.md 5.1; oembed.com, version 1.0."""

import re
from html import escape
from typing import Any, Final

from fastapi import Request
from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.words import say
from app.http.deps import kernel_of
from app.http.pages import translate
from app.instance.models import Coop
from app.mastodon.answers import json
from app.mastodon.params import Params, params_of
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import Anyone
from app.mastodon.values import read_id
from app.statuses.views import PostView, read_post

router = mastodon_router()

WIDTH: Final = 480
HEIGHT: Final = 360
SIDE_MIN: Final = 160
DAY_SECONDS: Final = 86_400
_PAGE: Final = re.compile(r"/@([^/]{1,400})/(\d{1,19})(?:/embed)?/?", re.ASCII)
NO_POST: Final = say("There is no such post.")


@router.get("/api/oembed", dependencies=[Anyone])
async def get_oembed(request: Request) -> Response:
    """Describe a post that any visitor may see. Raises: HTTPException 400; NotFound."""
    kernel, params = await kernel_of(request), await params_of(request)
    base, now = kernel.settings.base_url, kernel.clock.now()
    if not params.text("url"):
        raise HTTPException(400)
    page = _PAGE.fullmatch(params.text("url").removeprefix(base))

    def look(hot: Connection) -> tuple[PostView, str | None]:
        status_id = None if page is None else read_id(page[2])
        if page is None or status_id is None:
            raise NotFound(NO_POST)
        post = read_post(hot, None, status_id, now=now)
        if post.author.handle.lower() != page[1].lower() or post.booster is not None:
            raise NotFound(NO_POST)
        return post, hot.scalar(select(Coop.name))

    post, coop = await kernel.db.hot(look)
    title = translate(request, say("A post by {name}", name=post.author.name))
    width, height = _side(params, "maxwidth", WIDTH), _side(params, "maxheight", HEIGHT)
    answer: dict[str, Any] = {
        "type": "rich",
        "version": "1.0",
        "title": title,
        "author_name": post.author.name,
        "author_url": f"{base}/@{post.author.handle}",
        "provider_name": coop or kernel.settings.address_domain,
        "provider_url": f"{base}/",
        "cache_age": DAY_SECONDS,
        "html": frame(f"{base}{post.path}/embed", title, width=width, height=height),
        "width": width,
        "height": height,
    }
    return json(answer)


def frame(url: str, title: str, *, width: int, height: int) -> str:
    """Return the HTML that shows a page of ours inside of another one, without its powers."""
    # Styled where it stands: on a page of somebody else, which has none of our style sheets.
    return (
        f'<iframe src="{escape(url)}" title="{escape(title)}" width="{width}" height="{height}" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" '
        'style="border:0;max-width:100%"></iframe>'
    )


def _side(params: Params, name: str, usual: int) -> int:
    most = read_id(params.text(name))
    return usual if not most else max(min(most, usual), SIDE_MIN)
