"""What a decision can do: kinds of effects, and the warrant under which one is carried out.

The registry is `EFFECTS` in app/wiring.py. An effect writes rows in the transaction that records
it; it calls no other machine.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.records import Record
from app.core.shapes import Shape
from app.core.words import Words, say
from governance.rules import DecisionType

EFFECTS_MAX = 5
NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps no NUL in a text.


class Payload(Shape):
    """What an effect needs to know. Unknown members are refused, and there are no floats."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


P = TypeVar("P", bound=BaseModel)


class Warrant(Record):
    """The lawful ground for one act: made by the guard, which checks it again at each writing.

    `decision_id` is the proposal's id; None is the founding. Of an act without a decision it is
    the proposal that asks the members whether it may stand.
    """

    enactment_id: int
    decision_id: int | None
    kind: str
    payload: Mapping[str, Any]
    by_member_id: int
    effective_at: datetime
    now: datetime
    proof: str | None = None


def nobody(_session: Session, _payload: Any) -> frozenset[int]:
    """Return that no member in particular gains by an effect."""
    return frozenset()


class Effect(Record, Generic[P]):
    """One kind of effect.

    `types`: the types of decision that may carry it. `subject`: what it replaces, so that two
    decisions about the same can be told; None if nothing. `check` raises AppError if it cannot be
    carried out now. `preview` is shown with the proposal and sealed with it. `apply` writes under
    a warrant. `inverse` returns the payload that undoes what an enactment did; without it the
    effect cannot be undone. `beneficiaries` are the members who must not carry it out.
    `is_urgent` says whether an officer may do it before the members decide, and `restore` writes
    back what stood before, if they do not agree; it leaves alone what changed meanwhile.
    """

    payload: type[P]
    types: Callable[[P], frozenset[DecisionType]]
    subject: Callable[[P], str | None]
    check: Callable[[Session, P, datetime], None]
    preview: Callable[[Session, P, datetime], dict[str, Any]]
    describe: Callable[[Mapping[str, Any]], Words]
    apply: Callable[[Session, P, Warrant], None]
    beneficiaries: Callable[[Session, P], frozenset[int]] = nobody
    inverse: Callable[[Session, P, int], tuple[str, BaseModel]] | None = None
    needs_proof: bool = False
    notice_days: Callable[[P], int] = lambda _payload: 0  # At least, beside the rule's.
    is_urgent: Callable[[P], bool] = lambda _payload: False
    restore: Callable[[Session, P, Warrant], None] | None = None


Effects: TypeAlias = Mapping[str, Effect[Any]]


class Planned(Record):
    """An effect of a proposal, read: its kind and its payload as an object."""

    kind: str
    effect: Effect[Any]
    payload: Any

    @property
    def measure(self) -> dict[str, Any]:
        """What is hashed and ordered."""
        return {"kind": self.kind, "payload": self.payload.model_dump(mode="json")}


def read_effect(effects: Effects, given: Mapping[str, Any], *, field: str = "effects") -> Planned:
    """Return an effect that was sent or stored as {"kind", "payload"}.

    Raises: Invalid, naming `field`.
    """
    effect = effects.get(str(given.get("kind")))
    if effect is None:
        text = say("A decision cannot do {kind}.", kind=repr(given.get("kind")))
        raise Invalid(text, **{field: text})
    try:
        payload = effect.payload.model_validate(given.get("payload"))
    except ValidationError as error:
        text = say("{faults}", faults=_faults(error))
        raise Invalid(say("This effect cannot be read."), **{field: text}) from None
    return Planned(str(given["kind"]), effect, payload)


def read_effects(
    effects: Effects, given: Sequence[Mapping[str, Any]], *, of: DecisionType
) -> list[Planned]:
    """Return the effects of a proposal of type `of`.

    Raises: Invalid if there are too many, or one that this type of decision cannot have.
    """
    if len(given) > EFFECTS_MAX:
        text = say("A proposal has at most {count} effects.", count=EFFECTS_MAX)
        raise Invalid(text, effects=text)
    planned = [read_effect(effects, one) for one in given]
    for one in planned:
        allowed = one.effect.types(one.payload)
        if of not in allowed:
            text = say(
                "That takes a decision of another type: {types}.", types=", ".join(sorted(allowed))
            )
            raise Invalid(text, type=text)
    return planned


def _faults(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}".removeprefix(": ")
        for fault in error.errors(include_url=False, include_input=False)
    )
