"""What the register tells others, in the transaction in which it happens."""

from dataclasses import dataclass
from datetime import datetime

from app.members.offices import Office


@dataclass(frozen=True, slots=True)
class ApplicationReceived:
    """Somebody confirmed their address and waits for an answer."""

    member_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SignUpFinished:
    """Somebody confirmed their address, and is in the register now; the sign-up goes."""

    sign_up_id: int
    member_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """A person became a member; their provisional days begin."""

    member_id: int
    account_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A member left the co-op by themselves."""

    member_id: int
    account_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberSuspended:
    """A member was suspended; their sessions and tokens are gone."""

    member_id: int
    account_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberRestored:
    """A suspension ended."""

    member_id: int
    account_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AccessEnded:
    """All other ways in of a member ended: streams, tokens and sessions must close.

    `kept_session_id` is the one browser that stays signed in, if any.
    """

    member_id: int
    kept_session_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class MandateGranted:
    """An office was lent to a member."""

    mandate_id: int
    member_id: int
    office: Office
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MandateEnded:
    """A mandate was ended before its time."""

    mandate_id: int
    member_id: int
    office: Office
    at: datetime
