"""Small answers are given again: to nobody else, and not when they are true no more."""

import asyncio

import httpx2

from app.members.events import AccessEnded
from app.oauth.service import end_tokens
from tests.fakes import clock_of
from tests.mastodon.apps import Site
from tests.queries import counted

OWN = "/api/v1/accounts/verify_credentials"
SITE = "/api/v2/instance"


def test_an_answer_is_given_again_without_asking_the_database(site: Site) -> None:
    app = site.program(None)
    first = app.get(SITE)
    with counted(site.kernel.db) as statements:
        again = app.get(SITE)
    assert statements == []
    assert again.json() == first.json()
    assert again.headers["access-control-allow-origin"] == "*"
    assert again.headers["x-content-type-options"] == "nosniff"


def test_each_member_gets_their_own(site: Site) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    for _ in range(3):
        assert ada.get(OWN).json()["username"] == "ada"
        assert bo.get(OWN).json()["username"] == "bo"
        assert site.program(None).get(OWN).status_code == 401


def test_a_change_shows_at_once(site: Site) -> None:
    ada = site.program("ada")
    for name in ("Ada", "Ada of the river"):
        ada.get(OWN)
        changed = ada.patch("/api/v1/accounts/update_credentials", data={"display_name": name})
        assert changed.status_code == 200
        assert ada.get(OWN).json()["display_name"] == name


def test_a_token_taken_back_opens_nothing(site: Site) -> None:
    ada = site.program("ada")
    assert [ada.get(OWN).status_code for _ in range(3)] == [200] * 3
    with site.write() as session:
        end_tokens(session, AccessEnded(site.person("ada").member_id, None, site.now))
    assert ada.get(OWN).status_code == 401


def test_what_was_kept_too_long_is_made_anew(site: Site) -> None:
    app = site.program(None)
    app.get(SITE)
    clock_of(site.kernel).advance(seconds=16)
    with counted(site.kernel.db) as statements:
        app.get(SITE)
    assert statements


def test_what_many_ask_for_at_once_is_made_once(site: Site) -> None:
    """Each time after it was kept too long, when nothing of it is there."""

    async def ask(times: int) -> int:
        there = httpx2.ASGITransport(app=site.app)
        base_url = site.kernel.settings.base_url
        clock_of(site.kernel).advance(seconds=16)
        async with httpx2.AsyncClient(transport=there, base_url=base_url) as app:
            with counted(site.kernel.db) as statements:
                answers = await asyncio.gather(*(app.get(SITE) for _ in range(times)))
        assert {answer.status_code for answer in answers} == {200}
        return len(statements)

    asyncio.run(ask(1))
    assert asyncio.run(ask(8)) == asyncio.run(ask(1))


def test_languages_and_cookies_are_told_apart(site: Site) -> None:
    app = site.program(None)
    plain = app.get(SITE)
    assert app.get(SITE, headers={"cookie": "commonhold-s=x"}).status_code == 200
    assert app.get(SITE, headers={"accept-language": "ar-XB"}).status_code == 200
    assert app.get(SITE).json() == plain.json()
    assert app.get(f"{SITE}?x=1").json() == plain.json()
