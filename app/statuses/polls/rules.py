"""What a poll may be, and who may take part in it: pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from app.core.errors import Invalid
from app.core.records import Record
from app.core.words import Words, say
from app.text.count import graphemes

OPTIONS_MIN = 2
OPTIONS_MAX = 8
OPTION_CHARACTERS_MAX = 50
OPTION_BYTES_MAX = 2_000  # A character may be made of any number of code points.
LASTS_MIN = timedelta(minutes=5)
LASTS_MAX = timedelta(seconds=2_629_746)


class Asking(Record):
    """A poll as its author hands it in; `lasts` None leaves the end of a known poll as it is."""

    options: tuple[str, ...]
    lasts: timedelta | None = None
    multiple: bool = False
    hide_totals: bool = False

    def dump(self) -> dict[str, Any]:
        """Return the poll as JSON."""
        return {
            "options": list(self.options),
            "lasts_seconds": None if self.lasts is None else self.lasts // timedelta(seconds=1),
            "multiple": self.multiple,
            "hide_totals": self.hide_totals,
        }

    @classmethod
    def load(cls, data: Mapping[str, Any] | None) -> "Asking | None":
        """Return the poll that was dumped; None was none."""
        if data is None:
            return None
        seconds = data["lasts_seconds"]
        lasts = None if seconds is None else timedelta(seconds=seconds)
        return cls(tuple(data["options"]), lasts, data["multiple"], data["hide_totals"])


def tidied(options: Iterable[str]) -> tuple[str, ...]:
    """Return the options without space around them, and without the empty ones."""
    return tuple(option for given in options if (option := " ".join(given.split())))


def check_asking(asking: Asking) -> None:
    """Raise Invalid unless `asking` may become a poll."""
    if fault := _fault_of(asking):
        raise Invalid(fault, poll=fault)


def _fault_of(asking: Asking) -> Words | None:
    options, lasts = asking.options, asking.lasts
    if len(options) < OPTIONS_MIN:
        return say("A poll needs at least {count} answers to choose from.", count=OPTIONS_MIN)
    if len(options) > OPTIONS_MAX:
        return say("A poll has at most {count} answers to choose from.", count=OPTIONS_MAX)
    if any(_is_long(option) for option in options):
        return say("An answer has at most {count} characters.", count=OPTION_CHARACTERS_MAX)
    if len({option.casefold() for option in options}) < len(options):
        return say("Two answers of the poll are the same.")
    if lasts is not None and lasts < LASTS_MIN:
        return say("A poll lasts five minutes at least.")
    if lasts is not None and lasts > LASTS_MAX:
        return say("A poll lasts a month at most.")
    return None


def _is_long(option: str) -> bool:
    return len(option) > OPTION_BYTES_MAX or graphemes(option) > OPTION_CHARACTERS_MAX


def check_choices(choices: Collection[int], *, options: int, multiple: bool) -> None:
    """Raise Invalid unless `choices`, counted from 0, may be a vote among so many `options`."""
    if not choices:
        raise _wrong(say("Choose an answer."))
    if any(not 0 <= choice < options for choice in choices):
        raise _wrong(say("There is no such answer in this poll."))
    if len(choices) > 1 and not multiple:
        raise _wrong(say("Only one answer can be chosen in this poll."))


def _wrong(sentence: Words) -> Invalid:
    return Invalid(sentence, choices=sentence)
