"""A member takes their things along: one zip file, packed when they ask."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Annotated, BinaryIO, Final

from fastapi import Depends, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response, StreamingResponse

from app.core.archive import Owner, Part, pack
from app.core.storage import CHUNK_BYTES
from app.http.access import ConfirmedDep
from app.http.deps import KernelDep, ReaderDep
from app.http.limits import limit
from app.http.pages import page_router, render
from app.members.actor import Verb, require

router = page_router(prefix="/settings/export")
CONTENT_TYPE: Final = "application/zip"


async def parts_of(connection: HTTPConnection) -> Sequence[Part]:
    """Return what the packages of this process put into an archive."""
    parts: Sequence[Part] = connection.app.state.archive_parts
    return parts


PartsDep = Annotated[Sequence[Part], Depends(parts_of)]


@router.get("")
def get_export(request: Request, _actor: ConfirmedDep) -> Response:
    """Say what is in the archive, and offer it."""
    return render(request, "web/settings/export.html")


@router.post("", dependencies=[limit("export")])
def post_export(
    actor: ConfirmedDep, kernel: KernelDep, session: ReaderDep, parts: PartsDep
) -> Response:
    """Pack the archive and send it.

    It is packed whole before the first byte leaves, into a file without a name: a slow reader
    holds no transaction, and nothing is left behind however this ends.
    """
    require(actor, Verb.EXPORT)
    now = kernel.clock.now()
    owner = Owner(actor.member_id, actor.account_id, kernel.settings.base_url)
    files = (file for part in parts for file in part(session, kernel.storage, owner))
    with ExitStack() as stack:
        sink = stack.enter_context(TemporaryFile())
        pack(files, sink, at=now)
        until_sent = stack.pop_all()
    headers = {
        "Content-Length": str(sink.tell()),
        "Content-Disposition": f'attachment; filename="commonhold-{now:%Y-%m-%d}.zip"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_read(sink, until_sent), headers=headers, media_type=CONTENT_TYPE)


def _read(sink: BinaryIO, until_sent: ExitStack) -> Iterator[bytes]:
    with until_sent:
        sink.seek(0)
        while chunk := sink.read(CHUNK_BYTES):
            yield chunk
