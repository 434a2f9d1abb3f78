"""Group commit: one transaction for many, and nobody is told before it is committed."""

import threading
from collections.abc import Sequence

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.db import Database
from app.core.gathering import Gathering
from tests.factories import NOON


def keep(session: Session, names: Sequence[str]) -> None:
    session.add_all(Account(username=name, created_at=NOON) for name in names)
    session.flush()


def test_what_comes_while_one_commits_is_written_together(db: Database) -> None:
    commits: list[int] = []
    gate = threading.Event()

    def slow(session: Session, names: Sequence[str]) -> None:
        assert gate.wait(10)
        keep(session, names)
        commits.append(len(names))

    gathering = Gathering[str](db.write, slow, at_once=8)
    done = [gathering.bring(f"ada{number}") for number in range(20)]
    gate.set()
    for each in done:
        each.result(10)
    with db.read() as session:
        assert len(session.scalars(select(Account)).all()) == 20
    assert sum(commits) == 20
    assert max(commits) <= 8
    assert len(commits) <= 4


def test_nothing_is_done_before_the_commit(db: Database) -> None:
    is_early: list[bool] = []
    gathering = Gathering[str](db.write, keep)
    committing = threading.Event()
    event.listen(db.write, "before_commit", lambda _session: committing.set())
    done = gathering.bring("ada")
    done.add_done_callback(lambda _done: is_early.append(not committing.is_set()))
    done.result(10)
    assert is_early == [False]


def test_one_that_cannot_be_kept_takes_no_other_with_it(db: Database) -> None:
    gathering = Gathering[str](db.write, keep)
    done = [gathering.bring(name) for name in ("ada", "", "bob", "ada")]
    results = [each.exception(10) for each in done]
    assert [result is None for result in results] == [True, False, True, False]
    with db.read() as session:
        names = session.scalars(select(Account.username).order_by(Account.username))
        assert list(names) == ["ada", "bob"]


def test_who_went_away_before_it_was_their_turn_is_not_kept(db: Database) -> None:
    gate = threading.Event()

    def slow(session: Session, names: Sequence[str]) -> None:
        assert gate.wait(10)
        keep(session, names)

    gathering = Gathering[str](db.write, slow, at_once=1)
    first = gathering.bring("ada")
    while not first.running():
        pass
    second, third = gathering.bring("bob"), gathering.bring("cem")
    assert second.cancel()
    gate.set()
    third.result(10)
    with db.read() as session:
        names = session.scalars(select(Account.username).order_by(Account.username))
        assert list(names) == ["ada", "cem"]
    assert second.cancelled()
