"""Signing up: two screens, a code that runs out, and no word about who has an account."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.queries import account_by_address
from app.core.db import Database
from app.core.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from app.core.kernel import Kernel
from app.core.records import replace
from app.core.runner import Runner
from app.core.settings import Registration
from app.members.actor import Actor
from app.members.consent import accepted_by, may_post
from app.members.duties import begin_tidying
from app.members.invitations import end_invitation, invitations_of, invite
from app.members.models import Member, RequiredVersion, SignUp
from app.members.queries import member_by_email
from app.members.signup import (
    CODES_MAX,
    TRIES_MAX,
    Door,
    Form,
    begin,
    finish,
    send_again,
    sign_up_of,
    try_code,
)
from app.members.states import MemberState
from tests.factories import NOON, make_member
from tests.fakes import CaughtLetters, FixedClock

OPEN = Door(Registration.OPEN)
FORM = Form("maren", "maren@mail.example", "a hash", words="Kofi told me.", locale="de")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def letters() -> CaughtLetters:
    return CaughtLetters()


class Newcomer:
    """Somebody at the first screen."""

    def __init__(self, session: Session, kernel: Kernel, letters: CaughtLetters) -> None:
        self.session, self.keyring, self.letters = session, kernel.keyring, letters

    def begin(self, form: Form = FORM, *, door: Door = OPEN) -> str:
        begun = begin(self.session, self.letters, self.keyring, form, door=door, now=NOON)
        return begun.secret

    def code(self) -> str:
        return str(self.letters.written[-1].context["code"])

    def try_code(self, secret: str, code: str, *, after: timedelta = MINUTE) -> str | None:
        now = NOON + after
        return try_code(self.session, self.keyring, secret=secret, code=code, now=now)

    def again(self, secret: str, *, email: str | None = None) -> None:
        send_again(self.session, self.letters, self.keyring, secret=secret, email=email, now=NOON)

    def finish(self, secret: str, *, door: Door = OPEN) -> Member:
        return finish(self.session, secret=secret, door=door, now=NOON + MINUTE)

    def wrong(self) -> str:
        return f"{(int(self.code()) + 1) % 1_000_000:06}"


@pytest.fixture
def newcomer(kernel: Kernel, session: Session, letters: CaughtLetters) -> Newcomer:
    return Newcomer(session, kernel, letters)


def test_a_member_comes_in_with_all_they_said(newcomer: Newcomer, session: Session) -> None:
    secret = newcomer.begin()
    assert [(w.name, w.to) for w in newcomer.letters.written] == [("code", FORM.email)]
    assert session.scalar(select(func.count(Account.id))) == 0, "nothing is given out before"
    assert newcomer.try_code(secret, f" {newcomer.code()[:3]} {newcomer.code()[3:]} ") is None
    member = newcomer.finish(secret)
    assert member.state is MemberState.ACTIVE
    assert member.joined_at == NOON + MINUTE
    assert (member.email, member.words, member.locale) == (FORM.email, "Kofi told me.", "de")
    assert account_by_address(session, "maren") is not None
    with pytest.raises(NotFound):
        newcomer.finish(secret)


def test_the_code_is_kept_in_no_readable_form(newcomer: Newcomer, session: Session) -> None:
    secret = newcomer.begin()
    kept = session.scalars(select(SignUp)).one()
    texts = {str(value) for value in vars(kept).values()}
    assert newcomer.code() not in texts
    assert secret not in texts


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "0" * 1000])
def test_anything_else_is_not_the_code(newcomer: Newcomer, code: str) -> None:
    secret = newcomer.begin()
    assert newcomer.try_code(secret, code) or newcomer.code() == code


def test_after_five_wrong_codes_the_right_one_does_not_help(newcomer: Newcomer) -> None:
    secret = newcomer.begin()
    for _ in range(TRIES_MAX):
        assert "not the code" in (newcomer.try_code(secret, newcomer.wrong()) or "")
    assert "too often" in (newcomer.try_code(secret, newcomer.code()) or "")
    newcomer.again(secret)
    assert newcomer.try_code(secret, newcomer.code()) is None


@pytest.mark.parametrize(
    ("after", "good"),
    [
        pytest.param(15 * MINUTE - timedelta(microseconds=1), True, id="a quarter of an hour"),
        pytest.param(15 * MINUTE, False, id="is over"),
    ],
)
def test_a_code_runs_out(newcomer: Newcomer, after: timedelta, good: bool) -> None:
    secret = newcomer.begin()
    assert (newcomer.try_code(secret, newcomer.code(), after=after) is None) is good


def test_a_new_code_voids_the_older_one_and_may_go_elsewhere(newcomer: Newcomer) -> None:
    secret = newcomer.begin()
    old = newcomer.code()
    newcomer.again(secret, email="maren@other.example")
    assert newcomer.letters.written[-1].to == "maren@other.example"
    assert old == newcomer.code() or newcomer.try_code(secret, old)
    assert newcomer.try_code(secret, newcomer.code()) is None
    assert newcomer.finish(secret).email == "maren@other.example"


def test_codes_are_not_sent_for_ever(newcomer: Newcomer) -> None:
    secret = newcomer.begin()
    for _ in range(CODES_MAX - 1):
        newcomer.again(secret)
    with pytest.raises(Conflict, match="enough"):
        newcomer.again(secret)


@pytest.mark.parametrize("spelling", ["lena@mail.example", "LENA@mail.example"])
def test_an_address_with_an_account_gets_a_mail_and_the_screen_is_the_same(
    newcomer: Newcomer, session: Session, spelling: str
) -> None:
    make_member(session, username="lena", email="lena@mail.example")
    secret = newcomer.begin(replace(FORM, email=spelling))
    assert newcomer.letters.take() == [("known", "lena@mail.example")]
    faults = [newcomer.try_code(secret, f"{n:06}") for n in range(TRIES_MAX + 1)]
    other = newcomer.begin()
    wrong = newcomer.wrong()
    assert faults == [newcomer.try_code(other, wrong) for _ in range(TRIES_MAX + 1)]
    late = newcomer.try_code(newcomer.begin(replace(FORM, email=spelling)), "1", after=20 * MINUTE)
    assert late == newcomer.try_code(newcomer.begin(), "1", after=20 * MINUTE)
    assert session.scalar(select(func.count(Member.id))) == 1


def test_a_strangers_secret_opens_nothing(newcomer: Newcomer) -> None:
    newcomer.begin()
    for call in (newcomer.finish, newcomer.again):
        with pytest.raises(NotFound):
            call("a stranger's")
    with pytest.raises(NotFound):
        newcomer.try_code("a stranger's", newcomer.code())


def test_a_sign_up_is_kept_for_a_day(newcomer: Newcomer, session: Session) -> None:
    secret = newcomer.begin()
    assert sign_up_of(session, secret, now=NOON + timedelta(hours=23)) is not None
    assert sign_up_of(session, secret, now=NOON + timedelta(hours=24)) is None


def test_the_name_is_given_to_who_finishes_first(newcomer: Newcomer) -> None:
    first = newcomer.begin()
    second = newcomer.begin(replace(FORM, email="other@mail.example"))
    newcomer.finish(second)
    with pytest.raises(Conflict, match="taken"):
        newcomer.finish(first)


DOORS = [
    # registration, invited, state or refusal
    pytest.param(Registration.OPEN, False, MemberState.ACTIVE, id="open"),
    pytest.param(Registration.OPEN, True, MemberState.ACTIVE, id="open, invited"),
    pytest.param(Registration.APPLICATION, False, MemberState.WAITING, id="by application"),
    pytest.param(Registration.APPLICATION, True, MemberState.WAITING, id="invited to apply"),
    pytest.param(Registration.INVITE, False, None, id="by invitation, without one"),
    pytest.param(Registration.INVITE, True, MemberState.ACTIVE, id="by invitation"),
    pytest.param(Registration.CLOSED, False, None, id="closed"),
    pytest.param(Registration.CLOSED, True, None, id="closed, although invited"),
]


@pytest.mark.parametrize(("registration", "invited", "state"), DOORS)
def test_doors(
    newcomer: Newcomer,
    session: Session,
    registration: Registration,
    invited: bool,
    state: MemberState | None,
) -> None:
    kofi = make_member(session)
    code = invitation_of(newcomer, kofi) if invited else ""
    form, door = replace(FORM, invitation=code), Door(registration)
    if state is None:
        with pytest.raises(Forbidden):
            newcomer.begin(form, door=door)
        return
    member = newcomer.finish(newcomer.begin(form, door=door), door=door)
    assert member.state is state
    assert member.invited_by_id == (kofi.id if invited else None)
    assert (member.joined_at is None) is (state is MemberState.WAITING)
    assert (account_by_address(session, "maren") is None) is (state is MemberState.WAITING)


def test_a_door_closed_meanwhile_stays_closed(newcomer: Newcomer) -> None:
    secret = newcomer.begin()
    with pytest.raises(Forbidden):
        newcomer.finish(secret, door=Door(Registration.CLOSED))


@pytest.mark.parametrize("registration", [Registration.APPLICATION, Registration.INVITE])
def test_a_door_held_open_for_tests_needs_no_code(
    newcomer: Newcomer, session: Session, registration: Registration
) -> None:
    door = Door(registration, is_open_for_tests=True)
    code = invitation_of(newcomer, make_member(session))
    member = newcomer.finish(newcomer.begin(replace(FORM, invitation=code), door=door), door=door)
    assert member.state is MemberState.ACTIVE
    assert newcomer.letters.written == []


def invitation_of(newcomer: Newcomer, member: Member, *, uses: int = 1) -> str:
    actor = Actor(member.id, member.account_id)
    invite(newcomer.session, newcomer.keyring, actor, uses=uses, days=7, now=NOON)
    newcomer.session.flush()
    found = invitations_of(newcomer.session, newcomer.keyring, member.id, now=NOON)
    return found[0].code


def test_an_invitation_opens_the_door_as_often_as_it_says(
    newcomer: Newcomer, session: Session
) -> None:
    door = Door(Registration.INVITE)
    form = replace(FORM, invitation=invitation_of(newcomer, make_member(session)))
    first = newcomer.begin(form, door=door)
    second = newcomer.begin(replace(form, username="noor", email="noor@mail.example"), door=door)
    newcomer.finish(first, door=door)
    with pytest.raises(Conflict, match="used up"):
        newcomer.finish(second, door=door)
    with pytest.raises(Forbidden):
        newcomer.begin(form, door=door)


@pytest.mark.parametrize("how", ["ended", "old", "of somebody suspended"])
def test_an_invitation_stops_working(newcomer: Newcomer, session: Session, how: str) -> None:
    kofi = make_member(session)
    code = invitation_of(newcomer, kofi)
    [found] = invitations_of(session, newcomer.keyring, kofi.id, now=NOON)
    if how == "ended":
        end_invitation(session, Actor(kofi.id, 1), invitation_id=found.id, now=NOON)
    elif how == "old":
        end_invitation(
            session, Actor(kofi.id, 1), invitation_id=found.id, now=NOON - timedelta(days=1)
        )
    else:
        kofi.state = MemberState.SUSPENDED
    session.flush()
    with pytest.raises(Forbidden):
        newcomer.begin(replace(FORM, invitation=code), door=Door(Registration.INVITE))


@pytest.fixture
def terms(kernel: Kernel, session: Session) -> None:
    for slug, version, days in (("terms", 1, -9), ("terms", 2, 9), ("privacy", 1, -9)):
        at = NOON + timedelta(days=days)
        session.add(
            RequiredVersion(
                slug=slug, version=version, title=slug, hash="h", effective_at=at, accept_by=at
            )
        )
    session.flush()


@pytest.mark.usefixtures("terms")
@pytest.mark.parametrize("ticked", [(), ("terms/1",), ("terms/2", "privacy/1"), ("terms", "x")])
def test_the_documents_in_force_must_be_ticked(
    newcomer: Newcomer, ticked: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid, match="tick the box") as refusal:
        newcomer.begin(replace(FORM, ticked=ticked))
    assert set(refusal.value.fields) == {"ticked"}


@pytest.mark.usefixtures("terms")
def test_ticks_are_kept_as_acceptances(newcomer: Newcomer, session: Session) -> None:
    secret = newcomer.begin(replace(FORM, ticked=("terms/1", "privacy/1")))
    member = newcomer.finish(secret)
    session.flush()
    assert accepted_by(session, member.id) == {"terms": 1, "privacy": 1}
    assert may_post(session, member.id, NOON)
    assert not may_post(session, member.id, NOON + timedelta(days=10))


def test_twenty_finishers_of_one_name_make_one_member(
    db: Database, kernel: Kernel, letters: CaughtLetters
) -> None:
    with db.write.begin() as session:
        newcomer = Newcomer(session, kernel, letters)
        forms = [replace(FORM, email=f"m{n}@mail.example") for n in range(20)]
        secrets = [newcomer.begin(form) for form in forms]

    def attempt(secret: str) -> bool:
        with suppress(AppError, IntegrityError), db.write.begin() as session:
            finish(session, secret=secret, door=OPEN, now=NOON)
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, secrets)) == 1
    with db.read.begin() as session:
        assert session.scalar(select(func.count(Account.id))) == 1


def test_tidying_forgets_what_is_over(
    db: Database, kernel: Kernel, letters: CaughtLetters, runner: Runner, clock: FixedClock
) -> None:
    with db.write.begin() as session:
        newcomer = Newcomer(session, kernel, letters)
        newcomer.begin()
        refused = make_member(
            session,
            state=MemberState.REFUSED,
            joined_at=None,
            left_at=NOON,
            password_hash="h",
            words="private",
            email="r@mail.example",
        )
        begin_tidying(session, now=NOON)
    for _ in range(30):
        clock.advance(days=1)
        assert runner.run_due() == 1
    with db.read.begin() as session:
        assert session.scalar(select(func.count(SignUp.id))) == 0
        erased = session.get_one(Member, refused.id)
        assert (erased.words, erased.password_hash) == ("", None)
        assert member_by_email(session, "r@mail.example") is None
