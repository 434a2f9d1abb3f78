"""Mail: owed as sealed duties, delivered by SMTP or, without it, into a folder of the admins.

A mail holds codes and links that sign people in, so neither the queue nor a backup of it shows
them in clear.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.crypto import Keyring
from app.core.duties import Claim, Duty, schedule
from app.core.errors import Invalid, NotFound
from app.core.faults import fault
from app.core.files import make_folders, sync_folder, write_once
from app.core.records import Record
from app.core.settings import Settings
from app.core.shapes import Shape
from app.core.smtp import Refused, read_server, send_by_smtp
from app.core.words import say

KIND = "mail.send"
SEAL = "mail"
ADDRESS_LENGTH_MAX = 254  # Source: RFC 5321 4.5.3.1.3, less the angle brackets.
SUBJECT_LENGTH_MAX = 200
PRIVATE = "Private"  # Source: RFC 4021 2.1.55.
FILE_NAME = re.compile(r"[0-9]{1,19}\.eml")

Deliver: TypeAlias = Callable[[EmailMessage, int], None]


class Mail(Shape):
    """One mail to one person."""

    to: str
    subject: str
    text: str
    html: str | None = None
    is_private: bool = False  # Not for whoever passes mails on.
    unsubscribe: str | None = None  # The address of a page where such mails are stopped.


class SealedMail(Shape):
    """The payload of "mail.send"."""

    sealed: str


class MailboxEntry(Record):
    """A mail that waits in the mailbox folder, as the admins' desk shows it."""

    name: str
    to: str
    subject: str
    date: str
    text: str
    html: str | None
    is_private: bool


def check_email(text: str) -> str:
    """Return the mail address in its one spelling: ASCII, the domain in lower case.

    Quoted names, comments, literal addresses and relics of source routes (% and !) are refused:
    programs disagree on what they mean, and the mail may reach somebody else.
    Raises: Invalid, whose field is `email`.
    """
    fault = say("This does not look like an e-mail address.")
    if len(text) > ADDRESS_LENGTH_MAX:
        raise Invalid(fault, email=fault)
    try:
        checked = validate_email(
            text.strip(),
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
            test_environment=True,  # The names under .test reach nobody; trials use them.
        )
    except EmailNotValidError:
        raise Invalid(fault, email=fault) from None
    if checked.ascii_email is None or set("%!") & set(checked.local_part):
        raise Invalid(fault, email=fault)
    return checked.ascii_email


def owe_mail(
    session: Session,
    keyring: Keyring,
    *,
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    is_private: bool = False,
    unsubscribe: str | None = None,
    now: datetime,
) -> Duty:
    """Owe a mail in the caller's transaction; line breaks in the subject become spaces.

    Raises: Invalid if `to` is not an address.
    """
    mail = Mail(
        to=check_email(to),
        subject=one_line(subject),
        text=text,
        html=html,
        is_private=is_private,
        unsubscribe=unsubscribe,
    )
    sealed = keyring.seal(SEAL, mail.model_dump_json().encode())
    return schedule(session, KIND, SealedMail(sealed=sealed), due_at=now)


def one_line(subject: str) -> str:
    """Return the text without line breaks and control characters, cut to a subject's length."""
    kept = "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in subject)
    return " ".join(kept.split())[:SUBJECT_LENGTH_MAX]


_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


def send_mail(
    claim: Claim, clock: Clock, *, keyring: Keyring, sender: str, deliver: Deliver
) -> None:
    """Send one owed mail. A server's final refusal of it is kept for a person; the rest retries.

    Raises: OSError and its kin from `deliver`, when the server is away.
    """
    sealed = SealedMail.model_validate(claim.payload).sealed
    mail = Mail.model_validate_json(keyring.unseal(SEAL, sealed))
    message = compose(mail, sender=sender, duty_id=claim.id, now=clock.now())
    try:
        deliver(message, claim.id)
    except Refused as error:
        claim.postpone(error, due_at=None, now=clock.now())
        return
    fault("mail.delivered")
    with claim.finishing():
        pass


def compose(mail: Mail, *, sender: str, duty_id: int, now: datetime) -> EmailMessage:
    """Build the message. Its id comes from the duty, so that mailboxes recognise a repetition."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{duty_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # Out-of-office replies would answer a machine.
    if mail.is_private:
        message["Sensitivity"] = PRIVATE
    if mail.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    return message


def open_mail(settings: Settings) -> Deliver:
    """Return the way mail goes: by SMTP if a server is set, else into the mailbox folder."""
    if settings.smtp_url is None:
        return partial(put_into_mailbox, mailbox_of(settings))
    server = read_server(settings.smtp_url.get_secret_value())
    return lambda message, _duty_id: send_by_smtp(server, message)


def sender_of(settings: Settings) -> str:
    """Return the address that mail comes from."""
    if settings.smtp_url is not None:
        given = read_server(settings.smtp_url.get_secret_value()).sender
        if given is not None:
            return given
    host = urlsplit(f"//{settings.address_domain}").hostname or "localhost"
    return f"noreply@{'localhost' if ':' in host else host}"


def mailbox_of(settings: Settings) -> Path:
    """Return the folder for mail that no server takes."""
    return settings.data_dir / "mailbox"


def put_into_mailbox(folder: Path, message: EmailMessage, duty_id: int) -> None:
    """Write the message as a file named by its duty: a repetition finds it and adds none."""
    if not folder.is_dir():
        make_folders(folder.parent, below=folder.parent.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
    write_once(folder / f"{duty_id}.eml", message.as_bytes(), mode=0o600)


def list_mailbox(folder: Path, *, limit: int = 100) -> Sequence[MailboxEntry]:
    """Return the mails in the folder, newest first."""
    if not folder.is_dir():
        return []
    names = [path.name for path in folder.iterdir() if FILE_NAME.fullmatch(path.name)]
    newest = sorted(names, key=lambda name: int(name.removesuffix(".eml")), reverse=True)
    return [read_mailbox(folder, name) for name in newest[:limit]]


def read_mailbox(folder: Path, name: str) -> MailboxEntry:
    """Return one mail of the folder. Raises: NotFound."""
    try:
        if not FILE_NAME.fullmatch(name):
            raise FileNotFoundError(name)
        message = message_from_bytes((folder / name).read_bytes(), policy=policy.default)
    except FileNotFoundError:
        raise NotFound(say("There is no such mail.")) from None
    assert isinstance(message, EmailMessage)
    return MailboxEntry(
        name=name,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        text=_part(message, "plain") or "",
        html=_part(message, "html"),
        is_private=message["Sensitivity"] == PRIVATE,
    )


def _part(message: EmailMessage, kind: str) -> str | None:
    body = message.get_body((kind,))
    return None if body is None else str(body.get_content()).replace("\r\n", "\n")
