"""Addresses of this site that somebody pastes into the search box. Pure."""

import re
from typing import Final

from app.core.records import Record

_POST: Final = re.compile(r"/@[^/]+/(\d{1,19})|/ap/users/\d{1,19}/statuses/(\d{1,19})", re.ASCII)
_PERSON: Final = re.compile(r"/@([^/]+)")


class Pasted(Record):
    """What a pasted address of this site leads to: a post or a person."""

    status_id: int | None = None
    handle: str | None = None


def is_address(text: str) -> bool:
    """Return whether somebody looks for one thing by its address."""
    return text.startswith(("https://", "http://"))


def pasted(text: str, *, base_url: str) -> Pasted | None:
    """Return what an address of this site leads to; None if it is none, or leads elsewhere."""
    if not text.startswith(f"{base_url}/"):
        return None
    path = text.removeprefix(base_url).partition("?")[0].partition("#")[0].rstrip("/")
    if post := _POST.fullmatch(path):
        return Pasted(status_id=int(post[1] or post[2]))
    if person := _PERSON.fullmatch(path):
        return Pasted(handle=person[1])
    return None
