"""`commonhold verify`: whether an exported decision, or the live database, is what was decided."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.commands.opened import operator_kernel
from app.core.chain import verify_all
from app.wiring import LIVE_CHECKS
from governance import verify as verifier


def verify(
    bundle: Annotated[Path | None, typer.Argument(help="An exported decision.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Compare the database.")] = False,
    head: Annotated[str | None, typer.Option(help="A hash of the log that you kept.")] = None,
    receipt: Annotated[str | None, typer.Option(help="Look for your own ballot.")] = None,
) -> None:
    """Count an exported decision again, or compare the live database with its chains."""
    if live is (bundle is not None):
        raise typer.BadParameter("name a file, or give --live")
    if bundle is not None:
        given = {"--head": head, "--receipt": receipt}
        words = [word for name, value in given.items() if value for word in (name, value)]
        raise typer.Exit(verifier.main([str(bundle), *words]))
    with operator_kernel().db.read.begin() as session:
        found = list(live_differences(session))
    for difference in found:
        print(difference, file=sys.stderr)
    if found:
        raise typer.Exit(1)
    print("Everything holds.")


def live_differences(session: Session) -> Iterator[str]:
    """Yield what does not hold: the first fault of a chain, then what the packages find."""
    if fault := verify_all(session):
        yield f"{fault.chain}, entry {fault.seq}: {fault.reason}"
    for check in LIVE_CHECKS:
        yield from check(session)
