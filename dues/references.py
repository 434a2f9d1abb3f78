"""Payment references such as CO-0017-26: short, typed by hand, and proof against slips. Pure.

The middle holds the invoice's number in base 32 and a check sign. Any one wrong sign, and any
two neighbours swapped, give a reference that does not exist, never another member's.
"""

import re
from collections.abc import Iterator

from app.core.records import Record

PREFIX = "CO"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Without I, L, O, U. Source: Crockford, base 32.
DIGITS_MIN = 3
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_FIELD = 0b100101  # x^5 + x^2 + 1, irreducible: the field of 32 elements.
_SHAPE = re.compile(r"CO[\s.\-–/]?([0-9A-Z]{4,8})[\s.\-–/]?([0-9OIL]{2})(?![0-9A-Z])")
_BEFORE = re.compile(r"[0-9A-Z]")


class Reference(Record):
    """What a payment reference names: the invoice with this number in this year."""

    year: int
    number: int

    def __str__(self) -> str:
        body = _digits(self.number)
        year = f"{self.year % 100:02d}"
        return f"{PREFIX}-{body}{_check_sign(body, year)}-{year}"


def parse_reference(text: str) -> Reference | None:
    """Return the reference that `text` is, however it was typed; None if it is none."""
    match = _SHAPE.fullmatch(text.strip().upper())
    return _of_match(match) if match else None


def find_references(text: str) -> Iterator[Reference]:
    """Yield the references that stand somewhere in `text`, such as a bank's statement line."""
    upper = text.upper()
    for match in _SHAPE.finditer(upper):
        begins_word = match.start() == 0 or not _BEFORE.match(upper[match.start() - 1])
        if begins_word and (reference := _of_match(match)):
            yield reference


def _of_match(match: re.Match[str]) -> Reference | None:
    values = [_VALUE.get(sign) for sign in match[1]]
    year = "".join(str(_VALUE[sign]) for sign in match[2])
    if None in values:
        return None
    signs = "".join(ALPHABET[value] for value in values if value is not None)
    body, check = signs[:-1], signs[-1]
    number = _number(body)
    if check != _check_sign(body, year) or _digits(number) != body:
        return None
    return Reference(2000 + int(year), number)


def _digits(number: int) -> str:
    assert number >= 0
    signs = ""
    while number or len(signs) < DIGITS_MIN:
        number, value = divmod(number, 32)
        signs = ALPHABET[value] + signs
    return signs


def _number(body: str) -> int:
    number = 0
    for sign in body:
        number = number * 32 + _VALUE[sign]
    return number


def _check_sign(body: str, year: str) -> str:
    """Return the sign that makes the sum of all signs, weighted by powers of x, zero."""
    total = 0
    for sign in year + body:
        total = _times_x(total ^ _VALUE[sign])
    return ALPHABET[total]


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ _FIELD if value & 0b100000 else value
