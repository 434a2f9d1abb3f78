"""AUTH and OAUTH: accounts, sessions, programs, tokens, streams."""

from collections.abc import Mapping
from typing import Final

from tests.security.cases.case import Case

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
}
