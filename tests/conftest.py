"""Fixtures for all tests: a database of one's own on either engine, a clock, a worker."""

import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path
from types import CodeType
from uuid import uuid4

import hypothesis
import pytest
import structlog
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session

from app.core import db as core_db
from app.core import ids
from app.core.db import Database
from app.core.kernel import Kernel
from app.core.runner import Runner
from app.core.settings import Settings
from app.http import letters, pages
from app.instance.presets import Preset
from app.main import create_app
from app.wiring import duty_handlers
from tests.engines import (
    ENGINES,
    build_template,
    copied,
    copy_sqlite,
    opened,
    postgresql_database,
    postgresql_server,
)
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.governance.hall import Hall, found_small_coop
from tests.governance.web import Web
from tests.kernels import assemble, riverside

MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 4 << 30  # bytes

if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED:
    # A new PostgreSQL database costs 0.6 s on a disk and 0.02 s here. No test cuts the power.
    tempfile.tempdir = os.environ["TMPDIR"] = str(MEMORY)

NO_BROWSER = "NO BROWSER WAS FOUND, so no page was looked at: install Chromium"

# How long an example takes says more about the machine's other work than about the product.
hypothesis.settings.register_profile("commonhold", deadline=None)
hypothesis.settings.load_profile("commonhold")


class CompiledOnce(BytecodeCache):
    """Keeps the code of templates for all applications that the tests of a process build."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the bucket the code that its template was compiled to before, if it was."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember the code in the bucket."""
        assert bucket.code is not None
        self._code[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once() -> Iterator[None]:
    """Let applications share compiled templates: compiling took most of the time of pages."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (pages, letters):
            made = partial(Environment, bytecode_cache=CompiledOnce())
            patch.setattr(module, "Environment", made)
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """Let databases of one kind share compiled statements, for a sixth of the time of tests."""
    shared: dict[object, object] = {}
    options = {"execution_options": {"compiled_cache": shared}}
    with pytest.MonkeyPatch.context() as patch:
        # Part of the key of each statement is its dialect, of which each engine has its own.
        patch.setattr(DefaultDialect, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))
        patch.setattr(core_db, "_engine", partial(core_db._engine, **options))
        yield


@pytest.fixture(scope="session", autouse=True)
def errors_logged_plainly() -> None:
    """Log errors without a drawing of the stack, which took half a second for each."""
    *others, _drawing = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, plain])


def pytest_collection_finish() -> None:
    """Set what was imported and collected aside: the collector need not look through it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write half characters of captured output as escapes: processes speak UTF-8 to each other."""
    report = yield
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections
    ]
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it loudly when the tests in a real browser did not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NO_BROWSER in str(report.longrepr) for report in skipped):
        terminalreporter.write_sep("!", NO_BROWSER, red=True, bold=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Run one PostgreSQL server for all tests of this run; yield its URL."""
    # Not below pytest's folder: each run that starts closes that to the server's own user.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)
    folder = Path(tempfile.gettempdir()) / f"commonhold-postgresql-{run}"
    with postgresql_server(folder) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Build an SQLite database at the newest revision, to be copied."""
    url = f"sqlite:///{tmp_path_factory.mktemp('template')}/template.db"
    build_template(url)
    return url


@pytest.fixture(scope="session")
def sqlite_founded(sqlite_template: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Build an SQLite database in which the small co-op was founded, to be copied."""
    url = copy_sqlite(sqlite_template, tmp_path_factory.mktemp("founded"))
    found_small_coop(url)
    return url


@pytest.fixture(scope="session")
def postgresql_template(postgresql: str) -> Iterator[str]:
    """Build a PostgreSQL database at the newest revision, to be copied."""
    with postgresql_database(postgresql) as url:
        build_template(url)
        yield url


@pytest.fixture(scope="session")
def postgresql_founded(postgresql: str, postgresql_template: str) -> Iterator[str]:
    """Build a PostgreSQL database in which the small co-op was founded, to be copied."""
    with postgresql_database(postgresql, template=postgresql_template) as url:
        found_small_coop(url)
        yield url


@pytest.fixture
def is_founded(request: pytest.FixtureRequest) -> bool:
    """Whether the test begins in the small co-op: it asks for `hall`, and for no other one."""
    others = getattr(request.node, "callspec", None)
    return "hall" in request.fixturenames and not (others and "hall" in others.params)


@pytest.fixture(params=ENGINES)
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, is_founded: bool
) -> Iterator[str]:
    """Yield the URL of a migrated database of one's own, on each engine in turn."""
    of = "founded" if is_founded else "template"
    with copied(request, request.param, tmp_path, of=of) as url:
        yield url


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at noon of Monday, 9 November 2026."""
    return FixedClock(NOON)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of a co-op at https://riverside.example with `database_url`."""
    return riverside(database_url, tmp_path / "var")


@pytest.fixture
def db(database_url: str, clock: FixedClock, is_founded: bool) -> Iterator[Database]:
    """A migrated database of one's own, on each engine in turn."""
    # The rows of the founding, at the same moment, were made by node 0.
    ids.configure(node=int(is_founded), now_ms=lambda: int(clock.now().timestamp() * 1000))
    with opened(database_url) as database:
        yield database


@pytest.fixture
def session(db: Database) -> Iterator[Session]:
    """A write transaction of the test, committed at its end."""
    with db.write.begin() as session:
        yield session


@pytest.fixture
def kernel(settings: Settings, db: Database, clock: FixedClock) -> Kernel:
    """The tools of a process, on the test's database and clock."""
    return assemble(settings, db, clock)


@pytest.fixture
def hall(
    db: Database,
    clock: FixedClock,
    runner: Runner,
    is_founded: bool,
    request: pytest.FixtureRequest,
) -> Hall:
    """A co-op of five: ada, who founded it, bo, cleo, dov and eve; small, or by the parameter."""
    hall = Hall(db, clock, runner)
    return hall.enter() if is_founded else hall.found(Preset(request.param))


@pytest.fixture
def web(kernel: Kernel, hall: Hall) -> Web:
    """The site of that co-op, without a worker: time goes on by hand."""
    return Web(create_app(kernel), kernel, hall)


@pytest.fixture
def runner(kernel: Kernel) -> Runner:
    """A worker that a test steps by hand."""
    return Runner(kernel.db.write, duty_handlers(kernel), kernel.clock)
