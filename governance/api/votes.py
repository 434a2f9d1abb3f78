"""Ballots, results and challenges, for programs."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Self

from fastapi import Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from app.core.errors import NotFound
from app.core.words import say
from app.http.apis import api_router
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.limits import limit
from app.http.pages import translate
from governance import service
from governance.api.common import Form, ProposalId, ReadsDep, VotesDep
from governance.bundle import export_bundle
from governance.decision import Outcome
from governance.models import Challenge, Ruling
from governance.pages.common import EffectsDep
from governance.queries import ballot_view, result_view
from governance.rules import Choice, Method, Secrecy
from governance.service.challenging import WORDS_MAX
from governance.views import BallotView, ResultView, StepView

router = api_router(prefix="/api/coop/v1/proposals", tags=["votes"])


class BallotForm(Form):
    """What a voter marks: `yes`, `no` or `abstain`; by consensus also `block`, with a reason."""

    choice: str
    reason: str = ""


class ReceiptEntity(BaseModel):
    """What a voter keeps. `code` is its beginning, to be copied down."""

    receipt: str
    code: str
    cast_at: datetime
    url: str


class BallotEntity(ReceiptEntity):
    """The caller's own ballot. A secret one can be told as theirs until the vote closes."""

    proposal_id: str
    choice: Choice
    reason: str

    @classmethod
    def of(cls, view: BallotView) -> Self:
        """Build the entity from its view."""
        return cls(
            proposal_id=str(view.proposal_id),
            choice=view.choice,
            reason=view.reason,
            receipt=view.receipt,
            code=view.code,
            cast_at=view.cast_at,
            url=f"/coop/votes/{view.receipt}",
        )


class StepEntity(BaseModel):
    """One line of the working: what was needed, of how many, and what was reached."""

    sentence: str
    holds: bool
    needed: int
    reached: int
    base: str
    base_count: int
    share: str

    @classmethod
    def of(cls, view: StepView, *, speak: Callable[[str], str]) -> Self:
        """Build the entity from its view."""
        return cls(
            sentence=speak(view.sentence),
            holds=view.holds,
            needed=view.needed,
            reached=view.reached,
            base=view.base,
            base_count=view.base_count,
            share=view.share,
        )


class ResultEntity(BaseModel):
    """A result with its working. `turnout` is a fraction; a vote on yes or no has one round."""

    id: str
    url: str
    outcome: Outcome
    method: Method
    secrecy: Secrecy
    eligible: int
    active: int
    cast: int
    decisive: int
    turnout: str
    counts: dict[str, int]
    rounds: list[dict[str, int]]
    steps: list[StepEntity]
    winners: list[str]
    seed: str | None
    is_advice: bool
    hash: str
    opened_at: datetime
    closed_at: datetime
    challenge_until: datetime | None
    ratified_at: datetime | None
    order_id: str | None

    @classmethod
    def of(cls, view: ResultView, *, speak: Callable[[str], str]) -> Self:
        """Build the entity from its view."""
        return cls(
            id=str(view.proposal_id),
            url=f"/coop/proposals/{view.proposal_id}/result",
            outcome=view.outcome,
            method=view.method,
            secrecy=view.secrecy,
            eligible=view.eligible,
            active=view.active,
            cast=view.cast,
            decisive=view.decisive,
            turnout=f"{view.cast}/{view.eligible}",
            counts=dict(view.counts),
            rounds=[dict(view.counts)],
            steps=[StepEntity.of(one, speak=speak) for one in view.steps],
            winners=[],
            seed=None,
            is_advice=view.is_advice,
            hash=view.hash,
            opened_at=view.opened_at,
            closed_at=view.closed_at,
            challenge_until=view.challenge_until,
            ratified_at=view.ratified_at,
            order_id=str(view.order.id) if view.order else None,
        )


class BundleEntity(BaseModel):
    """All that `commonhold verify` needs, in clear; members are numbers, nobody is named."""

    model_config = ConfigDict(extra="allow")

    format: str
    decision: str
    text: dict[str, Any]
    text_hash: str
    rule: dict[str, Any]
    rule_hash: str
    electorate: list[dict[str, Any]]
    electorate_hash: str
    ballots: list[dict[str, Any]]
    ballot_chain: list[dict[str, Any]]
    result: dict[str, Any]
    log: list[dict[str, Any]]


class ChallengeForm(Form):
    """What was wrong with how the vote was held; what it decided is no ground."""

    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=WORDS_MAX)
    ]


class ChallengeEntity(BaseModel):
    """A challenge: until it is answered, the decision is not settled."""

    id: str
    url: str
    proposal_id: str
    reason: str
    ruling: Ruling
    created_at: datetime
    answer_by: datetime

    @classmethod
    def of(cls, challenge: Challenge) -> Self:
        """Build the entity from its row."""
        return cls(
            id=str(challenge.id),
            url=f"/coop/proposals/{challenge.proposal_id}",
            proposal_id=str(challenge.proposal_id),
            reason=challenge.words,
            ruling=challenge.ruling,
            created_at=challenge.created_at,
            answer_by=challenge.answer_by,
        )


@router.put("/{proposal_id}/ballot", dependencies=[limit("vote")])
def put_ballot(
    proposal_id: ProposalId,
    form: BallotForm,
    session: SessionDep,
    actor: VotesDep,
    clock: ClockDep,
) -> ReceiptEntity:
    """Cast the caller's vote, or change it: the last one before the close counts."""
    made = service.cast_ballot(
        session,
        proposal_id,
        actor=actor,
        marks={"choice": form.choice},
        reason=form.reason,
        now=clock.now(),
    )
    url = f"/coop/votes/{made.receipt}"
    return ReceiptEntity(receipt=made.receipt, code=made.code, cast_at=made.cast_at, url=url)


@router.get("/{proposal_id}/ballot")
def get_ballot(proposal_id: ProposalId, session: ReaderDep, actor: VotesDep) -> BallotEntity:
    """Return the caller's own ballot. A program that may only read does not see it."""
    view = ballot_view(session, proposal_id, viewer=actor)
    if view is None:
        raise NotFound(say("There is no ballot here that can be told as yours."))
    return BallotEntity.of(view)


@router.get("/{proposal_id}/result")
def get_result(
    request: Request,
    proposal_id: ProposalId,
    session: ReaderDep,
    actor: ReadsDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> ResultEntity:
    """Return the result; refused to everybody until the vote has closed."""
    view = result_view(session, proposal_id, viewer=actor, effects=effects, now=clock.now())
    return ResultEntity.of(view, speak=partial(translate, request))


@router.get("/{proposal_id}/bundle")
def get_bundle(proposal_id: ProposalId, session: ReaderDep, actor: ReadsDep) -> BundleEntity:
    """Return all that `commonhold verify` needs; refused until the vote has closed."""
    return BundleEntity.model_validate(export_bundle(session, proposal_id, viewer=actor))


@router.post("/{proposal_id}/challenge", status_code=201, dependencies=[limit("propose")])
def post_challenge(
    proposal_id: ProposalId,
    form: ChallengeForm,
    session: SessionDep,
    actor: VotesDep,
    clock: ClockDep,
) -> ChallengeEntity:
    """Challenge how a vote was held, within the days that the rule gives; once for each member."""
    made = service.challenge_decision(
        session, proposal_id, actor=actor, words=form.reason, now=clock.now()
    )
    return ChallengeEntity.of(made)
