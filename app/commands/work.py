"""`commonhold work` and `duties run`: what is owed, done without the web."""

from typing import Annotated

import typer

from app.commands.opened import operator_kernel
from app.core.runner import Runner
from app.wiring import crews, duty_handlers
from governance.service.outages import note_start

duties_cli = typer.Typer(help="Work that is owed.", no_args_is_help=True)


def work() -> None:
    """Do due duties until stopped; start any number on any node (PostgreSQL)."""
    kernel = operator_kernel()
    with kernel.db.write.begin() as session:
        note_start(session, now=kernel.clock.now())
    runner, *others = crews(kernel).values()
    for other in others:
        other.run_beside("beside")
    runner.stop_on_signals()
    runner.run_forever()


@duties_cli.command("run")
def run_duties(kind: Annotated[str | None, typer.Option()] = None) -> None:
    """Do everything that is due now, once."""
    kernel = operator_kernel()
    runner = Runner(kernel.db.write, duty_handlers(kernel), kernel.clock)
    print(f"{runner.run_until_idle(kind=kind)} duties done")
