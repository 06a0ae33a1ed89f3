"""Series of one metric on one time axis, and how they differ. Performs no I/O."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations, product

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
from gateway.catalogue.read.figures.amounts import amount_of
from gateway.catalogue.read.figures.selection import open_axes
from schema.queries.figures import ComparisonPeriod, FigureSpec, SeriesPair, SeriesValue

Span = tuple[date, date]
"""The first day of a period, and the day after its last."""


class SeriesSubject(Struct, frozen=True, kw_only=True):
    """Who states a figure, and what it counts: the figures of one series have all of it in common."""

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

    @classmethod
    def of(cls, figure: Statistic) -> "SeriesSubject":
        """The subject of a figure."""
        return cls(
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

    @property
    def sort_key(self) -> list[str]:
        """Its place in an answer."""
        return [str(getattr(self, name)) for name in self.__struct_fields__]


DIFFERENCES = (
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
"""The differences between two subjects, and the attribute that shows each."""


class ComparisonSeries(Struct, frozen=True):
    """A subject, and its figures in the order of their periods."""

    subject: SeriesSubject
    figures: Sequence[Statistic]

    def by_span(self) -> dict[Span, list[Statistic]]:
        """The figures whose periods have both ends."""
        figures: dict[Span, list[Statistic]] = defaultdict(list)
        for figure in self.figures:
            if (span := _span(figure.period)) is not None:
                figures[span].append(figure)
        return figures


def group_series(figures: Iterable[Statistic], spec: FigureSpec) -> list[ComparisonSeries]:
    """The series of the figures, in a fixed order, without parts along axes that the query does not name."""
    query_axes = {(dimension.name, dimension.value) for dimension in spec.dimensions if dimension.value != TOTAL}
    by_subject: dict[SeriesSubject, list[Statistic]] = defaultdict(list)
    for figure in newest_figures(figures, spec.release):
        axes = {(dimension.name, dimension.value) for dimension in figure.dimensions if dimension.value != TOTAL}
        if query_axes in (axes, open_axes(figure, spec)):
            by_subject[SeriesSubject.of(figure)].append(figure)
    return [
        ComparisonSeries(subject, sorted(by_subject[subject], key=_by_period))
        for subject in sorted(by_subject, key=lambda subject: subject.sort_key)
    ]


def time_axis(series: Sequence[ComparisonSeries]) -> Iterator[ComparisonPeriod]:
    """Each period of any series, in order, with the values of all series for it."""
    values: dict[Span, list[SeriesValue]] = defaultdict(list)
    for index, each in enumerate(series):
        for span, figures in each.by_span().items():
            values[span] += [
                SeriesValue(
                    series=index,
                    value=figure.value,
                    low=figure.low,
                    high=figure.high,
                    qualifier=figure.qualifier,
                    released_at=figure.released_at,
                )
                for figure in figures
            ]
    for span in sorted(values):
        yield ComparisonPeriod(period=Period(*span, period_precision(*span)), values=values[span])


def differences(series: Sequence[ComparisonSeries]) -> Iterator[SeriesPair]:
    """How each two series differ; two that do not differ have no reasons."""
    for (one, first), (other, second) in combinations(enumerate(series), 2):
        yield _pair(one, first, other, second)


def _pair(one: int, first: ComparisonSeries, other: int, second: ComparisonSeries) -> SeriesPair:
    first_figures, second_figures = first.by_span(), second.by_span()
    common = sorted(first_figures.keys() & second_figures.keys())
    reasons = {
        reason
        for reason, attribute in DIFFERENCES
        if getattr(first.subject, attribute) != getattr(second.subject, attribute)
    }
    if first_figures.keys() != second_figures.keys() or not common:
        reasons.add(SeriesDifference.WINDOW)
    contradictions = 0
    for span in common:
        pairs = list(product(first_figures[span], second_figures[span]))
        if any(left.released_at != right.released_at for left, right in pairs):
            reasons.add(SeriesDifference.RELEASE)
        if any((left.qualifier is Qualifier.EXACT) != (right.qualifier is Qualifier.EXACT) for left, right in pairs):
            reasons.add(SeriesDifference.QUALIFIER)
        contradictions += any(_contradicts(left, right) for left, right in pairs)
    if contradictions and not reasons - {SeriesDifference.WINDOW}:
        reasons.add(SeriesDifference.UNEXPLAINED)
    return SeriesPair(
        one=one,
        other=other,
        reasons=[reason for reason in SeriesDifference if reason in reasons],
        common_periods=len(common),
        contradictions=contradictions,
    )


def _contradicts(left: Statistic, right: Statistic) -> bool:
    left_amount, right_amount = amount_of(left), amount_of(right)
    return left_amount is not None and right_amount is not None and not left_amount.agrees_with(right_amount)


def _span(period: Period | None) -> Span | None:
    if period is None or period.start is None or period.end is None:
        return None
    return period.start, period.end


def _by_period(figure: Statistic) -> tuple[str, str, str]:
    period = figure.period or Period()
    return str(period.start or ""), str(period.end or ""), figure.external_id
