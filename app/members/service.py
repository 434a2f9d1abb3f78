"""Changes of the register: coverage, suspension, leaving."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.errors import Conflict, NotFound
from app.core.events import publish
from app.core.orm import lock
from app.core.words import say
from app.members.events import MemberLeft, MemberRestored, MemberSuspended
from app.members.mandates import end_all
from app.members.models import Coverage, Member
from app.members.sessions import end_access
from app.members.standing import Source
from app.members.states import MemberState


def add_coverage(
    session: Session,
    *,
    member_id: int,
    starts_on: date,
    ends_on: date,
    grace_days: int,
    source: Source,
    source_id: int | None = None,
    now: datetime,
) -> Coverage:
    """Cover the member from `starts_on` until, not including, `ends_on`."""
    coverage = Coverage(
        member_id=member_id,
        starts_on=starts_on,
        ends_on=ends_on,
        grace_days=grace_days,
        source=source,
        source_id=source_id,
        created_at=now,
    )
    session.add(coverage)
    return coverage


def shorten_coverage(session: Session, *, source: Source, source_id: int, ends_on: date) -> None:
    """Let what came of the payment, waiver or gift end on `ends_on` if it would end later."""
    of_source = select(Coverage).where(Coverage.source == source, Coverage.source_id == source_id)
    for coverage in session.scalars(of_source.with_for_update()):
        if coverage.ends_on > ends_on:
            coverage.ends_on = max(ends_on, coverage.starts_on)


def suspend(session: Session, *, member_id: int, now: datetime) -> None:
    """Limit the member to reading, voting, export and appeal; all their browsers are signed out.

    Raises: NotFound; Conflict if they are not an active member.
    """
    member, account = _locked(session, member_id)
    if member.state is not MemberState.ACTIVE:
        raise Conflict(say("Only active members can be suspended."))
    member.state = MemberState.SUSPENDED
    account.suspended_at = now
    account.rev += 1
    end_access(session, member_id=member.id, now=now)
    publish(session, MemberSuspended(member.id, account.id, now))


def restore(session: Session, *, member_id: int, now: datetime) -> None:
    """End a suspension. Raises: NotFound; Conflict if there is none."""
    member, account = _locked(session, member_id)
    if member.state is not MemberState.SUSPENDED:
        raise Conflict(say("This member is not suspended."))
    member.state = MemberState.ACTIVE
    account.suspended_at = None
    account.rev += 1
    publish(session, MemberRestored(member.id, account.id, now))


def leave(session: Session, *, member_id: int, now: datetime) -> None:
    """Leave the co-op: offices and other ways in end; posts stay, and data for an export.

    Raises: NotFound; Conflict if they have left already.
    """
    member, account = _locked(session, member_id)
    if member.state is MemberState.LEFT:
        raise Conflict(say("You have left this co-op."))
    was_member = member.joined_at is not None
    member.state = MemberState.LEFT
    member.left_at = now
    end_all(session, member.id, now=now)
    end_access(session, member_id=member.id, now=now)
    if was_member:
        publish(session, MemberLeft(member.id, account.id, now))


def _locked(session: Session, member_id: int) -> tuple[Member, Account]:
    member = lock(session, Member, member_id)
    if member is None:
        raise NotFound(say("There is no such member."))
    return member, session.get_one(Account, member.account_id)
