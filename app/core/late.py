"""Modules that are imported when something of them is first used, instead of at every start.

    if TYPE_CHECKING:
        from babel import dates
    else:
        dates = Late("babel.dates")

is `from babel import dates` for whoever reads or checks the code.
"""

from importlib import import_module
from typing import Any


class Late:
    """Stands for a module until something of it is asked for; what was found is kept."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """Import the module. Raises: AttributeError if it has nothing of that name."""
        found = getattr(import_module(self._name), name)
        setattr(self, name, found)
        return found
