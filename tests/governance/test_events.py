"""What others are told, and whom: nobody learns who has not voted but those who have not."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.core.duties import Duty
from app.core.runner import Runner
from app.wiring import LISTENERS
from governance import events, owed
from governance.decision import Outcome
from governance.rules import DecisionType, Secrecy
from tests.governance.hall import Hall
from tests.governance.test_drafting import say_something

KINDS = [
    kind
    for kind in vars(events).values()
    if isinstance(kind, type) and kind.__module__ == events.__name__
]


@pytest.fixture
def told(hall: Hall) -> Iterator[list[Any]]:
    """What is published from here on."""
    heard: list[Any] = []
    listeners = {
        kind: [*LISTENERS.get(kind, ()), lambda _session, event: heard.append(event)]
        for kind in {*KINDS, *LISTENERS}
    }
    before = hall.db.write.kw["info"]
    hall.db.write.configure(info={**before, "listeners": listeners})
    yield heard
    hall.db.write.configure(info=before)


def of(told: list[Any], kind: type) -> list[Any]:
    return [event for event in told if type(event) is kind]


def test_a_whole_life_is_told(hall: Hall, told: list[Any]) -> None:
    order_id = hall.queued()
    hall.enact(order_id)
    assert [type(event).__name__ for event in told] == [
        "ProposalSubmitted",
        "DeliberationBegan",
        "ProposalOpened",
        "ProposalDecided",
        "ProposalRatified",
        "OrderReady",
        "DocumentAdopted",
        "OrderEnacted",
    ]
    [opened] = of(told, events.ProposalOpened)
    assert list(opened.elector_ids) == sorted(hall.members.values())
    [decided] = of(told, events.ProposalDecided)
    assert (decided.outcome, decided.type) == (Outcome.PASSED, DecisionType.TERMS)
    [ready] = of(told, events.OrderReady)
    assert (ready.order_id, ready.office) == (order_id, "admin")
    [adopted] = of(told, events.DocumentAdopted)
    assert (adopted.slug, adopted.version, adopted.accept_by is None) == ("terms", 2, False)


def test_only_those_who_have_not_voted_are_reminded(hall: Hall, told: list[Any]) -> None:
    hall.add("late", covered=False)
    proposal_id = hall.voting()
    hall.vote(proposal_id, "bo")
    hall.vote(proposal_id, "eve", "abstain")
    hall.pass_days(8)
    [soon] = of(told, events.VotingClosesSoon)
    assert list(soon.undecided_ids) == sorted(hall.members[n] for n in ("ada", "cleo", "dov"))
    assert (soon.closes_at - hall.now).days == 2


def test_a_prolonged_vote_reminds_once_more_and_only_the_undecided(
    hall: Hall, told: list[Any]
) -> None:
    proposal_id = hall.voting()
    hall.vote(proposal_id, "bo")
    hall.pass_days(8)
    hall.pass_days(2)
    assert len(of(told, events.VotingProlonged)) == 1
    hall.vote(proposal_id, "cleo")
    hall.pass_days(3)
    first, second = of(told, events.VotingClosesSoon)
    assert len(first.undecided_ids) == 4
    assert list(second.undecided_ids) == sorted(hall.members[n] for n in ("ada", "dov", "eve"))


@pytest.mark.parametrize("hall", ["association"], indirect=True)
def test_in_a_secret_vote_too(hall: Hall, told: list[Any]) -> None:
    for name in "vwxyz":
        hall.add(name)
    said: dict[str, Any] = {
        "type": DecisionType.POLICY,
        "effects": [],
        "secrecy": Secrecy.SECRET,
    }
    proposal_id = hall.voting(**said)
    hall.vote(proposal_id, "bo")
    hall.vote(proposal_id, "x", "no")
    hall.pass_days(5)
    [soon] = of(told, events.VotingClosesSoon)
    undecided = set(hall.members.values()) - {hall.members["bo"], hall.members["x"]}
    assert list(soon.undecided_ids) == sorted(undecided)


def test_an_answer_tells_whom_it_answers(hall: Hall, told: list[Any]) -> None:
    proposal_id = hall.deliberating()
    first = say_something(hall, proposal_id, "cleo")
    say_something(hall, proposal_id, "dov", parent_id=first)
    one, other = of(told, events.CommentAdded)
    assert (one.answered_member_id, other.answered_member_id) == (None, hall.members["cleo"])
    assert other.proposal_author_id == hall.members["bo"]


def test_the_voters_of_a_withdrawn_vote_are_told(hall: Hall, told: list[Any]) -> None:
    proposal_id = hall.voting()
    hall.vote(proposal_id, "cleo")
    hall.withdraw(proposal_id)
    [gone] = of(told, events.ProposalWithdrawn)
    assert (list(gone.voter_ids), gone.because) == ([hall.members["cleo"]], "author")


def test_expiry_is_told(hall: Hall, told: list[Any]) -> None:
    order_id = hall.queued()
    hall.pass_days(60)
    [ended] = of(told, events.OrderEnded)
    assert (ended.order_id, ended.state) == (order_id, "expired")


def test_every_step_of_time_is_owed_and_done(hall: Hall, runner: Runner) -> None:
    """When everything is over, only the pulse is owed, and every kind has somebody to do it."""
    hall.enact(hall.queued())
    hall.pass_days(60)
    assert {duty.kind for duty in hall.scalars(select(Duty))} >= {owed.PULSE}
    assert not [duty for duty in hall.scalars(select(Duty)) if duty.kind.startswith("proposal.")]
    kinds = {value for name, value in vars(owed).items() if name.isupper()}
    assert kinds <= set(runner.handlers)
