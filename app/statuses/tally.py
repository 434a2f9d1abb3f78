"""How many posts stand on an account's page, and which is the newest: kept with each of them."""

from sqlalchemy import ColumnElement, case, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.statuses.models import Status
from app.statuses.visibility import Visibility


def count_in(session: Session, status: Status) -> None:
    """Count a new post, or boost, of its author; a letter stands on nobody's page."""
    if status.visibility is Visibility.DIRECT:
        return
    newest = case((Account.last_status_id > status.id, Account.last_status_id), else_=status.id)
    more = {"statuses_count": Account.statuses_count + 1, "last_status_id": newest}
    session.execute(update(Account).where(Account.id == status.account_id).values(more))


def count_out(session: Session, status: Status) -> None:
    """Count a post, or boost, out that is gone."""
    if status.visibility is not Visibility.DIRECT:
        _fewer(session, Account.id == status.account_id)


def count_boosts_out(session: Session, original_id: int) -> None:
    """Count every standing boost of a post out, before they go: nobody has two."""
    boosts = (Status.reblog_of_id == original_id, Status.deleted_at.is_(None))
    _fewer(session, Account.id.in_(select(Status.account_id).where(*boosts)))


def _fewer(session: Session, whose: ColumnElement[bool]) -> None:
    fewer = {"statuses_count": Account.statuses_count - 1}
    session.execute(update(Account).where(whose).values(fewer))
