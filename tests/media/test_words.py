"""Descriptions and focal points as people send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.media.words import read_description, read_focus


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param(" A cat.\r\nOn a mat. ", "A cat.\nOn a mat.", id="lines stay"),
        pytest.param("<b>A</b> & *cat*", "<b>A</b> & *cat*", id="markup is text"),
        pytest.param("a\u202etac", "atac", id="tricks of direction go"),
        pytest.param("a\0b\x1b", "a b", id="control signs go"),
        pytest.param("a" * 10_000, "a" * 1_500, id="it is cut at the limit"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_descriptions(text: str, kept: str) -> None:
    assert read_description(text, limit=1_500) == kept


@given(st.text(st.characters()))
def test_a_description_never_exceeds_the_limit_and_stays_as_it_is(text: str) -> None:
    kept = read_description(text, limit=20)
    assert len(kept) <= 20
    assert read_description(kept, limit=20) == kept


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("0,0", (0, 0)),
        ("0.5,-0.25", (500, -250)),
        ("-1.0, 1", (-1000, 1000)),
        (".1234567,-.9999", (123, -1000)),
        ("+0.001,-0", (1, 0)),
    ],
)
def test_points(text: str, point: tuple[int, int]) -> None:
    assert read_focus(text) == point


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0,0,0",
        "a,b",
        "1.01,0",
        "-2,0",
        "nan,0",
        "inf,0",
        "1e0,0",
        "0x1,0",
        ",",
        "9" * 99 + ",0",
    ],
)
def test_what_is_no_point_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_focus(text)
    assert "focus" in refusal.value.fields
