"""Offices and the rules of deciding, for programs."""

from datetime import datetime
from typing import Any, Self

from fastapi import Request
from pydantic import BaseModel

from app.core.errors import NotFound
from app.core.words import say
from app.http.apis import api_router
from app.http.deps import ClockDep, ReaderDep
from app.http.pages import translate
from app.members.offices import Office
from governance.api.common import ReadsDep
from governance.lifecycle import State
from governance.queries import constitution_view, office_views
from governance.queries.law import FOUNDING
from governance.roles import DAYS, DAYS_MAX
from governance.rules import DecisionType
from governance.views import MandateView, OfficeView, ProposalLine, RuleView

router = api_router(prefix="/api/coop/v1", tags=["offices"])


class RuleEntity(BaseModel):
    """The rule set of one type of decision; without a decision, the founding set it."""

    type: DecisionType
    url: str
    rule_set: dict[str, Any]
    rule_hash: str
    version: int
    effective_at: datetime
    decision_id: str | None
    doubts: list[str]

    @classmethod
    def of(cls, view: RuleView) -> Self:
        """Build the entity from its view."""
        return cls(
            type=view.type,
            url=f"/coop/constitution#{view.type.value}",
            rule_set=view.rule.dump(),
            rule_hash=view.hash,
            version=view.version,
            effective_at=view.effective_at,
            decision_id=None if view.decision == FOUNDING else view.decision,
            doubts=[one.value for one in view.doubts],
        )


class HolderEntity(BaseModel):
    """Somebody's time in an office."""

    id: str
    url: str
    member_id: str
    username: str
    display_name: str
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    caretaker: bool
    decision_id: str | None

    @classmethod
    def of(cls, view: MandateView) -> Self:
        """Build the entity from its view."""
        return cls(
            id=str(view.id),
            url=f"/@{view.person.username}",
            member_id=str(view.person.member_id),
            username=view.person.username,
            display_name=view.person.name,
            starts_at=view.starts_at,
            ends_at=view.ends_at,
            ended_at=view.ended_at,
            caretaker=view.caretaker,
            decision_id=str(view.decision_id) if view.decision_id else None,
        )


class ElectionEntity(BaseModel):
    """An election or a recall under way."""

    id: str
    url: str
    type: DecisionType
    title: str
    state: State
    opens_at: datetime | None
    closes_at: datetime | None

    @classmethod
    def of(cls, line: ProposalLine) -> Self:
        """Build the entity from its line."""
        return cls(
            id=str(line.id),
            url=f"/coop/proposals/{line.id}",
            type=line.type,
            title=line.title,
            state=line.state,
            opens_at=line.opens_at,
            closes_at=line.closes_at,
        )


class TermEntity(BaseModel):
    """For how many days an office is given: unless a decision says otherwise, and at most."""

    usual_days: int = DAYS
    most_days: int = DAYS_MAX


class RoleEntity(BaseModel):
    """An office: its powers, who holds it, who held it, and what is being decided about it."""

    slug: Office
    url: str
    name: str
    powers: str
    term: TermEntity
    holders: list[HolderEntity]
    earlier: list[HolderEntity]
    elections: list[ElectionEntity]


def _role(request: Request, view: OfficeView) -> RoleEntity:
    return RoleEntity(
        slug=view.office,
        url=f"/coop/roles/{view.office.value}",
        name=translate(request, view.name),
        powers=translate(request, view.powers),
        term=TermEntity(),
        holders=[HolderEntity.of(one) for one in view.holders],
        earlier=[HolderEntity.of(one) for one in view.earlier],
        elections=[ElectionEntity.of(one) for one in view.proposals],
    )


@router.get("/constitution")
def get_constitution(
    session: ReaderDep, _actor: ReadsDep, clock: ClockDep
) -> dict[DecisionType, RuleEntity]:
    """Return the rule sets in force by type of decision, each with the decision that set it."""
    return {one.type: RuleEntity.of(one) for one in constitution_view(session, now=clock.now())}


@router.get("/roles")
def get_roles(
    request: Request, session: ReaderDep, _actor: ReadsDep, clock: ClockDep
) -> list[RoleEntity]:
    """List the offices."""
    return [_role(request, one) for one in office_views(session, now=clock.now())]


@router.get("/roles/{slug}")
def get_role(
    request: Request, slug: str, session: ReaderDep, _actor: ReadsDep, clock: ClockDep
) -> RoleEntity:
    """Return one office."""
    if slug not in set(Office):
        raise NotFound(say("There is no such office."))
    found = office_views(session, now=clock.now())
    return next(_role(request, one) for one in found if one.office.value == slug)
