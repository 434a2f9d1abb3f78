"""The headers that every answer carries, whoever made it."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

VARY: Final = "Cookie, Authorization, Accept, Signature"
PERSONAL: Final = "private, no-store"
PERMISSIONS: Final = (
    "accelerometer=(), autoplay=(), browsing-topics=(), camera=(self), "
    "display-capture=(self), geolocation=(), gyroscope=(), hid=(), magnetometer=(), "
    "microphone=(self), midi=(), payment=(), serial=(), usb=()"
)
CODE_BYTES: Final = 4


def page_policy(
    *,
    is_https: bool,
    media: Sequence[str] = (),
    form_actions: Sequence[str] = (),
    framed_by: str = "'none'",
) -> str:
    """Return the Content-Security-Policy of pages.

    `media` are hosts that keep pictures for us. `form_actions` widens where a form may lead on
    one answer: browsers apply the rule to redirects after a POST as well. `framed_by` are those
    who may show the page in a frame of theirs.
    """
    pictures = " ".join(("'self'", *media))
    targets = " ".join(("'self'", *form_actions))
    rules = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src {pictures} data:",
        f"media-src {pictures}",
        "font-src 'self'",
        "connect-src 'self'",
        f"form-action {targets}",
        f"frame-ancestors {framed_by}",
        "base-uri 'none'",
        "manifest-src 'self'",
        "worker-src 'self'",
    ]
    if is_https:
        rules.append("upgrade-insecure-requests")
    return "; ".join(rules)


DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


class SecurityHeaders:
    """Adds what an answer lacks. An answer that brings a header of its own keeps it.

    Each request gets a short code, which error pages show and the log repeats.
    """

    def __init__(self, app: ASGIApp, *, is_https: bool, media: Sequence[str] = ()) -> None:
        self._app = app
        self._policy = page_policy(is_https=is_https, media=media)
        self._always: Mapping[str, str] = {
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": PERMISSIONS,
            **({"Strict-Transport-Security": "max-age=31536000"} if is_https else {}),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["code"] = secrets.token_hex(CODE_BYTES)
        is_personal = any(name in (b"cookie", b"authorization") for name, _ in scope["headers"])

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(scope["state"].get("extra_headers", {}))
                self._dress(headers, is_personal=is_personal)
            await send(message)

        await self._app(scope, receive, dressed)

    def _dress(self, headers: MutableHeaders, *, is_personal: bool) -> None:
        is_page = headers.get("content-type", "").startswith("text/html")
        for name, value in self._always.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", self._policy if is_page else DATA_POLICY)
        # "same-origin" tells other sites nothing. "no-referrer" would, but it also makes browsers
        # send "Origin: null" with our own forms, which we could not tell from a forged one.
        headers.setdefault(
            "Referrer-Policy",
            "same-origin" if is_personal else "strict-origin-when-cross-origin",
        )
        if "cache-control" not in headers:
            headers["Cache-Control"] = PERSONAL if is_personal else "no-cache"
        if "immutable" not in headers["Cache-Control"]:
            headers.add_vary_header(VARY)
