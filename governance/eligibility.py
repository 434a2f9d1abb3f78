"""Who votes: standing and state decide, with a reason; and the sealed list of those who may. Pure.

Whether dues are paid, in grace or waived makes no difference and is never told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from app.core.canonical import digest

ACTIVE_DAYS = 90


class Why(StrEnum):
    """Why somebody has a vote, or has none."""

    IN_STANDING = "in_standing"
    PENDING = "pending"
    LAPSED = "lapsed"
    NOT_YET_A_MEMBER = "not_yet_a_member"
    NO_LONGER_A_MEMBER = "no_longer_a_member"


# Suspension is no reason: a suspended member keeps the vote.
OF_STATE = {
    "active": Why.IN_STANDING,
    "suspended": Why.IN_STANDING,
    "unconfirmed": Why.NOT_YET_A_MEMBER,
    "waiting": Why.NOT_YET_A_MEMBER,
    "refused": Why.NOT_YET_A_MEMBER,
    "left": Why.NO_LONGER_A_MEMBER,
}
OF_STANDING = {
    "current": Why.IN_STANDING,
    "grace": Why.IN_STANDING,
    "exempt": Why.IN_STANDING,
    "pending": Why.PENDING,
    "lapsed": Why.LAPSED,
}


def judge(*, state: str, standing: str) -> Why:
    """Return why a member of this state and standing has a vote or none."""
    of_state = OF_STATE[state]
    return OF_STANDING[standing] if of_state is Why.IN_STANDING else of_state


def is_active(last_seen_at: datetime, *, now: datetime) -> bool:
    """Return whether somebody seen then counts as active now."""
    return last_seen_at > now - timedelta(days=ACTIVE_DAYS)


class Entry(TypedDict):
    """One line of the published list: a member's number, and whether they were active."""

    member: str
    active: bool


@dataclass(frozen=True, slots=True)
class Voter:
    """A member on the frozen roll."""

    member_id: int
    active: bool


def published_list(voters: Iterable[Voter]) -> list[Entry]:
    """Return the list in its one order; it says nothing of names or dues."""
    ordered = sorted(voters, key=lambda voter: voter.member_id)
    return [Entry(member=str(voter.member_id), active=voter.active) for voter in ordered]


def list_hash(entries: Iterable[Entry]) -> str:
    """Return the hash that seals a published list."""
    return digest([{"member": e["member"], "active": e["active"]} for e in entries])
