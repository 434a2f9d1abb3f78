"""Matching two sequences: anchors that occur once, then longest common subsequences between."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import TypeAlias

Pair: TypeAlias = tuple[int | None, int | None]

DEPTH_MAX = 8
CELLS_MAX = 1 << 24  # Of one comparison: bits of memory.
CELLS_IN_ALL = 1 << 28


class Budget:
    """How much comparing one pair of texts may still cost, in cells of the comparison's table."""

    def __init__(self, cells: int = CELLS_IN_ALL) -> None:
        self._cells = cells

    def allows(self, cells: int) -> bool:
        """Take `cells` off and return True; False if that is more than there is."""
        if cells > min(self._cells, CELLS_MAX):
            return False
        self._cells -= cells
        return True


def align(old: Sequence[Hashable], new: Sequence[Hashable], budget: Budget) -> Iterator[Pair]:
    """Yield the indices of equal items as pairs, and the others with None beside them, in order.

    Between two pairs, what is removed comes before what is added.
    """
    i = j = 0
    for x, y in [*_equal(old, new, budget, depth=0), (len(old), len(new))]:
        yield from ((k, None) for k in range(i, x))
        yield from ((None, k) for k in range(j, y))
        if x < len(old):
            yield x, y
        i, j = x + 1, y + 1


def anchors(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest chain of pairs that rises on both sides. `pairs` rise on the left."""
    tails: list[int] = []  # The smallest right end of a chain of each length.
    last: list[int] = []  # The index of the pair at that end.
    before: list[int] = []
    for index, (_, y) in enumerate(pairs):
        length = bisect_left(tails, y)
        before.append(last[length - 1] if length else -1)
        if length == len(tails):
            tails.append(y)
            last.append(index)
        else:
            tails[length], last[length] = y, index
    chain, index = [], last[-1] if last else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _equal(
    old: Sequence[Hashable], new: Sequence[Hashable], budget: Budget, *, depth: int
) -> Iterator[tuple[int, int]]:
    """Yield the indices of equal items, rising on both sides: many, though not always the most."""
    head = _common_length(old, new)
    tail = _common_length(old[head:][::-1], new[head:][::-1])
    x, y = len(old) - tail, len(new) - tail
    yield from ((k, k) for k in range(head))
    middle = old[head:x], new[head:y]
    yield from ((head + i, head + j) for i, j in _between(*middle, budget, depth=depth))
    yield from ((x + k, y + k) for k in range(tail))


def _between(
    old: Sequence[Hashable], new: Sequence[Hashable], budget: Budget, *, depth: int
) -> Iterator[tuple[int, int]]:
    """Yield equal items of sequences that neither begin nor end alike."""
    fixed = anchors(_unique(old, new)) if depth < DEPTH_MAX else []
    if not fixed:
        if budget.allows(len(old) * len(new)):
            yield from longest_common(old, new)
        return
    i = j = 0
    for x, y in [*fixed, (len(old), len(new))]:
        for k, m in _equal(old[i:x], new[j:y], budget, depth=depth + 1):
            yield i + k, j + m
        if x < len(old):
            yield x, y
        i, j = x + 1, y + 1


def _common_length(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    count = 0
    for a, b in zip(old, new, strict=False):
        if a != b:
            break
        count += 1
    return count


def _unique(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the places of the items that occur exactly once on each side."""
    old_counts, new_counts = Counter(old), Counter(new)
    where = {item: j for j, item in enumerate(new) if new_counts[item] == 1}
    return [
        (i, where[item]) for i, item in enumerate(old) if old_counts[item] == 1 and item in where
    ]


def longest_common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the longest common subsequence, a row of its table in one operation on integers.

    In the row of `old[i]`, a bit that is off says that the subsequence grows at this place of
    `new`.

    Source: Hyyrö, "Bit-parallel LCS-length computation revisited", 2004.
    """
    places: defaultdict[Hashable, int] = defaultdict(int)
    for j, item in enumerate(new):
        places[item] |= 1 << j
    full = row = (1 << len(new)) - 1
    rows = []
    for item in old:
        matches = row & places.get(item, 0)
        row = ((row + matches) | (row - matches)) & full
        rows.append(row)
    return _trace(rows, len(new))


def _trace(rows: Sequence[int], width: int) -> list[tuple[int, int]]:
    pairs, i, j = [], len(rows) - 1, width - 1
    while i >= 0 and j >= 0:
        if rows[i] >> j & 1:
            j -= 1
        elif i and not rows[i - 1] >> j & 1:
            i -= 1
        else:
            pairs.append((i, j))
            i, j = i - 1, j - 1
    return pairs[::-1]
