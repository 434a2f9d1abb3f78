"""Two versions of a document as rows of a redline; what stays is closed up. Pure."""

from collections.abc import Iterator, Sequence

from app.core.records import Record
from app.core.words import Words, say
from app.text.markup import render_document
from app.text.redline import Fold, Kind, Passage, Piece, Redline, Summary, redline
from app.text.safe import EMPTY, SafeHtml


class Row(Record):
    """One row: a passage that changes, or passages that stay as they are.

    `under` is the heading of the section it stands in; `level` that of a heading that changes.
    """

    changes: bool
    pieces: Sequence[Piece] = ()
    under: str = ""
    level: int = 0
    is_item: bool = False
    same: Words | None = None
    html: SafeHtml = EMPTY


class Marks(Record):
    """A redline to read, and its size in one sentence."""

    rows: Sequence[Row]
    summary: Summary

    @property
    def sentence(self) -> Words:
        """How much changes."""
        return summed_up(self.summary)


def marks(before: str, after: str) -> Marks:
    """Return what changes between two texts."""
    found = redline(before, after)
    return Marks(list(_rows(found)), found.summary)


def summed_up(summary: Summary) -> Words:
    """Return the size of a change as a sentence."""
    if summary.is_same:
        return say("Nothing changes.")
    return say(
        "Removed: {removed}. Added: {added}.",
        removed=_words(summary.words_removed),
        added=_words(summary.words_added),
    )


def _words(count: int) -> Words:
    if not count:
        return say("nothing")
    return say("one word") if count == 1 else say("{count} words", count=count)


def _rows(found: Redline) -> Iterator[Row]:
    under = ""
    for position, part in enumerate(found.parts):
        if isinstance(part, Fold):
            is_last = position == len(found.parts) - 1
            yield _folded(part, is_last=is_last)
            under = part.headings[-1] if part.headings else under
            continue
        if part.level:
            under = ""
            yield _changed(part, under="")
            continue
        yield _changed(part, under=under)


def _changed(passage: Passage, *, under: str) -> Row:
    return Row(
        changes=True,
        pieces=passage.pieces,
        under=under,
        level=passage.level,
        is_item=bool(passage.mark) and not passage.level,
    )


def _folded(fold: Fold, *, is_last: bool) -> Row:
    texts = (p.gaps[1] + p.text(Kind.ADDED) for p in fold.passages)
    html = render_document("".join(texts).lstrip("\n"))
    return Row(changes=False, same=_stays(fold, is_last=is_last), html=html)


def _stays(fold: Fold, *, is_last: bool) -> Words:
    # The section of the last heading goes on with what changes, unless nothing comes after.
    whole = fold.headings if is_last else fold.headings[:-1]
    if len(whole) > 1:
        return say("“{first}” to “{last}” stay as they are", first=whole[0], last=whole[-1])
    if whole:
        return say("“{title}” stays as it is", title=whole[0])
    if len(fold.passages) == 1:
        return say("One paragraph stays as it is")
    return say("{count} paragraphs stay as they are", count=len(fold.passages))
