"""Who has a vote at a moment, and why others have none."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Forbidden
from app.core.records import Record
from app.core.words import Words, say
from app.members.models import Member
from app.members.queries import roll_at, standing_at
from governance.eligibility import Why, is_active, judge


class OnRoll(Record):
    """A member as the roll shows them at a moment."""

    member_id: int
    why: Why
    active: bool

    @property
    def has_vote(self) -> bool:
        """Whether they have a vote."""
        return self.why is Why.IN_STANDING


def roll(session: Session, *, at: datetime) -> Sequence[OnRoll]:
    """Return everybody who was a member at `at`, in the order of their numbers."""
    seen = _seen(session)
    return [
        OnRoll(
            member_id,
            judge(state="active", standing=standing),
            active=is_active(seen[member_id], now=at),
        )
        for member_id, standing in roll_at(session, at=at).items()
    ]


def voters(session: Session, *, at: datetime) -> frozenset[int]:
    """Return who has a vote at `at`."""
    return frozenset(one.member_id for one in roll(session, at=at) if one.has_vote)


def sizes(session: Session, *, at: datetime) -> tuple[int, int]:
    """Return how many members have a vote at `at`, and how many of them are active."""
    voters = [one for one in roll(session, at=at) if one.has_vote]
    return len(voters), sum(one.active for one in voters)


def why_of(session: Session, member_id: int, *, at: datetime) -> Why:
    """Return why the member would have a vote at `at`, or would not."""
    member = session.get_one(Member, member_id)
    if member.joined_at is None or member.joined_at > at:
        return Why.NOT_YET_A_MEMBER
    return judge(state=member.state, standing=standing_at(session, member_id, at=at))


def require_vote(session: Session, member_id: int, *, now: datetime) -> None:
    """Raise Forbidden, with the reason and the way out, unless the member has a vote now."""
    why = why_of(session, member_id, at=now)
    if why is not Why.IN_STANDING:
        raise Forbidden(_sentence(why))


def _seen(session: Session) -> dict[int, datetime]:
    """Return when each member was last here; joining counts."""
    columns = select(Member.id, Member.joined_at, Member.last_seen_at)
    return {
        member_id: max(moment for moment in (joined_at, last_seen_at) if moment is not None)
        for member_id, joined_at, last_seen_at in session.execute(columns)
        if joined_at is not None
    }


def _sentence(why: Why) -> Words:
    return {
        Why.PENDING: say(
            "In your first 30 days you can read and discuss. Settle your dues, and you can "
            "propose, support and vote at once."
        ),
        Why.LAPSED: say("Your dues have lapsed. Settle them, and you can propose and vote again."),
        Why.NOT_YET_A_MEMBER: say("Only members can do this."),
        Why.NO_LONGER_A_MEMBER: say("Only members can do this."),
    }[why]
