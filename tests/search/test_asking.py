"""What somebody types, understood; and words in the one spelling in which they are found."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.search.addresses import Pasted, is_address, pasted
from app.search.asking import Asked, Trait, Where, fts5, tsquery, understood
from app.search.tokens import TOKEN_MAX, TOKENS_MAX, tokens

TOKENS = [
    pytest.param("The Ferry, at 9:30!", ["the", "ferry", "at", "9", "30"], id="words and numbers"),
    pytest.param("Ökonomie Straße", ["okonomie", "strasse"], id="accents and sharp s"),
    pytest.param("ＦＥＲＲＹ ﬁsh", ["ferry", "fish"], id="wide letters and ligatures"),
    pytest.param("snake_case a.b", ["snake", "case", "a", "b"], id="signs part words"),
    pytest.param("東京タワーabc", [*"東京タワー", "abc"], id="letters of scripts without spaces"),
    pytest.param("مرحبا بالعالم", ["مرحبا", "بالعالم"], id="arabic"),
    pytest.param('\' OR "x" * NEAR', ["or", "x", "near"], id="no operator survives"),
    pytest.param("😀 …", [], id="signs alone"),
    pytest.param("x" * 200, ["x" * TOKEN_MAX], id="a long word is cut"),
]


@pytest.mark.parametrize(("text", "expected"), TOKENS)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_only_the_beginning_of_a_long_text_is_found() -> None:
    assert len(tokens("a " * (TOKENS_MAX + 1))) == TOKENS_MAX


def day(number: int) -> datetime:
    return datetime(2026, 11, number, tzinfo=UTC)


ASKED: list[Any] = [
    pytest.param("", Asked(), id="nothing"),
    pytest.param("ferry Boat", Asked(terms=(("ferry",), ("boat",))), id="words"),
    pytest.param('"the ferry" x', Asked(terms=(("the", "ferry"), ("x",))), id="a phrase"),
    pytest.param('-boat -"a b"', Asked(unwanted=(("boat",), ("a", "b"))), id="unwanted ones"),
    pytest.param("from:@Ada x", Asked(terms=(("x",),), sender="ada"), id="of somebody"),
    pytest.param("from:me", Asked(sender="me"), id="of oneself"),
    pytest.param("in:library x", Asked((("x",),), where=Where.LIBRARY), id="in one's library"),
    pytest.param(
        "has:media -has:poll is:reply",
        Asked(has=frozenset({Trait.MEDIA, Trait.REPLY}), has_not=frozenset({Trait.POLL})),
        id="what it has and is",
    ),
    pytest.param("language:DE x", Asked((("x",),), language="de"), id="in a language"),
    pytest.param("during:2026-11-09", Asked(since=day(9), until=day(10)), id="on a day"),
    pytest.param(
        "after:2026-11-09 before:2026-11-20", Asked(since=day(10), until=day(20)), id="between"
    ),
    pytest.param("has:wings", Asked(terms=(("has", "wings"),)), id="an unknown trait is words"),
    pytest.param("before:2026-13-01", Asked(terms=(("before", "2026", "13", "01"),)), id="no day"),
    pytest.param("after:9999-12-31", Asked(terms=(("after", "9999", "12", "31"),)), id="too late"),
    pytest.param("in:attic", Asked(terms=(("in", "attic"),)), id="an unknown place"),
    pytest.param("-from:ada", Asked(unwanted=(("from", "ada"),)), id="what cannot be unwanted"),
    pytest.param("time:12:30", Asked(terms=(("time", "12", "30"),)), id="a colon among words"),
    pytest.param('from: ""', Asked(terms=(("from",),)), id="empty values"),
    pytest.param("---", Asked(), id="signs alone"),
]


@pytest.mark.parametrize(("text", "expected"), ASKED)
def test_understood(text: str, expected: Asked) -> None:
    assert understood(text) == expected


def test_a_search_is_bounded() -> None:
    assert len(understood("a " * 300).terms) == 20


def test_languages_of_the_indexes() -> None:
    terms = (("the", "ferry"), ("x",))
    assert fts5(terms) == '"the ferry" AND "x"'
    assert fts5(terms, any_of=True) == '"the ferry" OR "x"'
    assert tsquery(terms) == "('the' <-> 'ferry') & ('x')"
    assert tsquery(terms, any_of=True) == "('the' <-> 'ferry') | ('x')"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://here.example/@ada/12", Pasted(status_id=12)),
        ("https://here.example/@ada/12?x=1#y", Pasted(status_id=12)),
        ("https://here.example/ap/users/3/statuses/12", Pasted(status_id=12)),
        ("https://here.example/@ada@far.example/", Pasted(handle="ada@far.example")),
        ("https://here.example/about", None),
        ("https://here.example.evil.example/@ada", None),
        ("https://far.example/@ada/12", None),
        ("https://here.example/@ada/12/history", None),
    ],
)
def test_pasted_addresses(text: str, expected: Pasted | None) -> None:
    assert is_address(text)
    assert pasted(text, base_url="https://here.example") == expected
