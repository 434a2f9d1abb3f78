"""The ballot box: who may use it, when, and that each member counts once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.core.chain import entries
from app.core.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from app.instance.presets import Preset
from app.members.models import Coverage, Member
from app.members.states import MemberState
from governance import bundle, service, verify
from governance.decision import Outcome
from governance.lifecycle import State
from governance.models import Ballot, BallotKey, Elector
from governance.rules import DecisionType, Secrecy
from governance.seals import ballot_chain
from governance.service.closing import tally
from tests.factories import NOON, make_coverage
from tests.governance.hall import Hall

POLICY: dict[str, Any] = {"type": DecisionType.POLICY, "effects": [], "title": "Quiet Sundays"}


def counted(hall: Hall, proposal_id: int) -> dict[str, int]:
    with hall.db.read.begin() as session:
        return tally(session, hall.proposal(proposal_id)).tally.dump()


def ballots(hall: Hall) -> int:
    [count] = hall.scalars(select(func.count(Ballot.id)))
    return int(count)


def test_a_ballot_counts_and_may_be_exchanged_until_the_close(hall: Hall) -> None:
    proposal_id = hall.voting()
    first = hall.vote(proposal_id, "bo", "yes")
    second = hall.vote(proposal_id, "bo", "no")
    assert (first.replaced, second.replaced) == (False, True)
    assert counted(hall, proposal_id) == {"yes": 0, "no": 1, "abstain": 0, "block": 0}
    with hall.db.read.begin() as session:
        box = entries(session, ballot_chain(str(proposal_id)))
    assert [one.payload for one in box] == [
        {"receipt": first.receipt, "replaces": None},
        {"receipt": second.receipt, "replaces": first.receipt},
    ]


def test_voting_begins_at_its_opening_and_is_over_at_its_close(hall: Hall) -> None:
    proposal_id = hall.deliberating()
    dates = hall.proposal(proposal_id).dates
    hall.go_to(dates.opens_at - timedelta(microseconds=1))
    with pytest.raises(Conflict, match="not open"):
        hall.vote(proposal_id, "bo")
    hall.go_to(dates.opens_at)
    hall.vote(proposal_id, "bo")
    hall.clock.set(dates.closes_at - timedelta(microseconds=1))
    hall.vote(proposal_id, "bo", "no")
    hall.clock.set(dates.closes_at)  # The worker has not come by yet.
    with pytest.raises(Conflict, match="not open"):
        hall.vote(proposal_id, "bo", "yes")
    assert counted(hall, proposal_id)["no"] == 1


def test_there_must_be_a_proposal(hall: Hall) -> None:
    with pytest.raises(NotFound):
        hall.vote(4711, "bo")


MARKS = [
    pytest.param({}, "", "choice", id="no mark"),
    pytest.param({"choice": "maybe"}, "", "choice", id="an unknown answer"),
    pytest.param({"choice": "block"}, "Because.", "choice", id="a block in a majority vote"),
    pytest.param({"choice": "yes", "weight": 2}, "", "choice", id="a second mark"),
    pytest.param({"choice": ["yes", "no"]}, "", "choice", id="both"),
    pytest.param({"scores": {"1": 5}}, "", "choice", id="scores"),
    pytest.param({"choice": "yes"}, "x" * 501, "reason", id="a reason without end"),
    pytest.param({"choice": "yes"}, "a\0b", "reason", id="a null byte"),
]


@pytest.mark.parametrize(("marks", "reason", "field"), MARKS)
def test_what_is_no_vote_is_refused_and_nothing_is_stored(
    hall: Hall, marks: dict[str, Any], reason: str, field: str
) -> None:
    proposal_id = hall.voting()
    with pytest.raises(Invalid) as caught, hall.db.write.begin() as session:
        service.cast_ballot(
            session,
            proposal_id,
            actor=hall.actor("bo"),
            marks=marks,
            reason=reason,
            now=hall.now,
        )
    assert field in caught.value.fields
    assert ballots(hall) == 0


def test_a_block_needs_a_reason(empty_hall: Hall) -> None:
    hall = empty_hall.found(Preset.SOCIAL_COOP_LIKE)
    proposal_id = hall.voting(**POLICY)
    with pytest.raises(Invalid, match="needs a reason"):
        hall.vote(proposal_id, "bo", "block", reason="  ")
    hall.vote(proposal_id, "bo", "block", reason="It would break the lease.")
    hall.closed(proposal_id, {"ada": "yes", "cleo": "yes", "dov": "yes"})
    assert hall.state(proposal_id) is State.BLOCKED


def _lapse(hall: Hall, name: str) -> None:
    with hall.db.write.begin() as session:
        theirs = Coverage.member_id == hall.members[name]
        yesterday = NOON.date() - timedelta(days=1)
        session.execute(update(Coverage).where(theirs).values(ends_on=yesterday, grace_days=0))


def _set_state(hall: Hall, name: str, state: MemberState) -> None:
    with hall.db.write.begin() as session:
        session.get_one(Member, hall.members[name]).state = state
        if state is MemberState.LEFT:
            session.get_one(Member, hall.members[name]).left_at = hall.now


def test_the_roll_stands_from_the_opening_on(hall: Hall) -> None:
    """Who joins, lapses, is suspended or leaves later changes neither votes nor the base."""
    proposal_id = hall.voting()
    hall.vote(proposal_id, "eve")
    _lapse(hall, "bo")
    _set_state(hall, "cleo", MemberState.SUSPENDED)
    _set_state(hall, "eve", MemberState.LEFT)
    hall.add("finn")
    hall.vote(proposal_id, "bo", "no")
    hall.vote(proposal_id, "cleo")
    with pytest.raises(Forbidden, match="not a member when"):
        hall.vote(proposal_id, "finn")
    with pytest.raises(Forbidden, match="have left"):
        hall.vote(proposal_id, "eve", "no")
    assert counted(hall, proposal_id) == {"yes": 2, "no": 1, "abstain": 0, "block": 0}
    assert hall.proposal(proposal_id).eligible == 5


def test_standing_at_the_opening_decides(hall: Hall) -> None:
    hall.add("finn", covered=False)
    hall.add("gil", covered=False, joined_at=NOON)
    hall.add("hana", covered=False)
    proposal_id = hall.deliberating()
    with hall.db.write.begin() as session:  # Who pays during the deliberation is in.
        make_coverage(session, session.get_one(Member, hall.members["hana"]))
    hall.go_to(hall.proposal(proposal_id).opens_at)
    assert hall.proposal(proposal_id).eligible == 6
    hall.vote(proposal_id, "hana")
    with pytest.raises(Forbidden, match="dues had lapsed"):
        hall.vote(proposal_id, "finn")
    with pytest.raises(Forbidden, match="first 30 days"):
        hall.vote(proposal_id, "gil")


def test_an_application_needs_the_permission_to_vote(hall: Hall) -> None:
    proposal_id = hall.voting()
    actor = hall.actor("bo")
    limited = type(actor)(actor.member_id, actor.account_id, scopes=frozenset({"write"}))
    with pytest.raises(Forbidden, match="coop:vote"), hall.db.write.begin() as session:
        service.cast_ballot(
            session, proposal_id, actor=limited, marks={"choice": "yes"}, now=hall.now
        )


def test_fifty_votes_of_one_member_at_once_count_once(hall: Hall) -> None:
    proposal_id = hall.voting()
    actor = hall.actor("bo")

    def cast(number: int) -> str:
        choice = ("yes", "no", "abstain")[number % 3]
        with hall.db.write.begin() as session:
            return service.cast_ballot(
                session, proposal_id, actor=actor, marks={"choice": choice}, now=hall.now
            ).receipt

    with ThreadPoolExecutor(50) as pool:
        receipts = list(pool.map(cast, range(50)))
    assert ballots(hall) == 1
    assert sum(counted(hall, proposal_id).values()) == 1
    [standing] = hall.scalars(select(Ballot.receipt))
    with hall.db.read.begin() as session:
        box = entries(session, ballot_chain(str(proposal_id)))
    assert sorted(one.payload["receipt"] for one in box) == sorted(receipts)
    assert box[-1].payload["receipt"] == standing
    assert [one.payload["replaces"] for one in box[1:]] == [
        one.payload["receipt"] for one in box[:-1]
    ]
    hall.check_chains()


def test_a_vote_that_rolls_back_leaves_nothing(hall: Hall) -> None:
    proposal_id = hall.voting()
    hall.vote(proposal_id, "bo")
    with pytest.raises(RuntimeError), hall.db.write.begin() as session:
        service.cast_ballot(
            session, proposal_id, actor=hall.actor("cleo"), marks={"choice": "no"}, now=hall.now
        )
        session.flush()
        raise RuntimeError("the power fails")
    assert counted(hall, proposal_id) == {"yes": 1, "no": 0, "abstain": 0, "block": 0}
    hall.check_chains()


TEN = tuple("abcdefghij")


@pytest.fixture
def secret(empty_hall: Hall) -> tuple[Hall, int]:
    """A secret vote among ten."""
    hall = empty_hall.found(Preset.ASSOCIATION, members=TEN)
    return hall, hall.voting("b", secrecy=Secrecy.SECRET, **POLICY)


def test_a_secret_vote_joins_no_member_with_a_choice(secret: tuple[Hall, int]) -> None:
    hall, proposal_id = secret
    for name in "abcde":
        hall.vote(proposal_id, name, "yes" if name < "d" else "no")
    hall.vote(proposal_id, "a", "no")
    hall.vote(proposal_id, "a", "yes")
    rows = hall.scalars(select(Ballot))
    assert len(rows) == 5
    ids = set(hall.members.values())
    for row in rows:
        assert row.member_id is None
        assert row.voter not in {str(id_) for id_ in ids}
        assert (row.cast_at.hour, row.cast_at.minute) == (0, 0)
    hall.closed(proposal_id, {})
    papers = hall.scalars(select(Ballot))
    assert {row.voter for row in papers} == {row.receipt for row in papers}
    assert hall.scalars(select(BallotKey)) == []
    assert hall.state(proposal_id) is State.CHALLENGEABLE
    with hall.db.read.begin() as session:
        assert service.own_ballot(session, proposal_id, actor=hall.actor("a")) is None
        exported = bundle.export_bundle(session, proposal_id, viewer=None)
    decision = verify.check(exported)
    assert decision.tally.dump() == {"yes": 3, "no": 2, "abstain": 0, "block": 0}
    assert {ballot["voter"] for ballot in exported["ballots"]} == {None}


def test_while_a_secret_vote_is_open_ones_own_ballot_is_found(secret: tuple[Hall, int]) -> None:
    hall, proposal_id = secret
    receipt = hall.vote(proposal_id, "c", "abstain")
    with hall.db.read.begin() as session:
        mine = service.own_ballot(session, proposal_id, actor=hall.actor("c"))
        assert mine is not None
        assert mine.receipt == receipt.receipt
        assert service.own_ballot(session, proposal_id, actor=hall.actor("d")) is None


def test_fewer_than_ten_keep_no_secrets(empty_hall: Hall) -> None:
    hall = empty_hall.found(Preset.ASSOCIATION, members=TEN[:9])
    with pytest.raises(Invalid, match="fewer than 10"):
        hall.draft("b", secrecy=Secrecy.SECRET, **POLICY)


def test_a_secret_vote_that_shrinks_below_ten_is_called_off(empty_hall: Hall) -> None:
    hall = empty_hall.found(Preset.ASSOCIATION, members=TEN)
    proposal_id = hall.deliberating("b", secrecy=Secrecy.SECRET, **POLICY)
    _set_state(hall, "j", MemberState.LEFT)
    hall.go_to(hall.proposal(proposal_id).opens_at)
    assert hall.state(proposal_id) is State.WITHDRAWN
    assert hall.proposal(proposal_id).ended_because == "secrecy"
    assert hall.scalars(select(Elector)) == []


def test_an_even_split_is_rejected(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting(**POLICY), {"ada": "yes", "bo": "no"})
    assert hall.proposal(proposal_id).outcome is Outcome.REJECTED


def test_the_worker_counts_once_however_often_it_runs(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting())
    hall.runner.run_until_idle()
    assert hall.log_of(proposal_id).count("proposal.closed") == 1


def test_refusals_have_words_for_people(hall: Hall) -> None:
    with pytest.raises(AppError) as caught:
        hall.vote(4711, "bo")
    assert str(caught.value) == "There is no such proposal."
