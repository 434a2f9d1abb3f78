"""Fixtures for paying."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy.engine import make_url

from app.core import ids
from app.core.db import Database
from tests.dues.office import lay_books
from tests.engines import ENGINES, copy_sqlite, opened, postgresql_database
from tests.factories import SERIAL
from tests.fakes import FixedClock

Anew: TypeAlias = Callable[[FixedClock], AbstractContextManager[Database]]


@pytest.fixture(params=ENGINES)
def anew(request: pytest.FixtureRequest, tmp_path: Path) -> Anew:
    """A maker of databases with books in them, for tests that need one for each example."""

    @contextmanager
    def sqlite() -> Iterator[str]:
        folder = tmp_path / f"copy-{next(SERIAL)}"
        folder.mkdir()
        yield copy_sqlite(request.getfixturevalue("sqlite_template"), folder)

    def postgresql() -> AbstractContextManager[str]:
        template = make_url(request.getfixturevalue("postgresql_template")).database
        return postgresql_database(request.getfixturevalue("postgresql"), template=template)

    @contextmanager
    def make(clock: FixedClock) -> Iterator[Database]:
        ids.configure(node=0, now_ms=lambda: int(clock.now().timestamp() * 1000))
        with sqlite() if request.param == "sqlite" else postgresql() as url, opened(url) as db:
            lay_books(db)
            yield db

    return make
