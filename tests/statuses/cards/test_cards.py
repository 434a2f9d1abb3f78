"""Cards of posts, on both databases: asked once, filled, shown, changed and forgotten."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.circuits import TRIES
from app.core.kernel import Kernel
from app.core.net import Net
from app.core.runner import Runner
from app.media.darkroom import Darkroom
from app.media.receive import Upload, receive
from app.media.remote.shelf import open_shelf
from app.members.actor import Actor
from app.statuses.cards import rules
from app.statuses.cards.duties import Reader, begin_forgetting, fetch_card
from app.statuses.cards.models import Card, StatusCard
from app.statuses.cards.owed import FETCH
from app.statuses.cards.queries import CardView, cards_of
from app.statuses.models import Status
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from app.wiring import duty_handlers
from tests.fakes import FixedClock
from tests.loops import Loop, loop_thread
from tests.media.pictures import picture_file
from tests.sites import FAR, Site, found_at, opened
from tests.social import make_person, post
from tests.tls import Authority, make_authority

PNG = picture_file("PNG", (640, 480))
Write = Callable[..., int]
PAGE = (
    "<html lang=en><title>t</title><meta property=og:title content='{title}'>"
    "<meta property=og:description content='Every crossing'>"
    "<meta property=og:image content='{image}'><meta property=og:image:alt content='A ferry'>"
)


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    with loop_thread() as loop:
        yield loop


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def far(loop: Loop, authority: Authority) -> Iterator[Site]:
    """A site over TLS: nothing else gets a card."""
    site = Site(loop).start(authority.server_context("far.example", "riverside.example"))
    yield site
    site.stop()


@pytest.fixture
def net(authority: Authority) -> Iterator[Net]:
    yield from opened(lookup=found_at(FAR), context=authority.client_context())


@pytest.fixture
def reader(kernel: Kernel, net: Net) -> Reader:
    return Reader(net, open_shelf(kernel, net))


@pytest.fixture
def runner(kernel: Kernel, reader: Reader) -> Runner:
    handlers = dict(duty_handlers(kernel))
    handlers[FETCH] = lambda claim, clock: fetch_card(claim, clock, reader=reader)
    return Runner(kernel.db.write, handlers, kernel.clock)


@pytest.fixture
def settle(runner: Runner, clock: FixedClock) -> Callable[[], None]:
    """Let a minute pass and do what is owed."""

    def settled() -> None:
        clock.advance(seconds=rules.JITTER_SECONDS)
        runner.run_until_idle()

    return settled


@pytest.fixture
def ada(kernel: Kernel) -> Actor:
    with kernel.db.write.begin() as session:
        return make_person(session, "ada")


@pytest.fixture
def write(kernel: Kernel, ada: Actor, clock: FixedClock) -> Write:
    """Publish a post of Ada's; return its id."""

    def written(text: str, **given: object) -> int:
        with kernel.db.write.begin() as session:
            return post(session, ada, text, now=clock.now(), **given).id

    return written


def page(far: Site, path: str = "/ferry", *, title: str = "Ferry times", image: str = "") -> str:
    """Put a page on the other site; return its address."""
    url = far.page(path, text=PAGE.format(title=title, image=image), content_type="text/html")
    return url.replace("http://", "https://")


def card(kernel: Kernel, status_id: int) -> CardView | None:
    with kernel.db.read.begin() as session:
        return cards_of(session.connection(), [status_id]).get(status_id)


def rev(kernel: Kernel, status_id: int) -> int:
    with kernel.db.read.begin() as session:
        return session.get_one(Status, status_id).rev


def count(kernel: Kernel) -> tuple[int, int]:
    with kernel.db.read.begin() as session:
        return (
            session.scalars(select(func.count()).select_from(Card)).one(),
            session.scalars(select(func.count()).select_from(StatusCard)).one(),
        )


def edit(kernel: Kernel, ada: Actor, status_id: int, text: str) -> None:
    with kernel.db.write.begin() as session:
        edit_status(session, ada, status_id, Writing(text=text), now=kernel.clock.now())


