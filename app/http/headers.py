"""The headers that every answer carries, whoever made it."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers: TypeAlias = list[tuple[bytes, bytes]]

VARY: Final = "Cookie, Authorization, Accept, Signature"
PERSONAL: Final = "private, no-store"
PERMISSIONS: Final = (
    "accelerometer=(), autoplay=(), browsing-topics=(), camera=(self), "
    "display-capture=(self), geolocation=(), gyroscope=(), hid=(), magnetometer=(), "
    "microphone=(self), midi=(), payment=(), serial=(), usb=()"
)
REFERRERS: Final = {True: "same-origin", False: "strict-origin-when-cross-origin"}
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


class Dress:
    """What an answer of this site wears, put on in one go: most answers bring little of their own.

    An answer that brings a header of its own keeps it.
    """

    def __init__(self, *, is_https: bool, media: Sequence[str] = ()) -> None:
        always = {
            "x-content-type-options": "nosniff",
            "cross-origin-opener-policy": "same-origin",
            "permissions-policy": PERMISSIONS,
            **({"strict-transport-security": "max-age=31536000"} if is_https else {}),
        }
        policies = {True: page_policy(is_https=is_https, media=media), False: DATA_POLICY}
        self._whole: Mapping[tuple[bool, bool], Headers] = {
            (is_page, is_personal): encoded(
                {
                    **always,
                    "content-security-policy": policies[is_page],
                    # "same-origin" tells other sites nothing. "no-referrer" would, but it also
                    # makes browsers send "Origin: null" with our own forms, which we could not
                    # tell from a forged one.
                    "referrer-policy": REFERRERS[is_personal],
                    "cache-control": PERSONAL if is_personal else "no-cache",
                    "vary": VARY,
                }
            )
            for is_page in (True, False)
            for is_personal in (True, False)
        }
        self._names = frozenset(name for name, _ in self._whole[True, True])

    def put_on(self, headers: Headers, *, is_personal: bool) -> None:
        """Add to the headers what they lack."""
        own = dict(headers)
        is_page = own.get(b"content-type", b"").startswith(b"text/html")
        whole = self._whole[is_page, is_personal]
        if self._names.isdisjoint(own):
            headers += whole
            return
        lacking = [pair for pair in whole if pair[0] not in own]
        if b"immutable" in own.get(b"cache-control", b""):
            lacking = [pair for pair in lacking if pair[0] != b"vary"]
        elif (varies := own.get(b"vary")) is not None:
            at = headers.index((b"vary", varies))
            headers[at] = (b"vary", b", ".join((varies, VARY.encode())))
        headers += lacking


def encoded(headers: Mapping[str, str]) -> Headers:
    """Return headers as they are sent."""
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


class SecurityHeaders:
    """Dresses answers.

    Each request gets a short code, which error pages show and the log repeats.
    """

    def __init__(self, app: ASGIApp, *, dress: Dress) -> None:
        self._app = app
        self._dress = dress

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["code"] = secrets.token_hex(CODE_BYTES)
        is_personal = any(name in (b"cookie", b"authorization") for name, _ in scope["headers"])

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = encoded(scope["state"].get("extra_headers", {}))
                said = {name for name, _ in extra}
                own = [pair for pair in message.get("headers", ()) if pair[0] not in said]
                message["headers"] = own + extra
                self._dress.put_on(message["headers"], is_personal=is_personal)
            await send(message)

        await self._app(scope, receive, dressed)
