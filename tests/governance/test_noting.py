"""Clerical notes: after the vote, by two people, beside the text and never in it."""

from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from app.members.mandates import grant_caretaker
from app.members.offices import Office
from governance import service
from governance.bundle import export_bundle
from governance.live import differences
from governance.models import ClericalNote
from governance.queries import may_note, note_views
from governance.seals import LOG, Kind
from governance.service.noting import NOTES_MAX, PLACE_MAX, TEXT_MAX
from governance.verify import Fault, check
from tests.governance.hall import Hall
from tests.governance.sealed import OPENS_AT, Chain, make_bundle
from tests.governance.test_live import by_hand
from tests.governance.test_told import told
from tests.governance.web import Web

PLACE, MEANT = "Second sentence", "“Bakcups” means “backups”."


@pytest.fixture
def staffed(hall: Hall) -> Hall:
    """A co-op whose secretary is cleo; ada is facilitator, among the rest."""
    with hall.db.write.begin() as session:
        grant_caretaker(
            session, member_id=hall.members["cleo"], office=Office.SECRETARY, now=hall.now
        )
    return hall


def propose(
    hall: Hall, proposal_id: int, name: str = "cleo", *, place: str = PLACE, words: str = MEANT
) -> int:
    with hall.db.write.begin() as session:
        note = service.propose_note(
            session,
            proposal_id,
            actor=hall.actor(name),
            place=place,
            text=words,
            now=hall.now,
        )
        session.flush()
        return note.id


def confirm(hall: Hall, note_id: int, name: str = "ada") -> None:
    with hall.db.write.begin() as session:
        service.confirm_note(session, note_id, actor=hall.actor(name), now=hall.now)


def drop(hall: Hall, note_id: int, name: str = "ada") -> None:
    with hall.db.write.begin() as session:
        service.drop_note(session, note_id, actor=hall.actor(name), now=hall.now)


def notes(hall: Hall) -> list[ClericalNote]:
    return hall.scalars(select(ClericalNote).order_by(ClericalNote.id))


def bundle_of(hall: Hall, proposal_id: int) -> dict[str, Any]:
    with hall.db.read.begin() as session:
        return export_bundle(session, proposal_id, viewer=None)


def seen(hall: Hall, proposal_id: int, name: str | None) -> int:
    """Return how many notes somebody sees."""
    viewer = hall.actor(name) if name else None
    with hall.db.read.begin() as session:
        also = viewer is not None and may_note(session, viewer, now=hall.now)
        return len(note_views(session, proposal_id, also_waiting=also))


def test_only_after_the_vote_and_only_by_officers(staffed: Hall) -> None:
    proposal_id = staffed.voting()
    with pytest.raises(Conflict, match="once the vote has closed"):
        propose(staffed, proposal_id)
    staffed.closed(proposal_id)
    with pytest.raises(Forbidden, match="you hold neither office"):
        propose(staffed, proposal_id, "bo")
    with pytest.raises(NotFound):
        propose(staffed, 1)
    assert notes(staffed) == []


FAULTY = [
    pytest.param("", MEANT, "place", id="no place"),
    pytest.param("x" * (PLACE_MAX + 1), MEANT, "place", id="a long place"),
    pytest.param(PLACE, " \n", "note", id="no words"),
    pytest.param(PLACE, "x" * (TEXT_MAX + 1), "note", id="too many words"),
    pytest.param(PLACE, "a\0b", "note", id="what no database keeps"),
]


@pytest.mark.parametrize(("place", "words", "field"), FAULTY)
def test_it_says_where_and_what_and_is_short(
    staffed: Hall, place: str, words: str, field: str
) -> None:
    proposal_id = staffed.closed(staffed.voting())
    with pytest.raises(Invalid) as caught:
        propose(staffed, proposal_id, place=place, words=words)
    assert set(caught.value.fields) == {field}
    assert notes(staffed) == []


def test_a_text_has_few_notes(staffed: Hall) -> None:
    proposal_id = staffed.closed(staffed.voting())
    for _ in range(NOTES_MAX):
        propose(staffed, proposal_id)
    with pytest.raises(Conflict, match="at most 10 notes"):
        propose(staffed, proposal_id)


