"""Following a tag, and the tags that one follows."""

from fastapi import Request
from starlette.responses import Response

from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.links import page_before
from app.http.pages import after_post, page_router, render
from app.timelines import tags

router = page_router()


@router.get("/followed-tags")
def show_followed(request: Request, actor: MemberDep, session: ReaderDep) -> Response:
    """Show which tags come home."""
    followed = tags.followed_tags(session, actor.account_id)
    return render(request, "web/followed_tags.html", tags=[tag.name for tag in followed])


@router.post("/tags/{tag}/follow")
def follow(
    request: Request, tag: str, actor: MemberDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Let posts with a tag come home."""
    found = tags.follow_tag(session, actor, tag, now=clock.now())
    return after_post(request, to=f"/tags/{found.name}")


@router.post("/tags/{tag}/unfollow")
def unfollow(request: Request, tag: str, actor: MemberDep, session: SessionDep) -> Response:
    """Let posts with a tag come home no longer."""
    tags.unfollow_tag(session, actor, tag)
    return after_post(request, to=page_before(request, otherwise="/followed-tags"))
