"""The length of a post, against an oracle that knows what it put together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.count import count_characters, graphemes

TABLE = [
    pytest.param("", 0, id="nothing"),
    pytest.param("abc", 3, id="letters"),
    pytest.param("👩‍👩‍👧‍👦", 1, id="a family"),
    pytest.param("👍🏽🇳🇿", 2, id="a hand with its colour, a flag"),
    pytest.param("e\u0301", 1, id="a letter and its mark"),
    pytest.param("お茶です", 4, id="Japanese"),
    pytest.param("नमस्ते", 3, id="Hindi"),
    pytest.param("a\r\nb", 3, id="a line end of two signs"),
    pytest.param("https://a.example", 23, id="a short link"),
    pytest.param("https://a.example/" + "b" * 500, 23, id="a long link"),
    pytest.param("a https://a.example/b.", 26, id="a link in a sentence"),
    pytest.param("a.example", 9, id="an address without scheme"),
    pytest.param("@ada@social.example hi", 7, id="a mention of another site"),
    pytest.param("@ada hi", 7, id="a mention here"),
    pytest.param("#tea", 4, id="a tag"),
]


@pytest.mark.parametrize(("text", "length"), TABLE)
def test_count(text: str, length: int) -> None:
    assert count_characters(text) == length
    assert count_characters(text, warning="😀!") == length + 2


WORD = st.text(st.sampled_from("abcxyzäöü"), min_size=1, max_size=9)
PARTS = st.one_of(
    WORD.map(lambda word: (word, len(word))),
    WORD.map(lambda word: (f"https://example.org/{word}", 23)),
    st.sampled_from(["ada", "bob_2"]).map(lambda name: (f"@{name}", len(name) + 1)),
    st.sampled_from(["ada", "bob_2"]).map(lambda name: (f"@{name}@far.example", len(name) + 1)),
    st.sampled_from(["👍🏽", "👩‍🚀", "🇳🇿", "é", "각", "ก็"]).map(lambda sign: (sign, 1)),
)


@given(st.lists(PARTS))
def test_the_count_is_the_sum_of_the_parts(parts: list[tuple[str, int]]) -> None:
    text = " ".join(text for text, _ in parts)
    spaces = max(0, len(parts) - 1)
    assert count_characters(text) == sum(length for _, length in parts) + spaces


@given(st.text())
def test_a_text_has_no_more_graphemes_than_code_points(text: str) -> None:
    assert graphemes(text) <= len(text)
