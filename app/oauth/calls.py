"""What a program sends to the token endpoint, and what it gets. Source: RFC 6749."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

BY_SECRET: Final = ["client_secret_basic", "client_secret_post"]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a program: its parameters, from wherever they came, and its Authorization."""

    parameters: Mapping[str, str]
    authorization: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program gets; an error by its name of RFC 6749, to be put into words."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Passwords:
    """The password grant is open, in tests only; `member_id` is whose password it was."""

    member_id: int | None
