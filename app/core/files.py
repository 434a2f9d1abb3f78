"""Writing files so that a power cut leaves the old one or the new one, never half of one."""

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path


def write_atomically(path: Path, data: bytes | Path, *, mode: int = 0o644) -> None:
    """Write `data`, or a file's, to `path` in place of what is there; on the disk on return."""
    draft = _draft(path, data, mode=mode)
    try:
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_once(path: Path, data: bytes, *, mode: int = 0o644) -> bool:
    """Write `data` to `path` unless there is a file; return whether this call wrote it."""
    draft = _draft(path, data, mode=mode)
    try:
        os.link(draft, path)  # Unlike a rename, it never replaces: the first writer wins.
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def make_folders(folder: Path, *, below: Path) -> None:
    """Make `folder` and what is missing between it and `below`, each entry on the disk."""
    if folder == below or folder.is_dir():
        return
    make_folders(folder.parent, below=below)
    with suppress(FileExistsError):
        folder.mkdir()
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Bring the folder's entries to the disk: a file's own fsync does not cover its name."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _draft(path: Path, data: bytes | Path, *, mode: int) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.draft")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            if isinstance(data, Path):
                with data.open("rb") as source:
                    shutil.copyfileobj(source, file)
            else:
                file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft
