"""The doctor: one finding for each part, with what helps, and nothing changed."""

import json
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.core.crypto import open_keyring
from app.core.db import Database
from app.core.doctor import CLOCK_TOLERANCE, Finding, WrongClock, check_clock, examine
from app.core.facts import fact
from tests.factories import NOON
from tests.live import LiveSite

Environ = dict[str, str]


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> Environ:
    """The environment of a healthy installation with a fresh database."""
    return {
        "COMMONHOLD_BASE_URL": "https://riverside.example",
        "COMMONHOLD_DATA_DIR": str(tmp_path / "var"),
        "COMMONHOLD_DATABASE_URL": database_url,
    }


def found(environ: Environ, folder: Path) -> dict[str, Finding]:
    return {finding.part: finding for finding in examine(environ, folder=folder)}


def bad(environ: Environ, folder: Path) -> dict[str, str]:
    """Return what is wrong, by part."""
    return {part: f.text for part, f in found(environ, folder).items() if not f.is_good}


def test_a_healthy_installation_has_no_faults(
    db: Database, environ: Environ, tmp_path: Path
) -> None:
    findings = found(environ, tmp_path)
    assert list(findings) == ["settings", "database", "storage", "mail", "key", "clock"]
    assert [f.text for f in findings.values() if not f.is_good] == []
    assert "made at the first start" in findings["key"].text
    assert findings["database"].text == f"{db.dialect}, at the schema of this version"


def test_looking_makes_no_key(db: Database, environ: Environ, tmp_path: Path) -> None:
    found(environ, tmp_path)
    assert not (tmp_path / "var" / "secrets").exists()
    with db.read.begin() as session:
        assert fact(session, "root_key_fingerprint") is None


def test_looking_makes_no_database(tmp_path: Path) -> None:
    environ = {"COMMONHOLD_DATA_DIR": str(tmp_path / "var")}
    faults = bad(environ, tmp_path)
    assert faults == {"database": "There is no database yet. Run: commonhold migrate"}
    assert not (tmp_path / "var" / "commonhold.db").exists()


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    faults = bad({"COMMONHOLD_DOMIAN": "x"}, tmp_path)
    assert faults == {"settings": "COMMONHOLD_DOMIAN: there is no such setting"}


def test_an_older_schema_is_named(db: Database, environ: Environ, tmp_path: Path) -> None:
    with db.write.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    faults = bad(environ, tmp_path)
    assert set(faults) == {"database"}
    assert faults["database"].endswith("Run: commonhold migrate")


def test_a_database_that_is_away_is_named(environ: Environ, tmp_path: Path) -> None:
    environ["COMMONHOLD_DATABASE_URL"] = f"postgresql://ada:hunter2@127.0.0.1:{_closed_port()}/x"
    faults = bad(environ, tmp_path)
    assert set(faults) == {"database"}
    assert "Check COMMONHOLD_DATABASE_URL" in faults["database"]
    assert "hunter2" not in faults["database"]


def test_a_lost_key_is_named(db: Database, environ: Environ, tmp_path: Path) -> None:
    open_keyring(tmp_path / "var" / "secrets", db)
    assert bad(environ, tmp_path) == {}
    (tmp_path / "var" / "secrets" / "root.key").unlink()
    faults = bad(environ, tmp_path)
    assert set(faults) == {"key"}
    assert "restore it from a backup" in faults["key"]


def test_an_open_key_is_named(db: Database, environ: Environ, tmp_path: Path) -> None:
    open_keyring(tmp_path / "var" / "secrets", db)
    (tmp_path / "var" / "secrets" / "root.key").chmod(0o644)
    assert "chmod 600" in bad(environ, tmp_path)["key"]


def test_a_store_that_cannot_be_written_is_named(environ: Environ, tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file in its place")
    environ["COMMONHOLD_MEDIA_URL"] = f"file:{tmp_path}/media"
    faults = bad(environ, tmp_path)
    assert set(faults) == {"storage"}
    assert "Check COMMONHOLD_MEDIA_URL" in faults["storage"]


def test_a_mail_server_that_is_away_is_named(environ: Environ, tmp_path: Path) -> None:
    environ["COMMONHOLD_SMTP_URL"] = f"smtp://ada:hunter2@127.0.0.1:{_closed_port()}"
    faults = bad(environ, tmp_path)
    assert set(faults) == {"mail"}
    assert faults["mail"].endswith("Check COMMONHOLD_SMTP_URL: host, port, user and password.")
    assert "hunter2" not in faults["mail"]


def _closed_port() -> int:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port: int = closed.getsockname()[1]
        return port


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("newest", "gap", "reason"),
    [
        pytest.param(NOON + CLOCK_TOLERANCE + SECOND, timedelta(0), "newest entry", id="behind"),
        pytest.param(None, CLOCK_TOLERANCE + SECOND, "differ by 6 seconds", id="slow"),
        pytest.param(NOON, -timedelta(days=2), "differ by 172800 seconds", id="fast by days"),
    ],
)
def test_a_wrong_clock_is_named(newest: object, gap: timedelta, reason: str) -> None:
    with pytest.raises(WrongClock, match=reason):
        check_clock(NOON, newest=newest, gap=gap)  # type: ignore[arg-type]


def test_a_right_clock_is_right() -> None:
    check_clock(NOON, newest=None, gap=timedelta(0))
    check_clock(NOON, newest=NOON - SECOND, gap=-CLOCK_TOLERANCE)
    check_clock(NOON, newest=NOON + CLOCK_TOLERANCE, gap=CLOCK_TOLERANCE)


def test_the_command_tells_and_fails_if_anything_is_bad(tmp_path: Path) -> None:
    site = LiveSite(tmp_path)
    ran = site.command("doctor", check=False)
    assert ran.returncode == 1
    lines = ran.stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["settings", "good"],
        ["database", "BAD"],
        ["storage", "good"],
        ["mail", "good"],
    ]
    site.command("migrate")
    findings = json.loads(site.command("doctor", "--json").stdout)
    assert {f["part"]: f["is_good"] for f in findings} == dict.fromkeys(
        ("settings", "database", "storage", "mail", "key", "clock"), True
    )
