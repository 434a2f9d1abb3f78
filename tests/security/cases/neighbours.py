"""SIGNATURES, INBOX and FEDERATION JSON: what other sites, and those who pretend to be, send."""

from collections.abc import Mapping
from typing import Final

from tests.security.cases.case import Case

REFUSALS: Final = "federation/signatures/test_refusals.py"
KEYS: Final = "federation/signatures/test_keys.py"
DOOR: Final = "federation/inbox/test_door.py"
FOLLOWS: Final = "federation/inbox/test_follows.py"
POSTS: Final = "federation/inbox/test_posts_in.py"
MORE: Final = "federation/inbox/test_more.py"
ORDER: Final = "federation/inbox/test_order.py"
FETCHING: Final = "federation/test_fetching.py"
AUTHORITY: Final = "federation/test_authority.py"
READING: Final = "federation/test_reading.py"
PRIVACY: Final = "federation/test_privacy.py"

CASES: Final[Mapping[int, Case]] = {
    34: Case(
        "a signature that does not cover the host, or is for another one",
        (f"{REFUSALS}::test_what_pretends_is_refused",),
    ),
    35: Case(
        "a signature of another day, of the future, or of no readable time",
        (
            f"{REFUSALS}::test_what_pretends_is_refused",
            f"{DOOR}::test_what_is_not_signed_as_it_must_be_is_refused",
        ),
    ),
    36: Case(
        "one signed request twice",
        (f"{DOOR}::test_a_repeat_is_taken_and_kept_once",),
    ),
    37: Case(
        "a signature used for another path, verb or query",
        (
            f"{REFUSALS}::test_what_pretends_is_refused",
            f"{REFUSALS}::test_the_query_may_be_left_out_of_what_is_signed",
        ),
    ),
    38: Case(
        "ids of keys in every form",
        (
            f"{FETCHING}::test_a_key_in_the_document_of_its_owner",
            f"{FETCHING}::test_a_key_at_an_address_of_its_own",
            f"{FETCHING}::test_a_key_that_is_not_theirs",
            f"{AUTHORITY}::test_whose_a_key_is_not",
        ),
    ),
    39: Case(
        "a new key is fetched once; wrong signatures cause no storm",
        (
            f"{DOOR}::test_a_new_key_is_fetched_and_a_wrong_signature_asks_once",
            f"{DOOR}::test_a_key_that_cannot_be_had",
            f"{DOOR}::test_a_key_is_fetched_once",
        ),
    ),
    40: Case(
        "a pushed profile with another key changes none",
        (f"{POSTS}::test_a_changed_profile_is_fetched",),
    ),
    41: Case(
        "algorithms and keys that are too weak, too large or none",
        (
            f"{KEYS}::test_keys_that_are_not",
            f"{KEYS}::test_an_exponent_of_one_is_no_key",
            f"{REFUSALS}::test_what_pretends_is_refused",
        ),
    ),
    42: Case(
        "headers twice, without end, or huge",
        (
            f"{REFUSALS}::test_what_pretends_is_refused",
            f"{REFUSALS}::test_a_header_cannot_write_further_lines",
            "federation/signatures/test_fuzz.py::test_whatever_comes_is_read_or_refused",
        ),
    ),
    43: Case(
        "the vectors of RFC 9421, good and bad",
        (
            "federation/signatures/test_vectors.py::test_b_2_3_the_text_of_a_whole_request",
            "federation/signatures/test_vectors.py"
            "::test_what_is_right_by_the_standard_and_covers_too_little",
            f"{REFUSALS}::test_what_pretends_is_refused",
        ),
    ),
    44: Case(
        "a suspended site, a suspended person, somebody who is gone",
        (
            f"{DOOR}::test_a_suspended_site_and_a_suspended_person",
            f"{POSTS}::test_whoever_is_gone_is_gone_here",
        ),
    ),
    45: Case(
        "the farewell of somebody whose key cannot be had any more",
        (f"{DOOR}::test_a_farewell_of_a_stranger_is_taken_without_asking",),
    ),
    46: Case(
        "what is passed on without a proof is fetched, or dropped",
        (f"{POSTS}::test_what_others_pass_on_is_fetched",),
    ),
    47: Case(
        "no context is ever fetched",
        (f"{MORE}::test_no_context_is_fetched",),
    ),
    48: Case(
        "a thing whose id is of another site than it came from",
        (
            f"{FETCHING}::test_no_site_speaks_for_another",
            f"{AUTHORITY}::test_no_site_speaks_for_another",
            f"{AUTHORITY}::test_a_confirmed_post_is_by_somebody_of_its_site",
            f"{DOOR}::test_what_is_not_theirs_to_say",
        ),
    ),
    49: Case(
        "a page that names the document of another site",
        (f"{FETCHING}::test_a_page_cannot_name_the_document_of_another_site_as_its_own",),
    ),
    50: Case(
        "a new post under the id of another one",
        (f"{POSTS}::test_nobody_changes_or_deletes_what_is_somebody_elses",),
    ),
    51: Case(
        "things that claim to be of this site, in every spelling",
        (
            f"{AUTHORITY}::test_nobody_elsewhere_is_of_ours",
            f"{AUTHORITY}::test_what_only_looks_like_ours_is_not",
            f"{DOOR}::test_what_is_not_theirs_to_say",
        ),
    ),
    52: Case(
        "things without an id",
        (
            f"{AUTHORITY}::test_what_they_may_not",
            f"{MORE}::test_a_post_without_an_id_is_not_taken",
        ),
    ),
    53: Case(
        "a suspended person changes or boosts something",
        (f"{DOOR}::test_a_suspended_site_and_a_suspended_person",),
    ),
    54: Case(
        "deleted before it came, and sent again afterwards",
        (f"{POSTS}::test_a_deleted_post_stays_deleted", f"{ORDER}::test_every_order_ends_alike"),
    ),
    55: Case(
        "everything before what it is about; answers that nobody asked for",
        (
            f"{ORDER}::test_every_order_ends_alike",
            f"{FOLLOWS}::test_nothing_is_answered_that_nobody_asked",
            f"{FOLLOWS}::test_a_follow_that_was_taken_back_before_it_came",
        ),
    ),
    56: Case(
        "who claims that a member accepted them sees nothing by that",
        (
            f"{FOLLOWS}::test_nobody_lets_themselves_in",
            f"{POSTS}::test_audience_is_read_from_our_own_records",
        ),
    ),
    57: Case(
        "moves without consent, in chains, in circles, of who is suspended",
        (f"{MORE}::test_a_move_that_is_not_followed", f"{MORE}::test_readers_follow_a_move"),
    ),
    58: Case(
        "handles that only one side agrees to",
        (
            "federation/test_lookup.py::test_a_handle_is_believed_after_the_round_trip",
            f"{FETCHING}::test_a_site_cannot_give_a_name_to_an_actor_elsewhere",
            f"{FETCHING}::test_an_actor_cannot_take_a_name_of_another_site",
        ),
    ),
    59: Case(
        "bodies that are too large, too deep, or no JSON",
        (
            f"{DOOR}::test_what_cannot_be_read_is_refused",
            f"{READING}::test_what_is_no_document",
        ),
    ),
    60: Case(
        "too many of everything in a thing",
        (
            f"{READING}::test_what_is_too_much_is_cut",
            f"{READING}::test_what_is_too_much_of_an_actor_is_cut",
            f"{READING}::test_what_is_too_much_of_a_poll_is_cut",
            "federation/test_limits.py::test_a_limit_is_told_as_it_is",
        ),
    ),
    61: Case(
        "chains and circles of answers, and a host for each",
        (
            f"{POSTS}::test_a_loop_of_answers_ends",
            f"{MORE}::test_one_activity_has_so_much_fetched_and_no_more",
        ),
    ),
    62: Case(
        "times before and after all times",
        (
            f"{READING}::test_times_are_of_this_world",
            f"{READING}::test_a_post_is_not_edited_before_it_was_written",
            f"{MORE}::test_a_post_of_the_future_stands_where_it_came",
        ),
    ),
    63: Case(
        "votes twice, too late, for nothing, or for two of one",
        (f"{MORE}::test_votes_count_once_and_in_time",),
    ),
    64: Case(
        "rules for a domain and for what is below it",
        (
            "moderation/sites/test_rules.py::test_the_most_specific_rule_counts",
            f"{DOOR}::test_a_suspended_site_and_a_suspended_person",
        ),
    ),
    65: Case(
        "reading without a signature what is not for everybody",
        (
            f"{PRIVACY}::test_only_what_is_for_everybody_is_told",
            "federation/test_actors.py::test_what_is_signed_is_not_answered_from_what_was_kept",
        ),
    ),
    66: Case(
        "a consent to another quote, or of somebody else",
        (
            f"{AUTHORITY}::test_a_stamp_is_for_one_quote",
            f"{MORE}::test_a_quote_needs_a_yes",
        ),
    ),
    67: Case(
        "a report of other people's posts, of private ones, of very many",
        (f"{MORE}::test_a_report_holds_what_it_may",),
    ),
    68: Case(
        "types that nobody knows",
        (
            f"{DOOR}::test_what_nobody_here_needs_is_taken_and_forgotten",
            f"{READING}::test_every_type_is_something",
            f"{READING}::test_a_wrong_value_spoils_nothing_beside_it",
        ),
    ),
}
