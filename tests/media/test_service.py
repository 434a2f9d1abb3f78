"""Whose a picture is and what becomes of it, on both databases."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.models import Account
from app.core.errors import Conflict, Invalid, NotFound
from app.core.kernel import Kernel
from app.core.runner import Runner
from app.core.storage import FileStorage
from app.media import service
from app.media.kinds import MediaKind
from app.media.models import MediaFile, MediaState
from app.media.queries import Picture, pictures_of
from app.members.actor import Actor
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.media.conftest import Send
from tests.queries import counted
from tests.social import post


def new_post(kernel: Kernel, author: Actor) -> int:
    """Publish a post without pictures; return its id."""
    with kernel.db.write.begin() as session:
        return post(session, author).id


def attach(kernel: Kernel, author: Actor, status_id: int, media_ids: Sequence[int]) -> None:
    """Attach in a transaction of its own."""
    with kernel.db.write.begin() as session:
        service.attach(
            session,
            media_ids=media_ids,
            account_id=author.account_id,
            status_id=status_id,
            now=NOON,
        )


def shown(kernel: Kernel, status_id: int) -> list[Picture]:
    """Return the pictures of a post as pages show them."""
    with kernel.db.read.begin() as session:
        return list(pictures_of(session.connection(), [status_id]).get(status_id, ()))


def kept_files(kernel: Kernel, file: MediaFile) -> set[bool]:
    """Return whether the picture's files are there."""
    return {kernel.storage.exists(key) for key in file.keys}


def count(kernel: Kernel) -> int:
    """Return how many pictures there are."""
    with kernel.db.read.begin() as session:
        return session.scalar(select(func.count()).select_from(MediaFile)) or 0


def test_what_is_no_picture_leaves_nothing(kernel: Kernel, ada: Actor, send: Send) -> None:
    with pytest.raises(Invalid):
        send(ada, data=b"\xff\xd8\xff nothing")
    assert count(kernel) == 0
    assert not list((kernel.settings.data_dir / "media").rglob("*.*"))


def test_a_picture_is_ready_when_it_is_received(kernel: Kernel, ada: Actor, send: Send) -> None:
    file = send(ada, description="<b>A cat</b>\u202e", focus=(500, -250))
    assert file.state is MediaState.READY
    assert file.description == "<b>A cat</b>"
    assert (file.focus_x, file.focus_y) == (500, -250)
    assert (file.width, file.height, file.content_type) == (64, 48, "image/jpeg")
    assert kept_files(kernel, file) == {True}


def test_pictures_are_shown_in_the_order_of_their_post(
    kernel: Kernel, ada: Actor, send: Send
) -> None:
    first, second = send(ada, description="one"), send(ada, description="two", focus=(1000, 1000))
    status_id = new_post(kernel, ada)
    attach(kernel, ada, status_id, [second.id, first.id])
    assert [p.description for p in shown(kernel, status_id)] == ["two", "one"]
    assert [p.focus for p in shown(kernel, status_id)] == ["at-40", "at-22"]
    assert shown(kernel, status_id)[0].url == f"/{second.path}"


def test_foreign_used_and_missing_pictures_are_not_attached(
    kernel: Kernel, ada: Actor, bob: Actor, send: Send
) -> None:
    used, foreign, avatar = send(ada), send(bob), send(ada, MediaKind.AVATAR)
    good = send(ada)
    elsewhere, status_id = new_post(kernel, ada), new_post(kernel, ada)
    attach(kernel, ada, elsewhere, [used.id])
    for wrong in (used.id, foreign.id, avatar.id, elsewhere, 7, -1):
        with pytest.raises(Invalid) as refusal:
            attach(kernel, ada, status_id, [good.id, wrong])
        assert "media_ids" in refusal.value.fields
    with pytest.raises(Invalid):
        attach(kernel, ada, status_id, [good.id, good.id])
    assert shown(kernel, status_id) == []
    assert len(shown(kernel, elsewhere)) == 1


def test_a_picture_that_is_still_being_stored_is_not_attached(
    kernel: Kernel, ada: Actor, send: Send
) -> None:
    file, status_id = send(ada), new_post(kernel, ada)
    with kernel.db.write.begin() as session:
        session.get_one(MediaFile, file.id).state = MediaState.RECEIVED
    with pytest.raises(Invalid, match="have not finished processing"):
        attach(kernel, ada, status_id, [file.id])


def test_of_two_posts_at_once_one_gets_the_picture(kernel: Kernel, ada: Actor, send: Send) -> None:
    file, posts = send(ada), [new_post(kernel, ada) for _ in range(6)]

    def grab(status_id: int) -> int:
        with suppress(Invalid):
            attach(kernel, ada, status_id, [file.id])
            return 1
        return 0

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(grab, posts)) == 1
    assert sum(len(shown(kernel, status_id)) for status_id in posts) == 1


def test_a_picture_taken_off_a_post_is_erased(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner
) -> None:
    stays, goes, status_id = send(ada), send(ada), new_post(kernel, ada)
    attach(kernel, ada, status_id, [goes.id, stays.id])
    attach(kernel, ada, status_id, [stays.id])
    assert [p.id for p in shown(kernel, status_id)] == [stays.id]
    runner.run_until_idle()
    assert kept_files(kernel, goes) == {False}
    assert kept_files(kernel, stays) == {True}


