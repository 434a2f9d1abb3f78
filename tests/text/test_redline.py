"""Differences of two texts: true to both, readable, and quick whatever the texts."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.alignment import Budget, align, anchors, longest_common
from app.text.redline import Fold, Kind, Passage, Redline, redline

TERMS = """# Terms

## 1. Who we are

We are a co-op.

## 2. Deleting

When you delete a post, we hide it at once. The last copy leaves our backups within 90 days.

We ask other sites to remove it too.

- one
- two
"""


def marked(line: Redline) -> list[str]:
    """Return the passages that change, with [-removed-] and {+added+} words."""
    signs = {Kind.SAME: "{}", Kind.REMOVED: "[-{}-]", Kind.ADDED: "{{+{}+}}"}
    return [
        part.mark + "".join(signs[p.kind].format(p.text) for p in part.pieces)
        for part in line.parts
        if isinstance(part, Passage)
    ]


TABLE = [
    pytest.param("a b c", "a b c", [], id="nothing"),
    pytest.param("within 90 days.", "within 14 days.", ["within [-90-]{+14+} days."], id="a word"),
    pytest.param("We can.", "We can. They too.", ["We can.{+ They too.+}"], id="a sentence more"),
    pytest.param("a b\n\nc d", "a b", ["[-c d-]"], id="a paragraph less"),
    pytest.param("a b", "a b\n\nc d", ["{+c d+}"], id="a paragraph more"),
    pytest.param("- a\n- b", "- a\n- x\n- b", ["- {+x+}"], id="a list item more"),
    pytest.param("# One two", "# One three", ["# One [-two-]{+three+}"], id="a heading"),
    pytest.param("# One two", "## One two", ["[-#-]{+##+} One two"], id="another level"),
    pytest.param(
        "The cat sat on the mat by the door.",
        "A dog ran after the red ball in a park.",
        ["[-The cat sat on the mat by the door.-]", "{+A dog ran after the red ball in a park.+}"],
        id="another paragraph altogether",
    ),
    pytest.param(
        "Keep this. We may keep a copy where it is needed. Keep that, and all of those as well.",
        "Keep this. You can read your file at any hour. Keep that, and all of those as well.",
        [
            "Keep this. [-We may keep a copy where it is needed-]"
            "{+You can read your file at any hour+}. Keep that, and all of those as well."
        ],
        id="another sentence",
    ),
    pytest.param("", "a", ["{+a+}"], id="from nothing"),
    pytest.param("a", "", ["[-a-]"], id="to nothing"),
]


@pytest.mark.parametrize(("before", "after", "expected"), TABLE)
def test_redline(before: str, after: str, expected: list[str]) -> None:
    line = redline(before, after)
    assert marked(line) == expected
    assert (line.before, line.after) == (before, after)


def test_what_stays_is_folded_and_names_its_sections() -> None:
    line = redline(TERMS, TERMS.replace("90", "14"))
    first, change, last = line.parts
    assert isinstance(first, Fold)
    assert first.headings == ("Terms", "1. Who we are", "2. Deleting")
    assert isinstance(change, Passage)
    assert change.kind is Kind.CHANGED
    assert isinstance(last, Fold)
    assert [p.mark for p in last.passages] == ["", "- ", "- "]


def test_the_summary_counts_words_and_passages() -> None:
    new = TERMS.replace("within 90 days", "within 14 days or less").replace("- one\n", "")
    summary = redline(TERMS, new + "\nA last word.\n").summary
    assert (summary.words_removed, summary.words_added) == (2, 6)
    assert (summary.passages_removed, summary.passages_added) == (1, 1)
    assert summary.passages_changed == 1
    assert not summary.is_same
    assert redline(TERMS, TERMS).summary.is_same


def test_a_paragraph_is_found_again_among_many_that_change() -> None:
    old = [f"In chapter {i} the number{i} of people is counted by the clerk." for i in range(300)]
    new = [text.replace("clerk", "secretary") for text in old]
    line = redline("\n\n".join(old), "\n\n".join(["Something new.", *new]))
    kinds = [p.kind for p in line.passages]
    assert kinds == [Kind.ADDED] + [Kind.CHANGED] * 300


TEXT = st.lists(
    st.sampled_from(
        [" ", "\n", "\n\n", "- ", "# ", "1. ", "a", "b", "the", "cat", ".", "\r\n", "|"]
    )
    | st.text(max_size=3),
    max_size=40,
).map("".join)


@given(TEXT, TEXT)
def test_a_redline_holds_both_texts_to_the_letter(before: str, after: str) -> None:
    line = redline(before, after)
    assert line.before == before
    assert line.after == after
    assert line.summary.is_same == all(p.kind is Kind.SAME for p in line.passages)
    for passage in line.passages:
        assert {p.kind for p in passage.pieces} <= {Kind.SAME, Kind.ADDED, Kind.REMOVED}


@given(st.lists(st.integers(0, 4), max_size=30), st.lists(st.integers(0, 4), max_size=30))
def test_an_alignment_goes_through_both_sides_in_order(old: list[int], new: list[int]) -> None:
    pairs = list(align(old, new, Budget()))
    assert [i for i, _ in pairs if i is not None] == list(range(len(old)))
    assert [j for _, j in pairs if j is not None] == list(range(len(new)))
    assert all(old[i] == new[j] for i, j in pairs if i is not None and j is not None)


@given(st.lists(st.integers(0, 4), max_size=20), st.lists(st.integers(0, 4), max_size=20))
def test_the_longest_common_subsequence_is_as_long_as_the_book_says(
    old: list[int], new: list[int]
) -> None:
    pairs = longest_common(old, new)
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    row = [0] * (len(new) + 1)
    for a in old:
        previous = row[:]
        for j, b in enumerate(new):
            row[j + 1] = previous[j] + 1 if a == b else max(previous[j + 1], row[j])
    assert len(pairs) == row[-1]


@given(st.lists(st.integers(0, 20), max_size=12))
def test_anchors_are_a_longest_rising_chain(places: list[int]) -> None:
    chain = anchors(list(enumerate(places)))
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(chain))
    best = [1] * len(places)
    for i in range(len(places)):
        best[i] += max((best[k] for k in range(i) if places[k] < places[i]), default=0)
    assert len(chain) == max(best, default=0)


def hostile() -> dict[str, tuple[str, str]]:
    """Return pairs of texts of 100 kB that are hard to compare."""
    dice = random.Random(1)
    coins = [" ".join(dice.choice("ab") for _ in range(50_000)) for _ in range(2)]
    rows = [f"x{i % 7} y z" for i in range(12_000)]
    return {
        "one word again and again": ("a " * 50_000, "a " * 49_000 + "b"),
        "two words in turn": ("a b " * 25_000, "b a " * 25_000),
        "two words by chance": (coins[0], coins[1]),
        "short paragraphs": ("a\n\n" * 33_000, "b\n\na\n\n" * 16_000),
        "paragraphs much alike": ("\n\n".join(rows), "\n\n".join(rows[::-1])),
        "signs": ("!?" * 50_000, "?!" * 50_000),
        "spaces": (" " * 100_000 + "a", "a" + " " * 100_000 + "b"),
        "line ends": ("\n" * 100_000 + "a", "a\n \n" * 25_000),
        "words backwards": (
            " ".join(f"w{i}" for i in range(15_000)),
            " ".join(f"w{i}" for i in range(15_000, 0, -1)),
        ),
        "list marks": ("- " * 50_000, "\n- " * 30_000),
        "one long word": ("a" * 100_000, "a" * 99_999 + "b"),
    }


@pytest.mark.parametrize(("before", "after"), hostile().values(), ids=hostile().keys())
def test_texts_made_to_be_slow_are_quick(before: str, after: str) -> None:
    started = time.process_time()
    line = redline(before, after)
    _ = line.summary, line.parts
    assert time.process_time() - started < 6
    assert (line.before, line.after) == (before, after)