def test_it_takes_two_people_in_office(staffed: Hall) -> None:
    note_id = propose(staffed, staffed.closed(staffed.voting()))
    before = len(staffed.log())
    with pytest.raises(Forbidden, match="It takes two"):
        confirm(staffed, note_id, "cleo")
    with pytest.raises(Forbidden, match="you hold neither office"):
        confirm(staffed, note_id, "bo")
    with pytest.raises(Forbidden, match="you hold neither office"):
        drop(staffed, note_id, "bo")
    with pytest.raises(NotFound):
        confirm(staffed, 1)
    assert [one.confirmed_at for one in notes(staffed)] == [None]
    assert len(staffed.log()) == before


def test_two_people_put_a_note_beside_the_text_and_nothing_else_changes(staffed: Hall) -> None:
    proposal_id = staffed.closed(staffed.voting())
    before = bundle_of(staffed, proposal_id)
    note_id = propose(staffed, proposal_id)
    assert {n for n, texts in told(staffed).items() if "second person" in str(texts)} == {"ada"}
    assert [seen(staffed, proposal_id, name) for name in ("cleo", "ada", "bo", None)] == [
        *(1, 1, 0, 0)
    ]
    assert bundle_of(staffed, proposal_id) == before
    confirm(staffed, note_id)
    assert [seen(staffed, proposal_id, name) for name in ("bo", None)] == [1, 1]
    after = bundle_of(staffed, proposal_id)
    [told_in_bundle] = after.pop("notes")
    assert (told_in_bundle["place"], told_in_bundle["text"]) == (PLACE, MEANT)
    assert staffed.log_of(proposal_id)[-1] == Kind.NOTED
    assert MEANT not in str(after["log"])
    assert after | {"notes": [], "log": before["log"]} == before
    assert check(after | {"notes": [told_in_bundle]})
    with staffed.db.read.begin() as session:
        assert list(differences(session)) == []


def test_what_is_confirmed_stays_and_what_is_not_can_be_dropped(staffed: Hall) -> None:
    proposal_id = staffed.closed(staffed.voting())
    kept, dropped = propose(staffed, proposal_id), propose(staffed, proposal_id)
    confirm(staffed, kept)
    drop(staffed, dropped, "cleo")
    for act in (confirm, drop):
        with pytest.raises(Conflict, match="cannot change any more"):
            act(staffed, kept)
        with pytest.raises(NotFound):
            act(staffed, dropped)
    assert [one.id for one in notes(staffed)] == [kept]


def test_where_there_are_no_two_officers_members_stand_in(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting())
    note_id = propose(hall, proposal_id, "bo")
    with pytest.raises(AppError, match="It takes two"):
        confirm(hall, note_id, "bo")
    confirm(hall, note_id, "eve")
    assert seen(hall, proposal_id, None) == 1


BY_HAND = [
    pytest.param("UPDATE clerical_notes SET text = 'x'", "a note is never changed", id="change"),
    pytest.param("DELETE FROM clerical_notes", "never deleted", id="delete"),
    pytest.param(
        "INSERT INTO clerical_notes (id, proposal_id, place, text, by_id, created_at) SELECT 1,"
        " p.id, 'x', 'x', p.author_id, p.created_at FROM proposals p WHERE outcome IS NULL",
        "only after the vote",
        id="before the vote",
    ),
    pytest.param(
        "INSERT INTO clerical_notes (id, proposal_id, place, text, by_id, created_at,"
        " confirmed_by_id, confirmed_at) SELECT 1, proposal_id, 'x', 'x', by_id, created_at,"
        " by_id, created_at FROM clerical_notes",
        "needs_two_people",
        id="by one person",
    ),
]


