"""The `commonhold` command: what an operator does at a shell.

Only the module of the command that was asked for is loaded, so that each starts fast.
"""

import gc
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

from app.core.errors import AppError, CannotStart

# Each command, or group of them: the module that knows it, and its name there.
COMMANDS: Final[Mapping[str, str]] = {
    "serve": "app.commands.serving:serve",
    "work": "app.commands.work:work",
    "migrate": "app.commands.schema:migrate",
    "found": "app.commands.people:found",
    "demo": "app.commands.demo:demo",
    "member": "app.commands.people:member_cli",
    "app": "app.commands.applications:app_cli",
    "duties": "app.commands.work:duties_cli",
    "ledger": "app.commands.ledger:ledger_cli",
    "search": "app.commands.searching:search_cli",
    "verify": "app.commands.verify:verify",
    "export": "app.commands.archive:export",
    "backup": "app.commands.backup:backup",
    "restore": "app.commands.backup:restore",
    "doctor": "app.commands.health:doctor",
}


class Commands(TyperGroup):
    """The commands by name."""

    def list_commands(self, _ctx: Any) -> list[str]:
        """Return the names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        """Load a command; None if there is none of that name."""
        return load(cmd_name) if cmd_name in COMMANDS else None


cli = typer.Typer(
    cls=Commands,
    help="A social network that its members own, govern and pay for.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@cli.callback()
def commonhold() -> None:
    """A social network that its members own, govern and pay for."""


def main() -> None:
    """Run the command; a refusal is one line on standard error and status 1."""
    try:
        cli()
    except (AppError, CannotStart) as refusal:
        print(refusal, file=sys.stderr)
        raise SystemExit(1) from None


def load(name: str) -> Any:
    """Return the command, with what it needs imported while the collector rests.

    Loading makes a million objects that stay. Looking through them again and again took a quarter
    of the time to the first answer; so they are set aside, and what requests leave is collected
    as ever.
    """
    module, _, attribute = COMMANDS[name].partition(":")
    gc.disable()
    _import_logs()
    made = getattr(import_module(module), attribute)
    gc.freeze()
    gc.enable()
    return _group(made, name) if isinstance(made, typer.Typer) else _command(made, name)


def _import_logs() -> None:
    """Import structlog as where rich is not installed.

    It would load rich, for 4 MB and a thirtieth of the start, to draw what our logs never draw.
    """
    if not sys.modules.keys() & {"rich", "structlog"}:
        sys.modules["rich"] = None  # type: ignore[assignment]
        import_module("structlog")
        del sys.modules["rich"]


def _group(made: typer.Typer, name: str) -> Any:
    group = typer.main.get_group(made)
    group.name = name
    return group


def _command(run: Callable[..., None], name: str) -> Any:
    alone = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
    alone.command(name)(run)
    return typer.main.get_command(alone)


if __name__ == "__main__":
    main()
