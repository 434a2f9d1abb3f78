"""The step of the first days that leads to the ballot box."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.words import say
from app.http.panels import FirstStep
from app.members.actor import Actor
from governance.models.votes import Ballot


def vote_step(session: Session, actor: Actor, _now: datetime) -> FirstStep:
    """Offer to look at what is being decided; an open ballot that was cast counts as done."""
    cast = select(Ballot.proposal_id).where(Ballot.member_id == actor.member_id).limit(1)
    return FirstStep(
        key="vote",
        title=say("Try the ballot box"),
        text=say("See what is being decided, and vote when a vote is open"),
        url="/coop/proposals",
        action=say("Look"),
        icon="ballot",
        is_done=session.scalar(cast) is not None,
    )
