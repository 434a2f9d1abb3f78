"""Names: given out once, never one that passes for somebody in office."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.members.names import check_username
from app.members.offices import Office
from app.members.states import MemberState
from tests.factories import NOON, make_account, make_mandate, make_member

REFUSED = [
    pytest.param("", "small letters", id="nothing"),
    pytest.param("Maren", "small letters", id="capitals"),
    pytest.param("ma ren", "small letters", id="a space"),
    pytest.param("maren@riverside", "small letters", id="an address"),
    pytest.param("märén", "small letters", id="accents"),
    pytest.param("mаren", "small letters", id="a Cyrillic letter"),
    pytest.param("_maren", "small letters", id="an underscore first"),
    pytest.param("m" * 31, "small letters", id="31 letters"),
    pytest.param("maren\n", "small letters", id="a line break"),
    pytest.param("admin", "for an office", id="an office"),
    pytest.param("trea_surer", "for an office", id="an office with an underscore"),
    pytest.param("lena", "taken", id="taken"),
    pytest.param("gone", "taken", id="of somebody who left"),
    pytest.param("hopeful", "taken", id="of an applicant"),
    pytest.param("wllla", "in office", id="looks like willa, the moderator"),
    pytest.param("w1l_la", "in office", id="looks like her with a digit"),
]


@pytest.fixture(autouse=True)
def people(session: Session) -> None:
    make_member(session, username="lena")
    make_member(session, username="gone", state=MemberState.LEFT, left_at=NOON)
    make_account(session, username="hopeful", waiting=True)
    make_member(session, username="willa", offices=[Office.MODERATOR])
    once = make_member(session, username="moritz")
    past = {"starts_at": NOON - timedelta(9), "ends_at": NOON - timedelta(1)}
    make_mandate(session, once, Office.ADMIN, **past)


@pytest.mark.parametrize(("username", "reason"), REFUSED)
def test_refused(session: Session, username: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as refusal:
        check_username(session, username, now=NOON)
    assert set(refusal.value.fields) == {"username"}


@pytest.mark.parametrize(
    "username",
    [
        pytest.param("maren", id="free"),
        pytest.param("m2_b", id="digits and an underscore"),
        pytest.param("lenal", id="near a member's name"),
        pytest.param("morltz", id="like somebody whose office is over"),
    ],
)
def test_given_out(session: Session, username: str) -> None:
    check_username(session, username, now=NOON)


def test_an_operator_may_give_out_reserved_names(session: Session) -> None:
    check_username(session, "admin", may_be_reserved=True, now=NOON)
    with pytest.raises(Invalid, match="taken"):
        check_username(session, "lena", may_be_reserved=True, now=NOON)
