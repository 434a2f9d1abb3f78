"""A member's archive at the shell: written once, private, and told to all members."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from app.core.db import Database
from app.members.audit import acts_before
from tests.commands.test_people import FOUND, refused
from tests.engines import opened
from tests.live import LiveSite

PRIVATE = 0o600


@pytest.fixture
def founded(database_url: str, tmp_path: Path) -> LiveSite:
    """A founded site on each engine in turn."""
    site = LiveSite(tmp_path, environment={"COMMONHOLD_DATABASE_URL": database_url})
    site.command(*FOUND)
    return site


def kinds_of_acts(database: Database) -> list[str]:
    with database.read.begin() as session:
        return [act.kind for act in acts_before(session, None)]


def test_an_archive_is_written_once(founded: LiveSite, database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "ada.zip"
    ran = founded.command("export", "ada", str(file))
    assert ran.stdout == f"{file} holds what belongs to ada.\n"
    assert "actor.json" in ZipFile(file).namelist()
    assert file.stat().st_mode & 0o777 == PRIVATE
    with opened(database_url) as database:
        assert kinds_of_acts(database).count("member.exported") == 1
        assert "File exists" in refused(founded.command("export", "ada", str(file), check=False))
        assert kinds_of_acts(database).count("member.exported") == 1


def test_nobody_by_that_name_leaves_no_file(founded: LiveSite, tmp_path: Path) -> None:
    file = tmp_path / "nobody.zip"
    assert "nobody" in refused(founded.command("export", "nobody", str(file), check=False))
    assert not file.exists()
