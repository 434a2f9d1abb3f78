"""Lists that go on: how much of one is asked for, and the Link header that leads further.

Source: RFC 8288. A page is cut by the number of its last row, so that nothing is told twice or
left out while rows are added.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Query, Request, Response

from app.core.records import Record
from app.http.deps import KernelDep
from app.http.links import link_pages, with_query

T = TypeVar("T")

USUAL: Final = 40
MOST: Final = 80
ID_MAX: Final = 2**63 - 1

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
Before = Annotated[
    int | None, Query(ge=1, le=ID_MAX, description="The number at which the page before ended.")
]
After = Annotated[
    int, Query(ge=0, le=ID_MAX, description="The number at which the page before ended.")
]


class Page(Record):
    """The part of a list that is asked for; `fetch` is one row more, to learn if it goes on."""

    request: Request
    response: Response
    base_url: str
    name: str  # Of the parameter that says where the page begins.
    edge: int | None
    limit: int

    @property
    def fetch(self) -> int:
        """How many rows to ask for."""
        return self.limit + 1

    def cut(self, rows: Sequence[T], edge_of: Callable[[T], int]) -> Sequence[T]:
        """Return the rows that fit, and name the pages around them in the answer."""
        shown = rows[: self.limit]
        goes_on = len(rows) > self.limit
        following = {self.name: edge_of(shown[-1])} if goes_on else {}
        links = {
            "next": with_query(self.request, **following) if goes_on else None,
            "first": with_query(self.request, **{self.name: None}) if self.edge else None,
        }
        link_pages(self.response, self.base_url, links)
        return shown


async def newest_first(
    request: Request,
    response: Response,
    kernel: KernelDep,
    before: Before = None,
    limit: Limit = USUAL,
) -> Page:
    """Read which part of a list is meant whose newest rows come first."""
    return Page(request, response, kernel.settings.base_url, "before", before, limit)


async def oldest_first(
    request: Request,
    response: Response,
    kernel: KernelDep,
    after: After = 0,
    limit: Limit = USUAL,
) -> Page:
    """Read which part of a list is meant whose oldest rows come first."""
    return Page(request, response, kernel.settings.base_url, "after", after or None, limit)


NewestFirst = Annotated[Page, Depends(newest_first)]
OldestFirst = Annotated[Page, Depends(oldest_first)]
