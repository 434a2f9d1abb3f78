"""A form as a page shows it: what was filled in, and what is wrong with it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.records import Record, field


class Filled(Record):
    """Values to show again, and the fault of each field. Passwords are never shown again."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    message: str | None = None

    def value(self, name: str, given: Any = "") -> str:
        """Return what to show in a field: what was sent, else `given`."""
        sent = self.values.get(name)
        return sent[-1] if sent else ("" if given is None else str(given))

    def has(self, name: str, value: Any, given: Any = None) -> bool:
        """Return whether a choice is taken: as sent, or, in a form not sent yet, as `given`."""
        if self.values:
            return str(value) in self.values.get(name, ())
        if isinstance(given, str) or not isinstance(given, Sequence | set | frozenset):
            return given is not None and str(given) == str(value)
        return str(value) in {str(item) for item in given}

    def fault(self, name: str) -> str | None:
        """Return what is wrong with a field."""
        return self.faults.get(name)


EMPTY_FORM = Filled()


def filled_with(**values: Any) -> Filled:
    """Return a form that begins with `values`; None and False leave their fields empty."""
    return Filled({name: _texts(value) for name, value in values.items()})


def _texts(value: Any) -> Sequence[str]:
    if value is None or value is False:
        return ()
    if isinstance(value, list | tuple | set | frozenset):
        return [str(item) for item in value]
    return ["on" if value is True else str(value)]
