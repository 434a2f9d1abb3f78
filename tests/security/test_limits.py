"""DENIAL OF SERVICE: too much of everything. Cases that packages hold stand in `cases`."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.core.kernel import Kernel
from app.members.consent import accept_all, in_force
from app.oauth.service import give_token
from tests.governance.web import SQLITE
from tests.live import live_site
from tests.mastodon.apps import ALL, Site
from tests.mastodon.table import NAMED, ROWS
from tests.media.pictures import picture_file
from tests.security.doors import rows_in
from tests.social import post
from tests.web.people.conftest import PASSWORD, House

MIB = 1 << 20
FORM = {"content-type": "multipart/form-data; boundary=x"}


@pytest.fixture
def site(kernel: Kernel) -> Site:
    """A site without anybody on it yet."""
    return Site(kernel)


def part(name: str, filename: str = "") -> bytes:
    """Return the beginning of a part of a form."""
    named = f'; filename="{filename}"' if filename else ""
    return f'--x\r\ncontent-disposition: form-data; name="{name}"{named}\r\n\r\n'.encode()


FORMS = {
    "ten thousand fields": b"".join(part(f"f{n}") + b"x\r\n" for n in range(10_000)) + b"--x--",
    "a thousand files": b"".join(part("file", f"{n}") + b"x\r\n" for n in range(1_000)) + b"--x--",
    "a field of two megabytes": part("status") + b"x" * (2 * MIB) + b"\r\n--x--",
    "headers of a part without an end": b"--x\r\n" + b"a: b\r\n" * 50_000,
    "a part that never ends": part("status") + b"x",
}
V1 = "/api/v1"
DOORS = ("/api/v1/statuses", "/api/v2/media", "/api/v1/apps", "/oauth/token", "/login", "/join")


@SQLITE
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_160_a_form_of_too_much_is_refused(site: Site, form: bytes) -> None:
    app = site.program("ada")
    app.get("/api/v1/timelines/home")  # The first call of a day is noted.
    before = rows_in(site.kernel)
    for door in DOORS:
        answer = app.post(door, content=form, headers=FORM)
        assert answer.status_code in (400, 403, 413, 422), f"{door}: {answer.text[:200]}"
    assert rows_in(site.kernel) == before


@SQLITE
@pytest.mark.parametrize("door", DOORS)
def test_160_a_field_of_a_gigabyte_is_read_no_further_than_needed(site: Site, door: str) -> None:
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        yield part("status")
        for _ in range(1024):
            sent += MIB
            yield b"x" * MIB

    async def send() -> int:
        transport = httpx2.ASGITransport(site.app)
        base = site.kernel.settings.base_url
        async with httpx2.AsyncClient(transport=transport, base_url=base) as app:
            token = site.token(site.person("ada"))
            headers = FORM | {"authorization": f"Bearer {token}"}
            return (await app.post(door, content=pieces(), headers=headers)).status_code

    assert asyncio.run(send()) in (400, 413)
    assert sent <= 4 * MIB


BOUNDARIES = ("", "x" * 100_000, '"', "é", "x;boundary=y", "x" * 70 + "\x7f", "=", " ")


@SQLITE
@pytest.mark.parametrize("boundary", BOUNDARIES, ids=range(len(BOUNDARIES)))
def test_160_a_boundary_that_is_none_is_refused(site: Site, boundary: str) -> None:
    app = site.program("ada")
    kind = {"content-type": f"multipart/form-data; boundary={boundary}".encode()}
    for door in DOORS:
        answer = app.post(door, content=b"-" * 100_000, headers=kind)  # type: ignore[arg-type]
        assert answer.status_code in (400, 403, 413, 422, 431), f"{door}: {answer.text[:200]}"


PAGES = (
    {"limit": "-1"},
    {"limit": "0"},
    {"limit": "1000000000"},
    {"limit": "abc"},
    {"max_id": "\0\0"},
    {"since_id": "9" * 500},
    {"min_id": "9" * 18, "max_id": "1"},
    {"offset": "1" + "0" * 12},
    {"page": "1" + "0" * 12},
)


@SQLITE
def test_163_no_page_is_too_strange_to_be_answered(site: Site) -> None:
    ada = site.person("ada")
    with site.write() as session:
        for _ in range(90):
            post(session, ada, "A #garden")
    longest = 0
    for row in ROWS:
        is_one = "{" in row.path.replace("{name}", "")
        if row.method != "GET" or "streaming" in row.path or is_one:
            continue
        app = site.program("ada")  # Calls are counted for each token.
        for page in PAGES:
            answer = app.get(row.path.format_map(NAMED), params=page)
            assert answer.status_code in (200, 400, 404, 422), f"{row} {page}: {answer.text}"
            is_json = answer.headers["content-type"].startswith("application/json")
            told = answer.json() if is_json else []
            longest = max(longest, len(told) if isinstance(told, list) else 0)
    assert 0 < longest <= 80


LOOP_SECONDS = 0.1


@pytest.fixture
def longest(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The longest that a step of an event loop computed, in seconds; waiting does not count."""
    found, run = [0.0], asyncio.events.Handle._run

    def timed(handle: asyncio.events.Handle) -> None:
        began = time.thread_time()
        run(handle)
        found[0] = max(found[0], time.thread_time() - began)

    monkeypatch.setattr(asyncio.events.Handle, "_run", timed)
    return found


