"""Passwords: which are taken, and how they are hashed without starving the rest of the site.

Source: security.md (d) 5; RFC 9106 for argon2id; NIST SP 800-63B for what is not demanded.
"""

import asyncio
import os
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.core.errors import Invalid
from app.core.records import Record
from app.core.words import say
from app.members.common_passwords import is_common

LENGTH_MIN: Final = 8
LENGTH_MAX: Final = 1024
MEMORY_KIB: Final = 19 * 1024
PASSES: Final = 2


def check_password(
    password: str, *, personal: Iterable[str] = (), may_be_common: bool = False
) -> None:
    """Raise Invalid, on the field `password`, unless it may become somebody's password.

    Only operators may set a common one: at the shell, for others to change.
    """
    fault = None
    if len(password) < LENGTH_MIN:
        fault = say("Take at least {n} signs. A sentence is good.", n=LENGTH_MIN)
    elif len(password) > LENGTH_MAX:
        fault = say("Take at most {n} signs.", n=LENGTH_MAX)
    elif normalized(password) is None:
        fault = say("This password holds a sign that cannot be written down.")
    elif not may_be_common and is_common(password, personal=personal):
        fault = say("This is one of the passwords that everybody tries first. Take another one.")
    if fault is not None:
        raise Invalid(fault, password=fault)


def normalized(password: str) -> bytes | None:
    """Return the bytes to hash, the same for each way to type it; None if nobody can have it.

    The length is looked at first, so that a megabyte costs nothing.
    """
    if len(password) > LENGTH_MAX:
        return None
    try:
        return unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:  # Half of a surrogate pair.
        return None


class Verdict(Record):
    """Whether the password was right, and its new hash if the stored one is out of date."""

    is_right: bool
    fresh_hash: str | None = None


class Hasher:
    """Hashes in as many threads as there are cores, so that memory and load stay bounded."""

    def __init__(self, *, threads: int | None = None) -> None:
        self._argon = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
        self._threads = ThreadPoolExecutor(threads or os.cpu_count() or 1, "password")

    @cached_property
    def _nobodys(self) -> str:
        """What an unknown account's password is compared with, so that it takes as long."""
        return self._argon.hash(os.urandom(16))

    async def hash(self, password: str) -> str:
        """Return the hash to store. The caller has checked the password."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self.hash_now, password
        )

    async def verify(self, password: str, *, stored: str | None) -> Verdict:
        """Compare with the stored hash; without one it is wrong, and takes as long."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self.verify_now, password, stored
        )

    def hash_now(self, password: str) -> str:
        """Return the hash, in the caller's own thread: for commands."""
        data = normalized(password)
        assert data is not None, "unchecked"
        return self._argon.hash(data)

    def verify_now(self, password: str, stored: str | None) -> Verdict:
        """Compare, in the caller's own thread."""
        data = normalized(password)
        nobodys = self._nobodys  # Made by the first question, whomever that is about.
        try:
            self._argon.verify(stored or nobodys, data or b"")
        except (VerifyMismatchError, InvalidHashError):
            return Verdict(is_right=False)
        if stored is None or data is None:
            return Verdict(is_right=False)
        is_old = self._argon.check_needs_rehash(stored)
        return Verdict(is_right=True, fresh_hash=self._argon.hash(data) if is_old else None)

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)
