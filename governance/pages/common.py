"""What the pages of deciding share."""

from typing import Annotated, Final

from fastapi import Depends, Request

from app.core.errors import NotFound
from app.core.words import say
from governance.effects import Effects

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
