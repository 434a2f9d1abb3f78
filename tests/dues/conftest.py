"""Fixtures for paying."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from app.core import ids
from app.core.db import Database
from tests.dues.office import lay_books
from tests.engines import ENGINES, copied, opened
from tests.factories import SERIAL
from tests.fakes import FixedClock

Anew: TypeAlias = Callable[[FixedClock], AbstractContextManager[Database]]


@pytest.fixture(params=ENGINES)
def anew(request: pytest.FixtureRequest, tmp_path: Path) -> Anew:
    """A maker of databases with books in them, for tests that need one for each example."""

    @contextmanager
    def make(clock: FixedClock) -> Iterator[Database]:
        ids.configure(node=0, now_ms=lambda: int(clock.now().timestamp() * 1000))
        folder = tmp_path / f"copy-{next(SERIAL)}"
        folder.mkdir()
        with copied(request, request.param, folder) as url, opened(url) as db:
            lay_books(db)
            yield db

    return make
