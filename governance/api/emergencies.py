"""Acting without a decision, for programs of people in office."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import Depends, Path
from pydantic import BaseModel, Field

from app.http.apis import api_router
from app.http.deps import ClockDep, ReaderDep, SessionDep
from governance import emergencies
from governance.api.common import ActsDep, Form, ReadsDep
from governance.api.proposals import EffectForm
from governance.effects import EFFECTS_MAX
from governance.models import EmergencyState, Undone
from governance.pages.common import EffectsDep, read_id
from governance.queries import act_view, act_views
from governance.views import ActView

router = api_router(prefix="/api/coop/v1/emergencies", tags=["emergencies"])


async def act_in_path(act_id: Annotated[str, Path(max_length=40)]) -> int:
    """Read the number of an act in the address. Raises: NotFound."""
    return read_id(act_id)


ActId = Annotated[int, Depends(act_in_path)]


class ActForm(Form):
    """What is done at once, and why it could not wait."""

    effects: list[EffectForm] = Field(min_length=1, max_length=EFFECTS_MAX)
    reason: str


class ActEntity(BaseModel):
    """What was done without a decision; `proposal_id` is the vote on whether it may stand."""

    id: str
    url: str
    proposal_id: str
    effects: list[dict[str, Any]]
    payload_hash: str
    reason: str
    office: str
    by: str
    at: datetime
    expires_at: datetime
    state: EmergencyState
    ended_at: datetime | None
    ended_because: Undone | None

    @classmethod
    def of(cls, view: ActView) -> Self:
        """Build the entity from its view."""
        return cls(
            id=str(view.id),
            url=f"/coop/proposals/{view.proposal_id}",
            proposal_id=str(view.proposal_id),
            effects=[
                {"kind": one.kind, "payload": one.payload, "preview": one.preview}
                for one in view.effects
            ],
            payload_hash=view.payload_hash,
            reason=view.reason,
            office=view.office,
            by=view.person.username,
            at=view.at,
            expires_at=view.expires_at,
            state=view.state,
            ended_at=view.ended_at,
            ended_because=view.ended_because,
        )


@router.get("")
def get_acts(session: ReaderDep, _actor: ReadsDep, effects: EffectsDep) -> list[ActEntity]:
    """List what was done without a decision, newest first, at most forty."""
    return [ActEntity.of(one) for one in act_views(session, effects=effects)]


@router.get("/{act_id}")
def get_act(act_id: ActId, session: ReaderDep, _actor: ReadsDep, effects: EffectsDep) -> ActEntity:
    """Return one act."""
    return ActEntity.of(act_view(session, act_id, effects=effects))


@router.post("", status_code=201)
def post_act(
    form: ActForm, session: SessionDep, actor: ActsDep, clock: ClockDep, effects: EffectsDep
) -> ActEntity:
    """Act without a decision; the vote on whether it may stand opens with it."""
    done = emergencies.act_at_once(
        session,
        [one.model_dump() for one in form.effects],
        reason=form.reason,
        actor=actor,
        effects=effects,
        now=clock.now(),
    )
    session.flush()
    return ActEntity.of(act_view(session, done.id, effects=effects))
