"""A bucket: who is let in, where it may be, and a store that misbehaves leaves nothing behind."""

import io
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.addresses import read_rule
from app.core.bucket import (
    QUICK_BYTES_MAX,
    WINDOW_BYTES,
    WINDOW_BYTES_MAX,
    BucketStorage,
    Place,
    read_place,
)
from app.core.doctor import examine
from app.core.logs import configure_logs, secrets_of
from app.core.settings import Settings, read_environment, read_settings
from app.core.storage import BadStore, StoreAway, new_key, open_storage
from tests import s3 as double
from tests.s3 import ACCESS_KEY, BUCKET, REGION, S3Double, s3_double
from tests.tls import make_authority

NOBODY = read_rule(())


@pytest.fixture(scope="module")
def server() -> Iterator[S3Double]:
    with s3_double() as started:
        yield started


@pytest.fixture
def s3(server: S3Double) -> S3Double:
    """The double, empty and well-behaved."""
    server.reset()
    return server


def opened(s3: S3Double, **changed: str) -> BucketStorage:
    environ = s3.environ | {"COMMONHOLD_MEDIA_URL": s3.url_of()} | changed
    storage = open_storage(read_settings(environ))
    assert isinstance(storage, BucketStorage)
    return storage


def test_the_double_signs_as_amazon_does() -> None:
    """Source: AWS, "Signature Calculations for the Authorization Header", example GET Object."""
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    proof = double.signature(
        method="GET",
        path="/test.txt",
        query="",
        headers={
            "host": "examplebucket.s3.amazonaws.com",
            "range": "bytes=0-9",
            "x-amz-content-sha256": nothing,
            "x-amz-date": "20130524T000000Z",
        },
        signed="host;range;x-amz-content-sha256;x-amz-date",
        scope="20130524/us-east-1/s3/aws4_request",
        secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    )
    assert proof == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"


PLACES = [
    pytest.param(
        "s3://riverside",
        Place("riverside", "", "https://s3.us-east-1.amazonaws.com", "us-east-1"),
        id="at Amazon, where it began",
    ),
    pytest.param(
        "s3://riverside?region=eu-north-1",
        Place("riverside", "", "https://s3.eu-north-1.amazonaws.com", "eu-north-1"),
        id="at Amazon, elsewhere",
    ),
    pytest.param(
        "s3://riverside.media/a/b-2/?endpoint=https://s3.example.org/&region=garage",
        Place("riverside.media", "a/b-2", "https://s3.example.org", "garage"),
        id="a folder, at somebody else's",
    ),
    pytest.param(
        "s3://riverside?endpoint=https%3A%2F%2Fs3.example.org%3A8443",
        Place("riverside", "", "https://s3.example.org:8443", "us-east-1"),
        id="an endpoint in disguise",
    ),
    pytest.param(
        "s3://riverside?endpoint=https://10.0.0.7:9000",
        Place("riverside", "", "https://10.0.0.7:9000", "us-east-1"),
        id="in our own network, over TLS",
    ),
    pytest.param(
        "s3://riverside?endpoint=http://127.0.0.1:9000",
        Place("riverside", "", "http://127.0.0.1:9000", "us-east-1"),
        id="on this machine",
    ),
    pytest.param(
        "s3://riverside?endpoint=http://[::1]:9000",
        Place("riverside", "", "http://[::1]:9000", "us-east-1"),
        id="on this machine, by IPv6",
    ),
    pytest.param(
        "s3://riverside?endpoint=http://localhost:3900",
        Place("riverside", "", "http://localhost:3900", "us-east-1"),
        id="on this machine, by name",
    ),
]


@pytest.mark.parametrize(("url", "place"), PLACES)
def test_a_place(url: str, place: Place) -> None:
    assert read_place(url, allowed=NOBODY) == place


REFUSED = [
    pytest.param("s3://", "name of a bucket", id="no bucket"),
    pytest.param("s3://ab", "name of a bucket", id="a bucket with too short a name"),
    pytest.param("s3://River", "name of a bucket", id="upper case"),
    pytest.param("s3://key:secret@riverside", "name of a bucket", id="a key before the bucket"),
    pytest.param("s3://riverside/../x", "folders in a bucket", id="upwards"),
    pytest.param("s3://riverside/A", "folders in a bucket", id="a folder in upper case"),
    pytest.param(
        "s3://riverside?secret_access_key=hunter22",
        "no parameter secret_access_key",
        id="a secret",
    ),
    pytest.param("s3://riverside?endpoit=https://x", "no parameter endpoit", id="a slip"),
    pytest.param("s3://riverside?endpoint", "no address", id="a parameter without a value"),
    pytest.param("s3://riverside?region=a&region=b", "a thing twice", id="twice"),
    pytest.param("s3://riverside#x", "a thing twice", id="a fragment"),
    pytest.param("s3://riverside?region=../x", "a region has a name", id="a strange region"),
    pytest.param("s3://riverside?endpoint=", "endpoint is an https", id="an empty endpoint"),
    pytest.param("s3://riverside?endpoint=s3.example", "endpoint is an", id="no scheme"),
    pytest.param(
        "s3://riverside?endpoint=ftp://s3.example", "endpoint is an", id="another scheme"
    ),
    pytest.param("s3://riverside?endpoint=https://a:b@x.example", "endpoint is an", id="a user"),
    pytest.param("s3://riverside?endpoint=https://x.example/p", "endpoint is an", id="a path"),
    pytest.param("s3://riverside?endpoint=https://x.example:y", "endpoint is an", id="no port"),
    pytest.param("s3://riverside?endpoint=http://[::1", "endpoint is an", id="half an address"),
    pytest.param("s3://riverside?endpoint=http://s3.example", "on this machine", id="plain http"),
    pytest.param("s3://riverside?endpoint=http://10.0.0.7:9000", "on this machine", id="near"),
    pytest.param("s3://riverside?endpoint=http://localhost.x", "on this machine", id="like here"),
]


