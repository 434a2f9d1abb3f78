"""What this package tells others."""

from datetime import datetime

from app.core.records import Record


class ProfileChanged(Record):
    """An account describes itself differently, or shows another picture."""

    account_id: int
    at: datetime
