"""Series of one metric on one time axis, and in what they differ. Pure: it reads figures and asks nobody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations

from msgspec import Struct

from adapters.figures import TOTAL, newest_figures, period_precision
from adapters.records import Period, Statistic
from adapters.vocabulary.enums import (
    ArrestEvent,
    HarmCategory,
    Qualifier,
    SeriesDifference,
    TakedownMeasure,
    Unit,
)
from adapters.vocabulary.jurisdictions import Jurisdiction
from gateway.catalogue.read.figures.totals import amount
from schema.queries.figures import ComparisonPeriod, FigureSpec, SeriesPair, SeriesValue

Days = tuple[date, date]


class Measured(Struct, frozen=True, kw_only=True):
    """Who says so, and what is counted: the figures of one series have all of it in common."""

    source: str
    speaker: str | None
    agency: str | None
    platform: str | None
    counterpart: str | None
    unit: Unit
    event: ArrestEvent | None
    jurisdictions: tuple[Jurisdiction, ...]
    harm_categories: tuple[HarmCategory, ...]
    measures: tuple[TakedownMeasure, ...]
    population: str | None
    cumulative: bool
    timezone: str | None


TOLD = (
    (SeriesDifference.UNIT, "unit"),
    (SeriesDifference.EVENT, "event"),
    (SeriesDifference.POPULATION, "population"),
    (SeriesDifference.AGENCY, "agency"),
    (SeriesDifference.PLATFORM, "platform"),
    (SeriesDifference.JURISDICTION, "jurisdictions"),
    (SeriesDifference.HARM_CATEGORY, "harm_categories"),
    (SeriesDifference.MEASURE, "measures"),
    (SeriesDifference.COUNTERPART, "counterpart"),
    (SeriesDifference.CUMULATIVE, "cumulative"),
    (SeriesDifference.TIME_ZONE, "timezone"),
)
"""The differences that what is measured tells, and by which part of it."""


class Line(Struct, frozen=True):
    """A series: what is measured, and its figures in the order of their periods."""

    measured: Measured
    figures: Sequence[Statistic]

    def by_days(self) -> dict[Days, list[Statistic]]:
        """The figures whose periods have both ends."""
        found: dict[Days, list[Statistic]] = defaultdict(list)
        for figure in self.figures:
            if (days := _days(figure.period)) is not None:
                found[days].append(figure)
        return found


def lines(figures: Iterable[Statistic], asked: FigureSpec) -> list[Line]:
    """The series that the figures form, in a fixed order; parts along axes that are not asked for are left out."""
    named = {(by.name, by.value) for by in asked.dimensions}
    found: dict[Measured, list[Statistic]] = defaultdict(list)
    for figure in newest_figures(figures, asked.release):
        stated = {(by.name, by.value) for by in figure.dimensions if by.value != TOTAL}
        if stated == {pair for pair in named if pair[1] != TOTAL}:
            found[_measured(figure)].append(figure)
    return [
        Line(measured, sorted(found[measured], key=_order))
        for measured in sorted(found, key=lambda each: [str(getattr(each, name)) for name in each.__struct_fields__])
    ]


def axis(series: Sequence[Line]) -> Iterator[ComparisonPeriod]:
    """Each period that any series states, in order, with what each of them states for it."""
    stated: dict[Days, list[SeriesValue]] = defaultdict(list)
    periods: dict[Days, Period] = {}
    for index, line in enumerate(series):
        for days, figures in line.by_days().items():
            for figure in figures:
                periods.setdefault(days, Period(*days, period_precision(*days)))
                stated[days].append(
                    SeriesValue(
                        series=index,
                        value=figure.value,
                        low=figure.low,
                        high=figure.high,
                        qualifier=figure.qualifier,
                        released_at=figure.released_at,
                    )
                )
    for days in sorted(stated):
        yield ComparisonPeriod(period=periods[days], values=stated[days])


def differences(series: Sequence[Line]) -> Iterator[SeriesPair]:
    """In what each two series differ; two that differ in nothing have no reasons."""
    for (one, first), (other, second) in combinations(enumerate(series), 2):
        yield _pair(one, first, other, second)


def _pair(one: int, first: Line, other: int, second: Line) -> SeriesPair:
    ours, theirs = first.by_days(), second.by_days()
    common = sorted(ours.keys() & theirs.keys())
    reasons = {reason for reason, part in TOLD if getattr(first.measured, part) != getattr(second.measured, part)}
    if ours.keys() != theirs.keys() or not common:
        reasons.add(SeriesDifference.WINDOW)
    contradictions = 0
    for days in common:
        pairs = [(mine, yours) for mine in ours[days] for yours in theirs[days]]
        if any(mine.released_at != yours.released_at for mine, yours in pairs):
            reasons.add(SeriesDifference.RELEASE)
        if any((mine.qualifier is Qualifier.EXACT) != (yours.qualifier is Qualifier.EXACT) for mine, yours in pairs):
            reasons.add(SeriesDifference.QUALIFIER)
        contradictions += any(_contradicts(mine, yours) for mine, yours in pairs)
    if contradictions and not reasons - {SeriesDifference.WINDOW}:
        reasons.add(SeriesDifference.UNEXPLAINED)
    return SeriesPair(
        one=one,
        other=other,
        reasons=[reason for reason in SeriesDifference if reason in reasons],
        common_periods=len(common),
        contradictions=contradictions,
    )


def _contradicts(one: Statistic, other: Statistic) -> bool:
    ours, theirs = amount(one), amount(other)
    return ours is not None and theirs is not None and not ours.agrees(theirs)


def _measured(figure: Statistic) -> Measured:
    return Measured(
        source=figure.source,
        speaker=figure.speaker,
        agency=figure.agency,
        platform=figure.platform,
        counterpart=figure.counterpart,
        unit=figure.unit,
        event=figure.event,
        jurisdictions=figure.jurisdictions,
        harm_categories=figure.harm_categories,
        measures=figure.measures,
        population=figure.population,
        cumulative=figure.cumulative,
        timezone=None if figure.period is None else figure.period.timezone,
    )


def _days(period: Period | None) -> Days | None:
    if period is None or period.start is None or period.end is None:
        return None
    return period.start, period.end


def _order(figure: Statistic) -> tuple[str, str, str]:
    period = figure.period or Period()
    return str(period.start or ""), str(period.end or ""), figure.external_id
