"""Giving out access tokens and taking them back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.core.crypto import hash_secret, new_secret
from app.core.errors import Conflict, Invalid, NotFound
from app.core.words import say
from app.members.events import AccessEnded, SignUpFinished
from app.oauth.models import AccessToken, AuthorizationCode
from app.oauth.scopes import write_scopes

TOKEN_LENGTH_MIN = 8
TOKEN_LENGTH_MAX = 200
# Of one program: signing in again and again must not fill the table.
TOKENS_MAX: Final = 30
OWN_TOKENS_MAX: Final = 100  # For itself, without a member.


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
    keep_token(
        session, token, application_id=application_id, member_id=member_id, scopes=scopes, now=now
    )
    return token


def keep_token(
    session: Session,
    token: str,
    *,
    application_id: int | None = None,
    member_id: int | None = None,
    sign_up_id: int | None = None,
    code_id: int | None = None,
    scopes: Iterable[str],
    now: datetime,
) -> None:
    """Keep the hash of a token that is given out; the oldest of too many of one program end."""
    if application_id is not None and sign_up_id is None:
        _end_the_oldest(session, application_id=application_id, member_id=member_id)
    session.add(
        AccessToken(
            hash=hash_secret(token),
            application_id=application_id,
            member_id=member_id,
            sign_up_id=sign_up_id,
            code_id=code_id,
            scopes=write_scopes(scopes),
            created_at=now,
        )
    )


def token_of(session: Session, token: str) -> AccessToken | None:
    """Return the row of a token, whoever it acts for."""
    return session.scalar(select(AccessToken).where(AccessToken.hash == hash_secret(token)))


def note_use(session: Session, token_hash: str, *, now: datetime) -> None:
    """Note the day on which a token was used."""
    used_on = AccessToken.last_used_on
    is_news = or_(used_on.is_(None), used_on < now.date())
    mine = update(AccessToken).where(AccessToken.hash == token_hash, is_news)
    session.execute(mine.values(last_used_on=now.date()))


def revoke_token(session: Session, *, member_id: int, token_id: int) -> None:
    """Take one of the member's tokens back. Raises: NotFound."""
    token = session.get(AccessToken, token_id)
    if token is None or token.member_id != member_id:
        raise NotFound(say("There is no such token."))
    session.delete(token)


def end_tokens(session: Session, event: AccessEnded) -> None:
    """Take all of the member's tokens back, when their ways in end, and what becomes one."""
    session.execute(delete(AccessToken).where(AccessToken.member_id == event.member_id))
    codes = AuthorizationCode.member_id == event.member_id
    session.execute(delete(AuthorizationCode).where(codes))


def end_tokens_of_code(session: Session, code_id: int) -> None:
    """Take back what was given for a code."""
    session.execute(delete(AccessToken).where(AccessToken.code_id == code_id))


def hand_over(session: Session, event: SignUpFinished) -> None:
    """Let the tokens of somebody who signed up by a program act for them from now on."""
    theirs = update(AccessToken).where(AccessToken.sign_up_id == event.sign_up_id)
    session.execute(theirs.values(member_id=event.member_id, sign_up_id=None))


def _end_the_oldest(session: Session, *, application_id: int, member_id: int | None) -> None:
    """Make room for one more."""
    of_both = (AccessToken.application_id == application_id, AccessToken.member_id == member_id)
    most = OWN_TOKENS_MAX if member_id is None else TOKENS_MAX
    newest_first = select(AccessToken.id).where(*of_both, AccessToken.sign_up_id.is_(None))
    newest_first = newest_first.order_by(AccessToken.created_at.desc(), AccessToken.id.desc())
    too_many = session.scalars(newest_first.offset(most - 1)).all()
    if too_many:
        session.execute(delete(AccessToken).where(AccessToken.id.in_(too_many)))


def _checked(session: Session, value: str) -> str:
    printable = value.isascii() and value.isprintable() and " " not in value
    if not printable or not TOKEN_LENGTH_MIN <= len(value) <= TOKEN_LENGTH_MAX:
        fault = say(
            "A token has {least} to {most} letters, digits and signs, and no space.",
            least=TOKEN_LENGTH_MIN,
            most=TOKEN_LENGTH_MAX,
        )
        raise Invalid(fault, value=fault)
    if token_of(session, value) is not None:
        raise Conflict(say("This token is in use already."))
    return value
