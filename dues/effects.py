"""What a decision does to the dues: the effect "dues.set".

Governance carries it out under its warrant (`app/joints.py`); nothing else calls `set_dues`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import ConfigDict, Field, StrictInt
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import Words, say
from dues.billing.keys import hold_book
from dues.billing.models import DuesPlan
from dues.billing.plan import add_plan, plan_at
from dues.ledger.chart import live_book
from dues.money import AMOUNT_MINOR_MAX, Money, said
from dues.plans import Cadence, Terms

KIND: Final = "dues.set"


class SumPayload(Shape):
    """Money in minor units, as everywhere in the API."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: StrictInt = Field(ge=0, le=AMOUNT_MINOR_MAX)
    currency: str


class SetDues(Shape):
    """The payload of "dues.set": the suggestion for a month, and how often it is paid.

    What members chose for themselves stays.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    suggested: SumPayload
    cadence: Cadence | None = None


def check(session: Session, payload: SetDues, _now: datetime) -> None:
    """Raise Invalid unless the suggestion is in the currency of the books."""
    currency = live_book(session).currency
    if payload.suggested.currency != currency:
        text = say("Dues are paid in {currency}.", currency=currency)
        raise Invalid(text, effects=text)


def preview(session: Session, payload: SetDues, now: datetime) -> dict[str, Any]:
    """Return what is in force, and what would be."""
    before = plan_at(session, now)
    after = _terms(payload, before)
    return {"from": _as_json(before.terms), "to": _as_json(after)}


def describe(preview: Mapping[str, Any]) -> Words:
    """Say in a sentence what the decision does."""
    before, after = (
        said(Money(preview[side]["suggested"]["amount"], preview[side]["suggested"]["currency"]))
        for side in ("from", "to")
    )
    return say(
        "Sets the suggested dues to {after} a month; they are {before} now.",
        before=before,
        after=after,
    )


def set_dues(
    session: Session, payload: SetDues, *, decision_id: int | None, effective_at: datetime
) -> DuesPlan:
    """Write the next version of the plan, as decided."""
    hold_book(session)  # Two at once must not take one version number.
    terms = _terms(payload, plan_at(session, effective_at))
    return add_plan(session, terms, effective_at=effective_at, decision_id=decision_id)


def _terms(payload: SetDues, before: DuesPlan) -> Terms:
    monthly = Money(payload.suggested.amount, payload.suggested.currency)
    return Terms(monthly, payload.cadence or before.cadence)


def _as_json(terms: Terms) -> dict[str, Any]:
    return {"suggested": terms.monthly.dump(), "cadence": terms.cadence.value}
