"""`commonhold work` and `duties run`: what is owed, done without the web."""

from typing import Annotated

import typer

from app.commands.opened import operator_kernel
from app.core.runner import Runner, stop_on_signals
from app.wiring import courier, crews, duty_handlers
from governance.service.outages import note_start

STOP_SECONDS = 20

duties_cli = typer.Typer(help="Work that is owed.", no_args_is_help=True)


def work() -> None:
    """Do due duties until stopped; start any number on any node (PostgreSQL)."""
    kernel = operator_kernel()
    with kernel.db.write.begin() as session:
        note_start(session, now=kernel.clock.now())
    workers = crews(kernel)
    runner, *_others = workers.values()
    beside = {name: w.run_beside(name) for name, w in workers.items() if w is not runner}
    stop_on_signals(workers.values())
    runner.run_forever()
    beside["courier"].join(STOP_SECONDS)


@duties_cli.command("run")
def run_duties(kind: Annotated[str | None, typer.Option()] = None) -> None:
    """Do everything that is due now, once."""
    kernel = operator_kernel()
    runner = Runner(kernel.db.write, duty_handlers(kernel), kernel.clock)
    done = runner.run_until_idle(kind=kind)
    if kind is None:
        done += courier(kernel).run_until_idle()
    print(f"{done} duties done")
