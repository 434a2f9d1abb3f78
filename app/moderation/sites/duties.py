"""What is done in pieces after a site was refused."""

from app.core.clock import Clock
from app.core.duties import Claim, schedule
from app.moderation.sites.owed import SEVER, Sever
from app.moderation.sites.service import sever_some


def sever_follows(claim: Claim, clock: Clock) -> None:
    """End some follows with a site that is refused, and owe the rest."""
    owed = Sever.model_validate(claim.payload)
    with claim.finishing() as session:
        if sever_some(session, owed.change_id, now=clock.now()):
            schedule(session, SEVER, owed, due_at=clock.now())
