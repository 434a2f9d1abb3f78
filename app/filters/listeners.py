"""What filters tell those who listen."""

from sqlalchemy.orm import Session

from app.core.news import NewsKind, announce
from app.filters.events import FiltersChanged


def on_changed(session: Session, event: FiltersChanged) -> None:
    """Tell the apps of the account that its filters are others now."""
    announce(session, NewsKind.FILTERS, account_id=event.account_id)
