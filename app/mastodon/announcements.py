"""Announcements. Source: mastodon-api.md 4.1, 5.3."""

from typing import Final

from starlette.responses import Response

from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.instance import announcements
from app.mastodon.answers import json, nothing
from app.mastodon.entities.announcement import announcement_values
from app.mastodon.params import ParamsDep
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import Liker, Member, ProfileWriter, RendererDep

router = mastodon_router()
base: Final = "/api/v1/announcements"
this: Final = f"{base}/{{announcement_id:int}}"


@router.get(base)
def get_announcements(
    params: ParamsDep,
    actor: Member,
    session: ReaderDep,
    clock: ClockDep,
    renderer: RendererDep,
) -> Response:
    """Show what the member is told and has not seen; or everything that stands."""
    told = announcements.announcements_for(
        session,
        actor.account_id,
        now=clock.now(),
        with_seen=bool(params.flag("with_dismissed")),
    )
    book = renderer.book(session.connection())
    return json([announcement_values(one, renderer.urls, book) for one in told])


@router.post(f"{this}/dismiss")
def dismiss(
    announcement_id: int, actor: ProfileWriter, session: SessionDep, clock: ClockDep
) -> Response:
    """Note that the member has seen an announcement."""
    announcements.mark_seen(session, actor, announcement_id, now=clock.now())
    return nothing()


@router.put(f"{this}/reactions/{{name}}")
def react(
    announcement_id: int,
    name: str,
    actor: Liker,
    session: SessionDep,
    clock: ClockDep,
    renderer: RendererDep,
) -> Response:
    """Answer an announcement with an emoji."""
    ours = renderer.book(session.connection()).by_code
    announcements.react(session, actor, announcement_id, name, ours=ours, now=clock.now())
    return nothing()


@router.delete(f"{this}/reactions/{{name}}")
def take_back(announcement_id: int, name: str, actor: Liker, session: SessionDep) -> Response:
    """Take an emoji back."""
    announcements.take_reaction_back(session, actor, announcement_id, name)
    return nothing()