def test_the_pictures_of_a_deleted_post_are_erased(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner
) -> None:
    file, status_id = send(ada), new_post(kernel, ada)
    attach(kernel, ada, status_id, [file.id])
    with kernel.db.write.begin() as session:
        service.discard(session, status_id=status_id, now=NOON)
    assert count(kernel) == 0
    assert kept_files(kernel, file) == {True}  # The row is gone at once, the files soon.
    assert runner.run_until_idle(kind="media.erase") == 1
    assert kept_files(kernel, file) == {False}


def test_what_nobody_uses_goes_after_a_day(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner, clock: FixedClock
) -> None:
    loose, used, status_id = send(ada), send(ada), new_post(kernel, ada)
    attach(kernel, ada, status_id, [used.id])
    clock.advance(hours=23)
    runner.run_until_idle()
    assert count(kernel) == 2
    clock.advance(hours=1)
    runner.run_until_idle()
    assert count(kernel) == 1
    assert kept_files(kernel, loose) == {False}
    assert kept_files(kernel, used) == {True}


def test_a_full_disk_leaves_neither_row_nor_file(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = FileStorage.put

    def full(storage: FileStorage, key: str, *given: Any) -> None:
        if key.endswith("-small"):
            raise OSError(28, "No space left on device")
        put(storage, key, *given)

    monkeypatch.setattr(FileStorage, "put", full)
    with pytest.raises(OSError, match="No space"):
        send(ada)
    assert count(kernel) == 0
    assert [found.key for found in kernel.storage.walk("media")] != []
    runner.run_until_idle()
    assert [found.key for found in kernel.storage.walk("media")] == []


def test_a_process_that_dies_while_storing_leaves_a_row_that_is_swept(
    kernel: Kernel,
    ada: Actor,
    send: Send,
    runner: Runner,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FileStorage, "put", die)
    with pytest.raises(KeyboardInterrupt):
        send(ada)
    with kernel.db.read.begin() as session:
        assert session.scalars(select(MediaFile.state)).all() == [MediaState.RECEIVED]
    clock.advance(hours=24)
    runner.run_until_idle()
    assert count(kernel) == 0


def test_nobody_keeps_many_pictures_that_belong_to_nothing(
    kernel: Kernel, ada: Actor, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LOOSE_MAX", 2)
    first, _ = send(ada), send(ada)
    with pytest.raises(Conflict, match="wait a day"):
        send(ada)
    attach(kernel, ada, new_post(kernel, ada), [first.id])
    send(ada)


def test_only_the_owner_describes_and_removes(
    kernel: Kernel, ada: Actor, bob: Actor, send: Send
) -> None:
    file = send(ada, description="a")
    with kernel.db.write.begin() as session:
        with pytest.raises(NotFound):
            service.describe(session, bob.account_id, file.id, description="b")
        with pytest.raises(NotFound):
            service.remove(session, bob.account_id, file.id, now=NOON)
        kept = service.describe(session, ada.account_id, file.id, focus=(1, 2))
        assert (kept.description, kept.focus_x, kept.focus_y) == ("a", 1, 2)
        service.describe(session, ada.account_id, file.id, description="a" * 10_000)
        assert len(kept.description) == 1_500
        service.remove(session, ada.account_id, file.id, now=NOON)
    assert count(kernel) == 0


def test_a_picture_in_use_is_not_removed(kernel: Kernel, ada: Actor, send: Send) -> None:
    file = send(ada)
    attach(kernel, ada, new_post(kernel, ada), [file.id])
    with kernel.db.write.begin() as session, pytest.raises(Invalid, match="in use"):
        service.remove(session, ada.account_id, file.id, now=NOON)


def test_an_avatar_is_worn_and_the_one_before_goes(
    kernel: Kernel, ada: Actor, send: Send, runner: Runner
) -> None:
    old, new = send(ada, MediaKind.AVATAR), send(ada, MediaKind.AVATAR)
    header, picture = send(ada, MediaKind.HEADER), send(ada)
    with kernel.db.write.begin() as session:
        with pytest.raises(Invalid, match="not sent for a profile"):
            service.wear(session, ada.account_id, picture.id, now=NOON)
        rev = session.get_one(Account, ada.account_id).rev
        for file in (old, header, new):
            account = service.wear(session, ada.account_id, file.id, now=NOON)
        assert (account.avatar_key, account.header_key) == (new.path, header.path)
        assert account.rev > rev
    runner.run_until_idle()
    assert kept_files(kernel, old) == {False}
    assert kept_files(kernel, new) == {True}
    with kernel.db.write.begin() as session:
        account = service.take_off(session, ada.account_id, MediaKind.AVATAR, now=NOON)
        assert account.avatar_key is None
        assert account.header_key == header.path
    assert count(kernel) == 2  # The header, and the picture that belongs to nothing.


def test_nobody_wears_the_picture_of_another(
    kernel: Kernel, ada: Actor, bob: Actor, send: Send
) -> None:
    file = send(bob, MediaKind.AVATAR)
    with kernel.db.write.begin() as session, pytest.raises(NotFound):
        service.wear(session, ada.account_id, file.id, now=NOON)


def test_the_pictures_of_a_page_are_one_statement(kernel: Kernel, ada: Actor, send: Send) -> None:
    posts = [new_post(kernel, ada) for _ in range(3)]
    for status_id in posts:
        attach(kernel, ada, status_id, [send(ada).id])
    with kernel.db.read.begin() as session, counted(kernel.db) as statements:
        assert len(pictures_of(session.connection(), posts)) == 3
        assert pictures_of(session.connection(), ()) == {}
    assert len([s for s in statements if "media_files" in s]) == 1
