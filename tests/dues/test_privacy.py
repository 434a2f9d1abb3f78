"""A $0 place is between a member and the dues office: nobody else can tell."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.chain import ChainEntry
from app.members.offices import Office
from app.notifications.models import Notice
from dues.ledger.models import JournalEntry, Posting
from tests.dues.people import TREASURY, choose, newcomer, record, words
from tests.governance.web import API, Web

PAGES = [
    "/about",
    "/coop",
    "/coop/audit",
    "/coop/calendar",
    "/coop/documents",
    "/coop/log",
    "/coop/money",
    "/coop/money/entries.csv",
    "/coop/proposals",
    "/coop/roles",
    "/home",
    "/local",
    "/notifications",
    "/search?q=fia",
    "/@fia",
    "/@fia/followers",
    "/settings/membership",
]
CALLS = ["/books/summary", "/books/entries", "/documents", "/log", "/orders", "/proposals"]
TELLING = re.compile(r"exempt|waiver|free.?place|\$0 place", re.IGNORECASE)
CHANGING = re.compile(r'value="[^"]*"|\d+-[0-9a-f]{64}')  # Tickets, and the reader's own feed.


@pytest.fixture
def web(web: Web) -> Web:
    """The site of a small co-op, and fia, who has chosen nothing yet."""
    newcomer(web)
    return web


def take_place(web: Web) -> None:
    choose(web, "fia", "none")


def traces(web: Web) -> list[int]:
    """Return how much is written where others could read of it."""
    with web.kernel.db.read.begin() as session:
        tables: tuple[Any, ...] = (ChainEntry, JournalEntry, Posting, Notice)
        return [session.scalar(select(func.count()).select_from(t)) or 0 for t in tables]


def pages(web: Web, name: str) -> dict[str, str]:
    """Return what a member reads everywhere, without what differs at each look."""
    browser = web.browser(name)
    return {path: CHANGING.sub("", browser.read(path)) for path in PAGES}


def test_taking_a_place_writes_nothing_that_others_read(web: Web) -> None:
    before = traces(web)
    take_place(web)
    web.hall.runner.run_until_idle()
    assert traces(web) == before


def test_every_page_of_another_member_stays_as_it_was(web: Web) -> None:
    before = pages(web, "bo")
    take_place(web)
    assert pages(web, "bo") == before


@pytest.mark.parametrize("path", CALLS)
def test_every_answer_to_a_program_stays_as_it_was(web: Web, path: str) -> None:
    scopes = ("coop:read", "coop:ledger:read")
    before = web.program("bo", *scopes).get(f"{API}{path}").text
    take_place(web)
    after = web.program("bo", *scopes).get(f"{API}{path}")
    assert after.status_code == 200
    assert after.text == before


def test_counts_name_nobody_below_five(web: Web) -> None:
    take_place(web)
    counts = web.program("bo", "coop:read").get(f"{API}/standing").json()
    assert counts["counts"]["exempt"] is None


@pytest.mark.parametrize("office", [Office.ADMIN, Office.MODERATOR, Office.SECRETARY])
def test_other_offices_read_no_more_than_members(web: Web, office: Office) -> None:
    web.hall.add("gil", offices=(office,))
    take_place(web)
    gil = web.browser("gil")
    for path in [*PAGES, "/duties"]:
        found = TELLING.search(gil.read(path))
        assert path == "/settings/membership" or found is None, (path, found)
    assert gil.get(TREASURY).status_code == 403
    assert web.program("gil").get(f"{API}/treasury/roll").status_code == 403


def test_even_the_roll_of_the_office_calls_them_current(web: Web) -> None:
    take_place(web)
    choose(web, newcomer(web, "gil"))
    record(web, "gil")
    ada = web.browser("ada")
    page = ada.read(f"{TREASURY}?which=all")
    rows = {name: _row(page, name) for name in ("fia", "gil")}
    assert rows["fia"].replace("fia", "") == rows["gil"].replace("gil", "")
    roll = web.program("ada").get(f"{API}/treasury/roll").text
    assert TELLING.search(roll) is None


def _row(page: str, name: str) -> str:
    """Return what the roll says of a member, without the day until which it is good."""
    row = next(row for row in page.split("<tr>") if f"/@{name}" in row)
    return re.sub(r"\d+ \w+ \d{4}|who=[^\"]*", "", words(row.partition("</tr>")[0]))
