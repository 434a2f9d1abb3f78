"""Owing the next letter about something that is due; each occasion has at most one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.duties import schedule
from dues.billing.models import Reminder, ReminderAbout
from dues.billing.schedule import Occasion, next_occasion
from dues.calendar import day_of
from dues.owed import REMIND, OfReminder


def owe_next(
    session: Session,
    row: Sequence[Occasion],
    *,
    about: ReminderAbout,
    about_id: int,
    now: datetime,
) -> None:
    """Owe the letter of the first occasion after today; nothing if there is none."""
    occasion = next_occasion(row, after=day_of(now))
    if occasion is not None:
        owed = OfReminder(about=about, about_id=about_id, step=occasion.step)
        schedule(session, REMIND, owed, due_at=occasion.at)


def note_once(
    session: Session, step: str, *, about: ReminderAbout, about_id: int, now: datetime
) -> bool:
    """Note that this occasion is used; return False if it was before, so that nobody writes."""
    if session.get(Reminder, (about, about_id, step)) is not None:
        return False
    session.add(Reminder(about=about, about_id=about_id, step=step, sent_at=now))
    return True
