"""The states of a person in the register. Pure."""

from enum import StrEnum
from typing import Final


class MemberState(StrEnum):
    """Where a person stands with the co-op. Dues are another matter: see `standing`."""

    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    ACTIVE = "active"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    LEFT = "left"


# A suspended member is still one: moderators limit an account, they do not end a membership.
MEMBERS: Final = frozenset({MemberState.ACTIVE, MemberState.SUSPENDED})
