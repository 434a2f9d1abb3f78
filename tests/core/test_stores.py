"""What every store does alike: a folder of this machine, and a bucket of an object store."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.errors import NotFound
from app.core.settings import Settings, read_settings
from app.core.storage import Span, Storage, new_key, open_storage, read_span
from tests.s3 import S3Double, s3_double

Inside = Callable[[], dict[str, bytes]]

MEDIUM = bytes(n % 251 for n in range(2_000_000))


@pytest.fixture(scope="module")
def server() -> Iterator[S3Double]:
    with s3_double() as double:
        yield double


@pytest.fixture
def s3(server: S3Double) -> S3Double:
    """The double, empty and well-behaved."""
    server.reset()
    return server


@pytest.fixture(params=["folder", "bucket", "folder of a bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Storage, Inside]:
    """A store of each kind, and a look at its files that does not go through it."""
    if request.param == "folder":
        root = tmp_path / "media"

        def files() -> dict[str, bytes]:
            found = [path for path in root.rglob("*") if path.is_file()]
            return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}

        return open_storage(Settings(media_url=f"file:{root}")), files
    s3: S3Double = request.getfixturevalue("s3")
    folder = "riverside/media" if request.param == "folder of a bucket" else ""
    settings = read_settings(s3.environ | {"COMMONHOLD_MEDIA_URL": s3.url_of(folder)})

    def objects() -> dict[str, bytes]:
        prefix = f"{folder}/" if folder else ""
        assert all(name.startswith(prefix) for name in s3.objects)
        return {name.removeprefix(prefix): found.body for name, found in s3.objects.items()}

    return open_storage(settings), objects


@pytest.fixture
def storage(kept: tuple[Storage, Inside]) -> Storage:
    return kept[0]


@pytest.fixture
def inside(kept: tuple[Storage, Inside]) -> Inside:
    return kept[1]


STRANGE_KEYS = [
    pytest.param("../secrets/root.key", id="upwards"),
    pytest.param("media/../../secrets/root.key", id="upwards from within"),
    pytest.param("/etc/passwd", id="absolute"),
    pytest.param("media//x", id="an empty step"),
    pytest.param("media/./x", id="a step in place"),
    pytest.param("media/x/", id="a folder"),
    pytest.param("media/.htaccess", id="a hidden file"),
    pytest.param("media/x\0.png", id="a NUL"),
    pytest.param("media/x\n", id="a line break at the end"),
    pytest.param("media\\..\\x", id="backslashes"),
    pytest.param("media/\u202egnp.x", id="a turned name"),
    pytest.param("media/X", id="upper case"),
    pytest.param("media/%2e%2e/x", id="per cent"),
    pytest.param("x" * 201, id="too long"),
    pytest.param("", id="nothing"),
]


@pytest.mark.parametrize("key", STRANGE_KEYS)
def test_a_key_that_nobody_made_reaches_nothing(
    storage: Storage, inside: Inside, tmp_path: Path, key: str
) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "root.key").write_bytes(b"secret")
    assert not storage.exists(key)
    with pytest.raises(NotFound):
        storage.open(key)
    with pytest.raises(NotFound):
        storage.size(key)
    with pytest.raises(NotFound):
        storage.put(key, b"x", "text/plain")
    with pytest.raises(NotFound):
        storage.delete(key)
    with pytest.raises(NotFound):
        list(storage.walk(key))
    assert inside() == {}
    assert (tmp_path / "secrets" / "root.key").read_bytes() == b"secret"


def test_what_is_put_is_there_until_it_is_deleted(storage: Storage, inside: Inside) -> None:
    key = new_key("media", "webp")
    storage.put(key, b"picture", "image/webp")
    assert inside() == {key: b"picture"}
    assert storage.exists(key)
    assert storage.size(key) == 7
    with storage.open(key) as file:
        assert file.read() == b"picture"
    storage.delete(key)
    storage.delete(key)
    assert not storage.exists(key)
    assert inside() == {}


def test_what_is_put_again_is_replaced(storage: Storage, inside: Inside) -> None:
    storage.put("media/x", b"the first one", "text/plain")
    storage.put("media/x", b"another", "text/plain")
    assert inside() == {"media/x": b"another"}
    assert storage.size("media/x") == 7


@pytest.mark.parametrize("data", [b"", b"x", MEDIUM], ids=["nothing", "a byte", "two megabytes"])
def test_a_file_of_the_disk_is_put(
    storage: Storage, inside: Inside, tmp_path: Path, data: bytes
) -> None:
    source = tmp_path / "upload"
    source.write_bytes(data)
    key = new_key("evidence", "pdf")
    storage.put(key, source, "application/pdf")
    assert inside() == {key: data}
    assert storage.size(key) == len(data)
    with storage.open(key) as file:
        assert file.read() == data


def test_a_file_of_the_disk_that_is_gone_is_no_missing_file_of_the_store(
    storage: Storage, inside: Inside, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        storage.put("media/x", tmp_path / "gone", "text/plain")
    assert inside() == {}


def test_a_missing_file_is_not_found(storage: Storage) -> None:
    key = new_key("media")
    assert not storage.exists(key)
    with pytest.raises(NotFound, match="no such file"):
        storage.open(key)
    with pytest.raises(NotFound, match="no such file"):
        storage.size(key)


def test_a_folder_is_not_a_file(storage: Storage) -> None:
    storage.put("media/ab/x", b"x", "text/plain")
    assert not storage.exists("media/ab")


def test_a_file_is_read_from_anywhere_in_it(storage: Storage) -> None:
    storage.put("media/x", MEDIUM, "video/mp4")
    with storage.open("media/x") as file:
        assert file.seek(1_999_990) == 1_999_990
        assert file.read() == MEDIUM[1_999_990:]
        assert file.read() == b""
        assert file.seek(-5, io.SEEK_END) == 1_999_995
        assert file.read(2) == MEDIUM[1_999_995:1_999_997]
        assert file.seek(1, io.SEEK_CUR) == 1_999_998
        assert file.seek(0) == file.tell() == 0
        assert file.read(300_000) == MEDIUM[:300_000]
        assert file.seek(3_000_000) == 3_000_000
        assert file.read(10) == b""


def test_a_span_is_read_in_chunks(storage: Storage) -> None:
    storage.put("media/x", MEDIUM, "video/mp4")
    file = storage.open("media/x")
    chunks = list(read_span(file, Span(10, 1_500_010)))
    assert b"".join(chunks) == MEDIUM[10:1_500_010]
    assert max(map(len, chunks)) <= 64 * 1024
    assert file.closed


def test_a_reader_that_goes_away_closes_the_file(storage: Storage) -> None:
    storage.put("media/x", bytes(200_000), "video/mp4")
    file = storage.open("media/x")
    stream = read_span(file, Span(0, 200_000))
    next(stream)
    stream.close()
    assert file.closed


def test_files_of_one_kind_are_told(storage: Storage) -> None:
    keys = {new_key("media") for _ in range(5)}
    for key in keys | {new_key("evidence", "pdf"), "media-x/aa", "probe"}:
        storage.put(key, b"12", "text/plain")
    told = list(storage.walk("media"))
    assert {found.key for found in told} == keys
    assert {found.size for found in told} == {2}
    now = datetime.now(UTC)
    assert all(abs(now - found.changed_at) < timedelta(minutes=5) for found in told)
    assert list(storage.walk("nothing")) == []


def test_the_store_is_checked_without_leaving_a_trace(storage: Storage, inside: Inside) -> None:
    storage.check()
    assert inside() == {}


def test_a_folder_that_went_away_is_noticed(tmp_path: Path) -> None:
    storage = open_storage(Settings(media_url=f"file:{tmp_path}/media"))
    (tmp_path / "media").rmdir()
    (tmp_path / "media").write_bytes(b"a file in its place")
    with pytest.raises(OSError):
        storage.check()


def test_a_file_that_is_being_written_is_not_told(tmp_path: Path) -> None:
    storage = open_storage(Settings(media_url=f"file:{tmp_path}/media"))
    storage.put("media/ab/x", b"x", "text/plain")
    (tmp_path / "media" / "media" / "ab" / ".y.0123.draft").write_bytes(b"half")
    assert [found.key for found in storage.walk("media")] == ["media/ab/x"]
