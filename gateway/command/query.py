"""`gateway query`: a GraphQL query without a server."""

import sys
from typing import Annotated, Any

import orjson
import typer

from gateway.access.callers import public
from gateway.command.console import refuse, run
from gateway.command.formats import Format, render
from gateway.deployment import document_limits, open_catalogue, operation_limits
from gateway.operations import execution
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import cost_of
from gateway.operations.request import Request
from gateway.settings import load_settings
from schema.errors import RequestError


def query(
    text: Annotated[str, typer.Argument(metavar="QUERY", help="A GraphQL document; `-` reads it from standard input.")],
    variables: Annotated[str, typer.Option(help="The variables, as a JSON object.")] = "{}",
    form: Annotated[
        Format, typer.Option("--format", help="`ndjson` and `csv` print the nodes of one root field.")
    ] = Format.JSON,
    only_price: Annotated[bool, typer.Option("--price", help="Only print what the query costs.")] = False,
) -> None:
    """Run a GraphQL query against the catalogue, as the public may."""
    run(_query(sys.stdin.read() if text == "-" else text, variables, form, only_price=only_price))


async def _query(text: str, variables: str, form: Format, *, only_price: bool) -> None:
    request = Request(query=text, variables=_parse_variables(variables))
    settings = load_settings()
    async with open_catalogue(settings) as catalogue:
        documents = DocumentCaches(document_limits(settings))
        caller = public(catalogue.descriptions.values())
        if only_price:
            try:
                typer.echo(f"{cost_of(documents, caller, request)} of {settings.max_cost}")
            except RequestError as exc:
                refuse(exc.message)
            return
        answer = await execution.execute_request(
            catalogue, caller, documents, request, limits=operation_limits(settings)
        )
    # Errors have no place in a line per record, so an answer with errors is always printed as JSON.
    typer.echo(render(answer.body(), Format.JSON if answer.errors else form), nl=False)
    if answer.errors:
        raise SystemExit(1)


def _parse_variables(text: str) -> dict[str, Any]:
    try:
        variables = orjson.loads(text)
    except orjson.JSONDecodeError:
        variables = None
    if not isinstance(variables, dict):
        refuse("--variables must be a JSON object")
    return variables
