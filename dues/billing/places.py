"""$0 places: twelve months of membership by the member's own word, and no reason asked or kept.

No invoice and no entry in the books comes of one, and nothing outside the dues office shows it.
Callers hold the member and the books (`keys.hold`).
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.members.service import add_coverage, shorten_coverage
from app.members.standing import Source
from dues.billing.models import FreePlace, ReminderAbout
from dues.billing.reminding import owe_next
from dues.billing.schedule import Occasion, occasions
from dues.calendar import add_months, day_of
from dues.plans import PLACE_GRACE_DAYS, PLACE_MONTHS

RENEWABLE_DAYS = 60  # So long before its end a place can be renewed.


def place_of(session: Session, member_id: int) -> FreePlace | None:
    """Return the member's newest $0 place that was not given up, be it over or to come."""
    theirs = select(FreePlace).where(
        FreePlace.member_id == member_id, FreePlace.ended_at.is_(None)
    )
    return session.scalar(theirs.order_by(FreePlace.ends_on.desc()).limit(1))


def add_place(
    session: Session, member_id: int, *, paid_until: date | None, now: datetime
) -> FreePlace:
    """Give the member a place, or the next one; asking again in the middle changes nothing.

    It begins where the last place or what was paid ends, else today.
    """
    last, today = place_of(session, member_id), day_of(now)
    if last is not None and last.ends_on > today + timedelta(days=RENEWABLE_DAYS):
        return last
    starts_on = max(today, last.ends_on if last else today, paid_until or today)
    place = FreePlace(
        member_id=member_id,
        starts_on=starts_on,
        ends_on=add_months(starts_on, PLACE_MONTHS),
        taken_at=now,
    )
    session.add(place)
    session.flush()  # To learn its key.
    add_coverage(
        session,
        member_id=member_id,
        starts_on=place.starts_on,
        ends_on=place.ends_on,
        grace_days=PLACE_GRACE_DAYS,
        source=Source.WAIVER,
        source_id=place.id,
        now=now,
    )
    row = letters_about(place)
    owe_next(session, row, about=ReminderAbout.PLACE, about_id=place.id, now=now)
    return place


def end_place(session: Session, member_id: int, *, on: date, now: datetime) -> None:
    """End the member's places on the day on which what they paid begins."""
    running = select(FreePlace).where(
        FreePlace.member_id == member_id, FreePlace.ended_at.is_(None), FreePlace.ends_on > on
    )
    for place in session.scalars(running):
        place.ended_at = now
        shorten_coverage(session, source=Source.WAIVER, source_id=place.id, ends_on=on)


def letters_about(place: FreePlace) -> list[Occasion]:
    """Return when we write about the end of a place: as often as about a payment."""
    return list(occasions(place.ends_on, grace_days=PLACE_GRACE_DAYS, months=PLACE_MONTHS))
