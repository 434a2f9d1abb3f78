"""Money: whole minor units of a currency; what people type and what they read. Pure."""

import re
import unicodedata
from typing import Any

from app.core.currencies import DECIMALS
from app.core.errors import Invalid
from app.core.records import Record
from app.core.words import Sum, say

AMOUNT_MINOR_MAX = 10**13  # Any sum of a co-op's life stays far within 64 bits.
TYPED_LENGTH_MAX = 40

# Only signs that stand for one currency where they are used most.
SIGNS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "UAH": "₴",
    "TRY": "₺",
    "PLN": "zł",
    "CAD": "CA$",
    "AUD": "A$",
    "NZD": "NZ$",
    "BRL": "R$",
    "MXN": "MX$",
}
_BEHIND = {"PLN"}
_BLANK = re.compile(r"[\s'’_]")
_SEPARATORS = str.maketrans({"٫": ".", "٬": ",", "،": ","})


class Money(Record):
    """A sum in minor units (cents, yen, fils) of one currency; it may be negative."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        assert type(self.minor) is int, "money is whole minor units"
        assert self.currency in DECIMALS, self.currency

    def __add__(self, other: "Money") -> "Money":
        assert other.currency == self.currency
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + -other

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def dump(self) -> dict[str, Any]:
        """Return the sum as the API says it."""
        return {"amount": self.minor, "currency": self.currency}


def check_currency(code: str) -> str:
    """Return `code` if it is a currency that we can count in.

    Raises: Invalid.
    """
    if code not in DECIMALS:
        message = say("{code} is not a currency that the books know.", code=code[:8])
        raise Invalid(message, currency=message)
    return code


def check_amount(minor: int, currency: str, *, least_minor: int = 1) -> Money:
    """Return a sum that came from outside, within what is sensible.

    Raises: Invalid.
    """
    check_currency(currency)
    if not least_minor <= minor <= AMOUNT_MINOR_MAX:
        raise _wrong(say("This amount is too small or too large."))
    return Money(minor, currency)


def parse_money(typed: str, currency: str) -> Money:
    """Return the sum that a person typed: 12, 12.5, 12,50, 1 234.50, $12 or 12 USD.

    Nothing is rounded and nothing is guessed: a lone separator before three digits could mean
    a thousand or a fraction, so it is refused where the currency has decimals.

    Raises: Invalid.
    """
    check_currency(currency)
    text = _plain(typed, currency)
    match = re.fullmatch(r"[0-9]+(?:[.,][0-9]+)*", text)
    if match is None or len(typed) > TYPED_LENGTH_MAX:
        raise _wrong(say("Write an amount such as {example}.", example=_example(currency)))
    whole, fraction = _split(text, DECIMALS[currency])
    scale: int = 10 ** DECIMALS[currency]
    minor = int(whole) * scale + int(fraction.ljust(DECIMALS[currency], "0") or "0")
    if minor > AMOUNT_MINOR_MAX:
        raise _wrong(say("This amount is too large."))
    return Money(minor, currency)


def decimal_text(money: Money) -> str:
    """Return the bare number, such as 12.00, as exports and form fields want it."""
    decimals = DECIMALS[money.currency]
    whole, fraction = divmod(abs(money.minor), 10**decimals)
    sign = "-" if money.minor < 0 else ""
    return f"{sign}{whole}" + (f".{fraction:0{decimals}d}" if decimals else "")


def in_words(money: Money) -> str:
    """Return the sum as English text has it, such as $1,234.50 or −12.000 KWD."""
    number = decimal_text(Money(abs(money.minor), money.currency))
    whole, dot, fraction = number.partition(".")
    number = f"{int(whole):,}{dot}{fraction}"
    minus = "−" if money.minor < 0 else ""
    sign = SIGNS.get(money.currency)
    if sign is None or money.currency in _BEHIND:
        return f"{minus}{number} {sign or money.currency}"
    return f"{minus}{sign}{number}"


def said(money: Money) -> Sum:
    """Return the sum for `say`: each reader's language writes it in its own way."""
    return Sum(money.minor, money.currency, in_words(money))


def _plain(typed: str, currency: str) -> str:
    text = typed.strip().removeprefix(currency).removesuffix(currency).strip()
    sign = SIGNS.get(currency, "")
    text = text.removeprefix(sign).removesuffix(sign)
    text = _BLANK.sub("", text).translate(_SEPARATORS)
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


def _split(text: str, decimals: int) -> tuple[str, str]:
    """Return the whole part and the fraction, or refuse what could be read in two ways."""
    marks = [sign for sign in text if sign in ".,"]
    whole, fraction = re.split(r"[.,]", text), ""
    if marks and _has_fraction(whole, marks, decimals):
        fraction = whole.pop()
    elif len(marks) == 1 and decimals:
        raise _wrong(say("Write the amount without marks between thousands."))
    if not _grouped(whole, marks[: len(whole) - 1]):
        raise _wrong(say("Write the amount without marks between thousands."))
    return "".join(whole), fraction


def _has_fraction(parts: list[str], marks: list[str], decimals: int) -> bool:
    if len(parts[-1]) > decimals or marks[-1] in marks[:-1]:
        return False
    could_be_thousands = len(marks) == 1 and len(parts[-1]) == 3 and _leads(parts[0])
    return not could_be_thousands


def _grouped(parts: list[str], marks: list[str]) -> bool:
    if not marks:
        return True
    return len(set(marks)) == 1 and _leads(parts[0]) and all(len(p) == 3 for p in parts[1:])


def _leads(part: str) -> bool:
    return len(part) <= 3 and part[0] != "0"


def _example(currency: str) -> str:
    scale: int = 10 ** DECIMALS[currency]
    return decimal_text(Money(12 * scale, currency))


def _wrong(message: str) -> Invalid:
    return Invalid(message, amount=message)
