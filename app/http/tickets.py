"""Against forged forms: every form carries a ticket of its reader, and comes from our pages.

Also the one sentence that a form leaves for the next page.
"""

import hashlib
import hmac
import json
import secrets
from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from app.core.crypto import BrokenSeal, new_secret
from app.core.errors import Forbidden
from app.core.kernel import Kernel
from app.core.words import Words, say
from app.http.cookies import SAID, SESSION, VISITOR, drop_cookie, read_cookie, set_cookie

FIELD: Final = "csrf"
HEADER: Final = "x-csrf-token"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SALT_LENGTH: Final = 16
SAID_SECONDS: Final = 60
FIELDS_MAX: Final = 500
FILES_MAX: Final = 16
FIELD_BYTES_MAX: Final = 1024 * 1024


async def check_form(request: Request) -> None:
    """Refuse a form that another site made the browser send.

    Raises: Forbidden. Source: `Sec-Fetch-Site` (W3C Fetch Metadata) and RFC 6454 (Origin).
    """
    if request.method in SAFE:
        return
    if not _is_from_here(request) or not _is_ours(request, await _ticket(request)):
        raise Forbidden(
            say(
                "This form was open for too long, or another page sent it. Go back, load the page "
                "again and send it once more."
            )
        )


def make_ticket(request: Request) -> str:
    """Return the ticket for the forms on the page that is being made.

    It differs from page to page, so that a compressed one does not give it away by its length.
    """
    made: str | None = getattr(request.state, "ticket", None)
    if made is None:
        salt = secrets.token_hex(SALT_LENGTH // 2)
        made = request.state.ticket = salt + _mac(request, _holder(request), salt)
    return made


def keep_visitor(request: Request, response: Response) -> None:
    """Give the cookie to a visitor who got a form; nobody else gets one."""
    if (fresh := getattr(request.state, "visitor", None)) is not None:
        set_cookie(request, response, VISITOR, fresh)


def set_said(request: Request, response: Response, said: Words) -> None:
    """Leave a sentence for the next page; sealed, so that nobody else puts words there."""
    content = json.dumps([said.message_id, {k: str(v) for k, v in said.parameters.items()}])
    kernel: Kernel = request.app.state.kernel
    sealed = kernel.keyring.seal(SAID, content.encode())
    set_cookie(request, response, SAID, sealed, max_age_seconds=SAID_SECONDS)


def read_said(request: Request) -> Words | None:
    """Return the sentence that the last form left."""
    sealed = read_cookie(request, SAID)
    if sealed is None:
        return None
    kernel: Kernel = request.app.state.kernel
    try:
        message_id, parameters = json.loads(kernel.keyring.unseal(SAID, sealed))
    except BrokenSeal:
        return None
    return say(message_id, **parameters)


def forget_said(request: Request, response: Response) -> None:
    """Have the browser forget the sentence once it was shown."""
    if read_cookie(request, SAID) is not None:
        drop_cookie(request, response, SAID)


async def _ticket(request: Request) -> str:
    if (sent := request.headers.get(HEADER)) is not None:
        return sent
    form = await request.form(
        max_fields=FIELDS_MAX, max_files=FILES_MAX, max_part_size=FIELD_BYTES_MAX
    )
    value = form.get(FIELD, "")
    return "" if isinstance(value, UploadFile) else value


def _is_from_here(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True  # Only old browsers and programs send neither; the ticket decides.
    kernel: Kernel = request.app.state.kernel
    return origin == kernel.settings.base_url or (
        origin != "null" and origin.partition("://")[2] == request.headers.get("host")
    )


def _is_ours(request: Request, ticket: str) -> bool:
    holder = read_cookie(request, SESSION) or read_cookie(request, VISITOR)
    if holder is None:
        return False
    salt, mac = ticket[:SALT_LENGTH], ticket[SALT_LENGTH:]
    wanted = _mac(request, holder, salt)
    return hmac.compare_digest(mac.encode("utf-8", "replace"), wanted.encode())


def _holder(request: Request) -> str:
    found = read_cookie(request, SESSION) or read_cookie(request, VISITOR)
    if found is None:
        found = getattr(request.state, "visitor", None) or new_secret()
        request.state.visitor = found
    return found


def _mac(request: Request, holder: str, salt: str) -> str:
    kernel: Kernel = request.app.state.kernel
    text = hashlib.sha256(holder.encode("utf-8", "replace")).hexdigest() + salt
    return kernel.keyring.sign("csrf", text.encode("utf-8", "replace"))
