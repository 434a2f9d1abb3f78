"""What the pages of deciding share."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.records import Record
from app.core.words import Words, say
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.pages import after_post
from app.members.actor import Actor
from governance.effects import Effects
from governance.queries import proposal_view
from governance.views import ProposalView

ID_MAX: Final = 2**63 - 1


async def effects_of(request: Request) -> Effects:
    """Return what a decision can do in this process."""
    effects: Effects = request.app.state.effects
    return effects


EffectsDep = Annotated[Effects, Depends(effects_of)]


def read_id(given: str) -> int:
    """Return the number in an address. Raises: NotFound if it cannot be one."""
    if not given.isascii() or not given.isdigit() or len(given) > 19 or int(given) > ID_MAX:
        raise NotFound(say("There is nothing at this address."))
    return int(given)


async def proposal_id_of(proposal_id: int) -> int:
    """Read the number of a proposal in an address. Raises: NotFound."""
    return read_id(str(proposal_id))


ProposalId = Annotated[int, Depends(proposal_id_of)]


class Visit(Record):
    """Somebody at a proposal's page: which proposal, when, and in which transaction."""

    request: Request
    proposal_id: int
    session: Session
    now: datetime
    effects: Effects

    @property
    def page(self) -> str:
        """The proposal's page."""
        return f"/coop/proposals/{self.proposal_id}"

    def view(self, actor: Actor) -> ProposalView:
        """Return the proposal as `actor` sees it. Raises: NotFound."""
        return proposal_view(
            self.session, self.proposal_id, viewer=actor, effects=self.effects, now=self.now
        )

    def done(self, said: Words | None = None, *, at: str = "") -> Response:
        """Lead back to the page, to its part `at`, with one sentence."""
        return after_post(self.request, to=self.page + at, said=said)


def reading_visit(
    request: Request,
    proposal_id: ProposalId,
    session: ReaderDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Visit:
    """Return the visit of somebody who reads."""
    return Visit(request, proposal_id, session, clock.now(), effects)


def acting_visit(
    request: Request,
    proposal_id: ProposalId,
    session: SessionDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Visit:
    """Return the visit of somebody who sends a form."""
    return Visit(request, proposal_id, session, clock.now(), effects)


LookDep = Annotated[Visit, Depends(reading_visit)]
ActDep = Annotated[Visit, Depends(acting_visit)]