def test_the_first_link_of_a_post_gets_a_card(
    kernel: Kernel, far: Site, write: Write, settle: Callable[[], None]
) -> None:
    far.page("/ferry.png", body=PNG, content_type="image/png")
    url = page(far, image="/ferry.png")
    status_id = write(f"Look: {url}#north and https://other.example/")
    assert card(kernel, status_id) is None
    before = rev(kernel, status_id)
    settle()
    found = card(kernel, status_id)
    assert found is not None
    assert found.url == url
    assert found.host == "far.example"
    assert (found.title, found.description, found.language) == (
        "Ferry times",
        "Every crossing",
        "en",
    )
    assert found.image_url == url.replace("/ferry", "/ferry.png")
    assert (found.image_width, found.image_height, found.image_description) == (
        640,
        480,
        "A ferry",
    )
    assert found.blurhash
    assert rev(kernel, status_id) == before + 1
    assert [request.path for request in far.asked] == ["/ferry", "/ferry.png"]


def test_many_posts_with_one_link_ask_once(
    kernel: Kernel, far: Site, write: Write, settle: Callable[[], None], clock: FixedClock
) -> None:
    url = page(far)
    first, second = write(url), write(f"Again {url}")
    settle()
    third = write(f"And again {url}")
    settle()
    assert len(far.asked) == 1
    assert card(kernel, first) == card(kernel, second) == card(kernel, third)
    page(far, title="Ferry times, spring")
    clock.advance(days=14)
    before = rev(kernel, first)
    write(f"Once more {url}")
    settle()
    assert len(far.asked) == 2
    changed = card(kernel, first)
    assert changed is not None
    assert changed.title == "Ferry times, spring"
    assert rev(kernel, first) == before + 1


def test_a_page_that_says_the_same_changes_no_post(
    kernel: Kernel, far: Site, write: Write, settle: Callable[[], None], clock: FixedClock
) -> None:
    url = page(far)
    first = write(url)
    settle()
    before = rev(kernel, first)
    clock.advance(days=14)
    write(f"Again {url}")
    settle()
    assert len(far.asked) == 2
    assert rev(kernel, first) == before


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT, Visibility.LOCAL])
def test_what_is_not_for_everybody_is_told_to_nobody(
    kernel: Kernel,
    far: Site,
    write: Write,
    settle: Callable[[], None],
    visibility: Visibility,
) -> None:
    status_id = write(page(far), visibility=visibility)
    settle()
    assert far.asked == []
    assert card(kernel, status_id) is None
    assert count(kernel) == (0, 0)


def test_a_post_with_a_picture_needs_no_card(
    kernel: Kernel, far: Site, write: Write, settle: Callable[[], None], ada: Actor
) -> None:
    file = receive(kernel, Darkroom(), Upload(io.BytesIO(PNG), ada.account_id))
    write(page(far), media_ids=(file.id,))
    settle()
    assert far.asked == []


def test_a_changed_post_has_the_card_of_its_new_link_or_none(
    kernel: Kernel, far: Site, write: Write, settle: Callable[[], None], ada: Actor
) -> None:
    one, other = page(far, "/a", title="A"), page(far, "/b", title="B")
    status_id = write(one)
    settle()
    edit(kernel, ada, status_id, f"Better: {other}")
    settle()
    found = card(kernel, status_id)
    assert found is not None
    assert found.title == "B"
    edit(kernel, ada, status_id, "Nothing to see")
    assert card(kernel, status_id) is None


def test_a_deleted_post_has_no_card(
    kernel: Kernel, far: Site, write: Write, settle: Callable[[], None], ada: Actor
) -> None:
    status_id = write(page(far))
    settle()
    with kernel.db.write.begin() as session:
        delete_status(session, ada, status_id, now=kernel.clock.now())
    assert count(kernel) == (1, 0)


NO_CARD = [
    pytest.param({"status": 404, "text": "<title>x", "content_type": "text/html"}, id="missing"),
    pytest.param({"text": "<title>x", "content_type": "text/plain"}, id="no page"),
    pytest.param({"body": PNG, "content_type": "image/png"}, id="a picture"),
    pytest.param({"text": "<p>x", "content_type": "text/html"}, id="no title"),
    pytest.param({"status": 302, "headers": {"Location": "http://far.example/"}}, id="to http"),
    pytest.param({"status": 302, "headers": {"Location": "https://127.0.0.1/"}}, id="to us"),
]


