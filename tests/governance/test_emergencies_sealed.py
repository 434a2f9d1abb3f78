"""Acting without a decision: what database, verifier and `verify --live` say of it."""

from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.core.errors import AppError
from governance import guard, verify
from governance.decision import Outcome
from governance.documents import AdoptDocument, write_version
from governance.effects import Warrant
from governance.models import (
    DocumentVersion,
    EmergencyAction,
    EmergencyState,
    Enactment,
)
from governance.models.law import Slug
from governance.refusals import Code, NotYours
from tests.governance.acts import CLOSE, act, acted, elect, end_role
from tests.governance.hall import NEW_TERMS, Hall
from tests.governance.test_bundle import exported
from tests.governance.test_live import by_hand, found
from tests.governance.test_verify import at, changed, leaves


def test_its_warrant_is_dead_once_members_have_answered(hall: Hall) -> None:
    act_id = act(hall)
    hall.closed(acted(hall, act_id).proposal_id, {})
    [enactment_id, _] = hall.scalars(select(Enactment.id).where(Enactment.emergency_id == act_id))
    warrant = Warrant(
        enactment_id,
        acted(hall, act_id).proposal_id,
        CLOSE["kind"],
        CLOSE["payload"],
        hall.members["ada"],
        effective_at=hall.now,
        now=hall.now,
    )
    with pytest.raises(NotYours) as caught, hall.db.write.begin() as session:
        guard.check_warrant(session, warrant)
    assert caught.value.code is Code.NO_ORDER


def test_no_warrant_of_it_writes_terms(hall: Hall) -> None:
    """Neither the guard nor the database lets it, whatever its enactment says."""
    act_id = act(hall)
    payload = AdoptDocument(slug=Slug.TERMS, text=NEW_TERMS)
    [enactment_id] = hall.scalars(select(Enactment.id).where(Enactment.emergency_id == act_id))
    warrant = Warrant(
        enactment_id,
        acted(hall, act_id).proposal_id,
        "document.adopt",
        payload.model_dump(mode="json"),
        hall.members["ada"],
        effective_at=hall.now,
        now=hall.now,
    )
    with pytest.raises(AppError), hall.db.write.begin() as session:
        write_version(session, payload, warrant)
    with pytest.raises(IntegrityError), hall.db.write.begin() as session:
        row = session.get_one(Enactment, enactment_id)
        session.add(
            DocumentVersion(
                slug=Slug.TERMS,
                version=2,
                enactment_id=row.id,
                payload_hash=row.payload_hash,
                title="Terms",
                text=NEW_TERMS,
                hash="x",
                material=False,
                adopted_at=hall.now,
                effective_at=hall.now,
            )
        )


FORGED = [
    pytest.param({"reason": "Because."}, id="its reason"),
    pytest.param({"payload_hash": "x"}, id="its hash"),
    pytest.param({"measure": []}, id="what was done"),
    pytest.param({"office": "treasurer"}, id="its office"),
]


@pytest.mark.parametrize("change", FORGED)
def test_the_database_refuses_to_change_it(hall: Hall, change: dict[str, Any]) -> None:
    act_id = act(hall)
    with pytest.raises(IntegrityError), hall.db.write.begin() as session:
        session.execute(
            update(EmergencyAction).where(EmergencyAction.id == act_id).values(**change)
        )


def test_the_database_takes_one_answer(hall: Hall) -> None:
    act_id = act(hall)
    hall.closed(acted(hall, act_id).proposal_id, {})
    again = update(EmergencyAction).where(EmergencyAction.id == act_id)
    with pytest.raises(IntegrityError), hall.db.write.begin() as session:
        session.execute(again.values(state=EmergencyState.STANDING, ended_at=None))


ANSWERS = [
    pytest.param({"bo": "no", "cleo": "yes"}, Outcome.REJECTED, id="undone"),
    pytest.param({"bo": "yes", "cleo": "yes"}, Outcome.PASSED, id="confirmed"),
]


@pytest.mark.parametrize(("votes", "outcome"), ANSWERS)
def test_its_bundle_holds_and_each_changed_value_is_named(
    hall: Hall, votes: dict[str, str], outcome: Outcome
) -> None:
    act_id = act(hall)
    proposal_id = hall.closed(acted(hall, act_id).proposal_id, votes)
    if outcome is Outcome.PASSED:
        hall.go_to(hall.proposal(proposal_id).challenge_until)
    bundle = exported(hall, proposal_id)
    assert verify.check(bundle).outcome is outcome
    for path in leaves(bundle["log"], ("log",)):
        tampered = deepcopy(bundle)
        at(tampered, path[:-1])[path[-1]] = changed(at(tampered, path))
        with pytest.raises(verify.Fault):
            verify.check(tampered)


def test_the_verifier_misses_what_should_have_been_undone(hall: Hall) -> None:
    """A log that was written by other hands, whole in itself, which leaves the undoing out."""
    act_id = act(hall)
    bundle = exported(hall, hall.closed(acted(hall, act_id).proposal_id, {"bo": "no"}))
    assert bundle["log"].pop()["kind"] == "emergency.undone"
    with pytest.raises(verify.Fault, match="the act was not undone"):
        verify.check(bundle)


def test_verify_live_finds_nothing_in_lawful_acts(hall: Hall) -> None:
    elect(hall, "bo", "treasurer")
    act(hall, "ada", end_role(hall, "bo", "treasurer"))
    act_id = act(hall)
    assert found(hall) == []
    hall.closed(acted(hall, act_id).proposal_id, {"bo": "no"})
    assert found(hall) == []


BY_HAND = [
    pytest.param(
        "emergency_actions",
        "UPDATE emergency_actions SET state = 'confirmed', ended_at = at",
        "how it ended is not what the log says",
        id="an act confirmed by hand",
    ),
    pytest.param(
        "emergency_actions",
        "UPDATE emergency_actions SET measure = '[]'",
        "what was done is not what members were asked about",
        id="another act",
    ),
    pytest.param(
        "emergency_actions",
        "UPDATE emergency_actions SET expires_at = '2099-01-01 00:00:00+00:00'",
        "who did it, or until when, is not what the log says",
        id="an act without an end",
    ),
    pytest.param(
        "coops",
        "UPDATE coops SET registration = 'open'",
        "setting registration: it is not what was decided",
        id="another setting",
    ),
]


@pytest.mark.parametrize(("table", "statement", "fault"), BY_HAND)
def test_verify_live_names_what_was_changed_by_hand(
    hall: Hall, table: str, statement: str, fault: str
) -> None:
    act(hall)
    by_hand(hall, table, statement)
    assert fault in " ".join(found(hall))
