"""Which link gets a card, and when its page is asked: the rules."""

from datetime import datetime, timedelta

import pytest

from app.statuses.cards.rules import FRESH_FOR, RESTS_FOR, is_due, link_of
from app.statuses.visibility import Visibility
from tests.factories import NOON

LINK = "https://harbour.example/ferry"


@pytest.mark.parametrize(
    ("urls", "link"),
    [
        pytest.param((), None, id="no link"),
        pytest.param((LINK,), LINK, id="one link"),
        pytest.param((LINK, "https://other.example/"), LINK, id="the first of two"),
        pytest.param((f"{LINK}#north",), LINK, id="without its fragment"),
        pytest.param(("http://harbour.example/", LINK), LINK, id="the first over TLS"),
        pytest.param(("http://harbour.example/",), None, id="none over TLS"),
    ],
)
def test_the_link_of_a_post(urls: tuple[str, ...], link: str | None) -> None:
    assert link_of(urls, Visibility.PUBLIC, has_media=False) == link
    assert link_of(urls, Visibility.PUBLIC, has_media=True) is None


@pytest.mark.parametrize("visibility", list(Visibility))
def test_only_links_that_everybody_may_read_are_told_to_their_site(visibility: Visibility) -> None:
    is_open = visibility in (Visibility.PUBLIC, Visibility.UNLISTED)
    assert link_of((LINK,), visibility, has_media=False) == (LINK if is_open else None)


SECOND = timedelta(seconds=1)
AFTER = NOON + SECOND


@pytest.mark.parametrize(
    ("asked_at", "failed_at", "now", "due"),
    [
        pytest.param(None, None, NOON, True, id="never asked"),
        pytest.param(NOON, None, NOON + FRESH_FOR - SECOND, False, id="fresh"),
        pytest.param(NOON, None, NOON + FRESH_FOR, True, id="two weeks old"),
        pytest.param(NOON, AFTER, AFTER + RESTS_FOR - SECOND, False, id="failed today"),
        pytest.param(NOON, AFTER, AFTER + RESTS_FOR, True, id="failed yesterday"),
        pytest.param(AFTER, NOON, AFTER + RESTS_FOR, False, id="failed before it was asked again"),
    ],
)
def test_when_a_page_is_asked(
    asked_at: datetime | None, failed_at: datetime | None, now: datetime, due: bool
) -> None:
    assert is_due(asked_at, failed_at, now=now) is due
