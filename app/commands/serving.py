"""`commonhold serve`: the web service."""

import os
from pathlib import Path
from typing import Annotated

import typer

from app import serve as serving
from app.core.settings import read_environment


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64)] = 1,
    worker: Annotated[bool, typer.Option("--worker/--no-worker")] = True,
) -> None:
    """Serve the co-op; does due duties itself unless --no-worker."""
    settings = read_environment(os.environ, folder=Path.cwd())
    serving.serve(settings, host=host, port=port, workers=workers, with_worker=worker)
