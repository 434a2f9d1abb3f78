"""What an account says about itself."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.accounts.profile import Profile, update_profile
from app.core.errors import Invalid, NotFound
from tests.factories import NOON, make_account


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"display_name": "a" * 61}, id="a long name"),
        pytest.param({"note": "a" * 501}, id="a long note"),
        pytest.param({"note": "e" + "\u0301" * 20_000}, id="a mountain of accents"),
        pytest.param({"fields": (("a", "b"),) * 5}, id="five extra lines"),
        pytest.param({"fields": (("a", "b" * 256),)}, id="a long extra line"),
    ],
)
def test_a_profile_has_limits(session: Session, given: dict[str, Any]) -> None:
    account = make_account(session)
    with pytest.raises(Invalid):
        update_profile(session, account.id, Profile(**given), now=NOON)
    assert (account.display_name, account.note, account.fields) == ("", "", [])


def test_nobody_else_has_a_profile(session: Session) -> None:
    with pytest.raises(NotFound):
        update_profile(session, 12345, Profile(), now=NOON)


def test_a_profile_is_kept_and_rendered(session: Session) -> None:
    make_account(session, username="bo")
    account = make_account(session)
    profile = Profile(
        display_name=" Ines\u202e  Duarte ",
        note="I mend kettles with @bo and @nobody. <b>Hi</b>",
        fields=(("Home", "https://ines.example"), ("", ""), ("Kettle", "<i>hot</i>")),
        locked=True,
        discoverable=False,
    )
    update_profile(session, account.id, profile, here="riverside.example", now=NOON)
    assert account.display_name == "Ines Duarte"
    assert 'href="/@bo"' in account.note_html
    assert "<b>" not in account.note_html
    assert "nobody</span>" not in account.note_html
    assert [f["name"] for f in account.fields] == ["Home", "Kettle"]
    assert 'href="https://ines.example"' in account.fields[0]["html"]
    assert "<i>" not in account.fields[1]["html"]
    assert (account.locked, account.discoverable, account.rev) == (True, False, 2)
