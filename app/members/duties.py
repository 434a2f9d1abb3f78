"""The daily tidying of what people left behind: sign-ups, links, sessions, applications."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.duties import Claim, schedule
from app.core.shapes import Shape
from app.members.access import forget_old_links
from app.members.models import Member
from app.members.sessions import remove_ended
from app.members.signup import forget_old
from app.members.states import MemberState

TIDY_KIND: Final = "people.tidy"
EVERY: Final = timedelta(days=1)
REFUSED_KEPT_FOR: Final = timedelta(days=30)


class Tidying(Shape):
    """The payload of "people.tidy": nothing."""


def begin_tidying(session: Session, *, now: datetime) -> None:
    """Owe the first tidying; each owes the next."""
    schedule(session, TIDY_KIND, Tidying(), due_at=now + EVERY)


def tidy(claim: Claim, clock: Clock) -> None:
    """Forget what is over, and owe the next tidying."""
    with claim.finishing() as session:
        now = clock.now()
        remove_ended(session, now=now)
        forget_old(session, now=now)
        forget_old_links(session, now=now)
        _erase_refused(session, now=now)
        begin_tidying(session, now=now)


def _erase_refused(session: Session, *, now: datetime) -> None:
    """Erase what refused applicants told us; only their name stays given out."""
    old = select(Member).where(
        Member.state == MemberState.REFUSED,
        Member.left_at <= now - REFUSED_KEPT_FOR,
        Member.password_hash.is_not(None),
    )
    for member in session.scalars(old):
        member.email = f"erased-{member.id}@invalid"
        member.password_hash = None
        member.words = member.answer = ""
