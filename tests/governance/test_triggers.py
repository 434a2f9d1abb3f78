"""The second lock: what the database itself refuses, on both engines, to any statement."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core.db import Database
from governance.lifecycle import State
from governance.models import Ballot
from tests.governance.hall import Hall


def refuse(db: Database, statement: str, because: str) -> None:
    """Fail unless the database refuses the statement for this reason."""
    with pytest.raises(IntegrityError, match=because), db.write.begin() as session:
        session.execute(text(statement))


COPY_OF_VERSION = (
    "INSERT INTO document_versions (slug, version, enactment_id, payload_hash, title, text, hash,"
    " material, adopted_at, effective_at) SELECT slug, version + 1, {enactment}, {payload_hash},"
    " title, 'The admins do as they please.', hash, material, adopted_at, effective_at"
    " FROM document_versions WHERE slug = 'terms' AND version = 1"
)

LAW = [
    pytest.param(
        "UPDATE document_versions SET text = 'x'", "never changed", id="change a document"
    ),
    pytest.param("DELETE FROM document_versions", "never changed", id="delete a document"),
    pytest.param("UPDATE constitution_rules SET rule = '{}'", "never changed", id="change a rule"),
    pytest.param("UPDATE constitutions SET hash = 'x'", "never changed", id="reseal the rules"),
    pytest.param("UPDATE enactments SET payload_hash = 'x'", "never changed", id="reseal an act"),
    pytest.param("DELETE FROM enactments", "never changed", id="delete an act"),
    pytest.param(
        COPY_OF_VERSION.format(enactment="NULL", payload_hash="payload_hash"),
        "only a decision|not-null|NOT NULL",
        id="a document without an enactment",
    ),
    pytest.param(
        COPY_OF_VERSION.format(enactment="4711", payload_hash="payload_hash"),
        "only a decision|foreign key|FOREIGN KEY",
        id="a document of an enactment that does not exist",
    ),
    pytest.param(
        COPY_OF_VERSION.format(enactment="enactment_id", payload_hash="payload_hash"),
        "unique|UNIQUE",
        id="a second document of one enactment",
    ),
    pytest.param(
        COPY_OF_VERSION.format(
            enactment="(SELECT id FROM enactments WHERE reference = 'founding:constitution')",
            payload_hash="payload_hash",
        ),
        "only a decision",
        id="a document of an enactment of something else",
    ),
    pytest.param(
        "INSERT INTO enactments (id, order_id, position, reference, kind, payload_hash, by_id, at)"
        " SELECT 1, NULL, 0, 'founding:again', kind, payload_hash, by_id, at FROM enactments"
        " LIMIT 1",
        "CHECK|check",
        id="an enactment out of thin air",
    ),
    pytest.param(
        "INSERT INTO enactments (id, order_id, position, reference, kind, payload_hash, by_id, at)"
        " SELECT 1, NULL, 0, reference, kind, payload_hash, by_id, at FROM enactments LIMIT 1",
        "UNIQUE|unique",
        id="the founding once more",
    ),
    pytest.param("UPDATE chain_entries SET payload = '{}'", "never changed", id="change the log"),
]


@pytest.mark.parametrize(("statement", "because"), LAW)
def test_the_law_stands(hall: Hall, statement: str, because: str) -> None:
    refuse(hall.db, statement, because)


VOTE = [
    pytest.param("UPDATE proposals SET title = 'x'", "never changed", id="change the title"),
    pytest.param("UPDATE proposals SET text_hash = 'x'", "never changed", id="reseal the text"),
    pytest.param("UPDATE proposals SET rule = '{}'", "never changed", id="change the rule"),
    pytest.param("UPDATE proposals SET secrecy = 'open'", "never changed", id="unveil the vote"),
    pytest.param("UPDATE proposals SET eligible = 3", "never changed", id="shrink the roll"),
    pytest.param("UPDATE proposals SET electorate_hash = 'x'", "never", id="reseal the roll"),
    pytest.param("UPDATE proposals SET state = 'deliberation'", "goes back", id="reopen the text"),
    pytest.param("DELETE FROM proposals", "never deleted", id="delete a proposal"),
    pytest.param("UPDATE proposal_revisions SET body = 'x'", "never changed", id="edit a wording"),
    pytest.param("DELETE FROM proposal_revisions", "never changed", id="delete a wording"),
    pytest.param("UPDATE electors SET why = 'lapsed'", "never changed", id="strike an elector"),
    pytest.param("DELETE FROM electors", "never changed", id="delete an elector"),
    pytest.param(
        "INSERT INTO electors (proposal_id, member_id, why, active)"
        " SELECT proposal_id, member_id + 1, why, active FROM electors LIMIT 1",
        "when voting opens",
        id="add an elector",
    ),
]


@pytest.mark.parametrize(("statement", "because"), VOTE)
def test_an_open_vote_stands(hall: Hall, statement: str, because: str) -> None:
    hall.voting()
    refuse(hall.db, statement, because)


COPY_OF_BALLOT = (
    "INSERT INTO ballots (id, proposal_id, voter, member_id, marks, reason, cast_at, nonce,"
    " receipt) SELECT 1, proposal_id, '1', NULL, marks, reason, cast_at, nonce, 'x' FROM ballots"
    " LIMIT 1"
)
CLOSED = [
    pytest.param("UPDATE ballots SET reason = 'x'", "box is closed", id="change a ballot"),
    pytest.param("DELETE FROM ballots", "box is closed", id="delete a ballot"),
    pytest.param(COPY_OF_BALLOT, "box is closed", id="stuff the box"),
    pytest.param("UPDATE results SET hash = 'x'", "never changed", id="reseal the result"),
    pytest.param("DELETE FROM results", "never changed", id="delete the result"),
    pytest.param(
        "UPDATE proposals SET outcome = 'rejected'", "outcome is never", id="turn the outcome"
    ),
    pytest.param("UPDATE enactment_orders SET measure = '[]'", "never", id="change an order"),
    pytest.param("UPDATE enactment_orders SET payload_hash = 'x'", "never", id="reseal an order"),
    pytest.param("UPDATE enactment_orders SET office = 'moderator'", "never", id="hand it over"),
    pytest.param(
        "UPDATE enactment_orders SET not_after = '2100-01-01'", "never", id="lengthen its time"
    ),
    pytest.param("DELETE FROM enactment_orders", "never deleted", id="delete an order"),
]


@pytest.mark.parametrize(("statement", "because"), CLOSED)
def test_a_closed_vote_and_its_order_stand(hall: Hall, statement: str, because: str) -> None:
    hall.queued()
    refuse(hall.db, statement, because)


USED = [
    pytest.param("UPDATE enactment_orders SET state = 'waiting'", "used once", id="reload it"),
    pytest.param(
        "INSERT INTO enactments (id, order_id, position, reference, kind, payload_hash, by_id, at)"
        " SELECT 1, order_id, 7, 'order:again', kind, payload_hash, by_id, at FROM enactments"
        " WHERE order_id IS NOT NULL",
        "used once",
        id="use it again",
    ),
]


@pytest.mark.parametrize(("statement", "because"), USED)
def test_a_used_order_stays_used(hall: Hall, statement: str, because: str) -> None:
    hall.enact(hall.queued())
    refuse(hall.db, statement, because)


def test_a_ruling_stands(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting())
    hall.challenge(proposal_id, "cleo")
    with hall.db.write.begin() as session:
        session.execute(text("UPDATE challenges SET ruling = 'dismissed'"))
    refuse(hall.db, "UPDATE challenges SET ruling = 'upheld'", "ruling is never changed")
    refuse(hall.db, "DELETE FROM challenges", "never deleted")


def test_an_open_box_takes_ballots(hall: Hall) -> None:
    """The triggers refuse nothing that is lawful: exchange, and discarding on withdrawal."""
    proposal_id = hall.voting()
    hall.vote(proposal_id, "cleo", "no")
    hall.vote(proposal_id, "cleo", "yes")
    hall.withdraw(proposal_id, "bo")
    assert hall.scalars(select(Ballot)) == []
    assert hall.state(proposal_id) is State.WITHDRAWN
