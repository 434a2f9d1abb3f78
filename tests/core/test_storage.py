"""Stored files: durable, under keys that only we make, read in single ranges."""

from pathlib import Path

import pytest

from app.core.errors import NotFound
from app.core.storage import (
    BadStore,
    OutOfRange,
    Span,
    Storage,
    asked_span,
    new_key,
    open_storage,
    read_span,
)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return open_storage(f"file:{tmp_path}/media")


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


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
    storage: Storage, tmp_path: Path, key: str
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
    assert files_in(tmp_path) == [tmp_path / "secrets" / "root.key"]


def test_what_is_put_is_there_until_it_is_deleted(storage: Storage, tmp_path: Path) -> None:
    key = new_key("media", "webp")
    storage.put(key, b"picture", "image/webp")
    assert storage.exists(key)
    assert storage.size(key) == 7
    with storage.open(key) as file:
        assert file.read() == b"picture"
    storage.delete(key)
    storage.delete(key)
    assert not storage.exists(key)
    assert files_in(tmp_path) == []


def test_a_large_file_is_put_from_the_disk(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(bytes(300_000))
    key = new_key("evidence", "pdf")
    storage.put(key, source, "application/pdf")
    assert storage.size(key) == 300_000


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


def test_keys_are_random_and_spread() -> None:
    keys = {new_key("media", "png") for _ in range(200)}
    assert len(keys) == 200
    kind, folder, name = keys.pop().split("/")
    assert (kind, len(folder), len(name)) == ("media", 2, 38 + len(".png"))


@pytest.mark.parametrize(("kind", "extension"), [("../x", ""), ("media", "p/g"), ("Media", "")])
def test_a_key_takes_only_names_of_ours(kind: str, extension: str) -> None:
    with pytest.raises(AssertionError):
        new_key(kind, extension)


def test_the_store_is_checked_without_leaving_a_trace(storage: Storage, tmp_path: Path) -> None:
    storage.check()
    assert files_in(tmp_path) == []


def test_a_store_that_went_away_is_noticed(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "media").rmdir()
    (tmp_path / "media").write_bytes(b"a file in its place")
    with pytest.raises(OSError):
        storage.check()


def test_object_storage_says_that_it_comes_later() -> None:
    with pytest.raises(BadStore, match="comes in a later version"):
        open_storage("s3://bucket?endpoint=https://s3.example")


@pytest.mark.parametrize("url", ["", "var/media", "http://x/y", "file:", "file://host/path"])
def test_another_store_is_refused(url: str) -> None:
    with pytest.raises(BadStore, match="must be file:FOLDER"):
        open_storage(url)


def test_a_relative_folder_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_storage("file:var/my%20media").put("a/b", b"x", "text/plain")
    assert (tmp_path / "var" / "my media" / "a" / "b").read_bytes() == b"x"


RANGES = [
    # header, size, span
    pytest.param(None, 10, None, id="no header"),
    pytest.param("", 10, None, id="an empty header"),
    pytest.param("bytes=0-3", 10, Span(0, 4), id="the beginning"),
    pytest.param("bytes=3-3", 10, Span(3, 4), id="one byte"),
    pytest.param("bytes=9-9", 10, Span(9, 10), id="the last byte"),
    pytest.param("bytes=4-", 10, Span(4, 10), id="to the end"),
    pytest.param("bytes=-4", 10, Span(6, 10), id="the last four"),
    pytest.param("bytes=-40", 10, Span(0, 10), id="the last forty of ten"),
    pytest.param("bytes=0-99", 10, Span(0, 10), id="beyond the end"),
    pytest.param("bytes=0-999999999999999999", 10, Span(0, 10), id="far beyond the end"),
    pytest.param("bytes=0-9999999999999999999999", 10, None, id="too many digits"),
    pytest.param("bytes=5-4", 10, None, id="backwards"),
    pytest.param("bytes=-", 10, None, id="neither end"),
    pytest.param("bytes=--1", 10, None, id="negative"),
    pytest.param("bytes=0-0,1-1", 10, None, id="two ranges"),
    pytest.param("bytes=" + "0-0," * 10_000 + "0-0", 10, None, id="ten thousand ranges"),
    pytest.param("bytes= 0-3", 10, None, id="a space"),
    pytest.param("items=0-3", 10, None, id="another unit"),
    pytest.param("bytes=0-3\n", 10, None, id="a line break"),
    pytest.param("bytes=٠-٣", 10, None, id="digits of another script"),
]


@pytest.mark.parametrize(("header", "size", "span"), RANGES)
def test_one_range_or_the_whole(header: str | None, size: int, span: Span | None) -> None:
    assert asked_span(header, size=size) == span


@pytest.mark.parametrize(
    ("header", "size"),
    [
        pytest.param("bytes=10-", 10, id="behind the last byte"),
        pytest.param("bytes=10-12", 10, id="a stretch behind the last byte"),
        pytest.param("bytes=999999-", 10, id="far behind"),
        pytest.param("bytes=-0", 10, id="the last none"),
        pytest.param("bytes=0-", 0, id="of an empty file"),
        pytest.param("bytes=-1", 0, id="the last byte of an empty file"),
    ],
)
def test_a_range_outside_is_told(header: str, size: int) -> None:
    with pytest.raises(OutOfRange):
        asked_span(header, size=size)


def test_a_span_is_read_in_chunks(storage: Storage) -> None:
    data = bytes(n % 251 for n in range(200_000))
    storage.put("media/x", data, "video/mp4")
    file = storage.open("media/x")
    chunks = list(read_span(file, Span(10, 150_010)))
    assert b"".join(chunks) == data[10:150_010]
    assert max(map(len, chunks)) <= 64 * 1024
    assert file.closed


def test_a_reader_that_goes_away_closes_the_file(storage: Storage) -> None:
    storage.put("media/x", bytes(200_000), "video/mp4")
    file = storage.open("media/x")
    stream = read_span(file, Span(0, 200_000))
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert file.closed


def test_a_span_says_where_it_lies() -> None:
    assert Span(2, 5).content_range(10) == "bytes 2-4/10"
