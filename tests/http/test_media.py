"""Pictures over HTTP: what leaves the site and how, and what a form brings."""

import io

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete

from app.core.kernel import Kernel
from app.core.runner import Runner
from app.media.darkroom import Darkroom
from app.media.models import MediaFile, MediaState, small_key, source_key
from app.media.receive import Upload, receive
from app.wiring import duty_handlers
from tests.factories import make_account
from tests.http.conftest import ADA, SESSION, ticket_of
from tests.media.films import film_file
from tests.media.pictures import picture_file


@pytest.fixture
def ada(kernel: Kernel) -> int:
    """The account of the member who signs in as "ada"."""
    with kernel.db.write.begin() as session:
        return make_account(session, id=ADA.account_id, username="ada").id


@pytest.fixture
def picture(kernel: Kernel, ada: int) -> MediaFile:
    """A picture of hers."""
    source = io.BytesIO(picture_file("PNG", (64, 48)))
    return receive(kernel, Darkroom(), Upload(source, ada))


def test_a_picture_leaves_as_nothing_but_a_picture(
    client: TestClient, picture: MediaFile, kernel: Kernel
) -> None:
    answer = client.get(f"/{picture.path}")
    assert answer.status_code == 200
    with kernel.storage.open(picture.key) as file:
        assert answer.content == file.read()
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == "inline"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "immutable" in answer.headers["cache-control"]
    assert "vary" not in answer.headers


def test_the_small_one_stands_beside_it(client: TestClient, picture: MediaFile) -> None:
    answer = client.get(f"/{small_key(picture.key)}.webp")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"


