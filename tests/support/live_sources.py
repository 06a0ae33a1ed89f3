"""Sources read over real HTTP: their batches from a sandbox, and why reading fails. The key must never be seen."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.applications import Starlette

from adapters.errors import SourceError
from adapters.source import Batch, Source
from tests.support.faulty_publisher import Behaviour, Publisher
from tests.support.sandboxes import Fault, Faulty, served
from tests.support.sentinel import unseen

SourceAt = Callable[[str], Source]
"""Makes the source with the publisher's address."""

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
"""What any publisher may return instead of its answer, and the code of the error."""


async def read(source: Source, name: str) -> list[Batch]:
    """The batches of the scope of this name."""
    (scope,) = await source.current([name])
    return [batch async for batch in source.read(scope, None)]


def read_sandbox(source_at: SourceAt, app: Starlette, name: str) -> list[Batch]:
    """The batches of a scope of the sandbox `app`."""

    async def run() -> list[Batch]:
        async with served(app) as address:
            return await _read_and_close(source_at(address), name)

    batches = asyncio.run(run())
    unseen(repr(batches), "batches")
    return batches


def sandbox_error(source_at: SourceAt, app: Starlette, name: str, fault: Fault | None = None) -> SourceError:
    """The error of reading a scope of the sandbox `app`, with a fault if there is one."""

    async def run() -> SourceError:
        publisher = Faulty(app)
        publisher.fault = fault
        async with served(publisher) as address:
            with pytest.raises(SourceError) as caught:
                await _read_and_close(source_at(address), name)
        return caught.value

    failure = asyncio.run(run())
    unseen(f"{failure} {failure!r} {failure.__cause__!r} {failure.__context__!r}", "an error")
    return failure


def error_code(source_at: SourceAt, behaviour: Behaviour, name: str) -> str:
    """The code of the error of reading from a publisher with this behaviour; "" where there is no error."""

    async def run() -> str:
        async with Publisher(behaviour) as publisher:
            try:
                await _read_and_close(source_at(publisher.address), name)
            except SourceError as exc:
                return exc.code
        return ""

    return asyncio.run(run())


async def _read_and_close(source: Source, name: str) -> list[Batch]:
    try:
        return await read(source, name)
    finally:
        await source.close()
