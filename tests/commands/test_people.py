"""The operator's commands: shapes, exit statuses, and a trace of each in the audit log."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy import func, select

from app.core.chain import verify
from app.core.crypto import hash_secret
from app.core.db import Database
from app.instance.queries import coop_of
from app.members.audit import acts_before
from app.members.models import Member
from app.members.offices import Office
from app.members.passwords import Hasher
from app.members.queries import member_by_username, offices_of, standing_at
from app.members.standing import Standing
from app.oauth.applications import application_of, is_secret_of
from app.oauth.queries import actor_of_token
from tests.engines import opened
from tests.live import PASSWORD, LiveSite

FOUND = (
    *("found", "--name", "Riverside", "--founder", "ada"),
    *("--email", "ada@riverside.example", "--password", PASSWORD),
)


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> LiveSite:
    """A migrated site on each engine in turn."""
    return LiveSite(tmp_path, environment={"COMMONHOLD_DATABASE_URL": database_url})


@pytest.fixture
def founded(site: LiveSite) -> LiveSite:
    site.command(*FOUND)
    return site


@pytest.fixture
def look(database_url: str) -> Iterator[Database]:
    with opened(database_url) as database:
        yield database


def refused(ran: CompletedProcess[str], *, status: int = 1) -> str:
    assert ran.returncode == status, ran.stdout + ran.stderr
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr
    if status == 1:
        assert ran.stderr.count("\n") == 1, "one clear line"
    return ran.stderr


def test_founding_once(site: LiveSite, look: Database) -> None:
    made = json.loads(site.command(*FOUND, "--preset", "association", "--json").stdout)
    assert (made["name"], made["founder"]) == ("Riverside", "ada")
    assert "password" not in made
    assert "founded already" in refused(site.command(*FOUND, check=False))
    with look.read.begin() as session:
        coop, ada = coop_of(session), member_by_username(session, "ada")
        assert coop is not None
        assert ada is not None
        assert coop.preset == "association"
        assert ada.password_hash is not None
        assert Hasher(threads=1).verify_now(PASSWORD, ada.password_hash).is_right
        assert offices_of(session, ada.id, at=coop.founded_at) == set(Office)


BAD = [
    pytest.param(("--password", "short"), 1, "at least 8", id="a short password"),
    pytest.param(("--email", "ada"), 1, "e-mail address", id="no address"),
    pytest.param(("--founder", "Ada L"), 1, "small letters", id="a name with a space"),
    pytest.param(("--name", " "), 1, "name", id="no name"),
    pytest.param(("--preset", "monarchy"), 2, "Invalid value", id="unknown rules"),
    pytest.param(("--crown",), 2, "No such option", id="an unknown option"),
]


@pytest.mark.parametrize(("changed", "status", "words"), BAD)
def test_bad_input_founds_nothing(
    site: LiveSite,
    look: Database,
    changed: tuple[str, ...],
    status: int,
    words: str,
) -> None:
    assert words in refused(site.command(*FOUND, *changed, check=False), status=status)
    with look.read.begin() as session:
        assert session.scalar(select(func.count(Member.id))) == 0


def test_nobody_is_added_before_there_is_a_co_op(site: LiveSite) -> None:
    ran = site.command("member", "add", "bo", "--email", "bo@mail.example", check=False)
    assert "Found the co-op first" in refused(ran)


def test_adding_members(founded: LiveSite, look: Database) -> None:
    add = ("member", "add")
    ran = founded.command(*add, "bo", "--email", "bo@mail.example", "--role", "treasurer")
    assert "bo is a member" in ran.stdout
    password = ran.stdout.partition("Password: ")[2].strip()
    ran = founded.command(
        *add, "noor", "--email", "noor@mail.example", "--standing", "pending", "--json"
    )
    made = json.loads(ran.stdout)
    assert len(made["password"]) == 20
    for name, email in (("BO", "x@mail.example"), ("bo", "x@mail.example")):
        refused(founded.command(*add, name, "--email", email, check=False))
    ran = founded.command(*add, "x1", "--email", "BO@mail.example", check=False)
    assert "account with this e-mail" in refused(ran)
    ran = founded.command(*add, "x1", "--email", "x@mail.example", "--role", "king", check=False)
    refused(ran, status=2)

    with look.read.begin() as session:
        bo, noor = member_by_username(session, "bo"), member_by_username(session, "noor")
        assert bo is not None
        assert noor is not None
        assert bo.joined_at is not None
        now = bo.joined_at
        assert Hasher(threads=1).verify_now(password, bo.password_hash).is_right
        assert offices_of(session, bo.id, at=now) == {Office.TREASURER}
        assert offices_of(session, bo.id, at=now + timedelta(days=90)) == set()
        assert standing_at(session, bo.id, at=now) is Standing.CURRENT
        assert standing_at(session, noor.id, at=now) is Standing.PENDING
        acts = [(act.kind, act.payload.get("member")) for act in acts_before(session, None)]
        assert acts == [
            ("member.added", str(noor.id)),
            ("member.added", str(bo.id)),
            ("coop.founded", None),
        ]
        assert verify(session, "audit") is None


def test_tokens(founded: LiveSite, look: Database) -> None:
    token = founded.command("member", "token", "ada").stdout.strip()
    scopes = ("--scopes", "read coop:vote coop:officer")
    made = json.loads(founded.command("member", "token", "@ADA", *scopes, "--json").stdout)
    founded.command("member", "token", "ada", "--value", "token-of-ada")
    ran = founded.command("member", "token", "ada", "--value", "token-of-ada", check=False)
    assert "in use" in refused(ran)
    assert "no member" in refused(founded.command("member", "token", "bo", check=False))
    ran = founded.command("member", "token", "ada", "--scopes", "read everything", check=False)
    assert "everything" in refused(ran)

    with look.read.begin() as session:
        now = session.scalars(select(Member.joined_at)).one()
        assert now is not None
        given = {}
        for name in (token, made["token"], "token-of-ada"):
            actor = actor_of_token(session, hash_secret(name), now)
            assert actor is not None
            given[name] = actor.scopes or frozenset()
        assert {"read", "write", "follow", "push", "write:statuses"} <= given[token]
        assert not any(scope.startswith("coop:") for scope in given[token])
        assert {"coop:vote", "coop:officer"} <= given[made["token"]]
        written = str([act.payload for act in acts_before(session, None)])
        assert "token-of-ada" not in written
        assert written.count("'by': 'operator'") == 3


def test_each_start_prints_a_link_until_the_co_op_is_founded(site: LiveSite) -> None:
    links = []
    for _ in range(2):
        site.start("--no-worker")
        site.stop()
        links = site.log().split(f"{site.url}/found/")[1:]
    assert len(links) == 2
    assert links[0].split()[0] != links[1].split()[0]
    site.command(*FOUND)
    site.start("--no-worker")
    site.stop()
    assert site.log().count("/found/") == 2


def test_applications(founded: LiveSite, look: Database) -> None:
    add = ("app", "add", "Tusk", "--redirect-uri", "tusk://done")
    assert "Client secret: " in founded.command(*add).stdout
    own = ("--client-id", "tusk", "--client-secret", "a secret of ours")
    made = json.loads(founded.command(*add, *own, "--scopes", "read push", "--json").stdout)
    assert made == {
        "client_id": "tusk",
        "client_secret": "a secret of ours",
        "scopes": "push read",
    }
    public = json.loads(founded.command(*add, "--public", "--json").stdout)
    assert public["client_secret"] is None
    assert "already" in refused(founded.command(*add, *own, check=False))
    for wrong in (("--scopes", "dance"), ("--redirect-uri", "data:x"), (*own, "--public")):
        refused(founded.command(*add, *wrong, check=False))
    with look.read.begin() as session:
        kept = application_of(session, "tusk")
        assert kept is not None
        assert is_secret_of(kept, "a secret of ours")
        assert "application.added" in [act.kind for act in acts_before(session, None)]
