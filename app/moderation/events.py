"""What this package tells others."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReportClosed:
    """The moderators have looked at a report; `account_id` made it."""

    report_id: int
    account_id: int
    answer: str
    at: datetime
