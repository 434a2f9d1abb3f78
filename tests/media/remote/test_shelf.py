"""Fetching pictures from elsewhere, on both databases: what is taken, and what is left."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from app.core.circuits import TRIES
from app.core.kernel import Kernel
from app.core.runner import Runner
from app.core.storage import FileStorage, StoreAway
from app.media.remote.addresses import Variant
from app.media.remote.duties import UNUSED_FOR, begin_evicting, evict_remote
from app.media.remote.models import RemoteFile, RemoteState
from app.media.remote.queries import Resting, StoredRemote
from app.media.remote.shelf import CLAIM, REST_MAX, REST_MIN, Busy, RemoteShelf, note_use
from app.wiring import duty_handlers
from tests.fakes import FixedClock
from tests.media.pictures import picture_file
from tests.media.remote.conftest import shown
from tests.sites import Site

PNG = picture_file("PNG", (640, 480))


def rows(kernel: Kernel) -> list[RemoteFile]:
    with kernel.db.read.begin() as session:
        return list(session.scalars(select(RemoteFile).order_by(RemoteFile.id)))


def files(kernel: Kernel) -> list[str]:
    return [found.key for found in kernel.storage.walk("remote")]


def test_a_picture_is_fetched_once_and_redrawn(
    shelf: RemoteShelf, far: Site, kernel: Kernel
) -> None:
    hidden = picture_file("JPEG", (640, 480))
    url = far.page("/a", body=hidden, content_type="image/jpeg")
    found = shelf.obtain(shown(url))
    assert isinstance(found, StoredRemote)
    assert (found.content_type, found.size) == ("image/jpeg", (640, 480))
    assert found.blurhash
    assert found.has_small
    key, content_type = found.file_of(Variant.SMALL)
    assert content_type == "image/webp"
    assert kernel.storage.exists(key)
    with kernel.storage.open(found.key) as file:
        redrawn = file.read()
    assert redrawn.startswith(b"\xff\xd8\xff")
    assert redrawn != hidden
    assert shelf.obtain(shown(url)) == found
    assert shelf.obtain(shown(url, Variant.SMALL)) == found
    assert len(far.asked) == 1
    (row,) = rows(kernel)
    assert row.size_bytes == sum(kernel.storage.size(key) for key in row.keys)


def test_we_ask_without_saying_for_whom(shelf: RemoteShelf, far: Site) -> None:
    shelf.obtain(shown(far.page("/a", body=PNG, content_type="image/png")))
    asked = {name.lower() for name in far.asked[0].headers}
    assert asked <= {"host", "accept", "accept-encoding", "user-agent"}


def test_an_avatar_is_drawn_apart(shelf: RemoteShelf, far: Site) -> None:
    url = far.page("/a", body=PNG, content_type="image/png")
    found = shelf.obtain(shown(url, Variant.AVATAR))
    assert isinstance(found, StoredRemote)
    assert (found.content_type, found.size, found.has_small) == ("image/webp", (400, 400), False)


NOT_TAKEN = [
    pytest.param({"status": 404}, id="nothing there"),
    pytest.param({"body": PNG, "content_type": "image/png", "status": 500}, id="an error"),
    pytest.param({"body": PNG, "content_type": "text/html"}, id="called a page"),
    pytest.param({"body": PNG, "content_type": "image/svg+xml"}, id="called a drawing"),
    pytest.param(
        {"body": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "content_type": "image/png"},
        id="a drawing",
    ),
    pytest.param(
        {"body": b"<!doctype html><script>1</script>", "content_type": "image/png"}, id="a page"
    ),
    pytest.param({"body": b"", "content_type": "image/png"}, id="nothing in it"),
    pytest.param({"body": PNG[:200], "content_type": "image/png"}, id="half a picture"),
    pytest.param(
        {"body": b"\x89PNG\r\n\x1a\n" + bytes(17 << 20), "content_type": "image/png"}, id="huge"
    ),
    pytest.param(
        {"status": 302, "headers": {"Location": "http://other.example/a"}}, id="sent elsewhere"
    ),
    pytest.param(
        {"status": 302, "headers": {"Location": "http://127.0.0.1:1/a"}}, id="sent to ourselves"
    ),
]


@pytest.mark.parametrize("given", NOT_TAKEN)
def test_what_is_no_picture_leaves_nothing_and_is_not_asked_for_again_soon(
    shelf: RemoteShelf, far: Site, kernel: Kernel, clock: FixedClock, given: dict[str, Any]
) -> None:
    url = far.page("/a", **given)
    assert shelf.obtain(shown(url)) == Resting(clock.now() + REST_MIN)
    assert files(kernel) == []
    asked = len(far.asked)
    assert asked == 1
    clock.advance(minutes=9)
    assert isinstance(shelf.obtain(shown(url)), Resting)
    assert len(far.asked) == asked
    far.page("/a", body=PNG, content_type="image/png")
    clock.advance(minutes=1)
    assert isinstance(shelf.obtain(shown(url)), StoredRemote)


def test_it_rests_longer_each_time(shelf: RemoteShelf, far: Site, clock: FixedClock) -> None:
    url = far.page("/a", status=404)
    rests = []
    for _ in range(10):
        found = shelf.obtain(shown(url))
        assert isinstance(found, Resting)
        rests.append(found.until - clock.now())
        clock.set(found.until)
    assert rests[:3] == [REST_MIN, REST_MIN * 2, REST_MIN * 4]
    assert rests[-1] == REST_MAX


@pytest.mark.parametrize(
    "url",
    [
        "https://riverside.example/media/aa/b.png",
        "https://RIVERSIDE.example./x",
        "https://other.example/media_proxy/picture/x/y",
        "http://127.0.0.1/x",
        "https://10.0.0.1/x",
        "file:///etc/passwd",
        "https://user@other.example/x",
        "nonsense",
    ],
)
def test_ourselves_our_network_and_other_proxies_are_never_asked(
    shelf: RemoteShelf, far: Site, url: str
) -> None:
    assert isinstance(shelf.obtain(shown(url)), Resting)
    assert far.asked == []


def test_a_site_that_does_not_answer_is_left_alone(
    shelf: RemoteShelf, far: Site, clock: FixedClock
) -> None:
    base = far.page("/", body=b"").removesuffix("/")
    far.stop()
    for n in range(TRIES):
        assert isinstance(shelf.obtain(shown(f"{base}/{n}")), Resting)
    host = shown(base).host
    assert shelf.circuits.is_open(host, now=clock.now())
    assert isinstance(shelf.obtain(shown(f"{base}/another")), Resting)


def test_two_at_a_time_fetch_once(shelf: RemoteShelf, far: Site) -> None:
    async def slow(_request: web.Request) -> web.Response:
        await asyncio.sleep(0.5)
        return web.Response(body=PNG, content_type="image/png")

    url = far.page("/a", slow)

    def one(_n: int) -> object:
        try:
            return shelf.obtain(shown(url))
        except Busy:
            return None

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(one, range(4)))
    assert len(far.asked) == 1
    assert any(isinstance(one, StoredRemote) for one in found)


def test_a_claim_of_the_dead_runs_out(
    shelf: RemoteShelf,
    far: Site,
    kernel: Kernel,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = far.page("/a", body=PNG, content_type="image/png")
    with monkeypatch.context() as patched:
        # As if the process were killed after the file was stored, before it was noted.
        patched.setattr("app.media.remote.shelf._finish", _die)
        patched.setattr("app.media.remote.shelf._let_go", _die)
        with pytest.raises(KeyboardInterrupt):
            shelf.obtain(shown(url))
    left = files(kernel)
    assert len(left) == 2
    with pytest.raises(Busy):
        shelf.obtain(shown(url))
    clock.advance(seconds=int(CLAIM.total_seconds()))
    found = shelf.obtain(shown(url))
    assert isinstance(found, StoredRemote)
    assert files(kernel) == left


def _die(*_given: object, **_named: object) -> None:
    raise KeyboardInterrupt


def test_a_store_that_is_away_is_told_and_the_picture_stays_to_be_fetched(
    shelf: RemoteShelf, far: Site, kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object) -> None:
        raise StoreAway("gone")

    url = far.page("/a", body=PNG, content_type="image/png")
    with monkeypatch.context() as patched:
        patched.setattr(FileStorage, "put", away)
        with pytest.raises(StoreAway):
            shelf.obtain(shown(url))
    (row,) = rows(kernel)
    assert row.state is RemoteState.WANTED
    assert isinstance(shelf.obtain(shown(url)), StoredRemote)


def evicting(kernel: Kernel, *, bytes_max: int) -> Runner:
    handlers = dict(duty_handlers(kernel))
    handlers["remote.evict"] = lambda claim, clock: evict_remote(claim, clock, bytes_max=bytes_max)
    with kernel.db.write.begin() as session:
        begin_evicting(session, now=kernel.clock.now())
    return Runner(kernel.db.write, handlers, kernel.clock)


def test_what_nobody_looks_at_goes(
    shelf: RemoteShelf, far: Site, kernel: Kernel, clock: FixedClock
) -> None:
    urls = [far.page(f"/{n}", body=PNG, content_type="image/png") for n in range(2)]
    old, used = (shelf.obtain(shown(url)) for url in urls)
    assert isinstance(old, StoredRemote)
    assert isinstance(used, StoredRemote)
    clock.advance(days=UNUSED_FOR // timedelta(days=1))
    with kernel.db.write.begin() as session:
        note_use(session, used.id, now=clock.now())
    clock.advance(days=1)
    evicting(kernel, bytes_max=1 << 30).run_until_idle()
    clock.advance(hours=1)
    evicting(kernel, bytes_max=1 << 30).run_until_idle()
    assert [row.id for row in rows(kernel)] == [used.id]
    assert all(key.startswith(used.key) for key in files(kernel))
    assert isinstance(shelf.obtain(shown(urls[0])), StoredRemote)
    assert len(far.asked) == 3


def test_what_is_too_much_goes_the_longest_unused_first(
    shelf: RemoteShelf, far: Site, kernel: Kernel, clock: FixedClock
) -> None:
    found = []
    for n in range(4):
        one = shelf.obtain(shown(far.page(f"/{n}", body=PNG, content_type="image/png")))
        assert isinstance(one, StoredRemote)
        found.append(one)
        clock.advance(days=1)
    size = rows(kernel)[0].size_bytes
    runner = evicting(kernel, bytes_max=size * 2)
    clock.advance(hours=1)
    runner.run_until_idle()
    assert [row.id for row in rows(kernel)] == [one.id for one in found[2:]]
    assert len(files(kernel)) == 4
