"""The EU's DSA Transparency Database: the reasons that platforms must give for what they restrict.

Article 24(5) of Regulation (EU) 2022/2065 obliges providers to send each statement of reasons to the Commission, which
publishes them all: day by day as dumps, and for six months through a research API. The rows of both become takedowns.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self

from msgspec import structs

from adapters.client import Secret
from adapters.regulators.dsa_transparency import dumps, research
from adapters.regulators.dsa_transparency.dumps import Keep
from adapters.regulators.dsa_transparency.figures import NAME
from adapters.regulators.dsa_transparency.live import (
    DUMPS_ADDRESS,
    RESEARCH_ADDRESS,
    DSAClient,
    DSAScopeName,
    parse_scope_name,
    scope_of,
)
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, About, Batch, Demand, Scope
from adapters.vocabulary.enums import Audience, HarmCategory, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import EU, parse_jurisdiction

ABOUT = About(
    name=NAME,
    title="Statements of reasons (DSA Transparency Database)",
    kind=SourceKind.REGULATOR,
    publisher="European Commission, DG CONNECT",
    url="https://transparency.dsa.ec.europa.eu/",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    attribution="European Commission-DG CONNECT, Digital Services Act Transparency Database, 2023, "
    "doi:10.2906/134353607485211 (CC BY 4.0)",
    cadence=timedelta(days=1),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.TAKEDOWN, RecordType.STATISTIC}),
    jurisdictions=(EU, parse_jurisdiction("IS"), parse_jurisdiction("LI"), parse_jurisdiction("NO")),
    # Statements are deleted after five years, and duplicates were purged in 2024: a missing row withdraws nothing.
    withdraws=False,
    version="2",
    notes=(
        "A statement is one measure of one platform in the platform's own words; it does not say who requested it.",
        "The day of a dump is that of receipt, in UTC; the days of the content and of the measure have no time zone.",
        "From content to decision a statement may state years; the median is more useful than the mean.",
        "The global dump, a platform's own and the light ones have the same statements; light ones lack territories.",
        "Many days have fewer or more rows than the publisher announced.",
        "Google Play stated automated detection the wrong way round from September 2023 to May 2026.",
        "Meta's statements named the wrong source for notices of trusted flaggers before 2025-10-28.",
        "Other categories and keywords apply since 2025-07-01; old and new names of one are the same here.",
        "Explanations, facts and the names of those who gave notice are not stored: they may name persons.",
    ),
)


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

    def files(self, paths: Sequence[Path]) -> Sequence[Scope]:
        """One scope per dump: a platform, or all, and a day."""
        return dumps.scopes(paths, self._keep)

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
