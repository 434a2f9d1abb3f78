"""A redline as rows."""

import pytest

from governance.shown.marks import Row, marks

SECTIONS = [
    "## 1. Who\n\nWe are.",
    "## 2. What\n\nWe do.",
    "## 3. Words\n\nGone after 90 days of waiting.\n\nWe ask the others.",
    "## 4. Leaving\n\nAny time.",
    "## 5. Limits\n\nThings break.",
]
BEFORE = "\n\n".join(SECTIONS)
AFTER = BEFORE.replace("90", "14")


def told(rows: list[Row]) -> list[str]:
    return [
        f"{row.under}: {''.join(piece.text for piece in row.pieces)}"
        if row.changes
        else str(row.same)
        for row in rows
    ]


def test_what_stays_is_closed_up_and_what_changes_knows_its_section() -> None:
    assert told(list(marks(BEFORE, AFTER).rows)) == [
        "“1. Who” to “2. What” stay as they are",
        "3. Words: Gone after 9014 days of waiting.",
        "“4. Leaving” to “5. Limits” stay as they are",
    ]


def test_a_closed_row_still_holds_every_word() -> None:
    first = marks(BEFORE, AFTER).rows[0]
    assert "We are." in first.html
    assert "We do." in first.html


def test_one_section_or_a_few_paragraphs_are_said_as_such() -> None:
    after = BEFORE.replace("We do.", "We do it.").replace("We ask the others.", "We ask them.")
    assert told(list(marks(BEFORE, after).rows)) == [
        "“1. Who” stays as it is",
        "2. What: We do it.",
        "2 paragraphs stay as they are",
        "3. Words: We ask the others.them.",
        "“4. Leaving” to “5. Limits” stay as they are",
    ]


SUMS = [
    pytest.param(BEFORE, AFTER, "Removed: one word. Added: one word.", id="a word for a word"),
    pytest.param(BEFORE, BEFORE, "Nothing changes.", id="nothing"),
    pytest.param("Old.", "Old.\n\nNew words.", "Removed: nothing. Added: 2 words.", id="more"),
    pytest.param("Old.\n\nTwo words.", "Old.", "Removed: 2 words. Added: nothing.", id="less"),
]


@pytest.mark.parametrize(("before", "after", "sentence"), SUMS)
def test_a_change_is_summed_up_in_a_sentence(before: str, after: str, sentence: str) -> None:
    assert marks(before, after).sentence == sentence


def test_a_new_heading_is_a_heading() -> None:
    row = marks(BEFORE, BEFORE + "\n\n## 6. More").rows[-1]
    assert (row.changes, row.level) == (True, 2)
