"""What this package tells others."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FiltersChanged:
    """An account's filters are others from now on."""

    account_id: int
    at: datetime
