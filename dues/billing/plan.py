"""The plan in force, and how it is replaced: at the founding, then by decisions only."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.words import say
from dues.billing.models import DuesPlan
from dues.plans import Terms


def plan_at(session: Session, at: datetime) -> DuesPlan:
    """Return the plan that is in force at `at`.

    Raises: NotFound before the co-op is founded.
    """
    in_force = select(DuesPlan).where(DuesPlan.effective_at <= at)
    plan = session.scalar(in_force.order_by(DuesPlan.version.desc()).limit(1))
    if plan is None:
        raise NotFound(say("This co-op has no dues yet."))
    return plan


def add_plan(
    session: Session, terms: Terms, *, effective_at: datetime, decision_id: int | None
) -> DuesPlan:
    """Add the next version of the plan. Only founding and decisions come here: see `effects`."""
    last = session.scalar(select(func.max(DuesPlan.version))) or 0
    plan = DuesPlan(
        version=last + 1,
        monthly_minor=terms.monthly.minor,
        currency=terms.monthly.currency,
        cadence=terms.cadence,
        effective_at=effective_at,
        decision_id=decision_id,
    )
    session.add(plan)
    return plan
