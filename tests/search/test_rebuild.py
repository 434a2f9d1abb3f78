"""The search is built anew as a whole, while others go on writing."""

import pytest
from sqlalchemy import func, select, text, update

from app.core.db import Database
from app.search.asking import understood
from app.search.models import SearchedStatus
from app.search.queries import Part, find_posts
from app.search.rebuild import rebuild
from app.statuses.models import Status
from app.statuses.service.boost import boost_status
from app.statuses.service.edit import edit_status
from app.statuses.writing import Writing
from tests.factories import NOON
from tests.social import make_person, post


def test_everything_is_found_again(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.search.rebuild.AT_ONCE", 2)
    with db.write.begin() as session:
        ada, bo = make_person(session, indexable=True), make_person(session)
        ids = [post(session, ada, f"ferry {n}").id for n in range(5)]
        boost_status(session, bo, ids[0], now=NOON)
        # Words of another spelling, words that are missing, and words of a post that is gone.
        lost = SearchedStatus.status_id == ids[0]
        session.execute(update(SearchedStatus).where(lost).values(words="raft"))
        session.execute(
            text("DELETE FROM searched_statuses WHERE status_id = :id"), {"id": ids[1]}
        )
        session.execute(update(Status).where(Status.id == ids[2]).values(deleted_at=NOON))
    if db.dialect == "sqlite":
        with db.write.begin() as session:  # The index forgets, and the table does not know.
            session.execute(text("INSERT INTO fts_words (fts_words) VALUES ('delete-all')"))
    told: list[tuple[int, int]] = []

    def edits_meanwhile(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            with db.write.begin() as session:
                edit_status(session, ada, ids[4], Writing(text="a barge"), now=NOON)

    assert rebuild(db, told=edits_meanwhile) == 5
    assert told == [(2, 5), (4, 5), (5, 5)]
    with db.read.begin() as session:

        def found(words: str) -> list[int]:
            asked, reader = understood(words), bo.account_id
            return find_posts(session.connection(), reader, asked, now=NOON, part=Part())

        assert found("ferry") == [ids[3], ids[1], ids[0]]
        assert found("barge") == [ids[4]]
        assert found("raft") == []
        assert session.scalar(select(func.count()).select_from(SearchedStatus)) == 4


def test_there_may_be_nothing_to_do(db: Database) -> None:
    told: list[tuple[int, int]] = []
    assert rebuild(db, told=lambda *step: told.append(step)) == 0
    assert told == [(0, 0)]
