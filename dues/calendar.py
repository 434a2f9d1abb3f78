"""Dates of dues: months, and periods counted from an anchor so that they never drift. Pure."""

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Self

from app.core.errors import Invalid
from app.core.records import Record
from app.core.words import say


class Month(Record, order=True):
    """A month of the calendar; its number is written like 202611."""

    year: int
    month: int

    def __post_init__(self) -> None:
        assert 1 <= self.month <= 12

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month that holds `day`."""
        return cls(day.year, day.month)

    @classmethod
    def numbered(cls, number: int) -> Self:
        """Return the month with the number, such as 202611."""
        return cls(*divmod(number, 100))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the month written as 2026-11.

        Raises: Invalid.
        """
        year, _, month = text.partition("-")
        shaped = len(year) == 4 and len(month) == 2 and text.isascii()
        if not (shaped and year.isdigit() and month.isdigit() and 1 <= int(month) <= 12):
            message = say("Write a month such as 2026-11.")
            raise Invalid(message, month=message)
        return cls(int(year), int(month))

    @property
    def number(self) -> int:
        """The month as a number that sorts, such as 202611."""
        return self.year * 100 + self.month

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.plus(1).first - timedelta(days=1)

    def plus(self, months: int) -> "Month":
        """Return the month so many months later; earlier if negative."""
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


class Period(Record):
    """The days from `starts_on` up to, but not including, `ends_on`."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        assert self.starts_on < self.ends_on


def day_of(moment: datetime) -> date:
    """Return the day of the books at `moment`: the day in UTC, wherever people are."""
    return moment.astimezone(UTC).date()


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last day if it is shorter."""
    month = Month.of(day).plus(months)
    days_in_month = calendar.monthrange(month.year, month.month)[1]
    return date(month.year, month.month, min(day.day, days_in_month))


def is_in_row(day: date, *, anchor: date) -> bool:
    """Return whether `day` lies a whole number of months from the anchor."""
    return add_months(anchor, _months_between(anchor, day)) == day


def period_from(start: date, *, anchor: date, months: int) -> Period:
    """Return the period of `months` that begins at `start`, a date of the row from `anchor`.

    Ends are counted from the anchor, not from the start: after 31 January come 28 February and
    31 March. A start that is not in the row begins a row of its own.
    """
    if not is_in_row(start, anchor=anchor):
        anchor = start
    return Period(start, add_months(anchor, _months_between(anchor, start) + months))


def _months_between(first: date, second: date) -> int:
    return (second.year - first.year) * 12 + second.month - first.month
