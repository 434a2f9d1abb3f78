"""Undoing a decision by another one."""

from typing import Any

import pytest

from app.core.errors import Conflict
from app.members.offices import Office
from governance import documents, service
from governance.constitution import rule_for
from governance.lifecycle import State
from governance.models.law import Slug
from governance.rules import DecisionType
from governance.service import Draft
from tests.governance.hall import Hall


def repeal(hall: Hall, proposal_id: int) -> Draft:
    with hall.db.write.begin() as session:
        return service.repeal_draft(session, proposal_id, effects=hall.effects)


def decided(hall: Hall, enactor: str = "ada", **given: Any) -> int:
    """Bring a proposal all the way."""
    order_id = hall.queued(**given)
    hall.enact(order_id, enactor)
    return hall.order(order_id).proposal_id


def again(hall: Hall, draft: Draft, enactor: str = "ada") -> int:
    return decided(
        hall,
        enactor,
        type=draft.type,
        title=draft.title,
        effects=draft.effects,
        supersedes=draft.supersedes,
    )


def test_repealed_terms_come_back_as_a_new_version(hall: Hall) -> None:
    with hall.db.read.begin() as session:
        first = documents.latest(session, Slug.TERMS)
    proposal_id = decided(hall)
    draft = repeal(hall, proposal_id)
    assert draft.title == "Repeal: Delete what people delete"
    again(hall, draft)
    with hall.db.read.begin() as session:
        newest = documents.latest(session, Slug.TERMS)
    assert first is not None
    assert newest is not None
    assert (newest.version, newest.text, newest.hash) == (3, first.text, first.hash)
    assert hall.state(proposal_id) is State.SUPERSEDED


def test_a_repealed_rule_is_what_it_was(hall: Hall) -> None:
    with hall.db.read.begin() as session:
        before = rule_for(session, DecisionType.POLICY, at=hall.now)
    changed = before.dump() | {"seconders": {"count": 2, "share": "0"}}
    effect = {"kind": "constitution.set", "payload": {"rules": {"policy": changed}}}
    proposal_id = decided(hall, type=DecisionType.CONSTITUTION, effects=[effect])
    again(hall, repeal(hall, proposal_id))
    hall.pass_days(14)
    with hall.db.read.begin() as session:
        assert rule_for(session, DecisionType.POLICY, at=hall.now) == before


def test_an_election_is_undone_by_a_recall_and_that_by_an_election(hall: Hall) -> None:
    payload = {"member": str(hall.members["bo"]), "office": "moderator", "days": 300}
    effect = {"kind": "role.grant", "payload": payload}
    elected = decided(hall, type=DecisionType.ELECTION, effects=[effect])
    draft = repeal(hall, elected)
    assert draft.type is DecisionType.RECALL
    recalled = again(hall, draft)
    assert hall.actor("bo").offices == frozenset()
    draft = repeal(hall, recalled)
    assert draft.type is DecisionType.ELECTION
    again(hall, draft)
    assert hall.actor("bo").offices == {Office.MODERATOR}


def test_what_was_only_said_cannot_be_unsaid(hall: Hall) -> None:
    said = {"kind": "statement", "payload": {"text": "We support the library."}}
    order_id = hall.queued(type=DecisionType.STATEMENT, effects=[said])
    hall.enact(order_id, "ada", "https://riverside.example/letter")
    with pytest.raises(Conflict, match="cannot be undone"):
        repeal(hall, hall.order(order_id).proposal_id)


def test_only_what_was_carried_out_can_be_undone(hall: Hall) -> None:
    with pytest.raises(Conflict, match="carried out"):
        repeal(hall, hall.closed(hall.voting()))
