"""Signing up by a program: a link in place of the code, and nothing given away by it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Forbidden, NotFound
from app.core.kernel import Kernel
from app.core.records import replace
from app.core.settings import Registration
from app.members.models import Member, SignUp
from app.members.signup import (
    CODES_MAX,
    KEPT_FOR,
    Begun,
    Door,
    Form,
    begin,
    finish_by_link,
    send_link_again,
    sign_up_of_link,
    try_code,
)
from app.members.states import MemberState
from tests.factories import NOON, make_member
from tests.fakes import CaughtLetters

OPEN = Door(Registration.OPEN)
FORM = Form("maren", "maren@mail.example", "a hash", locale="de", by_link=True)


class Program:
    """A program that signs somebody up."""

    def __init__(self, session: Session, kernel: Kernel) -> None:
        self.session, self.keyring, self.letters = session, kernel.keyring, CaughtLetters()

    def begin(self, form: Form = FORM) -> Begun:
        return begin(self.session, self.letters, self.keyring, form, door=OPEN, now=NOON)

    def again(self, begun: Begun, *, email: str | None = None) -> None:
        id_ = begun.id
        send_link_again(
            self.session, self.letters, self.keyring, sign_up_id=id_, email=email, now=NOON
        )

    def link(self) -> str:
        return str(self.letters.written[-1].context["link"])

    def finish(self, link: str, *, door: Door = OPEN, after: timedelta = timedelta()) -> Member:
        return finish_by_link(self.session, link=link, door=door, now=NOON + after)


@pytest.fixture
def program(session: Session, kernel: Kernel) -> Program:
    return Program(session, kernel)


def test_the_link_enters_once_and_is_kept_as_a_hash(session: Session, program: Program) -> None:
    program.begin()
    assert program.letters.take() == [("confirm", "maren@mail.example")]
    program.begin(replace(FORM, username="noor", email="noor@mail.example"))
    link = program.link()
    assert link not in session.scalars(select(SignUp.link_hash)).all()
    assert sign_up_of_link(session, link, now=NOON) is not None
    assert program.finish(link).state is MemberState.ACTIVE
    with pytest.raises(NotFound):
        program.finish(link)
    assert session.scalar(select(func.count(Member.id))) == 1


def test_it_ends_with_the_day_and_is_no_code(session: Session, program: Program) -> None:
    begun = program.begin()
    with pytest.raises(NotFound):
        program.finish(program.link(), after=KEPT_FOR)
    assert program.finish(program.link(), after=KEPT_FOR - timedelta(seconds=1))
    noor = replace(FORM, username="noor", email="noor@mail.example")
    begun = program.begin(noor)
    tried = try_code(session, program.keyring, secret=begun.secret, code="", now=NOON)
    assert tried is not None


def test_a_known_address_gets_no_link_and_nobody_is_told(
    session: Session, program: Program
) -> None:
    make_member(session, email="maren@mail.example")
    program.begin()
    assert program.letters.take() == [("known", "maren@mail.example")]
    assert session.scalars(select(SignUp.link_hash)).all() == [None]
    with pytest.raises(NotFound):
        program.finish("")


def test_a_new_link_voids_the_old_one_and_there_are_not_many(program: Program) -> None:
    begun = program.begin()
    old = program.link()
    program.again(begun, email="other@mail.example")
    assert program.letters.written[-1].to == "other@mail.example"
    with pytest.raises(NotFound):
        program.finish(old)
    for _ in range(CODES_MAX - 2):
        program.again(begun)
    with pytest.raises(Conflict):
        program.again(begun)


def test_a_door_closed_meanwhile_stays_closed(program: Program) -> None:
    program.begin()
    with pytest.raises(Forbidden):
        program.finish(program.link(), door=Door(Registration.CLOSED))
    waiting = program.finish(program.link(), door=Door(Registration.APPLICATION))
    assert waiting.state is MemberState.WAITING
