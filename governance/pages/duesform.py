"""The field for the dues that a proposal suggests, and the effect that it becomes."""

import re
from collections.abc import Mapping
from typing import Any, Final

from app.core.currencies import DECIMALS
from app.core.errors import Invalid
from app.core.words import say

SET_DUES: Final = "dues.set"  # What paying does with it stands in its own package.
FIELD: Final = "monthly"
WHOLE_DIGITS_MAX: Final = 9


def dues_effect(typed: str, currency: str) -> Mapping[str, Any]:
    """Return the effect of a typed sum for a month. Raises: Invalid, naming the field."""
    suggested = {"amount": minor_of(typed, currency), "currency": currency}
    return {"kind": SET_DUES, "payload": {"suggested": suggested}}


def minor_of(typed: str, currency: str) -> int:
    """Return a sum such as 1, 1.50 or 1,50 in minor units; nothing is rounded or guessed.

    Raises: Invalid, naming the field.
    """
    decimals = DECIMALS[currency]
    fraction = rf"(?:[.,]([0-9]{{{decimals}}}))?" if decimals else "()"
    match = re.fullmatch(rf"([0-9]{{1,{WHOLE_DIGITS_MAX}}}){fraction}", typed.strip())
    if match is None:
        example = "1." + "50"[:decimals].ljust(decimals, "0") if decimals else "100"
        text = say("Write an amount such as {example}.", example=example)
        raise Invalid(say("Something is to mend."), **{FIELD: text})
    return int(match[1] + (match[2] or "0" * decimals))


def text_of(minor: int, currency: str) -> str:
    """Return minor units as they are typed."""
    decimals = DECIMALS[currency]
    whole, fraction = divmod(minor, int("1" + "0" * decimals))
    return f"{whole}.{fraction:0{decimals}d}" if decimals else str(whole)
