"""Work on home feeds that need not be done at once."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.duties import Claim, schedule
from app.core.shapes import Shape
from app.instance.events import CoopFounded
from app.statuses.models import Status
from app.timelines import feeds
from app.timelines.feeds import FanOut

OWNERS_AT_ONCE = 200
TRIM_EVERY = timedelta(days=1)


class TrimFeeds(Shape):
    """The payload of "feed.trim": the owners past `after` are still to be looked at."""

    after: int = 0


def fan_out_rest(claim: Claim, clock: Clock) -> None:
    """Serve the next FAN_OUT_AT_ONCE followers of a post, and owe the others."""
    order = FanOut.model_validate(claim.payload)
    with claim.finishing() as session:
        status = session.get_one(Status, order.status_id)
        if status.deleted_at is not None:
            return
        last = feeds.deliver_some(session, status, after=order.after)
        if last is not None:
            rest = FanOut(status_id=order.status_id, after=last)
            schedule(session, "feed.fan_out", rest, due_at=clock.now())


def trim_feeds(claim: Claim, clock: Clock) -> None:
    """Cut some feeds to their length and let those sleep that nobody reads; owe the others."""
    order = TrimFeeds.model_validate(claim.payload)
    with claim.finishing() as session:
        last = feeds.trim(session, after=order.after, limit=OWNERS_AT_ONCE)
        now = clock.now()
        feeds.put_idle_to_sleep(session, now=now, limit=OWNERS_AT_ONCE)
        if last is not None:
            schedule(session, "feed.trim", TrimFeeds(after=last), due_at=now)
        else:
            schedule(session, "feed.trim", TrimFeeds(), due_at=now + TRIM_EVERY)


def begin_to_trim(session: Session, event: CoopFounded) -> None:
    """Owe the first trimming of a new co-op's feeds; each one owes the next."""
    schedule(session, "feed.trim", TrimFeeds(), due_at=event.at + TRIM_EVERY)
