"""Checking several things of a form, so that a person sees all that is to mend at once."""

from collections.abc import Callable

from app.core.errors import Invalid
from app.core.words import say


def check_all(*checks: Callable[[], object]) -> None:
    """Run every check; raise one Invalid that holds the faults of all."""
    faults: dict[str, str] = {}
    for check in checks:
        try:
            check()
        except Invalid as fault:
            faults = dict(fault.fields) | faults
    if faults:
        raise Invalid(say("Something is to mend."), **faults)
