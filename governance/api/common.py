"""What the routes of deciding share: scopes, numbers in addresses, and the forms' manners."""

from typing import Annotated, Any

from fastapi import Depends, Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from app.core.words import say
from app.http.access import scope
from app.members.actor import Actor
from governance.pages.common import read_id
from governance.rules import Method

ReadsDep = Annotated[Actor, scope("coop:read")]
VotesDep = Annotated[Actor, scope("coop:vote")]
ActsDep = Annotated[Actor, scope("coop:officer")]

# Words of the API for ways of voting in which several options compete.
OF_SEVERAL = frozenset({"consent", "approval", "score", "irv", "stv", "schulze"})


class Form(BaseModel):
    """What a program sends; what we do not know is refused, not dropped."""

    model_config = ConfigDict(extra="forbid")


async def proposal_in_path(proposal_id: Annotated[str, Path(max_length=40)]) -> int:
    """Read the number of a proposal in the address. Raises: NotFound."""
    return read_id(proposal_id)


ProposalId = Annotated[int, Depends(proposal_in_path)]


def _known_method(given: Any) -> Any:
    if isinstance(given, str) and given in OF_SEVERAL:
        words = ", ".join(Method)
        raise ValueError(say("Votes are counted here by these methods: {words}.", words=words))
    return given


def _no_options(given: Any) -> Any:
    if given:
        raise ValueError(say("A vote here is on yes or no. It has no options to choose from."))
    return given


Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,19}$")]
WayOfVoting = Annotated[Method | None, BeforeValidator(_known_method)]
NoOptions = Annotated[list[str], BeforeValidator(_no_options)]
