"""A public post in a frame on somebody else's page: no script, no cookie, nobody's buttons.

Source: mastodon-api.md 5.1, oEmbed.
"""

from fastapi import Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.words import say
from app.http.access import Anyone
from app.http.deps import KernelDep
from app.http.headers import page_policy
from app.http.pages import page_router, render
from app.http.rows import PostRow
from app.statuses.views import read_post
from app.web.shown import rows_of

router = page_router(dependencies=[Anyone])


@router.get("/@{handle}/{status_id:int}/embed")
async def show_embed(request: Request, kernel: KernelDep, handle: str, status_id: int) -> Response:
    """Show a post as any visitor may see it, for frames of other sites."""
    now = kernel.clock.now()

    def look(hot: Connection) -> PostRow:
        post = read_post(hot, None, status_id, now=now)
        if post.author.handle.lower() != handle.lower() or post.booster is not None:
            raise NotFound(say("There is no such post."))
        [row] = rows_of(hot, [post], is_member=False)
        return row

    page = render(request, "web/embed.html", post=await kernel.db.hot(look))
    is_https = kernel.settings.is_https
    page.headers["Content-Security-Policy"] = page_policy(is_https=is_https, framed_by="*")
    return page
