"""What a program may ask for, and who may say yes."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Forbidden, Invalid
from app.members.sessions import end_access
from app.members.states import MemberState
from app.oauth.consent import KEPT_FOR, forget_codes, read_wish
from app.oauth.models import AuthorizationCode
from tests.factories import NOON, make_member
from tests.oauth.programs import CHALLENGE, DONE, PROOF, asks, consent, make_program

REFUSED = [
    pytest.param({"client_id": "nobody"}, id="an unknown program"),
    pytest.param({"client_id": ""}, id="no program"),
    pytest.param({"redirect_uri": "https://far.example/"}, id="another address"),
    pytest.param({"redirect_uri": f"{DONE}/"}, id="nearly the address"),
    pytest.param({"redirect_uri": f"{DONE}?a=b"}, id="the address and more"),
    pytest.param({"redirect_uri": ""}, id="no address"),
    pytest.param({"response_type": "token"}, id="a token at once"),
    pytest.param({"response_type": ""}, id="nothing in particular"),
    pytest.param({"response_mode": "web_message"}, id="by another road"),
    pytest.param({"scope": "read dance"}, id="an unknown scope"),
    pytest.param({"scope": "read coop:vote"}, id="more than it registered"),
    pytest.param({"scope": "profile"}, id="another thing than it registered"),
    pytest.param({"code_challenge": CHALLENGE}, id="a challenge without its method is plain"),
    pytest.param({**PROOF, "code_challenge_method": "plain"}, id="a plain challenge"),
    pytest.param({"code_challenge_method": "S256"}, id="a method without its challenge"),
    pytest.param({**PROOF, "code_challenge": "short"}, id="a challenge that is none"),
    pytest.param({"state": "x" * 5000}, id="a novel to hand back"),
]


@pytest.mark.parametrize("changed", REFUSED)
def test_a_wish_that_is_refused(session: Session, changed: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        read_wish(session, asks(make_program(session), **changed))


def test_a_program_without_a_secret_must_prove_itself(session: Session) -> None:
    program = make_program(session, is_public=True)
    with pytest.raises(Invalid, match="PKCE"):
        read_wish(session, asks(program))
    assert read_wish(session, asks(program, **PROOF)).challenge == CHALLENGE


@pytest.mark.parametrize(
    ("registered", "asked", "scopes"),
    [
        pytest.param("read write", "", {"read"}, id="reading, if nothing is said"),
        pytest.param("write:statuses", "", {"write:statuses"}, id="all, if it may not read"),
        pytest.param("read", "read:accounts", {"read:accounts"}, id="a part of what it may"),
        pytest.param("coop:vote", "coop:vote", {"coop:vote"}, id="ours by name"),
    ],
)
def test_what_is_asked_for(
    session: Session, registered: str, asked: str, scopes: set[str]
) -> None:
    program = make_program(session, scopes=registered)
    assert read_wish(session, asks(program, scope=asked)).scopes == scopes


@pytest.mark.parametrize("state", MemberState)
def test_who_may_say_yes(session: Session, state: MemberState) -> None:
    somebody, program = make_member(session, state=state), make_program(session)
    if state in (MemberState.ACTIVE, MemberState.WAITING, MemberState.UNCONFIRMED):
        assert consent(session, somebody, program)
    else:
        with pytest.raises(Forbidden):
            consent(session, somebody, program)


def test_codes_end_with_the_ways_in_and_old_ones_go(session: Session) -> None:
    ada, bo, program = make_member(session), make_member(session), make_program(session)
    code = consent(session, ada, program)
    consent(session, bo, program)
    assert code not in session.scalars(select(AuthorizationCode.hash)).all()
    end_access(session, member_id=ada.id, now=NOON)
    assert session.scalars(select(AuthorizationCode.member_id)).all() == [bo.id]
    forget_codes(session, now=NOON + KEPT_FOR)
    assert session.scalar(select(func.count(AuthorizationCode.id))) == 1
    forget_codes(session, now=NOON + KEPT_FOR + timedelta(minutes=10))
    assert session.scalar(select(func.count(AuthorizationCode.id))) == 0
