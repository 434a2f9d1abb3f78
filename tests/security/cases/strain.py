"""DENIAL OF SERVICE: too much of everything."""

from collections.abc import Mapping
from typing import Final

from tests.security.cases.case import Case

LIMITS: Final = "security/test_limits.py"
STREAMS: Final = "mastodon/test_streams.py"
HTTP_LIMITS: Final = "http/test_limits.py"
HEADERS: Final = "http/test_headers.py"
GUESSES: Final = "mastodon/test_guesses.py"

CASES: Final[Mapping[int, Case]] = {
    160: Case(
        "forms of very many fields, very long ones, and odd boundaries",
        (
            f"{LIMITS}::test_160_a_form_of_too_much_is_refused",
            f"{LIMITS}::test_160_a_field_of_a_gigabyte_is_read_no_further_than_needed",
            f"{LIMITS}::test_160_a_boundary_that_is_none_is_refused",
            f"{HEADERS}::test_a_request_that_turns_out_too_large_is_cut_off",
        ),
    ),
    161: Case(
        "heavy work while others wait",
        (
            f"{LIMITS}::test_161_heavy_work_is_done_where_nobody_waits_for_it",
            "text/test_redline.py::test_texts_made_to_be_slow_are_quick",
        ),
    ),
    162: Case(
        "very many streams, frames without end, listeners who take nothing",
        (
            f"{STREAMS}::test_one_member_may_hold_so_many_streams",
            f"{STREAMS}::test_a_binary_frame_and_a_flood_end_a_socket",
            f"{STREAMS}::test_an_app_that_takes_nothing_is_let_go_and_delays_nobody",
        ),
    ),
    163: Case(
        "pages before the first and behind the last",
        (
            f"{LIMITS}::test_163_no_page_is_too_strange_to_be_answered",
            "coop_api/test_bad_input.py::test_a_number_that_is_none_names_nothing",
        ),
    ),
    164: Case(
        "searches made to be slow",
        (
            "search/test_asking.py::test_a_search_is_bounded",
            "search/test_search.py::test_queries",
        ),
    ),
    165: Case(
        "pieces of SQL in every parameter",
        (
            f"{GUESSES}::test_no_guess_is_a_fault_of_ours",
            "coop_api/test_guesses.py::test_no_guess_is_a_fault_of_ours",
        ),
    ),
    166: Case(
        "every sensitive door is counted, however its address is written",
        (
            f"{HTTP_LIMITS}::test_no_spelling_of_the_address_gets_around",
            "project/test_routes.py::test_every_form_is_checked_and_every_write_counted",
            "web/people/test_login_pages.py::test_five_wrong_tries_and_the_account_rests",
            "web/people/test_join_pages.py::test_the_door_is_not_hammered",
        ),
    ),
    167: Case("one site sends very much", waits_for="what other sites send us"),
    168: Case(
        "a million names that nobody ever needs",
        (
            f"{HTTP_LIMITS}::test_memory_stays_bounded",
            "core/test_cache.py::test_what_was_used_longest_ago_goes_first",
            "core/test_net_answers.py::test_failures_are_forgotten_in_time_and_in_number",
            "media/remote/test_shelf.py::test_what_is_too_much_goes_the_longest_unused_first",
        ),
    ),
    169: Case("an author whom very many follow elsewhere", waits_for="deliveries to other sites"),
    170: Case(
        "wrong methods, odd addresses, requests within requests",
        (
            f"{HEADERS}::test_odd_addresses_and_methods_are_declined",
            f"{HEADERS}::test_an_address_of_a_novel",
            f"{LIMITS}::test_170_no_second_request_hides_in_the_first",
        ),
    ),
    171: Case(
        "whatever fits the description, or nearly does",
        (
            "coop_api/test_described.py"
            "::test_whatever_fits_or_nearly_does_is_answered_as_described",
            "mastodon/test_described.py"
            "::test_whatever_fits_or_nearly_does_is_answered_as_described",
        ),
    ),
}
