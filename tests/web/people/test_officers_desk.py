"""Reports and announcements through the pages."""

import pytest

from app.members.actor import Actor
from app.members.offices import Office
from tests.social import post
from tests.web.people.conftest import House

REPORTS, ANNOUNCE = "/duties/moderation/reports", "/duties/announcements"


@pytest.fixture
def rude(house: House) -> str:
    """Where a post of bo's is reported; there are ada, founder with all offices, bo and cy."""
    bo = house.member(house.add("bo"))
    house.add("cy")
    with house.kernel.db.write.begin() as session:  # Before there are terms to be accepted.
        status = post(session, Actor(bo.id, bo.account_id), "You are a kettle.")
    house.found()
    return f"/@bo/report?post={status.id}"


def test_a_report_reaches_the_moderators_and_its_answer_the_reporter(
    house: House, rude: str
) -> None:
    cy = house.signed_in("cy")
    assert "The post that you came from goes along." in cy.visit(rude)
    number = rude.rpartition("=")[2]
    cy.send("/@bo/report", category="violation", rules="1", comment="Unkind.", post=number)
    ada = house.signed_in("ada")
    assert "one report waits for an answer" in ada.visit("/duties")
    page = ada.visit(REPORTS)
    for words in ("Unkind.", "You are a kettle.", "It breaks a house rule", "by cy"):
        assert words in page
    report = page.partition(f"{REPORTS}/")[2].partition("/")[0]
    ada.send(f"{REPORTS}/{report}/close", answer=" ", status=422)
    ada.visit(REPORTS)
    ada.send(f"{REPORTS}/{report}/close", answer="We talked to them.")
    assert "Nothing is reported" in ada.visit(REPORTS)
    assert "We talked to them." in cy.visit("/notifications")
    assert "@ada closed a report." in cy.visit("/coop/audit")


def test_only_moderators_see_reports(house: House, rude: str) -> None:
    house.add("maren", offices=(Office.TREASURER, Office.ADMIN))
    client = house.signed_in("maren").client
    assert client.get(REPORTS).status_code == 403


def test_what_one_may_not_see_is_not_reported(house: House, rude: str) -> None:
    cy = house.signed_in("cy").client
    assert cy.get("/@bo/report?post=1").status_code == 404
    assert cy.get("/@nobody/report").status_code == 404


def test_members_read_an_announcement_and_put_it_away(house: House) -> None:
    house.found()
    house.add("bo")
    ada, bo = house.signed_in("ada"), house.signed_in("bo")
    assert bo.client.get(ANNOUNCE).status_code == 403
    ada.visit(ANNOUNCE)
    ada.send(ANNOUNCE, text=" ", status=422)
    ada.visit(ANNOUNCE)
    ada.send(ANNOUNCE, text="The ferry stops on Monday.", days="7")
    assert "An announcement for all members" in bo.visit("/coop")
    page = bo.visit("/announcements")
    assert "The ferry stops on Monday." in page
    number = page.partition("/announcements/")[2].partition("/")[0]
    bo.send(f"/announcements/{number}/seen")
    assert "I have seen this" not in bo.visit("/announcements")
    assert "An announcement for all members" not in bo.visit("/coop")
    ada.visit(ANNOUNCE)
    ada.send(f"{ANNOUNCE}/{number}/end")
    assert "Nothing is announced" in bo.visit("/announcements")
    assert "@ada took an announcement down." in bo.visit("/coop/audit")
