"""What this package tells others."""

from datetime import datetime

from app.core.records import Record


class CoverChanged(Record):
    """A film or sound of a post shows another picture in front."""

    status_id: int
    at: datetime
