"""Permissions in words: each has some, and they stand in an order that makes sense."""

from app.oauth.scopes import SCOPES
from app.oauth.words import words_of


def test_every_scope_has_words_of_its_own() -> None:
    assert len({str(words) for words in words_of(SCOPES)}) == len(SCOPES)


def test_the_common_ones_come_first_and_each_once() -> None:
    asked = ["push", "write:media", "coop:vote", "read", "write", "read"]
    assert [str(words) for words in words_of(asked)] == [
        "read what you can read",
        "post, and change your things, in your name",
        "post, and change your things, in your name (only media)",
        "send notices to your device",
        "propose and vote in your name",
    ]
