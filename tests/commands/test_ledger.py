"""`commonhold ledger export`: the books of a running site for other programs."""

from pathlib import Path

import pytest
from beancount import loader
from sqlalchemy import select

from app.core.db import Database
from app.members.actor import Actor
from app.members.models import Member
from app.members.offices import Office
from dues.billing.models import Way
from dues.treasury.received import Received, record_payment
from tests.dues.books import usd
from tests.engines import opened
from tests.factories import NOON
from tests.live import PASSWORD, LiveSite

FOUND = (
    *("found", "--name", "Riverside", "--founder", "winnifred"),
    *("--email", "winnifred@riverside.example", "--password", PASSWORD),
)


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> LiveSite:
    """A migrated site on each engine in turn."""
    return LiveSite(tmp_path, environment={"COMMONHOLD_DATABASE_URL": database_url})


def pay(db: Database) -> None:
    """Let the founder pay, as the treasurer that they are."""
    with db.write.begin() as session:
        founder = session.scalars(select(Member)).one()
        record_payment(
            session,
            Received(usd(1200), Way.CASH, NOON.date()),
            member_id=founder.id,
            actor=Actor(founder.id, founder.account_id, frozenset({Office.TREASURER})),
            now=NOON,
        )


def test_the_books_are_exported(site: LiveSite, database_url: str, tmp_path: Path) -> None:
    site.command(*FOUND)
    with opened(database_url) as db:
        pay(db)
    text = site.command("ledger", "export", "--format", "beancount").stdout
    assert 'option "title" "Riverside"' in text
    assert "Assets:Cash:Box  12.00 USD" in text
    # A name no hash can hold: hashes of entries stand beside the postings.
    assert "winnifred" not in text
    assert loader.load_string(text)[1] == []
    output = tmp_path / "books.csv"
    site.command("ledger", "export", "--format", "csv", "--year", "2026", "--output", str(output))
    assert output.read_bytes().startswith(b"seq,entry,date")
    assert b"\r\n" in output.read_bytes()


WRONG = [
    pytest.param(["--format", "excel"], 2, id="a program that we do not know"),
    pytest.param([], 2, id="no format"),
    pytest.param(["--format", "csv", "--year", "26"], 2, id="a year that is none"),
]


@pytest.mark.parametrize(("words", "status"), WRONG)
def test_wrong_use(site: LiveSite, words: list[str], status: int) -> None:
    ran = site.command("ledger", "export", *words, check=False)
    assert ran.returncode == status


def test_before_the_founding_there_are_no_books(site: LiveSite) -> None:
    ran = site.command("ledger", "export", "--format", "csv", check=False)
    assert (ran.returncode, ran.stderr.strip()) == (1, "There are no books yet.")
