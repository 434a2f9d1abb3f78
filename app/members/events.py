"""What the register tells others, in the transaction in which it happens."""

from datetime import datetime

from app.core.records import Record
from app.members.offices import Office


class ApplicationReceived(Record):
    """Somebody confirmed their address and waits for an answer."""

    member_id: int
    at: datetime


class SignUpFinished(Record):
    """Somebody confirmed their address, and is in the register now; the sign-up goes."""

    sign_up_id: int
    member_id: int
    at: datetime


class MemberJoined(Record):
    """A person became a member; their provisional days begin."""

    member_id: int
    account_id: int
    at: datetime


class MemberLeft(Record):
    """A member left the co-op by themselves."""

    member_id: int
    account_id: int
    at: datetime


class MemberSuspended(Record):
    """A member was suspended; their sessions and tokens are gone."""

    member_id: int
    account_id: int
    at: datetime


class MemberRestored(Record):
    """A suspension ended."""

    member_id: int
    account_id: int
    at: datetime


class AccessEnded(Record):
    """All other ways in of a member ended: streams, tokens and sessions must close.

    `kept_session_id` is the one browser that stays signed in, if any.
    """

    member_id: int
    kept_session_id: int | None
    at: datetime


class MandateGranted(Record):
    """An office was lent to a member."""

    mandate_id: int
    member_id: int
    office: Office
    starts_at: datetime
    ends_at: datetime


class MandateEnded(Record):
    """A mandate was ended before its time."""

    mandate_id: int
    member_id: int
    office: Office
    at: datetime
