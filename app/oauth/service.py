"""Giving out access tokens and taking them back."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.crypto import hash_secret, new_secret
from app.core.errors import Conflict, Invalid, NotFound
from app.core.words import say
from app.members.events import AccessEnded
from app.oauth.models import AccessToken
from app.oauth.scopes import write_scopes

TOKEN_LENGTH_MIN = 8
TOKEN_LENGTH_MAX = 200


def give_token(
    session: Session,
    *,
    member_id: int,
    scopes: Iterable[str],
    application_id: int | None = None,
    value: str | None = None,
    now: datetime,
) -> str:
    """Give a token to act for the member and return it; it is never seen again.

    `value` is for an operator who brings a token along. Raises: Invalid if it is no token;
    Conflict if it is in use.
    """
    token = new_secret() if value is None else _checked(session, value)
    session.add(
        AccessToken(
            hash=hash_secret(token),
            application_id=application_id,
            member_id=member_id,
            scopes=write_scopes(scopes),
            created_at=now,
        )
    )
    return token


def revoke_token(session: Session, *, member_id: int, token_id: int) -> None:
    """Take one of the member's tokens back. Raises: NotFound."""
    token = session.get(AccessToken, token_id)
    if token is None or token.member_id != member_id:
        raise NotFound(say("There is no such token."))
    session.delete(token)


def end_tokens(session: Session, event: AccessEnded) -> None:
    """Take all of the member's tokens back, when their ways in end."""
    session.execute(delete(AccessToken).where(AccessToken.member_id == event.member_id))


def _checked(session: Session, value: str) -> str:
    printable = value.isascii() and value.isprintable() and " " not in value
    if not printable or not TOKEN_LENGTH_MIN <= len(value) <= TOKEN_LENGTH_MAX:
        fault = say(
            "A token has {least} to {most} letters, digits and signs, and no space.",
            least=TOKEN_LENGTH_MIN,
            most=TOKEN_LENGTH_MAX,
        )
        raise Invalid(fault, value=fault)
    if session.query(AccessToken).filter_by(hash=hash_secret(value)).first():
        raise Conflict(say("This token is in use already."))
    return value
