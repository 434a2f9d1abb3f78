"""The locks of the room in which strangers' files are opened, tried from inside."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKED = f"""
import os, sys
sys.path.append({str(ROOT)!r})
from pathlib import Path
from app.media import confine
import socket
confine.limit_resources(confine.DRAWING)
print("no network" if confine.leave_network() else "network")
print("kept" if confine.keep_to_folder(Path.cwd()) else "free")
"""


def inside(code: str, folder: Path) -> list[str]:
    """Run `code` behind the locks; return the words that it prints."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", LOCKED + code],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout.split("\n")[:-1]


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """The only folder that stays open."""
    (tmp_path / "secret").write_text("root key")
    (tmp_path / "room").mkdir()
    return tmp_path / "room"


def attempt(statement: str) -> str:
    """Return code that says "done" or why a statement fails."""
    return (
        f"try:\n    {statement}\n    print('done')\nexcept OSError as e:\n    print('refused')\n"
    )


ACTS = [
    pytest.param("open('../secret').read()", id="read a file beside the room"),
    pytest.param("open('/etc/passwd').read()", id="read a file of the machine"),
    pytest.param("open('../new', 'w')", id="write beside the room"),
    pytest.param("os.listdir('..')", id="look around"),
    pytest.param("os.symlink('../secret', 'link')", id="lay a link"),
    pytest.param("os.execv('/bin/true', ['true'])", id="start a program"),
]


@pytest.mark.parametrize("act", ACTS)
def test_nothing_outside_the_room_can_be_touched(room: Path, act: str) -> None:
    _, kept, outcome = inside(attempt(act), room)
    if kept == "free":
        pytest.fail("this kernel has no landlock: the tests need Linux 5.13")
    assert outcome == "refused"


def test_the_room_itself_can_be_used(room: Path) -> None:
    assert (
        inside(attempt("open('result', 'w').write('x'); open('result').read()"), room)[2] == "done"
    )


def test_there_is_nobody_to_talk_to(room: Path) -> None:
    code = attempt("socket.create_connection(('127.0.0.1', 9), timeout=2)")
    name_space, _, outcome = inside(code, room)
    assert outcome == "refused"
    assert name_space in ("no network", "network")  # Containers may forbid name spaces.


def test_memory_files_and_their_number_are_bounded(room: Path) -> None:
    code = """
try:
    bytearray(1 << 30)
    print("done")
except MemoryError:
    print("refused")
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
"""
    many = "[open('f%d' % n, 'w') for n in range(100)]"
    large = "open('large', 'w').truncate(confine.DRAWING.file_bytes + 1)"
    words = inside(code + attempt(many) + attempt(large), room)
    assert words[2:] == ["refused", "refused", "refused"]


def test_no_right_is_ever_gained_again(room: Path) -> None:
    code = "print(open('/proc/self/status').read() if False else '')\n"
    code += "import ctypes; print(ctypes.CDLL(None).prctl(39, 0, 0, 0, 0))"
    assert inside(code, room)[-1] == "1"
