"""The source that reads the Crime Data Explorer."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Self

from msgspec.structs import replace

from adapters.client import Clock, Secret, SystemClock
from adapters.errors import Unreadable
from adapters.police.fbi_crime_data import ABOUT
from adapters.police.fbi_crime_data.codes import CODES, FIRST_YEAR, UNITED_STATES, ArrestSeries, parse_scope_name
from adapters.police.fbi_crime_data.figures import HARMS, NAME, figures, figures_by_sex
from adapters.police.fbi_crime_data.live import ADDRESS, CrimeDataClient
from adapters.settings import SourceSettings
from adapters.source import LIVE, Batch, Demand, Scope, Skip, ignore
from adapters.vocabulary.enums import RecordType

MOST_YEARS = 10
"""Years of figures that a query may need."""


class FBICrimeData:
    """The source. `timeout` is the seconds for one answer."""

    about = ABOUT

    def __init__(
        self,
        address: str = ADDRESS,
        *,
        key: Secret | None = None,
        timeout: float = 30.0,
        clock: Clock | None = None,
    ) -> None:
        self._client = CrimeDataClient(address, key, timeout, clock or SystemClock())

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(settings.address or ADDRESS, key=settings.key)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The sexual offences of each year of the demand: in the nation, and in the states or agencies it names."""
        if demand.record is not RecordType.STATISTIC or demand.start is None or demand.end is None:
            return
        years = range(max(demand.start.year, FIRST_YEAR), demand.start.year + MOST_YEARS)
        for area in _areas(demand):
            for offence in CODES.offences:
                if offence in HARMS:
                    for year in years:
                        if date(year, 1, 1) < demand.end:
                            yield _series_scope(parse_scope_name(f"{area}/{offence}/{year}"))

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        all_series = [parse_scope_name(name) for name in names]
        if any(series.year is None for series in all_series):
            newest_year = await self._client.newest_year()
            all_series = [replace(series, year=series.year or newest_year) for series in all_series]
        return [_series_scope(series) for series in all_series]

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        """None: the files that the publisher offers have another shape."""
        if paths:
            raise Unreadable("this source has a live interface only")
        return ()

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return self._read_live(scope, since)

    async def close(self) -> None:
        await self._client.close()

    async def _read_live(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        series = parse_scope_name(scope.name)
        response, last_month = await self._client.answer(series)
        payload = response.payload
        result = figures_by_sex(series, payload, last_month) if series.by_sex else figures(series, payload)
        for batch in result.batches(response.origin, since):
            yield batch


def _areas(demand: Demand) -> Iterable[str]:
    """The areas of the demand, as in the interface's paths."""
    numbers = {agency: ori for ori, agency in CODES.agencies.items()}
    if demand.agencies:
        return [f"agency/{numbers[agency]}" for agency in demand.agencies if agency in numbers]
    if not demand.jurisdictions:
        return ["national"]
    states = [code for code in demand.jurisdictions if code.startswith("US-")]
    nation = ["national"] if UNITED_STATES in demand.jurisdictions else []
    return [*nation, *(f"state/{code.removeprefix('US-')}" for code in states)]


def _series_scope(series: ArrestSeries) -> Scope:
    if series.year is None:
        raise Unreadable(f"{series.area}/{series.offence} names no year")
    return Scope(
        source=NAME,
        channel=LIVE,
        name=series.name,
        records=frozenset({RecordType.STATISTIC}),
        jurisdictions=(series.jurisdiction,),
        start=date(series.year, 1, 1),
        end=date(series.year + 1, 1, 1),
    )


SOURCE = FBICrimeData
