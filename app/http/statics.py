"""Static files: read once, packed once, served from memory under addresses that never change."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.records import Record
from app.core.words import say
from app.http.routes import LateRoute

FOLDER = Path(__file__).parent / "static"
PACKED_MIN_BYTES = 512
WEEK = "public, max-age=604800"
FOREVER = "public, max-age=31536000, immutable"
TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
PACKED = frozenset({".css", ".js", ".svg", ".txt"})


@dataclass(frozen=True)
class StaticFile:
    """One file, plain and packed."""

    name: str
    body: bytes

    @property
    def content_type(self) -> str:
        """The type that its ending tells."""
        return TYPES[PurePosixPath(self.name).suffix]

    @cached_property
    def packed(self) -> bytes | None:
        """The file as gzip; None if packing does not pay."""
        if PurePosixPath(self.name).suffix not in PACKED or len(self.body) < PACKED_MIN_BYTES:
            return None
        return gzip.compress(self.body, compresslevel=9, mtime=0)


class Statics(Record):
    """All static files. They share one digest, so that a style sheet finds its pictures."""

    files: Mapping[str, StaticFile]
    digest: str

    def url(self, name: str) -> str:
        """Return the address of a file. Raises: KeyError for one that is not there."""
        assert name in self.files, f"there is no static file {name}"
        return f"/static/{self.digest}/{name}"


def read_statics(folder: Path = FOLDER) -> Statics:
    """Read every file of a known type in `folder`."""
    files: dict[str, StaticFile] = {}
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in TYPES:
            name = path.relative_to(folder).as_posix()
            body = path.read_bytes()
            digest.update(name.encode() + b"\0" + hashlib.sha256(body).digest())
            files[name] = StaticFile(name, body)
    return Statics(files, digest.hexdigest()[:16])


def static_router(**given: Any) -> APIRouter:
    """Return the route that serves them."""
    router = APIRouter(route_class=LateRoute, include_in_schema=False, **given)

    @router.api_route("/static/{digest}/{name:path}", methods=["GET", "HEAD"])
    async def get_static(request: Request, digest: str, name: str) -> Response:
        """Serve a file; for ever under its own digest, only for now under another's."""
        statics: Statics = request.app.state.statics
        file = statics.files.get(name)
        if file is None:
            raise NotFound(say("There is no such file."))
        return answer(request, file, cache=FOREVER if digest == statics.digest else "no-cache")

    @router.api_route("/faces/{name}", methods=["GET", "HEAD"])
    async def get_face(request: Request, name: str) -> Response:
        """Serve a lent picture, under an address that may be kept in mails and by other sites."""
        statics: Statics = request.app.state.statics
        file = statics.files.get(f"faces/{name}")
        if file is None:
            raise NotFound(say("There is no such file."))
        return answer(request, file, cache=WEEK)

    return router


def answer(request: Request, file: StaticFile, *, cache: str) -> Response:
    """Answer with a file, packed if the caller can unpack it."""
    headers = {
        "Cache-Control": cache,
        "Content-Type": file.content_type,
        "Vary": "Accept-Encoding",
    }
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers=headers | {"Content-Encoding": "gzip"})
    return Response(file.body, headers=headers)
