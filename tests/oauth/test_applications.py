"""Programs introduce themselves: what they may say, and when they are forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid
from app.oauth.applications import (
    UNUSED_KEPT_FOR,
    application_of,
    forget_unused,
    is_secret_of,
)
from tests.factories import NOON, make_member
from tests.oauth.programs import SCOPES, consent, make_program

LATER = NOON + UNUSED_KEPT_FOR


@pytest.mark.parametrize(
    ("said", "field"),
    [
        pytest.param({"name": " "}, "client_name", id="no name"),
        pytest.param({"name": "\u202e\u200b"}, "client_name", id="nothing but tricks"),
        pytest.param({"name": "x" * 61}, "client_name", id="too long a name"),
        pytest.param({"scopes": "read dance"}, "scopes", id="an unknown scope"),
        pytest.param({"redirect_uris": "javascript:x"}, "redirect_uris", id="a script"),
        pytest.param({"website": "javascript:x"}, "website", id="a script as its home"),
        pytest.param({"website": "tusk.example"}, "website", id="no address as its home"),
        pytest.param({"website": "https://[tusk"}, "website", id="a broken home"),
    ],
)
def test_is_refused_by_field(session: Session, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        make_program(session, **said)
    assert list(refused.value.fields) == [field]


def test_a_program_is_kept_with_the_hash_of_its_secret(session: Session) -> None:
    made = make_program(session, name="  Tusk\u202e\n<b>app</b> ", website="https://tusk.example")
    kept = application_of(session, made.application.client_id)
    assert kept is not None
    assert (kept.name, kept.website) == ("Tusk <b>app</b>", "https://tusk.example")
    assert set(kept.scopes.split()) == set(SCOPES.split())
    assert made.client_secret
    assert made.client_secret not in str(vars(kept))
    assert is_secret_of(kept, made.client_secret)
    assert not is_secret_of(kept, "")


def test_a_public_one_has_no_secret_to_guess(session: Session) -> None:
    made = make_program(session, is_public=True)
    assert made.client_secret is None
    assert not is_secret_of(made.application, "")


def test_an_id_brought_along_is_used_once(session: Session) -> None:
    make_program(session, client_id="tusk")
    with pytest.raises(Conflict):
        make_program(session, client_id="tusk")


def test_only_what_nobody_ever_used_is_forgotten(session: Session) -> None:
    never, asked, used = [make_program(session).application for _ in range(3)]
    used.was_used = True
    young = make_program(session)
    young.application.created_at = NOON + timedelta(days=1)
    consent(session, make_member(session), make_program(session, client_id="waits"))
    session.flush()
    forget_unused(session, now=LATER)
    gone = [a for a in (never, asked) if application_of(session, a.client_id) is None]
    assert gone == [never, asked]
    for kept in (used.client_id, young.application.client_id, "waits"):
        assert application_of(session, kept) is not None
