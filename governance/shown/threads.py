"""A discussion as a tree, and how long something takes to read. Pure."""

from collections.abc import Iterable, Sequence

from app.core.records import Record, field
from app.core.words import Words, say
from app.text.markup import render_post
from app.text.safe import SafeHtml
from governance.views import CommentView
from governance.wording import number

WORDS_A_MINUTE = 200


class Said(Record):
    """A comment with its answers."""

    comment: CommentView
    html: SafeHtml
    answers: list["Said"] = field(default_factory=list)


def thread(comments: Sequence[CommentView]) -> list[Said]:
    """Return the comments that answer none, each with its answers."""
    by_id = {one.id: Said(one, render_post(one.text, markdown=True).html) for one in comments}
    roots: list[Said] = []
    for one in comments:
        above = by_id.get(one.parent_id or 0)
        (above.answers if above else roots).append(by_id[one.id])
    return roots


def reading_time(texts: Iterable[str]) -> Words:
    """Return how long an unhurried reader takes: "Reading it takes four minutes."."""
    words = sum(len(text.split()) for text in texts)
    minutes = max(1, -(-words // WORDS_A_MINUTE))
    if minutes == 1:
        return say("Reading it takes a minute.")
    return say("Reading it takes {count} minutes.", count=number(minutes))
