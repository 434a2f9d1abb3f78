"""Kept texts: made once, bounded, never stale."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from app.core.cache import TextCache


class Maker:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, key: str) -> str:
        self.made.append(key)
        return key.upper()


def test_what_is_kept_is_not_made_again() -> None:
    cache, maker = TextCache[str](room=1_000), Maker()
    assert [cache.get_or_make("a", lambda: maker("a")) for _ in range(3)] == ["A"] * 3
    assert maker.made == ["a"]


def test_what_was_used_longest_ago_goes_first() -> None:
    cache, maker = TextCache[str](room=16), Maker()

    def ask(keys: str) -> str:
        maker.made.clear()
        for key in keys:
            cache.get_or_make(key, partial(maker, key))
        return "".join(maker.made)

    assert ask("abcdefgh") == "abcdefgh"  # Now the room is full.
    assert ask("a") == ""
    assert ask("i") == "i"
    assert ask("a") == ""
    assert ask("b") == "b"


def test_a_giant_is_not_kept() -> None:
    cache, maker = TextCache[str](room=100), Maker()
    cache.get_or_make("small", lambda: maker("small"))
    for _ in range(2):
        cache.get_or_make("g" * 60, lambda: maker("giant"))
    cache.get_or_make("small", lambda: maker("small"))
    assert maker.made == ["small", "giant", "giant"]


def test_many_threads_get_what_belongs_to_their_key() -> None:
    cache: TextCache[str] = TextCache(room=200)
    keys = [f"key{n % 40}" for n in range(4_000)]
    with ThreadPoolExecutor(8) as pool:
        made = pool.map(lambda key: cache.get_or_make(key, key.upper), keys)
        assert list(made) == [key.upper() for key in keys]
