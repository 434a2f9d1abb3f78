"""Every error, answered once: as JSON to programs, as a page to people, never with its cause."""

import errno
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.core.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from app.core.records import Record
from app.core.storage import StoreAway
from app.core.words import Words, say
from app.http.declined import ConfirmFirst, NotLetIn, NotSignedIn, TooMany, Unreadable
from app.http.faults import faults_of
from app.http.links import page_of_form
from app.http.pages import is_htmx, prefers_html, render, translate
from app.http.shell import furnish
from app.http.tickets import SAFE

log = logging.getLogger(__name__)

STATUS: Final[Mapping[type[AppError], int]] = {
    Unreadable: 400,
    NotLetIn: 401,
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Invalid: 422,
}
SIGN_IN: Final = "/login"
CONFIRM: Final = "/login/confirm"
BUSY_SECONDS: Final = 2
AWAY_SECONDS: Final = 60
# SQLSTATE of PostgreSQL: serialization, deadlock, lock, too many connections, shutting down.
BUSY_STATES: Final = ("40001", "40P01", "55P03", "53300", "57P01", "57P02", "57P03")
DISK_FULL_STATE: Final = "53100"
FULL_NUMBERS: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class Answer(Record):
    """What is said about an error: a title and a text for pages, the text alone for programs."""

    status: int
    title: Words
    text: str
    fields: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    is_exact: bool = False  # The text is one that apps look for.


TITLES: Final[Mapping[int, Words]] = {
    400: say("We could not read that"),
    401: say("Please sign in"),
    403: say("This door is closed to you"),
    404: say("Nothing is pinned here"),
    405: say("That does not work here"),
    409: say("Not now"),
    413: say("That is too large"),
    422: say("Something is to mend"),
    429: say("A little slower, please"),
    500: say("Something broke on our side"),
    503: say("One moment, please"),
    507: say("There is no room left"),
}
NOT_HERE: Final = say(
    "The address may have a slip in it, the thing may have been deleted, or it is not meant for "
    "you to see. We do not say which."
)
BROKEN: Final = say(
    "It is not your fault. What you sent was not saved. The people who keep the site can find "
    "out what happened."
)
BUSY: Final = say("Many people are writing at once. Nothing was saved. Try again in a moment.")
UNSTORABLE: Final = say("Some of what you sent cannot be kept: a number or a sign out of range.")
FULL: Final = say(
    "What you sent could not be kept: the site's disk is full. Nothing was saved. Reading still "
    "works. The people who keep the site have to make room."
)
AWAY: Final = say(
    "Pictures and other files cannot be reached at the moment. Nothing of this was saved. "
    "Everything else works. Try again in a few minutes."
)
RACED: Final = say("Somebody was faster, or this was sent twice. Look again before you repeat it.")
# Apps for Mastodon look for these texts. Source: mastodon-api.md 1.5.
APP_PREFIXES: Final = ("/api/v1/", "/api/v2/", "/oauth/")
APP_TEXTS: Final[Mapping[int, str]] = {
    401: "The access token is invalid",
    404: "Record not found",
    429: "Too many requests",
}
INVALID: Final = "Validation failed: "


def install(app: FastAPI) -> None:
    """Answer errors in the caller's way: {"error": …}, or a page."""
    app.add_exception_handler(AppError, on_app_error)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(NotSignedIn, on_not_signed_in)
    app.add_exception_handler(ConfirmFirst, on_confirm_first)
    app.add_exception_handler(TooMany, on_too_many)
    app.add_exception_handler(DBAPIError, on_database_error)
    app.add_exception_handler(PoolTimeout, on_database_error)
    app.add_exception_handler(OverflowError, on_unstorable)
    app.add_exception_handler(UnicodeEncodeError, on_unstorable)
    app.add_exception_handler(OSError, on_os_error)


