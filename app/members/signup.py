"""Signing up in two screens: a form, then the code from the mail. Nothing is given out between.

Who signs up by a program gets a link in place of the code, since the program has no second screen.

Whether a mail address has an account already is told to nobody but its owner, by mail.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from app.core.crypto import Keyring, hash_secret, new_secret
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.events import publish
from app.core.records import Record, field
from app.core.settings import Registration
from app.core.words import Words, say
from app.members.consent import in_force
from app.members.events import SignUpFinished
from app.members.invitations import find_invitation, use_invitation
from app.members.letters import Letters
from app.members.models import Member, RequiredVersion, SignUp
from app.members.names import check_username
from app.members.queries import member_by_email
from app.members.register import Newcomer, enter

CODE_MINUTES: Final = 15
TRIES_MAX: Final = 5
CODES_MAX: Final = 5
KEPT_FOR: Final = timedelta(days=1)
WORDS_MAX: Final = 1000


class Form(Record):
    """The first screen, read and checked for shape; the password is hashed already."""

    username: str
    email: str
    password_hash: str
    words: str = ""
    invitation: str = ""
    locale: str | None = None
    ticked: Sequence[str] = field(default=())  # Documents as "slug/version".
    by_link: bool = False  # A program sent it, which cannot ask for a code.


class Begun(Record):
    """A sign-up that waits; `secret` is for the browser and is not kept."""

    id: int
    secret: str


class Door(Record):
    """How people may come in, by the operator's setting."""

    registration: Registration
    is_open_for_tests: bool = False  # No code by mail, no approval.

    def lets_in_at_once(self, *, is_invited: bool) -> bool:
        """Return whether nobody has to approve."""
        return (
            self.is_open_for_tests
            or self.registration is Registration.OPEN
            or (self.registration is Registration.INVITE and is_invited)
        )


def check_door(session: Session, door: Door, *, invitation: str, now: datetime) -> int | None:
    """Return the invitation's id, if one came. Raises: Forbidden if the door is closed."""
    if door.registration is Registration.CLOSED:
        raise Forbidden(say("Nobody can join at the moment."))
    found = find_invitation(session, invitation, now=now) if invitation else None
    if door.registration is Registration.INVITE and found is None:
        raise Forbidden(say("Here one joins by invitation. Ask a member for a link."))
    return found.id if found else None


def begin(
    session: Session, letters: Letters, keyring: Keyring, form: Form, *, door: Door, now: datetime
) -> Begun:
    """Keep the form, and mail a code or a link.

    Raises: Forbidden if the door is closed; Invalid, by field, for the name and the ticks.
    """
    invitation_id = check_door(session, door, invitation=form.invitation, now=now)
    check_username(session, form.username, now=now)
    accepted = check_ticks(session, form.ticked, now=now)
    secret, known = new_secret(), member_by_email(session, form.email)
    sign_up = SignUp(
        secret_hash=hash_secret(secret),
        username=form.username,
        email=form.email,
        password_hash=form.password_hash,
        words=form.words,
        accepted=[[version.slug, version.version] for version in accepted],
        invitation_id=invitation_id,
        locale=form.locale,
        by_link=form.by_link,
        code_expires_at=now,
        created_at=now,
    )
    session.add(sign_up)
    session.flush()  # To learn its key.
    if not door.is_open_for_tests:
        _mail(session, letters, keyring, sign_up, known=known, now=now)
    return Begun(sign_up.id, secret)


def send_again(
    session: Session,
    letters: Letters,
    keyring: Keyring,
    *,
    secret: str,
    email: str | None = None,
    now: datetime,
) -> None:
    """Mail a new code, to another address if one is given; the older code is void.

    Raises: NotFound; Conflict after too many codes.
    """
    sign_up = _kept(session, _of_secret(secret, now=now))
    _send_again(session, letters, keyring, sign_up, email=email, now=now)


def send_link_again(
    session: Session,
    letters: Letters,
    keyring: Keyring,
    *,
    sign_up_id: int,
    email: str | None = None,
    now: datetime,
) -> None:
    """Mail a new link to whoever signs up by a program; the older one is void.

    Raises: NotFound; Conflict after too many.
    """
    sign_up = _kept(session, _running(now).where(SignUp.id == sign_up_id))
    _send_again(session, letters, keyring, sign_up, email=email, now=now)


def _send_again(
    session: Session,
    letters: Letters,
    keyring: Keyring,
    sign_up: SignUp,
    *,
    email: str | None,
    now: datetime,
) -> None:
    if sign_up.codes_sent >= CODES_MAX:
        raise Conflict(say("We have sent enough codes. Please begin anew."))
    sign_up.email = email or sign_up.email
    sign_up.codes_sent += 1
    known = member_by_email(session, sign_up.email)
    _mail(session, letters, keyring, sign_up, known=known, now=now)


def sign_up_of(session: Session, secret: str, *, now: datetime) -> SignUp | None:
    """Return the sign-up that the browser's secret belongs to, while it is kept."""
    return session.scalar(_of_secret(secret, now=now))


def sign_up_of_link(session: Session, link: str, *, now: datetime) -> SignUp | None:
    """Return the sign-up that the mailed link finishes, while it is kept."""
    return session.scalar(_of_link(link, now=now))


