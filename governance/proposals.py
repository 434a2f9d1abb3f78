"""Reading, locking and moving one proposal: what all use cases share."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.core.errors import Conflict, Forbidden, NotFound
from app.core.orm import lock
from app.core.words import Words, say
from app.members.actor import Actor
from governance.lifecycle import Act, State, allows, may_follow
from governance.models import Proposal, ProposalRevision
from governance.rules import RuleSet

REFUSED: Mapping[Act, Words] = {
    Act.EDIT: say("The text is sealed. It cannot change any more."),
    Act.SUBMIT: say("This proposal has been handed in already."),
    Act.SECOND: say("This proposal is not looking for support."),
    Act.COMMENT: say("This is not open for discussion."),
    Act.WITHDRAW: say("It is too late to take this back."),
    Act.VOTE: say("Voting on this proposal is not open."),
    Act.CHALLENGE: say("This is not open to challenges."),
}


def locked(session: Session, proposal_id: int) -> Proposal:
    """Return the proposal, locked until the caller commits. Raises: NotFound."""
    proposal = lock(session, Proposal, proposal_id)
    if proposal is None:
        raise NotFound(say("There is no such proposal."))
    return proposal


def locked_for(session: Session, proposal_id: int, act: Act, *, actor: Actor) -> Proposal:
    """Return the proposal, locked, if its state allows the act.

    Raises: NotFound, also for somebody else's draft; Conflict.
    """
    proposal = locked(session, proposal_id)
    is_private = proposal.state is State.DRAFT and proposal.author_id != actor.member_id
    if is_private:
        raise NotFound(say("There is no such proposal."))
    if not allows(proposal.state, act):
        raise Conflict(REFUSED[act])
    return proposal


def check_author(proposal: Proposal, actor: Actor) -> None:
    """Raise Forbidden unless the actor wrote the proposal."""
    if proposal.author_id != actor.member_id:
        raise Forbidden(say("Only the person who made this proposal can do that."))


def move(proposal: Proposal, *states: State) -> None:
    """Let the proposal go on to each of the states in turn."""
    for state in states:
        assert may_follow(proposal.state, state), f"{proposal.state} to {state}"
        proposal.state = state


def revision_of(session: Session, proposal: Proposal) -> ProposalRevision:
    """Return the newest wording, which is the frozen one once it froze."""
    return session.get_one(ProposalRevision, (proposal.id, proposal.revision))


def seconds_needed(rule: RuleSet, members: int) -> int:
    """Return how many others must support a proposal, never more than there are others."""
    return min(rule.seconders.needed(members), max(members - 1, 0))
