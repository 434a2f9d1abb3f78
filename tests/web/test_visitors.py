"""What visitors see: real facts, no words of the trade, and nothing that is not so."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.kernel import Kernel
from app.core.records import replace
from app.core.words import say
from app.http.panels import Heard, Matter, MoneyLine, Panels, Price, Rule, Tone
from app.members.offices import Office
from app.text.markup import render_post
from tests.factories import NOON, make_mandate, make_member
from tests.project.markup import has_words, read, shown

PAGES = ["/", "/about", "/how-it-works", "/help"]


def test_before_it_is_founded_the_door_says_so(client: TestClient) -> None:
    page = client.get("/")
    assert "Nobody lives here yet" in page.text
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.usefixtures("coop")
def test_the_landing_page_tells_what_is_so(client: TestClient, kernel: Kernel) -> None:
    with kernel.db.write.begin() as session:
        ines = make_member(session, username="ines", offices=[Office.MODERATOR, Office.ADMIN])
        make_member(session, username="maren")
        bo = make_member(session, username="bo")
        make_mandate(session, bo, Office.TREASURER, ends_at=NOON)  # Over at this instant.
        assert ines.id
    text = client.get("/").text
    assert "3 of us write the rules together" in text
    assert "@ines" in text
    assert "admin, moderator" in text
    assert "until 28\u00a0April\u00a02027" in text
    assert "treasurer" not in text
    for absent in ("Heard in the house", "a month", "Decided lately", "On the board"):
        assert absent not in text, absent


@pytest.mark.usefixtures("coop")
def test_what_packages_offer_is_shown(client: TestClient) -> None:
    voting = Matter("A quiet Sunday", "/coop/proposals/1", say("Voting"), Tone.OPEN, say("soon"))
    passed = Matter("Ask first", "/coop/proposals/2", say("Passed"), Tone.PASSED, say("May"))
    post = Heard(
        name="Kofi",
        address="@kofi",
        profile_url="/@kofi",
        avatar_url="/faces/loaf.svg",
        url="/@kofi/1",
        html=render_post("Soup at *one*, <b>bring</b> a bowl.").html,
        language="en",
        at=NOON - timedelta(hours=1),
    )
    assert isinstance(client.app, FastAPI)
    client.app.state.panels = Panels(
        under_way=[lambda _s, _n: [voting]],
        decided=[lambda _s, _n: [passed]],
        money=[lambda _s, _n: MoneyLine(say("We hold $5."), "/coop/money")],
        price=[lambda _s, _n: Price(100, "USD", 30)],
        rules=[lambda _s, _n: [Rule("Be kind."), Rule("Be brief.")]],
        heard=[lambda _s, _most, _n: [post]],
    )
    text = client.get("/").text
    for present in (
        "On the board today",
        "A quiet Sunday",
        "Ask first",
        "We hold $5.",
        "$1 a month",
        "after 30 days free",
        "House rules",
        "Be kind.",
        "an hour ago",
    ):
        assert present in text, present
    assert "<b>bring</b>" not in text


@pytest.mark.usefixtures("coop")
@pytest.mark.parametrize(
    ("mode", "present", "absent"),
    [
        pytest.param("application", "A person reads", "no new members", id="application"),
        pytest.param("open", "/join", "A person reads", id="open"),
        pytest.param("invite", "by invitation", 'href="/join"', id="invite"),
        pytest.param("closed", "no new members", 'href="/join"', id="closed"),
    ],
)
def test_the_door_is_as_open_as_it_is(
    client: TestClient, kernel: Kernel, mode: str, present: str, absent: str
) -> None:
    settings = kernel.settings.model_copy(
        update={"registration": type(kernel.settings.registration)(mode)}
    )
    assert isinstance(client.app, FastAPI)
    client.app.state.kernel = replace(kernel, settings=settings)
    text = client.get("/").text
    assert present in text
    assert absent not in text


@pytest.mark.usefixtures("coop")
@pytest.mark.parametrize("path", PAGES)
def test_pages_speak_only_translated_words(client: TestClient, path: str) -> None:
    page = client.get(path, headers={"accept-language": "ar-XB, en;q=0.5"})
    assert page.status_code == 200
    assert '<html lang="ar" dir="rtl"' in page.text
    data = ("Riverside", "Neighbours along the river.", "hello@riverside.example")
    for text in shown(read(page.text)):
        rest = text
        for known in data:
            rest = rest.replace(known, "")
        bare = "".join(part.partition("⟧")[2] for part in f"⟧{rest}".split("⟦"))
        assert not has_words(bare.replace("riverside.example", "")) or _is_date(bare), text


def _is_date(text: str) -> bool:
    return "2026" in text or "2027" in text


@pytest.mark.usefixtures("coop")
def test_the_small_files(client: TestClient) -> None:
    robots = client.get("/robots.txt")
    assert "Disallow: /settings\n" in robots.text
    manifest = client.get("/site.webmanifest").json()
    assert manifest["name"] == "Riverside"
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).headers["content-type"] == "image/png"
    security = client.get("/.well-known/security.txt").text
    assert "Contact: mailto:hello@riverside.example\n" in security
    assert "Expires: 2027-05-08T12:00:00Z\n" in security
    assert client.get("/favicon.ico").headers["content-type"] == "image/x-icon"


def test_a_lent_face_is_there_for_everybody(client: TestClient) -> None:
    assert client.get("/faces/cat.svg").headers["content-type"] == "image/svg+xml"
    assert client.get("/faces/../mark.svg").status_code == 404


@pytest.mark.usefixtures("coop")
def test_about_names_a_person_to_write_to(client: TestClient) -> None:
    assert "mailto:hello@riverside.example" in client.get("/about").text
