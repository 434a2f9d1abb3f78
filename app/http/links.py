"""Addresses: where a reader may be led next, and the pages before and after."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

NEXT_MAX: Final = 8_000  # A program may bring a redirect address of 2,000, and a long state.


def safe_next(wanted: str | None, *, otherwise: str = "/home") -> str:
    r"""Return `wanted` if it is a plain path of this site, else `otherwise`.

    Browsers read "\" as "/", drop tabs and line ends, and take "//host" for another site; so
    does a server that decodes once more. Whatever could be read in two ways is not followed.
    """
    if not wanted or len(wanted) > NEXT_MAX or not wanted.isascii() or not wanted.isprintable():
        return otherwise
    path = unquote(unquote(wanted.partition("?")[0]))
    is_plain = path.startswith("/") and "//" not in path and "\\" not in path and ".." not in path
    is_clean = path.isprintable() and " " not in wanted and "\\" not in wanted
    return wanted if is_plain and is_clean else otherwise


def query_of(path: str) -> Mapping[str, str]:
    """Return the questions that an address holds, by name; of several, the last one."""
    return dict(parse_qsl(path.partition("?")[2], max_num_fields=100))


def page_before(request: Request, *, otherwise: str = "/home") -> str:
    """Return the page of ours from which the request came, by its Referer."""
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:  # Nothing that a browser sends.
        return otherwise
    if parts.netloc != request.headers.get("host"):
        return otherwise
    query = f"?{parts.query}" if parts.query else ""
    return safe_next(f"{parts.path}{query}", otherwise=otherwise)


def page_of_form(request: Request) -> str:
    """Return the page that holds the form which was sent: the Referer, or the nearest above.

    A form that was shown again stands at an address that only takes forms.
    """
    before = page_before(request, otherwise=request.url.path)
    path, _, query = before.partition("?")
    page = path
    while page and not _is_page(request, page):
        page = page.rpartition("/")[0]
    return f"{page}?{query}" if query and page == path else page or "/"


def _is_page(request: Request, path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": unquote(path), "root_path": ""}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)


def with_query(request: Request, **changed: str | int | None) -> str:
    """Return the address of the same page with some parameters changed; None removes one."""
    query = {k: v for k, v in request.query_params.items() if k not in changed}
    query |= {k: str(v) for k, v in changed.items() if v is not None}
    return f"{request.url.path}?{urlencode(query)}" if query else request.url.path


def link_pages(response: Response, base_url: str, pages: Mapping[str, str | None]) -> None:
    """Name the pages around this one in a Link header: {"next": "/api/…?max_id=5"}.

    Source: RFC 8288.
    """
    links = [f'<{base_url}{path}>; rel="{name}"' for name, path in pages.items() if path]
    if links:
        response.headers["Link"] = ", ".join(links)
