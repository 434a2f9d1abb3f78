"""A site whose serving process is started, killed and started again within a second."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.live import ROOT, LiveSite

KILLED = -signal.SIGKILL
PATIENCE_SECONDS = 120


@dataclass
class WarmSite:
    """The site of `live`, served by children of `parent`; at most one runs at a time."""

    live: LiveSite
    parent: subprocess.Popen[str]
    pid: int | None = None

    def start(self, *, fault: str | None = None) -> None:
        """Let a process serve, which dies at the fault point if one is given."""
        assert self.pid is None
        environ = self.live.environ()
        if fault is not None:
            environ["COMMONHOLD_TEST_FAULT"] = fault
        words = ["serve", "--port", str(self.live.port)]
        log = str(self.live.folder / "serve.log")
        assert self.parent.stdin is not None
        order = json.dumps({"words": words, "environ": environ, "log": log})
        self.parent.stdin.write(order + "\n")
        self.parent.stdin.flush()
        self.pid = self._read()

    def end(self, number: signal.Signals) -> int:
        """Send the serving process a signal; return how it ended."""
        assert self.pid is not None
        os.kill(self.pid, number)
        return self.ended()

    def ended(self) -> int:
        """Wait for the end of the serving process; return how it ended."""
        status = self._read()
        self.pid = None
        return status

    def _read(self) -> int:
        assert self.parent.stdout is not None
        ready, _, _ = select.select([self.parent.stdout], [], [], PATIENCE_SECONDS)
        assert ready, self.live.log()
        return int(self.parent.stdout.readline())


@contextmanager
def warm_site(live: LiveSite) -> Iterator[WarmSite]:
    """Yield the site, not yet serving; nothing of it runs afterwards."""
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.kills.warm"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    site = WarmSite(live, parent)
    with parent:  # At the end its input is closed, and it returns.
        try:
            yield site
        finally:
            if site.pid is not None:
                site.end(signal.SIGKILL)
