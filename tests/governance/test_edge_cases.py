"""Every edge case of deciding, by the test that shows how it is handled.

Source: governance research 7.7, in its order. What concerns votes on several options or several
seats, and delegates, comes with those.
"""

import ast
from pathlib import Path

import pytest

from app.core.errors import Forbidden
from app.members.models import Member
from app.members.offices import Office
from governance import service
from governance.decision import Outcome
from governance.lifecycle import State
from governance.refusals import Code
from governance.rules import DecisionType, Method
from tests.factories import make_mandate
from tests.governance.hall import Hall
from tests.governance.test_guard import refused

ROOT = Path(__file__).parents[2]
CASES = [
    # case, file, test
    ("a tie of yes and no", "test_ballots.py", "test_an_even_split_is_rejected"),
    (
        "the same again after it was rejected",
        "test_life.py",
        "test_a_rejected_text_comes_back_changed_or_after_thirty_days",
    ),
    (
        "too few vote: once more time, then advice",
        "test_life.py",
        "test_too_few_voters_prolong_the_vote_once_and_then_it_is_advice",
    ),
    (
        "too few vote: only the undecided are reminded",
        "test_events.py",
        "test_a_prolonged_vote_reminds_once_more_and_only_the_undecided",
    ),
    (
        "a member leaves while the vote is open",
        "test_ballots.py",
        "test_the_roll_stands_from_the_opening_on",
    ),
    (
        "dues lapse while the vote is open",
        "test_ballots.py",
        "test_the_roll_stands_from_the_opening_on",
    ),
    (
        "dues are paid during the deliberation",
        "test_ballots.py",
        "test_standing_at_the_opening_decides",
    ),
    (
        "a member joins while the vote is open",
        "test_edge_cases.py",
        "test_who_joins_while_the_vote_is_open_reads_and_speaks_and_is_told_why_not_more",
    ),
    ("dues in grace, or none to pay", "test_ballots.py", "test_standing_at_the_opening_decides"),
    (
        "which of the two it is stays unsaid",
        "test_eligibility.py",
        "test_the_reason_does_not_tell_who_pays_nothing",
    ),
    (
        "a suspended member",
        "test_ballots.py",
        "test_the_roll_stands_from_the_opening_on",
    ),
    (
        "an edit after votes were cast",
        "test_life.py",
        "test_an_edit_makes_a_revision_until_the_text_is_sealed",
    ),
    (
        "the author takes it back after votes were cast",
        "test_events.py",
        "test_the_voters_of_a_withdrawn_vote_are_told",
    ),
    (
        "a spelling mistake is found while the vote is open",
        "test_noting.py",
        "test_only_after_the_vote_and_only_by_officers",
    ),
    (
        "a spelling mistake is noted beside the text by two people",
        "test_noting.py",
        "test_two_people_put_a_note_beside_the_text_and_nothing_else_changes",
    ),
    (
        "two open proposals on the same: they are shown",
        "test_queries.py",
        "test_other_proposals_on_the_same_matter_are_shown",
    ),
    (
        "two open proposals on the same: the later one names the first",
        "test_guard.py",
        "test_of_two_decisions_on_the_same_matter_the_second_must_name_the_first",
    ),
    (
        "settled, but not carried out in time",
        "test_guard.py",
        "test_an_order_that_was_not_used_expires_in_public",
    ),
    (
        "an expired decision comes again by an ordinary vote",
        "test_edge_cases.py",
        "test_what_expired_may_be_decided_again_at_once",
    ),
    (
        "whoever carries it out gains by it",
        "test_guard.py",
        "test_nobody_carries_out_a_decision_in_their_own_favour",
    ),
    (
        "whoever should carry it out does not",
        "test_edge_cases.py",
        "test_another_holder_carries_out_what_the_first_leaves_lying",
    ),
    (
        "whoever should carry it out declines, in public",
        "test_declining.py",
        "test_another_holder_carries_out_what_one_declined",
    ),
    (
        "whoever declined changes their mind",
        "test_declining.py",
        "test_who_changes_their_mind_is_shown_with_both",
    ),
    (
        "whoever let it expire can be recalled",
        "test_declining.py",
        "test_members_may_recall_who_let_an_order_expire",
    ),
    (
        "the site is away in the last 24 hours",
        "test_outages.py",
        "test_an_outage_in_the_last_day_moves_the_close_by_its_length",
    ),
    (
        "the close is an instant, whatever worker is late",
        "test_ballots.py",
        "test_voting_begins_at_its_opening_and_is_over_at_its_close",
    ),
    ("a block without a reason", "test_ballots.py", "test_a_block_needs_a_reason"),
    (
        "a block against an overwhelming yes",
        "test_edge_cases.py",
        "test_nine_of_ten_override_a_block_and_eight_of_nine_do_not",
    ),
    (
        "the day has come on which a decision is looked at again",
        "test_reviewing.py",
        "test_on_its_day_it_is_overdue_and_a_review_is_drafted_once",
    ),
    (
        "a challenge that is upheld",
        "test_challenges.py",
        "test_an_upheld_challenge_voids_the_vote",
    ),
    (
        "a short type has a short time for challenges",
        "test_challenges.py",
        "test_short_types_are_open_to_challenge_for_three_days",
    ),
    (
        "a database that was set back is found out by the head kept elsewhere",
        "test_verify.py",
        "test_a_log_sealed_anew_shows_against_a_head_kept_elsewhere",
    ),
]


