"""Invitations: bounded, one's own, and readable again by their maker only."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.kernel import Kernel
from app.members.actor import Actor
from app.members.invitations import (
    DAYS_MAX,
    OPEN_MAX,
    USES_MAX,
    end_invitation,
    find_invitation,
    invitations_of,
    invite,
    use_invitation,
)
from app.members.models import Invitation
from app.members.states import MemberState
from tests.factories import NOON, make_member


@pytest.fixture
def kofi(kernel: Kernel, session: Session) -> Actor:
    member = make_member(session)
    return Actor(member.id, member.account_id)


@pytest.mark.parametrize(
    ("uses", "days"), [(0, 7), (-1, 7), (USES_MAX + 1, 7), (1, 0), (1, DAYS_MAX + 1)]
)
def test_uses_and_days_are_bounded(
    session: Session, kernel: Kernel, kofi: Actor, uses: int, days: int
) -> None:
    with pytest.raises(Invalid):
        invite(session, kernel.keyring, kofi, uses=uses, days=days, now=NOON)


@pytest.mark.parametrize("state", [MemberState.WAITING, MemberState.SUSPENDED, MemberState.LEFT])
def test_only_active_members_invite(session: Session, kernel: Kernel, state: MemberState) -> None:
    with pytest.raises(Forbidden):
        invite(session, kernel.keyring, Actor(1, 1, state=state), uses=1, days=1, now=NOON)


def test_nobody_keeps_too_many_doors_open(session: Session, kernel: Kernel, kofi: Actor) -> None:
    for _ in range(OPEN_MAX):
        invite(session, kernel.keyring, kofi, uses=1, days=1, now=NOON)
        session.flush()
    with pytest.raises(Conflict):
        invite(session, kernel.keyring, kofi, uses=1, days=1, now=NOON)
    invite(session, kernel.keyring, kofi, uses=1, days=1, now=NOON + timedelta(days=1))


def test_its_maker_can_read_the_link_again_and_the_database_cannot(
    session: Session, kernel: Kernel, kofi: Actor
) -> None:
    invite(session, kernel.keyring, kofi, uses=2, days=1, now=NOON)
    session.flush()
    [open_one] = invitations_of(session, kernel.keyring, kofi.member_id, now=NOON)
    found = find_invitation(session, open_one.code, now=NOON)
    assert found is not None
    kept = session.scalars(select(Invitation)).one()
    assert open_one.code not in {str(value) for value in vars(kept).values()}


def test_a_link_is_closed_by_its_maker_only(session: Session, kernel: Kernel, kofi: Actor) -> None:
    invitation = invite(session, kernel.keyring, kofi, uses=2, days=1, now=NOON)
    session.flush()
    with pytest.raises(NotFound):
        end_invitation(session, Actor(5, 5), invitation_id=invitation.id, now=NOON)
    end_invitation(session, kofi, invitation_id=invitation.id, now=NOON)
    session.flush()
    assert invitations_of(session, kernel.keyring, kofi.member_id, now=NOON) == []
    with pytest.raises(Conflict):
        use_invitation(session, invitation.id, now=NOON)
