"""Reading reports. Moderators see of private posts what was reported to them, and no more."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.records import Record
from app.moderation.models import Category, Report, ReportedStatus
from app.statuses.models import Status

PAGE_SIZE = 20


class Quoted(Record):
    """A reported post as it reads now, or that it is gone."""

    id: int
    html: str
    spoiler: str
    created_at: datetime
    is_gone: bool


class Case(Record):
    """A report with the people in it, and the posts that it is about."""

    id: int
    reporter: Account
    target: Account
    category: Category
    comment: str
    rule_ids: Sequence[str]
    created_at: datetime
    posts: Sequence[Quoted]


def open_cases(session: Session) -> Sequence[Case]:
    """Return the reports that nobody has closed, the oldest first, in three statements."""
    waiting = select(Report).where(Report.closed_at.is_(None))
    reports = session.scalars(waiting.order_by(Report.id).limit(PAGE_SIZE)).all()
    people = {id_ for report in reports for id_ in (report.account_id, report.target_id)}
    found = session.scalars(select(Account).where(Account.id.in_(people)))
    accounts = {account.id: account for account in found}
    posts = _posts(session, [report.id for report in reports])
    return [
        Case(
            id=report.id,
            reporter=accounts[report.account_id],
            target=accounts[report.target_id],
            category=report.category,
            comment=report.comment,
            rule_ids=report.rule_ids,
            created_at=report.created_at,
            posts=[quoted for report_id, quoted in posts if report_id == report.id],
        )
        for report in reports
    ]


def count_open(session: Session) -> int:
    """Return how many reports nobody has closed."""
    waiting = select(func.count()).select_from(Report).where(Report.closed_at.is_(None))
    return session.scalars(waiting).one()


def reported_in(session: Session, report_id: int) -> Sequence[int]:
    """Return the posts that a report is about."""
    about = select(ReportedStatus.status_id).where(ReportedStatus.report_id == report_id)
    return session.scalars(about.order_by(ReportedStatus.status_id)).all()


def _posts(session: Session, report_ids: Collection[int]) -> list[tuple[int, Quoted]]:
    columns = (Status.content_html, Status.spoiler, Status.created_at, Status.deleted_at)
    rows = (
        select(ReportedStatus.report_id, Status.id, *columns)
        .join(Status, Status.id == ReportedStatus.status_id)
        .where(ReportedStatus.report_id.in_(report_ids))
        .order_by(Status.id)
    )
    return [
        (report_id, Quoted(id_, html, spoiler, at, deleted_at is not None))
        for report_id, id_, html, spoiler, at, deleted_at in session.execute(rows)
    ]
