"""The days of billing: when dues are due, what a payment covers, when we write. Pure.

Source: dues, 4.2 (late payment) and 4.5 (reminders).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from app.core.records import Record
from dues.calendar import Period, is_in_row, period_from

FIRST_DUE_DAYS = 14  # So much time at least between choosing and the day it is due.
REMINDERS_MAX = 6
LETTERS_GO_AT = time(9, 0, tzinfo=UTC)


class Step(StrEnum):
    """The occasions on which we write about one payment that is due."""

    BEFORE_30 = "before_30"
    BEFORE_7 = "before_7"
    DUE = "due"
    AFTER_7 = "after_7"
    AFTER_21 = "after_21"
    END = "end"  # Of grace: the last letter, after which nothing more is sent.


_DAYS = {
    Step.BEFORE_30: -30,
    Step.BEFORE_7: -7,
    Step.DUE: 0,
    Step.AFTER_7: 7,
    Step.AFTER_21: 21,
}


class Occasion(Record):
    """A step and its day."""

    step: Step
    on: date

    @property
    def at(self) -> datetime:
        """When the letter goes out."""
        return datetime.combine(self.on, LETTERS_GO_AT)


def occasions(due_on: date, *, grace_days: int, months: int) -> Sequence[Occasion]:
    """Return when we write about what is due on `due_on`, first to last.

    A month's dues are not announced a month before, and nothing follows the end of grace.
    """
    return [
        *(
            Occasion(step, due_on + timedelta(days=days))
            for step, days in _DAYS.items()
            if days < grace_days and (months > 1 or days > -30)
        ),
        Occasion(Step.END, due_on + timedelta(days=grace_days)),
    ]


def next_occasion(row: Sequence[Occasion], *, after: date) -> Occasion | None:
    """Return the first occasion later than the day `after`; None if nothing more is sent."""
    return next((occasion for occasion in row if occasion.on > after), None)


def latest_occasion(row: Sequence[Occasion], *, on: date) -> Occasion | None:
    """Return the last occasion that has come by the day `on`.

    After an outage several may have passed; only the latest is written, not a bundle.
    """
    return next((occasion for occasion in reversed(row) if occasion.on <= on), None)


class Bought(Record):
    """What a payment covers, and the date from which the next periods are counted."""

    period: Period
    anchor_on: date


def coverage_bought(
    *,
    paid_on: date,
    months: int,
    anchor_on: date | None,
    previous_end: date | None,
    grace_days: int,
) -> Bought:
    """Return what is covered by a payment on `paid_on`.

    Within grace, and when paying early, it goes on from the old end; after it, from that day.
    """
    start = paid_on
    if previous_end is not None and paid_on < previous_end + timedelta(days=grace_days):
        start = previous_end
    in_row = anchor_on is not None and is_in_row(start, anchor=anchor_on)
    anchor = anchor_on if anchor_on is not None and in_row else start
    return Bought(period_from(start, anchor=anchor, months=months), anchor)


def first_due_on(*, chosen_on: date, provisional_until: date) -> date:
    """Return when the first payment after a choice is due: neither in a hurry, nor too soon."""
    return max(provisional_until, chosen_on + timedelta(days=FIRST_DUE_DAYS))
