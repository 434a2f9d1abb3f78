"""The founding page: by the printed link, once."""

from typing import Any

import pytest

from app.instance.presets import Preset
from app.instance.queries import coop_of
from app.instance.service import make_founding_link
from app.members.offices import Office
from app.members.queries import member_by_username, offices_of
from tests.factories import NOON
from tests.web.people.conftest import PASSWORD, House

FILLED: dict[str, Any] = {
    "name": "Riverside",
    "tagline": "Neighbours along the river.",
    "preset": "association",
    "currency": "EUR",
    "contact": "hello@riverside.example",
    "username": "ada",
    "email": "ada@mail.example",
    "password": PASSWORD,
}


@pytest.fixture
def link(house: House) -> str:
    with house.kernel.db.write.begin() as session:
        return f"/found/{make_founding_link(session, now=NOON)}"


def test_the_founder_comes_in_and_the_link_is_used(house: House, link: str) -> None:
    browser = house.open_browser()
    browser.visit(link)
    assert browser.send(link, **FILLED).headers["location"] == "/welcome"
    assert "Riverside" in browser.visit("/settings")
    with house.kernel.db.read.begin() as session:
        coop, ada = coop_of(session), member_by_username(session, "ada")
        assert coop is not None
        assert ada is not None
        assert (coop.name, coop.currency, coop.preset) == ("Riverside", "EUR", Preset.ASSOCIATION)
        assert offices_of(session, ada.id, at=NOON) == set(Office)
    house.open_browser().visit(link, status=404)


BAD = [
    pytest.param({"name": ""}, "name", id="no name"),
    pytest.param({"name": "\u200b"}, "name", id="an invisible name"),
    pytest.param({"username": "Ada!"}, "username", id="a bad name of the founder"),
    pytest.param({"email": "ada"}, "email", id="no address"),
    pytest.param({"contact": "here"}, "contact", id="no address for others"),
    pytest.param({"password": "password"}, "password", id="a common password"),
    pytest.param({"password": "riverside1"}, "password", id="a password made of the name"),
    pytest.param({"currency": "coins"}, "currency", id="no currency"),
    pytest.param({"preset": "monarchy"}, "preset", id="unknown rules"),
]


@pytest.mark.parametrize(("changed", "field"), BAD)
def test_bad_input_founds_nothing(
    house: House, link: str, changed: dict[str, Any], field: str
) -> None:
    browser = house.open_browser()
    browser.visit(link)
    page = browser.send(link, status=422, **(FILLED | changed)).text
    assert f'<a href="#{field}">' in page
    assert PASSWORD not in page
    with house.kernel.db.read.begin() as session:
        assert coop_of(session) is None
    assert browser.send(link, **FILLED).status_code == 303, "and the link still works"


def test_a_link_is_good_for_a_day(house: House, link: str) -> None:
    browser = house.open_browser()
    browser.visit(link)
    house.clock.advance(days=1)
    browser.send(link, status=404, **FILLED)
    browser.visit(link, status=404)


def test_nobody_guesses_for_long(house: House) -> None:
    browser = house.open_browser()
    for n in range(10):
        browser.visit(f"/found/{n}", status=404)
    browser.visit("/found/11", status=429)