async def on_app_error(request: Request, error: Exception) -> Response:
    """Tell the caller why we declined."""
    assert isinstance(error, AppError)
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    fields = error.fields if isinstance(error, Invalid) else None
    answer = Answer(status, TITLES[status], error.message, fields, is_exact=error.is_exact)
    return await respond(request, answer)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: no such route, wrong method, unreadable body."""
    assert isinstance(error, HTTPException)
    title = TITLES.get(error.status_code, TITLES[400])
    text = NOT_HERE if error.status_code == 404 else title
    return await respond(request, Answer(error.status_code, title, text, headers=error.headers))


async def on_invalid_request(request: Request, error: Exception) -> Response:
    """Name what is wrong with each value, without repeating the value."""
    assert isinstance(error, RequestValidationError)
    fields = faults_of(error.errors())
    text = say("Some of what you sent does not fit.")
    return await respond(request, Answer(422, TITLES[422], text, fields))


async def on_not_signed_in(request: Request, _error: Exception) -> Response:
    """Send people to sign in and back; tell programs that their token is missing or not good."""
    if prefers_html(request):
        return _go(request, f"{SIGN_IN}?next={quote(_page_asked_for(request))}")
    headers = {"WWW-Authenticate": 'Bearer realm="commonhold"'}
    text = say("The access token is missing or no longer good.")
    return await respond(request, Answer(401, TITLES[401], text, headers=headers))


async def on_confirm_first(request: Request, _error: Exception) -> Response:
    """Ask for the password again, then lead back."""
    if prefers_html(request):
        return _go(request, f"{CONFIRM}?next={quote(_page_asked_for(request))}")
    text = say("Confirm that it is you, in the browser, before you do this.")
    return await respond(request, Answer(403, TITLES[403], text))


async def on_too_many(request: Request, error: Exception) -> Response:
    """Say when the caller may go on."""
    assert isinstance(error, TooMany)
    text = say("You did this very often. Please wait {wait}.", wait=_wait_words(error.wait))
    return await respond(request, Answer(429, TITLES[429], text, headers=error.headers))


async def on_database_error(request: Request, error: Exception) -> Response:
    """Tell a busy database (try again) from a lost race (look again) from a fault of ours."""
    if isinstance(error, PoolTimeout) or _is_busy(error):
        log.warning("the database is busy: %s", type(error).__name__)
        headers = {"Retry-After": str(BUSY_SECONDS)}
        return await respond(request, Answer(503, TITLES[503], BUSY, headers=headers))
    if isinstance(error, DataError):
        return await on_unstorable(request, error)
    if _is_full(error):
        return await on_full(request, error)
    if isinstance(error, IntegrityError):
        log.warning("a constraint decided a race", exc_info=error)
        return await respond(request, Answer(409, TITLES[409], RACED))
    return await on_broken(request, error)


async def on_unstorable(request: Request, _error: Exception) -> Response:
    """Decline what no database keeps: numbers beyond 63 bits, NUL, halves of letters.

    An address that names such a thing names nothing.
    """
    if request.method in SAFE:
        return await respond(request, Answer(404, TITLES[404], NOT_HERE))
    fields = None if prefers_html(request) else {"body": UNSTORABLE}
    return await respond(request, Answer(422, TITLES[422], UNSTORABLE, fields))


async def on_os_error(request: Request, error: Exception) -> Response:
    """Tell a full disk, and an object store that is away, from a fault of ours."""
    if isinstance(error, StoreAway):
        log.warning("the store of files is away: %s", error)
        headers = {"Retry-After": str(AWAY_SECONDS)}
        return await respond(request, Answer(503, TITLES[503], AWAY, headers=headers))
    if isinstance(error, OSError) and error.errno in FULL_NUMBERS:
        return await on_full(request, error)
    return await on_broken(request, error)


async def on_full(request: Request, error: Exception) -> Response:
    """Say that there is no room, and let the log say where."""
    log.error("there is no room left", exc_info=error)
    return await respond(request, Answer(507, TITLES[507], FULL))


async def on_broken(request: Request, error: Exception) -> Response:
    """Keep the cause for the log and say only that it was us."""
    log.error("unhandled error", exc_info=error)
    return await respond(request, Answer(500, TITLES[500], BROKEN))


async def respond(request: Request, answer: Answer) -> Response:
    """Build the one error response of this service."""
    if prefers_html(request):
        if answer.status < 500:
            # An address without a route knows neither the site nor its viewer yet.
            with suppress(DBAPIError, PoolTimeout):
                await furnish(request)
        return _as_page(request, answer)
    content: dict[str, object] = {"error": translate(request, answer.text)}
    if request.url.path.startswith(APP_PREFIXES):
        content["error"] = _for_apps(answer, translate(request, answer.text))
    elif answer.fields is not None:
        content["fields"] = {k: translate(request, v) for k, v in answer.fields.items()}
    return JSONResponse(content, answer.status, dict(answer.headers or {}))


def _for_apps(answer: Answer, text: str) -> str:
    if answer.is_exact:
        return text
    if answer.status == 422 and not text.startswith(INVALID):
        return f"{INVALID}{text}"
    return APP_TEXTS.get(answer.status, text)


def _as_page(request: Request, answer: Answer) -> Response:
    name = "_refused.html" if is_htmx(request) else "error.html"
    response = render(
        request,
        name,
        status_code=answer.status,
        title=answer.title,
        text=answer.text,
        fields=answer.fields or {},
        status=answer.status,
        code=getattr(request.state, "code", None),
    )
    response.headers.update(answer.headers or {})
    if is_htmx(request):
        # The script puts the sentence where the page says what happened, not into the post.
        response.headers.update({"HX-Retarget": "#told", "HX-Reswap": "innerHTML"})
    return response


def _go(request: Request, to: str) -> Response:
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": to})
    return RedirectResponse(to, status_code=303)


def _page_asked_for(request: Request) -> str:
    """Return the page to come back to: a form cannot be sent again by a redirect."""
    if request.method not in SAFE:
        return page_of_form(request)
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"


def _is_busy(error: Exception) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in BUSY_STATES:
        return True
    text = str(error.orig)
    is_locked = "database is locked" in text or "connection failed" in text
    return isinstance(error, OperationalError) and is_locked


def _is_full(error: Exception) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    is_told = "disk is full" in str(error.orig)
    return is_told or getattr(error.orig, "sqlstate", None) == DISK_FULL_STATE


def _wait_words(wait: timedelta) -> Words:
    minutes = -(-wait // timedelta(minutes=1))
    if minutes <= 1:
        return say("a minute")
    if minutes < 100:
        return say("{n} minutes", n=minutes)
    return say("{n} hours", n=-(-minutes // 60))
