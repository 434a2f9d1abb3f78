"""Values that never change once they are made: what is asked for, told or shown.

    class Tick(Record):
        at: datetime
        by: str = ""

A class like this is made forty times faster than a frozen dataclass, of which there were four
hundred to make at every start. What must run on nothing but Python stays a dataclass: the offline
verifier, and the kernel's pure modules.
"""

from typing import dataclass_transform

from msgspec import Struct, field
from msgspec.structs import asdict, replace

__all__ = ["Record", "asdict", "field", "names_of", "replace"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Record(Struct, frozen=True):
    """A value with named parts, equal to another of its class if all parts are."""


def names_of(kind: type[Record]) -> tuple[str, ...]:
    """Return the names of the parts, in their order."""
    return kind.__struct_fields__
