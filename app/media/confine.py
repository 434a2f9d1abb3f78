"""Locking this very process in, before it looks at a stranger's file.

Everything here only takes away. What the machine cannot take away (no Linux, an old kernel, a
container that forbids name spaces) it leaves, and the other locks hold.
"""

import ctypes
import os
import resource
import sys
import sysconfig
from pathlib import Path

from app.core.records import Record

MIB = 1024 * 1024
OPEN_FILES = 48


class Limits(Record):
    """What one locked process may take."""

    memory_bytes: int
    cpu_seconds: int
    file_bytes: int


# 33 megapixels are 133 MiB, and a codec holds up to four copies.
DRAWING = Limits(768 * MIB, cpu_seconds=20, file_bytes=48 * MIB)
LOOKING = Limits(1_024 * MIB, cpu_seconds=20, file_bytes=48 * MIB)
# A reader holds up to 16 pictures of 12 MiB, and the writer looks 40 of at most 3 MiB ahead.
CUTTING = Limits(1_536 * MIB, cpu_seconds=45 * 60, file_bytes=110 * MIB)

# prctl(2), unshare(2) and landlock(7), by number: Python has no names for them.
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_SIGKILL = 9
_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH = 1
_WRITE, _READ, _LIST, _UNLINK, _MAKE, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 5, 1 << 8, 1 << 14


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("ports", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def limit_resources(limits: Limits) -> None:
    """Bound memory, time, the size of files and their number; no core dumps."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def leave_network() -> bool:
    """Give up new rights for good, die with the parent, and go where there is no network.

    Return whether the network is gone. Call it while the process has a single thread.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    alone = _CLONE_NEWNET | _CLONE_NEWIPC
    return any(libc.unshare(flags) == 0 for flags in (alone, alone | _CLONE_NEWUSER))


def keep_to_folder(folder: Path) -> bool:
    """Give up every file outside `folder`, and every port. Return whether the kernel can do that.

    Python's own modules stay readable: a codec imports some of them only when it needs them.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    rules = _Ruleset(_all_of_files(version), 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(rules), size, 0)
    rights = {folder: _WRITE | _READ | _LIST | _UNLINK | _MAKE | _TRUNCATE}
    rights |= dict.fromkeys(_module_folders(), _READ | _LIST)
    for path, wanted in rights.items():
        beneath = _Beneath(wanted & _all_of_files(version), os.open(path, os.O_PATH))
        if libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(beneath), 0) != 0:
            return False
    return bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)


def _module_folders() -> set[Path]:
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return {Path(sysconfig.get_path(name)) for name in names}


def _all_of_files(version: int) -> int:
    """Return all rights over files that this version of landlock knows."""
    return int((1 << (13, 14, 15, 15, 16)[min(version, 5) - 1]) - 1)
