"""The whole product, and a browser that follows nothing by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.core.kernel import Kernel
from app.instance.models import Coop
from app.instance.presets import Preset
from app.main import create_app
from tests.engines import copied
from tests.factories import NOON


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, is_founded: bool
) -> Iterator[str]:
    """SQLite: these pages are about what is shown, and their queries are tested elsewhere."""
    of = "founded" if is_founded else "template"
    with copied(request, "sqlite", tmp_path, of=of) as url:
        yield url


@pytest.fixture
def client(kernel: Kernel) -> Iterator[TestClient]:
    """A visitor's browser."""
    with TestClient(
        create_app(kernel),
        base_url="https://riverside.example",
        headers={"accept": "text/html"},
        follow_redirects=False,
    ) as client:
        yield client


@pytest.fixture
def coop(kernel: Kernel) -> Coop:
    """A co-op that was founded just now."""
    with kernel.db.write.begin() as session:
        coop = Coop(
            name="Riverside",
            tagline="Neighbours along the river.",
            currency="USD",
            preset=Preset.SMALL,
            contact="hello@riverside.example",
            founded_at=NOON,
        )
        session.add(coop)
    return coop
