"""The source that reads Telegram's figures."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Self

from adapters.client import TEXT, Rate, SourceClient
from adapters.document import read_document
from adapters.errors import UnknownScope, Unreadable
from adapters.formats import files
from adapters.platforms.telegram_transparency import ABOUT
from adapters.platforms.telegram_transparency.dataset import NAME, read_file
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, Batch, Demand, Scope, Skip, ignore
from adapters.vocabulary.enums import RecordType

ADDRESS = "https://raw.githubusercontent.com/Te-k/telegram-transparency/HEAD"
"""The folder of the newest version of the volunteers' file."""

FILE = "dataset.json"

SCOPE = "dataset"
"""The only scope: the whole file, whether it is downloaded or imported."""


class TelegramTransparency:
    """The source. `timeout` is the seconds for downloading the file."""

    about = ABOUT

    def __init__(self, address: str | None = None, *, timeout: float = 30.0) -> None:
        self._client = SourceClient(address or ADDRESS, rates=[Rate(calls=10, seconds=60)], timeout=timeout)

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(settings.address)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The whole file, for any demand for figures."""
        return (_scope(),) if demand.record is RecordType.STATISTIC else ()

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        if set(names) - {SCOPE}:
            raise UnknownScope(f"the only scope of {NAME} is {SCOPE}")
        return (_scope(),)

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        """One scope: a file in `paths`, or the `dataset….json` of a folder, is the whole dataset.

        Raises Unreadable where there is none or more than one.
        """
        if not paths:
            return ()

        def scope(path: Path) -> Scope:
            if path not in paths and not path.name.startswith("dataset"):
                raise Unreadable(f"{files.file_name(path)}: the file name is not dataset….json")
            return _scope(path)

        datasets = files.select(paths, ".json", scope, skip)
        if len(datasets) > 1:
            raise Unreadable(f"one file is the whole dataset, and there are {len(datasets)}")
        return datasets

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return self._read_live(since) if scope.path is None else read_document(scope, since, read_file)

    async def close(self) -> None:
        await self._client.close()

    async def _read_live(self, since: str | None) -> AsyncIterator[Batch]:
        response = await self._client.get(FILE, accept=TEXT)
        result = await asyncio.to_thread(read_file, FILE, response.payload)
        for batch in result.batches(response.origin, since):
            yield batch


def _scope(path: Path | None = None) -> Scope:
    return Scope(source=NAME, channel=ARCHIVE, name=SCOPE, records=ABOUT.records, path=path)


SOURCE = TelegramTransparency
