"""The limits that FEDERATION.md tells are those that the code keeps."""

import pytest

from app.federation.activitystreams import (
    activities,
    actors,
    addressing,
    attachments,
    collections,
    documents,
    links,
    polls,
    posts,
    tags,
)
from app.federation.delivery import attempts, followers
from tests.project.sources import ROOT

LIMITS = {
    "body of a document": f"{documents.BYTES_MAX:,} bytes, refused",
    "depth of a document": f"{documents.DEPTH_MAX}, refused",
    "items of any list": f"{documents.ITEMS_MAX:,}",
    "`to`, `cc`": f"{addressing.RECIPIENTS_MAX:,} each",
    "name of an actor for handles": f"{actors.USERNAME_MAX:,} letters, refused",
    "display name": f"{actors.NAME_MAX:,} letters",
    "biography": f"{actors.BIO_MAX:,} letters",
    "fields of a profile": f"{actors.FIELDS_MAX}, of {actors.FIELD_MAX:,} letters each",
    "`alsoKnownAs`": f"{actors.ALIASES_MAX}",
    "keys of an actor": f"{actors.KEYS_MAX}",
    "content of a post": f"{posts.CONTENT_MAX:,} letters",
    "warning or summary of a post": f"{posts.SUMMARY_MAX:,} letters",
    "title of a post": f"{posts.TITLE_MAX} letters",
    "tags looked at": f"{tags.TAGS_MAX:,}",
    "mentions": f"{tags.MENTIONS_MAX}",
    "hashtags": f"{tags.HASHTAGS_MAX}",
    "emoji": f"{tags.EMOJIS_MAX}",
    "attachments": f"{attachments.ATTACHMENTS_MAX}",
    "alternative text": f"{links.DESCRIPTION_MAX:,} letters",
    "answers of a poll": f"{polls.OPTIONS_MAX}, of {polls.OPTION_MAX:,} letters each",
    "comment of a report": f"{activities.COMMENT_MAX:,} letters",
    "things in a report": f"{activities.OBJECTS_MAX}",
    "items of a page of a collection": f"{collections.PAGE_MAX}",
    "attempts of a delivery": f"{attempts.ATTEMPTS_MAX}, in some two and a half days",
    "followers that are compared": f"{followers.FOLLOWERS_MAX:,}",
}


@pytest.mark.parametrize("what", LIMITS)
def test_a_limit_is_told_as_it_is(what: str) -> None:
    assert f"| {what} | {LIMITS[what]} |" in (ROOT / "FEDERATION.md").read_text()


def test_no_limit_is_told_that_is_not_kept() -> None:
    table = (ROOT / "FEDERATION.md").read_text().partition("## Limits of what is read")[2]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")]
    assert rows == ["what", *LIMITS]
