"""Names: no tricks of direction, no invisible signs, no look-alikes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.names import code_points, isolate, one_line, poses_as_latin, skeleton

LINES = [
    pytest.param("Ada\u202egnp.exe", "Adagnp.exe", id="a turn of direction"),
    pytest.param("A\u200bd\u2060a\ufeff", "Ada", id="signs without width"),
    pytest.param("  A \r\n\t d  ", "A d", id="one line"),
    pytest.param("A\0\x1b[31m", "A [31m", id="control signs"),
    pytest.param("a" + "\u0301" * 50, "á" + "\u0301" * 4, id="a flood of marks"),
    pytest.param("👩‍👩‍👧 🏳️‍🌈", "👩‍👩‍👧 🏳️‍🌈", id="families and flags stay"),
    pytest.param("می‌خواهم", "می‌خواهم", id="Persian keeps its non-joiner"),
    pytest.param("क्‍ष", "क्‍ष", id="Hindi keeps its joiner"),
    pytest.param("ad\u200dmin", "admin", id="a joiner between Latin letters"),
    pytest.param("\u3164\u2800", "", id="blanks that are none"),
    pytest.param("\ud800a\U000f0000", "a", id="what is no letter"),
    pytest.param("e\u0301", "é", id="one spelling"),
]


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text, limit=100) == expected


@given(st.text())
def test_a_line_is_harmless_and_stays_as_it_is(text: str) -> None:
    line = one_line(text, limit=30)
    assert len(line) <= 30
    assert not any(unicodedata.bidirectional(c) in ("RLO", "LRO", "RLE", "LRI") for c in line)
    assert not any(unicodedata.category(c) == "Cc" for c in line)
    assert one_line(line, limit=30) == line


LOOK_ALIKES = [
    ("admin", "аdmin"),
    ("admin", "Admin"),
    ("admin", "adm1n"),
    ("admin", "a_d.m-i n"),
    ("admin", "ａｄｍｉｎ"),
    ("admin", "𝐚𝐝𝐦𝐢𝐧"),
    ("admin", "ádmin"),
    ("admin", "adrnin"),
    ("treasurer", "τreasurer"),
    ("bob", "b0b"),
    ("lily", "Iily"),
    ("wren", "vvren"),
]


@pytest.mark.parametrize(("name", "posing"), LOOK_ALIKES)
def test_names_that_look_alike_have_one_skeleton(name: str, posing: str) -> None:
    assert skeleton(name) == skeleton(posing)


@pytest.mark.parametrize(("one", "other"), [("ada", "ida"), ("bob", "rob"), ("мир", "пир")])
def test_names_that_differ_have_two(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text())
def test_a_skeleton_is_its_own_skeleton_but_for_pairs(text: str) -> None:
    bones = skeleton(text)
    assert skeleton(bones.upper().lower()) == skeleton(bones)


def test_posing_is_mixing_or_looking_latin_from_end_to_end() -> None:
    assert poses_as_latin("раypal")
    assert poses_as_latin("сосо")
    assert not poses_as_latin("bücher")
    assert not poses_as_latin("привет")
    assert not poses_as_latin("日本")
    assert not poses_as_latin("2026")


def test_isolation_closes_what_it_opens() -> None:
    assert isolate("a\u202e\u2069b") == "\u2068ab\u2069"


def test_a_moderator_sees_every_code_point() -> None:
    assert code_points("а\u202e") == [
        "U+0430 CYRILLIC SMALL LETTER A",
        "U+202E RIGHT-TO-LEFT OVERRIDE",
    ]
