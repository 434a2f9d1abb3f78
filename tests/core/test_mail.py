"""Mail: addresses, sealed duties, messages that nobody can widen, the mailbox folder."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core.db import Database
from app.core.duties import Duty, abandoned, claim_due
from app.core.errors import Invalid, NotFound
from app.core.kernel import Kernel
from app.core.mail import (
    Deliver,
    Mail,
    check_email,
    compose,
    list_mailbox,
    mailbox_of,
    one_line,
    owe_mail,
    put_into_mailbox,
    read_mailbox,
    send_mail,
    sender_of,
)
from app.core.runner import Runner
from app.core.settings import Settings
from app.core.smtp import Refused
from tests.factories import NOON
from tests.fakes import FixedClock

REFUSED = [
    pytest.param("a%b@x", id="a source route to a host without a dot"),
    pytest.param("a%b@x.example", id="a source route with a per cent"),
    pytest.param("x!a@x.example", id="a source route with a bang"),
    pytest.param("'a,b'@x.example", id="a list in single quotes"),
    pytest.param('"a,b"@x.example', id="a quoted name"),
    pytest.param("a@x\r\nBcc:v", id="another header"),
    pytest.param("a@x.example\r\nBcc: v@x.example", id="another header after a good address"),
    pytest.param("a\n@x.example", id="a line break in the name"),
    pytest.param("a" * 64 + "@" + "b." * 125 + "example", id="321 characters"),
    pytest.param("a" * 65 + "@x.example", id="65 characters before the @"),
    pytest.param("a(comment)@x.example", id="a comment"),
    pytest.param("a@x.example (comment)", id="a comment behind"),
    pytest.param("Ada <a@x.example>", id="a display name"),
    pytest.param("a@x.example,b@x.example", id="two addresses"),
    pytest.param("a@b@x.example", id="two signs"),
    pytest.param("a@[127.0.0.1]", id="an address literal"),
    pytest.param("a@127.0.0.1", id="a bare network address"),
    pytest.param("a@localhost", id="this machine"),
    pytest.param("a..b@x.example", id="two dots"),
    pytest.param(".a@x.example", id="a dot first"),
    pytest.param("a@x.example.", id="a dot last"),
    pytest.param("a@-x.example", id="a hyphen first"),
    pytest.param("ä@x.example", id="a name that servers may not take"),
    pytest.param("a\0@x.example", id="a NUL"),
    pytest.param("a\u202e@x.example", id="a turning mark"),
    pytest.param("\ud800@x.example", id="half a character"),
    pytest.param("@x.example", id="no name"),
    pytest.param("a@", id="no domain"),
    pytest.param("", id="nothing"),
]


@pytest.mark.parametrize("address", REFUSED)
def test_refuses_an_address(address: str) -> None:
    with pytest.raises(Invalid, match="does not look like an e-mail address") as refusal:
        check_email(address)
    assert set(refusal.value.fields) == {"email"}


@pytest.mark.parametrize(
    ("given", "spelling"),
    [
        pytest.param("ada@x.example", "ada@x.example", id="a plain one"),
        pytest.param(" ada@x.example\n", "ada@x.example", id="spaces around"),
        pytest.param("Ada.B+coop@X.Example", "Ada.B+coop@x.example", id="case of the domain"),
        pytest.param("ada@bücher.example", "ada@xn--bcher-kva.example", id="a domain with umlaut"),
        pytest.param("o'hara_{1}@x.example", "o'hara_{1}@x.example", id="odd but valid"),
    ],
)
def test_accepts_an_address(given: str, spelling: str) -> None:
    assert check_email(given) == spelling


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        pytest.param("Hello\r\nBcc: v@x.example", "Hello Bcc: v@x.example", id="a header"),
        pytest.param("a\u2028b\u2029c\x85d", "a b c d", id="line breaks of other kinds"),
        pytest.param("a\0b\x1b[31mc", "a b [31mc", id="controls"),
        pytest.param("half \ud800 character", "half character", id="half a character"),
        pytest.param("  wide   gaps ", "wide gaps", id="gaps"),
        pytest.param("x" * 500, "x" * 200, id="too long"),
        pytest.param("Grüße 🌻", "Grüße 🌻", id="other scripts stay"),
    ],
)
def test_a_subject_is_one_line(given: str, shown: str) -> None:
    assert one_line(given) == shown


def owe(kernel: Kernel, *, subject: str = "Your code", html: str | None = None) -> None:
    with kernel.db.write.begin() as session:
        owe_mail(
            session,
            kernel.keyring,
            to="ada@x.example",
            subject=subject,
            text="It is 123456.\n",
            html=html,
            now=kernel.clock.now(),
        )


def test_the_queue_shows_nothing_of_a_mail(kernel: Kernel) -> None:
    owe(kernel)
    with kernel.db.read.begin() as session:
        duty = session.scalars(select(Duty)).one()
    stored = str(duty.payload)
    assert duty.kind == "mail.send"
    for secret in ("123456", "ada", "code", "MTIz"):
        assert secret not in stored


def test_a_mail_to_no_address_is_not_owed(db: Database, kernel: Kernel) -> None:
    with pytest.raises(Invalid), db.write.begin() as session:
        owe_mail(session, kernel.keyring, to="a@x\r\nBcc:v", subject="", text="", now=NOON)
    with db.read.begin() as session:
        assert session.scalars(select(Duty)).all() == []


def test_an_owed_mail_lands_in_the_mailbox(kernel: Kernel, runner: Runner) -> None:
    owe(kernel, subject="Hello\r\nBcc: v@x.example", html="<p>It is <b>123456</b>.</p>")
    assert runner.run_until_idle() == 1
    [entry] = list_mailbox(mailbox_of(kernel.settings))
    assert entry.to == "ada@x.example"
    assert entry.subject == "Hello Bcc: v@x.example"
    assert entry.text == "It is 123456.\n"
    assert entry.html == "<p>It is <b>123456</b>.</p>\n"
    assert runner.run_until_idle() == 0


def test_a_mail_in_the_mailbox_is_a_mail(kernel: Kernel, runner: Runner) -> None:
    owe(kernel)
    runner.run_until_idle()
    [path] = mailbox_of(kernel.settings).iterdir()
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    duty_id = path.name.removesuffix(".eml")
    assert dict(message.items()) == {
        "From": "noreply@riverside.example",
        "To": "ada@x.example",
        "Subject": "Your code",
        "Date": "Mon, 09 Nov 2026 12:00:00 +0000",
        "Message-ID": f"<{duty_id}@riverside.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "7bit",
        "MIME-Version": "1.0",
    }
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_retry_writes_no_second_mail(kernel: Kernel, clock: FixedClock, runner: Runner) -> None:
    """The worker dies between the file and the end of the duty; another one comes later."""
    owe(kernel)
    [died] = claim_due(kernel.db.write, now=clock.now(), lease=timedelta(minutes=2), limit=1)
    folder = mailbox_of(kernel.settings)
    message = compose(
        Mail(to="ada@x.example", subject="Your code", text="It is 123456.\n"),
        sender="noreply@riverside.example",
        duty_id=died.id,
        now=clock.now(),
    )
    put_into_mailbox(folder, message, died.id)
    clock.advance(minutes=3)
    assert runner.run_until_idle() == 1
    assert [path.name for path in folder.iterdir()] == [f"{died.id}.eml"]


def test_a_final_refusal_waits_for_a_person(kernel: Kernel, clock: FixedClock) -> None:
    owe(kernel)

    def refuse(_message: EmailMessage, _duty_id: int) -> None:
        raise Refused("550 no such mailbox")

    _attempt(kernel, clock, refuse)
    with kernel.db.read.begin() as session:
        [given_up] = abandoned(session)
    assert given_up.last_error == "Refused('550 no such mailbox')"


def test_a_server_that_is_away_is_tried_again(kernel: Kernel, clock: FixedClock) -> None:
    owe(kernel)

    def fail(_message: EmailMessage, _duty_id: int) -> None:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        _attempt(kernel, clock, fail)
    with kernel.db.read.begin() as session:
        assert session.scalars(select(Duty)).one().abandoned_at is None


def _attempt(kernel: Kernel, clock: FixedClock, deliver: Deliver) -> None:
    [claim] = claim_due(kernel.db.write, now=clock.now(), lease=timedelta(minutes=2), limit=1)
    send_mail(claim, clock, keyring=kernel.keyring, sender="a@x.example", deliver=deliver)


@pytest.mark.parametrize(
    "name", ["../secrets/root.key", "1.eml/../2.eml", "1.txt", "", "1.eml\n", "٣.eml", "99.eml"]
)
def test_no_other_file_is_read_from_the_mailbox(tmp_path: Path, name: str) -> None:
    (tmp_path / "1.txt").write_text("x")
    with pytest.raises(NotFound):
        read_mailbox(tmp_path, name)


def test_the_mailbox_lists_the_newest_first(tmp_path: Path) -> None:
    for number in (9, 100, 20):
        mail = Mail(to="a@x.example", subject=f"Mail {number}", text="x")
        message = compose(mail, sender="b@x.example", duty_id=number, now=NOON)
        put_into_mailbox(tmp_path / "box", message, number)
    (tmp_path / "box" / "notes.txt").write_text("not a mail")
    assert [entry.subject for entry in list_mailbox(tmp_path / "box", limit=2)] == [
        "Mail 100",
        "Mail 20",
    ]
    assert list_mailbox(tmp_path / "no such folder") == []


@pytest.mark.parametrize(
    ("given", "sender"),
    [
        pytest.param({}, "noreply@localhost", id="on one's own machine"),
        pytest.param(
            {"base_url": "https://riverside.example:8443"},
            "noreply@riverside.example",
            id="a port is left out",
        ),
        pytest.param({"base_url": "http://[::1]:8000"}, "noreply@localhost", id="a bare address"),
        pytest.param(
            {"smtp_url": "smtps://mail.example?from=hello@riverside.example"},
            "hello@riverside.example",
            id="the address that the mail server wants",
        ),
    ],
)
def test_mail_comes_from(given: dict[str, str], sender: str) -> None:
    assert sender_of(Settings.model_validate(given)) == sender
