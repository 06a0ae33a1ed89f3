"""Telegram's live channel: the sandbox's file gives the same records as an imported one."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from adapters.errors import SourceError, Unreadable
from adapters.platforms.telegram_transparency import sandbox as telegram_transparency_sandbox
from adapters.platforms.telegram_transparency.source import TelegramTransparency
from adapters.source import Batch, Scope
from tests.support.sandboxes import Fault, Faulty, served


async def read(source: TelegramTransparency, scope: Scope) -> list[Batch]:
    return [batch async for batch in source.read(scope, None)]


def test_a_downloaded_file_has_the_scope_and_records_of_an_imported_one(tmp_path: Path) -> None:
    path = tmp_path / "dataset.json"
    path.write_bytes(orjson.dumps(telegram_transparency_sandbox.entries(), option=orjson.OPT_INDENT_2))

    async def run() -> tuple[Sequence[Scope], list[Batch], Scope, list[Batch]]:
        async with served(telegram_transparency_sandbox.sandbox()) as address:
            source = TelegramTransparency(address)
            try:
                fetched = await source.current(())
                (imported,) = source.files([path])
                return fetched, await read(source, fetched[0]), imported, await read(source, imported)
            finally:
                await source.close()

    (scope,), fetched, imported, read_there = asyncio.run(run())
    assert (scope.channel, scope.name) == (imported.channel, imported.name)
    assert [batch.records for batch in fetched] == [batch.records for batch in read_there]
    assert sum(batch.rows for batch in fetched) == 2 * (12 * 4 + 6)
    assert fetched[0].origin.sha256 == read_there[0].origin.sha256
    assert fetched[0].origin.status == 200
    assert not [rejection for batch in fetched for rejection in batch.rejections]


def test_another_scope_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        asyncio.run(TelegramTransparency().current(["datasets"]))


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("outage page", "OUTAGE_PAGE"),
        ("redirect", "REDIRECTED"),
        ("oversize", "TOO_LARGE"),
        ("hang", "TIMEOUT"),
        ("error", "UNREADABLE"),
    ],
)
def test_a_fault_of_the_publisher_has_its_code(fault: Fault, code: str) -> None:
    async def run() -> str:
        publisher = Faulty(telegram_transparency_sandbox.sandbox())
        publisher.fault = fault
        async with served(publisher) as address:
            source = TelegramTransparency(address, timeout=0.5 if fault == "hang" else 30.0)
            try:
                (scope,) = await source.current(())
                await read(source, scope)
            except SourceError as exc:
                return exc.code
            finally:
                await source.close()
        return ""

    assert asyncio.run(run()) == code