@pytest.mark.parametrize(("file", "test"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_the_case_has_its_test(file: str, test: str) -> None:
    tree = ast.parse((ROOT / "tests/governance" / file).read_text())
    assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_who_joins_while_the_vote_is_open_reads_and_speaks_and_is_told_why_not_more(
    hall: Hall,
) -> None:
    proposal_id = hall.voting()
    hall.clock.advance(hours=1)
    hall.add("fay", joined_at=hall.now)
    with pytest.raises(Forbidden, match="You were not a member when this vote opened"):
        hall.vote(proposal_id, "fay")
    with hall.db.write.begin() as session:
        service.comment(session, proposal_id, actor=hall.actor("fay"), text="Hello.", now=hall.now)


def test_what_expired_may_be_decided_again_at_once(hall: Hall) -> None:
    order_id = hall.queued()
    hall.go_to(hall.order(order_id).not_after)
    assert hall.state(hall.order(order_id).proposal_id) is State.EXPIRED
    again = hall.queued()
    with hall.db.write.begin() as session:
        make_mandate(session, session.get_one(Member, hall.members["dov"]), Office.ADMIN)
    hall.enact(again, "dov")
    assert hall.state(hall.order(again).proposal_id) is State.ENACTED


def test_another_holder_carries_out_what_the_first_leaves_lying(hall: Hall) -> None:
    order_id = hall.queued()
    with hall.db.write.begin() as session:
        make_mandate(session, session.get_one(Member, hall.members["dov"]), Office.ADMIN)
    hall.pass_days(30)
    assert refused(hall, order_id, "bo") is Code.NOT_THE_OFFICE
    hall.enact(order_id, "dov")
    assert hall.state(hall.order(order_id).proposal_id) is State.ENACTED


def test_nine_of_ten_override_a_block_and_eight_of_nine_do_not(hall: Hall) -> None:
    names = list(hall.members)
    for number in range(5):
        names.append(f"more{number}")
        hall.add(names[-1])
    outcomes = []
    for voters in (names, names[:9]):
        proposal_id = hall.voting(
            type=DecisionType.POLICY,
            effects=[],
            title=f"By {len(voters)}",
            method=Method.CONSENSUS,
        )
        votes = dict.fromkeys(voters[1:], "yes") | {voters[0]: "block"}
        hall.closed(proposal_id, votes)
        outcomes.append(hall.proposal(proposal_id).outcome)
    assert outcomes == [Outcome.PASSED, Outcome.BLOCKED]
