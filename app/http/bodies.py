"""How large a request may be: counted while it arrives, so that memory stays flat."""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import FormData, Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.records import Record

MIB: Final = 1024 * 1024
BODY_MAX: Final = 2 * MIB
ADDRESS_MAX: Final = 8 * 1024
FORM: Final = "form"  # Where a request's state holds the form that was taken apart.
TOO_LARGE: Final = "This is larger than we take."


class Allowance(Record):
    """How many bytes the addresses under a prefix may receive."""

    prefix: str
    most: int


# The first prefix that fits counts; everything else may receive BODY_MAX.
ALLOWANCES: Final[Sequence[Allowance]] = (
    Allowance("/api/v1/media", 100 * MIB),
    Allowance("/api/v2/media", 100 * MIB),
    Allowance("/api/v1/accounts/update_credentials", 24 * MIB),
    Allowance("/api/coop/v1/treasury/statements", 12 * MIB),
    Allowance("/compose", 100 * MIB),
    Allowance("/settings/profile", 24 * MIB),
    Allowance("/settings/import", 24 * MIB),
    Allowance("/duties/treasury", 24 * MIB),
    Allowance("/inbox", MIB),
    Allowance("/actor/", MIB),
    Allowance("/ap/", MIB),
    Allowance("/webhooks/", MIB),
)


def body_max(path: str) -> int:
    """Return how many bytes `path` may receive."""
    return next((a.most for a in ALLOWANCES if path.startswith(a.prefix)), BODY_MAX)


class BodyLimit:
    """Refuses a request that is too large with 413: at once if it says so, else on the way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > ADDRESS_MAX:
            await _refuse(414, scope, receive, send)
            return
        most = body_max(scope["path"])
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > most:
            await _refuse(413, scope, receive, send)
            return
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                raise HTTPException(413)
            return message

        try:
            await self._app(scope, counted, send)
        finally:
            form: FormData | None = scope.get("state", {}).get(FORM)
            if form is not None:
                await form.close()  # Files lie on the disk until then.


async def _refuse(status: int, scope: Scope, receive: Receive, send: Send) -> None:
    answer = JSONResponse({"error": TOO_LARGE}, status, {"Connection": "close"})
    await answer(scope, receive, send)