@pytest.mark.parametrize("given", NO_CARD)
def test_a_page_that_cannot_be_had_gives_no_card_and_rests_for_a_day(
    kernel: Kernel,
    far: Site,
    write: Write,
    settle: Callable[[], None],
    clock: FixedClock,
    given: dict[str, Any],
) -> None:
    far.pages.clear()
    url = far.page("/x", **given).replace("http://", "https://")
    status_id = write(url)
    settle()
    assert card(kernel, status_id) is None
    asked = len(far.asked)
    assert asked == 1
    write(f"Again {url}")
    settle()
    assert len(far.asked) == asked


def test_what_was_known_stays_when_the_page_goes(
    kernel: Kernel, far: Site, write: Write, settle: Callable[[], None], clock: FixedClock
) -> None:
    url = page(far)
    first = write(url)
    settle()
    clock.advance(days=14)
    far.page("/ferry", status=410)
    write(f"Again {url}")
    settle()
    found = card(kernel, first)
    assert found is not None
    assert found.title == "Ferry times"


def test_our_own_pages_are_not_asked(
    kernel: Kernel, far: Site, write: Write, settle: Callable[[], None]
) -> None:
    url = page(far).replace("far.example", "riverside.example")
    status_id = write(url)
    settle()
    assert far.asked == []
    assert card(kernel, status_id) is None


def test_the_card_says_where_the_link_leads(
    kernel: Kernel, far: Site, write: Write, settle: Callable[[], None]
) -> None:
    target = page(far)
    short = far.page("/s", status=301, headers={"Location": target})
    status_id = write(short.replace("http://far.example", "https://riverside.example."))
    settle()
    assert card(kernel, status_id) is None
    status_id = write(short.replace("http://", "https://"))
    settle()
    found = card(kernel, status_id)
    assert found is not None
    assert (found.url, found.host) == (short.replace("http://", "https://"), "far.example")


def test_what_a_page_says_for_machines_fills_the_card(
    kernel: Kernel, far: Site, write: Write, settle: Callable[[], None]
) -> None:
    far.page(
        "/oembed",
        text='{"author_name": "Noor", "html": "<script>alert(1)</script>", "title": "no"}',
        content_type="application/json",
    )
    link = "<link rel=alternate type=application/json+oembed href=/oembed>"
    url = far.page("/p", text=f"<title>A film</title>{link}", content_type="text/html")
    status_id = write(url.replace("http://", "https://"))
    settle()
    found = card(kernel, status_id)
    assert found is not None
    assert (found.title, found.author_name) == ("A film", "Noor")


def test_a_long_page_is_read_up_to_its_limit(
    kernel: Kernel, far: Site, write: Write, settle: Callable[[], None]
) -> None:
    text = "<title>Long</title><body>" + "x" * 2_000_000
    url = far.page("/p", text=text, content_type="text/html").replace("http://", "https://")
    status_id = write(url)
    settle()
    found = card(kernel, status_id)
    assert found is not None
    assert found.title == "Long"


def test_a_site_that_does_not_answer_is_left_alone(
    kernel: Kernel, far: Site, write: Write, settle: Callable[[], None], reader: Reader
) -> None:
    base = page(far)
    far.stop()
    for n in range(TRIES):
        write(f"{base}/{n}")
    settle()
    assert reader.shelf.circuits.is_open("far.example", now=kernel.clock.now())


def test_old_cards_and_unused_ones_are_forgotten(
    kernel: Kernel,
    far: Site,
    write: Write,
    settle: Callable[[], None],
    runner: Runner,
    clock: FixedClock,
    ada: Actor,
) -> None:
    kept, unused = write(page(far, "/a")), write(page(far, "/b"))
    settle()
    with kernel.db.write.begin() as session:
        delete_status(session, ada, unused, now=clock.now())
        begin_forgetting(session, now=clock.now())
    clock.advance(days=2)
    runner.run_until_idle()
    assert count(kernel) == (1, 1)
    assert card(kernel, kept) is not None
    before = rev(kernel, kept)
    clock.advance(days=rules.KEPT_FOR // timedelta(days=1))
    runner.run_until_idle()
    assert count(kernel) == (0, 0)
    assert rev(kernel, kept) == before + 1
