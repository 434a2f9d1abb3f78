"""What members say about a picture: its description, and where to look first. Pure."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from app.core.errors import Invalid
from app.core.words import say
from app.text.names import one_line

_NUMBER: Final = re.compile(r"\s*[+-]?[0-9]{0,9}(?:\.[0-9]{0,40})?\s*")


def read_description(text: str, *, limit: int) -> str:
    """Return a description as it is kept: plain lines without tricks, cut at `limit`."""
    lines = (one_line(line, limit=limit) for line in text[: limit * 4].splitlines())
    return "\n".join(lines).strip()[:limit].rstrip()


def read_focus(text: str) -> tuple[int, int]:
    """Return the point "x,y", each from -1.0 to 1.0, in thousandths; (0, 0) is the middle.

    Raises: Invalid.
    """
    parts = text.split(",")
    if len(parts) != 2:
        raise _no_point()
    return _thousandths(parts[0]), _thousandths(parts[1])


def _thousandths(text: str) -> int:
    try:
        value = Decimal(text.strip()) if _NUMBER.fullmatch(text) else Decimal(2)
    except InvalidOperation:
        raise _no_point() from None
    if abs(value) > 1:
        raise _no_point()
    return int((value * 1000).to_integral_value())


def _no_point() -> Invalid:
    sentence = say("The focus is a point such as 0.5,-0.2, each from -1 to 1.")
    return Invalid(sentence, focus=sentence)
