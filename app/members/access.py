"""Ways into an account: signing in, a lost password, and changes of password and address."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Delete, Select, delete, select
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.crypto import Keyring, hash_secret, new_secret
from app.core.duties import Claim, schedule
from app.core.errors import Conflict, NotFound
from app.core.orm import lock
from app.core.records import Record
from app.core.shapes import Shape
from app.core.words import say
from app.members.letters import Letters
from app.members.models import MailedLink, Member
from app.members.queries import member_by_email, member_by_username
from app.members.sessions import end_access

LINK_HOURS: Final = 2
RECOVER: Final = "recover"
NEW_EMAIL: Final = "new e-mail"
ASK_KIND: Final = "recovery.ask"


class Credentials(Record):
    """What a sign-in is compared with."""

    member_id: int
    password_hash: str | None


def credentials_of(session: Session, name: str) -> Credentials | None:
    """Return whom `name` means: a mail address, or a name here with or without its @."""
    wanted = name.strip()
    if "@" in wanted.removeprefix("@"):
        member = member_by_email(session, wanted)
    else:
        member = member_by_username(session, wanted)
    return None if member is None else Credentials(member.id, member.password_hash)


def keep_fresh_hash(session: Session, member_id: int, *, old: str, fresh: str) -> None:
    """Store the password's hash made anew, unless the password was changed meanwhile."""
    member = lock(session, Member, member_id)
    if member is not None and member.password_hash == old:
        member.password_hash = fresh


class RecoveryAsked(Shape):
    """The payload of "recovery.ask": the sealed mail address."""

    sealed: str


def ask_recovery(session: Session, keyring: Keyring, *, email: str, now: datetime) -> None:
    """Owe the answer to somebody who lost a password: the same work, known or not."""
    sealed = keyring.seal(ASK_KIND, email.encode("utf-8", "replace"))
    schedule(session, ASK_KIND, RecoveryAsked(sealed=sealed), due_at=now)


def answer_recovery(claim: Claim, clock: Clock, *, keyring: Keyring, letters: Letters) -> None:
    """Mail a link for a new password, if the address belongs to somebody."""
    order = RecoveryAsked.model_validate(claim.payload)
    email = keyring.unseal(ASK_KIND, order.sealed).decode()
    with claim.finishing() as session:
        now, member = clock.now(), member_by_email(session, email)
        if member is None:
            return
        secret = _make_link(session, member.id, RECOVER, email=member.email, now=now)
        letters.owe(
            session,
            "recover",
            to=member.email,
            locale=member.locale,
            now=now,
            secret=secret,
            hours=LINK_HOURS,
        )


def recovering(session: Session, secret: str, *, now: datetime) -> Member | None:
    """Return whose lost password the link replaces, while it is good."""
    link = _link(session, secret, RECOVER, now=now)
    return None if link is None else session.get_one(Member, link.member_id)


def recover(
    session: Session, letters: Letters, *, secret: str, password_hash: str, now: datetime
) -> Member:
    """Set a new password by the mailed link, once; all ways in end.

    Raises: NotFound if the link is used or over.
    """
    link = _used(session, secret, RECOVER, now=now)
    member = lock(session, Member, link.member_id)
    assert member is not None
    change_password(session, letters, member_id=member.id, password_hash=password_hash, now=now)
    return member


def change_password(
    session: Session,
    letters: Letters,
    *,
    member_id: int,
    password_hash: str,
    kept_session_id: int | None = None,
    now: datetime,
) -> None:
    """Store the new password; all ways in end but the browser at hand, and the owner is told."""
    member = lock(session, Member, member_id)
    assert member is not None
    member.password_hash = password_hash
    session.execute(delete(MailedLink).where(MailedLink.member_id == member_id))
    end_access(session, member_id=member_id, except_id=kept_session_id, now=now)
    letters.owe(session, "password_changed", to=member.email, locale=member.locale, now=now)


def ask_new_email(
    session: Session, letters: Letters, *, member_id: int, email: str, now: datetime
) -> None:
    """Mail a link to the new address, which becomes the member's when the link is used.

    A link to an older wish stops working. Whether the address is taken is told to its owner only.
    """
    member = session.get_one(Member, member_id)
    known = member_by_email(session, email)
    if known is not None and known.id != member_id:
        letters.owe(session, "known", to=known.email, locale=known.locale, now=now)
        session.execute(_links_of(member_id, NEW_EMAIL))
        return
    secret = _make_link(session, member_id, NEW_EMAIL, email=email, now=now)
    letters.owe(
        session,
        "new_email",
        to=email,
        locale=member.locale,
        now=now,
        secret=secret,
        hours=LINK_HOURS,
    )


def wished_email(session: Session, secret: str, *, now: datetime) -> str | None:
    """Return the address that the link confirms, while it is good."""
    link = _link(session, secret, NEW_EMAIL, now=now)
    return None if link is None else link.email


def confirm_new_email(session: Session, letters: Letters, *, secret: str, now: datetime) -> Member:
    """Make the confirmed address the member's, and tell the old one.

    Raises: NotFound if the link is used, over, or of an older wish; Conflict if somebody has
    taken the address since.
    """
    link = _used(session, secret, NEW_EMAIL, now=now)
    member = lock(session, Member, link.member_id)
    assert member is not None
    known = member_by_email(session, link.email)
    if known is not None and known.id != member.id:
        raise Conflict(say("This address belongs to another account now."))
    old, member.email = member.email, link.email
    letters.owe(session, "email_changed", to=old, locale=member.locale, now=now)
    return member


def forget_old_links(session: Session, *, now: datetime) -> None:
    """Delete the links that nobody used."""
    session.execute(delete(MailedLink).where(MailedLink.expires_at <= now))


def _make_link(
    session: Session, member_id: int, purpose: str, *, email: str, now: datetime
) -> str:
    secret = new_secret()
    session.execute(_links_of(member_id, purpose))
    session.add(
        MailedLink(
            member_id=member_id,
            purpose=purpose,
            secret_hash=hash_secret(secret),
            email=email,
            expires_at=now + timedelta(hours=LINK_HOURS),
        )
    )
    return secret


def _links_of(member_id: int, purpose: str) -> Delete:
    return delete(MailedLink).where(
        MailedLink.member_id == member_id, MailedLink.purpose == purpose
    )


def _by_secret(secret: str, purpose: str, *, now: datetime) -> Select[MailedLink]:
    return select(MailedLink).where(
        MailedLink.secret_hash == hash_secret(secret),
        MailedLink.purpose == purpose,
        MailedLink.expires_at > now,
    )


def _link(session: Session, secret: str, purpose: str, *, now: datetime) -> MailedLink | None:
    return session.scalar(_by_secret(secret, purpose, now=now))


def _used(session: Session, secret: str, purpose: str, *, now: datetime) -> MailedLink:
    # Locked: of two uses at once, the second finds nothing.
    link = session.scalar(_by_secret(secret, purpose, now=now).with_for_update())
    if link is None:
        raise NotFound(say("This link was used, or is too old. Have a new one sent."))
    session.delete(link)
    return link
