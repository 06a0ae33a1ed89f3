"""The FBI's Crime Data Explorer: arrests that police agencies of the United States reported, month by month.

Documented at https://cde.ucr.cjis.gov/LATEST/webapp/#/pages/docApi. A scope is one year of one offence, in the nation,
a state or one agency: `national/23/2024`, `state/IL/240/2024`, `agency/ILCPD0000/23/2024`. In the nation or a state it
may also be of that year as a whole, by sex: `state/IL/240/2024/sex`.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from msgspec.structs import replace

from adapters.client import Clock, Secret, SystemClock
from adapters.errors import Unreadable
from adapters.police.fbi_crime_data.codes import CODES, FIRST_YEAR, UNITED_STATES, ArrestSeries, parse_scope_name
from adapters.police.fbi_crime_data.figures import HARMS, NAME, figures, figures_by_sex
from adapters.police.fbi_crime_data.live import ADDRESS, LIVE, CrimeDataClient
from adapters.settings import SourceSettings
from adapters.source import About, Batch, Demand, Scope
from adapters.vocabulary.enums import Audience, RecordType, SourceKind

ABOUT = About(
    name=NAME,
    title="Arrests in the Crime Data Explorer (Uniform Crime Reporting Program)",
    kind=SourceKind.POLICE,
    publisher="Federal Bureau of Investigation",
    url="https://cde.ucr.cjis.gov/",
    licence="Public domain (a work of the United States Government)",
    licence_url="https://www.usa.gov/government-copyright",
    attribution="Federal Bureau of Investigation, Crime Data Explorer",
    cadence=timedelta(days=31),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.STATISTIC}),
    jurisdictions=(UNITED_STATES,),
    # Each release states the months anew; the figures of the release before stay as they were.
    withdraws=False,
    authoritative=LIVE,
    notes=(
        "One arrest is counted for each separate instance in which a person is arrested, cited or summoned: these are "
        "arrests, not persons.",
        "Of several offences at one arrest the most serious one counts, and agencies need not take part: states and "
        "the nation are the sum of those that did.",
        "The publisher writes 0 for a month in which nobody reported, and for agencies that it does not know. Such a 0 "
        "is no figure here: it is NOT_REPORTED where people live and no agency took part in that month, and UNKNOWN "
        "where the publisher states no population, as for an agency that does not exist or has no population of its "
        "own. A 0 of a month in which agencies took part is 0.",
        "Months after the publisher's last month with data are NOT_REPORTED.",
        "Rape (23) follows the definition of 2013; Sex Offenses (240) are all others, and neither says what happened "
        "online.",
        "Figures by sex exist for the nation and the states. They need not add up to the total: the publisher tallies "
        "them separately. The same answer has numbers by race; they are not kept.",
    ),
)

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

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
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
