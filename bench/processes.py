"""Child processes: started, pinned, read for what they cost, and ended."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Server:
    """A server in a process tree of its own, on a port of the loopback."""

    pid: int
    port: int
    started_cpu: float  # Seconds from the start of the process to its first answer.

    def cpu(self) -> float:
        """Return the seconds of CPU that the tree has used so far."""
        return cpu_seconds(self.pid)

    def private_bytes(self) -> int:
        """Return the memory that the tree shares with nobody."""
        return sum(_private(pid) for pid in tree(self.pid))


@contextmanager
def server(
    command: Sequence[str], *, port: int, ready: str, environment: Mapping[str, str]
) -> Iterator[Server]:
    """Run `command` until the block ends; begin when `ready` answers 200."""
    process = subprocess.Popen(
        command,
        env={**_environment(), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _pin(process.pid, 0)
        _wait(process, f"http://127.0.0.1:{port}{ready}")
        yield Server(process.pid, port, cpu_seconds(process.pid))
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def pin_me() -> None:
    """Keep this process off the core that servers are kept on, if there are two."""
    _pin(os.getpid(), 1)


def python(*words: str) -> list[str]:
    """Return a command that runs this Python."""
    return [sys.executable, *words]


def free_port() -> int:
    """Return a port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cpu_of(command: Sequence[str]) -> float:
    """Run the command to its end; return the seconds of CPU that it and its children used."""
    before = os.times()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=_environment())
    after = os.times()
    used = after.children_user + after.children_system
    return used - before.children_user - before.children_system


def _environment() -> dict[str, str]:
    """Return ours, in which Python keeps what it compiles, as on any site that has run before."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    cache = Path(tempfile.gettempdir()) / f"commonhold-bench-{os.getuid()}-bytecode"
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(cache)}


def tree(pid: int) -> list[int]:
    """Return the process and all its descendants."""
    found = [pid]
    for parent in found:
        for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in tasks.read_text().split()]
    return found


def cpu_seconds(pid: int) -> float:
    """Return the user and system time of the tree, with that of children who have ended."""
    return sum(_cpu_seconds(member) for member in tree(pid))


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # The clock of another process, as clock_getcpuclockid(3) names it: in nanoseconds, where
        # the file counts hundredths of a second. Only what ended children used is in the file.
        own = time.clock_gettime(~pid << 3 | 2)
    except OSError:  # It has just ended, and its parent counts it.
        return 0
    return own + sum(int(ticks) for ticks in fields[13:15]) / TICKS


def _private(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


def _pin(pid: int, core: int) -> None:
    cores = range(os.cpu_count() or 1)
    if len(cores) > 1:
        os.sched_setaffinity(pid, {cores[core]})


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx2.get(url, timeout=2).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.02)
    raise RuntimeError(f"no answer from {url}")
