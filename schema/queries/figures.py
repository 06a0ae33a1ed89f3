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
from schema.queries.sources import SourcedResult


class FigureSpec(Struct, frozen=True, kw_only=True):
    """What one number counts, from `start` up to but not including `end`.

    None for `agency`, `unit` or `population` means any, each on its own; elsewhere None or empty means the whole.
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
    """The total of published figures, for each source on its own, or the reason why there is none.

    `attributes` and `related` apply to the figures that an answer rests on, as in `PageQuery`.
    """

    spec: FigureSpec
    sources: tuple[str, ...] | None = None
    attributes: frozenset[str] = frozenset()
    related: Mapping[FieldPath, "NestedQuery"] = field(default_factory=dict)
    as_of: datetime | None = None


class ComparisonQuery(CatalogueQuery["ComparisonResult"], frozen=True, kw_only=True):
    """One metric as several sources state it, on one time axis, and how each two series differ.

    What `spec` leaves open may be anything; figures that are broken down by an axis that it does not name are left
    out. `attributes` and `related` are as in `TotalQuery`.
    """

    spec: FigureSpec
    sources: tuple[str, ...] | None = None
    attributes: frozenset[str] = frozenset()
    related: Mapping[FieldPath, "NestedQuery"] = field(default_factory=dict)
    as_of: datetime | None = None


class Choice(Struct, frozen=True):
    """The values that figures have for an argument, or for the axis of a dimension, that the query leaves open."""

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
    """The total of one speaker's figures in one source. Without a qualifier there is a reason and no number."""

    source: str
    speaker: str | None = None
    agency: str | None = None
    unit: Unit | None = None
    population: str | None = None
    reason: TotalRefusal | None = None
    otherwise: Sum | None = None
    choices: Sequence[Choice] = ()


class TotalResult(SourcedResult, kw_only=True):
    """One answer for each source, or the reason why there is none."""

    answers: Sequence[SourceSum]
    reason: TotalRefusal | None
    complete: bool


class FigureSeries(Struct, frozen=True, kw_only=True):
    """The figures of one source for one thing over several periods."""

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
    """The value of a series for a period."""

    series: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    qualifier: Qualifier
    released_at: date | None


class ComparisonPeriod(Struct, frozen=True, kw_only=True):
    """A period on the common time axis, and the values of the series for it."""

    period: Period
    values: Sequence[SeriesValue]


class SeriesPair(Struct, frozen=True, kw_only=True):
    """How two series differ."""

    one: int
    other: int
    reasons: Sequence[SeriesDifference]
    common_periods: int
    contradictions: int


class ComparisonResult(SourcedResult, kw_only=True):
    """Series on one time axis; `complete` says whether these are all."""

    series: Sequence[FigureSeries]
    axis: Sequence[ComparisonPeriod]
    differences: Sequence[SeriesPair]
    complete: bool
