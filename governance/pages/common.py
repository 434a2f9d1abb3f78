"""What the pages of deciding share."""

from collections.abc import Iterable
from typing import Annotated, Final

from fastapi import Depends, Request

from app.core.errors import NotFound
from app.core.words import say
from app.http.faces import avatar_url
from app.http.rows import Face
from governance.effects import Effects
from governance.views import Person

ID_MAX: Final = 2**63 - 1


async def effects_of(request: Request) -> Effects:
    """Return what a decision can do in this process."""
    effects: Effects = request.app.state.effects
    return effects


EffectsDep = Annotated[Effects, Depends(effects_of)]


def faces(people: Iterable[Person]) -> dict[int, Face]:
    """Return how lists show these members, by their ids."""
    return {
        person.member_id: Face(
            person.name,
            f"@{person.username}",
            f"/@{person.username}",
            avatar_url(person.account_id, person.avatar_key),
        )
        for person in people
    }


def read_id(given: str) -> int:
    """Return the number in an address. Raises: NotFound if it cannot be one."""
    if not given.isascii() or not given.isdigit() or len(given) > 19 or int(given) > ID_MAX:
        raise NotFound(say("There is nothing at this address."))
    return int(given)


async def proposal_id_of(proposal_id: int) -> int:
    """Read the number of a proposal in an address. Raises: NotFound."""
    return read_id(str(proposal_id))


ProposalId = Annotated[int, Depends(proposal_id_of)]
