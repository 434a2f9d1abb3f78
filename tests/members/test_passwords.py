"""Passwords: which are taken, and that right and wrong are told apart, bounded in work."""

import asyncio
import re
import threading
from typing import Any

import pytest
from argon2 import PasswordHasher

from app.core.errors import Invalid
from app.members.common_passwords import is_common
from app.members.passwords import LENGTH_MAX, Hasher, check_password, normalized

ADA = ("ada", "ada@lovelace.example", "Riverside")

REFUSED = [
    pytest.param("kettle7", "at least 8", id="seven signs"),
    pytest.param("", "at least 8", id="nothing"),
    pytest.param("kettle moon " * 90, "at most 1024", id="more than a thousand signs"),
    pytest.param("kettle\ud800moon", "cannot be written", id="half of a sign"),
    pytest.param("password", "everybody tries", id="the first of all"),
    pytest.param("P@ssw0rd!", "everybody tries", id="with swapped letters"),
    pytest.param("Summer2026", "everybody tries", id="a season and a year"),
    pytest.param("passwordpassword", "everybody tries", id="twice"),
    pytest.param("dragonmonkey", "everybody tries", id="two of them"),
    pytest.param("12345678", "everybody tries", id="counting"),
    pytest.param("83921047", "everybody tries", id="eight digits"),
    pytest.param("qwertyui", "everybody tries", id="a walk over the keyboard"),
    pytest.param("1q2w3e4r5t", "everybody tries", id="a zigzag over the keyboard"),
    pytest.param("aaaaaaaaaa", "everybody tries", id="one letter"),
    pytest.param("abababab", "everybody tries", id="two letters"),
    pytest.param("ada12345", "everybody tries", id="the name and digits"),
    pytest.param("Lovelace1", "everybody tries", id="a part of the mail address"),
    pytest.param("riverside!", "everybody tries", id="the co-op"),
]


@pytest.mark.parametrize(("password", "reason"), REFUSED)
def test_refused(password: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as refusal:
        check_password(password, personal=ADA)
    assert set(refusal.value.fields) == {"password"}


TAKEN = [
    pytest.param("a kettle in the reading room", id="a sentence"),
    pytest.param("tR8#kq0v", id="eight signs at random"),
    pytest.param("Zwiebelturm", id="one rare word"),
    pytest.param("馬から落馬する", id="eight signs of another script"),
    pytest.param("my password is a kettle", id="with a common word in it"),
    pytest.param("83921047559283746510", id="twenty digits"),
    pytest.param(" spaces around it ", id="spaces at the ends count"),
    pytest.param("k" + "ettle" * 204, id="a thousand signs and some"),
]


@pytest.mark.parametrize("password", TAKEN)
def test_taken(password: str) -> None:
    if len(password) >= 8:
        check_password(password, personal=ADA)
    assert not is_common(password, personal=ADA)


@pytest.fixture(scope="module")
def hasher() -> Hasher:
    return Hasher(threads=2)


def test_the_hash_is_argon2id_with_19_mib_and_two_passes(hasher: Hasher) -> None:
    assert re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", hasher.hash_now("kettle moon"))


@pytest.mark.parametrize(
    ("kept", "tried", "is_right"),
    [
        pytest.param("kettle moon", "kettle moon", True, id="the same"),
        pytest.param("kettle moon", "kettle moon ", False, id="a space more"),
        pytest.param("kettle moon", "Kettle moon", False, id="another case"),
        pytest.param("Bäckerei am Fluss", "Ba\u0308ckerei am Fluss", True, id="composed or not"),
        pytest.param("kettle\0moon", "kettle\0mooN", False, id="behind a NUL, too"),
        pytest.param("kettle\0moon", "kettle\0moon", True, id="with a NUL"),
        pytest.param("kettle moon", "x" * (LENGTH_MAX + 1), False, id="too long to be one"),
        pytest.param("kettle moon", "\ud800", False, id="half of a sign"),
        pytest.param("kettle moon", "", False, id="empty"),
    ],
)
def test_comparing(hasher: Hasher, kept: str, tried: str, is_right: bool) -> None:
    stored = hasher.hash_now(kept)
    assert hasher.verify_now(tried, stored).is_right is is_right


@pytest.mark.parametrize("stored", [None, "", "not a hash"])
def test_without_a_hash_every_password_is_wrong(hasher: Hasher, stored: str | None) -> None:
    assert not hasher.verify_now("kettle moon", stored).is_right
    assert not hasher.verify_now("", stored).is_right


def test_an_unknown_account_costs_as_much_as_a_wrong_password(
    hasher: Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    argon: Any = PasswordHasher

    def noting(self: PasswordHasher, stored: str, password: bytes) -> bool:
        compared.append(stored)
        return bool(original(self, stored, password))

    original = argon.verify
    monkeypatch.setattr(argon, "verify", noting)
    stored = hasher.hash_now("kettle moon")
    hasher.verify_now("wrong", stored)
    hasher.verify_now("wrong", None)
    assert len(compared) == 2
    parameters = [text.split("$")[1:4] for text in compared]
    assert parameters[0] == parameters[1], "the same work"


def test_a_hash_with_older_parameters_is_made_anew(hasher: Hasher) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("kettle moon")
    verdict = hasher.verify_now("kettle moon", weak)
    assert verdict.is_right
    assert verdict.fresh_hash is not None
    assert hasher.verify_now("kettle moon", verdict.fresh_hash).fresh_hash is None
    assert hasher.verify_now("wrong", weak).fresh_hash is None


def test_a_megabyte_is_not_even_normalized() -> None:
    assert normalized("ﬁ" * 1_000_000) is None


def test_no_more_hashes_at_once_than_threads(
    hasher: Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most, lock = 0, 0, threading.Lock()
    original: Any = PasswordHasher.hash

    def counted(self: PasswordHasher, password: bytes) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        made = str(original(self, password))
        with lock:
            running -= 1
        return made

    monkeypatch.setattr(PasswordHasher, "hash", counted)

    async def many() -> list[str]:
        return await asyncio.gather(*(hasher.hash("kettle moon") for _ in range(20)))

    assert len(set(asyncio.run(many()))) == 20
    assert most == 2
