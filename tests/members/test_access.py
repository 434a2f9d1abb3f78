"""Lost passwords, changes of password and address: links work once, and owners are told."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.crypto import hash_secret
from app.core.db import Database
from app.core.duties import Duty
from app.core.errors import Conflict, NotFound
from app.core.kernel import Kernel
from app.core.runner import Runner
from app.members.access import (
    ask_new_email,
    ask_recovery,
    change_password,
    confirm_new_email,
    credentials_of,
    keep_fresh_hash,
    recover,
    recovering,
    wished_email,
)
from app.members.models import MailedLink, Member
from app.members.sessions import actor_of_session, open_session
from app.oauth.models import AccessToken
from app.oauth.service import give_token
from tests.factories import NOON, make_member
from tests.fakes import CaughtLetters, FixedClock
from tests.mails import links_in

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def letters() -> CaughtLetters:
    return CaughtLetters()


@pytest.fixture
def ada(session: Session) -> Member:
    return make_member(session, username="ada", email="Ada@mail.example", password_hash="old")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param("ada", True, id="the name"),
        pytest.param("@ada", True, id="the name as people write it"),
        pytest.param(" ADA ", True, id="the name in capitals, with spaces"),
        pytest.param("ada@mail.example", True, id="the address"),
        pytest.param("ADA@MAIL.EXAMPLE", True, id="the address in capitals"),
        pytest.param("ada@other.example", False, id="another address"),
        pytest.param("", False, id="nothing"),
        pytest.param("ada%", False, id="a wildcard"),
        pytest.param("x" * 10_000, False, id="a very long name"),
    ],
)
def test_whom_a_name_means(session: Session, ada: Member, name: str, found: bool) -> None:
    credentials = credentials_of(session, name)
    assert (credentials is not None and credentials.member_id == ada.id) is found


def test_a_fresh_hash_does_not_undo_a_new_password(session: Session, ada: Member) -> None:
    keep_fresh_hash(session, ada.id, old="another", fresh="fresh")
    assert ada.password_hash == "old"
    keep_fresh_hash(session, ada.id, old="old", fresh="fresh")
    assert ada.password_hash == "fresh"


def test_asking_leaves_the_same_behind_for_known_and_unknown(
    db: Database, kernel: Kernel, runner: Runner
) -> None:
    with db.write.begin() as session:
        make_member(session, email="ada@mail.example")
        for email in ("ada@mail.example", "nobody@mail.example"):
            ask_recovery(session, kernel.keyring, email=email, now=NOON)
    with db.read.begin() as session:
        owed = session.scalars(select(Duty)).all()
        assert [duty.kind for duty in owed] == ["recovery.ask"] * 2
        assert not any("mail.example" in str(duty.payload) for duty in owed)
    runner.run_until_idle()
    [link] = links_in(kernel, to="ada@mail.example")
    assert link.startswith("https://riverside.example/recover/new?link=")
    assert links_in(kernel, to="nobody@mail.example") == []
    with db.read.begin() as session:
        assert recovering(session, link.partition("=")[2], now=NOON) is not None


def test_a_recovery_sets_the_password_once_and_ends_all_ways_in(
    db: Database, kernel: Kernel, runner: Runner, letters: CaughtLetters
) -> None:
    with db.write.begin() as session:
        ada = make_member(session, email="ada@mail.example", password_hash="old")
        here = open_session(session, member_id=ada.id, label="", now=NOON)
        give_token(session, member_id=ada.id, scopes={"read"}, now=NOON)
        ask_recovery(session, kernel.keyring, email="ADA@mail.example", now=NOON)
    runner.run_until_idle()
    secret = links_in(kernel, to="ada@mail.example")[0].partition("=")[2]
    with db.write.begin() as session:
        recover(session, letters, secret=secret, password_hash="new", now=LATER)
        assert letters.take() == [("password_changed", "ada@mail.example")]
    with db.write.begin() as session:
        assert session.get_one(Member, ada.id).password_hash == "new"
        assert actor_of_session(session, hash_secret(here.secret), LATER) is None
        assert session.scalar(select(func.count(AccessToken.id))) == 0
        with pytest.raises(NotFound):
            recover(session, letters, secret=secret, password_hash="third", now=LATER)


@pytest.mark.parametrize("hours", [2, 48])
def test_a_recovery_link_runs_out(
    db: Database, kernel: Kernel, runner: Runner, letters: CaughtLetters, hours: int
) -> None:
    with db.write.begin() as session:
        make_member(session, email="ada@mail.example")
        ask_recovery(session, kernel.keyring, email="ada@mail.example", now=NOON)
    runner.run_until_idle()
    secret = links_in(kernel, to="ada@mail.example")[0].partition("=")[2]
    late = NOON + timedelta(hours=hours)
    with db.write.begin() as session:
        assert recovering(session, secret, now=late) is None
        with pytest.raises(NotFound):
            recover(session, letters, secret=secret, password_hash="new", now=late)


def test_a_second_recovery_voids_the_first(
    db: Database, kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    with db.write.begin() as session:
        make_member(session, email="ada@mail.example")
    for _ in range(2):
        with db.write.begin() as session:
            ask_recovery(session, kernel.keyring, email="ada@mail.example", now=clock.now())
        runner.run_until_idle()
        clock.advance(minutes=1)
    new, old = (link.partition("=")[2] for link in links_in(kernel, to="ada@mail.example"))
    with db.read.begin() as session:
        assert recovering(session, new, now=clock.now()) is not None
        assert recovering(session, old, now=clock.now()) is None


def test_a_changed_password_signs_out_everywhere_but_here(
    session: Session, ada: Member, letters: CaughtLetters
) -> None:
    here = open_session(session, member_id=ada.id, label="", now=NOON)
    there = open_session(session, member_id=ada.id, label="", now=NOON)
    give_token(session, member_id=ada.id, scopes={"read"}, now=NOON)
    session.flush()
    change_password(
        session,
        letters,
        member_id=ada.id,
        password_hash="new",
        kept_session_id=here.id,
        now=LATER,
    )
    assert actor_of_session(session, hash_secret(here.secret), LATER) is not None
    assert actor_of_session(session, hash_secret(there.secret), LATER) is None
    assert session.scalar(select(func.count(AccessToken.id))) == 0
    assert letters.take() == [("password_changed", "Ada@mail.example")]


def ask(session: Session, letters: CaughtLetters, member: Member, email: str) -> str:
    ask_new_email(session, letters, member_id=member.id, email=email, now=NOON)
    session.flush()
    return str(letters.written[-1].context.get("secret", ""))


def test_a_new_address_counts_when_it_is_confirmed_and_the_old_one_is_told(
    session: Session, ada: Member, letters: CaughtLetters
) -> None:
    secret = ask(session, letters, ada, "new@mail.example")
    assert letters.take() == [("new_email", "new@mail.example")]
    assert ada.email == "Ada@mail.example"
    assert wished_email(session, secret, now=LATER) == "new@mail.example"
    confirm_new_email(session, letters, secret=secret, now=LATER)
    assert letters.take() == [("email_changed", "Ada@mail.example")]
    session.flush()
    found = credentials_of(session, "NEW@mail.example")
    assert found is not None
    assert credentials_of(session, "ada@mail.example") is None
    with pytest.raises(NotFound):
        confirm_new_email(session, letters, secret=secret, now=LATER)


def test_an_older_wish_is_refused(session: Session, ada: Member, letters: CaughtLetters) -> None:
    older = ask(session, letters, ada, "one@mail.example")
    newer = ask(session, letters, ada, "two@mail.example")
    assert wished_email(session, older, now=LATER) is None
    with pytest.raises(NotFound):
        confirm_new_email(session, letters, secret=older, now=LATER)
    confirm_new_email(session, letters, secret=newer, now=LATER)
    assert ada.email == "two@mail.example"


def test_whether_an_address_is_taken_is_told_to_its_owner_only(
    session: Session, ada: Member, letters: CaughtLetters
) -> None:
    make_member(session, email="lena@mail.example")
    assert ask(session, letters, ada, "LENA@mail.example") == ""
    assert letters.take() == [("known", "lena@mail.example")]
    assert session.scalar(select(func.count(MailedLink.member_id))) == 0


def test_an_address_taken_meanwhile_is_refused(
    session: Session, ada: Member, letters: CaughtLetters
) -> None:
    secret = ask(session, letters, ada, "new@mail.example")
    make_member(session, email="New@mail.example")
    with pytest.raises(Conflict, match="another account"):
        confirm_new_email(session, letters, secret=secret, now=LATER)


def test_links_are_for_one_purpose(session: Session, ada: Member, letters: CaughtLetters) -> None:
    secret = ask(session, letters, ada, "new@mail.example")
    with pytest.raises(NotFound):
        recover(session, letters, secret=secret, password_hash="new", now=LATER)


def test_a_new_password_voids_a_wish_for_a_new_address(
    session: Session, ada: Member, letters: CaughtLetters
) -> None:
    """Whoever took over an account loses the link, too, when its owner takes it back."""
    secret = ask(session, letters, ada, "thief@mail.example")
    change_password(session, letters, member_id=ada.id, password_hash="new", now=LATER)
    with pytest.raises(NotFound):
        confirm_new_email(session, letters, secret=secret, now=LATER)
