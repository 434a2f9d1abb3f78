"""A document clause by clause, each with the versions that made it what it says. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final

from app.core.records import Record
from app.text.markup import render_document
from app.text.redline import Kind, Passage, redline
from app.text.safe import SafeHtml

# A long history is told from its newest part; what is older counts as from the first one told.
VERSIONS_TOLD_MAX: Final = 20
FOUNDING: Final = (1,)
_LISTED: Final = re.compile(r"\s*([-*+]|\d{1,9}[.)])\s")
_SECTION: Final = re.compile(r"^#(?=#)", re.MULTILINE)


class Clause(Record):
    """A paragraph, a heading or a whole list.

    `versions` are those that gave it its words, newest first; empty where that is said already,
    and where the first version did.
    """

    html: SafeHtml
    versions: tuple[int, ...] = ()
    is_heading: bool = False


class _Block(Record):
    gap: str
    text: str
    version: int

    @property
    def is_heading(self) -> bool:
        return self.text.startswith("#")

    @property
    def run(self) -> str:
        """What must stay together to be shown: the items of a list, the rows of a table."""
        if self.text.startswith("|"):
            return "table"
        return "list" if _LISTED.match(self.text) else ""


def body_of(text: str) -> str:
    """Return a document without its title, its sections one step up: a page has the title."""
    title, _, rest = text.partition("\n")
    if not title.startswith("# "):
        return text
    return _SECTION.sub("", rest.lstrip("\n"))


def clauses(texts: Sequence[tuple[int, str]]) -> list[Clause]:
    """Return the last of `texts`, which are numbered versions, oldest first, clause by clause.

    The versions of a clause are named where they differ from those of the clause before, and
    again at the first clause under each heading. What stands since the first needs no name.
    """
    made, said = [], None
    for group in _grouped(_blamed(texts[-VERSIONS_TOLD_MAX:])):
        html = render_document("".join(block.gap + block.text for block in group))
        if group[0].is_heading:
            made.append(Clause(html, is_heading=True))
            said = None
            continue
        versions = tuple(sorted({block.version for block in group}, reverse=True))
        is_told = versions not in (said, FOUNDING)
        made.append(Clause(html, versions if is_told else ()))
        said = versions
    return made


def _blamed(texts: Sequence[tuple[int, str]]) -> list[_Block]:
    """Return the passages of the newest text, with the version in which each was last changed."""
    first, text = texts[0]
    blocks = [_block(passage, first) for passage in redline("", text).passages]
    for (_, before), (number, after) in pairwise(texts):
        earlier = iter(blocks)
        blocks = [
            block
            for passage in redline(before, after).passages
            for block in _carried(passage, earlier, number)
        ]
    return blocks


def _carried(passage: Passage, earlier: Iterator[_Block], number: int) -> Iterator[_Block]:
    before = next(earlier) if passage.kind is not Kind.ADDED else None
    if passage.kind is Kind.REMOVED:
        return
    is_same = before is not None and passage.kind is Kind.SAME
    version = before.version if is_same and before else number
    yield _block(passage, version)


def _block(passage: Passage, version: int) -> _Block:
    return _Block(passage.gaps[1], passage.text(Kind.ADDED), version)


def _grouped(blocks: Sequence[_Block]) -> Iterator[list[_Block]]:
    for run, group in groupby(blocks, key=lambda block: block.run):
        if run:
            yield list(group)
        else:
            yield from ([block] for block in group)
