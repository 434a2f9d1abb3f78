"""Cookies: their names and flags, decided once."""

from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.core.kernel import Kernel

SESSION: Final = "s"  # The secret of a signed-in browser.
VISITOR: Final = "v"  # A random value that binds the forms of somebody who is not signed in.
SAID: Final = "said"  # One sealed sentence for the next page.


def read_cookie(connection: HTTPConnection, name: str) -> str | None:
    """Return the cookie's value, if it came."""
    return connection.cookies.get(_full_name(connection, name))


def set_cookie(
    connection: HTTPConnection,
    response: Response,
    name: str,
    value: str,
    *,
    max_age_seconds: int | None = None,
) -> None:
    """Set a cookie that scripts and other sites cannot reach; without an age, for this visit."""
    response.set_cookie(
        _full_name(connection, name),
        value,
        max_age=max_age_seconds,
        path="/",
        secure=_is_https(connection),
        httponly=True,
        samesite="lax",
    )


def drop_cookie(connection: HTTPConnection, response: Response, name: str) -> None:
    """Have the browser forget the cookie."""
    response.delete_cookie(
        _full_name(connection, name),
        path="/",
        secure=_is_https(connection),
        httponly=True,
        samesite="lax",
    )


def _is_https(connection: HTTPConnection) -> bool:
    kernel: Kernel = connection.app.state.kernel
    return kernel.settings.is_https


def _full_name(connection: HTTPConnection, name: str) -> str:
    # "__Host-" makes browsers refuse a cookie that a neighbouring host or plain HTTP has set;
    # they demand Secure with it, so that it cannot be used over plain HTTP.
    return f"__Host-{name}" if _is_https(connection) else f"commonhold-{name}"
