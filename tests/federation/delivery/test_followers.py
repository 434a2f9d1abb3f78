"""Whether two sites agree about followers."""

from hashlib import sha256
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.federation.delivery.followers import (
    Comparison,
    digest_of,
    of_site,
    read_comparison,
    write_comparison,
)
from tests.federation.written import THERE, WHO, actor

FOLLOWERS: Final = f"{WHO}/followers"
LIST: Final = f"{WHO}/followers_synchronization"
PAIR: Final = ("https://testing.example.org/users/1", "https://testing.example.org/users/2")


def test_the_digest_is_the_exclusive_or_of_the_sums() -> None:
    one, other = (int(sha256(uri.encode()).hexdigest(), 16) for uri in PAIR)
    assert int(digest_of(PAIR), 16) == one ^ other
    assert digest_of(PAIR[:1]) == sha256(PAIR[0].encode()).hexdigest()
    assert digest_of([]) == "0" * 64


def test_the_example_of_the_standard() -> None:
    published = "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f"
    assert digest_of(PAIR) == published


@given(st.lists(st.text(max_size=9), unique=True), st.randoms())
def test_the_order_is_no_matter(uris: list[str], dice: Random) -> None:
    shuffled = uris.copy()
    dice.shuffle(shuffled)
    assert digest_of(shuffled) == digest_of(uris)
    assert len(digest_of(uris)) == 64


def test_only_those_of_one_site_are_compared() -> None:
    uris = [
        "https://a.example/1",
        "https://A.example:443/2",
        "http://a.example/3",
        "https://b.a.example/4",
        "x",
    ]
    assert of_site(uris, "https://a.example/anything") == uris[:2]


def test_what_is_written_is_read() -> None:
    comparison = Comparison(FOLLOWERS, LIST, digest_of([WHO]))
    found = read_comparison(write_comparison(comparison), actor=actor(followers=FOLLOWERS))
    assert found == comparison


GOOD: Final = f'collectionId="{FOLLOWERS}", url="{LIST}", digest="{"ab" * 32}"'


@pytest.mark.parametrize(
    "header",
    [
        "",
        "x",
        '"',
        GOOD + ",",
        GOOD + ', url="x"',
        GOOD.replace("ab", "a"),
        GOOD.replace("ab", "xy"),
        GOOD.replace(FOLLOWERS, f"{THERE}/users/2/followers"),
        GOOD.replace(LIST, "https://evil.example/list"),
        GOOD.replace(LIST, "file:///etc/passwd"),
        GOOD.replace('"', "'"),
        'a="",' * 5_000,
    ],
    ids=lambda text: text[:60],
)
def test_what_is_not_theirs_to_say(header: str) -> None:
    assert read_comparison(header, actor=actor(followers=FOLLOWERS)) is None


def test_the_header_of_another_spelling() -> None:
    spelt = GOOD.replace(", ", " ,").replace("ab" * 32, "AB" * 32)
    found = read_comparison(spelt, actor=actor(followers=FOLLOWERS))
    assert found is not None
    assert found.digest == "ab" * 32


def test_an_actor_without_followers_compares_nothing() -> None:
    assert read_comparison(GOOD, actor=actor()) is None
    assert read_comparison(GOOD.replace(FOLLOWERS, ""), actor=actor()) is None
