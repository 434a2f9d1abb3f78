"""The table of all routes and who may call each: `python -m tests.project.routes_table`."""

import tempfile
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import WebSocketRoute

from app.core.db import open_database
from app.core.kernel import open_kernel
from app.core.settings import Settings
from app.main import create_app
from app.wiring import LISTENERS
from migrations.upgrade import upgrade

TARGET = Path(__file__).parents[2] / "docs" / "routes.md"
HEAD = """# Routes, and who may call them

Written by `python -m tests.project.routes_table`; a test fails while it says something else than
the application. "token: x" is a bearer token with the scope x, "office: x" a running mandate.

| method | path | who |
|---|---|---|
"""


def render_table(app: FastAPI) -> str:
    """Return the page: one line for each method and path, in their order."""
    lines = set()
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            calls = [dependency.call for dependency in context.dependant.dependencies]
            access = ", ".join(call.access for call in calls if hasattr(call, "access"))
            for method in sorted(set(context.methods or ()) - {"HEAD"}):
                lines.add((context.path or "", method, access))
    for route in app.routes:
        if isinstance(route, WebSocketRoute):
            lines.add((route.path, "WebSocket", getattr(route.app, "access", "")))
    return HEAD + "".join(f"| {m} | `{p}` | {a} |\n" for p, m, a in sorted(lines))


def main() -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.model_validate({"data_dir": Path(folder)})
        db = open_database(settings.database)
        upgrade(db)
        db.dispose()
        kernel = open_kernel(settings, LISTENERS)
        TARGET.write_text(render_table(create_app(kernel)))
        kernel.close()


if __name__ == "__main__":
    main()
