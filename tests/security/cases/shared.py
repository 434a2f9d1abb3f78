"""MEDIA and PRIVACY: the files that people send, and who may see what."""

from collections.abc import Mapping
from typing import Final

from tests.security.cases.case import Case

MEDIA: Final = "security/test_media.py"
SHELF: Final = "media/remote/test_shelf.py"
REMOTE: Final = "media/remote/test_remote_pages.py"
DARKROOM: Final = "media/test_darkroom.py"
FILMS: Final = "media/test_films.py"
SERVED: Final = "http/test_media.py"
POSTS: Final = "federation/test_posts.py"
PRIVACY: Final = "security/test_privacy.py"
DOCUMENTS: Final = "federation/test_privacy.py"
DOORS: Final = "mastodon/test_doors.py"
PRIVATE: Final = "mastodon/test_private.py"
VISIBILITY: Final = "statuses/test_visibility.py"
MATRIX: Final = "mastodon/test_stream_matrix.py"
OPEN_WEB: Final = "mastodon/test_open_web.py"
SEARCH: Final = "search/test_search.py"
MAILBOX: Final = "web/people/test_mailbox_page.py"

CASES: Final[Mapping[int, Case]] = {
    82: Case(
        "files that are torn, or whose bits were turned",
        (
            f"{DARKROOM}::test_broken_files_are_drawn_or_refused_and_nothing_else",
            f"{FILMS}::test_broken_films_are_prepared_or_refused_and_nothing_else",
            f"{FILMS}::test_shreds_are_refused_at_once_in_words",
            "mastodon/test_media.py::test_what_is_no_film_is_refused_at_once",
            "media/test_preparing.py::test_a_film_that_takes_its_workers_down_is_given_up",
        ),
    ),
    83: Case(
        "names of files that lead elsewhere",
        (
            f"{MEDIA}::test_83_what_a_file_is_called_is_kept_nowhere",
            "core/test_storage.py::test_a_key_takes_only_names_of_ours",
        ),
    ),
    84: Case(
        "a film that is a list of other files",
        (
            f"{FILMS}::test_a_list_of_other_files_is_no_film",
            "media/test_confine.py::test_nothing_outside_the_room_can_be_touched",
            "media/test_confine.py::test_there_is_nobody_to_talk_to",
        ),
    ),
    85: Case(
        "files that are somebody else's, used, deleted, or no files of posts",
        (
            f"{MEDIA}::test_85_only_what_is_ones_own_and_free_can_be_posted",
            "media/test_service.py::test_of_two_posts_at_once_one_gets_the_picture",
        ),
    ),
    86: Case(
        "addresses of files of private and deleted posts, and of who is suspended",
        (
            f"{MEDIA}::test_86_files_of_who_is_suspended_are_gone_and_come_back",
            "core/test_storage.py::test_keys_are_random_and_spread",
            f"{SERVED}::test_what_is_erased_is_gone_at_once",
            f"{SERVED}::test_an_address_that_nobody_made_is_nowhere",
            "media/test_service.py::test_the_pictures_of_a_deleted_post_are_erased",
        ),
    ),
    87: Case(
        "forged addresses of pictures elsewhere, proxies of proxies, answers that are pages",
        (
            f"{REMOTE}::test_nobody_tells_a_forged_address_from_a_picture_that_is_not_there",
            f"{SHELF}::test_ourselves_our_network_and_other_proxies_are_never_asked",
            f"{SHELF}::test_what_is_no_picture_leaves_nothing_and_is_not_asked_for_again_soon",
        ),
    ),
    88: Case("ranges by the thousand, backwards and beyond", (f"{SERVED}::test_parts",)),
    89: Case(
        "emoji that are huge, drawings, films, or named like paths",
        (
            "web/people/test_emoji_pages.py::test_an_officer_adds_changes_and_removes_an_emoji",
            "emojis/test_emojis.py::test_what_no_emoji_is_called",
            f"{DARKROOM}::test_an_emoji_that_moves_has_a_still_beside_it",
        ),
    ),
    90: Case(
        "hints about pictures elsewhere that are none",
        (
            f"{POSTS}::test_a_point_outside_of_the_picture_is_brought_in_or_left_out",
            f"{POSTS}::test_a_blurhash_that_is_none_is_left_out",
        ),
    ),
    91: Case(
        "words about pictures that are too long, or markup",
        (
            f"{MEDIA}::test_91_words_about_a_picture_are_text_within_their_limit",
            "media/test_words.py::test_descriptions",
        ),
    ),
    100: Case(
        "every visibility, for everybody, through every door",
        (
            f"{VISIBILITY}::test_the_truth_table",
            f"{VISIBILITY}::test_the_twins_agree",
            f"{DOORS}::test_a_private_thing_is_not_there_by_any_door_to_one",
            f"{DOORS}::test_no_door_to_many_shows_a_private_thing",
            f"{DOORS}::test_the_archive_of_a_stranger_holds_nothing_of_it",
            f"{DOORS}::test_a_stranger_hears_nothing_of_it_and_no_phone_is_woken",
            f"{PRIVATE}::test_a_stranger_is_answered_as_if_nothing_were_there",
            f"{PRIVATE}::test_no_list_shows_it_and_no_number_counts_it",
            f"{DOCUMENTS}::test_only_what_is_for_everybody_is_told",
            f"{MATRIX}::test_the_table_of_who_is_told_of_a_post",
            f"{OPEN_WEB}::test_any_other_post_is_not_there",
            "notifications/test_push.py"
            "::test_a_post_that_is_not_for_the_reader_any_more_is_not_told",
            "web/people/test_archive_pages.py::test_nothing_of_others_is_in_it",
        ),
    ),
    101: Case(
        "a follower who was removed asks for what they once saw",
        (f"{PRIVACY}::test_101_a_removed_follower_gets_nothing_back",),
    ),
    102: Case(
        "named but not addressed, addressed but not named, addressed in secret",
        (
            "federation/test_reading.py::test_hidden_recipients_are_not_read",
            "federation/test_addressing.py"
            "::test_silent_recipients_make_a_direct_post_a_limited_one",
            f"{VISIBILITY}::test_the_truth_table",
        ),
    ),
    103: Case(
        "numbers and pages that give away what is hidden",
        (
            "statuses/test_publish.py::test_a_private_answer_is_not_counted",
            "statuses/test_audience.py::test_only_the_author_sees_who_likes_a_post",
            "federation/test_statuses.py::test_lists_that_would_count_tell_nothing",
            "federation/test_lists.py::test_followers_are_listed_by_their_ids_and_not_counted",
        ),
    ),
    104: Case(
        "what a member was shown, asked for by others at the same process",
        (
            f"{PRIVACY}::test_104_what_is_told_to_a_member_is_kept_by_nobody_between",
            "http/test_headers.py::test_pages_of_a_person_are_not_kept",
            "mastodon/test_ready.py::test_each_member_gets_their_own",
            "web/test_kept_posts.py::test_a_kept_post_opens_no_door",
        ),
    ),
    105: Case(
        "drafts and posts that wait",
        (
            f"{PRIVATE}::test_a_stranger_is_answered_as_if_nothing_were_there",
            "statuses/test_drafts.py::test_nobody_else_reaches_a_draft",
            "statuses/test_scheduled.py::test_it_is_its_authors_alone",
            "governance/test_pages_proposals.py::test_a_draft_is_seen_by_its_author_only",
        ),
    ),
    106: Case(
        "what is for this co-op, boosted, quoted and answered",
        (
            f"{DOCUMENTS}::test_what_is_not_for_everybody_is_not_told_by_what_is_around_it",
            f"{DOCUMENTS}::test_a_quote_of_what_is_not_for_everybody_names_it_to_nobody",
            f"{VISIBILITY}::test_a_boost_never_widens_an_audience",
            "federation/test_statuses.py::test_what_is_for_this_coop_is_not_named_by_an_answer",
        ),
    ),
    107: Case(
        "being found by those who do not want to be found",
        (
            f"{SEARCH}::test_only_who_wants_to_be_found_is_found",
            f"{SEARCH}::test_posts_are_found_by_the_words_that_they_have_now",
            "mastodon/test_finding.py::test_the_directory_lists_who_wants_to_be_found",
            "mastodon/test_finding.py::test_suggestions_come_from_people_and_only_if_asked_for",
        ),
    ),
    108: Case("deleting an account", waits_for="erasure of accounts"),
    109: Case(
        "frames, feeds and other forms of what is private",
        (
            f"{OPEN_WEB}::test_a_feed_holds_public_posts_alone",
            f"{OPEN_WEB}::test_any_other_post_is_not_there",
            f"{OPEN_WEB}::test_what_oembed_answers",
            f"{DOCUMENTS}::test_only_what_is_for_everybody_is_told",
        ),
    ),
    110: Case(
        "asking by columns that nobody may read",
        (f"{PRIVACY}::test_110_nobody_asks_by_columns_that_they_may_not_read",),
    ),
    111: Case(
        "what people said, in logs and numbers",
        (
            f"{PRIVACY}::test_111_nothing_that_people_said_is_logged",
            "core/test_logs.py::test_secrets_are_taken_out",
            "core/test_db.py::test_an_error_does_not_repeat_the_values",
            "clients/test_streams.py::test_a_token_in_an_address_stays_out_of_the_log",
        ),
    ),
    112: Case(
        "officers who look at what is not theirs to see",
        (
            f"{VISIBILITY}::test_the_truth_table",
            f"{MAILBOX}::test_reading_one_is_written_down_for_all_members",
            f"{MAILBOX}::test_nobody_else_reads_any",
            "web/people/test_officers_desk.py::test_only_moderators_see_reports",
        ),
    ),
}
