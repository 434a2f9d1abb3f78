"""Handing a message to an SMTP server, within a deadline."""

import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from socket import SHUT_RDWR
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
STEP_SECONDS = 15
DEADLINE_SECONDS = 60  # Well within the lease of a duty, so that no second worker begins.


class BadServer(ValueError):
    """The URL of the mail server does not make sense."""


class Refused(Exception):
    """The server will never take this message; the text is its answer."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how to speak to it."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    sender: str | None = None


def read_server(url: str) -> Server:
    """Read `smtps://user:password@host:port?from=address` (or smtp+starttls://, or smtp://).

    Raises: BadServer, without repeating the password.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise BadServer("smtps://…, smtp+starttls://… or smtp://…")
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        raise BadServer("the port is not a number up to 65535") from None
    if not parts.hostname:
        raise BadServer("the host is missing")
    if (parts.username is None) != (parts.password is None):
        raise BadServer("a user and a password, or neither")
    sender = parse_qs(parts.query).get("from", [None])[0]
    if sender is not None:
        _check_sender(sender)
    return Server(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port,
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        sender=sender,
    )


def send_by_smtp(
    server: Server, message: EmailMessage, *, deadline_seconds: int = DEADLINE_SECONDS
) -> None:
    """Hand the message over; when this returns, the server has accepted it.

    Raises: Refused (5xx for this message); OSError or smtplib's errors for what may pass.
    """
    name = message["From"].addresses[0].domain
    try:
        with _connected(server, name, deadline_seconds) as connection:
            connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        [(code, answer)] = error.recipients.values()
        raise _judged(code, answer, error) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _judged(error.smtp_code, error.smtp_error, error) from None


def probe_smtp(server: Server) -> None:
    """Connect, and sign in if the URL says so, without sending. Raises: as `send_by_smtp`."""
    with _connected(server, "localhost", STEP_SECONDS) as connection:
        connection.noop()


def _check_sender(sender: str) -> None:
    try:
        Address(addr_spec=sender)
    except (HeaderParseError, ValueError, IndexError):
        raise BadServer("from= is not an address") from None


def _judged(code: int, answer: bytes | str, error: Exception) -> Exception:
    if 500 <= code < 600:
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        return Refused(f"{code} {text}")
    return error


@contextmanager
def _connected(server: Server, name: str, deadline_seconds: int) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if server.scheme == "smtps":
        connection = smtplib.SMTP_SSL(local_hostname=name, timeout=STEP_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(local_hostname=name, timeout=STEP_SECONDS)
    # The name that TLS checks; only a constructor that connects at once would set it.
    connection._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001
    # A timeout of each step alone would let a server that answers byte by byte hold us for hours.
    watch = threading.Timer(deadline_seconds, _cut, args=(connection,))
    watch.daemon = True
    watch.start()
    try:
        connection.connect(server.host, server.port)
        if server.scheme == "smtp+starttls":
            connection.starttls(context=context)
        if server.user is not None and server.password is not None:
            connection.login(server.user, server.password)
        yield connection
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()  # The message is accepted: a rude good-bye changes nothing.
    finally:
        watch.cancel()
        connection.close()


def _cut(connection: smtplib.SMTP) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(SHUT_RDWR)
