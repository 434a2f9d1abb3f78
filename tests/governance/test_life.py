"""A proposal's whole life, by the use cases and the passing of time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.instance.presets import Preset
from app.members.models import RequiredVersion
from governance import documents
from governance.decision import Outcome
from governance.lifecycle import State
from governance.models import Ballot, DocumentVersion, Result
from governance.models.law import Slug
from governance.rules import DecisionType
from tests.governance.hall import NEW_TERMS, TERMS, Hall


def test_terms_are_changed_from_the_draft_to_the_day_on_which_they_hold(hall: Hall) -> None:
    proposal_id = hall.draft("bo")
    assert hall.state(proposal_id) is State.DRAFT
    hall.submit(proposal_id)
    assert hall.state(proposal_id) is State.SEEKING_SUPPORT
    hall.second(proposal_id, "cleo")
    assert hall.state(proposal_id) is State.DELIBERATION
    hall.pass_days(5)
    assert hall.state(proposal_id) is State.NOTICE
    hall.pass_days(2)
    assert hall.state(proposal_id) is State.VOTING
    hall.vote(proposal_id, "bo")
    hall.vote(proposal_id, "cleo", "no")
    hall.vote(proposal_id, "dov")
    hall.pass_days(10)
    assert hall.state(proposal_id) is State.CHALLENGEABLE
    assert hall.proposal(proposal_id).outcome is Outcome.PASSED
    hall.pass_days(7)
    assert hall.state(proposal_id) is State.QUEUED
    hall.enact(hall.order_of(proposal_id).id, "ada")
    assert hall.state(proposal_id) is State.ENACTED

    with hall.db.read.begin() as session:
        newest = documents.latest(session, Slug.TERMS)
        assert newest is not None
        assert (newest.version, newest.text) == (2, NEW_TERMS)
        assert newest.effective_at == hall.now + timedelta(days=14)
        in_force = documents.in_force(session, Slug.TERMS, at=hall.now)
        assert in_force is not None
        assert in_force.version == 1
        later = documents.in_force(session, Slug.TERMS, at=newest.effective_at)
        assert later == newest
        required = session.get_one(RequiredVersion, ("terms", 2))
        assert required.accept_by == newest.effective_at + timedelta(days=14)
    assert hall.log_of(proposal_id) == [
        "proposal.frozen",
        "proposal.opened",
        "proposal.closed",
        "proposal.ratified",
        "order.queued",
        "order.enacted",
    ]
    hall.check_chains()


def test_the_dates_do_not_depend_on_when_the_worker_runs(hall: Hall) -> None:
    proposal_id = hall.deliberating()
    planned = hall.proposal(proposal_id).dates
    hall.clock.set(planned.opens_at + timedelta(hours=5))
    hall.runner.run_until_idle()
    assert hall.state(proposal_id) is State.VOTING
    assert hall.proposal(proposal_id).dates == planned
    hall.closed(proposal_id, {"bo": "yes", "cleo": "yes"})
    hall.go_to(planned.closes_at + timedelta(days=30))
    order = hall.order_of(proposal_id)
    assert order.not_before == planned.closes_at + timedelta(days=7)
    assert order.not_after == order.not_before + timedelta(days=60)


def test_a_draft_is_seen_by_its_author_only(hall: Hall) -> None:
    proposal_id = hall.draft("bo")
    with pytest.raises(NotFound):
        hall.revise(proposal_id, "cleo")
    with pytest.raises(NotFound):
        hall.submit(proposal_id, "cleo")
    with pytest.raises(NotFound):
        hall.withdraw(proposal_id, "cleo")


NOT_ONES_OWN = [
    pytest.param(lambda hall, it: hall.revise(it, "cleo"), id="edit"),
    pytest.param(lambda hall, it: hall.withdraw(it, "cleo"), id="withdraw"),
]


@pytest.mark.parametrize("act", NOT_ONES_OWN)
def test_nobody_touches_somebody_elses_proposal(hall: Hall, act: object) -> None:
    proposal_id = hall.deliberating("bo")
    assert callable(act)
    with pytest.raises(Forbidden, match="Only the person who made"):
        act(hall, proposal_id)


def test_one_cannot_second_ones_own(hall: Hall) -> None:
    proposal_id = hall.draft("bo")
    hall.submit(proposal_id)
    with pytest.raises(Forbidden, match="Somebody else"):
        hall.second(proposal_id, "bo")


def test_seconding_twice_counts_once(empty_hall: Hall) -> None:
    hall = empty_hall.found(Preset.ASSOCIATION)
    proposal_id = hall.draft("bo")
    hall.submit(proposal_id)
    hall.second(proposal_id, "cleo")
    with pytest.raises(Conflict, match="already"):
        hall.second(proposal_id, "cleo")
    hall.second(proposal_id, "dov")
    assert hall.state(proposal_id) is State.SEEKING_SUPPORT
    hall.second(proposal_id, "eve")
    assert hall.state(proposal_id) is State.DELIBERATION


def test_without_supporters_a_proposal_is_given_up(hall: Hall) -> None:
    proposal_id = hall.draft("bo")
    hall.submit(proposal_id)
    hall.pass_days(30)
    assert hall.state(proposal_id) is State.WITHDRAWN
    assert hall.proposal(proposal_id).ended_because == "support"


def test_an_edit_makes_a_revision_until_the_text_is_sealed(hall: Hall) -> None:
    proposal_id = hall.deliberating("bo")
    hall.revise(proposal_id, "bo", body="Better words.")
    assert hall.proposal(proposal_id).revision == 2
    hall.pass_days(5)
    for days in (0, 2, 10):
        hall.pass_days(days)
        with pytest.raises(Conflict, match="sealed"):
            hall.revise(proposal_id, "bo", body="Other words.")


def test_the_text_is_sealed_on_time_although_the_worker_is_late(hall: Hall) -> None:
    proposal_id = hall.deliberating("bo")
    hall.clock.advance(days=5)
    with pytest.raises(Conflict, match="sealed"):
        hall.revise(proposal_id, "bo", body="Other words.")


def test_once_handed_in_a_proposal_keeps_its_type(hall: Hall) -> None:
    proposal_id = hall.deliberating("bo")
    with pytest.raises(Invalid, match="keeps its type"):
        hall.revise(proposal_id, "bo", type=DecisionType.POLICY, effects=[])


def test_a_rejected_text_comes_back_changed_or_after_thirty_days(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting(), {"bo": "yes", "cleo": "no"})
    assert hall.state(proposal_id) is State.REJECTED
    again = hall.draft("dov", title="The same under another name")
    with pytest.raises(Conflict, match="30 days"):
        hall.submit(again, "dov")
    text = {"slug": "terms", "text": NEW_TERMS + "\nAnd soon.\n"}
    hall.revise(again, "dov", effects=[{"kind": "document.adopt", "payload": text}])
    hall.submit(again, "dov")
    late = hall.draft("eve")
    hall.pass_days(30)
    hall.submit(late, "eve")
    assert hall.state(late) is State.SEEKING_SUPPORT


def test_too_few_voters_prolong_the_vote_once_and_then_it_is_advice(hall: Hall) -> None:
    proposal_id = hall.voting()
    first = hall.proposal(proposal_id).dates
    hall.vote(proposal_id, "bo")
    hall.go_to(first.closes_at)
    prolonged = hall.proposal(proposal_id)
    assert prolonged.state is State.VOTING
    assert prolonged.dates.closes_at == first.closes_at + timedelta(days=5)
    hall.vote(proposal_id, "bo", "no")
    hall.go_to(prolonged.dates.closes_at)
    assert hall.state(proposal_id) is State.QUORUM_MISSED
    assert hall.log_of(proposal_id).count("proposal.extended") == 1
    [result] = hall.scalars(select(Result))
    assert result.working["steps"][0]["reached"] == 1


def test_after_the_extension_enough_voters_decide(hall: Hall) -> None:
    proposal_id = hall.voting()
    hall.vote(proposal_id, "bo")
    hall.go_to(hall.proposal(proposal_id).closes_at)
    hall.vote(proposal_id, "cleo")
    hall.go_to(hall.proposal(proposal_id).closes_at)
    assert hall.state(proposal_id) is State.CHALLENGEABLE


def test_a_withdrawn_vote_discards_its_ballots(hall: Hall) -> None:
    proposal_id = hall.voting()
    hall.vote(proposal_id, "cleo")
    hall.withdraw(proposal_id, "bo")
    assert hall.state(proposal_id) is State.WITHDRAWN
    assert hall.scalars(select(Ballot)) == []
    assert hall.log_of(proposal_id)[-1] == "proposal.withdrawn"
    hall.pass_days(30)
    assert hall.state(proposal_id) is State.WITHDRAWN


def test_after_its_close_a_vote_cannot_be_taken_back(hall: Hall) -> None:
    proposal_id = hall.voting()
    hall.clock.set(hall.proposal(proposal_id).dates.closes_at)
    with pytest.raises(Conflict, match="too late"):
        hall.withdraw(proposal_id, "bo")


def test_a_text_that_was_adopted_meanwhile_is_given_up_at_the_freeze(hall: Hall) -> None:
    first, second = hall.deliberating("bo"), hall.draft("dov")
    hall.go_to(hall.proposal(first).opens_at)
    hall.closed(first)
    hall.submit(second, "dov")
    hall.second(second, "cleo")
    hall.go_to(hall.proposal(first).challenge_until)
    assert hall.state(second) is State.VOTING, "it froze before the first was carried out"
    third = hall.deliberating("eve")
    hall.enact(hall.order_of(first).id)
    hall.pass_days(7)
    assert hall.state(third) is State.WITHDRAWN
    assert hall.proposal(third).ended_because == "impossible"
    assert len(hall.scalars(select(DocumentVersion).where(DocumentVersion.slug == "terms"))) == 2
    assert TERMS["kind"] == "document.adopt"