def try_code(
    session: Session, keyring: Keyring, *, secret: str, code: str, now: datetime
) -> Words | None:
    """Compare the code, and count the try; return what is wrong with it, or None.

    The caller must commit also after a wrong code, or tries would not count.
    Raises: NotFound.
    """
    sign_up = _kept(session, _of_secret(secret, now=now))
    if sign_up.tries >= TRIES_MAX:
        return say("That was wrong too often. Have a new code sent.")
    if now >= sign_up.code_expires_at:
        return say("This code is too old. Have a new one sent.")
    sign_up.tries += 1
    digits = "".join(letter for letter in code if letter.isdecimal())
    wanted = sign_up.code_hash or ""
    if not secrets.compare_digest(_code_hash(keyring, sign_up.id, digits), wanted):
        return say("This is not the code. Look again, or have a new one sent.")
    return None


def finish(session: Session, *, secret: str, door: Door, now: datetime) -> Member:
    """Enter the person whose code was right, as the door says, and forget the sign-up.

    Raises: NotFound; Conflict if the invitation is used up, or name or address are gone;
    Forbidden if the door was closed meanwhile.
    """
    return _finish(session, _kept(session, _of_secret(secret, now=now)), door=door, now=now)


def finish_by_link(session: Session, *, link: str, door: Door, now: datetime) -> Member:
    """Enter the person who used the mailed link, as the door says, and forget the sign-up.

    Raises: as `finish`.
    """
    return _finish(session, _kept(session, _of_link(link, now=now)), door=door, now=now)


def _finish(session: Session, sign_up: SignUp, *, door: Door, now: datetime) -> Member:
    if door.registration is Registration.CLOSED:
        raise Forbidden(say("Nobody can join at the moment."))
    try:
        check_username(session, sign_up.username, now=now)
    except Invalid as fault:
        raise Conflict(fault.message) from None
    invited_by = None
    if sign_up.invitation_id is not None:
        invited_by = use_invitation(session, sign_up.invitation_id, now=now).member_id
    newcomer = Newcomer(
        username=sign_up.username,
        email=sign_up.email,
        password_hash=sign_up.password_hash,
        words=sign_up.words,
        locale=sign_up.locale,
        invited_by_id=invited_by,
    )
    at_once = door.lets_in_at_once(is_invited=invited_by is not None)
    accepts = _still_in_force(session, sign_up.accepted, now=now)
    member = enter(session, newcomer, at_once=at_once, accepts=accepts, via="sign-up", now=now)
    publish(session, SignUpFinished(sign_up.id, member.id, now))
    session.delete(sign_up)
    return member


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the sign-ups that nobody finished."""
    session.execute(delete(SignUp).where(SignUp.created_at <= now - KEPT_FOR))


def _kept(session: Session, wanted: Select[SignUp]) -> SignUp:
    # Locked, so that parallel tries are counted one by one.
    kept = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(kept)
    if found is None:
        raise NotFound(say("This sign-up is over or was finished. Please begin anew."))
    return found


def _of_secret(secret: str, *, now: datetime) -> Select[SignUp]:
    return _running(now).where(SignUp.secret_hash == hash_secret(secret))


def _of_link(link: str, *, now: datetime) -> Select[SignUp]:
    return _running(now).where(SignUp.link_hash == hash_secret(link))


def _running(now: datetime) -> Select[SignUp]:
    return select(SignUp).where(SignUp.created_at > now - KEPT_FOR)


def check_ticks(
    session: Session, ticked: Iterable[str], *, now: datetime
) -> Sequence[RequiredVersion]:
    """Return the documents in force. Raises: Invalid unless each is ticked, "slug/version"."""
    wanted = in_force(session, at=now)
    if not {f"{v.slug}/{v.version}" for v in wanted} <= set(ticked):
        fault = say("Please read them and tick the box.")
        raise Invalid(fault, ticked=fault)
    return wanted


def _still_in_force(
    session: Session, accepted: Sequence[Sequence[object]], *, now: datetime
) -> list[RequiredVersion]:
    return [v for v in in_force(session, at=now) if [v.slug, v.version] in accepted]


def _mail(
    session: Session,
    letters: Letters,
    keyring: Keyring,
    sign_up: SignUp,
    *,
    known: Member | None,
    now: datetime,
) -> None:
    sign_up.tries = 0
    sign_up.code_expires_at = now + timedelta(minutes=CODE_MINUTES)
    if known is not None:
        # Nothing opens this: the owner of the address is told, and the answer is the same.
        sign_up.code_hash = sign_up.link_hash = None
        letters.owe(session, "known", to=known.email, locale=known.locale, now=now)
        return
    context = _link(sign_up) if sign_up.by_link else _code(keyring, sign_up)
    letter, to = ("confirm" if sign_up.by_link else "code"), sign_up.email
    letters.owe(session, letter, to=to, locale=sign_up.locale, now=now, **context)


def _link(sign_up: SignUp) -> dict[str, object]:
    link = new_secret()
    sign_up.link_hash = hash_secret(link)
    return {"link": link, "hours": int(KEPT_FOR / timedelta(hours=1))}


def _code(keyring: Keyring, sign_up: SignUp) -> dict[str, object]:
    code = f"{secrets.randbelow(1_000_000):06}"
    sign_up.code_hash = _code_hash(keyring, sign_up.id, code)
    return {"code": code, "minutes": CODE_MINUTES}


def _code_hash(keyring: Keyring, sign_up_id: int, code: str) -> str:
    # A bare hash of six digits would be undone at once by whoever reads the database.
    return keyring.sign("sign-up code", f"{sign_up_id}:{code}".encode())
