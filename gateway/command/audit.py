"""`gateway audit`: the log of who read non-public records and sensitive fields."""

from typing import Annotated, Any

import msgspec
import typer

from gateway.access.audit.chain import generate_audit_keys, read_heads, verify_chain
from gateway.access.audit.log import list_entries
from gateway.command.console import refuse, run
from gateway.command.listing import print_table
from gateway.deployment import audit_keys, open_audit_log
from gateway.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

COLUMNS = ("number", "at", "agency", "agreement", "purpose", "key", "records")


@app.command("keys")
def create_keys() -> None:
    """Create the two keys that the log needs, and print them as settings."""
    chain, signing = generate_audit_keys()
    typer.echo(f"GATEWAY_AUDIT_KEY={chain}")
    typer.echo(f"GATEWAY_AUDIT_SIGNING_KEY={signing}")


@app.command()
def verify() -> None:
    """Verify the whole log. Exit code 1 if it was altered."""
    run(_verify())


@app.command()
def show(
    agency: Annotated[str | None, typer.Option(help="Only entries of this agency.")] = None,
    last: Annotated[int, typer.Option(min=1, help="How many entries.")] = 20,
) -> None:
    """Print the newest entries."""
    run(_show(agency, last))


@app.command()
def export() -> None:
    """Print the whole log as lines of JSON."""
    run(_export())


async def _verify() -> None:
    settings = load_settings()
    keys = audit_keys(settings)
    try:
        heads = read_heads(settings.audit_heads)
    except ValueError:
        refuse("the file of signed heads has an invalid line")
    async with open_audit_log(settings) as log:
        errors = await log.database.write(
            lambda connection: list(verify_chain(connection, heads, keys.chain, keys.verifying)), seconds=None
        )
    for error in errors:
        typer.echo(error)
    if errors:
        raise SystemExit(1)
    typer.echo(f"the log is as it was written; {len(heads):,} heads were signed")


async def _show(agency: str | None, last: int) -> None:
    rows = await _fetch(agency, last)
    print_table(COLUMNS, [{**row, "records": len(row["readings"])} for row in rows])


async def _export() -> None:
    for row in await _fetch():
        typer.echo(msgspec.json.encode(row).decode())


async def _fetch(agency: str | None = None, last: int | None = None) -> list[dict[str, Any]]:
    async with open_audit_log(load_settings()) as log, log.database.snapshot() as snapshot:
        return await list_entries(snapshot, agency, last)
