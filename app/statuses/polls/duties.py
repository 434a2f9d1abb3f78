"""Doing what is owed for polls."""

from app.core.clock import Clock
from app.core.duties import Claim
from app.statuses.polls.service import EndPoll, end_poll


def end_due_poll(claim: Claim, clock: Clock) -> None:
    """Tell that a poll has ended."""
    order = EndPoll.model_validate(claim.payload)
    with claim.finishing() as session:
        end_poll(session, order.poll_id, now=clock.now())
