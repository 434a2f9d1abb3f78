"""A case of the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """What is tried, and the tests that try it, "file::test"; or what it waits for."""

    sentence: str
    tests: Sequence[str] = ()
    waits_for: str = ""
