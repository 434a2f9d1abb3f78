"""Keys that only we make, single ranges, and which stores can be opened."""

from pathlib import Path

import pytest

from app.core.settings import Settings
from app.core.storage import (
    BadStore,
    OutOfRange,
    Span,
    asked_span,
    new_key,
    open_storage,
)


def test_keys_are_random_and_spread() -> None:
    keys = {new_key("media", "png") for _ in range(200)}
    assert len(keys) == 200
    kind, folder, name = keys.pop().split("/")
    assert (kind, len(folder), len(name)) == ("media", 2, 38 + len(".png"))


@pytest.mark.parametrize(("kind", "extension"), [("../x", ""), ("media", "p/g"), ("Media", "")])
def test_a_key_takes_only_names_of_ours(kind: str, extension: str) -> None:
    with pytest.raises(AssertionError):
        new_key(kind, extension)


@pytest.mark.parametrize("url", ["file:", "file://host/path", "file:?folder"])
def test_another_store_is_refused(url: str) -> None:
    with pytest.raises(BadStore, match="must be file:FOLDER"):
        open_storage(Settings(media_url=url))


def test_a_relative_folder_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_storage(Settings(media_url="file:var/my%20media")).put("a/b", b"x", "text/plain")
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


def test_a_span_says_where_it_lies() -> None:
    assert Span(2, 5).content_range(10) == "bytes 2-4/10"
