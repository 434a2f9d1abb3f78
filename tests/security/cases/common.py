"""GOVERNANCE and LEDGER: what members decide, and their money."""

from collections.abc import Mapping
from typing import Final

from tests.security.cases.case import Case

GOVERNANCE: Final = "security/test_governance.py"
LEDGER: Final = "security/test_ledger.py"
BALLOTS: Final = "governance/test_ballots.py"
GUARD: Final = "governance/test_guard.py"
TRIGGERS: Final = "governance/test_triggers.py"
VERIFY: Final = "governance/test_verify.py"

CASES: Final[Mapping[int, Case]] = {
    113: Case(
        "members who join, lapse, leave or are suspended after the roll was frozen",
        (
            f"{BALLOTS}::test_the_roll_stands_from_the_opening_on",
            f"{TRIGGERS}::test_an_open_vote_stands",
            "governance/test_box_stateful.py::test_the_ballot_box",
        ),
    ),
    114: Case(
        "voters who are none",
        (
            f"{GOVERNANCE}::test_who_has_no_vote_is_told_why",
            f"{GOVERNANCE}::test_no_other_scope_votes",
            f"{BALLOTS}::test_an_application_needs_the_permission_to_vote",
            "governance/test_eligibility.py::test_judge",
        ),
    ),
    115: Case(
        "orders of ballots and seeds of hashes",
        (
            f"{GOVERNANCE}::test_115_nothing_depends_on_the_seed_of_hashes",
            "governance/test_decision.py::test_the_order_of_ballots_does_not_matter",
            f"{BALLOTS}::test_an_even_split_is_rejected",
        ),
    ),
    116: Case(
        "marks that are no vote",
        (
            f"{GOVERNANCE}::test_what_is_no_vote_is_422_and_no_ballot",
            f"{BALLOTS}::test_what_is_no_vote_is_refused_and_nothing_is_stored",
            "governance/test_pages_voting.py::test_a_spoilt_ballot_comes_back_and_is_not_put_in",
        ),
    ),
    117: Case(
        "changes after the vote has opened",
        (
            f"{GOVERNANCE}::test_an_open_vote_is_changed_by_nobody",
            f"{TRIGGERS}::test_an_open_vote_stands",
            "governance/test_life.py::test_an_edit_makes_a_revision_until_the_text_is_sealed",
        ),
    ),
    118: Case(
        "acts on a proposal of somebody else",
        (
            f"{GOVERNANCE}::test_nobody_acts_for_an_author",
            "governance/test_life.py::test_nobody_touches_somebody_elses_proposal",
        ),
    ),
    119: Case(
        "a secret vote and everything that is stored",
        (
            f"{GOVERNANCE}::test_119_no_row_joins_a_member_with_a_secret_choice",
            f"{BALLOTS}::test_a_secret_vote_joins_no_member_with_a_choice",
            "governance/test_queries.py::test_a_secret_result_has_no_names_for_anybody",
        ),
    ),
    120: Case(
        "receipts, and tampering with ballots",
        (
            f"{VERIFY}::test_tampering_is_named",
            f"{VERIFY}::test_a_changed_value_is_named",
            f"{VERIFY}::test_a_voter_finds_the_ballot_by_receipt_or_code",
        ),
    ),
    121: Case(
        "partial results of a running vote",
        (
            "governance/test_pages_voting.py"
            "::test_nothing_is_told_before_the_close_and_silence_has_one_size",
            "governance/test_pages_voting.py"
            "::test_the_pages_of_an_open_vote_do_not_change_with_the_votes",
            "governance/test_queries.py::test_no_number_leaks_while_the_vote_is_open",
        ),
    ),
    122: Case(
        "two decisions that contradict each other",
        (
            f"{GUARD}::test_of_two_decisions_on_the_same_matter_the_second_must_name_the_first",
            f"{GUARD}::test_what_no_longer_fits_fails_whole_and_needs_a_new_decision",
        ),
    ),
    123: Case(
        "officers who give power to themselves",
        (
            f"{GOVERNANCE}::test_fields_of_power_in_a_form_give_none",
            f"{GUARD}::test_nobody_carries_out_a_decision_in_their_own_favour",
            "members/test_doors.py::test_only_its_door_imports_it",
        ),
    ),
    124: Case(
        "a recall of the only admin",
        (f"{GUARD}::test_a_recall_ends_the_power_of_the_only_holder_without_a_lock_out",),
    ),
    125: Case("delegations in circles", waits_for="delegation"),
    126: Case(
        "new terms and whoever has not accepted them",
        (
            "governance/test_pages_documents.py::test_a_member_sees_what_changed_and_accepts_once",
            "members/test_consent.py::test_who_may_post",
        ),
    ),
    127: Case(
        "rows changed by SQL",
        (
            "governance/test_live.py::test_what_was_changed_by_hand_is_named",
            "governance/test_live.py::test_a_broken_chain_is_named_first",
            f"{VERIFY}::test_a_log_sealed_anew_shows_against_a_head_kept_elsewhere",
        ),
    ),
    128: Case(
        "reminders that tell who has not voted",
        ("governance/test_events.py::test_only_those_who_have_not_voted_are_reminded",),
    ),
    129: Case(
        "a flood of proposals and comments, and supporting oneself",
        (
            "governance/test_drafting.py::test_five_proposals_a_day_and_no_more",
            "governance/test_drafting.py::test_a_hundred_comments_a_day_and_no_more",
            "governance/test_life.py::test_one_cannot_second_ones_own",
            "governance/test_drafting.py::test_a_wrong_draft_is_refused",
        ),
    ),
    130: Case(
        "any history of the books",
        (
            "dues/test_ledger_machine.py::test_any_history_of_the_books",
            "dues/test_billing_machine.py::test_any_history_of_members_and_money",
        ),
    ),
    131: Case("forged messages of a payment provider", waits_for="payments by card"),
    132: Case("messages of another account or mode", waits_for="payments by card"),
    133: Case(
        "sums that are none",
        (
            f"{LEDGER}::test_what_is_no_sum_is_not_booked",
            f"{LEDGER}::test_a_program_books_no_such_payment",
            f"{LEDGER}::test_a_program_pledges_no_such_sum",
            "dues/test_money.py::test_what_is_refused_rather_than_guessed",
        ),
    ),
    134: Case(
        "changes of what is posted",
        (
            "dues/test_refusals.py::test_what_is_posted_stays",
            "dues/test_refusals.py::test_the_orm_cannot_change_an_entry_either",
        ),
    ),
    135: Case(
        "closed months",
        (
            "dues/test_refusals.py::test_a_closed_month_takes_nothing",
            "dues/test_periods.py::test_a_late_item_is_dated_now_and_remembers_its_day",
            "dues/test_periods.py::test_reversing_an_entry_of_a_closed_month_happens_today",
            "dues/test_periods.py::test_only_a_decision_opens_the_last_closed_month",
        ),
    ),
    136: Case(
        "a treasurer beyond their mandate (approving one's own expense: with spending requests)",
        (f"{LEDGER}::test_136_a_treasurer_whose_mandate_ended_does_nothing",),
    ),
    137: Case("spending beyond a budget", waits_for="budgets and spending requests"),
    138: Case(
        "money that goes back (chargebacks: with payments by card)",
        (
            "dues/test_corrections.py::test_never_more_goes_back_than_came",
            "dues/test_corrections.py::test_dues_go_back_in_full_and_the_vote_rests_from_that_day",
        ),
    ),
    139: Case(
        "ends of months, leap days, clocks that jump",
        (
            "dues/test_calendar.py::test_ten_years_have_no_gap_no_overlap_and_no_drift",
            "dues/test_schedule.py"
            "::test_ten_years_of_payments_never_overlap_and_never_leave_a_day_within_grace",
            "dues/test_time.py::test_two_schedulers_open_one_invoice",
        ),
    ),
    140: Case("a payment provider that is away", waits_for="payments by card"),
    141: Case(
        "a place without dues, seen by others",
        (
            "dues/test_places.py::test_nothing_that_others_read_names_a_place",
            "dues/test_pages.py::test_the_roll_does_not_say_who_pays_nothing",
        ),
    ),
    142: Case("erasing a person from the books", waits_for="erasure of accounts"),
    143: Case(
        "names and small numbers on the public books",
        (
            "dues/test_pages.py::test_everybody_reads_the_books_without_a_name_in_them",
            "dues/test_pages.py::test_a_few_payments_are_not_told_apart",
        ),
    ),
    144: Case(
        "an export read into empty books",
        ("dues/test_export.py::test_csv_read_into_empty_books_gives_the_same_balances",),
    ),
    145: Case(
        "papers that are none, and links to papers",
        (
            f"{LEDGER}::test_a_receipt_that_is_none_is_refused_and_nothing_is_booked",
            f"{LEDGER}::test_145_a_receipt_is_behind_no_public_link",
        ),
    ),
}
