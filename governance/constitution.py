"""The constitution: a rule set for each type of decision, replaced only by decision."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field, field_validator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.errors import Invalid
from app.core.events import publish
from app.core.orm import lock
from app.core.words import Words, say
from governance.effects import Effect, Payload, Warrant
from governance.events import ConstitutionChanged
from governance.guard import check_warrant
from governance.models import Constitution, ConstitutionRule
from governance.refusals import Code, refusal
from governance.rules import BadRule, DecisionType, RuleSet, lint

KIND = "constitution.set"


class SetRules(Payload):
    """The payload of "constitution.set": rule sets by type; types that are left out stay."""

    rules: dict[DecisionType, dict[str, Any]] = Field(min_length=1)

    @field_validator("rules")
    @classmethod
    def _readable(
        cls, rules: dict[DecisionType, dict[str, Any]]
    ) -> dict[DecisionType, dict[str, Any]]:
        """Read each rule set and write it in its one spelling."""
        return {kind: _spelled(kind, rules[kind]) for kind in DecisionType if kind in rules}


def _spelled(kind: DecisionType, rule: dict[str, Any]) -> dict[str, Any]:
    try:
        return RuleSet.load(rule).dump()
    except BadRule as fault:
        raise ValueError(f"{kind.value}.{fault}") from None


def rule_for(session: Session, kind: DecisionType, *, at: datetime) -> RuleSet:
    """Return the rule set of the type that is in force at `at`."""
    in_force = _rules(at=at).where(ConstitutionRule.type == kind)
    return RuleSet.load(session.scalars(in_force).one().rule)


def rules_at(session: Session, *, at: datetime) -> Mapping[DecisionType, ConstitutionRule]:
    """Return the rule sets in force at `at`, by type of decision."""
    found = {row.type: row for row in session.scalars(_rules(at=at))}
    return {kind: found[kind] for kind in DecisionType if kind in found}


def _rules(*, at: datetime) -> Any:
    newest = (
        select(func.max(Constitution.version))
        .where(Constitution.effective_at <= at)
        .scalar_subquery()
    )
    return select(ConstitutionRule).where(ConstitutionRule.version == newest)


def write_constitution(session: Session, payload: SetRules, warrant: Warrant) -> Constitution:
    """Write the next version: these rule sets, and all others as they were last decided.

    Raises: NotYours without a warrant.
    """
    check_warrant(session, warrant)
    if payload.model_dump(mode="json") != dict(warrant.payload):
        raise refusal(Code.OTHER_TEXT)
    latest = session.scalar(select(func.max(Constitution.version))) or 0
    if latest:
        lock(session, Constitution, latest)  # Two decisions make two versions, one by one.
    before = {
        row.type: row
        for row in session.scalars(
            select(ConstitutionRule).where(ConstitutionRule.version == latest)
        )
    }
    rules = [
        _row(latest + 1, kind, payload.rules.get(kind), before.get(kind), warrant)
        for kind in DecisionType
        if kind in payload.rules or kind in before
    ]
    constitution = Constitution(
        version=latest + 1,
        enactment_id=warrant.enactment_id,
        payload_hash=digest({"kind": warrant.kind, "payload": warrant.payload}),
        hash=digest({row.type.value: row.hash for row in rules}),
        adopted_at=warrant.now,
        effective_at=warrant.effective_at,
    )
    session.add(constitution)
    session.flush()  # The rules refer to it.
    session.add_all(rules)
    changed = tuple(payload.rules)
    publish(
        session,
        ConstitutionChanged(
            constitution.version,
            changed,
            warrant.decision_id,
            warrant.effective_at,
            at=warrant.now,
        ),
    )
    return constitution


def _row(
    version: int,
    kind: DecisionType,
    new: dict[str, Any] | None,
    before: ConstitutionRule | None,
    warrant: Warrant,
) -> ConstitutionRule:
    if new is None:
        assert before is not None
        return ConstitutionRule(
            version=version,
            type=kind,
            rule=before.rule,
            hash=before.hash,
            enactment_id=before.enactment_id,
        )
    return ConstitutionRule(
        version=version,
        type=kind,
        rule=new,
        hash=digest(new),
        enactment_id=warrant.enactment_id,
    )


def _check(session: Session, payload: SetRules, _now: datetime) -> None:
    current = _latest(session)
    if all(current.get(kind) == rule for kind, rule in payload.rules.items()):
        text = say("Nothing would change.")
        raise Invalid(text, effects=text)


def _latest(session: Session) -> Mapping[DecisionType, dict[str, Any]]:
    latest = select(func.max(Constitution.version)).scalar_subquery()
    rows = session.scalars(select(ConstitutionRule).where(ConstitutionRule.version == latest))
    return {row.type: row.rule for row in rows}


def _preview(session: Session, payload: SetRules, _now: datetime) -> dict[str, Any]:
    current = _latest(session)
    return {
        "rules": {
            kind.value: {
                "before": current.get(kind),
                "doubts": [doubt.value for doubt in lint(RuleSet.load(rule))],
            }
            for kind, rule in payload.rules.items()
        }
    }


def _describe(preview: Mapping[str, Any]) -> Words:
    types = ", ".join(preview["rules"])
    return say("Changes how we decide about: {types}.", types=types)


def _inverse(session: Session, payload: SetRules, enactment_id: int) -> tuple[str, SetRules]:
    """Return the rule sets that stood before."""
    made = session.scalars(
        select(Constitution.version).where(Constitution.enactment_id == enactment_id)
    ).one()
    before = session.scalars(select(ConstitutionRule).where(ConstitutionRule.version == made - 1))
    return KIND, SetRules(
        rules={row.type: row.rule for row in before if row.type in payload.rules}
    )


def _apply(session: Session, payload: SetRules, warrant: Warrant) -> None:
    write_constitution(session, payload, warrant)


SET_RULES: Effect[SetRules] = Effect(
    payload=SetRules,
    types=lambda _payload: frozenset({DecisionType.CONSTITUTION}),
    subject=lambda _payload: "constitution",
    check=_check,
    preview=_preview,
    describe=_describe,
    apply=_apply,
    inverse=_inverse,
)
