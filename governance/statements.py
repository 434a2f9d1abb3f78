"""The effect "statement": something people do, of which they show a proof."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import Field
from sqlalchemy.orm import Session

from app.core.words import Words, say
from governance.effects import NO_NUL, Effect, Payload, Warrant
from governance.guard import check_warrant
from governance.rules import DecisionType

KIND: Final = "statement"
REVIEWED: Final = frozenset({DecisionType.POLICY, DecisionType.STATEMENT})


class MakeStatement(Payload):
    """The payload of "statement": what the members say, or want done."""

    text: str = Field(min_length=1, max_length=2000, pattern=NO_NUL)


def may_be_reviewed(kind: DecisionType, effects: Iterable[str]) -> bool:
    """Return whether such a decision can name a day for its review: if it is its own words.

    What changes a document, a setting, an office or a rate stands in those; it has no words that
    could be kept or repealed by themselves.
    """
    return kind in REVIEWED and set(effects) <= {KIND}


def _check(_session: Session, _payload: MakeStatement, _now: datetime) -> None:
    """Nothing stands in the way of saying something."""


def _preview(_session: Session, payload: MakeStatement, _now: datetime) -> dict[str, Any]:
    return {"text": payload.text}


def _describe(preview: Mapping[str, Any]) -> Words:
    return say("To do, and to show that it was done: {text}", text=preview["text"])


def _apply(session: Session, _payload: MakeStatement, warrant: Warrant) -> None:
    check_warrant(session, warrant)  # Its record is the enactment, with the proof.


STATEMENT: Effect[MakeStatement] = Effect(
    payload=MakeStatement,
    types=lambda _payload: frozenset(DecisionType),
    subject=lambda _payload: None,
    check=_check,
    preview=_preview,
    describe=_describe,
    apply=_apply,
    needs_proof=True,
)
