"""A member's archive at the shell, as the member gets it from the web."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from sqlalchemy.orm import Session

from app.commands.opened import operator_kernel
from app.core.archive import Owner, pack
from app.core.errors import Conflict, NotFound
from app.core.words import say
from app.members.audit import note_act
from app.members.queries import member_by_username
from app.wiring import ARCHIVE_PARTS

VIA = "operator"
PRIVATE = 0o600


def export(
    username: Annotated[str, typer.Argument(metavar="HANDLE")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the zip file goes.")],
) -> None:
    """Write a member's archive, the same that they get from the web; the audit log notes it."""
    kernel = operator_kernel()
    now = kernel.clock.now()
    with _made(file) as sink:
        with kernel.db.write.begin() as session:
            owner = _owner(session, username, base_url=kernel.settings.base_url)
            member = str(owner.member_id)
            note_act(session, "member.exported", now=now, member=member, by=VIA)
        # Packing takes long: nobody's writing shall wait for it.
        with kernel.db.read.begin() as session:
            parts = (part(session, kernel.storage, owner) for part in ARCHIVE_PARTS)
            pack((packed for part in parts for packed in part), sink, at=now)
    print(f"{file} holds what belongs to {username}.")


def _owner(session: Session, username: str, *, base_url: str) -> Owner:
    member = member_by_username(session, username)
    if member is None:
        raise NotFound(say("There is no member named {name}.", name=username))
    return Owner(member.id, member.account_id, base_url)


@contextmanager
def _made(file: Path) -> Iterator[BinaryIO]:
    """Make a file that only its owner reads; it is gone again if what fills it fails."""
    try:
        file.touch(mode=PRIVATE, exist_ok=False)
    except OSError as fault:
        why = fault.strerror or ""
        raise Conflict(say("Cannot write {file}: {why}", file=str(file), why=why)) from None
    try:
        with file.open("wb") as sink:
            yield sink
    except BaseException:
        file.unlink()
        raise
