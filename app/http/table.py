"""Routes found by a table: by the whole path, then by its beginning and its last part.

A router asks its routes one after the other, at a microsecond or more each; with three hundred
of them that cost more than reading a home timeline. Source: performance.md, "Routing".
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from fastapi import APIRouter
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from app.http.heads import answer_head

# A route, its place among all, and what its paths begin with.
Ranked: TypeAlias = tuple[int, BaseRoute, str]
ANY: Final = ""  # Stands for a last part that varies.


class Found(NamedTuple):
    """The route of a request, and what is then known of the request."""

    route: BaseRoute
    known: Scope
    takes_method: bool


class RouteTable:
    """Takes the place of a router's search; what it finds is what the router would find.

    It is made when the first request comes, when all routes are known.
    """

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._kept: dict[tuple[str, str], Found] = {}
        self._in_turn = router.middleware_stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to its route."""
        if scope["type"] == "lifespan":
            await self._in_turn(scope, receive, send)
            return
        scope.setdefault("router", self._router)
        found = self.find(scope)
        if found is None:
            await self._router.not_found(scope, receive, send)
            return
        if not found.takes_method and scope.get("method") == "HEAD":
            await answer_head(self, scope, receive, send)
            return
        scope.update(found.known)
        await found.route.handle(scope, receive, send)

    def find(self, scope: Scope) -> Found | None:
        """Return the route of a request; None if there is none.

        If none takes the method, it is the first one at this address.
        """
        key = scope.get("method", ""), scope["path"]
        if (kept := self._kept.get(key)) is not None:
            return kept._replace(known={**kept.known, "path_params": {}})
        partial: Found | None = None
        for route in self.candidates(scope["path"]):
            match, known = route.matches(scope)
            if match is Match.FULL:
                found = Found(route, known, takes_method=True)
                if getattr(route, "path", None) == scope["path"]:  # There are as many as routes.
                    self._kept[key] = found
                return found
            if match is Match.PARTIAL and partial is None:
                partial = Found(route, known, takes_method=False)
        return partial

    def candidates(self, path: str) -> Sequence[BaseRoute]:
        """Return the routes that may match the path, in their order among all."""
        whole, beginnings = self._index
        found = list(whole.get(path, ()))
        last = path.rpartition("/")[2]
        end = path.find("/")
        while end >= 0:
            by_last = beginnings.get(path[: end + 1])
            if by_last is not None:
                found += by_last.get(ANY, ())
                if last != ANY:
                    found += by_last.get(last, ())
            end = path.find("/", end + 1)
        if len(found) > 1:
            found.sort(key=_place)
        return [route for _, route, fixed in found if path.startswith(fixed)]

    @cached_property
    def _index(
        self,
    ) -> tuple[Mapping[str, list[Ranked]], Mapping[str, Mapping[str, list[Ranked]]]]:
        return _indexed(self._router.routes)


def _place(ranked: Ranked) -> int:
    return ranked[0]


def _indexed(
    routes: Iterable[BaseRoute],
) -> tuple[Mapping[str, list[Ranked]], Mapping[str, Mapping[str, list[Ranked]]]]:
    whole: dict[str, list[Ranked]] = defaultdict(list)
    beginnings: dict[str, dict[str, list[Ranked]]] = defaultdict(lambda: defaultdict(list))
    for place, route in enumerate(routes):
        path: str = getattr(route, "path", "/{any}")
        fixed, brace, rest = path.partition("{")
        ranked = (place, route, fixed)
        if not brace:
            whole[path].append(ranked)
            continue
        last = rest.rpartition("/")[2]
        # A part like {name:path} swallows slashes, so that what stands last is not known.
        is_known = "}" not in last and "{" not in last and ":path}" not in rest
        beginnings[fixed.rpartition("/")[0] + "/"][last if is_known else ANY].append(ranked)
    return whole, beginnings
