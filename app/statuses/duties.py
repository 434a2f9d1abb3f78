"""Doing what is owed for posts."""

from app.core.clock import Clock
from app.core.duties import Claim
from app.core.errors import AppError
from app.core.orm import lock
from app.core.words import Words, say
from app.members.queries import acting
from app.statuses.models import Scheduled
from app.statuses.service.publish import publish_status
from app.statuses.service.schedule import PublishScheduled, give_up
from app.statuses.writing import Writing


def publish_scheduled(claim: Claim, clock: Clock, *, here: str) -> None:
    """Publish a post whose moment has come, as its author could now; else it becomes a draft.

    `here` is our own domain, as for `publish_status`.
    """
    order = PublishScheduled.model_validate(claim.payload)
    with claim.finishing() as session:
        now = clock.now()
        scheduled = lock(session, Scheduled, order.scheduled_id)
        if scheduled is None or scheduled.due_at > now:
            return  # Taken back, or it waits for another moment by now.
        try:
            with session.begin_nested():
                actor = acting(session, scheduled.account_id, at=now)
                writing, program = Writing.load(scheduled.writing), scheduled.application_id
                publish_status(session, actor, writing, now=now, here=here, application_id=program)
                session.delete(scheduled)
        except AppError as refusal:
            give_up(session, scheduled, because=_reason(refusal), now=now)


def _reason(refusal: AppError) -> Words:
    known = refusal.message
    return known if isinstance(known, Words) else say("It could not be posted.")
