"""How many posts stand on an account's page, and which is the newest: kept with each of them."""

from typing import cast

from sqlalchemy import ColumnElement, Table, bindparam, case, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.changes import Change
from app.core.orm import BigInt
from app.statuses.models import Status
from app.statuses.visibility import Visibility

accounts = cast(Table, Account.__table__)

_newest = bindparam("newest_id", type_=BigInt)
_COUNT_IN = Change(
    update(accounts)
    .where(accounts.c.id == bindparam("author_id", type_=BigInt))
    .values(
        statuses_count=accounts.c.statuses_count + 1,
        last_status_id=case(
            (accounts.c.last_status_id > _newest, accounts.c.last_status_id), else_=_newest
        ),
    )
)


def count_in(session: Session, status: Status) -> None:
    """Count a new post, or boost, of its author; a letter stands on nobody's page."""
    if status.visibility is Visibility.DIRECT:
        return
    _COUNT_IN.run(session, {"author_id": status.account_id, "newest_id": status.id})


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
