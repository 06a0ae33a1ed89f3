"""What the subcommands for agencies, agreements and keys share."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import typer

from gateway.access.revocation import RevocationFeed
from gateway.command.listing import print_rows
from gateway.deployment import open_catalogue
from gateway.settings import Settings, load_settings
from gateway.store.database import Snapshot
from gateway.store.redis import connection_pool

T = TypeVar("T")

Until = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="When it expires, in UTC.")
]


def now() -> datetime:
    """The current time, in UTC."""
    return datetime.now(UTC)


def in_utc(moment: datetime | None) -> datetime | None:
    """A time from the command line, which is in UTC."""
    return None if moment is None else moment.replace(tzinfo=UTC)


async def write(work: Callable[[Any], T]) -> T:
    """Runs `work` in one transaction of the catalogue."""
    async with open_catalogue(load_settings()) as catalogue:
        return await catalogue.database.write(work)


async def revoke(work: Callable[[Any], None]) -> None:
    """Runs `work`, which ends an agreement or a key, and announces it to the processes that answer."""
    await write(work)
    await announce(load_settings())


async def announce(settings: Settings) -> None:
    """Tells the processes that answer, through Redis if the settings have one, to look up keys anew."""
    if settings.redis_url is None:
        return
    shared = connection_pool(settings.redis_url.get_secret_value())
    if not await RevocationFeed(shared).announce():
        typer.echo("Redis does not answer: for some seconds more processes may use the previous state", err=True)
    await shared.aclose()


async def print_all(fetch: Callable[[Snapshot], Awaitable[Sequence[Mapping[str, Any]]]], *, as_json: bool) -> None:
    """Prints the rows that `fetch` reads from the catalogue."""
    async with open_catalogue(load_settings()) as catalogue, catalogue.database.snapshot() as snapshot:
        rows = await fetch(snapshot)
    print_rows(rows, as_json=as_json)
