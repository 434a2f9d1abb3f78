"""What changes between two versions of a text, word by word and paragraph by paragraph."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import groupby

from app.core.records import Record
from app.text.alignment import Budget, Pair, align, anchors

ALIKE = 2, 5  # Two paragraphs are versions of one if they share two fifths of their words.
RARE = 6  # A word in at most so many paragraphs says which paragraphs belong together.

_BLOCK_BREAK = re.compile(r"\n[^\S\n]*\n\s*|\n(?=[^\S\n]*(?:[-*+>|#]|\d{1,9}[.)][^\S\n]))")
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]+")
_MARK = re.compile(r"[^\S\n]*(?:#{1,6}|[-*+]|>)[^\S\n]+")


class Kind(StrEnum):
    """What happens to a passage, or to a piece of one. A piece is never CHANGED."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Piece(Record):
    """Some words, and what happens to them."""

    kind: Kind
    text: str


class Passage(Record):
    """A paragraph, a heading or a list item in both its versions.

    `mark` is its Markdown sign where both versions have the same ("## ", "- "), and not part of
    the pieces. `gaps` is the white space before it in the old and in the new text.
    """

    kind: Kind
    pieces: tuple[Piece, ...]
    mark: str = ""
    gaps: tuple[str, str] = ("", "")

    @property
    def level(self) -> int:
        """The level of a heading, 1 to 6; else 0."""
        return self.mark.count("#")

    def text(self, kind: Kind) -> str:
        """Return the passage as it was (REMOVED) or as it will be (ADDED)."""
        wanted = (Kind.SAME, kind)
        return self.mark + "".join(p.text for p in self.pieces if p.kind in wanted)