@SQLITE
def test_161_heavy_work_is_done_where_nobody_waits_for_it(
    house: House, longest: list[float]
) -> None:
    """Signing in, pictures, long texts, what changed in them, everything of a member."""
    member_id, now = house.add("noor"), house.clock.now()
    with house.kernel.db.write.begin() as session:
        accept_all(session, in_force(session, at=now), member_id=member_id, via="web", now=now)
        token = give_token(session, member_id=member_id, scopes=ALL, now=now)
    large, words = picture_file("JPEG", (4000, 3000)), "**a** [b](https://c.example/) #tag " * 50
    programs = {"authorization": f"Bearer {token}", "accept": "application/json"}
    browser = house.signed_in("noor")

    def call(method: str, path: str, **sent: Any) -> Any:
        answer = browser.client.request(method, f"{V1}/{path}", headers=programs, **sent)
        assert answer.is_success, answer.text
        return answer.json()

    def work() -> None:
        again = house.open_browser()
        again.visit("/login")
        again.send("/login", login="noor", password=PASSWORD)
        call("POST", "media", files={"file": ("x", large)})
        written = {"status": words, "content_type": "text/markdown"}
        one = f"statuses/{call('POST', 'statuses', json=written)['id']}"
        call("PUT", one, json=written | {"status": words.replace("a", "d")})
        call("GET", f"{one}/history")
        browser.visit("/settings/export")
        browser.send("/settings/export", status=200)

    work()  # What is loaded and compiled once is not meant.
    longest[0] = 0.0
    work()
    assert 0 < longest[0] < LOOP_SECONDS


HOST = b"Host: 127.0.0.1\r\n"
SMUGGLED = b"GET /metrics HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
RAW = {
    "a length and chunks": b"Content-Length: 6\r\n" + CHUNKED + b"\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + SMUGGLED,
    "a length below zero": b"Content-Length: -1\r\n\r\n" + SMUGGLED,
    "chunks of another spelling": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a chunk of a size that is none": CHUNKED + b"\r\n-1\r\n" + SMUGGLED,
}


@pytest.mark.slow
def test_170_no_second_request_hides_in_the_first(tmp_path: Path) -> None:
    with live_site(tmp_path, COMMONHOLD_TEST_OPEN="1", founded=False) as site:
        assert b"commonhold_request_seconds" in talk(site.port, SMUGGLED), "alone it is answered"
        for name, rest in RAW.items():
            told = talk(site.port, b"POST /api/v1/apps HTTP/1.1\r\n" + HOST + rest)
            assert told.startswith(b"HTTP/1.1 400 "), f"{name}: {told!r}"
            assert b"commonhold_request_seconds" not in told, name
        for target in (b"/" + b"a" * 100_000, b"/a\0b", b"/\xff\xfe", b"a b", b"http://[::1"):
            told = talk(site.port, b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n")
            assert told.startswith(b"HTTP/1.1 400 "), target[:20]
        assert httpx2.get(f"{site.url}/health/live").status_code == 200


def talk(port: int, sent: bytes) -> bytes:
    """Send bytes as they are; return all that is answered until the other side is silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=1) as plug:
        plug.sendall(sent)
        told = b""
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while piece := plug.recv(65536):
                told += piece
        return told
