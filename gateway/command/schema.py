"""`gateway schema`: the published schemas."""

import json

import typer

from gateway.operations.price_table import price_table
from gateway.wiring import partner_schemas
from schema.contract import master, sdl

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command("print")
def print_schema() -> None:
    """Print the GraphQL schema as SDL."""
    typer.echo(sdl(), nl=False)


@app.command("partner")
def print_partner_schemas() -> None:
    """Print the JSON Schemas of what agencies may send, with examples."""
    typer.echo(json.dumps(partner_schemas(), ensure_ascii=False, indent=2))


@app.command("prices")
def print_prices() -> None:
    """Print the prices of all fields in Markdown."""
    typer.echo(price_table(master()), nl=False)
