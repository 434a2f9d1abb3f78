"""Fault points kill where they stand, only when armed, and leave no half of anything."""

import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.db import Database
from app.core.duties import Duty
from app.core.facts import fact
from app.core.faults import POINTS
from app.core.kernel import Kernel
from app.core.mail import list_mailbox, mailbox_of, owe_mail
from app.core.settings import BadSettings, read_settings

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL
WRITE = """
import sys
from app.core.db import open_database
from app.core.facts import record_once
from app.core.faults import arm

db = open_database(sys.argv[1])
arm(sys.argv[2])
for name in ("one", "two"):
    with db.write.begin() as session, session.begin_nested():
        record_once(session, name, "written")
    with db.read.begin() as session:
        pass
    print(name, flush=True)
"""


def run(*words: str, environ: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run Python with `words`; return its exit status and what it said."""
    own = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **(environ or {})}
    ran = subprocess.run(
        [sys.executable, *words], env=own, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("spec", "status", "said", "written"),
    [
        pytest.param("commit.before", KILLED, "", [False, False], id="before the first"),
        pytest.param("commit.after", KILLED, "", [True, False], id="after the first"),
        pytest.param("commit.before:2", KILLED, "one\n", [True, False], id="before the second"),
        pytest.param("commit.after:2", KILLED, "one\n", [True, True], id="after the second"),
        pytest.param("commit.after:3", 0, "one\ntwo\n", [True, True], id="later than it runs"),
        pytest.param("duty.finished", 0, "one\ntwo\n", [True, True], id="at another point"),
        pytest.param("", 0, "one\ntwo\n", [True, True], id="nowhere"),
    ],
)
def test_a_process_dies_at_its_point(
    db: Database, database_url: str, spec: str, status: int, said: str, written: list[bool]
) -> None:
    assert run("-c", WRITE, database_url, spec) == (status, said)
    with db.read.begin() as session:
        assert [fact(session, name) is not None for name in ("one", "two")] == written


def test_mail_that_was_delivered_before_the_death_is_not_written_twice(
    kernel: Kernel, tmp_path: Path
) -> None:
    with kernel.db.write.begin() as session:
        owe_mail(
            session,
            kernel.keyring,
            to="ada@x.example",
            subject="Your code",
            text="It is 123456.\n",
            now=kernel.clock.now(),
        )
    (tmp_path / "clock").write_text("0")
    environ = {
        "COMMONHOLD_ENV": "test",
        "COMMONHOLD_BASE_URL": kernel.settings.base_url,
        "COMMONHOLD_DATA_DIR": str(kernel.settings.data_dir),
        "COMMONHOLD_DATABASE_URL": kernel.settings.database_url,
        "COMMONHOLD_TEST_CLOCK": str(tmp_path / "clock"),
    }
    due = ("-m", "app.cli", "duties", "run", "--kind", "mail.send")
    status, _ = run(*due, environ=environ | {"COMMONHOLD_TEST_FAULT": "mail.delivered"})
    assert (status, _owed(kernel)) == (KILLED, 1)
    first = [path.stat().st_ino for path in mailbox_of(kernel.settings).iterdir()]
    # The lease of the dead process ends, and another one does the duty again.
    (tmp_path / "clock").write_text(str(timedelta(minutes=5) // timedelta(seconds=1)))
    assert run(*due, environ=environ) == (0, "1 duties done\n")
    assert (len(list_mailbox(mailbox_of(kernel.settings))), _owed(kernel)) == (1, 0)
    assert [path.stat().st_ino for path in mailbox_of(kernel.settings).iterdir()] == first


def _owed(kernel: Kernel) -> int:
    with kernel.db.read.begin() as session:
        return session.scalar(select(func.count()).select_from(Duty)) or 0


def test_every_point_stands_somewhere() -> None:
    found: set[str] = set()
    for package in ("app", "governance", "dues"):
        for path in (ROOT / package).rglob("*.py"):
            found |= set(
                re.findall(r'\b(?:fault\(|_pass\(session, )"([a-z._]+)"\)', path.read_text())
            )
    assert found == POINTS


@pytest.mark.parametrize("spec", ["commit", "commit.befor", "commit.before:0", "commit.before:x"])
def test_a_misspelt_point_stops_the_start(spec: str) -> None:
    with pytest.raises(BadSettings, match=r"^COMMONHOLD_TEST_FAULT: "):
        read_settings({"COMMONHOLD_ENV": "test", "COMMONHOLD_TEST_FAULT": spec})
