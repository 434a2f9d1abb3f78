"""Makers of rows for tests: `make_x(session, **given)` adds one with sensible defaults."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.members.models import Coverage, Mandate, Member
from app.members.offices import Office
from app.members.standing import Source
from app.members.states import MemberState

NOON = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)
SERIAL = itertools.count(1)


def make_account(session: Session, **given: Any) -> Account:
    """Add an account of this site."""
    n = next(SERIAL)
    account = Account(**({"username": f"member{n}", "created_at": NOON} | given))
    session.add(account)
    session.flush()
    return account


def make_member(
    session: Session,
    *,
    username: str | None = None,
    covered: bool = True,
    offices: Sequence[Office] = (),
    **given: Any,
) -> Member:
    """Add a member who joined long before NOON, covered for a year, with mandates for half one."""
    name = {} if username is None else {"username": username}
    account = make_account(session, **name)
    defaults = {
        "account_id": account.id,
        "email": f"{account.username}@mail.example",
        "state": MemberState.ACTIVE,
        "created_at": NOON - timedelta(days=200),
        "joined_at": NOON - timedelta(days=200),
    }
    member = Member(**(defaults | given))
    session.add(member)
    session.flush()
    if covered:
        make_coverage(session, member)
    for office in offices:
        make_mandate(session, member, office)
    return member


def make_coverage(session: Session, member: Member, **given: Any) -> Coverage:
    """Cover the member, as it was brought along, from a hundred days before NOON for a year."""
    starts_on = NOON.date() - timedelta(days=100)
    defaults = {
        "member_id": member.id,
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=365),
        "grace_days": 45,
        "source": Source.IMPORT,
        "created_at": NOON - timedelta(days=100),
    }
    coverage = Coverage(**(defaults | given))
    session.add(coverage)
    session.flush()
    return coverage


def make_mandate(session: Session, member: Member, office: Office, **given: Any) -> Mandate:
    """Lend the office to the member by some decision, from ten days before NOON, for 180 days."""
    defaults = {
        "member_id": member.id,
        "office": office,
        "starts_at": NOON - timedelta(days=10),
        "ends_at": NOON + timedelta(days=170),
        "caretaker": False,
        "decision_id": next(SERIAL),
    }
    mandate = Mandate(**(defaults | given))
    session.add(mandate)
    session.flush()
    return mandate