@pytest.mark.parametrize(("url", "reason"), REFUSED)
def test_another_place_is_refused(url: str, reason: str) -> None:
    with pytest.raises(BadStore, match=reason) as refused:
        read_place(url, allowed=NOBODY)
    assert "hunter22" not in str(refused.value)


def test_a_check_may_open_a_place_over_plain_http() -> None:
    url = "s3://riverside?endpoint=http://10.0.0.7:9000"
    assert read_place(url, allowed=read_rule(["10.0.0.7/32:9000"])).host == "10.0.0.7"
    with pytest.raises(BadStore):
        read_place(url, allowed=read_rule(["10.0.0.7/32:9001"]))


def test_a_bucket_without_a_key_is_refused(s3: S3Double) -> None:
    with pytest.raises(BadStore, match="AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        open_storage(Settings(media_url=s3.url_of()))


def test_the_key_is_read_under_our_names_first(s3: S3Double) -> None:
    theirs = {"AWS_ACCESS_KEY_ID": "SOMEBODYELSES", "AWS_SESSION_TOKEN": ""}
    opened(s3, COMMONHOLD_AWS_ACCESS_KEY_ID=ACCESS_KEY, **theirs).check()


def test_the_key_may_stand_in_the_file(s3: S3Double, tmp_path: Path) -> None:
    lines = (f"{name}={value}" for name, value in s3.environ.items())
    (tmp_path / ".env").write_text("\n".join((*lines, f"COMMONHOLD_MEDIA_URL={s3.url_of()}")))
    open_storage(read_environment({}, folder=tmp_path)).check()


def test_a_session_of_the_key_is_told(s3: S3Double) -> None:
    opened(s3, AWS_SESSION_TOKEN="only-for-today").check()
    assert {headers["x-amz-security-token"] for headers in s3.headers} == {"only-for-today"}


def test_the_object_bears_its_type(s3: S3Double) -> None:
    opened(s3).put("media/x", b"x", "image/webp")
    assert s3.objects["media/x"].content_type == "image/webp"


def test_a_large_file_is_one_object_or_none(s3: S3Double, tmp_path: Path) -> None:
    source = tmp_path / "film"
    source.write_bytes(bytes(9 * QUICK_BYTES_MAX))
    opened(s3).put("media/x", source, "video/mp4")
    assert s3.asked == [f"PUT /{BUCKET}/media/x"]


def test_a_long_list_is_told_page_by_page(s3: S3Double) -> None:
    storage, keys = opened(s3), {new_key("media") for _ in range(7)}
    for key in keys:
        storage.put(key, b"x", "text/plain")
    s3.page_size, s3.asked = 3, []
    assert {found.key for found in storage.walk("media")} == keys
    assert len(s3.asked) == 3


def test_reading_goes_by_windows_that_grow(s3: S3Double) -> None:
    storage, data = opened(s3), os.urandom(3 * WINDOW_BYTES_MAX)
    storage.put("media/x", data, "video/mp4")
    s3.headers.clear()
    with storage.open("media/x") as file:
        assert file.read() == data
    spans = [headers["range"] for headers in s3.headers if "range" in headers]
    sizes = [int(end) - int(start) + 1 for start, end in (span[6:].split("-") for span in spans)]
    assert sizes[:3] == [WINDOW_BYTES, 2 * WINDOW_BYTES, 4 * WINDOW_BYTES]
    assert max(sizes) == WINDOW_BYTES_MAX


def test_a_small_part_costs_a_small_window(s3: S3Double) -> None:
    storage = opened(s3)
    storage.put("media/x", bytes(2 * WINDOW_BYTES_MAX), "video/mp4")
    s3.headers.clear()
    with storage.open("media/x") as file:
        file.seek(-10, io.SEEK_END)
        assert len(file.read(10)) == 10
    assert [h["range"] for h in s3.headers if "range" in h] == ["bytes=8388598-8388607"]


WRONG = [
    pytest.param({"AWS_ACCESS_KEY_ID": "NOBODYATALL"}, "refuses our key", id="another key"),
    pytest.param({"AWS_SECRET_ACCESS_KEY": "guessed"}, "refuses our key", id="a wrong secret"),
    pytest.param({"bucket": "another-bucket"}, "no bucket another-bucket", id="no such bucket"),
    pytest.param({"region": "us-east-1"}, "refuses our key", id="another region"),
]


@pytest.mark.parametrize(("changed", "reason"), WRONG)
def test_what_is_set_wrongly_is_told(s3: S3Double, changed: dict[str, str], reason: str) -> None:
    url = s3.url_of(bucket=changed.pop("bucket", BUCKET), region=changed.pop("region", REGION))
    with pytest.raises(StoreAway, match=reason):
        opened(s3, COMMONHOLD_MEDIA_URL=url, **changed).check()
    assert s3.objects == {}


@pytest.mark.parametrize("status", [500, 503, 403, 400])
def test_a_store_that_refuses_keeps_nothing_and_is_told(s3: S3Double, status: int) -> None:
    storage = opened(s3)
    storage.put("media/there", b"x", "text/plain")
    s3.refuse = status
    with pytest.raises(StoreAway):
        storage.put("media/x", b"x", "text/plain")
    for ask in (storage.size, storage.exists, storage.open, storage.delete):
        with pytest.raises(StoreAway):
            ask("media/there")
    with pytest.raises(StoreAway):
        list(storage.walk("media"))
    s3.refuse = None
    assert set(s3.objects) == {"media/there"}
    assert storage.exists("media/there")


def test_a_store_that_is_away_is_told(s3: S3Double) -> None:
    with s3_double() as gone:
        storage = opened(gone)
    with pytest.raises(StoreAway):
        storage.exists("media/x")


def test_an_answer_that_is_cut_is_no_file(s3: S3Double) -> None:
    storage = opened(s3)
    storage.put("media/x", bytes(1000), "text/plain")
    with storage.open("media/x") as file:
        s3.cut = True
        with pytest.raises(StoreAway):
            file.read()


def test_a_file_that_shrank_is_no_file(s3: S3Double) -> None:
    storage = opened(s3)
    storage.put("media/x", bytes(1000), "text/plain")
    with storage.open("media/x") as file:
        storage.put("media/x", bytes(10), "text/plain")
        with pytest.raises(StoreAway):
            file.read()


def test_the_environment_of_others_changes_nothing(
    s3: S3Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    monkeypatch.setenv("AWS_UNSIGNED_PAYLOAD", "true")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-another-program")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-another-program")
    opened(s3).check()
    assert not any("x-amz-security-token" in headers for headers in s3.headers)


def test_a_key_is_not_taken_to_where_the_store_points(s3: S3Double) -> None:
    with s3_double() as elsewhere:
        s3.moved_to = elsewhere.url
        with pytest.raises(StoreAway):
            opened(s3).check()
        assert not any("authorization" in headers for headers in elsewhere.headers)


def test_a_bucket_over_tls_is_trusted_by_its_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = make_authority(tmp_path)
    with s3_double(authority.server_context("localhost", "127.0.0.1")) as s3:
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        with pytest.raises(StoreAway):
            opened(s3).check()
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        opened(s3).check()


def test_the_doctor_says_that_a_bucket_keeps_files(s3: S3Double, tmp_path: Path) -> None:
    environ = s3.environ | {
        "COMMONHOLD_MEDIA_URL": s3.url_of(),
        "COMMONHOLD_DATA_DIR": str(tmp_path),
    }
    (found,) = [f for f in examine(environ, folder=tmp_path) if f.part == "storage"]
    assert found.is_good
    assert found.text == f"{s3.url_of()} keeps files"
    environ["AWS_SECRET_ACCESS_KEY"] = "guessed-secret"
    (found,) = [f for f in examine(environ, folder=tmp_path) if f.part == "storage"]
    assert not found.is_good
    assert "refuses our key" in found.text
    assert "what the key may do in the bucket" in found.text
    assert "guessed-secret" not in found.text


def test_the_secret_is_in_no_log(s3: S3Double, capsys: pytest.CaptureFixture[str]) -> None:
    settings = read_settings(s3.environ | {"COMMONHOLD_MEDIA_URL": s3.url_of()})
    stream = io.StringIO()
    configure_logs(secrets=secrets_of(settings), stream=stream)
    logging.getLogger(__name__).error("%s %s", s3.environ["AWS_SECRET_ACCESS_KEY"], settings)
    assert "[hidden]" in stream.getvalue()
    assert s3.environ["AWS_SECRET_ACCESS_KEY"] not in stream.getvalue() + repr(settings)
    assert s3.environ["AWS_SECRET_ACCESS_KEY"] not in repr(open_storage(settings))
