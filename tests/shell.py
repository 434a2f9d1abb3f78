"""The operator's shell, as tests look through it."""

import atexit
import multiprocessing
import os
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

from app.cli import COMMANDS, Commands, main

SECONDS_MAX = 600


def commands() -> Iterator[str]:
    """Yield every command of the operator, such as "member add"."""
    group, context = Commands(), None
    for name in group.list_commands(context):
        inner = getattr(group.get_command(context, name), "commands", None)
        yield from (f"{name} {sub}" for sub in inner) if inner else (name,)


def run(words: tuple[str, ...], environ: Mapping[str, str], folder: Path) -> CompletedProcess[str]:
    """Run `commonhold words…` to its end, in `folder`, as a process of its own.

    It is forked from one that has imported what commands need: importing was most of their time.
    """
    with TemporaryDirectory() as written:
        out, err = Path(written, "out"), Path(written, "err")
        process = _nursery().Process(target=_be, args=(words, dict(environ), folder, out, err))
        process.start()
        process.join(SECONDS_MAX)
        assert process.exitcode is not None, f"{words} did not end"
        return CompletedProcess(words, process.exitcode, out.read_text(), err.read_text())


@cache
def _nursery() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, *{at.partition(":")[0] for at in COMMANDS.values()}])
    return context


def _be(
    words: tuple[str, ...], environ: dict[str, str], folder: Path, out: Path, err: Path
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    for number, name, flags in (
        (0, Path(os.devnull), os.O_RDONLY),
        (1, out, os.O_CREAT | os.O_WRONLY),
        (2, err, os.O_CREAT | os.O_WRONLY),
    ):
        os.dup2(os.open(name, flags), number)
    sys.argv = ["commonhold", *words]
    try:
        main()
    finally:
        atexit._run_exitfuncs()  # A forked process would leave without giving its number back.
