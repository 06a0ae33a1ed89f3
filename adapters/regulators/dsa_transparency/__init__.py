"""The EU's DSA Transparency Database: the reasons that platforms must state for what they restrict.

Article 24(5) of Regulation (EU) 2022/2065 has providers send each statement of reasons to the Commission, which
publishes them all: day by day as dumps, and for six months through a research API. The rows of both become takedowns.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msgspec import structs

from adapters.client import Secret
from adapters.regulators.dsa_transparency import asking, dumps, research
from adapters.regulators.dsa_transparency.dumps import Keep
from adapters.regulators.dsa_transparency.statements import NAME
from adapters.source import ARCHIVE, About, Batch, Demand, Scope
from adapters.vocabulary.enums import Audience, HarmCategory, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import EU, jurisdiction

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
    jurisdictions=(EU, jurisdiction("IS"), jurisdiction("LI"), jurisdiction("NO")),
    # Statements leave after five years, and duplicates were purged in 2024: a row's absence withdraws nothing.
    withdraws=False,
    version="2",
    notes=(
        "A statement is one measure of one platform as the platform describes it; it says nothing of who asked for it.",
        "The day of a dump is that of receipt, in UTC; the days of the content and of the measure bear no time zone.",
        "From content to decision a statement may state years; the median says more than the mean.",
        "The global dump, a platform's own and the light ones hold the same statements; light ones lack territories.",
        "Many days have fewer or more rows than the publisher announced.",
        "Google Play stated automated detection the wrong way round from September 2023 to May 2026.",
        "Meta's statements named the wrong source for notices of trusted flaggers before 2025-10-28.",
        "Since 2025-07-01 other categories and keywords are in force; those that were renamed are read as one.",
        "Explanations, facts and the names of those who gave notice are not kept: they may name persons.",
    ),
)


class DSATransparency:
    """The source. `keep` is None for every statement, or the harms whose statements are kept one by one.

    `address` is that of the research API, which needs a `key`, and `archive` that of the dumps, which need none.
    """

    about = ABOUT

    def __init__(
        self,
        keep: Collection[HarmCategory] | None = None,
        *,
        address: str = asking.RESEARCH,
        archive: str = asking.DUMPS,
        key: Secret | None = None,
        patience: float | None = None,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._keep = None if keep is None else frozenset(keep)
        self._publisher = asking.Publisher(address, archive, key, patience)
        self._today = today

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The days of named platforms, one by one, or the figures of days, as far back as the index goes."""
        for question in research.questions(demand, self._today()):
            day = question.start.date()
            if demand.record is RecordType.STATISTIC and question.platform in (None, *demand.platforms[:1]):
                yield asking.scope_of(asking.Asked("aggregates", "", day), self._keep)
            elif demand.record is RecordType.TAKEDOWN and question.platform is not None:
                yield asking.scope_of(asking.Asked("search", question.platform, day), self._keep)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        return [asking.scope_of(asking.asked(name, self._today()), self._keep) for name in names]

    def files(self, paths: Sequence[Path]) -> Sequence[Scope]:
        """One scope per dump: a platform, or all, and a day."""
        return dumps.scopes(paths, self._keep)

    async def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        if scope.path is not None:
            async for batch in self._dump(scope.path, since):
                yield batch
            return
        wanted = asking.asked(scope.name, self._today())
        if scope.channel == ARCHIVE:
            async with self._publisher.dump(wanted) as (path, origin):
                async for batch in self._dump(path, since):
                    yield structs.replace(batch, origin=origin)
            return
        reading, origin = await self._publisher.answer(scope.name, wanted)
        for batch in reading.batches(origin, since):
            yield batch

    async def close(self) -> None:
        await self._publisher.close()

    def __reduce__(self) -> tuple[type["DSATransparency"], tuple[Keep]]:
        """Pickled for reading dumps: what asks the publisher, and its key, stay behind."""
        return DSATransparency, (self._keep,)

    async def _dump(self, path: Path, since: str | None) -> AsyncIterator[Batch]:
        batches = dumps.batches(path, self._keep, since)
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            yield batch
