"""What time does: each step of a proposal that no person takes, as owed work.

The transaction that does it ends the duty as well, so it happens once although a duty runs at
least once. A step that was taken meanwhile, or whose date has moved, is simply left.
"""

from app.core.clock import Clock
from app.core.duties import Claim
from governance import emergencies, orders
from governance.effects import Effects
from governance.owed import OfEmergency, OfOrder, OfProposal
from governance.service.challenging import ratify_decision
from governance.service.closing import close_voting, remind_undecided
from governance.service.opening import freeze_proposal, open_voting
from governance.service.outages import leave_pulse
from governance.service.reviewing import draft_review
from governance.service.supporting import lapse_proposal


def lapse(claim: Claim, clock: Clock) -> None:
    """Give up a proposal that found too few supporters."""
    owed = OfProposal.model_validate(claim.payload)
    with claim.finishing() as session:
        lapse_proposal(session, owed.proposal_id, now=clock.now())


def freeze(claim: Claim, clock: Clock, *, effects: Effects) -> None:
    """Seal text and rule of a proposal."""
    owed = OfProposal.model_validate(claim.payload)
    with claim.finishing() as session:
        freeze_proposal(session, owed.proposal_id, effects=effects, now=clock.now())


def open_vote(claim: Claim, clock: Clock) -> None:
    """Open a vote."""
    owed = OfProposal.model_validate(claim.payload)
    with claim.finishing() as session:
        open_voting(session, owed.proposal_id, now=clock.now())


def remind(claim: Claim, clock: Clock) -> None:
    """Tell those who have not voted that a vote closes soon."""
    owed = OfProposal.model_validate(claim.payload)
    with claim.finishing() as session:
        remind_undecided(session, owed.proposal_id, now=clock.now())


def close(claim: Claim, clock: Clock) -> None:
    """Close a vote and count it."""
    owed = OfProposal.model_validate(claim.payload)
    with claim.finishing() as session:
        close_voting(session, owed.proposal_id, now=clock.now())


def ratify(claim: Claim, clock: Clock) -> None:
    """Settle a decision that nobody challenges any more."""
    owed = OfProposal.model_validate(claim.payload)
    with claim.finishing() as session:
        ratify_decision(session, owed.proposal_id, now=clock.now())


def expire(claim: Claim, clock: Clock) -> None:
    """Let an unused order expire."""
    owed = OfOrder.model_validate(claim.payload)
    with claim.finishing() as session:
        orders.expire(session, owed.order_id, now=clock.now())


def review(claim: Claim, clock: Clock) -> None:
    """Draft the review of a decision whose day has come."""
    owed = OfProposal.model_validate(claim.payload)
    with claim.finishing() as session:
        draft_review(session, owed.proposal_id, now=clock.now())


def undo(claim: Claim, clock: Clock, *, effects: Effects) -> None:
    """Undo what an officer did without a decision and the members did not agree to."""
    owed = OfEmergency.model_validate(claim.payload)
    with claim.finishing() as session:
        emergencies.expire_act(session, owed.emergency_id, effects=effects, now=clock.now())


def pulse(claim: Claim, clock: Clock) -> None:
    """Note that the site is up."""
    with claim.finishing() as session:
        leave_pulse(session, now=clock.now())
