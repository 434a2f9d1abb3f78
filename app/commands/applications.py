"""Applications, as an operator may register them."""

from typing import Annotated

import typer

from app.commands.opened import operator_kernel, print_made
from app.core.errors import Invalid
from app.core.words import say
from app.members.audit import note_act
from app.oauth.applications import Introduction, register

VIA = "operator"

app_cli = typer.Typer(help="Applications, as an operator may register them.", no_args_is_help=True)


@app_cli.callback()
def applications() -> None:
    """Applications, as an operator may register them."""


@app_cli.command("add")
def add_application(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    redirect_uri: Annotated[list[str], typer.Option("--redirect-uri", help="May be repeated.")],
    scopes: Annotated[str, typer.Option("--scopes")] = "read",
    client_id: Annotated[str | None, typer.Option("--client-id")] = None,
    client_secret: Annotated[str | None, typer.Option("--client-secret")] = None,
    public: Annotated[bool, typer.Option("--public", help="It can keep no secret.")] = False,
    website: Annotated[str, typer.Option("--website")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Register an application, and print its id and secret."""
    if public and client_secret is not None:
        raise Invalid(say("A public application has no secret."))
    kernel = operator_kernel()
    said = Introduction(name, redirect_uri, scopes, website)
    with kernel.db.write.begin() as session:
        now = kernel.clock.now()
        made = register(
            session,
            said,
            client_id=client_id,
            client_secret=client_secret,
            is_public=public,
            now=now,
        )
        made_id, given = made.application.client_id, made.application.scopes
        note_act(session, "application.added", now=now, name=name, scopes=given, by=VIA)
    secret = made.client_secret
    shown = f"Client id: {made_id}" + (f"\nClient secret: {secret}" if secret else "")
    print_made(shown, as_json=as_json, client_id=made_id, client_secret=secret, scopes=given)
