"""How much of a query the complete scopes of a source vouch for, and what is missing. Performs no I/O."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import product
from typing import NamedTuple

from msgspec import Struct

from adapters.extents import Extent, Tenure
from adapters.source import About
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing
from gateway.catalogue.read.day_ranges import Days, intersect, months_of, subtract, unite
from schema.queries.coverage import CoverageGaps, CoverageQuery

MOST_MONTHS = 240
"""Months that an answer lists."""

OTHER = ""
"""Stands for every agency, or every platform, that no extent and no territory names: nothing tells them apart."""

Places = frozenset[Jurisdiction]


class Subject(NamedTuple):
    """One thing that a query asks for; None for `places`, `agency` or `platform` stands for all.

    `places` are those that contain the place in the query and that extents or territories name.
    """

    record_type: RecordType
    places: Places | None
    agency: str | None
    platform: str | None


class Completeness(Struct, frozen=True):
    """How complete a source is for a query.

    With `is_whole` its silence is an answer; with `has_part` some day of some part of the query is covered.
    """

    is_whole: bool
    has_part: bool
    gaps: CoverageGaps


class ExtentIndex:
    """The days for which extents of one source vouch."""

    def __init__(self, about: About, extents: Iterable[Extent]) -> None:
        self._territories = about.territories
        self._extents: dict[tuple[RecordType, str | None], list[Extent]] = defaultdict(list)
        self._days: dict[Subject, Days] = {}
        places = set(about.territories)
        self.agencies = {tenure.agency for tenures in about.territories.values() for tenure in tenures}
        self.platforms: set[str] = set()
        for extent in extents:
            places |= extent.jurisdictions or set()
            self.agencies |= extent.agencies or set()
            self.platforms |= extent.platforms or set()
            for record_type, agency in product(extent.records, extent.agencies or (None,)):
                self._extents[record_type, agency].append(extent)
        self._places = frozenset(places)

    def places(self, jurisdiction: Jurisdiction | None) -> Places | None:
        """The places that contain the jurisdiction and that extents or territories name."""
        return None if jurisdiction is None else self._places.intersection(enclosing(jurisdiction))

    def days(self, subject: Subject) -> Days:
        """The days of which complete scopes have every record of the subject."""
        if subject not in self._days:
            direct = [*self._direct_days(subject)]
            if subject.agency is None:
                for place in subject.places or ():
                    direct += self._days_by_agency(subject, self._territories.get(place, ()))
            self._days[subject] = unite(direct)
        return self._days[subject]

    def absent_agencies(self, subject: Subject, period: Days | None) -> Iterator[str]:
        """The agencies of the subject's territories that are not covered on each of their days of the period."""
        for place in subject.places or ():
            for tenure in self._territories.get(place, ()):
                days = self.days(subject._replace(agency=tenure.agency))
                required = _days_of(tenure) if period is None else intersect(_days_of(tenure), period)
                if (not days) if period is None else subtract(required, days):
                    yield tenure.agency

    def _direct_days(self, subject: Subject) -> Iterator[tuple[date, date]]:
        agencies = {None, subject.agency}
        for extent in (each for agency in agencies for each in self._extents.get((subject.record_type, agency), ())):
            has_place = extent.jurisdictions is None or not extent.jurisdictions.isdisjoint(subject.places or ())
            if has_place and (extent.platforms is None or subject.platform in extent.platforms):
                yield extent.start, extent.end

    def _days_by_agency(self, subject: Subject, tenures: Sequence[Tenure]) -> Days:
        """The days on which each agency of a territory is covered."""
        days = unite(span for tenure in tenures for span in _days_of(tenure))
        for tenure in tenures:
            days = subtract(days, subtract(_days_of(tenure), self.days(subject._replace(agency=tenure.agency))))
        return days


def _days_of(tenure: Tenure) -> Days:
    return ((tenure.since, tenure.until or date.max),)


def measure_completeness(about: About, query: CoverageQuery, extents: Collection[Extent]) -> Completeness:
    """How complete a source is for a query, by the extents of its complete scopes."""
    index = ExtentIndex(about, extents)
    record_types = about.records if query.record_type is None else {query.record_type}
    territory = about.jurisdictions if query.agencies is None else None
    jurisdictions: Sequence[Jurisdiction | None] = query.jurisdictions or territory or (None,)
    subjects = _subjects(index, query, record_types, jurisdictions)
    period = _period(query)
    days = {subject: _days_within(index.days(subject), period) for subject in subjects}
    incomplete = {each for each in days if (days[each] != period if period is not None else not days[each])}
    whole = period is not None and not incomplete and record_types <= about.records
    if whole:
        # A source may have records of no place that it names: without any in the query, extents speak for all.
        everything = query.jurisdictions is None and query.agencies is None
        firm = ExtentIndex(about, [each for each in extents if not each.selective])
        all_subjects = _subjects(firm, query, record_types, (None,) if everything else jurisdictions)
        whole = all(_days_within(firm.days(subject), period) == period for subject in all_subjects)
    return Completeness(
        is_whole=whole,
        has_part=any(days.values()),
        gaps=_gaps(index, query, jurisdictions, days, incomplete),
    )


def _subjects(
    index: ExtentIndex,
    query: CoverageQuery,
    record_types: Iterable[RecordType],
    jurisdictions: Sequence[Jurisdiction | None],
) -> list[Subject]:
    return [
        Subject(*each)
        for each in product(
            sorted(record_types),
            dict.fromkeys(map(index.places, jurisdictions)),
            dict.fromkeys(_name(agency, index.agencies) for agency in query.agencies or (None,)),
            dict.fromkeys(_name(platform, index.platforms) for platform in query.platforms or (None,)),
        )
    ]


def _name(name: str | None, names: Collection[str]) -> str | None:
    return name if name is None or name in names else OTHER


def _period(query: CoverageQuery) -> Days | None:
    return None if query.start is None or query.end is None else ((query.start, query.end),)


def _days_within(days: Days, period: Days | None) -> Days:
    return days if period is None else intersect(days, period)


def _gaps(
    index: ExtentIndex,
    query: CoverageQuery,
    jurisdictions: Sequence[Jurisdiction | None],
    days: dict[Subject, Days],
    incomplete: Collection[Subject],
) -> CoverageGaps:
    period = _period(query)
    rest = () if period is None else unite(span for each in incomplete for span in subtract(period, days[each]))
    months, count = months_of(rest, MOST_MONTHS)
    places = {each.places for each in incomplete}
    agencies = {each.agency for each in incomplete}
    platforms = {each.platform for each in incomplete}
    by_territory = {
        agency for each in incomplete if each.agency is None for agency in index.absent_agencies(each, period)
    }
    by_name = {name for name in query.agencies or () if _name(name, index.agencies) in agencies}
    return CoverageGaps(
        months=months,
        month_count=count,
        jurisdictions=[each for each in jurisdictions if each is not None and index.places(each) in places],
        agencies=sorted(by_territory | by_name),
        platforms=[name for name in query.platforms or () if _name(name, index.platforms) in platforms],
    )
