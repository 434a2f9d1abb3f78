"""Addresses that people and programs know from Mastodon lead to where the same is here."""

import pytest

from tests.web.people.conftest import House

MOVED = [
    ("/.well-known/change-password", "/settings/password"),
    ("/auth/sign_in", "/login"),
    ("/auth/sign_up", "/join"),
    ("/manifest", "/site.webmanifest"),
    ("/privacy-policy", "/privacy"),
    ("/terms-of-service", "/terms"),
    ("/users/bo", "/@bo"),
    ("/users/b%2Fo", None),
    (
        "/share?text=Tea%20%26%20cake&url=https://a.example",
        "/compose?text=Tea+%26+cake%0A%0Ahttps%3A%2F%2Fa.example",
    ),
    ("/invite/abc", "/join?invite=abc"),
    ("/terms-of-service/2026-11-09", "/coop/documents/terms/versions/1"),
    ("/terms-of-service/2020-01-01", None),
    ("/terms-of-service/today", None),
]


def test_where_known_addresses_lead(house: House) -> None:
    house.found()
    house.add("bo")
    client = house.open_browser().client
    for path, to in MOVED:
        answer = client.get(path)
        if to is None:
            assert answer.status_code in (404, 422), path
        else:
            assert answer.status_code == 302, path
            assert answer.headers["location"] == to, path
            assert client.get(to).status_code in (200, 303), to


def test_programs_are_told_whether_an_invitation_opens_the_door(house: House) -> None:
    house.found()
    ada = house.signed_in("ada")
    ada.visit("/settings/invitations")
    ada.send("/settings/invitations")
    page = ada.visit("/settings/invitations")
    code = page.partition("/join?invite=")[2].partition("<")[0].partition('"')[0]
    program = house.open_browser().client
    program.headers["accept"] = "application/json"
    told = program.get(f"/invite/{code}")
    assert told.status_code == 200, told.text
    assert told.json()["invite_code"] == code
    refused = program.get("/invite/nothing")
    assert (refused.status_code, list(refused.json())) == (401, ["error"])


@pytest.mark.parametrize(
    ("uri", "to"),
    [
        ("acct:bo@riverside.example", "/@bo"),
        ("@bo", "/@bo"),
        ("https://riverside.example/@bo/1", "/@bo/1"),
        ("https://riverside.example//evil.example", "/home"),
        ("https://evil.example/@bo", "/search?q=https%3A%2F%2Fevil.example%2F%40bo"),
        ("nobody@far.example", "/search?q=nobody%40far.example"),
        ("", "/search?q="),
    ],
)
def test_who_comes_from_another_site_is_led_on(house: House, uri: str, to: str) -> None:
    house.found()
    house.add("bo")
    answer = house.signed_in("bo").client.get("/authorize_interaction", params={"uri": uri})
    assert (answer.status_code, answer.headers["location"]) == (302, to)
    stranger = house.open_browser().client.get("/authorize_interaction", params={"uri": uri})
    assert stranger.headers["location"].startswith("/login?next=/authorize_interaction")


def test_a_page_shows_tags_and_people(house: House) -> None:
    house.found()
    house.add("bo")
    house.add("cy")
    bo = house.signed_in("bo")
    bo.visit("/settings/profile")
    bo.send("/settings/profile/tags", tag=" ", status=422)
    bo.visit("/settings/profile")
    bo.send("/settings/profile/tags", tag="#Garden")
    bo.visit("/@cy")
    bo.send("/@cy/follow")
    assert "Recommend them on my page" in bo.visit("/@cy")
    bo.send("/@cy/endorse")
    page = house.open_browser().visit("/@bo")
    assert "/@bo/tagged/garden" in page
    assert "Recommends" in page
    assert "/@cy" in page
    bo.visit("/@cy")
    bo.send("/@cy/unendorse")
    bo.visit("/settings/profile")
    bo.send("/settings/profile/tags/remove")
    page = house.open_browser().visit("/@bo")
    assert "Recommends" not in page
    assert "/tagged/" not in page
