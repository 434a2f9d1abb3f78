"""What somebody writes, and its limits: pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from app.core.errors import Invalid
from app.core.records import Record, asdict, replace
from app.core.words import say
from app.statuses.polls.rules import Asking, check_asking
from app.statuses.quotes.rules import QuotePolicy
from app.statuses.visibility import ReplyAudience, Visibility
from app.text.count import count_characters

CHARACTERS_MAX = 2_000
BYTES_MAX = 100_000  # A grapheme may be made of any number of code points.
PICTURES_MAX = 4
MENTIONS_MAX = 30
TAGS_MAX = 30


class ContentType(StrEnum):
    """How the source of a post is to be read."""

    PLAIN = "plain"
    MARKDOWN = "markdown"


class Writing(Record):
    """A post as its author hands it in."""

    text: str = ""
    content_type: ContentType = ContentType.PLAIN
    spoiler: str = ""
    sensitive: bool = False
    language: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    reply_audience: ReplyAudience = ReplyAudience.EVERYONE
    in_reply_to_id: int | None = None
    media_ids: tuple[int, ...] = ()
    poll: Asking | None = None
    quoted_id: int | None = None
    quote_policy: QuotePolicy = QuotePolicy.PUBLIC

    def dump(self) -> dict[str, Any]:
        """Return the writing as JSON."""
        values: dict[str, Any] = asdict(self)
        poll = None if self.poll is None else self.poll.dump()
        return values | {"media_ids": [str(id_) for id_ in self.media_ids], "poll": poll}

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> "Writing":
        """Return the writing that was dumped."""
        return replace(
            cls(**data),
            content_type=ContentType(data["content_type"]),
            visibility=Visibility(data["visibility"]),
            reply_audience=ReplyAudience(data["reply_audience"]),
            quote_policy=QuotePolicy(data["quote_policy"]),
            media_ids=tuple(int(id_) for id_ in data["media_ids"]),
            poll=Asking.load(data["poll"]),
        )


def check_writing(writing: Writing) -> None:
    """Raise Invalid unless `writing` may become a post."""
    if not (writing.text.strip() or writing.media_ids or writing.poll):
        raise Invalid(say("Write something, or add a picture."), text=say("There are no words."))
    if writing.poll is not None:
        _check_poll(writing, writing.poll)
    if len(writing.media_ids) > PICTURES_MAX:
        most = say("A post has at most {count} pictures.", count=PICTURES_MAX)
        raise Invalid(most, media_ids=most)
    if characters_left(writing) < 0:
        long = say("A post has at most {count} characters.", count=CHARACTERS_MAX)
        raise Invalid(long, text=long)


def _check_poll(writing: Writing, poll: Asking) -> None:
    if writing.media_ids:
        both = say("A post has pictures or a poll, not both.")
        raise Invalid(both, poll=both)
    check_asking(poll)


def characters_left(writing: Writing) -> int:
    """Return how many characters `writing` could still grow by; less than 0 is too long."""
    if len(writing.text) + len(writing.spoiler) > BYTES_MAX:
        return -1
    return CHARACTERS_MAX - count_characters(writing.text, warning=writing.spoiler)
