"""The `commonhold` command: what an operator does at a shell.

Commands import what only they need when they run, so that each starts fast.
"""

import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from app.commands.archive import export
from app.commands.demo import demo
from app.commands.ledger import ledger_cli
from app.commands.opened import operator_kernel
from app.commands.people import found, member_cli
from app.commands.verify import verify
from app.core.db import open_database
from app.core.doctor import examine
from app.core.errors import AppError, CannotStart
from app.core.runner import Runner
from app.core.settings import read_environment
from app.serve import serve as serve_until_stopped
from app.wiring import duty_handlers
from governance.service.outages import note_start

cli = typer.Typer(
    help="A social network that its members own, govern and pay for.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
duties_cli = typer.Typer(help="Work that is owed.", no_args_is_help=True)
cli.add_typer(duties_cli, name="duties")
cli.add_typer(member_cli, name="member")
cli.add_typer(ledger_cli, name="ledger")
cli.command()(found)
cli.command()(demo)
cli.command()(verify)
cli.command()(export)


def main() -> None:
    """Run the command; a refusal is one line on standard error and status 1."""
    try:
        cli()
    except (AppError, CannotStart) as refusal:
        print(refusal, file=sys.stderr)
        raise SystemExit(1) from None


@cli.command()
def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64)] = 1,
    worker: Annotated[bool, typer.Option("--worker/--no-worker")] = True,
) -> None:
    """Serve the co-op; does due duties itself unless --no-worker."""
    settings = read_environment(os.environ, folder=Path.cwd())
    serve_until_stopped(settings, host=host, port=port, workers=workers, with_worker=worker)


@cli.command()
def work() -> None:
    """Do due duties until stopped; start any number on any node (PostgreSQL)."""
    kernel = operator_kernel()
    with kernel.db.write.begin() as session:
        note_start(session, now=kernel.clock.now())
    runner = Runner(kernel.db.write, duty_handlers(kernel), kernel.clock)
    runner.stop_on_signals()
    runner.run_forever()


@cli.command()
def migrate() -> None:
    """Upgrade the database's schema."""
    settings = read_environment(os.environ, folder=Path.cwd())
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    import_module("migrations.upgrade").upgrade(open_database(settings.database))


@cli.command()
def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Look for what may be wrong: one line for each part, with what helps."""
    findings = list(examine(os.environ, folder=Path.cwd()))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings]))
    else:
        print("\n".join(finding.line() for finding in findings))
    if not all(finding.is_good for finding in findings):
        raise SystemExit(1)


@duties_cli.command("run")
def run_duties(kind: Annotated[str | None, typer.Option()] = None) -> None:
    """Do everything that is due now, once."""
    kernel = operator_kernel()
    runner = Runner(kernel.db.write, duty_handlers(kernel), kernel.clock)
    print(f"{runner.run_until_idle(kind=kind)} duties done")


if __name__ == "__main__":
    main()
