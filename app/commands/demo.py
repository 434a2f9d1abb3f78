"""`commonhold demo`: a lively co-op to look around in."""

from importlib import import_module
from typing import Annotated

import typer

from app.commands.opened import operator_kernel
from app.core.errors import Conflict
from app.core.words import say
from app.instance.queries import coop_of
from app.wiring import EFFECTS, duty_handlers


def demo(members: Annotated[int, typer.Option(min=8, max=60)] = 60, seed: int = 7) -> None:
    """Fill an empty database with the demo co-op, and print who can sign in."""
    kernel = operator_kernel()
    with kernel.db.read.begin() as session:
        if coop_of(session) is not None:
            raise Conflict(say("There is a co-op in this database already."))
    told = import_module("app.demo.riverside").tell(
        kernel, duty_handlers, effects=EFFECTS, members=members, seed=seed, report=print
    )
    print(f"\nRiverside has {told.members} members. Sign in as one of them:")
    for email, password in told.sign_ins:
        print(f"  {email}   {password}")