class Fold(Record):
    """Passages that stay as they are, so that a page may close them up."""

    passages: tuple[Passage, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings among them, in order, for "Sections 1 to 3 stay as they are"."""
        return tuple(p.pieces[0].text for p in self.passages if p.level and p.pieces)


class Summary(Record):
    """How much changes: words, and passages that are new, gone, or say something else."""

    words_added: int
    words_removed: int
    passages_added: int
    passages_removed: int
    passages_changed: int

    @property
    def is_same(self) -> bool:
        """Whether no word changes."""
        return not (self.passages_added or self.passages_removed or self.passages_changed)


@dataclass(frozen=True)
class Redline:
    """Two versions of a text in one: every word of either is here, in order."""

    passages: tuple[Passage, ...]
    tails: tuple[str, str] = ("", "")

    @cached_property
    def parts(self) -> tuple[Passage | Fold, ...]:
        """The passages that change, and between them folds of those that do not."""
        parts: list[Passage | Fold] = []
        for is_same, group in groupby(self.passages, key=lambda p: p.kind is Kind.SAME):
            passages = tuple(group)
            parts += [Fold(passages)] if is_same else passages
        return tuple(parts)

    @cached_property
    def summary(self) -> Summary:
        """The size of the change in numbers."""
        passages = Counter(passage.kind for passage in self.passages)
        words: Counter[Kind] = Counter()
        for passage in self.passages:
            for piece in passage.pieces:
                words[piece.kind] += len(_WORD.findall(piece.text))
        return Summary(
            words_added=words[Kind.ADDED],
            words_removed=words[Kind.REMOVED],
            passages_added=passages[Kind.ADDED],
            passages_removed=passages[Kind.REMOVED],
            passages_changed=passages[Kind.CHANGED],
        )

    @property
    def before(self) -> str:
        """The old text, to the letter."""
        return self._text(Kind.REMOVED, side=0)

    @property
    def after(self) -> str:
        """The new text, to the letter."""
        return self._text(Kind.ADDED, side=1)

    def _text(self, kind: Kind, *, side: int) -> str:
        other = Kind.ADDED if kind is Kind.REMOVED else Kind.REMOVED
        shown = (p for p in self.passages if p.kind is not other)
        return "".join(p.gaps[side] + p.text(kind) for p in shown) + self.tails[side]


def redline(before: str, after: str) -> Redline:
    """Return what changes from `before` to `after`.

    Paragraphs are matched first, then the words of those that changed. The work is bounded: in
    texts made to be hard, long stretches are shown as removed and added instead of compared.
    """
    old, old_tail = _blocks(before)
    new, new_tail = _blocks(after)
    budget = Budget()
    passages = [_passage(old, new, pair, budget) for pair in _match_blocks(old, new, budget)]
    return Redline(tuple(passages), (old_tail, new_tail))


class _Block(Record):
    gap: str
    text: str


def _blocks(text: str) -> tuple[list[_Block], str]:
    """Return the paragraphs of `text` with the white space before each, and what is left."""
    start = len(text) - len(text.lstrip("\n"))
    gap, done, blocks = text[:start], start, []
    breaks = [match.span() for match in _BLOCK_BREAK.finditer(text, start)]
    for end, following in [*breaks, (len(text), len(text))]:
        words = text[done:end].rstrip()
        if words:
            blocks.append(_Block(gap, words))
            gap = ""
        gap += text[done + len(words) : following]
        done = following
    return blocks, gap


def _match_blocks(old: Sequence[_Block], new: Sequence[_Block], budget: Budget) -> Iterator[Pair]:
    """Yield which old block became which new one, in order; None on the side that has none."""
    exact = align([b.text for b in old], [b.text for b in new], budget)
    for is_equal, group in groupby(exact, key=lambda pair: None not in pair):
        pairs = list(group)
        if is_equal:
            yield from pairs
        else:
            gone = [i for i, _ in pairs if i is not None]
            come = [j for _, j in pairs if j is not None]
            yield from _match_alike(old, new, gone, come)


def _match_alike(
    old: Sequence[_Block], new: Sequence[_Block], gone: Sequence[int], come: Sequence[int]
) -> Iterator[Pair]:
    """Pair the blocks that are versions of each other; the others are removed or added."""
    old_words = [_words(old[i].text) for i in gone]
    new_words = [_words(new[j].text) for j in come]
    i = j = 0
    for x, y in [*anchors(_likely(old_words, new_words)), (len(gone), len(come))]:
        while i < x and j < y and _are_alike(old_words[i], new_words[j]):
            yield gone[i], come[j]
            i, j = i + 1, j + 1
        yield from ((gone[k], None) for k in range(i, x))
        yield from ((None, come[k]) for k in range(j, y))
        if x < len(gone):
            yield gone[x], come[y]
        i, j = x + 1, y + 1


def _likely(old: Sequence[Counter[str]], new: Sequence[Counter[str]]) -> list[tuple[int, int]]:
    """Return, for each old block, the new one that shares most rare words, if they are alike."""
    places = _rare_places(new)
    rare = _rare_places(old)
    likely = []
    for i, words in enumerate(old):
        votes = Counter(j for word in words if word in rare for j in places.get(word, ()))
        if votes:
            j = max(votes, key=lambda j: (votes[j], -abs(i - j)))
            if _are_alike(words, new[j]):
                likely.append((i, j))
    return likely


def _rare_places(blocks: Sequence[Counter[str]]) -> dict[str, list[int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, words in enumerate(blocks):
        for word in words:
            places[word].append(index)
    return {word: where for word, where in places.items() if len(where) <= RARE}


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))


def _are_alike(old: Counter[str], new: Counter[str]) -> bool:
    shared, total = (old & new).total(), max(old.total(), new.total())
    return shared > 0 and shared * ALIKE[1] >= total * ALIKE[0]


def _passage(old: Sequence[_Block], new: Sequence[_Block], pair: Pair, budget: Budget) -> Passage:
    i, j = pair
    if j is None:
        assert i is not None
        return _one_sided(Kind.REMOVED, old[i].text, gaps=(old[i].gap, ""))
    if i is None:
        return _one_sided(Kind.ADDED, new[j].text, gaps=("", new[j].gap))
    gaps = old[i].gap, new[j].gap
    mark, before, after = _without_mark(old[i].text, new[j].text)
    if before == after:
        return Passage(Kind.SAME, (Piece(Kind.SAME, before),), mark, gaps)
    return Passage(Kind.CHANGED, tuple(_compare(before, after, budget)), mark, gaps)


def _one_sided(kind: Kind, text: str, *, gaps: tuple[str, str]) -> Passage:
    mark, rest, _ = _without_mark(text, text)
    return Passage(kind, (Piece(kind, rest),), mark, gaps)


def _without_mark(old: str, new: str) -> tuple[str, str, str]:
    """Return the Markdown sign that both begin with, and the rest of each."""
    match = _MARK.match(old)
    mark = match[0] if match and new.startswith(match[0]) else ""
    return mark, old[len(mark) :], new[len(mark) :]


@dataclass(slots=True)
class _Run:
    """Some words that stay, and then some that one version has and some that the other has."""

    same: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)

    @property
    def edited(self) -> int:
        """The number of words in the longer side of the edit."""
        return max(_count(self.removed), _count(self.added))


def _count(tokens: Sequence[str]) -> int:
    return sum(1 for token in tokens if _WORD.match(token))


def _compare(old: str, new: str, budget: Budget) -> Iterator[Piece]:
    """Yield the words of two versions of one paragraph."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    runs = [_Run()]
    for i, j in align(before, after, budget):
        if i is not None and j is not None:
            if runs[-1].removed or runs[-1].added:
                runs.append(_Run())
            runs[-1].same.append(before[i])
        elif i is not None:
            runs[-1].removed.append(before[i])
        elif j is not None:
            runs[-1].added.append(after[j])
    for run in _without_crumbs(runs):
        for kind, tokens in (
            (Kind.SAME, run.same),
            (Kind.REMOVED, run.removed),
            (Kind.ADDED, run.added),
        ):
            if tokens:
                yield Piece(kind, "".join(tokens))


def _without_crumbs(runs: Sequence[_Run]) -> list[_Run]:
    """Join edits that only a stray common word parts: a sentence replaced reads as one."""
    kept = [runs[0]]
    for run in runs[1:]:
        last = kept[-1]
        words = _count(run.same)
        is_crumb = words * 2 <= min(last.edited, run.edited)
        removed, added = last.removed + run.removed, last.added + run.added
        if is_crumb and _count(removed) and _count(added):
            last.removed += run.same + run.removed
            last.added += run.same + run.added
        else:
            kept.append(run)
    return kept
