"""Where the scenarios of one run play: a scratch folder, and one large site for each engine."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.core.kernel import Kernel, open_kernel
from app.core.settings import read_settings
from app.wiring import LISTENERS
from bench.processes import Server, cpu_seconds, free_port, python, server
from bench.sites import environment, found_site, settle
from tests.engines import postgresql_database, postgresql_server


class Engine(StrEnum):
    """What keeps a site's data."""

    SQLITE = "SQLite"
    POSTGRESQL = "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Site:
    """A large site: its environment, a browser's secret of its founder, and who reads it."""

    engine: Engine
    port: int
    environment: Mapping[str, str]
    secret: str
    viewers: Sequence[int]
    postmaster: int | None  # The process of its PostgreSQL.

    def open(self) -> Kernel:
        """Open it in this process."""
        return open_kernel(read_settings(self.environment), LISTENERS)

    @contextmanager
    def served(self) -> Iterator[Server]:
        """Serve it as in production, without its worker."""
        command = python("-m", "app.cli", "serve", "--port", str(self.port), "--no-worker")
        with server(
            command, port=self.port, ready="/health/live", environment=self.environment
        ) as running:
            yield running

    def database_cpu(self) -> float:
        """Return the seconds of CPU that its PostgreSQL has used so far; 0 on SQLite."""
        return 0 if self.postmaster is None else cpu_seconds(self.postmaster)


class Grounds:
    """What scenarios share; it is given back when `stack` closes."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._sites: dict[Engine, Site] = {}

    def site(self, engine: Engine) -> Site:
        """Return the large site on the engine, which the first who asks for it waits for."""
        if engine not in self._sites:
            self._sites[engine] = self._build(engine)
        return self._sites[engine]

    def _build(self, engine: Engine) -> Site:
        port, postmaster, url = free_port(), None, ""
        if engine is Engine.POSTGRESQL:
            folder = self.folder / "postgresql"
            running = self._stack.enter_context(postgresql_server(folder))
            postmaster = int((folder / "postmaster.pid").read_text().split()[0])
            url = self._stack.enter_context(postgresql_database(running))
        given = environment(self.folder / f"site-{engine.lower()}", port, url)
        kernel, secret, account_id = found_site(given)
        viewers = settle(kernel, account_id)
        kernel.close()
        return Site(engine, port, given, secret, viewers, postmaster)


@contextmanager
def raw_server() -> Iterator[Server]:
    """Run the bare application, which is the measure of all others."""
    port = free_port()
    command = python("-m", "bench.raw", str(port))
    with server(command, port=port, ready="/17", environment={}) as running:
        yield running
