"""The catalogue: each case of AUTH, OAUTH, GOVERNANCE and LEDGER, and the tests that hold it.

A case about something that does not exist yet says so instead; it gets its tests together with
the thing. The numbers and the sentences are those of the security specification, shortened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

PEOPLE: Final = "web/people/test_login_pages.py"
SETTINGS: Final = "web/people/test_settings_pages.py"
AUTH: Final = "security/test_auth.py"
STEP_UP: Final = "security/test_step_up.py"
OAUTH: Final = "security/test_oauth.py"
REDIRECTS: Final = "oauth/test_redirects.py"
CONSENT: Final = "oauth/test_consent.py"
CONSENT_PAGE: Final = "web/people/test_authorize_page.py"
GRANTS: Final = "oauth/test_grants.py"
STREAMS: Final = "mastodon/test_streams.py"
MATRIX: Final = "mastodon/test_stream_matrix.py"
PROGRAMS: Final = "mastodon/test_oauth.py"
GOVERNANCE: Final = "security/test_governance.py"
LEDGER: Final = "security/test_ledger.py"
BALLOTS: Final = "governance/test_ballots.py"
GUARD: Final = "governance/test_guard.py"
TRIGGERS: Final = "governance/test_triggers.py"
VERIFY: Final = "governance/test_verify.py"


@dataclass(frozen=True, slots=True)
class Case:
    """What is tried, and the tests that try it, "file::test"; or what it waits for."""

    sentence: str
    tests: Sequence[str] = ()
    waits_for: str = ""


CASES: Final[Mapping[int, Case]] = {
    1: Case(
        "known and unknown addresses are answered alike, and in the same time",
        (
            f"{PEOPLE}::test_unknown_and_known_answer_alike_and_in_the_same_time",
            f"{AUTH}::test_known_and_unknown_addresses_are_answered_alike",
            "members/test_access.py::test_asking_leaves_the_same_behind_for_known_and_unknown",
        ),
    ),
    2: Case(
        "a new password ends every other way in",
        (
            f"{SETTINGS}::test_another_password_ends_every_other_way_in",
            f"{PEOPLE}::test_a_lost_password",
            "members/test_sessions.py::test_all_ways_in_end_at_once",
        ),
    ),
    3: Case("a planted cookie", (f"{PEOPLE}::test_a_planted_cookie_is_not_kept",)),
    4: Case("a one-time code twice", waits_for="second factors"),
    5: Case("one-time codes guessed from many addresses", waits_for="second factors"),
    6: Case("one recovery code ten times at once", waits_for="second factors"),
    7: Case("passkeys of another site, replayed, or of somebody else", waits_for="passkeys"),
    8: Case(
        "passwords that are huge, unreadable, or typed in another form of Unicode",
        (
            f"{AUTH}::test_passwords_that_nobody_has_are_declined_at_once",
            f"{AUTH}::test_8_a_password_is_the_same_however_it_was_typed",
        ),
    ),
    9: Case(
        "two hundred sign-ins at once",
        (f"{AUTH}::test_9_two_hundred_sign_ins_at_once_stay_within_their_memory",),
    ),
    10: Case(
        "addresses that lead mail elsewhere",
        (
            f"{AUTH}::test_an_address_that_leads_elsewhere_gets_no_mail",
            "core/test_mail.py::test_refuses_an_address",
        ),
    ),
    11: Case(
        "an older wish for a new address",
        (
            f"{SETTINGS}::test_another_address",
            "members/test_access.py::test_an_older_wish_is_refused",
        ),
    ),
    12: Case(
        "an applicant writes before approval",
        (f"{AUTH}::test_who_is_no_member_changes_nothing",),
    ),
    13: Case(
        "a member is suspended with a page and a token open",
        (f"{AUTH}::test_13_a_suspended_member_stops_at_the_next_request",),
    ),
    14: Case(
        "forged addresses of callers",
        (
            f"{PEOPLE}::test_a_forwarded_address_without_a_trusted_proxy_is_not_believed",
            "http/test_limits.py::test_a_forwarded_address_is_not_believed_from_anybody",
        ),
    ),
    15: Case("cookies of every page", (f"{AUTH}::test_15_every_cookie_of_every_page_is_guarded",)),
    16: Case(
        "what matters, with an old session",
        (
            f"{AUTH}::test_what_matters_asks_for_the_password_again",
            f"{PEOPLE}::test_confirming_that_it_is_you",
            f"{STEP_UP}::test_no_act_over_money_or_members_is_forgotten",
            f"{STEP_UP}::test_an_officer_with_an_old_stamp_changes_nothing",
            f"{STEP_UP}::test_the_page_of_a_form_asks_before_it_is_filled_in",
            f"{STEP_UP}::test_who_confirmed_comes_back_to_a_page_that_is_there",
        ),
    ),
    17: Case("an outside account with a known address", waits_for="signing in from elsewhere"),
    18: Case(
        "addresses to return to that a browser runs, or that hold line ends",
        (
            f"{REDIRECTS}::test_is_no_address_of_a_program",
            f"{REDIRECTS}::test_is_an_address_of_a_program",
            f"{PROGRAMS}::test_what_a_program_may_not_say",
        ),
    ),
    19: Case(
        "a code with another program, another address, or another proof",
        (
            f"{GRANTS}::test_what_is_refused_gives_nothing_and_uses_nothing_up",
            f"{GRANTS}::test_of_another_program_a_code_is_worth_nothing",
            f"{GRANTS}::test_a_second_use_ends_what_the_first_gave",
            f"{GRANTS}::test_of_two_uses_at_once_neither_leaves_a_token",
            f"{CONSENT}::test_a_wish_that_is_refused",
        ),
    ),
    20: Case(
        "a program that was said yes to before asks again",
        (
            f"{CONSENT_PAGE}::test_yes_leads_back_with_a_code",
            f"{CONSENT_PAGE}::test_another_site_cannot_say_yes",
        ),
    ),
    21: Case(
        "another site says yes, or shows the page in a frame",
        (
            f"{CONSENT_PAGE}::test_another_site_cannot_say_yes",
            f"{CONSENT_PAGE}::test_yes_leads_back_with_a_code",
        ),
    ),
    22: Case(
        "names and homes of programs that are full of tricks",
        (
            f"{CONSENT_PAGE}::test_yes_leads_back_with_a_code",
            "oauth/test_applications.py::test_a_program_is_kept_with_the_hash_of_its_secret",
            "oauth/test_applications.py::test_is_refused_by_field",
        ),
    ),
    23: Case(
        "every route with every token",
        (
            "mastodon/test_table.py::test_every_caller_gets_the_status_that_the_table_says",
            "mastodon/test_table.py::test_the_table_has_every_route",
        ),
    ),
    24: Case(
        "more scopes than were registered or consented to",
        (
            f"{CONSENT}::test_a_wish_that_is_refused",
            f"{CONSENT_PAGE}::test_what_is_not_in_order_leads_nowhere",
            f"{GRANTS}::test_the_token_carries_what_was_consented_to",
            f"{GRANTS}::test_a_program_by_itself",
        ),
    ),
    25: Case(
        "a token of Mastodon's scopes votes, keeps books or holds office",
        (
            f"{OAUTH}::test_25_26_27_no_token_of_mastodons_scopes_enters_the_co_op",
            f"{GOVERNANCE}::test_no_other_scope_votes",
            "oauth/test_scopes.py::test_no_other_scope_implies_one_of_ours",
        ),
    ),
    26: Case(
        "scopes of administration in the hands of a member",
        (f"{OAUTH}::test_25_26_27_no_token_of_mastodons_scopes_enters_the_co_op",),
    ),
    27: Case(
        "a program's own token where a member is needed",
        (
            f"{OAUTH}::test_25_26_27_no_token_of_mastodons_scopes_enters_the_co_op",
            f"{PROGRAMS}::test_a_program_by_itself_is_not_a_member",
        ),
    ),
    28: Case(
        "a program with a blank, missing or wrong secret",
        (
            f"{GRANTS}::test_what_is_refused_gives_nothing_and_uses_nothing_up",
            f"{GRANTS}::test_headers_that_prove_nothing",
            f"{GRANTS}::test_a_public_program_gets_nothing_for_itself",
        ),
    ),
    29: Case(
        "a public program takes its token back",
        (
            f"{GRANTS}::test_a_program_takes_its_own_token_back",
            f"{GRANTS}::test_nobody_takes_back_what_is_not_theirs",
        ),
    ),
    30: Case(
        "streams without the scope, or without a token, and where a token in an address goes",
        (
            f"{STREAMS}::test_a_socket_opens_only_with_a_token_that_may_act",
            f"{STREAMS}::test_what_a_socket_may_not_hear_is_refused_and_it_stays_open",
            f"{STREAMS}::test_events_are_refused_in_the_words_that_apps_know",
            f"{STREAMS}::test_a_stream_ends_with_the_right_to_it",
            "clients/test_streams.py::test_a_token_in_an_address_stays_out_of_the_log",
        ),
    ),
    31: Case(
        "what a stream shows that a timeline hides",
        (
            f"{MATRIX}::test_the_table_of_who_is_told_of_a_post",
            f"{MATRIX}::test_streams_tell_what_timelines_show",
            f"{MATRIX}::test_what_a_filter_hides_does_not_come_home",
        ),
    ),
    32: Case(
        "somebody reads the database",
        (
            f"{OAUTH}::test_32_the_database_holds_no_secret_that_opens_anything",
            "oauth/test_tokens.py::test_only_the_hash_is_kept",
        ),
    ),
    33: Case(
        "another site calls with the browser's cookies",
        (
            f"{OAUTH}::test_33_a_cookie_opens_no_door_of_programs",
            "http/test_access.py::test_a_cookie_does_not_open_the_api",
        ),
    ),
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
