"""Reading the co-op's own row."""

from sqlalchemy.orm import Session

from app.instance.models import ONLY, Coop


def coop_of(session: Session) -> Coop | None:
    """Return the co-op; None while the site is not founded."""
    return session.get(Coop, ONLY)
