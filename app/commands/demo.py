"""`commonhold demo`: a lively co-op to look around in."""

import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import Annotated, TextIO

import typer

from app.commands.opened import operator_kernel
from app.core.errors import Conflict
from app.core.words import say
from app.instance.queries import coop_of
from app.wiring import EFFECTS, duty_handlers

BAR = 30
ALL = 100


def demo(members: Annotated[int, typer.Option(min=8, max=60)] = 60, seed: int = 7) -> None:
    """Fill an empty database with the demo co-op, and print who can sign in."""
    kernel = operator_kernel()
    with kernel.db.read.begin() as session:
        if coop_of(session) is not None:
            raise Conflict(say("There is a co-op in this database already."))
    riverside = import_module("app.demo.riverside")
    began = time.monotonic()
    share_told = partial(riverside.share_told, end=kernel.clock.now())
    telling = riverside.Telling(members, seed, progress(share_told, sys.stdout))
    told = riverside.tell(kernel, duty_handlers, effects=EFFECTS, telling=telling)
    seconds = round(time.monotonic() - began)
    print(f"\nRiverside has {told.members} members, told in {seconds} seconds. Sign in as:")
    for email, password in told.sign_ins:
        print(f"  {email:<28} {password}")


def progress(share_told: Callable[[datetime], int], out: TextIO) -> Callable[[datetime], None]:
    """Return what shows how far a story is: a bar on a terminal, else a line for each month."""
    shown: list[str] = [""]
    is_terminal = out.isatty()

    def show(at: datetime) -> None:
        month, share = f"{at:%B %Y}", share_told(at)
        text = f"{month:<15} {share:3} %"
        is_news = is_terminal or share == ALL or month not in shown[-1]
        if text == shown[-1] or not is_news:
            return
        shown[:] = [text]
        if is_terminal:
            bar = "=" * (share * BAR // ALL)
            print(f"\r[{bar:<{BAR}}] {text}", end="", file=out, flush=True)
        else:
            print(text, file=out, flush=True)

    return show
