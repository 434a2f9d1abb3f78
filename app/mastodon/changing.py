"""Posts of one's own: changed, deleted, pinned, and how they read before; talks left alone.

Source: mastodon-api.md 4.3.
"""

from typing import Annotated, Any

import orjson
from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.http.deps import ClockDep, KernelDep, ReaderDep, SessionDep
from app.http.limits import limit
from app.http.media import DeskDep
from app.mastodon import values
from app.mastodon.answers import json
from app.mastodon.entities.edit import edit_values
from app.mastodon.media import COVER
from app.mastodon.params import ParamsDep
from app.mastodon.posts import post_in, written
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import (
    Author,
    Muter,
    OwnStatuses,
    ProfileWriter,
    ReaderOfPosts,
    RendererDep,
)
from app.mastodon.writing import MIME_OF, ChangeShape
from app.members.actor import Actor
from app.statuses.history import wordings_of
from app.statuses.own import written_in
from app.statuses.queries import visible_status
from app.statuses.quotes.service import set_policies
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.service.pins import pin_status, unpin_status
from app.statuses.service.quiet import mute_conversation, unmute_conversation

router = mastodon_router()
one = "/api/v1/statuses/{status_id:int}"


async def take_covers(
    status_id: int, params: ParamsDep, actor: Author, kernel: KernelDep, desk: DeskDep
) -> None:
    """Put on the covers that come with a change, before the change's transaction begins."""
    for part in values.listed(params.get("media_attributes") or ()):
        cover = part.get(COVER) if isinstance(part, dict) else None
        media_id = values.read_id(part["id"]) if cover is not None and "id" in part else None
        if isinstance(cover, UploadFile) and media_id is not None:
            own = {"account_id": actor.account_id, "media_id": media_id}
            await desk.cover(kernel, cover.file, status_id=status_id, **own)


@router.change(one)
def change_status(
    status_id: int,
    request: Request,
    params: ParamsDep,
    actor: Author,
    _covers: Annotated[None, Depends(take_covers)],
    session: SessionDep,
    kernel: KernelDep,
) -> Response:
    """Change a post of one's own; its audience and what it answers stay."""
    sent = params.read(ChangeShape)
    before = written_in(session, actor, status_id)
    writing = sent.changed(before, keeps_words="status" not in params)
    edit_status(
        session,
        actor,
        status_id,
        writing,
        now=kernel.clock.now(),
        here=kernel.settings.address_domain,
        captions=sent.captions,
    )
    policy = sent.quote_policy(before.quote_policy)
    set_policies(session, actor, status_id, quotes=policy)
    return written(session, request, actor, status_id)


@router.delete(one, dependencies=[limit("unpost")])
def remove_status(
    status_id: int,
    request: Request,
    params: ParamsDep,
    actor: Author,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Delete a post of one's own; the answer says how it was written, to write it anew."""
    source = written_in(session, actor, status_id).text
    told = _without_content(session, request, actor, status_id)
    keep = not params.flag("delete_media")
    delete_status(session, actor, status_id, now=clock.now(), keep_pictures=keep)
    return json(told | {"text": source})


def _without_content(
    session: Session, request: Request, actor: Actor, status_id: int
) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(post_in(session.connection(), request, actor, status_id))
    del told["content"]
    return told


@router.get(f"{one}/source")
def get_source(status_id: int, actor: OwnStatuses, session: ReaderDep) -> Response:
    """Show how a post of one's own was written."""
    source = written_in(session, actor, status_id)
    return json(
        {
            "id": str(status_id),
            "text": source.text,
            "spoiler_text": source.spoiler,
            "content_type": MIME_OF[source.content_type],
        }
    )


@router.get(f"{one}/history")
def get_history(
    status_id: int, actor: ReaderOfPosts, session: ReaderDep, renderer: RendererDep
) -> Response:
    """Show every wording that a post has had, the first one first."""
    viewer_id, connection = None if actor is None else actor.account_id, session.connection()
    status = visible_status(session, viewer_id, status_id)
    wordings = wordings_of(session, viewer_id, status_id)
    [author] = renderer.accounts(connection, [status.account_id])
    values = edit_values(
        connection,
        status_id,
        wordings,
        author=author,
        urls=renderer.urls,
        book=renderer.book(connection),
    )
    return json(values)


@router.post(f"{one}/pin")
def pin(
    status_id: int, request: Request, actor: ProfileWriter, session: SessionDep, clock: ClockDep
) -> Response:
    """Put a post on top of one's page."""
    pin_status(session, actor, status_id, now=clock.now())
    return written(session, request, actor, status_id)


@router.post(f"{one}/unpin")
def unpin(
    status_id: int, request: Request, actor: ProfileWriter, session: SessionDep, clock: ClockDep
) -> Response:
    """Take a post off the top of one's page."""
    unpin_status(session, actor, status_id, now=clock.now())
    return written(session, request, actor, status_id)


@router.post(f"{one}/mute")
def mute(
    status_id: int, request: Request, actor: Muter, session: SessionDep, clock: ClockDep
) -> Response:
    """Hear no more of the talk that a post belongs to."""
    status = mute_conversation(session, actor, status_id, now=clock.now())
    return written(session, request, actor, status.id)


@router.post(f"{one}/unmute")
def unmute(status_id: int, request: Request, actor: Muter, session: SessionDep) -> Response:
    """Hear of the talk again."""
    status = unmute_conversation(session, actor, status_id)
    return written(session, request, actor, status.id)
