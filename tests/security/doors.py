"""Every route of the product, with addresses that could be somebody's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import func, select

from app.core.kernel import Kernel
from app.http.tickets import SAFE
from app.wiring import METADATA

EXAMPLES = {"handle": "ada", "slug": "terms", "month": "2026-10", "kind": "avatar", "act": "boost"}
# What a request may leave behind although it is refused.
TRACES = frozenset({"web_sessions", "node_seats"})


@dataclass(frozen=True)
class Door:
    """A method and an address, and who is let in."""

    method: str
    path: str
    access: str

    @property
    def address(self) -> str:
        """The path with an example in each place."""
        return re.sub(r"{(\w+)(:\w+)?}", lambda found: EXAMPLES.get(found[1], "1"), self.path)


def doors_of(app: FastAPI) -> Iterator[Door]:
    """Yield every door of the application."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            calls = [dependency.call for dependency in context.dependant.dependencies]
            [access] = [call.access for call in calls if hasattr(call, "access")]
            for method in sorted(context.methods or ()):
                yield Door(method, context.path or "", access)


def writing_doors(app: FastAPI) -> list[Door]:
    """Return the doors through which something is changed."""
    return [door for door in doors_of(app) if door.method not in SAFE]


def rows_in(kernel: Kernel) -> dict[str, int]:
    """Return how many rows stand in each table."""
    with kernel.db.read.begin() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in METADATA.sorted_tables
            if table.name not in TRACES
        }
