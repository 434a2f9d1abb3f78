"""Pictures, films and sounds over HTTP: how they are sent, and how they come in."""

import re
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, BinaryIO, Final

from anyio import CapacityLimiter, sleep, to_thread
from fastapi import APIRouter, Depends, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.core.errors import Conflict, Invalid, NotFound
from app.core.kernel import Kernel
from app.core.records import Record
from app.core.words import say
from app.http.access import MemberDep
from app.http.counter import CounterDep
from app.http.declined import TooMany
from app.http.deps import KernelDep
from app.http.forms import SentDep
from app.http.routes import LateRoute
from app.media.darkroom import Darkroom
from app.media.models import MediaFile, MediaState, small_key
from app.media.queries import served_type
from app.media.receive import Upload, receive, receive_cover

# A deleted picture answers 404 at once; copies in browsers and caches are gone after a day.
CACHING: Final = "public, max-age=86400, immutable"
NAME: Final = re.compile(r"([0-9a-f]{38})(-small([1-9][0-9]{0,3})?)?(\.[a-z0-9]{1,8})?")
FOLDER: Final = re.compile(r"[0-9a-f]{2}")
WAITING_MAX: Final = 32
WAIT: Final = timedelta(seconds=20)
LOOK_SECONDS: Final = 0.5
LOOKS: Final = 40
PICTURES_MAX: Final = 8
PICTURES_FIELD: Final = "pictures"
DESCRIPTIONS_FIELD: Final = "descriptions"


class Desk:
    """Takes pictures in: one worker for each core, and a short queue before them."""

    def __init__(self, darkroom: Darkroom) -> None:
        self._darkroom = darkroom
        self._free = CapacityLimiter(darkroom.tables)

    async def take(self, kernel: Kernel, upload: Upload) -> MediaFile:
        """Return the picture, ready to be attached or worn.

        Those who wait hold no thread and no transaction.
        Raises: Invalid, in words for whoever sent it; Conflict; TooMany.
        """
        if self._free.statistics().tasks_waiting >= WAITING_MAX:
            raise TooMany(WAIT, {"Retry-After": str(int(WAIT.total_seconds()))})
        return await to_thread.run_sync(
            receive, kernel, self._darkroom, upload, limiter=self._free
        )

    async def cover(
        self,
        kernel: Kernel,
        source: BinaryIO,
        *,
        account_id: int,
        media_id: int,
        status_id: int | None = None,
    ) -> None:
        """Put a cover on a film or a sound, loose or of a post. Raises: Invalid; NotFound."""
        own = {"account_id": account_id, "media_id": media_id}
        work = partial(receive_cover, kernel, self._darkroom, source, status_id=status_id, **own)
        await to_thread.run_sync(work, limiter=self._free)


async def settled(kernel: Kernel, file: MediaFile) -> MediaFile:
    """Return a film or a sound once it is prepared or refused, or as it is after a while.

    Whoever waits holds no thread and no transaction.
    """
    for _ in range(LOOKS):
        if file.state is not MediaState.WAITING:
            break
        await sleep(LOOK_SECONDS)
        file = await to_thread.run_sync(_seen_again, kernel, file.id)
    return file


def _seen_again(kernel: Kernel, media_id: int) -> MediaFile:
    with kernel.db.read.begin() as session:
        file = session.get(MediaFile, media_id)
        if file is None:
            raise NotFound(say("There is no such picture."))
        return file


async def desk_of(connection: HTTPConnection) -> Desk:
    """Return the desk of this process."""
    desk: Desk = connection.app.state.desk
    return desk


DeskDep = Annotated[Desk, Depends(desk_of)]


class Received(Record):
    """The pictures that came with a form, ready to be attached, and what was wrong with one."""

    media_ids: tuple[int, ...]
    fault: Invalid | None = None


async def receive_pictures(
    sent: SentDep, actor: MemberDep, kernel: KernelDep, desk: DeskDep
) -> Received:
    """Take in the files of the field "pictures", each with its line of "descriptions".

    A form is shown again if one of them is refused; those before it are kept.
    """
    descriptions = sent.values.get(DESCRIPTIONS_FIELD, ())
    media_ids: list[int] = []
    for number, file in enumerate(sent.files(PICTURES_FIELD)[:PICTURES_MAX]):
        words = descriptions[number] if number < len(descriptions) else ""
        upload = Upload(file.file, actor.account_id, description=words)
        try:
            media_ids.append((await desk.take(kernel, upload)).id)
        except (Invalid, Conflict) as fault:
            return Received(tuple(media_ids), Invalid(fault.message, pictures=fault.message))
    return Received(tuple(media_ids))


# Name it before `SessionDep` in a route: developing takes seconds, and the request's transaction
# must begin after it. Dependencies run in the order of the parameters.
PicturesDep = Annotated[Received, Depends(receive_pictures)]


def media_router(**given: Any) -> APIRouter:
    """Return the route that serves stored pictures."""
    router = APIRouter(route_class=LateRoute, include_in_schema=False, **given)

    @router.api_route("/media/{folder}/{name}", methods=["GET", "HEAD"])
    async def get_media(
        request: Request, folder: str, name: str, kernel: KernelDep, counter: CounterDep
    ) -> Response:
        """Serve a picture to whoever knows its address."""
        key, content_type = await _found(kernel, folder, name)
        return await counter.send(request, key, content_type=content_type, caching=CACHING)

    return router


async def _found(kernel: Kernel, folder: str, name: str) -> tuple[str, str]:
    """Return the key of the file and its type. Raises: NotFound."""
    parts = NAME.fullmatch(name)
    if parts is not None and FOLDER.fullmatch(folder):
        key, cover = f"media/{folder}/{parts[1]}", int(parts[3] or 0) if parts[2] else None
        content_type = await kernel.db.hot(
            lambda connection: served_type(connection, key, cover=cover)
        )
        if content_type is not None:
            return (key if cover is None else small_key(key, cover)), content_type
    raise NotFound(say("There is no such picture."))
