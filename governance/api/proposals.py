"""Proposals, ballots and results, for programs."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import Query
from pydantic import BaseModel, Field

from app.http.access import scope
from app.http.apis import api_router
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.members.actor import Actor
from governance import service
from governance.bundle import export_bundle
from governance.lifecycle import State
from governance.pages.common import EffectsDep, read_id
from governance.queries import proposal_view, proposals, result_view
from governance.rules import DecisionType, Method, Secrecy
from governance.service import Draft
from governance.views import ProposalView, ResultView

router = api_router(prefix="/api/coop/v1/proposals", tags=["proposals"])

ReadsDep = Annotated[Actor, scope("coop:read")]
VotesDep = Annotated[Actor, scope("coop:vote")]


class EffectForm(BaseModel):
    """What a decision would do."""

    kind: str
    payload: dict[str, Any]


class ProposalForm(BaseModel):
    """What an author sends."""

    type: DecisionType
    title: str
    body: str = ""
    effects: list[EffectForm] = Field(default=[], max_length=5)
    method: Method | None = None
    secrecy: Secrecy | None = None

    def draft(self) -> Draft:
        """Return the draft."""
        effects = [one.model_dump() for one in self.effects]
        return Draft(self.type, self.title, self.body, effects, self.method, self.secrecy)


class BallotForm(BaseModel):
    """What a voter marks."""

    choice: str
    reason: str = ""


class ElectorateEntity(BaseModel):
    """The sealed list of those who may vote."""

    size: int
    hash: str


class ProposalEntity(BaseModel):
    """A proposal."""

    id: str
    url: str
    type: DecisionType
    title: str
    body: str
    state: str
    author: str
    method: Method
    secrecy: Secrecy
    effects: list[dict[str, Any]]
    options: list[str]
    text_hash: str
    rule_set: dict[str, Any]
    rule_hash: str
    seconds: int
    opens_at: datetime | None
    closes_at: datetime | None
    electorate: ElectorateEntity | None
    order_id: str | None

    @classmethod
    def of(cls, view: ProposalView) -> Self:
        """Build the entity from its view."""
        roll = view.electorate
        return cls(
            id=str(view.id),
            url=f"/coop/proposals/{view.id}",
            type=view.type,
            title=view.title,
            body=view.body,
            state=view.state.value,
            author=view.author.username,
            method=view.method,
            secrecy=view.secrecy,
            effects=[
                {"kind": one.kind, "payload": one.payload, "preview": one.preview}
                for one in view.effects
            ],
            options=[],
            text_hash=view.text_hash,
            rule_set=view.rule.dump(),
            rule_hash=view.rule_hash,
            seconds=len(view.seconds),
            opens_at=view.opens_at,
            closes_at=view.closes_at,
            electorate=ElectorateEntity(size=roll.size, hash=roll.hash) if roll else None,
            order_id=str(view.order_id) if view.order_id else None,
        )


class ReceiptEntity(BaseModel):
    """What a voter keeps."""

    receipt: str
    cast_at: datetime


class ResultEntity(BaseModel):
    """A result."""

    outcome: str
    eligible: int
    active: int
    cast: int
    decisive: int
    counts: dict[str, int]
    rounds: list[Any] = []
    winners: list[Any] = []
    seed: str | None = None

    @classmethod
    def of(cls, view: ResultView) -> Self:
        """Build the entity from its view."""
        return cls(
            outcome=view.outcome.value,
            eligible=view.eligible,
            active=view.active,
            cast=view.cast,
            decisive=view.decisive,
            counts=dict(view.counts),
        )


def _entity(
    session: ReaderDep, proposal_id: int, actor: Actor, effects: EffectsDep, clock: ClockDep
) -> ProposalEntity:
    session.flush()
    view = proposal_view(session, proposal_id, viewer=actor, effects=effects, now=clock.now())
    return ProposalEntity.of(view)


@router.post("", status_code=201)
def post_proposal(
    form: ProposalForm,
    session: SessionDep,
    actor: VotesDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> ProposalEntity:
    """Write a draft."""
    made = service.draft_proposal(
        session, form.draft(), actor=actor, effects=effects, now=clock.now()
    )
    return _entity(session, made.id, actor, effects, clock)


@router.get("")
def get_proposals(
    session: ReaderDep,
    actor: ReadsDep,
    clock: ClockDep,
    effects: EffectsDep,
    state: State | None = None,
    kind: Annotated[DecisionType | None, Query(alias="type")] = None,
) -> list[ProposalEntity]:
    """List proposals, newest first, at most forty."""
    found = proposals(
        session,
        viewer=actor,
        now=clock.now(),
        states=[state] if state else (),
        types=[kind] if kind else (),
    )
    return [_entity(session, one.id, actor, effects, clock) for one in found]


@router.get("/{proposal_id}")
def get_proposal(
    proposal_id: str, session: ReaderDep, actor: ReadsDep, clock: ClockDep, effects: EffectsDep
) -> ProposalEntity:
    """Return a proposal."""
    return _entity(session, read_id(proposal_id), actor, effects, clock)


@router.post("/{proposal_id}/submit")
def post_submit(
    proposal_id: str, session: SessionDep, actor: VotesDep, clock: ClockDep, effects: EffectsDep
) -> ProposalEntity:
    """Hand a draft in."""
    made = service.submit_proposal(session, read_id(proposal_id), actor=actor, now=clock.now())
    return _entity(session, made.id, actor, effects, clock)


@router.post("/{proposal_id}/second")
def post_second(
    proposal_id: str, session: SessionDep, actor: VotesDep, clock: ClockDep, effects: EffectsDep
) -> ProposalEntity:
    """Support somebody else's proposal."""
    made = service.second_proposal(session, read_id(proposal_id), actor=actor, now=clock.now())
    return _entity(session, made.id, actor, effects, clock)


@router.post("/{proposal_id}/withdraw")
def post_withdraw(
    proposal_id: str, session: SessionDep, actor: VotesDep, clock: ClockDep, effects: EffectsDep
) -> ProposalEntity:
    """Take one's proposal back."""
    made = service.withdraw_proposal(session, read_id(proposal_id), actor=actor, now=clock.now())
    return _entity(session, made.id, actor, effects, clock)


@router.put("/{proposal_id}/ballot")
def put_ballot(
    proposal_id: str, form: BallotForm, session: SessionDep, actor: VotesDep, clock: ClockDep
) -> ReceiptEntity:
    """Cast the caller's vote, or change it."""
    made = service.cast_ballot(
        session,
        read_id(proposal_id),
        actor=actor,
        marks={"choice": form.choice},
        reason=form.reason,
        now=clock.now(),
    )
    return ReceiptEntity(receipt=made.receipt, cast_at=made.cast_at)


@router.get("/{proposal_id}/result")
def get_result(
    proposal_id: str, session: ReaderDep, actor: ReadsDep, clock: ClockDep, effects: EffectsDep
) -> ResultEntity:
    """Return the result; refused until the vote has closed."""
    view = result_view(
        session, read_id(proposal_id), viewer=actor, effects=effects, now=clock.now()
    )
    return ResultEntity.of(view)


@router.get("/{proposal_id}/bundle")
def get_bundle(proposal_id: str, session: ReaderDep, actor: ReadsDep) -> dict[str, Any]:
    """Return all that `commonhold verify` needs."""
    return export_bundle(session, read_id(proposal_id), viewer=actor)
