"""Pictures of other sites over HTTP: shown from here, and nothing but pictures."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiohttp import web
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.core.kernel import Kernel
from app.http.remote import Porter
from app.main import create_app
from app.media.remote.addresses import Variant, proxied
from app.media.remote.shelf import RemoteShelf
from tests.engines import copy_sqlite
from tests.fakes import FixedClock
from tests.media.pictures import picture_file
from tests.sites import Site

PNG = picture_file("PNG", (640, 480))


@pytest.fixture
def database_url(sqlite_template: str, tmp_path: Path) -> str:
    """SQLite: what is stored is tested on both beside."""
    return copy_sqlite(sqlite_template, tmp_path)


@pytest.fixture
def app(kernel: Kernel, shelf: RemoteShelf) -> FastAPI:
    app = create_app(kernel)
    app.state.porter = Porter(kernel, shelf)
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(
        app, base_url="https://riverside.example", raise_server_exceptions=False
    ) as client:
        yield client


def test_a_picture_elsewhere_is_shown_from_here(
    client: TestClient, far: Site, kernel: Kernel
) -> None:
    url = far.page("/a", body=PNG, content_type="image/png", headers={"Set-Cookie": "a=b"})
    path = proxied(kernel.keyring, url, Variant.PICTURE)
    answer = client.get(path, headers={"cookie": "__Host-s=secret", "referer": "https://x/"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert "set-cookie" not in answer.headers
    assert not {"cookie", "referer", "x-forwarded-for"} & {h.lower() for h in far.asked[0].headers}
    assert client.get(path, headers={"range": "bytes=0-7"}).content == PNG[:8]
    tag = answer.headers["etag"]
    assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    assert client.head(path).headers["content-length"] == str(len(answer.content))
    small = client.get(proxied(kernel.keyring, url, Variant.SMALL))
    assert small.headers["content-type"] == "image/webp"
    assert len(far.asked) == 1


def test_nobody_tells_a_forged_address_from_a_picture_that_is_not_there(
    client: TestClient, far: Site, kernel: Kernel
) -> None:
    url = far.page("/a", body=PNG, content_type="image/png")
    gone = client.get(proxied(kernel.keyring, far.page("/b", status=404), Variant.PICTURE))
    path = proxied(kernel.keyring, url, Variant.PICTURE)
    asked = len(far.asked)
    variant, proof, encoded = path.split("/")[2:]
    forged = [
        f"/media_proxy/{variant}/{'0' * 32}/{encoded}",
        f"/media_proxy/{variant}/{proof.upper()}x/{encoded}",
        f"/media_proxy/avatar/{proof}/{encoded}",
        f"/media_proxy/script/{proof}/{encoded}",
        f"/media_proxy/{variant}/{proof}/{encoded[:-4]}",
        f"/media_proxy/{variant}/{proof}/{'x' * 5000}",
    ]
    for other in forged:
        answer = client.get(other)
        assert (answer.status_code, answer.content) == (404, gone.content)
        assert _plain(answer) == _plain(gone)
    assert len(far.asked) == asked


def _plain(answer: Response) -> dict[str, str]:
    """Return the headers, without how often one may ask for what was signed."""
    told = answer.headers.items()
    return {name: value for name, value in told if not name.startswith("x-ratelimit-")}


def test_many_who_ask_at_once_cost_one_question(
    client: TestClient, far: Site, kernel: Kernel
) -> None:
    async def slow(_request: web.Request) -> web.Response:
        await asyncio.sleep(0.3)
        return web.Response(body=PNG, content_type="image/png")

    path = proxied(kernel.keyring, far.page("/a", slow), Variant.PICTURE)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: client.get(path), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(far.asked) == 1


def test_one_site_that_hangs_keeps_nobody_else_waiting(
    client: TestClient, far: Site, kernel: Kernel
) -> None:
    hold = asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        await hold.wait()
        return web.Response(status=404)

    base = far.page("/a", body=PNG, content_type="image/png")
    hanging = [far.page(f"/hang{n}", hang) for n in range(20)]
    good = base.replace("far.example", "other.example")
    with ThreadPoolExecutor(20) as pool:
        waiting = [
            pool.submit(client.get, proxied(kernel.keyring, url, Variant.PICTURE))
            for url in hanging
        ]
        while not any(request.path.startswith("/hang") for request in far.asked):
            pass
        assert client.get(proxied(kernel.keyring, good, Variant.PICTURE)).status_code == 200
        assert sum(request.path.startswith("/hang") for request in far.asked) <= 2
        far._loop.run(_set(hold))
        assert {one.result().status_code for one in waiting} == {404}


async def _set(event: asyncio.Event) -> None:
    event.set()


def test_who_asks_for_very_many_is_slowed_down_but_not_for_what_we_have(
    client: TestClient, far: Site, kernel: Kernel, clock: FixedClock
) -> None:
    url = far.page("/a", body=PNG, content_type="image/png")
    path = proxied(kernel.keyring, url, Variant.PICTURE)
    assert client.get(path).status_code == 200
    missing = "https://10.0.0.1/{n}"
    answers = [
        client.get(proxied(kernel.keyring, missing.format(n=n), Variant.PICTURE)).status_code
        for n in range(305)
    ]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert client.get(path).status_code == 200
    clock.advance(minutes=10)
    other = proxied(kernel.keyring, missing.format(n=999), Variant.PICTURE)
    assert client.get(other).status_code == 404
