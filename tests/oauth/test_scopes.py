"""Scopes: parents imply children, and nothing implies ours."""

import pytest

from app.core.errors import Invalid
from app.oauth.scopes import (
    IMPLIED,
    SCOPES,
    covers,
    parse_scopes,
    trim,
    with_implied,
    write_scopes,
)

OURS = {"coop:read", "coop:vote", "coop:ledger:read", "coop:officer"}


@pytest.mark.parametrize(
    ("granted", "needed", "held"),
    [
        pytest.param("read", "read:accounts", True, id="a parent covers its child"),
        pytest.param("read:accounts", "read", False, id="a child does not cover its parent"),
        pytest.param("read", "write:statuses", False, id="reading is not writing"),
        pytest.param("follow", "write:follows", True, id="follow covers following"),
        pytest.param("follow", "write:statuses", False, id="and not posting"),
        pytest.param("admin:read", "admin:read:reports", True, id="admin:read covers reports"),
        pytest.param("admin:write", "admin:read", False, id="admin:write does not read"),
        pytest.param("coop:read", "coop:read", True, id="ours covers itself"),
        pytest.param("coop:officer", "coop:vote", False, id="ours do not cover each other"),
    ],
)
def test_covers(granted: str, needed: str, held: bool) -> None:
    assert covers(granted.split(), needed) is held


@pytest.mark.parametrize("scope", sorted(OURS))
def test_no_other_scope_implies_one_of_ours(scope: str) -> None:
    assert scope not in with_implied(SCOPES - {scope})


def test_what_is_implied_is_a_scope() -> None:
    assert set(IMPLIED) >= OURS
    assert all(children <= SCOPES for children in IMPLIED.values())


@pytest.mark.parametrize("text", ["", "   "])
def test_without_a_word_it_is_reading(text: str) -> None:
    assert parse_scopes(text) == {"read"}


@pytest.mark.parametrize("text", ["reads", "read,write", "READ", "coop", "read write:everything"])
def test_an_unknown_scope_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no such permission"):
        parse_scopes(text)


def test_nobody_gets_more_than_was_registered() -> None:
    asked = parse_scopes("read:accounts write coop:vote")
    assert trim(asked, to=parse_scopes("read write:statuses")) == {"read:accounts"}


def test_one_spelling() -> None:
    assert write_scopes(["write", "read", "write"]) == "read write"
