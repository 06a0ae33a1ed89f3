"""`gateway agencies`: who has agreements with this deployment."""

from typing import Annotated

import typer

from gateway.access.agreements import add_agency, list_agencies
from gateway.command.administration import now, print_all, write
from gateway.command.console import run
from gateway.command.listing import AsJson

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command("add")
def add(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Such as kr.knpa.")],
    name: Annotated[str, typer.Argument(help="The agency's name.")],
) -> None:
    """Add an agency."""
    run(write(lambda connection: add_agency(connection, identity, name, now())))


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the agencies."""
    run(print_all(list_agencies, as_json=as_json))
