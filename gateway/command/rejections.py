"""`gateway rejections`: the rows of a source's last readings that could not be read."""

from typing import Annotated

import typer

from gateway.command.console import run
from gateway.command.listing import AsJson, print_rows
from gateway.command.sources import find_source
from gateway.deployment import open_catalogue
from gateway.settings import load_settings


def rejections(source: Annotated[str, typer.Argument(help="The source's name.")], as_json: AsJson = False) -> None:
    """List the rows that the last reading of each scope rejected.

    Each has its scope, its position among the publisher's rows from 1 on, the reason, and the column at fault. A
    personal column is not named, and the content of a row is never shown.
    """
    run(_print_rejections(source, as_json=as_json))


async def _print_rejections(name: str, *, as_json: bool) -> None:
    async with open_catalogue(load_settings()) as catalogue:
        rows = await catalogue.rejections(find_source(catalogue, name).about.name)
    print_rows(rows, as_json=as_json)
