"""Programs for tests, and what they send."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from sqlalchemy.orm import Session

from app.members.actor import Actor
from app.members.models import Member
from app.oauth.applications import Introduction, Registered, register
from app.oauth.consent import give_code, read_wish
from tests.factories import NOON

DONE = "https://tusk.example/done"
SCOPES = "read write follow push"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"
CHALLENGE: str = create_s256_code_challenge(VERIFIER)
PROOF = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def make_program(session: Session, **given: Any) -> Registered:
    """Register the program Tusk."""
    said = {"name": "Tusk", "redirect_uris": DONE, "scopes": SCOPES} | given
    more = {name: said.pop(name) for name in ("client_id", "is_public") if name in said}
    return register(session, Introduction(**said), now=NOON, **more)


def asks(program: Registered, **changed: str) -> dict[str, str]:
    """Return what the program asks a browser to bring."""
    asked = {
        "response_type": "code",
        "client_id": program.application.client_id,
        "redirect_uri": DONE,
        "scope": "read",
    }
    return {name: value for name, value in (asked | changed).items() if value}


def consent(
    session: Session,
    member: Member,
    program: Registered,
    *,
    asked: Mapping[str, str] | None = None,
    now: datetime = NOON,
) -> str:
    """Return the code that the member gives the program for what is `asked` beside the usual."""
    wish = read_wish(session, asks(program, **(asked or {})))
    actor = Actor(member.id, member.account_id, state=member.state)
    code = give_code(session, actor, wish, now=now)
    session.flush()
    return code


def redeems(program: Registered, code: str, **changed: str) -> dict[str, str]:
    """Return what the program sends for a token."""
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": program.application.client_id,
        "client_secret": program.client_secret or "",
        "redirect_uri": DONE,
    }
    return {name: value for name, value in (sent | changed).items() if value}
