"""What a program sends to the token endpoint, and what it gets. Source: RFC 6749."""

from collections.abc import Mapping
from typing import Any, Final

from app.core.records import Record

BY_SECRET: Final = ["client_secret_basic", "client_secret_post"]


class Call(Record):
    """A call of a program: its parameters, from wherever they came, and its Authorization."""

    parameters: Mapping[str, str]
    authorization: str = ""


class Answer(Record):
    """What the program gets; an error by its name of RFC 6749, to be put into words."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


class Passwords(Record):
    """The password grant is open, in tests only; `member_id` is whose password it was."""

    member_id: int | None
