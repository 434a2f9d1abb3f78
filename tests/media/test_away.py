"""Pictures in a bucket: sent, shown in parts, and a store that is away or dead half-way."""

import io
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.core.kernel import Kernel
from app.core.runner import Runner
from app.core.settings import Settings
from app.core.storage import StoreAway
from app.http.counter import WHOLE_BYTES
from app.http.health import find_faults
from app.main import create_app
from app.media.darkroom import Darkroom
from app.media.models import MediaFile
from app.media.receive import Upload, receive
from app.members.actor import Actor
from tests.fakes import FixedClock
from tests.media.pictures import picture_file
from tests.s3 import S3Double, s3_double


@pytest.fixture
def s3() -> Iterator[S3Double]:
    with s3_double() as double:
        yield double


@pytest.fixture
def settings(settings: Settings, s3: S3Double) -> Settings:
    """The settings of a co-op whose pictures are in a bucket."""
    keys = {name.lower(): value for name, value in s3.environ.items()}
    given = settings.model_dump(exclude_unset=True) | keys | {"media_url": s3.url_of("media")}
    return Settings.model_validate(given)


@pytest.fixture
def picture(kernel: Kernel, ada: Actor) -> MediaFile:
    source = io.BytesIO(picture_file("PNG", (64, 48)))
    return receive(kernel, Darkroom(), Upload(source, ada.account_id))


@pytest.fixture
def client(kernel: Kernel) -> Iterator[TestClient]:
    with TestClient(
        create_app(kernel), base_url="https://riverside.example", raise_server_exceptions=False
    ) as client:
        yield client


def test_a_picture_in_a_bucket_is_shown(
    client: TestClient, picture: MediaFile, s3: S3Double
) -> None:
    stored = s3.objects[f"media/{picture.key}"]
    assert stored.content_type == "image/png"
    answer = client.get(f"/{picture.path}")
    assert (answer.status_code, answer.content) == (200, stored.body)
    part = client.get(f"/{picture.path}", headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, stored.body[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(stored.body)}"
    behind = client.get(f"/{picture.path}", headers={"range": "bytes=99999999-"})
    assert (behind.status_code, behind.headers["content-range"]) == (
        416,
        f"bytes */{len(stored.body)}",
    )
    assert client.head(f"/{picture.path}").headers["content-length"] == str(len(stored.body))


def test_a_large_file_in_a_bucket_is_sent_piece_by_piece(
    client: TestClient, picture: MediaFile, kernel: Kernel
) -> None:
    data = bytes(n % 253 for n in range(WHOLE_BYTES + 300_001))
    kernel.storage.put(picture.key, data, "image/png")
    assert client.get(f"/{picture.path}").content == data
    part = client.get(f"/{picture.path}", headers={"range": f"bytes=5-{WHOLE_BYTES + 99}"})
    assert part.content == data[5 : WHOLE_BYTES + 100]


def test_a_bucket_that_is_away_is_told_and_takes_nothing_else_along(
    client: TestClient, picture: MediaFile, s3: S3Double, kernel: Kernel
) -> None:
    s3.refuse = 500
    answer = client.get(f"/{picture.path}", headers={"accept": "application/json"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
    assert "cannot be reached at the moment" in answer.json()["error"]
    assert "riverside-media" not in answer.text
    assert client.get("/about").status_code != 503
    assert find_faults(kernel) == {}
    s3.refuse = None
    assert client.get(f"/{picture.path}").status_code == 200


@pytest.mark.parametrize("stored", [0, 1])
def test_a_picture_that_cannot_be_stored_leaves_nothing(
    kernel: Kernel, ada: Actor, s3: S3Double, stored: int
) -> None:
    s3.refuse, s3.refuse_after = 503, stored
    with pytest.raises(StoreAway):
        receive(kernel, Darkroom(), Upload(io.BytesIO(picture_file("PNG")), ada.account_id))
    with kernel.db.read.begin() as session:
        assert session.scalar(select(func.count()).select_from(MediaFile)) == 0


def test_what_was_half_stored_is_erased_when_the_bucket_is_back(
    kernel: Kernel, ada: Actor, s3: S3Double, runner: Runner, clock: FixedClock
) -> None:
    s3.refuse, s3.refuse_after = 503, 1
    with pytest.raises(StoreAway):
        receive(kernel, Darkroom(), Upload(io.BytesIO(picture_file("PNG")), ada.account_id))
    assert len(s3.objects) == 1
    runner.run_until_idle()
    assert len(s3.objects) == 1
    s3.refuse = None
    clock.advance(minutes=5)
    runner.run_until_idle()
    assert s3.objects == {}
