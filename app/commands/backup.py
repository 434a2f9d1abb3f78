"""Backups at the shell: made while the site runs, checked at once, and put back elsewhere."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, BinaryIO, Final

import typer
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import VERSION
from app.commands.opened import operator_kernel
from app.commands.verify import live_differences
from app.core.backup import (
    FILES,
    ROOT_KEY,
    BadBackup,
    Contents,
    Opened,
    Packer,
    add_database,
    add_files,
    add_root_key,
    check_empty,
    opened_backup,
    opened_root_key,
    put_database,
    put_files,
)
from app.core.chain import ChainHead
from app.core.clock import Clock
from app.core.crypto import KEY_FILE
from app.core.db import open_database
from app.core.files import write_once
from app.core.kernel import Kernel
from app.core.schema import revision_of, wanted_revision
from app.core.settings import Settings, read_environment
from app.core.storage import Storage, open_storage
from app.members.audit import note_act
from app.members.models import MailedLink, Member
from app.members.sessions import end_access
from app.wiring import KEEPERS

VIA: Final = "operator"
PRIVATE: Final = 0o600
AWAY: Final = frozenset({"remote"})  # Pictures of other sites are fetched anew.
KINDS: Final = sorted(KEEPERS.keys() - AWAY)

File = Annotated[Path, typer.Argument(metavar="FILE")]
Passphrase = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file", help="Its first line seals the root key, which goes along then."
    ),
]


def backup(file: File, passphrase_file: Passphrase = None) -> None:
    """Write the database as it is now and all stored files into one file; the site may go on."""
    kernel = operator_kernel()
    passphrase = None if passphrase_file is None else _first_line(passphrase_file)
    with _made(file) as sink, TemporaryDirectory(dir=file.resolve().parent) as folder:
        packer = Packer(sink)
        add_database(packer, kernel.db, Path(folder))
        contents = _contents(kernel)
        if kernel.storage.is_needed:
            add_files(packer, kernel.storage, KINDS)
        if passphrase is not None:
            root = (kernel.settings.data_dir / "secrets" / KEY_FILE).read_bytes()
            add_root_key(packer, root, passphrase)
        packer.finish(contents)
    with opened_backup(file) as made:
        made.check()
        _tell(file, made.contents)


def restore(file: File, passphrase_file: Passphrase = None) -> None:
    """Put a backup where nothing is yet; everybody signs in again afterwards."""
    settings = read_environment(os.environ, folder=Path.cwd())
    passphrase = None if passphrase_file is None else _first_line(passphrase_file)
    with opened_backup(file) as made:
        made.check()
        _check_fits(made.contents, settings)
        _put(made, settings, passphrase)
        made_at = made.contents.made_at
    kernel = operator_kernel()
    with kernel.db.write.begin() as session:
        _end_ways_in(session, kernel.clock)
        note_act(session, "site.restored", now=kernel.clock.now(), made_at=made_at, by=VIA)
    with kernel.db.read.begin() as session:
        found = list(live_differences(session))
    for difference in found:
        print(difference, file=sys.stderr)
    if found:
        raise typer.Exit(1)
    print(f"The site is as it was at {made_at}. Everything holds.")


def _contents(kernel: Kernel) -> Contents:
    """Return what the database says of itself."""
    with kernel.db.read.begin() as session:
        heads = {head.chain: (head.seq, head.hash) for head in session.scalars(select(ChainHead))}
    return Contents(
        made_at=kernel.clock.now().isoformat(timespec="seconds"),
        version=VERSION,
        dialect=kernel.db.dialect,
        revision=revision_of(kernel.db) or "",
        base_url=kernel.settings.base_url,
        key_id=kernel.keyring.key_id,
        heads=heads,
    )


def _tell(file: Path, contents: Contents) -> None:
    count = sum(name.startswith(FILES) for name in contents.files)
    print(f"{file} holds the database and {count} stored files, and was read back.")
    if ROOT_KEY not in contents.files:
        print("The root key is not in it: keep a copy of secrets/root.key apart.")


def _check_fits(contents: Contents, settings: Settings) -> None:
    if contents.revision != wanted_revision():
        raise BadBackup(
            f"The backup was made by version {contents.version}, with another schema. Install that"
            " version, restore, and upgrade then."
        )
    if contents.base_url != settings.base_url:
        raise BadBackup(
            f"The backup is of {contents.base_url}: set COMMONHOLD_BASE_URL to that address, which"
            " other sites know."
        )


def _put(made: Opened, settings: Settings, passphrase: str | None) -> None:
    """Put everything in its place, the database last: until it is there, nothing is."""
    db, storage = open_database(settings.database), open_storage(settings)
    try:
        check_empty(db)
        if storage.is_needed and any(True for kind in KINDS for _ in storage.walk(kind)):
            raise BadBackup(f"There are files in {settings.media} already. Move them away first.")
        _put_root_key(made, settings.data_dir / "secrets", passphrase)
        with TemporaryDirectory(dir=settings.data_dir) as folder, _put_back(storage, made):
            put_files(made, storage)
            put_database(made, db, Path(folder))
    finally:
        db.dispose()


@contextmanager
def _put_back(storage: Storage, made: Opened) -> Iterator[None]:
    """Delete the stored files of the backup again if anything fails."""
    try:
        yield
    except BaseException:
        for name in made.names():
            if name.startswith(FILES):
                storage.delete(name.removeprefix(FILES))
        raise


def _put_root_key(made: Opened, secrets: Path, passphrase: str | None) -> None:
    path = secrets / KEY_FILE
    if passphrase is None or ROOT_KEY not in made.contents.files:
        if not path.exists():
            raise BadBackup(
                f"{path} is missing. Put the copy that you kept there, or give"
                " --passphrase-file if the backup was made with one."
            )
        return
    with made.read(ROOT_KEY) as sealed:
        root = opened_root_key(sealed.read(), passphrase)
    secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not write_once(path, root, mode=PRIVATE) and path.read_bytes() != root:
        raise BadBackup(f"{path} is another key than that of the backup. Move it away first.")


def _end_ways_in(session: Session, clock: Clock) -> None:
    """End what may have been ended after the backup was made: sessions, tokens, mailed links."""
    now = clock.now()
    session.execute(delete(MailedLink))
    for member_id in session.scalars(select(Member.id)):
        end_access(session, member_id=member_id, now=now)


def _first_line(file: Path) -> str:
    try:
        line = file.read_text().partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise BadBackup(f"{file} cannot be read: {fault}") from None
    if not line:
        raise BadBackup(f"{file} holds no passphrase in its first line.")
    return line


@contextmanager
def _made(file: Path) -> Iterator[BinaryIO]:
    """Make a file that only its owner reads; it is gone again if what fills it fails."""
    try:
        file.touch(mode=PRIVATE, exist_ok=False)
    except OSError as fault:
        raise BadBackup(f"Cannot write {file}: {fault.strerror}") from None
    try:
        with file.open("wb") as sink:
            yield sink
    except BaseException:
        file.unlink()
        raise
