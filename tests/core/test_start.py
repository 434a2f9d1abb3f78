"""Starting and stopping the real processes: keys, seats, refusals, numbers of several workers."""

import re
import stat
import subprocess
import sys
from pathlib import Path

import httpx2
from sqlalchemy import select

from app.core.clock import SystemClock
from app.core.db import Database
from app.core.seats import COOLING, NodeSeat
from tests.live import LiveSite, live_site


def test_the_first_start_makes_its_secrets_and_says_it_is_ready(tmp_path: Path) -> None:
    with live_site(tmp_path / "site", founded=False) as site:
        answer = httpx2.get(f"{site.url}/health/ready")
        assert (answer.status_code, answer.json()["faults"]) == (200, {})
        key = site.folder / "secrets" / "root.key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700


def test_a_service_without_its_key_does_not_start(tmp_path: Path) -> None:
    with live_site(tmp_path / "site", founded=False) as site:
        site.stop()
        (site.folder / "secrets" / "root.key").unlink()
        ran = _serve(site)
        assert ran.returncode == 1
        assert ran.stderr.count("\n") == 1
        assert "root.key is missing" in ran.stderr
        assert not (site.folder / "secrets" / "root.key").exists()


def test_a_service_without_the_key_to_its_store_does_not_start(tmp_path: Path) -> None:
    site = LiveSite(tmp_path)
    site.command("migrate")
    site.environment["COMMONHOLD_MEDIA_URL"] = "s3://bucket"
    ran = _serve(site)
    assert (ran.returncode, ran.stderr.count("\n")) == (1, 1)
    assert "AWS_ACCESS_KEY_ID" in ran.stderr


def test_a_service_without_a_schema_names_the_command(tmp_path: Path) -> None:
    ran = _serve(LiveSite(tmp_path))
    assert (ran.returncode, ran.stderr.count("\n")) == (1, 1)
    assert ran.stderr.endswith("Run: commonhold migrate\n")


def _serve(site: LiveSite) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(site.port)],
        env=site.environ(),
        cwd=site.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_process_has_a_number_of_its_own(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    with live_site(
        tmp_path / "site",
        options=("--workers", "2"),
        founded=False,
        COMMONHOLD_DATABASE_URL=database_url,
    ) as site:
        counted = 0
        for asked in range(20, 24):
            httpx2.get(f"{site.url}/no/such/page")
            counted = _requests(httpx2.get(f"{site.url}/metrics").text)
            assert counted == asked - 19
        _run(site, "duties", "run")  # As from a shell, to its very end.
        with db.read.begin() as session:
            seats = session.scalars(select(NodeSeat)).all()
        # Those who left cool off; the two web workers hold their leases.
        held = [seat for seat in seats if seat.expires_at > SystemClock().now() + COOLING]
        assert len(held) == 2
        assert len(seats) > 2
    assert counted == 4


def _run(site: LiveSite, *words: str) -> None:
    command = [sys.executable, "-m", "app.cli", *words]
    subprocess.run(command, env=site.environ(), cwd=site.folder, timeout=120, check=True)


def _requests(numbers: str) -> int:
    """Return how many requests to no route all processes together have answered."""
    line = re.search(r'_seconds_count\{method="GET",route="none",status="4xx"\} ([0-9]+)', numbers)
    return int(line[1]) if line else 0
