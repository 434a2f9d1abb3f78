"""Fault points: named places at which a check from outside may kill the process.

They prove that what was acknowledged survives. Armed only by COMMONHOLD_TEST_FAULT, which the
settings accept only with COMMONHOLD_ENV=test.
"""

import os
import signal
import threading
from typing import Final

# Every point there is: a misspelt one would never kill, and seem to prove everything.
POINTS: Final = frozenset(
    {
        "commit.before",
        "commit.after",
        "duty.finishing",
        "duty.finished",
        "governance.casting",
        "governance.closing",
        "governance.enacting",
        "mail.delivered",
    }
)


class _Armed:
    """The one armed point of this process and how many passes it still allows."""

    name: str | None = None
    passes_left = 0
    lock = threading.Lock()


def arm(spec: str | None) -> None:
    """Arm the point of `spec`, "NAME" or "NAME:n": die at its n-th pass. None disarms."""
    name, _, nth = (spec or "").partition(":")
    with _Armed.lock:
        _Armed.name = name or None
        _Armed.passes_left = int(nth or 1)


def check_point(spec: str) -> None:
    """Raise ValueError unless `spec` names a point."""
    if spec.partition(":")[0] not in POINTS:
        raise ValueError(f"one of {', '.join(sorted(POINTS))}, and perhaps :n")


def fault(name: str) -> None:
    """Pass the fault point `name`; the process dies here, as by a power cut, if it is its turn."""
    if _Armed.name != name:
        return
    with _Armed.lock:
        _Armed.passes_left -= 1
        if _Armed.passes_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
