"""The queue: officers answer once, applicants are told, members see that it happened."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.queries import account_by_address
from app.core.chain import verify
from app.core.errors import Conflict, Forbidden, NotFound
from app.members.actor import Actor
from app.members.admission import admit, applicants, refuse
from app.members.audit import acts_before
from app.members.models import Member
from app.members.offices import Office
from app.members.queries import standing_at
from app.members.standing import Standing
from app.members.states import MemberState
from tests.factories import NOON, make_member
from tests.fakes import CaughtLetters

ADMIN = Actor(1, 1, offices=frozenset({Office.ADMIN}))


@pytest.fixture
def letters() -> CaughtLetters:
    return CaughtLetters()


def make_applicant(session: Session, **given: Any) -> Member:
    waiting: dict[str, Any] = {"state": MemberState.WAITING, "joined_at": None, "covered": False}
    member = make_member(session, **(waiting | given))
    account_of(session, member).waiting = True
    session.flush()
    return member


def account_of(session: Session, member: Member) -> Any:
    return session.get_one(Account, member.account_id)


def test_the_queue_shows_their_words_and_who_sent_them(session: Session) -> None:
    kofi = make_member(session, username="kofi")
    make_applicant(session, username="maren", words="The oven.", invited_by_id=kofi.id)
    make_applicant(session, username="noor", created_at=NOON)
    seen = [(a.username, a.words, a.invited_by) for a in applicants(session)]
    assert seen == [("maren", "The oven.", "kofi"), ("noor", "", None)]


def test_an_admitted_applicant_is_a_member_from_that_moment(
    session: Session, letters: CaughtLetters
) -> None:
    maren = make_applicant(session, username="maren", email="maren@mail.example")
    assert account_by_address(session, "maren") is None
    admit(session, letters, ADMIN, member_id=maren.id, now=NOON)
    session.flush()
    assert maren.joined_at == NOON
    assert standing_at(session, maren.id, at=NOON) is Standing.PENDING
    assert account_by_address(session, "maren") is not None
    assert letters.take() == [("admitted", "maren@mail.example")]
    assert applicants(session) == []


def test_a_refused_applicant_is_told_why(session: Session, letters: CaughtLetters) -> None:
    maren = make_applicant(session, email="maren@mail.example")
    refuse(session, letters, ADMIN, member_id=maren.id, answer="We are full.", now=NOON)
    assert maren.state is MemberState.REFUSED
    [letter] = letters.written
    assert (letter.name, letter.to) == ("refused", "maren@mail.example")
    assert letter.context == {"answer": "We are full."}


@pytest.mark.parametrize("second", ["admit", "refuse"])
@pytest.mark.parametrize("first", ["admit", "refuse"])
def test_an_application_is_answered_once(
    session: Session, letters: CaughtLetters, first: str, second: str
) -> None:
    maren = make_applicant(session)
    answer(session, letters, first, maren.id)
    with pytest.raises(Conflict, match="answered already"):
        answer(session, letters, second, maren.id)
    assert len(letters.written) == 1


def answer(
    session: Session, letters: CaughtLetters, how: str, member_id: int, actor: Actor = ADMIN
) -> None:
    if how == "admit":
        admit(session, letters, actor, member_id=member_id, now=NOON)
    else:
        refuse(session, letters, actor, member_id=member_id, answer="", now=NOON)


OTHERS = [
    pytest.param(Actor(1, 1), id="a member without office"),
    pytest.param(Actor(1, 1, offices=frozenset({Office.TREASURER})), id="another office"),
    pytest.param(
        Actor(1, 1, offices=frozenset({Office.ADMIN}), scopes=frozenset({"admin:write"})),
        id="an application without the scope",
    ),
    pytest.param(
        Actor(1, 1, offices=frozenset({Office.ADMIN}), state=MemberState.SUSPENDED),
        id="a suspended admin",
    ),
]


@pytest.mark.parametrize("how", ["admit", "refuse"])
@pytest.mark.parametrize("actor", OTHERS)
def test_only_officers_answer(
    session: Session, letters: CaughtLetters, actor: Actor, how: str
) -> None:
    maren = make_applicant(session)
    with pytest.raises(Forbidden):
        answer(session, letters, how, maren.id, actor)
    assert maren.state is MemberState.WAITING
    assert letters.written == []


@pytest.mark.parametrize("how", ["admit", "refuse"])
def test_a_member_is_no_applicant(session: Session, letters: CaughtLetters, how: str) -> None:
    with pytest.raises(NotFound):
        answer(session, letters, how, 5)
    with pytest.raises(Conflict):
        answer(session, letters, how, make_member(session).id)


def test_members_can_read_who_answered(session: Session, letters: CaughtLetters) -> None:
    maren, noor = make_applicant(session), make_applicant(session)
    answer(session, letters, "admit", maren.id)
    answer(session, letters, "refuse", noor.id)
    session.flush()
    acts = [(act.kind, act.payload) for act in acts_before(session, None)]
    assert acts == [
        ("member.refused", {"member": str(noor.id), "by": "1"}),
        ("member.admitted", {"member": str(maren.id), "by": "1"}),
    ]
    assert [act.seq for act in acts_before(session, 2)] == [1]
    assert verify(session, "audit") is None
