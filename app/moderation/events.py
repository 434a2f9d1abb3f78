"""What this package tells others."""

from datetime import datetime

from app.core.records import Record


class ReportClosed(Record):
    """The moderators have looked at a report; `account_id` made it."""

    report_id: int
    account_id: int
    answer: str
    at: datetime
