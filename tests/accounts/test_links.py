"""Links of profiles: which pages are asked, when, and what their answer changes."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.links import VERIFIED, Links, check_links, is_link
from app.accounts.models import Account
from app.accounts.owed import CHECK_LINKS
from app.accounts.profile import Profile, update_profile
from app.core.duties import Duty, Handlers
from app.core.kernel import Kernel
from app.core.net import Net
from app.core.runner import Runner
from app.members.actor import Actor
from app.wiring import duty_handlers
from tests.fakes import FixedClock
from tests.loops import Loop, loop_thread
from tests.sites import FAR, Site, found_at, opened
from tests.social import make_person
from tests.tls import Authority, make_authority

ME = "https://riverside.example/@ada"


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    """An event loop in a thread of its own."""
    with loop_thread() as loop:
        yield loop


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who vouches for the other machine."""
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def far(loop: Loop, authority: Authority) -> Iterator[Site]:
    """Another machine, over TLS: nothing else is asked."""
    site = Site(loop).start(authority.server_context("far.example", "riverside.example"))
    yield site
    site.stop()


@pytest.fixture
def net(authority: Authority) -> Iterator[Net]:
    """A way out to it."""
    yield from opened(lookup=found_at(FAR), context=authority.client_context())


@pytest.fixture
def runner(kernel: Kernel, net: Net) -> Runner:
    """A worker whose looks go to the other machine."""
    links = Links(net, frozenset({"riverside.example"}), lambda _account: (ME,))
    handlers: Handlers = {**duty_handlers(kernel), CHECK_LINKS: partial(check_links, links=links)}
    return Runner(kernel.db.write, handlers, kernel.clock)


@pytest.fixture
def ada(kernel: Kernel) -> Actor:
    with kernel.db.write.begin() as session:
        return make_person(session, "ada")


def say(kernel: Kernel, ada: Actor, *values: str) -> None:
    """Let Ada's profile have these lines."""
    lines = tuple((f"Line {number}", value) for number, value in enumerate(values))
    with kernel.db.write.begin() as session:
        update_profile(session, ada.account_id, Profile(fields=lines), now=kernel.clock.now())


def wait(runner: Runner, clock: FixedClock, **passed: int) -> None:
    """Let time pass, and do what is owed."""
    clock.advance(**passed)
    runner.run_until_idle(kind=CHECK_LINKS)


def verified(kernel: Kernel, ada: Actor) -> list[bool]:
    """Return of each line whether its page links back."""
    with kernel.db.read.begin() as session:
        return [VERIFIED in line for line in session.get_one(Account, ada.account_id).fields]


def page(far: Site, path: str, html: str, **given: Any) -> str:
    """Let a page say something; return its address."""
    url = far.page(path, text=html, content_type="text/html", **given)
    return url.replace("http:", "https:")


BACK = f'<p><a rel="nofollow ME" href="{ME}/">On Riverside</a></p>'
NOT = {
    "it does not say that it is hers": f'<a href="{ME}">Ada</a>',
    "it is somebody else's": '<a rel="me" href="https://riverside.example/@bo">Bo</a>',
    "it only begins alike": f'<a rel="me" href="{ME}x">Ada</a>',
    "the address is words": f'<p>rel="me" href="{ME}"</p>',
    "it hides in a comment": f'<!-- <a rel="me" href="{ME}">Ada</a> -->',
    "it hides in a script": f'<script>\'<a rel="me" href="{ME}">\'</script>',
}


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ("https://ada.example/", True),
        ("http://ada.example/", False),
        ("ada.example", False),
        ("see https://ada.example/", False),
        ("https://ada.example/ and more", False),
        ("https://", False),
        ("https://user:pass@ada.example/", False),
    ],
)
def test_what_is_a_link(value: str, is_one: bool) -> None:
    assert is_link(value) is is_one


def test_a_page_that_links_back_is_noted_once_and_looked_at_again(
    kernel: Kernel, ada: Actor, far: Site, runner: Runner, clock: FixedClock
) -> None:
    mine, other = page(far, "/mine", BACK), page(far, "/other", "<p>Hello</p>")
    say(kernel, ada, mine, "They", other)
    assert verified(kernel, ada) == [False, False, False]
    wait(runner, clock, minutes=1)
    assert verified(kernel, ada) == [True, False, False]
    say(kernel, ada, "Boats", mine)
    assert verified(kernel, ada) == [False, False], "a line under another name is another line"
    say(kernel, ada, mine, "Boats")
    wait(runner, clock, minutes=1)
    assert verified(kernel, ada) == [True, False]
    say(kernel, ada, mine, "Ships")
    assert verified(kernel, ada) == [True, False], "what did not change stays"
    asked = len(far.asked)
    wait(runner, clock, days=20)
    assert len(far.asked) == asked, "nobody is asked all the time"
    page(far, "/mine", "<p>Moved</p>")
    wait(runner, clock, days=16)
    assert verified(kernel, ada) == [False, False]
    with kernel.db.read.begin() as session:
        assert len(session.scalars(select(Duty).where(Duty.kind == CHECK_LINKS)).all()) == 1


@pytest.mark.parametrize("html", NOT.values(), ids=NOT)
def test_a_page_that_says_something_else_proves_nothing(
    kernel: Kernel, ada: Actor, far: Site, runner: Runner, clock: FixedClock, html: str
) -> None:
    say(kernel, ada, page(far, "/x", html))
    wait(runner, clock, minutes=1)
    assert verified(kernel, ada) == [False]


def test_what_was_found_stays_while_a_page_is_away(
    kernel: Kernel, ada: Actor, far: Site, runner: Runner, clock: FixedClock
) -> None:
    say(kernel, ada, page(far, "/mine", BACK))
    wait(runner, clock, minutes=1)
    page(far, "/mine", "", status=503)
    wait(runner, clock, days=36)
    assert verified(kernel, ada) == [True]
    page(far, "/mine", "", status=404)
    wait(runner, clock, days=36)
    assert verified(kernel, ada) == [False]


@pytest.mark.parametrize("url", ["https://riverside.example/@bo", "https://10.0.0.1/"])
def test_neither_we_nor_our_network_are_asked(
    kernel: Kernel, ada: Actor, far: Site, runner: Runner, clock: FixedClock, url: str
) -> None:
    say(kernel, ada, url)
    wait(runner, clock, minutes=1)
    assert verified(kernel, ada) == [False]
    assert far.asked == []
