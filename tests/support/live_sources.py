"""Sources asked live, over real HTTP: what they read of a sandbox, and why a reading fails. The key is seen nowhere."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.applications import Starlette

from adapters.errors import SourceError
from adapters.source import Batch, Source
from tests.support.faulty_publisher import Behaviour, Publisher
from tests.support.sandboxes import Fault, Faulty, served
from tests.support.sentinel import unseen

At = Callable[[str], Source]
"""Makes the source that asks at an address."""

faults = pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("outage page", "OUTAGE_PAGE"),
        ("redirect", "REDIRECTED"),
        ("oversize", "TOO_LARGE"),
        ("hang", "TIMEOUT"),
        ("error", "UNEXPECTED_SHAPE"),
    ],
)
"""What any publisher may show instead of its answer, and the code that it has."""


async def read(source: Source, name: str) -> list[Batch]:
    """The batches of the scope of this name."""
    (scope,) = await source.current([name])
    return [batch async for batch in source.read(scope, None)]


def told(at: At, app: Starlette, name: str) -> list[Batch]:
    """What the sandbox answers, read."""

    async def run() -> list[Batch]:
        async with served(app) as address:
            return await _closed(at(address), name)

    batches = asyncio.run(run())
    unseen(repr(batches), "batches")
    return batches


def failing(at: At, app: Starlette, name: str, fault: Fault | None = None) -> SourceError:
    """Why a reading from the sandbox fails, which shows a fault if one is given."""

    async def run() -> SourceError:
        publisher = Faulty(app)
        publisher.fault = fault
        async with served(publisher) as address:
            with pytest.raises(SourceError) as caught:
                await _closed(at(address), name)
        return caught.value

    failure = asyncio.run(run())
    unseen(f"{failure} {failure!r} {failure.__cause__!r} {failure.__context__!r}", "an error")
    return failure


def refused(at: At, behaviour: Behaviour, name: str) -> str:
    """The code with which a reading from a publisher that behaves so fails; "" where it does not."""

    async def run() -> str:
        async with Publisher(behaviour) as publisher:
            try:
                await _closed(at(publisher.address), name)
            except SourceError as exc:
                return exc.code
        return ""

    return asyncio.run(run())


async def _closed(source: Source, name: str) -> list[Batch]:
    try:
        return await read(source, name)
    finally:
        await source.close()
