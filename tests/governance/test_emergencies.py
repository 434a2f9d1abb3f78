"""Acting without a decision: what it may do, who may, and that it ends unless members agree."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.core.errors import Forbidden, Invalid
from app.core.records import replace
from app.core.settings import Registration
from app.instance.models import Coop, SettingChange
from app.members.models import Mandate, Member
from app.members.offices import Office
from app.members.states import MemberState
from app.wiring import EFFECTS
from governance import emergencies
from governance.effects import read_effect
from governance.lifecycle import State
from governance.models import (
    Ballot,
    EmergencyAction,
    EmergencyState,
    Enactment,
    Undone,
)
from governance.refusals import Code, NotNow, NotYours
from governance.rules import DecisionType, Method
from tests.factories import make_mandate
from tests.governance.acts import (
    CLOSE,
    WHY,
    act,
    acted,
    elect,
    end_role,
    registration,
)
from tests.governance.hall import TERMS, Hall


def refused(hall: Hall, name: str, *effects: Mapping[str, Any]) -> Code:
    """Return the code of the refusal; nothing must be left of the attempt."""
    before = (len(hall.log()), hall.scalars(select(EmergencyAction.id)))
    with pytest.raises((NotYours, NotNow)) as caught:
        act(hall, name, *effects)
    assert (len(hall.log()), hall.scalars(select(EmergencyAction.id))) == before
    assert isinstance(caught.value, NotYours | NotNow)
    return caught.value.code


def test_it_takes_effect_at_once_and_opens_the_vote_with_it(hall: Hall) -> None:
    act_id = act(hall)
    assert registration(hall) is Registration.CLOSED
    done = acted(hall, act_id)
    proposal = hall.proposal(done.proposal_id)
    assert (proposal.type, proposal.state) == (DecisionType.EMERGENCY, State.VOTING)
    assert (proposal.method, proposal.author_id) == (Method.MAJORITY, hall.members["ada"])
    assert proposal.opens_at == hall.now
    assert proposal.eligible == 5
    assert hall.log_of(proposal.id) == ["proposal.frozen", "proposal.opened", "emergency.acted"]
    hall.check_chains()


def test_it_stands_if_the_members_agree(hall: Hall) -> None:
    act_id = act(hall)
    proposal_id = hall.closed(acted(hall, act_id).proposal_id)
    assert acted(hall, act_id).state is EmergencyState.STANDING
    hall.go_to(hall.proposal(proposal_id).challenge_until)
    assert acted(hall, act_id).state is EmergencyState.CONFIRMED
    assert hall.state(proposal_id) is State.RATIFIED
    hall.pass_days(60)
    assert registration(hall) is Registration.CLOSED
    assert hall.log_of(proposal_id)[-1] == "emergency.confirmed"
    hall.check_chains()


NOT_AGREED = [
    pytest.param({"bo": "no", "cleo": "no", "dov": "yes"}, id="more say no"),
    pytest.param({"bo": "no", "cleo": "yes"}, id="an even split"),
    pytest.param({}, id="nobody votes"),
    pytest.param({"bo": "abstain"}, id="the only vote abstains"),
]


@pytest.mark.parametrize("votes", NOT_AGREED)
def test_it_is_undone_at_the_close_if_they_do_not(hall: Hall, votes: dict[str, str]) -> None:
    act_id = act(hall)
    proposal_id = hall.closed(acted(hall, act_id).proposal_id, votes)
    done = acted(hall, act_id)
    assert (done.state, done.ended_because) == (EmergencyState.UNDONE, Undone.REJECTED)
    assert registration(hall) is None
    assert hall.log_of(proposal_id)[-1] == "emergency.undone"
    changes = hall.scalars(select(SettingChange.after).order_by(SettingChange.id))
    assert changes == ["closed", None]
    hall.check_chains()


def test_it_is_undone_when_the_answer_does_not_come_in_time(hall: Hall) -> None:
    """A worker that slept through everything undoes it all the same."""
    act_id = act(hall)
    done = acted(hall, act_id)
    with hall.db.write.begin() as session:
        emergencies.expire_act(
            session, act_id, effects=EFFECTS, now=done.expires_at - timedelta(seconds=1)
        )
    assert registration(hall) is Registration.CLOSED
    with hall.db.write.begin() as session:
        emergencies.expire_act(session, act_id, effects=EFFECTS, now=done.expires_at)
    done = acted(hall, act_id)
    assert (done.state, done.ended_because) == (EmergencyState.UNDONE, Undone.EXPIRED)
    assert registration(hall) is None


def test_whoever_did_it_may_take_it_back(hall: Hall) -> None:
    act_id = act(hall)
    hall.vote(acted(hall, act_id).proposal_id, "bo")
    hall.withdraw(acted(hall, act_id).proposal_id, "ada")
    assert acted(hall, act_id).ended_because is Undone.WITHDRAWN
    assert registration(hall) is None
    assert hall.scalars(select(Ballot.id)) == []


def test_a_challenge_that_is_upheld_undoes_it(hall: Hall) -> None:
    act_id = act(hall)
    proposal_id = hall.closed(acted(hall, act_id).proposal_id)
    challenge_id = hall.challenge(proposal_id, "bo")
    with hall.db.write.begin() as session:
        make_mandate(session, session.get_one(Member, hall.members["dov"]), Office.FACILITATOR)
    hall.rule(challenge_id, "dov", upheld=True)
    assert hall.state(proposal_id) is State.VOIDED
    assert acted(hall, act_id).ended_because is Undone.VOIDED
    assert registration(hall) is None


def test_a_challenge_that_nobody_answers_does_not_outlast_it(hall: Hall) -> None:
    act_id = act(hall)
    proposal_id = hall.closed(acted(hall, act_id).proposal_id)
    hall.challenge(proposal_id, "bo")
    hall.go_to(acted(hall, act_id).expires_at)
    assert acted(hall, act_id).state is EmergencyState.CONFIRMED
    assert registration(hall) is Registration.CLOSED


def test_an_office_that_was_ended_runs_on_when_members_do_not_agree(hall: Hall) -> None:
    elect(hall, "bo", "treasurer")
    before = hall.scalars(select(Mandate.ends_at).where(Mandate.decision_id.is_not(None)))
    act_id = act(hall, "ada", end_role(hall, "bo", "treasurer"))
    assert hall.actor("bo").offices == frozenset()
    hall.closed(acted(hall, act_id).proposal_id, {"cleo": "no"})
    assert hall.actor("bo").offices == {Office.TREASURER}
    after = hall.scalars(select(Mandate.ends_at).where(Mandate.decision_id.is_not(None)))
    assert after == before


def test_an_office_stays_ended_when_they_agree(hall: Hall) -> None:
    elect(hall, "bo", "treasurer")
    act_id = act(hall, "ada", end_role(hall, "bo", "treasurer"))
    proposal_id = hall.closed(acted(hall, act_id).proposal_id)
    hall.go_to(hall.proposal(proposal_id).challenge_until)
    assert hall.actor("bo").offices == frozenset()


def test_somebody_who_left_meanwhile_does_not_come_back_into_office(hall: Hall) -> None:
    elect(hall, "bo", "treasurer")
    act_id = act(hall, "ada", end_role(hall, "bo", "treasurer"))
    with hall.db.write.begin() as session:
        session.get_one(Member, hall.members["bo"]).state = MemberState.LEFT
    hall.closed(acted(hall, act_id).proposal_id, {})
    mine = select(Mandate.ended_at).where(Mandate.member_id == hall.members["bo"])
    assert hall.scalars(mine) != [None]


def test_what_members_decided_meanwhile_is_left_as_they_decided_it(hall: Hall) -> None:
    """An order that waited is carried out; undoing the act then changes nothing."""
    order_id = hall.queued(
        type=DecisionType.POLICY,
        title="By invitation",
        effects=[
            {"kind": "instance.setting", "payload": {"name": "registration", "value": "invite"}}
        ],
    )
    act_id = act(hall)
    hall.enact(order_id)
    assert registration(hall) is Registration.INVITE
    hall.closed(acted(hall, act_id).proposal_id, {})
    assert acted(hall, act_id).state is EmergencyState.UNDONE
    assert registration(hall) is Registration.INVITE


NEVER = [
    pytest.param(TERMS, id="new terms"),
    pytest.param(
        {"kind": "document.adopt", "payload": {"slug": "bylaws", "text": "x"}}, id="new bylaws"
    ),
    pytest.param({"kind": "statement", "payload": {"text": "We hurry."}}, id="a statement"),
    pytest.param(
        {"kind": "instance.setting", "payload": {"name": "registration", "value": "open"}},
        id="an open door",
    ),
    pytest.param(
        {"kind": "instance.setting", "payload": {"name": "name", "value": "Mine"}}, id="a name"
    ),
    pytest.param(
        {"kind": "dues.set", "payload": {"suggested": {"amount": 500, "currency": "USD"}}},
        id="higher dues",
    ),
]


@pytest.mark.parametrize("effect", NEVER)
def test_what_nobody_does_without_a_decision(hall: Hall, effect: dict[str, Any]) -> None:
    assert refused(hall, "ada", effect) is Code.NEEDS_A_DECISION


def test_nobody_hands_out_offices_or_changes_rules_without_a_decision(hall: Hall) -> None:
    payload = {"member": str(hall.members["bo"]), "office": "admin"}
    assert refused(hall, "ada", {"kind": "role.grant", "payload": payload})
    with hall.db.read.begin() as session:
        rules = {"policy": hall.proposal(acted(hall, act(hall)).proposal_id).rule}
        assert session
    effect = {"kind": "constitution.set", "payload": {"rules": rules}}
    assert refused(hall, "ada", effect) is Code.NEEDS_A_DECISION


def test_one_thing_that_needs_a_decision_stops_the_rest(hall: Hall) -> None:
    assert refused(hall, "ada", CLOSE, TERMS) is Code.NEEDS_A_DECISION
    assert registration(hall) is None


def test_what_can_be_done_at_once_can_be_undone() -> None:
    urgent = [
        CLOSE,
        {"kind": "role.end", "payload": {"member": "1", "office": "admin"}},
        {"kind": "domain.suspend", "payload": {"domain": "troubled.example"}},
    ]
    for given in urgent:
        one = read_effect(EFFECTS, given)
        assert one.effect.is_urgent(one.payload)
    assert {kind for kind, effect in EFFECTS.items() if effect.restore is not None} == {
        given["kind"] for given in urgent
    }


def test_a_member_without_an_office_cannot(hall: Hall) -> None:
    with pytest.raises(Forbidden):
        act(hall, "bo")
    assert registration(hall) is None


def test_an_officer_of_another_office_cannot(hall: Hall) -> None:
    elect(hall, "bo", "treasurer")
    assert refused(hall, "bo", CLOSE) is Code.NOT_YOUR_ACT


def test_an_officer_stands_in_where_the_office_is_vacant(hall: Hall) -> None:
    elect(hall, "bo", "treasurer")
    with hall.db.write.begin() as session:
        theirs = Mandate.office == Office.ADMIN
        session.execute(update(Mandate).where(theirs).values(ended_at=hall.now))
    assert acted(hall, act(hall, "bo")).office == "treasurer"


def test_a_token_needs_the_scope_of_officers(hall: Hall) -> None:
    actor = replace(hall.actor("ada"), scopes=frozenset({"coop:vote"}))
    with pytest.raises(Forbidden), hall.db.write.begin() as session:
        emergencies.act_at_once(
            session, [CLOSE], reason=WHY, actor=actor, effects=EFFECTS, now=hall.now
        )


def test_a_suspended_officer_cannot(hall: Hall) -> None:
    with hall.db.write.begin() as session:
        session.get_one(Member, hall.members["ada"]).state = MemberState.SUSPENDED
    with pytest.raises(Forbidden):
        act(hall)


def test_the_same_is_not_done_twice_before_the_answer(hall: Hall) -> None:
    act(hall)
    with hall.db.write.begin() as session:
        session.get_one(Coop, 1).registration = None
    assert refused(hall, "ada", CLOSE) is Code.UNANSWERED


def test_what_was_refused_is_not_done_again_for_thirty_days(hall: Hall) -> None:
    act_id = act(hall)
    hall.closed(acted(hall, act_id).proposal_id, {"bo": "no"})
    assert refused(hall, "ada", CLOSE) is Code.REFUSED_LATELY
    hall.pass_days(30)
    assert act(hall)


WRONG = [
    pytest.param({"reason": ""}, "reason", id="no reason"),
    pytest.param({"reason": " \n"}, "reason", id="a reason of blanks"),
    pytest.param({"reason": "x" * 2001}, "reason", id="a reason without end"),
    pytest.param({"reason": "a\0b"}, "reason", id="a null byte"),
]


@pytest.mark.parametrize(("given", "field"), WRONG)
def test_a_reason_is_needed(hall: Hall, given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        act(hall, "ada", CLOSE, **given)
    assert field in caught.value.fields
    assert registration(hall) is None


MAD = [
    pytest.param([], id="nothing"),
    pytest.param([CLOSE] * 6, id="six things"),
    pytest.param([{"kind": "money.print", "payload": {}}], id="magic"),
    pytest.param([{"kind": "instance.setting", "payload": {"name": "registration"}}], id="half"),
]


@pytest.mark.parametrize("effects", MAD)
def test_what_makes_no_sense_is_refused(hall: Hall, effects: list[dict[str, Any]]) -> None:
    with pytest.raises(Invalid), hall.db.write.begin() as session:
        emergencies.act_at_once(
            session,
            effects,
            reason=WHY,
            actor=hall.actor("ada"),
            effects=EFFECTS,
            now=hall.now,
        )


def test_closing_a_closed_door_is_refused(hall: Hall) -> None:
    with hall.db.write.begin() as session:
        session.get_one(Coop, 1).registration = Registration.CLOSED
    with pytest.raises(Invalid):
        act(hall)


def test_no_member_opens_a_vote_of_this_type(hall: Hall) -> None:
    with pytest.raises(Invalid) as caught:
        hall.draft(type=DecisionType.EMERGENCY, effects=[CLOSE])
    assert "type" in caught.value.fields


def test_the_vote_makes_no_order_even_if_its_rule_names_an_office(hall: Hall) -> None:
    """What was done is not done a second time."""
    act_id = act(hall)
    proposal_id = hall.closed(acted(hall, act_id).proposal_id)
    hall.go_to(hall.proposal(proposal_id).challenge_until)
    made = select(Enactment.id).where(Enactment.emergency_id == act_id)
    assert len(hall.scalars(made)) == 1
