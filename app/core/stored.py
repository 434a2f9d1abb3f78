"""What all stores share: how files are named, what is told of them, and how a store refuses."""

import re
from datetime import datetime

from app.core.errors import CannotStart, NotFound
from app.core.records import Record
from app.core.words import say

KEY = re.compile(r"[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*(\.[a-z0-9]{1,8})?")
KEY_LENGTH_MAX = 200


class BadStore(CannotStart):
    """The URL of the store is none that this version can use, or its key is missing."""


class StoreAway(OSError):
    """The store does not answer, or does not let us in. What was to be kept is not kept."""


class Stored(Record):
    """A file as a list of them tells it; `size` in bytes."""

    key: str
    size: int
    changed_at: datetime


def checked(key: str) -> str:
    """Return the key. Raises: NotFound if nobody can have made it, so that it names no file."""
    if len(key) > KEY_LENGTH_MAX or not KEY.fullmatch(key):
        raise NotFound(say("There is no such file."))
    return key


def no_such_file() -> NotFound:
    """Return the error for a key without a file."""
    return NotFound(say("There is no such file."))
