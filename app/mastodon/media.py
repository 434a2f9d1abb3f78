"""Sending pictures, films and sounds before the post that shows them.

A film takes minutes to prepare: 202 says so, 206 that it is not ready yet, and 422 that it will
never be. Source: mastodon-api.md 1.12, 4.4.
"""

from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import Depends
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid, NotFound
from app.core.kernel import Kernel
from app.core.words import say
from app.http.deps import ClockDep, KernelDep, ReaderDep, SessionDep
from app.http.limits import limit
from app.http.media import Desk, DeskDep, settled
from app.mastodon.answers import json, nothing
from app.mastodon.entities.media import file_values
from app.mastodon.params import Params, ParamsDep
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import RendererDep, Uploader
from app.media.faults import SENTENCES
from app.media.models import MediaFile
from app.media.receive import Upload
from app.media.service import describe, remove
from app.media.words import read_focus
from app.members.actor import Actor

router = mastodon_router()
one = "/api/v1/media/{media_id:int}"
COVER = "thumbnail"


@router.post("/api/v2/media", dependencies=[limit("upload")])
async def post_media(
    params: ParamsDep, actor: Uploader, kernel: KernelDep, desk: DeskDep, renderer: RendererDep
) -> Response:
    """Take a file in: it is drawn or written anew, and its hidden notes are left behind."""
    return _told(await _taken(params, actor, kernel, desk), renderer, waiting=202)


@router.post("/api/v1/media", dependencies=[limit("upload")])
async def post_media_patiently(
    params: ParamsDep, actor: Uploader, kernel: KernelDep, desk: DeskDep, renderer: RendererDep
) -> Response:
    """Take a file in, and wait a while for a film: programs of old know no other answer."""
    taken = await _taken(params, actor, kernel, desk)
    return _told(await settled(kernel, taken), renderer, waiting=202)


async def _taken(params: Params, actor: Actor, kernel: Kernel, desk: Desk) -> MediaFile:
    file = params.file("file")
    if file is None:
        missing = say("File can't be blank")
        raise Invalid(missing, file=missing)
    upload = Upload(
        file.file,
        actor.account_id,
        description=params.text("description"),
        focus=_focus(params) or (0, 0),
    )
    taken = await desk.take(kernel, upload)
    cover = params.file(COVER)
    if cover is None:
        return taken
    own = {"account_id": actor.account_id, "media_id": taken.id}
    try:
        await desk.cover(kernel, cover.file, **own)
    except Invalid:  # Neither of them is kept.
        await to_thread.run_sync(partial(_throw_away, kernel, **own))
        raise
    return await to_thread.run_sync(partial(_again, kernel, **own))


def _throw_away(kernel: Kernel, *, account_id: int, media_id: int) -> None:
    with kernel.db.write.begin() as session:
        remove(session, account_id, media_id, now=kernel.clock.now())


def _again(kernel: Kernel, *, account_id: int, media_id: int) -> MediaFile:
    with kernel.db.read.begin() as session:
        return _loose(session, account_id, media_id)


async def take_cover(
    media_id: int, params: ParamsDep, actor: Uploader, kernel: KernelDep, desk: DeskDep
) -> None:
    """Put the cover on that comes with a call, before the call's transaction begins."""
    cover = params.file(COVER)
    if cover is not None:
        own = {"account_id": actor.account_id, "media_id": media_id}
        await desk.cover(kernel, cover.file, **own)


def _told(file: MediaFile, renderer: Renderer, *, waiting: int = 206) -> Response:
    """Answer with a file; with `waiting` as status if it is still prepared.

    Raises: Invalid if it turned out to be damaged.
    """
    if file.fault is not None:
        raise Invalid(SENTENCES[file.fault])
    answer = json(file_values(file, renderer.urls))
    answer.status_code = 200 if file.is_ready else waiting
    return answer


@router.get(one)
def get_media(
    media_id: int, actor: Uploader, session: ReaderDep, renderer: RendererDep
) -> Response:
    """Show how a file of one's own looks, until a post has it."""
    return _told(_loose(session, actor.account_id, media_id), renderer)


CoverDep = Annotated[None, Depends(take_cover)]


@router.change(one)
def change_media(
    media_id: int,
    params: ParamsDep,
    actor: Uploader,
    _cover: CoverDep,
    session: SessionDep,
    renderer: RendererDep,
) -> Response:
    """Describe a file of one's own, or say where to look first, until a post has it."""
    _loose(session, actor.account_id, media_id)
    words = params.text("description") if "description" in params else None
    focus = _focus(params)
    file = describe(session, actor.account_id, media_id, description=words, focus=focus)
    return _told(file, renderer)


@router.delete(one)
def delete_media(media_id: int, actor: Uploader, session: SessionDep, clock: ClockDep) -> Response:
    """Throw a file away that no post has."""
    remove(session, actor.account_id, media_id, now=clock.now())
    return nothing()


def _focus(params: Params) -> tuple[int, int] | None:
    return read_focus(params.text("focus")) if params.text("focus") else None


def _loose(session: Session, account_id: int, media_id: int) -> MediaFile:
    """Return a file of the account that no post has. Raises: NotFound."""
    file = session.get(MediaFile, media_id)
    if file is None or file.account_id != account_id or file.status_id is not None:
        raise NotFound(say("There is no such picture."))
    return file
