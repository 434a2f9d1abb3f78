"""Pages of lists as apps ask for them, and the Link header that leads on.

Source: mastodon-api.md 1.3. Clients parse the header by its exact spacing: `next` comes first.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.core.records import Record
from app.mastodon.params import Params
from app.mastodon.values import ID_MAX, read_id

T = TypeVar("T")

CURSORS: Final = frozenset({"max_id", "min_id", "since_id", "limit", "access_token"})


class Span(Record):
    """The part of a list that is asked for: keys below `before` and above `after`, exclusive.

    `from_below` asks for the `limit` rows right above `after`; still the newest is told first.
    """

    before: int
    after: int
    limit: int
    from_below: bool = False

    @property
    def keys(self) -> dict[str, int]:
        """The parameters of a paged statement."""
        return {"before": self.before, "after": self.after, "limit": self.limit}


def span_of(params: Params, *, usual: int = 20, most: int = 40) -> Span:
    """Read which part of a list is meant; what is no id is as if it were not sent."""
    before, since, above = (read_id(params.text(n)) for n in ("max_id", "since_id", "min_id"))
    after = above if above is not None else since
    return Span(
        before=ID_MAX if before is None else before,
        after=0 if after is None else after,
        limit=limit_of(params, usual=usual, most=most),
        from_below=above is not None,
    )


def limit_of(params: Params, *, usual: int, most: int) -> int:
    """Return how many rows are asked for: a negative number is made positive, a large one cut."""
    asked = params.text("limit").removeprefix("-")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
        return usual
    return min(int(asked), most) or usual


def in_order(rows: Sequence[T], span: Span) -> Sequence[T]:
    """Return the rows of a page newest first, whichever way they were read."""
    return rows[::-1] if span.from_below else rows


def link(
    response: Response,
    request: Request,
    rows: Sequence[T],
    key_of: Callable[[T], int],
    *,
    span: Span,
    ends: bool = False,
    prev: str = "min_id",
) -> Response:
    """Name the pages around the rows in the answer's Link header, and return the answer.

    `ends`: a page that is not full is the last one (lists of accounts); timelines always name
    the next page, unless this one is empty.
    """
    if not rows:
        return response
    address = _address(request, request.state.params)
    links = f'<{address}{prev}={key_of(rows[0])}>; rel="prev"'
    if not ends or len(rows) >= span.limit:
        links = f'<{address}max_id={key_of(rows[-1])}>; rel="next", {links}'
    response.headers["Link"] = links
    return response


def _address(request: Request, params: Params) -> str:
    """Return the address of the list as it was asked for, up to the cursor."""
    base_url: str = request.app.state.kernel.settings.base_url
    start = f"{base_url}{quote(request.scope['path'])}?"
    if not params:
        return start
    kept = [("limit", params.text("limit"))] if "limit" in params else []
    kept += [pair for name in params if name not in CURSORS for pair in _pairs(name, params[name])]
    return f"{start}{urlencode(kept)}&" if kept else start


def _pairs(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [pair for key in value for pair in _pairs(f"{name}[{key}]", value[key])]
    if isinstance(value, list):
        return [pair for part in value for pair in _pairs(f"{name}[]", part)]
    return [(name, str(value))]
