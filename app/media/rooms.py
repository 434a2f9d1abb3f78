"""Starting a process that looks at a stranger's file, locked in, and ending it in time."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

BEAT_SECONDS: Final = 20

_ROOT: Final = Path(__file__).parents[2]
# -I: no environment, no user's modules, no current folder. The worker gets our root and no more.
_START: Final = (
    f"import sys; sys.path.append({str(_ROOT)!r}); "
    "from app.media.{worker} import main; sys.exit(main(sys.argv[1]))"
)
ENVIRONMENT: Final = {"MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1"}


# How a process ends that took more time or memory than it may.
OVER_LIMIT: Final = frozenset({-signal.SIGXCPU, -signal.SIGKILL})
# How one ends when the machine or its keeper stops the service: that says nothing of the file.
STOPPED: Final = frozenset({-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP})


class TookTooLong(Exception):
    """The process was ended because its time was over."""


class Stopped(Exception):
    """The process was stopped together with the service; the work is to be done again."""


def run_locked(
    worker: str, job: str, folder: Path, *, seconds: int, beat: Callable[[], None] | None = None
) -> None:
    """Run a module of this package on `job` in `folder`; wait for its end.

    `beat` is called every BEAT_SECONDS; whatever it raises ends the process. One that crashed
    left no result, and that says enough.
    Raises: TookTooLong; Stopped.
    """
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _START.replace("{worker}", worker), job],
        cwd=folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(process, seconds, beat)
    finally:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode in OVER_LIMIT:
        raise TookTooLong
    if process.returncode in STOPPED:
        raise Stopped


def _wait(process: "subprocess.Popen[bytes]", left: int, beat: Callable[[], None] | None) -> None:
    while True:
        try:
            process.wait(timeout=min(left, BEAT_SECONDS))
            return
        except subprocess.TimeoutExpired:
            left -= BEAT_SECONDS
        if left <= 0:
            raise TookTooLong
        if beat is not None:
            beat()
