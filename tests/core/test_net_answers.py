"""Outgoing HTTP: answers, and what is cut off."""

import asyncio
import gzip
import socket
import threading
import time
import tracemalloc

import pytest
from aiohttp import web

from app.core import wire
from app.core.net import (
    FAILURE_SECONDS,
    Answer,
    Ask,
    FetchFailed,
    Limits,
    Net,
    TooMuch,
    Unreachable,
)
from app.core.wire import FAILURES_MAX, _Failures
from tests.sites import FAR, Handler, Site

SHORT = Limits(seconds=0.5, bytes_max=100_000)


def test_an_answer_is_fetched(net: Net, far: Site) -> None:
    url = far.page("/a", text="hello", headers={"X-Note": "1"})
    answer = net.fetch(Ask(url=f"{url}#part", headers={"Accept": "text/plain"}))
    assert (answer.status, answer.url, answer.body) == (200, url, b"hello")
    assert answer.headers["x-note"] == "1"
    headers = far.asked[0].headers
    assert headers["Host"] == f"far.example:{far.port}"
    assert headers["User-Agent"] == "Commonhold/test"
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["Accept"] == "text/plain"


def test_an_error_is_an_answer(net: Net, far: Site) -> None:
    assert net.fetch(Ask(url=far.page("/a", status=404, text="no"))).status == 404


def test_a_body_is_posted(net: Net, far: Site) -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(body=await request.read(), status=202)

    answer = net.fetch(Ask(url=far.page("/a", echo), method="POST", body=b"data"))
    assert (answer.status, answer.body) == (202, b"data")


def test_another_event_loop_may_wait(net: Net, far: Site) -> None:
    url = far.page("/a", text="hello")
    assert asyncio.run(net.fetch_async(Ask(url=url))).body == b"hello"


def test_a_closed_way_out_opens_again(net: Net, far: Site) -> None:
    url = far.page("/a", text="hello")
    for _ in range(2):
        assert net.fetch(Ask(url=url)).body == b"hello"
        net.close()


def test_connections_are_kept_to_some_hosts_and_closed_to_others(
    net: Net, far: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "KEPT_HOSTS_MAX", 1)
    url = far.page("/a", body=b"hello")
    other = url.replace("far.example", "other.example")
    for _ in range(2):
        for one in (url, other):
            net.fetch(Ask(url=one))
    ports: dict[str, set[int]] = {}
    for asked, port in zip(far.asked, far.ports, strict=True):
        ports.setdefault(asked.host.partition(":")[0], set()).add(port)
    assert {host: len(used) for host, used in ports.items()} == {
        "far.example": 1,
        "other.example": 2,
    }


