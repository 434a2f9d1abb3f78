"""`commonhold search`: the index by which posts are found."""

import typer

from app.commands.opened import operator_kernel
from app.search.rebuild import rebuild

search_cli = typer.Typer(help="The index by which posts are found.", no_args_is_help=True)


@search_cli.callback()
def search() -> None:
    """The index by which posts are found."""


@search_cli.command("rebuild")
def rebuild_search() -> None:
    """Build the index of posts anew; the site may go on serving."""
    kernel = operator_kernel()
    print(f"{rebuild(kernel.db, told=_tell)} posts can be found again.")


def _tell(done: int, total: int) -> None:
    print(f"{done} of {total} posts", flush=True)
