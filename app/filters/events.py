"""What this package tells others."""

from datetime import datetime

from app.core.records import Record


class FiltersChanged(Record):
    """An account's filters are others from now on."""

    account_id: int
    at: datetime
