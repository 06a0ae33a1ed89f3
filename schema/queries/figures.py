"""Totals and comparisons of published figures."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct, field

from adapters.records import Dimension, Period
from adapters.vocabulary.enums import (
    ArrestEvent,
    HarmCategory,
    Metric,
    Qualifier,
    SeriesDifference,
    TakedownMeasure,
    TotalRefusal,
    Unit,
)
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.queries.base import CatalogueQuery
from schema.queries.records import FieldPath, NestedQuery, RecordRow
from schema.queries.sources import SourceStatus


class FigureSpec(Struct, frozen=True, kw_only=True):
    """What one number is to count, from `start` up to but not including `end`.

    Of `agency`, `unit` and `population` None leaves it to each source; of the others, None or empty means the whole.
    """

    metric: Metric
    start: date
    end: date
    unit: Unit | None = None
    event: ArrestEvent | None = None
    agency: str | None = None
    platform: str | None = None
    counterpart: str | None = None
    jurisdiction: Jurisdiction | None = None
    harm_categories: tuple[HarmCategory, ...] = ()
    measures: tuple[TakedownMeasure, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    population: str | None = None
    release: date | None = None


class TotalQuery(CatalogueQuery["TotalResult"], frozen=True, kw_only=True):
    """What published figures amount to, for each source on its own, or why they amount to nothing.

    `attributes` and `related` are what is shown of the figures that an answer rests on, as for `Records`.
    """

    asked: FigureSpec
    sources: tuple[str, ...] | None = None
    attributes: frozenset[str] = frozenset()
    related: Mapping[FieldPath, "NestedQuery"] = field(default_factory=dict)
    as_of: datetime | None = None


class ComparisonQuery(CatalogueQuery["ComparisonResult"], frozen=True, kw_only=True):
    """The series that sources state of one metric, on one time axis, and in what each two of them differ.

    Of `asked` what is not named may be anything; figures that are broken down by an axis that is not named are left
    out. `attributes` and `related` are as for `Totalling`.
    """

    asked: FigureSpec
    sources: tuple[str, ...] | None = None
    attributes: frozenset[str] = frozenset()
    related: Mapping[FieldPath, "NestedQuery"] = field(default_factory=dict)
    as_of: datetime | None = None


class Choice(Struct, frozen=True):
    """What figures that were seen state where nothing was asked for: an argument, or the axis of a dimension."""

    name: str
    values: tuple[str, ...]


class Sum(Struct, frozen=True, kw_only=True):
    """A number, as far as it is known."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    qualifier: Qualifier | None = None
    figures: Sequence[RecordRow] = ()
    figure_count: int = 0


class SourceSum(Sum, frozen=True, kw_only=True):
    """What one speaker's figures in one source amount to; without a qualifier there is a reason and no number."""

    source: str
    speaker: str | None = None
    agency: str | None = None
    unit: Unit | None = None
    population: str | None = None
    reason: TotalRefusal | None = None
    otherwise: Sum | None = None
    choices: Sequence[Choice] = ()


class TotalResult(Struct, frozen=True, kw_only=True):
    """One answer for each source, or the reason why there is none."""

    answers: Sequence[SourceSum]
    reason: TotalRefusal | None
    complete: bool
    sources: Sequence["SourceStatus"]


class FigureSeries(Struct, frozen=True, kw_only=True):
    """Figures that one source states for one thing over several periods."""

    index: int
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
    figures: Sequence[RecordRow]


class SeriesValue(Struct, frozen=True, kw_only=True):
    """What a series states for a period."""

    series: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    qualifier: Qualifier
    released_at: date | None


class ComparisonPeriod(Struct, frozen=True, kw_only=True):
    """A period on the common time axis, and what series state for it."""

    period: Period
    values: Sequence[SeriesValue]


class SeriesPair(Struct, frozen=True, kw_only=True):
    """In what two series differ."""

    one: int
    other: int
    reasons: Sequence[SeriesDifference]
    common_periods: int
    contradictions: int


class ComparisonResult(Struct, frozen=True, kw_only=True):
    """Series on one time axis; `complete` says whether these are all."""

    series: Sequence[FigureSeries]
    axis: Sequence[ComparisonPeriod]
    differences: Sequence[SeriesPair]
    complete: bool
    sources: Sequence["SourceStatus"]
