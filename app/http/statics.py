"""Static files: read once, packed once, served from memory under addresses that never change."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.words import say

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


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file, plain and packed."""

    body: bytes
    packed: bytes | None
    content_type: str


@dataclass(frozen=True, slots=True)
class Statics:
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
            files[name] = StaticFile(body, _packed(path.suffix, body), TYPES[path.suffix])
    return Statics(files, digest.hexdigest()[:16])


def static_router(**given: Any) -> APIRouter:
    """Return the route that serves them."""
    router = APIRouter(include_in_schema=False, **given)

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


def _packed(suffix: str, body: bytes) -> bytes | None:
    if suffix not in PACKED or len(body) < PACKED_MIN_BYTES:
        return None
    return gzip.compress(body, compresslevel=9, mtime=0)