def test_whoever_has_it_already_is_told_so(client: TestClient, picture: MediaFile) -> None:
    tag = client.get(f"/{picture.path}").headers["etag"]
    again = client.get(f"/{picture.path}", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_head_tells_the_size_and_sends_nothing(client: TestClient, picture: MediaFile) -> None:
    size = client.get(f"/{picture.path}").headers["content-length"]
    answer = client.head(f"/{picture.path}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == size


RANGES = [
    pytest.param("bytes=0-0", 206, 1, id="one byte"),
    pytest.param("bytes=-5", 206, 5, id="the end"),
    pytest.param("bytes=10-", 206, None, id="all but the beginning"),
    pytest.param("bytes=0-999999999", 206, None, id="beyond the end"),
    pytest.param("bytes=999999999-", 416, 0, id="behind the end"),
    pytest.param("bytes=-0", 416, 0, id="nothing"),
    pytest.param(
        "bytes=" + ",".join(f"{n}-{n}" for n in range(10_000)), 200, None, id="thousands"
    ),
    pytest.param("bytes=0-1,0-1", 200, None, id="two"),
    pytest.param("bytes=5-1", 200, None, id="backwards"),
    pytest.param("lines=0-1", 200, None, id="another unit"),
]


@pytest.mark.parametrize(("asked", "status", "size"), RANGES)
def test_parts(
    client: TestClient, picture: MediaFile, asked: str, status: int, size: int | None
) -> None:
    whole = client.get(f"/{picture.path}").content
    answer = client.get(f"/{picture.path}", headers={"range": asked})
    assert answer.status_code == status
    if status == 206:
        start, end = answer.headers["content-range"][6:].partition("/")[0].split("-")
        assert answer.content == whole[int(start) : int(end) + 1]
        assert size in (None, len(answer.content))
    elif status == 200:
        assert answer.content == whole


FILM_BYTES = bytes(range(256)) * 12_000  # Three megabytes: more than is sent in one piece.


@pytest.fixture
def film(kernel: Kernel, ada: int) -> MediaFile:
    """A film of hers, whose stored file is one that a test can count on."""
    file = receive(kernel, Darkroom(), Upload(io.BytesIO(film_file()), ada))
    Runner(kernel.db.write, duty_handlers(kernel), kernel.clock).run_until_idle()
    kernel.storage.put(file.key, FILM_BYTES, file.content_type)
    return file


def test_a_film_is_sent_in_the_parts_that_a_browser_asks_for(
    client: TestClient, film: MediaFile
) -> None:
    size = len(FILM_BYTES)
    whole = client.get(f"/{film.path}", headers={"range": "bytes=0-"})
    assert (whole.status_code, whole.content) == (206, FILM_BYTES)
    assert whole.headers["content-range"] == f"bytes 0-{size - 1}/{size}"
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"
    assert "sandbox" in whole.headers["content-security-policy"]
    part = client.get(f"/{film.path}", headers={"range": "bytes=2000000-2000099"})
    assert (part.status_code, part.content) == (206, FILM_BYTES[2_000_000:2_000_100])
    tail = client.get(f"/{film.path}", headers={"range": "bytes=-7"})
    assert (tail.status_code, tail.content) == (206, FILM_BYTES[-7:])
    beyond = client.get(f"/{film.path}", headers={"range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert client.head(f"/{film.path}").headers["content-length"] == str(size)


def test_what_was_sent_is_nowhere_to_be_had(client: TestClient, kernel: Kernel, ada: int) -> None:
    file = receive(kernel, Darkroom(), Upload(io.BytesIO(film_file()), ada))
    assert kernel.storage.exists(source_key(file.key))
    for path in (source_key(file.key), f"{source_key(file.key)}.mp4", file.path):
        assert client.get(f"/{path}").status_code == 404, path
    assert client.get(f"/{file.preview_path}").status_code == 200
    for path in ("-small1.webp", "-small01.webp", "-small99999.webp"):
        assert client.get(f"/{file.key}{path}").status_code == 404, path


def test_what_is_erased_is_gone_at_once(
    client: TestClient, picture: MediaFile, kernel: Kernel
) -> None:
    with kernel.db.write.begin() as session:
        session.execute(delete(MediaFile))
    assert client.get(f"/{picture.path}").status_code == 404
    assert client.get(f"/{small_key(picture.key)}.webp").status_code == 404
    assert kernel.storage.exists(picture.key)


def test_what_is_not_yet_stored_is_not_served(
    client: TestClient, picture: MediaFile, kernel: Kernel
) -> None:
    with kernel.db.write.begin() as session:
        session.get_one(MediaFile, picture.id).state = MediaState.RECEIVED
    assert client.get(f"/{picture.path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/media/aa/" + "0" * 38,
        "/media/aa/" + "0" * 38 + ".html",
        "/media/aa/..%2f..%2fsecrets%2froot.key",
        "/media/..%2f..%2fsecrets/root.key",
        "/media/aa/%00",
        "/media/",
        "/media/aa/" + "0" * 500,
    ],
)
def test_an_address_that_nobody_made_is_nowhere(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_extension_changes_nothing_about_the_type(
    client: TestClient, picture: MediaFile
) -> None:
    assert client.get(f"/{picture.key}.html").headers["content-type"] == "image/png"


@pytest.fixture
def signed_in(client: TestClient, ada: int) -> TestClient:
    """Ada's browser."""
    assert ada == ADA.account_id
    client.cookies.set(SESSION, "ada")
    return client


def send(client: TestClient, *files: tuple[str, bytes], descriptions: tuple[str, ...] = ()) -> str:
    """Send the form with pictures; return what it answers."""
    ticket = ticket_of(client.get("/open").text)
    data = {"csrf": ticket, "descriptions": list(descriptions)}
    answer = client.post("/pictures", data=data, files=[("pictures", file) for file in files])
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_form_brings_pictures_with_their_descriptions(
    signed_in: TestClient, kernel: Kernel
) -> None:
    good = ("../../x\u202egnp.exe", picture_file("PNG", (32, 32)))
    said = send(
        signed_in, good, ("b.gif", picture_file("GIF", (32, 32))), descriptions=("one", "two")
    )
    ids = [int(part) for part in said.partition("|")[0].split(",")]
    with kernel.db.read.begin() as session:
        files = [session.get_one(MediaFile, media_id) for media_id in ids]
    assert [file.description for file in files] == ["one", "two"]
    assert all(file.account_id == ADA.account_id for file in files)


def test_a_form_with_a_bad_picture_keeps_the_good_ones(signed_in: TestClient) -> None:
    good, bad = picture_file("PNG", (32, 32)), b"%PDF-1.7"
    said = send(signed_in, ("a.png", good), ("b.png", bad))
    ids, _, fault = said.partition("|")
    assert ids.isdigit()
    assert "not a picture" in fault


def test_a_form_without_pictures_brings_none(signed_in: TestClient) -> None:
    assert send(signed_in, ("", b"")) == "|"
