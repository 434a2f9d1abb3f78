"""Letters: before whom they lie, what is new, and what is put away."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.members.actor import Actor
from app.relationships import service as relationships
from app.statuses.letters.models import Correspondence
from app.statuses.letters.queries import Talk, talk_of, talks_of
from app.statuses.letters.service import put_away, read_letters
from app.statuses.models import Status
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.service.quiet import mute_conversation
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from tests.factories import NOON
from tests.social import make_person, post

LATER = NOON + timedelta(hours=1)
ALL = {"before": 2**63 - 1, "limit": 20, "now": LATER}


def letter(session: Session, author: Actor, text: str, answers: Status | None = None) -> Status:
    answered = None if answers is None else answers.id
    return post(session, author, text, visibility=Visibility.DIRECT, in_reply_to_id=answered)


def talks(session: Session, reader: Actor, **given: int) -> list[Talk]:
    session.flush()
    return list(talks_of(session.connection(), reader.account_id, **(ALL | given)))  # type: ignore[arg-type]


def seen(session: Session, reader: Actor) -> list[tuple[int, bool]]:
    """Return the latest letter of each talk, and whether it is new."""
    return [(talk.last_status_id, talk.unread) for talk in talks(session, reader)]


def names(session: Session, reader: Actor) -> list[list[str]]:
    return [[person.username for person in talk.people] for talk in talks(session, reader)]


def test_a_letter_lies_before_those_who_wrote_and_got_it(session: Session) -> None:
    ada, bo, cy = (make_person(session, name) for name in ("ada", "bo", "cy"))
    post(session, ada, "@bo in public")
    first = letter(session, ada, "@bo psst")
    assert seen(session, ada) == [(first.id, False)]
    assert seen(session, bo) == [(first.id, True)]
    assert seen(session, cy) == []
    assert (names(session, ada), names(session, bo)) == ([["bo"]], [["ada"]])
    second = letter(session, bo, "@ada what?", first)
    other = letter(session, bo, "@cy look")
    assert seen(session, ada) == [(second.id, True)]
    assert seen(session, bo) == [(other.id, False), (second.id, False)]
    alone = letter(session, cy, "Note to myself")
    assert (names(session, cy)[0], seen(session, cy)[0]) == (["cy"], (alone.id, False))


def test_a_talk_is_read_and_put_away_by_its_reader_alone(session: Session) -> None:
    ada, bo = make_person(session), make_person(session, "bo")
    first = letter(session, ada, "@bo psst")
    [talk] = talks(session, bo)
    for one in (talk.id, 12345):
        with pytest.raises(NotFound, match="no such talk"):
            read_letters(session, ada, one)
        with pytest.raises(NotFound, match="no such talk"):
            put_away(session, ada, one)
    assert talk_of(session.connection(), ada.account_id, talk.id) is None
    read_letters(session, bo, talk.id)
    session.flush()
    again = talk_of(session.connection(), bo.account_id, talk.id)
    assert again is not None
    assert (again.last_status_id, again.unread) == (first.id, False)
    put_away(session, bo, talk.id)
    assert seen(session, bo) == []
    assert len(seen(session, ada)) == 1
    second = letter(session, ada, "@bo still there?", first)
    assert seen(session, bo) == [(second.id, True)]


def test_a_deleted_letter_leaves_the_one_before_it(session: Session) -> None:
    ada, bo = make_person(session, "ada"), make_person(session, "bo")
    first = letter(session, ada, "@bo psst")
    hidden = letter(session, ada, "Nobody is named", first)
    second = letter(session, bo, "@ada what?", first)
    delete_status(session, bo, second.id, now=LATER)
    assert seen(session, ada)[0][0] == hidden.id
    assert seen(session, bo)[0][0] == first.id, "not the one that bo never saw"
    for status in (hidden, first):
        delete_status(session, ada, status.id, now=LATER)
    assert session.scalars(select(Correspondence)).all() == []


def test_a_change_that_names_somebody_lays_it_before_them(session: Session) -> None:
    ada, bo = make_person(session), make_person(session, "bo")
    note = letter(session, ada, "psst")
    assert seen(session, bo) == []
    edit_status(session, ada, note.id, Writing(text="@bo psst"), now=LATER)
    assert seen(session, bo) == [(note.id, True)]


def test_blocked_muted_and_quiet(session: Session) -> None:
    ada, bo, cy = make_person(session, "ada"), make_person(session, "bo"), make_person(session)
    first = letter(session, ada, "@bo psst")
    mute_conversation(session, bo, first.id, now=NOON)
    second = letter(session, ada, "@bo hello?", first)
    assert seen(session, bo) == [(second.id, True)], "what was new stays so"
    [talk] = talks(session, bo)
    read_letters(session, bo, talk.id)
    third = letter(session, ada, "@bo HELLO?", second)
    assert seen(session, bo) == [(third.id, False)]
    letter(session, cy, "@bo buy this")
    relationships.mute(session, bo, target_id=cy.account_id, now=NOON)
    relationships.block(session, bo, target_id=ada.account_id, now=NOON)
    assert seen(session, bo) == []


def test_pages_go_both_ways(session: Session) -> None:
    ada, bo = make_person(session), make_person(session, "bo")
    ids = [letter(session, ada, f"@bo {n}").id for n in range(5)]
    found = talks(session, bo, before=ids[4], limit=2)
    assert [talk.last_status_id for talk in found] == [ids[3], ids[2]]
    below = talks(session, bo, after=ids[0], limit=2, from_below=True)
    assert [talk.last_status_id for talk in below] == [ids[2], ids[1]]
