"""How programs write yes and no, ids, lists and moments. Pure.

Source: mastodon-api.md 1.1, 1.2, 1.4.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

NO: Final = frozenset({"false", "0", "f", "F", "off", "FALSE", "OFF", "False", ""})
ID_MAX: Final = 2**63 - 1
IDS_MAX: Final = 200


def read_flag(value: Any) -> bool:
    """Return yes or no; whatever is not a known no is a yes."""
    if isinstance(value, bool):
        return value
    return str(value) not in NO


def read_id(value: Any) -> int | None:
    """Return the id that a text or number writes; None if it writes none."""
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    found = int(text)
    return found if found <= ID_MAX else None


def read_ids(value: Any) -> tuple[int, ...]:
    """Return the ids of a list, or of a single one; each once, in order, what is none left out."""
    listed: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
    found = (read_id(part) for part in listed if part is not None)
    return tuple(dict.fromkeys(part for part in found if part is not None))[:IDS_MAX]


def moment(at: datetime) -> str:
    """Return a moment as programs read it: in UTC, with exactly three decimals."""
    return at.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def moment_or_none(at: datetime | None) -> str | None:
    """Return a moment as programs read it, or None."""
    return None if at is None else moment(at)


def midnight(at: datetime) -> str:
    """Return the day of a moment as a moment: when exactly somebody joined is their matter."""
    return f"{at.date().isoformat()}T00:00:00.000Z"


def day_or_none(on: date | None) -> str | None:
    """Return a day as programs read it, or None."""
    return None if on is None else on.isoformat()


def listed(value: Any) -> Any:
    """Return a list, which some programs write as a mapping by place, or as its only item."""
    if isinstance(value, dict):  # {"0": …, "1": …} is a list to some programs.
        return [value[key] for key in sorted(value, key=_place)]
    return value if isinstance(value, list | tuple) else [value]


def _place(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isascii() and key.isdigit() else (ID_MAX, key)


def _checked_id(value: Any) -> int:
    found = read_id(value)
    if found is None:
        raise ValueError("is not an id")
    return found


def _maybe_id(value: Any) -> int | None:
    return None if value is None or value == "" else _checked_id(value)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) else value


# Parts of shapes: what programs send, read as leniently as they send it.
Flag = Annotated[bool, BeforeValidator(read_flag)]
Id = Annotated[int, BeforeValidator(_checked_id)]
MaybeId = Annotated[int | None, BeforeValidator(_maybe_id)]
Ids = Annotated[tuple[int, ...], BeforeValidator(read_ids)]
Text = Annotated[str, BeforeValidator(_text)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(listed)]
