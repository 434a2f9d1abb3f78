"""Challenges: by any member in time, answered by an uninvolved facilitator, or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.members.models import Member
from app.members.offices import Office
from governance.lifecycle import State
from governance.models import Challenge, EnactmentOrder, Ruling
from governance.rules import DecisionType
from tests.factories import make_mandate
from tests.governance.hall import Hall


def _facilitator(hall: Hall, name: str) -> None:
    with hall.db.write.begin() as session:
        make_mandate(session, session.get_one(Member, hall.members[name]), Office.FACILITATOR)


def test_an_upheld_challenge_voids_the_vote(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting())
    challenge_id = hall.challenge(proposal_id, "cleo")
    hall.rule(challenge_id, "ada", upheld=True)
    assert hall.state(proposal_id) is State.VOIDED
    hall.pass_days(60)
    assert hall.state(proposal_id) is State.VOIDED
    assert hall.scalars(select(EnactmentOrder)) == []
    assert hall.log_of(proposal_id)[-3:] == [
        "proposal.challenged",
        "challenge.ruled",
        "proposal.voided",
    ]


def test_a_dismissed_challenge_changes_nothing(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting())
    hall.rule(hall.challenge(proposal_id, "cleo"), "ada", upheld=False)
    assert hall.state(proposal_id) is State.CHALLENGEABLE
    hall.pass_days(7)
    assert hall.state(proposal_id) is State.QUEUED


def test_an_open_challenge_holds_the_decision_up(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting())
    hall.pass_days(6)
    challenge_id = hall.challenge(proposal_id, "cleo")
    hall.pass_days(5)
    assert hall.state(proposal_id) is State.CHALLENGEABLE
    hall.rule(challenge_id, "ada", upheld=False)
    assert hall.state(proposal_id) is State.QUEUED
    assert hall.order_of(proposal_id).not_before == hall.now


def test_a_challenge_that_nobody_answers_falls_away_in_public(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting())
    hall.challenge(proposal_id, "cleo")
    hall.pass_days(7)
    assert hall.state(proposal_id) is State.CHALLENGEABLE
    hall.pass_days(7)
    assert hall.state(proposal_id) is State.QUEUED
    [challenge] = hall.scalars(select(Challenge))
    assert challenge.ruling is Ruling.UNANSWERED
    assert "challenge.ruled" in hall.log_of(proposal_id)


def test_the_time_for_challenges_ends(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting())
    hall.clock.set(hall.proposal(proposal_id).dates.closes_at + timedelta(days=7))
    with pytest.raises(Conflict, match="over"):
        hall.challenge(proposal_id, "cleo")


def test_short_types_are_open_to_challenge_for_three_days(hall: Hall) -> None:
    said = {"kind": "statement", "payload": {"text": "We stop showing loud.example."}}
    proposal_id = hall.closed(hall.voting(type=DecisionType.DOMAIN, effects=[said]))
    hall.pass_days(3)
    assert hall.state(proposal_id) is State.QUEUED


def test_once_for_each_member(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting())
    hall.challenge(proposal_id, "cleo")
    with pytest.raises(Conflict, match="already"):
        hall.challenge(proposal_id, "cleo")
    hall.challenge(proposal_id, "dov")


def test_only_what_passed_can_be_challenged(hall: Hall) -> None:
    proposal_id = hall.voting()
    with pytest.raises(Conflict, match="not open to challenges"):
        hall.challenge(proposal_id, "cleo")


@pytest.mark.parametrize("words", ["", "  \n", "x" * 2001, "a\0b"])
def test_a_challenge_says_something(hall: Hall, words: str) -> None:
    proposal_id = hall.closed(hall.voting())
    with pytest.raises(Invalid):
        hall.challenge(proposal_id, "cleo", words)


def test_who_has_a_part_in_it_does_not_answer(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting("bo"))
    challenge_id = hall.challenge(proposal_id, "cleo")
    for name in ("bo", "cleo"):
        _facilitator(hall, name)
        with pytest.raises(Forbidden, match="have a part"):
            hall.rule(challenge_id, name)


def test_only_a_facilitator_answers(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting())
    challenge_id = hall.challenge(proposal_id, "cleo")
    with pytest.raises(Forbidden, match="do not hold"):
        hall.rule(challenge_id, "dov")
    _facilitator(hall, "dov")
    hall.rule(challenge_id, "dov")


def test_an_answer_is_given_once(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting())
    challenge_id = hall.challenge(proposal_id, "cleo")
    hall.rule(challenge_id, "ada", upheld=False)
    with pytest.raises(Conflict, match="has been answered"):
        hall.rule(challenge_id, "ada", upheld=True)


def test_there_is_no_such_challenge(hall: Hall) -> None:
    with pytest.raises(NotFound):
        hall.rule(4711, "ada")
