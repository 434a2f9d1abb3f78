"""Files that are whole or not there."""

import threading
from pathlib import Path

import pytest

from app.core.files import make_folders, write_atomically, write_once


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_atomically(path, b"one", mode=0o600)
    write_atomically(path, b"two", mode=0o600)
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert names_in(tmp_path) == ["a"]


def test_a_files_content_is_copied(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 200_000)
    write_atomically(tmp_path / "a", source)
    assert (tmp_path / "a").read_bytes() == source.read_bytes()


def test_a_failed_write_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"one")
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "a", tmp_path / "no such source")
    assert (tmp_path / "a").read_bytes() == b"one"
    assert names_in(tmp_path) == ["a"]


def test_a_name_taken_by_a_folder_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(IsADirectoryError):
        write_atomically(tmp_path / "a", b"one")
    assert names_in(tmp_path) == ["a"]


def test_the_first_writer_wins(tmp_path: Path) -> None:
    assert write_once(tmp_path / "a", b"one")
    assert not write_once(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"one"
    assert names_in(tmp_path) == ["a"]


def test_of_many_writers_at_once_exactly_one_wins(tmp_path: Path) -> None:
    won: list[bytes] = []
    start = threading.Barrier(8)

    def write(data: bytes) -> None:
        start.wait()
        if write_once(tmp_path / "a", data):
            won.append(data)

    writers = [threading.Thread(target=write, args=(bytes([n]) * 1000,)) for n in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [(tmp_path / "a").read_bytes()] == won


def test_missing_folders_are_made(tmp_path: Path) -> None:
    make_folders(tmp_path / "a" / "b" / "c", below=tmp_path)
    make_folders(tmp_path / "a" / "b" / "c", below=tmp_path)
    assert (tmp_path / "a" / "b" / "c").is_dir()
