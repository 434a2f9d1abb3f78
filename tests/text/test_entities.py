"""Mentions, hashtags and links: found where people mean them, and in linear time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.entities import Hashtag, Link, Mention, find_entities, tag_key


def found(text: str) -> list[str]:
    """Return what is found in `text`: "@ada", "#tea" or an address."""
    names = []
    for entity in find_entities(text):
        if isinstance(entity, Mention):
            names.append(f"@{entity.handle}")
        elif isinstance(entity, Hashtag):
            names.append(f"#{entity.name}")
        else:
            names.append(entity.url)
    return names


TABLE = [
    pytest.param("no one here, a@b.example, 1 # 2", [], id="nothing"),
    pytest.param("@ada", ["@ada"], id="a member"),
    pytest.param("Ask @ada.", ["@ada"], id="a sentence ends"),
    pytest.param("(@ada, @bob_b!)", ["@ada", "@bob_b"], id="in brackets"),
    pytest.param("@ada@Example.ORG.", ["@ada@example.org"], id="of another site"),
    pytest.param(
        "@ada@bücher.example", ["@ada@xn--bcher-kva.example"], id="of a site with umlaut"
    ),
    pytest.param("@ada@localhost:3000", ["@ada@localhost:3000"], id="with a port"),
    pytest.param("@ada@exa/mple.org", ["@ada@exa"], id="a slash ends a domain"),
    pytest.param("@ada@-.example", [], id="an impossible domain is no mention of us"),
    pytest.param("@@ada", [], id="two signs"),
    pytest.param("x@ada x.@ada", [], id="inside a word"),
    pytest.param("https://example.org/@ada", ["https://example.org/@ada"], id="in a link"),
    pytest.param("#tea and #Tea_time.", ["#tea", "#Tea_time"], id="tags"),
    pytest.param("#2026 #2026s #_", ["#2026s"], id="a number is no tag"),
    pytest.param("＃お茶 #चाय #café", ["#お茶", "#चाय", "#café"], id="tags of the world"),
    pytest.param("a#b &#39; /#c ##d", [], id="signs that are no tags"),
    pytest.param("#" + "a" * 101, [], id="a tag too long"),
    pytest.param("see https://a.example.", ["https://a.example"], id="a link ends a sentence"),
    pytest.param("(https://a.example/b)", ["https://a.example/b"], id="a link in brackets"),
    pytest.param("https://a.example/b_(c)", ["https://a.example/b_(c)"], id="brackets in a link"),
    pytest.param("HTTPS://A.example/B", ["https://A.example/B"], id="a loud scheme"),
    pytest.param("https://a@b.example", [], id="a link with a user name"),
    pytest.param("https:// http://. a.example ftp://a.example", [], id="no links"),
    pytest.param("https://a.example/" + "b" * 2_048, [], id="a link too long"),
    pytest.param("https://a.example/<b>", ["https://a.example/"], id="a link ends at a sign"),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_find(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            unit * (200_000 // len(unit))
            for unit in ["@", "@a", "@a@", "@a.", "@a@b.", "a@a", "#"]
        ),
        *(
            unit * (200_000 // len(unit))
            for unit in ["#a", "#1", "https://", "http://a(", "a", "-"]
        ),
        "https://a.example/" + "(" * 200_000 + ")" * 200_000,
        "https://a.example/" + "." * 400_000,
        "@" + "a" * 400_000,
        "@a@" + "a." * 200_000,
    ],
    ids=lambda text: text[:12],
)
def test_text_made_to_be_slow_is_quick(text: str) -> None:
    started = time.process_time()
    list(find_entities(text))
    assert time.process_time() - started < 4


@given(st.text(st.sampled_from("@#ab1./:_-() \n<é😀") | st.characters(), max_size=200))
def test_entities_are_in_order_and_lie_in_the_text(text: str) -> None:
    end = 0
    for entity in find_entities(text):
        assert end <= entity.start < entity.end <= len(text)
        end = entity.end
        written = text[entity.start : end]
        if isinstance(entity, Mention):
            assert written.startswith(f"@{entity.handle.username}")
        elif isinstance(entity, Hashtag):
            assert written[1:] == entity.name
        else:
            assert isinstance(entity, Link)
            assert written.lower().startswith(entity.url[:8])


def test_spellings_of_a_tag_are_one_tag() -> None:
    assert tag_key("#Ｔｅａ") == tag_key("TEA") == "tea"