@pytest.mark.parametrize(("statement", "because"), BY_HAND)
def test_the_database_refuses_what_is_no_note(staffed: Hall, statement: str, because: str) -> None:
    confirm(staffed, propose(staffed, staffed.closed(staffed.voting())))
    staffed.draft()
    with pytest.raises(IntegrityError, match=because), staffed.db.write.begin() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        pytest.param(
            "UPDATE clerical_notes SET text = 'x'",
            "a note on it is not what the log says",
            id="other words",
        ),
        pytest.param("DELETE FROM clerical_notes", "a note on it is gone", id="none at all"),
    ],
)
def test_what_was_changed_by_hand_is_named(staffed: Hall, statement: str, named: str) -> None:
    proposal_id = staffed.closed(staffed.voting())
    confirm(staffed, propose(staffed, proposal_id))
    by_hand(staffed, "clerical_notes", statement)
    with staffed.db.read.begin() as session:
        assert f"proposal {proposal_id}: {named}" in list(differences(session))


def forged(**payload: Any) -> dict[str, Any]:
    """Return a bundle that tells of one more note, sealed in its log."""
    bundle = deepcopy(make_bundle())
    last = bundle["log"][-1]
    log = Chain(LOG, last["seq"])
    log.hash, log.entries = last["hash"], bundle["log"]
    log.append(Kind.NOTED, last["payload"] | {"note": "7004"} | payload, OPENS_AT)
    return bundle | {"notes": [*bundle["notes"], bundle["notes"][0] | {"note": "7004"}]}


FORGED = [
    pytest.param({"confirmed_by": "1"}, r"confirmed_by: is who wrote the note", id="one person"),
    pytest.param({"text_hash": "0" * 64}, r"text_hash: is not the hash of", id="another text"),
    pytest.param({"note_hash": "0" * 64}, r"notes\[1\]: is not what was sealed", id="other words"),
    pytest.param({"by": "5"}, r"notes\[1\].by: is not whom the log names", id="another author"),
    pytest.param({"note": "7005"}, r"notes\[1\].note: was never put", id="another note"),
]


@pytest.mark.parametrize(("payload", "named"), FORGED)
def test_a_forged_note_is_named(payload: dict[str, Any], named: str) -> None:
    assert check(forged())
    with pytest.raises(Fault, match=named):
        check(forged(**payload))


def test_a_note_that_was_left_out_or_came_too_early_is_named() -> None:
    bundle = make_bundle()
    with pytest.raises(Fault, match="notes: one that was sealed is missing"):
        check(bundle | {"notes": []})
    early = deepcopy(bundle)
    payloads = [(one["kind"], one["payload"]) for one in bundle["log"]]
    log = Chain(LOG)
    for kind, payload in [*payloads[:2], payloads[-1], *payloads[2:-1]]:
        log.append(kind, payload, OPENS_AT)
    with pytest.raises(Fault, match="before the vote had closed"):
        check(early | {"log": log.entries})


def test_officers_note_and_confirm_on_the_page_of_the_proposal(web: Web, staffed: Hall) -> None:
    proposal_id = staffed.closed(staffed.voting())
    page = f"/coop/proposals/{proposal_id}"
    cleo, ada, bo = (web.browser(name) for name in ("cleo", "ada", "bo"))
    assert "Note a slip of the pen" not in bo.read(page)
    assert "Note a slip of the pen" in cleo.read(page)
    refused = bo.send(f"{page}/notes", on=page, place=PLACE, note=MEANT)
    assert refused.status_code == 403
    empty = cleo.send(f"{page}/notes", on=page, place=PLACE, note="")
    assert empty.status_code == 422
    assert f'value="{PLACE}"' in empty.text
    assert cleo.sent(f"{page}/notes", on=page, place=PLACE, note=MEANT) == f"{page}#notes"
    [note] = notes(staffed)
    assert "Confirm it" not in cleo.read(page)
    assert MEANT not in bo.read(page)
    assert "Confirm it" in ada.read(page)
    own = cleo.send(f"{page}/notes/{note.id}/confirm", on=page)
    assert own.status_code == 403
    ada.sent(f"{page}/notes/{note.id}/confirm", on=page)
    assert MEANT in bo.read(page)
    public = web.visitor().read(f"{page}/result")
    assert MEANT in public
    assert "/@cleo" not in public
    assert cleo.send(f"{page}/notes/{note.id}/drop", on=page).status_code == 409
