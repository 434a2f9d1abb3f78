"""Proposals for programs: writing, handing in, supporting, taking back."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.http.apis import api_router
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.limits import limit
from app.http.openapi import OF_EFFECTS
from app.http.paging import NewestFirst
from app.members.actor import Actor
from governance import service
from governance.api.common import (
    Form,
    NoOptions,
    Number,
    ProposalId,
    ReadsDep,
    VotesDep,
    WayOfVoting,
)
from governance.decision import Outcome
from governance.effects import EFFECTS_MAX
from governance.lifecycle import State
from governance.pages.common import EffectsDep
from governance.queries.lists import proposal_rows
from governance.queries.plain import PlainProposal, plain_proposal, plain_proposals
from governance.rules import DecisionType, Method, Secrecy
from governance.service import Draft
from governance.service.drafting import SUPERSEDES_MAX

router = api_router(prefix="/api/coop/v1/proposals", tags=["proposals"])


class EffectForm(Form):
    """What a decision would do; each kind has its own payload."""

    model_config = ConfigDict(json_schema_extra={OF_EFFECTS: True})

    kind: str = Field(max_length=64)
    payload: dict[str, Any]


class ProposalForm(Form):
    """What an author sends. Without `method` or `secrecy`, the usual ones of the rule count.

    `supersedes` names decisions on the same matter that this one replaces on purpose. On
    `review_on` a house rule or a statement is looked at again.
    """

    type: DecisionType
    title: str
    body: str = ""
    effects: list[EffectForm] = Field(default=[], max_length=EFFECTS_MAX)
    options: NoOptions = []
    method: WayOfVoting = None
    secrecy: Secrecy | None = None
    supersedes: list[Number] = Field(default=[], max_length=SUPERSEDES_MAX)
    review_on: date | None = None

    def draft(self) -> Draft:
        """Return the draft."""
        return Draft(
            type=self.type,
            title=self.title,
            body=self.body,
            effects=[one.model_dump() for one in self.effects],
            method=self.method,
            secrecy=self.secrecy,
            supersedes=[int(one) for one in self.supersedes],
            review_on=self.review_on,
        )


class EffectEntity(BaseModel):
    """What a decision would do, and what that would come to."""

    kind: str
    payload: dict[str, Any]
    preview: dict[str, Any]


class ElectorateEntity(BaseModel):
    """The sealed list of those who may vote."""

    size: int
    active: int
    hash: str


class ProposalEntity(BaseModel):
    """A proposal. Text and rule are fixed when it freezes, the electorate when voting opens."""

    id: str
    url: str
    type: DecisionType
    title: str
    body: str
    state: State
    author: str
    method: Method
    secrecy: Secrecy
    effects: list[EffectEntity]
    options: list[str]
    supersedes: list[str]
    review_on: date | None
    revision: int
    text_hash: str
    rule_set: dict[str, Any]
    rule_hash: str
    seconds: int
    seconds_needed: int
    created_at: datetime
    support_until: datetime | None
    freezes_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    challenge_until: datetime | None
    ratified_at: datetime | None
    electorate: ElectorateEntity | None
    outcome: Outcome | None
    order_id: str | None

    @classmethod
    def of(cls, plain: PlainProposal) -> Self:
        """Build the entity from what is stored."""
        proposal, revision = plain.proposal, plain.revision
        return cls(
            id=str(proposal.id),
            url=f"/coop/proposals/{proposal.id}",
            type=proposal.type,
            title=proposal.title,
            body=revision.body,
            state=proposal.state,
            author=plain.author.username,
            method=proposal.method,
            secrecy=proposal.secrecy,
            effects=[EffectEntity(**one) for one in revision.effects],
            options=[],
            supersedes=revision.supersedes,
            review_on=revision.review_on,
            revision=proposal.revision,
            text_hash=revision.hash,
            rule_set=dict(plain.rule),
            rule_hash=plain.rule_hash,
            seconds=plain.seconds,
            seconds_needed=plain.seconds_needed,
            created_at=proposal.created_at,
            support_until=proposal.support_until,
            freezes_at=proposal.freezes_at,
            opens_at=proposal.opens_at,
            closes_at=proposal.closes_at,
            challenge_until=proposal.challenge_until,
            ratified_at=proposal.ratified_at,
            electorate=_electorate(plain),
            outcome=proposal.outcome,
            order_id=str(plain.order_id) if plain.order_id else None,
        )


def _electorate(plain: PlainProposal) -> ElectorateEntity | None:
    one = plain.proposal
    if one.electorate_hash is None or one.eligible is None or one.active is None:
        return None
    return ElectorateEntity(size=one.eligible, active=one.active, hash=one.electorate_hash)


def _entity(session: Session, proposal_id: int, actor: Actor, clock: ClockDep) -> ProposalEntity:
    session.flush()
    return ProposalEntity.of(plain_proposal(session, proposal_id, viewer=actor, now=clock.now()))


@router.post("", status_code=201)
def post_proposal(
    form: ProposalForm,
    session: SessionDep,
    actor: VotesDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> ProposalEntity:
    """Write a draft, which only its author sees."""
    made = service.draft_proposal(
        session, form.draft(), actor=actor, effects=effects, now=clock.now()
    )
    return _entity(session, made.id, actor, clock)


@router.get("")
def get_proposals(
    session: ReaderDep,
    actor: ReadsDep,
    clock: ClockDep,
    page: NewestFirst,
    state: Annotated[list[State], Query(default_factory=list, max_length=20)],
    kind: Annotated[list[DecisionType], Query(alias="type", default_factory=list, max_length=20)],
) -> list[ProposalEntity]:
    """List proposals, newest first, of these states and types; drafts only to their author."""
    rows = proposal_rows(
        session, viewer=actor, states=state, types=kind, before=page.edge, limit=page.fetch
    )
    shown = page.cut(rows, lambda row: row.id)
    return [ProposalEntity.of(one) for one in plain_proposals(session, shown, now=clock.now())]


@router.get("/{proposal_id}")
def get_proposal(
    proposal_id: ProposalId, session: ReaderDep, actor: ReadsDep, clock: ClockDep
) -> ProposalEntity:
    """Return a proposal in its newest wording."""
    return _entity(session, proposal_id, actor, clock)


@router.put("/{proposal_id}")
def put_proposal(
    proposal_id: ProposalId,
    form: ProposalForm,
    session: SessionDep,
    actor: VotesDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> ProposalEntity:
    """Give one's proposal another wording, until it freezes; those before it are kept."""
    made = service.revise_proposal(
        session, proposal_id, form.draft(), actor=actor, effects=effects, now=clock.now()
    )
    return _entity(session, made.id, actor, clock)


@router.post("/{proposal_id}/submit", dependencies=[limit("propose")])
def post_submit(
    proposal_id: ProposalId, session: SessionDep, actor: VotesDep, clock: ClockDep
) -> ProposalEntity:
    """Hand a draft in: it looks for supporters, or is discussed at once if it needs none."""
    made = service.submit_proposal(session, proposal_id, actor=actor, now=clock.now())
    return _entity(session, made.id, actor, clock)


@router.post("/{proposal_id}/second", dependencies=[limit("propose")])
def post_second(
    proposal_id: ProposalId, session: SessionDep, actor: VotesDep, clock: ClockDep
) -> ProposalEntity:
    """Support somebody else's proposal; with enough supporters its deliberation begins."""
    made = service.second_proposal(session, proposal_id, actor=actor, now=clock.now())
    return _entity(session, made.id, actor, clock)


@router.post("/{proposal_id}/withdraw", dependencies=[limit("propose")])
def post_withdraw(
    proposal_id: ProposalId, session: SessionDep, actor: VotesDep, clock: ClockDep
) -> ProposalEntity:
    """Take one's proposal back, before its vote closes."""
    made = service.withdraw_proposal(session, proposal_id, actor=actor, now=clock.now())
    return _entity(session, made.id, actor, clock)
