"""The duties that received activities owe, by name."""

from typing import Final

from app.core.shapes import Shape

PROCESS: Final = "inbox.process"
FETCH: Final = "inbox.fetch"
FORGET: Final = "inbox.forget"
REFRESH: Final = "people.refresh"


class ProcessReceived(Shape):
    """The payload of "inbox.process": activities in the order in which they came."""

    received: list[int]


class FetchFor(Shape):
    """The payload of "inbox.fetch": the activity that waits for something of another site."""

    received_id: int


class RefreshPerson(Shape):
    """The payload of "people.refresh": an account of another site."""

    account_id: int


class ForgetReceived(Shape):
    """The payload of "inbox.forget": nothing."""
