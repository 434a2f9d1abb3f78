"""One address, one account, in whatever spelling, for ever."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.queries import account_by_address, accounts_by_id, is_taken
from tests.factories import make_account


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(("ada", None), ("ADA", None), id="the case does not count"),
        pytest.param(("Ada", "a.example"), ("ada", "A.example"), id="nor elsewhere"),
    ],
)
def test_an_address_is_given_out_once(
    session: Session, first: tuple[str, str | None], second: tuple[str, str | None]
) -> None:
    make_account(session, username=first[0], domain=first[1])
    with pytest.raises(IntegrityError), session.begin_nested():
        make_account(session, username=second[0], domain=second[1])


def test_the_same_name_may_live_on_two_sites(session: Session) -> None:
    here = make_account(session, username="ada")
    there = make_account(session, username="ada", domain="a.example")
    assert account_by_address(session, "Ada") is here
    assert account_by_address(session, "ada", domain="A.example") is there
    assert accounts_by_id(session, [here.id, there.id]) == {here.id: here, there.id: there}


def test_an_applicant_is_seen_by_nobody_and_has_the_name_all_the_same(session: Session) -> None:
    make_account(session, username="ada", waiting=True)
    assert account_by_address(session, "ada") is None
    assert is_taken(session, "Ada")


def test_an_account_of_another_site_takes_no_name_here(session: Session) -> None:
    make_account(session, username="ada", domain="a.example")
    assert not is_taken(session, "ada")


@pytest.mark.parametrize("given", [{"username": ""}, {"username": "ada", "domain": ""}])
def test_an_address_has_both_parts(session: Session, given: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        make_account(session, **given)
