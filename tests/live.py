"""A running site in processes of its own: to be called, killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from app.core.mail import MailboxEntry, list_mailbox
from tests import shell

ROOT = Path(__file__).parents[1]
START_SECONDS = 90
MAIL_SECONDS = 30
NOT_HANDED_ON = ("COMMONHOLD_", "PYTHONDONTWRITEBYTECODE")


def free_port() -> int:
    """Return a port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class LiveSite:
    """A site under `folder`, served on `port` by a process that can be killed at any moment."""

    folder: Path
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the site answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def clock_file(self) -> Path:
        """The file whose seconds are added to the site's clock."""
        return self.folder / "clock"

    def environ(self) -> dict[str, str]:
        """Return the environment of all of the site's processes."""
        own = {
            "COMMONHOLD_ENV": "test",
            "COMMONHOLD_BASE_URL": self.url,
            "COMMONHOLD_DATA_DIR": str(self.folder),
            "COMMONHOLD_TEST_CLOCK": str(self.clock_file),
            "PYTHONPATH": str(ROOT),
            # Compiling everything anew would be most of what a start costs.
            "PYTHONPYCACHEPREFIX": f"{tempfile.gettempdir()}/commonhold-tests-{os.getuid()}",
        }
        outer = {k: v for k, v in os.environ.items() if not k.startswith(NOT_HANDED_ON)}
        return outer | own | self.environment

    def command(
        self, *words: str, check: bool = True, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `commonhold words…` to its end."""
        ran = shell.run(words, self.environ() | environment, self.folder)
        assert not check or ran.returncode == 0, f"{words}: {ran.stdout}{ran.stderr}"
        return ran

    def start(self, *options: str, **environment: str) -> None:
        """Serve, and wait until the site answers."""
        assert self.process is None
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port), *options],
                env=self.environ() | environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def _wait(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if httpx2.get(f"{self.url}/health/live", timeout=2).status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"the site did not start:\n{self.log()}")

    def log(self) -> str:
        """Return what the site has written to its log."""
        return (self.folder / "serve.log").read_text(errors="replace")

    def newest_mail(self, to: str, *, about: str = "") -> MailboxEntry:
        """Wait for a mail to an address whose subject holds some words; return the newest."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for mail in list_mailbox(self.folder / "mailbox"):
                if mail.to == to and about in mail.subject:
                    return mail
            time.sleep(0.05)
        raise AssertionError(f"no mail to {to} about {about!r}:\n{self.log()}")

    def kill(self) -> None:
        """End the serving process as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the serving process as an init system would."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=40)
            self.process = None

    def shift_clock(self, seconds: int) -> None:
        """Let the site's clock stand `seconds` ahead of the machine's."""
        self.clock_file.write_text(str(seconds))


@contextmanager
def live_site(
    folder: Path, *, options: Sequence[str] = (), founded: bool = True, **environment: str
) -> Iterator[LiveSite]:
    """Migrate, found (founder `ada`, password PASSWORD) and serve a site; stop it at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    site = LiveSite(folder, environment=environment)
    site.command("migrate")
    if founded:
        site.command(
            *("found", "--name", "Riverside", "--founder", "ada"),
            *("--email", "ada@riverside.example", "--password", PASSWORD),
        )
    try:
        site.start(*options)
        yield site
    finally:
        site.stop()


PASSWORD = "a kettle in the reading room"
