"""What this package tells others."""

from datetime import datetime

from app.core.records import Record


class ReportClosed(Record):
    """The moderators have looked at a report; `account_id` made it."""

    report_id: int
    account_id: int
    answer: str
    at: datetime


class FollowsSevered(Record):
    """Follows of a member ended, because the members decided to refuse a site."""

    account_id: int
    domain: str
    at: datetime


class ReportMade(Record):
    """Somebody reported an account and some of its posts; `forward`: to its own site, too."""

    report_id: int
    target_id: int
    status_ids: tuple[int, ...]
    comment: str
    forward: bool
    at: datetime
