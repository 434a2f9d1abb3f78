"""Mail by SMTP: accepted, refused, slow, and only to the server that the certificate names."""

import asyncio
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from app.core.mail import Mail, compose
from app.core.settings import BadSettings, read_settings
from app.core.smtp import Refused, Server, probe_smtp, read_server, send_by_smtp
from tests.factories import NOON
from tests.loops import loop_thread
from tests.tls import Authority, make_authority

Start = Callable[..., Server]


class Postbox:
    """What the server took, and what it answers instead of taking."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.greetings: list[str] = []
        self.answers: dict[str, str] = {}

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        self.greetings.append(name)
        return answers

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.envelopes.append(envelope)
        return self.answers.get("DATA", "250 OK")


def sign_in(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: Any) -> Any:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (b"ada", b"p@ss/word"), handled=False)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = make_authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def start(postbox: Postbox) -> Iterator[Start]:
    """Start a server of the given kind; return how to reach it."""
    servers: list[asyncio.Server] = []
    with loop_thread() as loop:

        def begin(
            scheme: str = "smtp",
            *,
            user: str = "",
            ssl_context: ssl.SSLContext | None = None,
            **options: Any,
        ) -> Server:
            server = loop.run(_listen(postbox, ssl_context, options))
            servers.append(server)
            port = server.sockets[0].getsockname()[1]
            return read_server(f"{scheme}://{user}127.0.0.1:{port}")

        yield begin
        loop.run(_close(servers))


async def _listen(
    postbox: Postbox, ssl_context: ssl.SSLContext | None, options: dict[str, Any]
) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(
        lambda: SMTP(postbox, **options), "127.0.0.1", 0, ssl=ssl_context
    )


async def _close(servers: Sequence[asyncio.Server]) -> None:
    for server in servers:
        server.close()
        await server.wait_closed()


def letter(text: str = "Hello,\n.\nAda\n") -> EmailMessage:
    mail = Mail(to="ada@x.example", subject="Grüße", text=text, html="<p>Hello</p>")
    return compose(mail, sender="noreply@riverside.example", duty_id=7, now=NOON)


def test_a_mail_is_handed_over(start: Start, postbox: Postbox) -> None:
    send_by_smtp(start(), letter())
    [envelope] = postbox.envelopes
    assert envelope.mail_from == "noreply@riverside.example"
    assert envelope.rcpt_tos == ["ada@x.example"]
    assert isinstance(envelope.content, bytes)
    assert b"Message-ID: <7@riverside.example>\r\n" in envelope.content
    assert postbox.greetings == ["riverside.example"]


def test_a_mail_goes_over_tls_from_the_start(
    start: Start, postbox: Postbox, authority: Authority
) -> None:
    server = start("smtps", ssl_context=authority.server_context("127.0.0.1"))
    send_by_smtp(server, letter())
    assert len(postbox.envelopes) == 1


def test_a_mail_goes_over_tls_after_the_greeting(
    start: Start, postbox: Postbox, authority: Authority
) -> None:
    context = authority.server_context("127.0.0.1")
    server = start("smtp+starttls", tls_context=context, require_starttls=True)
    send_by_smtp(server, letter())
    assert len(postbox.envelopes) == 1


def test_a_server_under_another_name_gets_nothing(
    start: Start, postbox: Postbox, authority: Authority
) -> None:
    context = authority.server_context("another.example")
    with pytest.raises(OSError, match="certificate"):
        send_by_smtp(start("smtps", ssl_context=context), letter())
    with pytest.raises(OSError, match="certificate"):
        send_by_smtp(start("smtp+starttls", tls_context=context), letter())
    assert postbox.envelopes == []


def test_a_server_without_tls_gets_nothing_if_tls_is_wanted(
    start: Start, postbox: Postbox
) -> None:
    with pytest.raises(smtplib.SMTPNotSupportedError):
        send_by_smtp(start("smtp+starttls"), letter())
    assert postbox.envelopes == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_user_signs_in(start: Start, postbox: Postbox) -> None:
    options = {"authenticator": sign_in, "auth_require_tls": False, "auth_required": True}
    send_by_smtp(start(user="ada:p%40ss%2Fword@", **options), letter())
    assert len(postbox.envelopes) == 1
    with pytest.raises(smtplib.SMTPAuthenticationError):
        send_by_smtp(start(user="ada:wrong@", **options), letter())
    assert len(postbox.envelopes) == 1


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_final_answer_is_a_refusal(start: Start, postbox: Postbox, step: str) -> None:
    postbox.answers[step] = "550 5.1.1 no such mailbox"
    with pytest.raises(Refused, match=r"550 5\.1\.1 no such mailbox"):
        send_by_smtp(start(), letter())


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_passing_answer_is_none(start: Start, postbox: Postbox, step: str) -> None:
    postbox.answers[step] = "451 4.7.1 come back later"
    with pytest.raises(smtplib.SMTPException) as failure:
        send_by_smtp(start(), letter())
    assert not isinstance(failure.value, Refused)


def test_a_server_that_is_away_is_noticed() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        send_by_smtp(read_server(f"smtp://127.0.0.1:{port}"), letter())


def test_a_server_that_dribbles_is_cut_off() -> None:
    """It sends a byte now and then, so that no single step takes too long."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stopped = threading.Event()

        def dribble() -> None:
            connection, _ = listener.accept()
            with connection:
                while not stopped.wait(0.05):
                    try:
                        connection.send(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=dribble)
        thread.start()
        server = read_server(f"smtp://127.0.0.1:{listener.getsockname()[1]}")
        with pytest.raises((OSError, smtplib.SMTPException)):
            send_by_smtp(server, letter(), deadline_seconds=1)
        stopped.set()
        thread.join()


def test_the_server_is_probed_without_a_mail(start: Start, postbox: Postbox) -> None:
    probe_smtp(start())
    assert postbox.envelopes == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("smtp", "mail.example", 25)),
        ("smtps://mail.example", Server("smtps", "mail.example", 465)),
        ("smtp+starttls://mail.example", Server("smtp+starttls", "mail.example", 587)),
        ("smtps://u:p%3A@mail.example:26", Server("smtps", "mail.example", 26, "u", "p:")),
        (
            "smtps://mail.example?from=hello@x.example",
            Server("smtps", "mail.example", 465, sender="hello@x.example"),
        ),
    ],
)
def test_reads_a_url(url: str, server: Server) -> None:
    assert read_server(url) == server


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("http://mail.example", "smtps://", id="another scheme"),
        pytest.param("mail.example", "smtps://", id="no scheme"),
        pytest.param("smtps://", "the host is missing", id="no host"),
        pytest.param("smtps://u@mail.example", "a user and a password", id="no password"),
        pytest.param("smtps://mail.example:99999", "not a number up to 65535", id="no such port"),
        pytest.param("smtps://mail.example:x", "not a number up to 65535", id="a word for a port"),
        pytest.param("smtps://mail.example?from=x", "not an address", id="no address"),
        pytest.param("smtps://mail.example?from=a%0d%0aB:@x", "not an address", id="a header"),
    ],
)
def test_a_url_that_makes_no_sense_stops_the_start(url: str, reason: str) -> None:
    with pytest.raises(BadSettings, match=f"^COMMONHOLD_SMTP_URL: .*{reason}"):
        read_settings({"COMMONHOLD_SMTP_URL": url})


def test_a_servers_password_is_never_shown() -> None:
    assert "p4ss" not in repr(read_server("smtps://u:p4ss@mail.example"))
