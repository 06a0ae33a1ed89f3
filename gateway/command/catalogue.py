"""`gateway catalogue`: maintaining the catalogue's database."""

from typing import Annotated

import typer

from adapters.vocabulary.enums import RecordType
from gateway.catalogue.integrity import faults
from gateway.catalogue.migration import newest
from gateway.catalogue.migration import upgrade as migrate
from gateway.catalogue.write.redaction import NoSuchRecord, erase
from gateway.command.console import refuse, run
from gateway.deployment import open_catalogue
from gateway.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def upgrade() -> None:
    """Migrate the catalogue's tables to this version."""
    run(_upgrade())


@app.command()
def check() -> None:
    """Check the integrity of the whole catalogue. Exit code 1 if it has faults."""
    run(_check())


@app.command()
def redact(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID…", help="Ids of records, as answers show them: Case:source:id.")
    ],
) -> None:
    """Erase the content of every version of records, for ever."""
    run(_redact([_parse_id(text) for text in ids]))


async def _upgrade() -> None:
    async with open_catalogue(load_settings(), prepare=False) as catalogue:
        await catalogue.database.write(migrate, seconds=None)
    typer.echo(f"the catalogue is at version {newest()}")


async def _check() -> None:
    async with open_catalogue(load_settings()) as catalogue:
        errors = await catalogue.database.write(lambda connection: list(faults(connection)), seconds=None)
    for error in errors:
        typer.echo(error)
    if errors:
        raise SystemExit(1)
    typer.echo("the catalogue is sound")


async def _redact(records: list[tuple[RecordType, str]]) -> None:
    async with open_catalogue(load_settings()) as catalogue:
        try:
            is_overwritten = await erase(catalogue.database, records)
        except NoSuchRecord:
            refuse("the catalogue has no record with this id")
    typer.echo(f"{len(records)} erased")
    if not is_overwritten:
        typer.echo("gateway: other readers still hold the old bytes in the database's files; run this again", err=True)
        raise SystemExit(1)


def _parse_id(text: str) -> tuple[RecordType, str]:
    kind, _, identity = text.partition(":")
    if kind not in set(RecordType) or not identity:
        refuse("an id looks like Case:source:id")
    return RecordType(kind), identity
