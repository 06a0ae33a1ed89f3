"""`gateway disclose`: what is published about partners' records."""

from datetime import UTC, datetime
from functools import partial

import typer

from gateway.catalogue.disclosure.publication import publish
from gateway.command.console import run
from gateway.deployment import open_catalogue
from gateway.settings import load_settings


def disclose() -> None:
    """Publish tables of partners' records for months that have closed.

    A table that was published never changes.
    """
    run(_disclose())


async def _disclose() -> None:
    async with open_catalogue(load_settings()) as catalogue:
        work = partial(publish, sources=catalogue.partner_sources, today=datetime.now(UTC).date())
        tables = await catalogue.database.write(work)
    typer.echo(f"{tables} monthly tables published")
