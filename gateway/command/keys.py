"""`gateway keys`: the API keys of agencies."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

import typer

from gateway.access.agreements import add_key, list_keys, revoke_key, rotate_key
from gateway.access.keys import APIKey
from gateway.command.administration import Until, announce, in_utc, now, print_all, revoke, write
from gateway.command.console import run
from gateway.command.listing import AsJson
from gateway.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

Identity = Annotated[str, typer.Argument(metavar="ID", help="The eight characters after `eg_live_` or `eg_test_`.")]


@app.command("create")
def create(
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT", help="The agreement's id.")],
    test: Annotated[bool, typer.Option("--test", help="Create a key that sees synthetic data only.")] = False,
    network: Annotated[
        list[str] | None, typer.Option(help="A network that may use the key: 192.0.2.0/24; repeatable.")
    ] = None,
    until: Until = None,
) -> None:
    """Create a key and print it, this once."""
    expires_at = in_utc(until)
    run(
        _issue(
            lambda connection, peppers: add_key(
                connection, agreement, peppers, now(), live=not test, networks=network or (), expires_at=expires_at
            )
        )
    )


@app.command("rotate")
def rotate(
    identity: Identity,
    overlap: Annotated[
        float, typer.Option(min=0, help="Hours that the old key works on, from the new one's first use.")
    ] = 24.0,
) -> None:
    """Replace a key, and print the new one, this once."""
    hours = timedelta(hours=overlap)
    run(_issue(lambda connection, peppers: rotate_key(connection, identity, peppers, now(), hours)))


@app.command("revoke")
def revoke_now(identity: Identity) -> None:
    """Revoke a key at once."""
    run(revoke(lambda connection: revoke_key(connection, identity, now())))


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the keys, without their secrets."""
    run(print_all(list_keys, as_json=as_json))


async def _issue(work: Callable[[Any, dict[int, bytes]], APIKey]) -> None:
    """Prints the new key and announces it: processes that answer would not accept it for some seconds."""
    settings = load_settings()
    key = await write(lambda connection: work(connection, settings.pepper_bytes))
    typer.echo(key.text)
    typer.echo(f"This is the key {key.id}. It is not shown again.", err=True)
    await announce(settings)
