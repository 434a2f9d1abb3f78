"""A program asks, its member says yes, and a code says so for ten minutes."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.crypto import hash_secret, new_secret
from app.core.errors import Forbidden, Invalid
from app.core.records import Record
from app.core.words import say
from app.members.actor import PROGRAMS_STOPPED, STATE_FAULTS, Actor
from app.members.states import MemberState
from app.oauth.applications import application_of, is_public
from app.oauth.models import Application, AuthorizationCode
from app.oauth.redirects import Mode
from app.oauth.scopes import asked_of, write_scopes

GOOD_FOR: Final = timedelta(minutes=10)
KEPT_FOR: Final = timedelta(days=1)  # So that a late second use still ends what the first gave.
S256: Final = "S256"
STATE_MAX: Final = 4000
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits. Source: RFC 7636 4.2.
# They may sign in with a program; what it does for them waits until they are members.
MAY_CONSENT: Final = frozenset({MemberState.ACTIVE, MemberState.WAITING, MemberState.UNCONFIRMED})


class Wish(Record):
    """What a program asks for, read and checked; nothing in it is the program's word alone."""

    application: Application
    redirect_uri: str
    scopes: frozenset[str]
    state: str
    challenge: str | None
    mode: Mode


def read_wish(session: Session, asked: Mapping[str, str]) -> Wish:
    """Return what the parameters ask for.

    Raises: Invalid. Then nothing may be sent to the address that was given: it is the program's
    only if all of it fits. Source: RFC 6749 4.1.1, RFC 7636 4.3.
    """
    application = application_of(session, asked.get("client_id", ""))
    if application is None:
        raise Invalid(say("The application is not known here. Let it introduce itself again."))
    uri = asked.get("redirect_uri", "")
    if uri not in application.redirect_uris:
        raise Invalid(say("The address to return to is not one that the application registered."))
    if asked.get("response_type") != "code":
        raise Invalid(say("The application asks in a way that we do not answer."))
    return Wish(
        application=application,
        redirect_uri=uri,
        scopes=asked_of(asked.get("scope", ""), registered=application.scopes.split()),
        state=_state(asked.get("state", "")),
        challenge=_challenge(asked, must_come=is_public(application)),
        mode=_mode(asked.get("response_mode", "")),
    )


def give_code(session: Session, actor: Actor, wish: Wish, *, now: datetime) -> str:
    """Return the code that says that the person at the browser consented; only its hash is kept.

    Raises: Forbidden if no program may act for them.
    """
    check_may_consent(actor)
    code = new_secret()
    session.add(
        AuthorizationCode(
            hash=hash_secret(code),
            application_id=wish.application.id,
            member_id=actor.member_id,
            redirect_uri=wish.redirect_uri,
            scopes=write_scopes(wish.scopes),
            challenge=wish.challenge,
            expires_at=now + GOOD_FOR,
        )
    )
    return code


def check_may_consent(actor: Actor) -> None:
    """Raise Forbidden, with the reason, if no program may act for the person."""
    if actor.state is MemberState.SUSPENDED:
        raise Forbidden(PROGRAMS_STOPPED)
    if actor.state not in MAY_CONSENT:
        raise Forbidden(STATE_FAULTS[actor.state])


def kept_code(session: Session, code: str) -> AuthorizationCode | None:
    """Return the code's row, locked: of two who use it at once, the second sees the first."""
    found = select(AuthorizationCode).where(AuthorizationCode.hash == hash_secret(code))
    locked = found.with_for_update().execution_options(populate_existing=True)
    return session.scalar(locked)


def forget_codes(session: Session, *, now: datetime) -> None:
    """Delete the codes whose second use would end nothing any more."""
    session.execute(
        delete(AuthorizationCode).where(AuthorizationCode.expires_at <= now - KEPT_FOR)
    )


def _challenge(asked: Mapping[str, str], *, must_come: bool) -> str | None:
    challenge, method = asked.get("code_challenge", ""), asked.get("code_challenge_method", "")
    if not challenge and not method:
        if must_come:
            raise Invalid(say("The application keeps no secret, so it must prove itself (PKCE)."))
        return None
    if method != S256 or not _CHALLENGE.fullmatch(challenge):
        raise Invalid(say("The application proves itself in a way that is not safe (not S256)."))
    return challenge


def _state(text: str) -> str:
    if len(text) > STATE_MAX:
        raise Invalid(say("The application sent more than we can hand back."))
    return text


def _mode(text: str) -> Mode:
    try:
        return Mode(text or Mode.QUERY)
    except ValueError:
        raise Invalid(say("The application asks in a way that we do not answer.")) from None
