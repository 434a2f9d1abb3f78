"""`commonhold ledger`: the books for other accounting programs."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.opened import operator_kernel
from app.instance.queries import coop_of
from dues.ledger.chart import live_book
from dues.ledger.export import YEAR_MAX, YEAR_MIN, extract
from dues.ledger.formats import Format, render

ledger_cli = typer.Typer(help="The books.", no_args_is_help=True)


@ledger_cli.command("export")
def export_ledger(
    form: Annotated[Format, typer.Option("--format", help="For which program.")],
    year: Annotated[int | None, typer.Option(min=YEAR_MIN, max=YEAR_MAX)] = None,
    output: Annotated[Path | None, typer.Option(help="A file; else standard output.")] = None,
) -> None:
    """Print the books, or one year of them with what stood before; members are pseudonyms."""
    with operator_kernel().db.read.begin() as session:
        coop, book = coop_of(session), live_book(session)
        text = render(extract(session, book, title=coop.name if coop else "", year=year), form)
    if output is None:
        print(text, end="")
    else:
        output.write_text(text, encoding="utf-8", newline="")
