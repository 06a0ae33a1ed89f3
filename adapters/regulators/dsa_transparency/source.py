"""The source that reads the DSA Transparency Database."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Self

from msgspec import structs

from adapters.client import Secret
from adapters.regulators.dsa_transparency import ABOUT, dumps, research
from adapters.regulators.dsa_transparency.dumps import Keep
from adapters.regulators.dsa_transparency.live import (
    DUMPS_ADDRESS,
    RESEARCH_ADDRESS,
    DSAClient,
    DSAScopeName,
    parse_scope_name,
    scope_of,
)
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, Batch, Demand, Scope, Skip, ignore
from adapters.vocabulary.enums import HarmCategory, RecordType


class DSATransparency:
    """The source. `keep` is None for every statement, or the harms whose statements become a record each.

    `address` is that of the research API, which needs a `key`; `archive` that of the dumps, which need none. `timeout`
    is the seconds for one answer or one dump. Defaults are in `live`.
    """

    about = ABOUT

    def __init__(
        self,
        keep: Collection[HarmCategory] | None = None,
        *,
        address: str | None = None,
        archive: str | None = None,
        key: Secret | None = None,
        timeout: float | None = None,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._keep = None if keep is None else frozenset(keep)
        self._client = DSAClient(address or RESEARCH_ADDRESS, archive or DUMPS_ADDRESS, key, timeout)
        self._today = today

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(
            settings.keep,
            address=settings.address,
            archive=settings.archive_address,
            key=settings.key,
        )

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The days of each platform of the demand, or the figures of its days, as far back as the index goes."""
        for query in research.demand_queries(demand, self._today()):
            day = query.start.date()
            if demand.record is RecordType.STATISTIC and query.platform in (None, *demand.platforms[:1]):
                yield scope_of(DSAScopeName("aggregates", "", day), self._keep)
            elif demand.record is RecordType.TAKEDOWN and query.platform is not None:
                yield scope_of(DSAScopeName("search", query.platform, day), self._keep)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        return [scope_of(parse_scope_name(name, self._today()), self._keep) for name in names]

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Sequence[Scope]:
        """One scope per dump: a platform, or all, and a day."""
        return dumps.scopes(paths, self._keep, skip)

    async def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        if scope.path is not None:
            async for batch in self._read_dump(scope.path, since):
                yield batch
            return
        name = parse_scope_name(scope.name, self._today())
        if scope.channel == ARCHIVE:
            async with self._client.dump(name) as (path, origin):
                async for batch in self._read_dump(path, since):
                    yield structs.replace(batch, origin=origin)
            return
        result, origin = await self._client.read(name)
        for batch in result.batches(origin, since):
            yield batch

    async def close(self) -> None:
        await self._client.close()

    def __reduce__(self) -> tuple[type["DSATransparency"], tuple[Keep]]:
        """Pickled for reading dumps: the client and its key stay behind."""
        return DSATransparency, (self._keep,)

    async def _read_dump(self, path: Path, since: str | None) -> AsyncIterator[Batch]:
        batches = dumps.batches(path, self._keep, since)
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            yield batch


SOURCE = DSATransparency
