"""Text for people that is written in Python and translated at the edge."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class DayOf:
    """The day of a moment, by the clock of whoever reads the sentence."""

    at: datetime

    def __str__(self) -> str:
        return self.at.date().isoformat()


@dataclass(frozen=True, slots=True)
class Sum:
    """Money inside a sentence: each language writes it in its own way, `text` is the English."""

    amount_minor: int
    currency: str
    text: str

    def __str__(self) -> str:
        return self.text


def _as_it_is(value: Any) -> Any:
    return value


class Words(str):
    """English text that remembers its message id and parameters, so that it can be translated."""

    message_id: str
    parameters: dict[str, Any]

    def translated(
        self, gettext: Callable[[str], str], written: Callable[[Any], Any] = _as_it_is
    ) -> str:
        """Return the text in the language of `gettext`; `written` writes days, times and so on."""
        given = {
            name: value.translated(gettext, written)
            if isinstance(value, Words)
            else written(value)
            for name, value in self.parameters.items()
        }
        return gettext(self.message_id).format(**given)


def say(message_id: str, /, **parameters: Any) -> Words:
    """Return `message_id` with its {parameters} filled in; the extractor collects the id."""
    words = Words(message_id.format(**parameters))
    words.message_id = message_id
    words.parameters = parameters
    return words
