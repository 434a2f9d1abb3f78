"""The kinds of work that paying owes, and their payloads. The handlers stand in `duties`."""

from datetime import date
from typing import Final

from app.core.shapes import Shape
from dues.billing.models import ReminderAbout

RENEW: Final = "dues.renew"
REMIND: Final = "dues.remind"
RECEIPT: Final = "dues.receipt"
CHECK: Final = "dues.check_books"


class OfRenewal(Shape):
    """The payload of "dues.renew": whose next dues, and the day on which they are due."""

    member_id: int
    due_on: date


class OfReminder(Shape):
    """The payload of "dues.remind": what it is about, and the occasion it was planned for."""

    about: ReminderAbout
    about_id: int
    step: str


class OfReceipt(Shape):
    """The payload of "dues.receipt"."""

    receipt_id: int


class Nothing(Shape):
    """The payload of a duty that needs to know nothing."""
