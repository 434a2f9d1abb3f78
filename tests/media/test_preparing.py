"""Films and sounds from the moment they are sent until they can be shown, on both databases."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from app.core.duties import LeaseLost, claim_due
from app.core.errors import Conflict, Invalid
from app.core.kernel import Kernel
from app.core.runner import Runner
from app.media import rooms, service
from app.media.duties import TRIES_MAX, prepare_film
from app.media.faults import SENTENCES, Fault
from app.media.kinds import Form
from app.media.models import MediaFile, MediaState, small_key, source_key
from app.media.owed import ERASE, PREPARE, SWEEP
from app.media.queries import served_type
from app.members.actor import Actor
from tests.fakes import FixedClock
from tests.media.conftest import Send
from tests.media.films import film_file, sound_file
from tests.media.test_service import attach, kept_files, new_post, shown

LEASE = timedelta(minutes=2)
TORN = film_file("webm", "libvpx", frames=40, sound="libopus")
TORN = TORN[: len(TORN) // 3]


def again(kernel: Kernel, file: MediaFile) -> MediaFile:
    """Return the file as it is now."""
    with kernel.db.read.begin() as session:
        return session.get_one(MediaFile, file.id)


def served(kernel: Kernel, file: MediaFile) -> Sequence[str | None]:
    """Return the types as which the file and its preview leave the site, if they do."""
    with kernel.db.read.begin() as session:
        return [served_type(session.connection(), file.key, cover=cover) for cover in (None, 0)]


def test_a_film_waits_is_prepared_and_can_then_be_posted(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner
) -> None:
    file = send(ada, data=film_file(), description="A wave")
    assert (file.form, file.state, file.width) == (Form.VIDEO, MediaState.WAITING, 64)
    assert served(kernel, file) == [None, "image/webp"]
    post_id = new_post(kernel, ada)
    with pytest.raises(Invalid, match="have not finished processing"):
        attach(kernel, ada, post_id, [file.id])
    assert runner.run_until_idle(kind=PREPARE) == 1
    ready = again(kernel, file)
    assert (ready.state, ready.frame_rate, ready.channels) == (MediaState.READY, "10/1", 1)
    assert served(kernel, file) == ["video/mp4", "image/webp"]
    assert runner.run_until_idle(kind=ERASE) == 1
    assert not kernel.storage.exists(source_key(file.key))
    attach(kernel, ada, post_id, [file.id])
    [film] = shown(kernel, post_id)
    assert film.url == f"/{file.key}.mp4"
    assert film.preview_url == f"/{small_key(file.key)}.webp"


def test_a_sound_that_is_thrown_away_while_it_waits_leaves_nothing(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner, clock: FixedClock
) -> None:
    file = send(ada, data=sound_file(cover=True))
    assert (file.form, file.width, file.preview_width) == (Form.AUDIO, None, 120)
    with kernel.db.write.begin() as session:
        service.remove(session, ada.account_id, file.id, now=clock.now())
    clock.advance(days=2)
    runner.run_until_idle()
    assert kept_files(kernel, file) == {False}


def test_a_torn_film_says_so_and_goes_after_a_day(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner, clock: FixedClock
) -> None:
    file = send(ada, data=TORN)
    runner.run_until_idle()
    torn = again(kernel, file)
    assert (torn.state, torn.fault) == (MediaState.FAILED, Fault.DAMAGED)
    assert served(kernel, file) == [None, None]
    with pytest.raises(Invalid) as refusal:
        attach(kernel, ada, new_post(kernel, ada), [file.id])
    assert refusal.value.message == SENTENCES[Fault.DAMAGED]
    clock.advance(hours=25)
    runner.run_until_idle()
    assert kept_files(kernel, file) == {False}
    with kernel.db.read.begin() as session:
        assert session.get(MediaFile, file.id) is None


def test_what_a_dead_worker_left_is_done_by_the_next(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner, clock: FixedClock
) -> None:
    file = send(ada, data=film_file())
    [dead] = claim_due(kernel.db.write, now=clock.now(), lease=LEASE, limit=1, only={PREPARE})
    kernel.storage.put(file.key, b"half a film", "video/mp4")
    assert served(kernel, file) == [None, "image/webp"]
    assert runner.run_until_idle(kind=PREPARE) == 0
    clock.advance(minutes=3)
    assert runner.run_until_idle(kind=PREPARE) == 1
    assert served(kernel, file) == ["video/mp4", "image/webp"]
    with kernel.storage.open(file.key) as film:
        assert film.read(8)[4:] == b"ftyp"
    with pytest.raises(LeaseLost):
        prepare_film(dead, clock, storage=kernel.storage)


def test_a_film_that_is_erased_while_it_is_written_is_not_left_behind(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner, clock: FixedClock
) -> None:
    file = send(ada, data=film_file())
    [claim] = claim_due(kernel.db.write, now=clock.now(), lease=LEASE, limit=1, only={PREPARE})
    store = kernel.storage.put

    def erase_first(key: str, data: bytes | Path, content_type: str) -> None:
        with kernel.db.write.begin() as session:
            service.remove(session, ada.account_id, file.id, now=clock.now())
        runner.run_until_idle(kind=ERASE)
        store(key, data, content_type)

    hasty = Mock(wraps=kernel.storage, put=erase_first)
    prepare_film(claim, clock, storage=hasty)
    assert kernel.storage.exists(file.key)
    assert runner.run_until_idle(kind=ERASE) == 1
    assert kept_files(kernel, file) == {False}


def test_a_film_that_takes_its_workers_down_is_given_up(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner, clock: FixedClock
) -> None:
    file = send(ada, data=film_file())
    for _ in range(TRIES_MAX):
        assert claim_due(kernel.db.write, now=clock.now(), lease=LEASE, limit=1, only={PREPARE})
        clock.advance(minutes=3)
    assert runner.run_until_idle(kind=PREPARE) == 1
    assert again(kernel, file).fault is Fault.TOO_SLOW


def test_nobody_keeps_all_others_waiting(
    kernel: Kernel, ada: Actor, bob: Actor, send: Send
) -> None:
    for _ in range(service.WAITING_MAX):
        send(ada, data=sound_file())
    with pytest.raises(Conflict, match="films and sounds"):
        send(ada, data=sound_file())
    assert send(ada).state is MediaState.READY
    assert send(bob, data=sound_file()).state is MediaState.WAITING


def test_a_film_that_waits_for_a_day_is_swept(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner, clock: FixedClock
) -> None:
    file = send(ada, data=film_file())
    clock.advance(days=2)
    runner.run_until_idle(kind=SWEEP)
    runner.run_until_idle()
    assert kept_files(kernel, file) == {False}


def test_whoever_loses_the_lease_ends_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "BEAT_SECONDS", 0.001)
    (tmp_path / "source").write_bytes(film_file())

    def lost() -> None:
        raise LeaseLost

    job = '{"step": "cut", "reader": "mov", "form": "video", "size": [64, 48]}'
    with pytest.raises(LeaseLost):
        rooms.run_locked("filmworker", job, tmp_path, seconds=60, beat=lost)
    assert not (tmp_path / "result.json").exists()


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        pytest.param(signal.SIGTERM, rooms.Stopped, id="a service that is stopped"),
        pytest.param(signal.SIGXCPU, rooms.TookTooLong, id="no more time"),
        pytest.param(signal.SIGSEGV, None, id="a crash"),
    ],
)
def test_how_a_locked_process_ended_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, wanted: type[Exception] | None
) -> None:
    ending = "import os, signal; signal.signal({0}, signal.SIG_DFL); os.kill(os.getpid(), {0})"
    monkeypatch.setattr(rooms, "_START", ending.format(int(number)))
    with nullcontext() if wanted is None else pytest.raises(wanted):
        rooms.run_locked("filmworker", "{}", tmp_path, seconds=60)
    assert not (tmp_path / "result.json").exists()


def test_a_worker_that_is_killed_before_it_can_tell_leaves_a_film_that_waits(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner, clock: FixedClock
) -> None:
    file = send(ada, data=film_file())
    settings = kernel.settings
    environment = {
        "COMMONHOLD_DATABASE_URL": settings.database_url or "",
        "COMMONHOLD_DATA_DIR": str(settings.data_dir),
        "COMMONHOLD_BASE_URL": settings.base_url,
        "COMMONHOLD_ENV": "test",
        "COMMONHOLD_TEST_FAULT": "duty.finishing",
    }
    command = [sys.executable, "-m", "app.cli", "duties", "run", "--kind", PREPARE]
    killed = subprocess.run(command, env=os.environ | environment, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert kernel.storage.exists(file.key)
    assert served(kernel, file) == [None, "image/webp"]
    clock.advance(days=400)  # The process went by the machine's clock.
    assert runner.run_until_idle(kind=PREPARE) == 1
    assert served(kernel, file) == ["video/mp4", "image/webp"]