def test_a_bomb_is_cut_while_it_unpacks(net: Net, far: Site) -> None:
    bomb = gzip.compress(bytes(200_000_000), compresslevel=1)
    url = far.page("/a", body=bomb, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    with pytest.raises(TooMuch, match="more than 100000 bytes"):
        net.fetch(Ask(url=url, limits=Limits(seconds=20, bytes_max=100_000)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_what_is_packed_is_unpacked(net: Net, far: Site) -> None:
    packed = {"Content-Encoding": "gzip"}
    url = far.page("/a", body=gzip.compress(b"hello"), headers=packed)
    assert net.fetch(Ask(url=url)).body == b"hello"
    exactly = far.page("/b", body=gzip.compress(bytes(100_000)), headers=packed)
    assert net.fetch(Ask(url=exactly, limits=SHORT)).body == bytes(100_000)
    nothing = far.page("/c", status=200, headers=packed)
    assert net.fetch(Ask(url=nothing)).body == b""


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("gzip", gzip.compress(bytes(5000))[:-12], id="cut"),
        pytest.param("gzip", b"no gzip at all", id="not packed"),
        pytest.param("br", b"\x0b\x02\x80hello\x03", id="packed in another way"),
        pytest.param("gzip, gzip", gzip.compress(gzip.compress(b"x")), id="packed twice"),
    ],
)
def test_a_broken_body_is_refused(net: Net, far: Site, encoding: str, body: bytes) -> None:
    url = far.page("/a", body=body, headers={"Content-Encoding": encoding})
    with pytest.raises(Unreachable):
        net.fetch(Ask(url=url))


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(bytes(10_000))


async def _dribble(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x")
        await asyncio.sleep(0.05)


async def _silence(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(2)
    return web.Response()


def test_an_endless_body_is_cut(net: Net, far: Site) -> None:
    with pytest.raises(TooMuch):
        net.fetch(Ask(url=far.page("/a", _endless), limits=Limits(20, 100_000)))


def test_a_body_that_says_it_is_too_large_is_cut(net: Net, far: Site) -> None:
    with pytest.raises(TooMuch):
        net.fetch(Ask(url=far.page("/a", body=bytes(100_001)), limits=SHORT))
    answer = net.fetch(Ask(url=far.page("/b", body=bytes(100_000)), limits=SHORT))
    assert len(answer.body) == 100_000


@pytest.mark.parametrize("handler", [_dribble, _silence], ids=["dribbling", "silent"])
def test_the_deadline_is_for_the_whole(net: Net, far: Site, handler: Handler) -> None:
    began = time.monotonic()
    with pytest.raises(Unreachable, match="no answer within"):
        net.fetch(Ask(url=far.page("/a", handler), limits=SHORT))
    assert time.monotonic() - began < 5


def test_the_deadline_covers_redirects_too(net: Net, far: Site) -> None:
    async def slowly(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.2)
        return web.Response(status=302, headers={"Location": "/a"})

    with pytest.raises(Unreachable, match="no answer within"):
        net.fetch(Ask(url=far.page("/a", slowly), limits=SHORT))


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nshort", id="a short body"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", id="a chunk"
        ),
        pytest.param(b"220 mail.example ESMTP\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", id="a long header"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_nonsense_is_told_from_an_answer(net: Net, sent: bytes) -> None:
    with socket.create_server((FAR, 0)) as listener:
        thread = threading.Thread(target=_say_once, args=(listener, sent))
        thread.start()
        port = listener.getsockname()[1]
        with pytest.raises(Unreachable):
            net.fetch(Ask(url=f"http://far.example:{port}/", method="POST"))
        thread.join()


def _say_once(listener: socket.socket, sent: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(sent)


def test_a_closed_port_is_unreachable(net: Net, far: Site) -> None:
    url = far.page("/a", text="x")
    far.stop()
    with pytest.raises(Unreachable, match="Cannot connect"):
        net.fetch(Ask(url=url))


def test_a_host_is_asked_by_few_at_once(net: Net, far: Site) -> None:
    running, most = 0, 0

    async def count(_request: web.Request) -> web.StreamResponse:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
        return web.Response()

    url = far.page("/a", count)

    async def all_at_once() -> list[Answer]:
        return await asyncio.gather(*(net.fetch_async(Ask(url=url)) for _ in range(12)))

    answers = asyncio.run(all_at_once())
    assert [answer.status for answer in answers] == [200] * 12
    assert most == 4


def test_a_failure_is_remembered_for_a_while(net: Net, far: Site) -> None:
    url = far.page("/a", body=bytes(200_000))
    for note in ("more than", "not asked again yet", "not asked again yet"):
        with pytest.raises(TooMuch, match=note):
            net.fetch(Ask(url=url, limits=SHORT))
    assert len(far.asked) == 1
    with pytest.raises(TooMuch):
        net.fetch(Ask(url=url, limits=SHORT, again=True))
    assert len(far.asked) == 2


def test_a_failed_post_is_not_remembered(net: Net, far: Site) -> None:
    url = far.page("/a", body=bytes(200_000))
    for _ in range(2):
        with pytest.raises(TooMuch):
            net.fetch(Ask(url=url, method="POST", limits=SHORT))
    assert len(far.asked) == 2


def test_failures_are_forgotten_in_time_and_in_number() -> None:
    failures = _Failures()
    failures.add("https://a", Unreachable("away"), now=100)
    failures.check("https://b", now=100)
    with pytest.raises(FetchFailed):
        failures.check("https://a", now=100 + FAILURE_SECONDS - 1)
    failures.check("https://a", now=100 + FAILURE_SECONDS)
    for number in range(FAILURES_MAX):
        failures.add(f"https://{number}", Unreachable("away"), now=200)
    failures.check("https://a", now=100)
    assert len(failures._until) == FAILURES_MAX
