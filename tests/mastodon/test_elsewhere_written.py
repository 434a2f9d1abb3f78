"""What another process writes is seen by the next call, on both engines, whatever is kept here."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.accounts.models import Account
from app.core.db import Database
from app.filters.kinds import Context
from app.filters.service import FilterForm, KeywordForm, make_filter
from app.members.events import AccessEnded
from app.members.models import Member
from app.members.states import MemberState
from app.oauth.service import end_tokens
from app.relationships.service import block
from app.statuses.service.marks import favourite_status
from tests.engines import opened
from tests.mastodon.apps import Site
from tests.social import befriend, post

HOME = "/api/v1/timelines/home"
OWN = "/api/v1/accounts/verify_credentials"


@pytest.fixture
def other(site: Site) -> Iterator[Database]:
    """The same database, as another process has it."""
    with opened(site.kernel.settings.database_url) as database:
        yield database


@pytest.fixture
def app(site: Site) -> Any:
    """A program of ada, who follows bo; both pages that it asks for are kept."""
    with site.write() as session:
        befriend(session, site.person("ada"), site.person("bo"))
        post(session, site.person("bo"), text="A lottery")
    program = site.program("ada")
    for _ in range(2):
        assert program.get(HOME).json()[0]["content"] == "<p>A lottery</p>"
        assert program.get(OWN).json()["username"] == "ada"
    return program


def test_a_token_that_was_taken_back_opens_nothing(site: Site, app: Any, other: Database) -> None:
    with other.write.begin() as session:
        end_tokens(session, AccessEnded(site.person("ada").member_id, None, site.now))
    assert [app.get(path).status_code for path in (HOME, OWN)] == [401, 401]


def test_a_suspended_member_reads_nothing(site: Site, app: Any, other: Database) -> None:
    with other.write.begin() as session:
        session.get_one(Member, site.person("ada").member_id).state = MemberState.SUSPENDED
    assert [app.get(path).status_code for path in (HOME, OWN)] == [403, 403]


def test_a_changed_name_shows(site: Site, app: Any, other: Database) -> None:
    with other.write.begin() as session:
        for name in ("ada", "bo"):
            account = session.get_one(Account, site.person(name).account_id)
            account.display_name, account.rev = f"{name} anew", account.rev + 1
    assert app.get(OWN).json()["display_name"] == "ada anew"
    assert app.get(HOME).json()[0]["account"]["display_name"] == "bo anew"


def test_a_mark_a_filter_and_a_block_count(site: Site, app: Any, other: Database) -> None:
    ada, bo = site.person("ada"), site.person("bo")
    status_id = int(app.get(HOME).json()[0]["id"])
    with other.write.begin() as session:
        favourite_status(session, ada, status_id, now=site.now)
    assert app.get(HOME).json()[0]["favourited"]
    with other.write.begin() as session:
        words = (KeywordForm("lottery"),)
        make_filter(
            session, ada, FilterForm("Luck", frozenset(Context), keywords=words), now=site.now
        )
    assert [f["filter"]["title"] for f in app.get(HOME).json()[0]["filtered"]] == ["Luck"]
    with other.write.begin() as session:
        block(session, ada, target_id=bo.account_id, now=site.now)
    assert app.get(HOME).json() == []
