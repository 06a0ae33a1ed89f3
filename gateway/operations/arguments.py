"""The arguments of fields: as GraphQL coerces them, and as the parts of a query that they mean.

Whatever raises here raises RequestError, for an argument that has a valid type and an invalid value.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TypedDict

from adapters.records import Dimension
from adapters.vocabulary.enums import ArrestEvent, HarmCategory, Metric, RecordType, TakedownMeasure, Unit
from adapters.vocabulary.jurisdictions import Jurisdiction
from adapters.vocabulary.spelling import canonical
from schema.declarations import DEFAULT_CELLS, DEFAULT_PAGE_SIZE, MAX_CELLS, MAX_PAGE_SIZE
from schema.errors import ErrorCode, RequestError
from schema.inputs import (
    DimensionValue,
    PeriodValue,
    agency_id,
    check_text,
    check_values,
    during,
    platform_id,
    within_months,
)
from schema.queries.conditions import Condition, LatestRelease, ReleasedBy
from schema.queries.figures import FigureSpec
from schema.queries.records import Order, OrderBy, Window

MAX_GROUPINGS = 4


class OrderValue(TypedDict):
    """A `RecordOrder`."""

    by: OrderBy
    descending: bool


class PageArguments(TypedDict, total=False):
    """The arguments of a page. Those of releases belong to statistics alone."""

    first: int | None
    after: str | None
    last: int | None
    before: str | None
    filter: dict[str, object] | None
    orderBy: OrderValue | None
    asOf: datetime | None
    release: date | None
    allReleases: bool | None


class SummaryArguments(TypedDict, total=False):
    """The arguments of a summary."""

    filter: dict[str, object] | None
    period: PeriodValue | None
    groupBy: list[str] | None
    first: int | None


class ChangeFilterValue(TypedDict, total=False):
    """A `ChangeFilter`."""

    source: list[str] | None
    recordType: list[RecordType] | None


class ChangesArguments(TypedDict, total=False):
    """The arguments of changes."""

    after: str | None
    first: int | None
    filter: ChangeFilterValue | None


class HistoryArguments(TypedDict, total=False):
    """The arguments of a history."""

    first: int | None


class RequiredFigureArguments(TypedDict):
    """The arguments that a total and a comparison cannot do without."""

    metric: Metric
    period: PeriodValue


class FigureArguments(RequiredFigureArguments, total=False):
    """The arguments of a total and of a comparison."""

    unit: Unit | None
    event: ArrestEvent | None
    jurisdiction: Jurisdiction | None
    platform: str | None
    agency: str | None
    counterpart: str | None
    harmCategory: list[HarmCategory] | None
    measure: list[TakedownMeasure] | None
    dimensions: list[DimensionValue] | None
    population: str | None
    source: list[str] | None
    sources: list[str] | None
    release: date | None
    asOf: datetime | None


def page_size(first: int | None) -> int:
    """How many records a page has."""
    if first is None:
        return DEFAULT_PAGE_SIZE
    if not 0 <= first <= MAX_PAGE_SIZE:
        raise RequestError(ErrorCode.BAD_INPUT, f"A page has at least 0 and at most {MAX_PAGE_SIZE} records.")
    return first


def window(arguments: PageArguments) -> Window:
    """The part of the ordered records that a page has."""
    first, last = arguments.get("first"), arguments.get("last")
    after, before = arguments.get("after"), arguments.get("before")
    if (first is not None or after is not None) and (last is not None or before is not None):
        raise RequestError(
            ErrorCode.BAD_INPUT, "A page goes forward (first, after) or backward (last, before), not both."
        )
    if before is not None and last is None:
        raise RequestError(ErrorCode.BAD_INPUT, "`before` needs `last`.")
    if last is not None:
        return Window(page_size(last), before, backward=True)
    return Window(page_size(first), after)


def order(value: OrderValue | None) -> Order:
    """The order of a page."""
    return Order() if value is None else Order(value["by"], value["descending"])


def release_conditions(arguments: PageArguments) -> Iterator[Condition]:
    """Which releases of a figure a page contains: the last one of each cell, unless it asks for all."""
    release = arguments.get("release")
    if release is not None:
        yield ReleasedBy(release)
    if not arguments.get("allReleases"):
        yield LatestRelease(release)


def cell_limit(first: int | None) -> int:
    """How many cells a summary has."""
    if first is None:
        return DEFAULT_CELLS
    if not 0 <= first <= MAX_CELLS:
        raise RequestError(ErrorCode.BAD_INPUT, f"A summary has at least 0 and at most {MAX_CELLS:,} cells.")
    return first


def grouping(attributes: Sequence[str]) -> tuple[str, ...]:
    """What a summary is grouped by. Cells must be distinguishable, and few enough to be of use."""
    if {"month", "quarter"} <= set(attributes):
        raise RequestError(ErrorCode.BAD_INPUT, "Cells are grouped by month or by quarter, not by both.")
    if len(set(attributes)) > MAX_GROUPINGS:
        raise RequestError(ErrorCode.BAD_INPUT, f"Cells are grouped by at most {MAX_GROUPINGS} things at once.")
    return tuple(dict.fromkeys(attributes))


def month_conditions(period: PeriodValue | None) -> Iterator[Condition]:
    """The period of a summary, which has whole months."""
    if period is not None:
        yield within_months(period)


def source_names(names: list[str] | None) -> tuple[str, ...] | None:
    """The names of sources; None means all."""
    return None if names is None else check_values(names)


def figure_spec(arguments: FigureArguments) -> FigureSpec:
    """What a total or a comparison counts."""
    days = during(arguments["period"])
    agency, platform = arguments.get("agency"), arguments.get("platform")
    return FigureSpec(
        metric=arguments["metric"],
        start=days.start,
        end=days.end,
        unit=arguments.get("unit"),
        event=arguments.get("event"),
        agency=None if agency is None else agency_id(agency),
        platform=None if platform is None else platform_id(platform),
        counterpart=_text(arguments.get("counterpart")),
        jurisdiction=arguments.get("jurisdiction"),
        harm_categories=tuple(sorted(set(arguments.get("harmCategory") or ()))),
        measures=tuple(sorted(set(arguments.get("measure") or ()))),
        dimensions=tuple(
            Dimension(canonical(check_text(value["name"])), canonical(check_text(value["value"])))
            for value in check_values(arguments.get("dimensions") or ())
        ),
        population=_text(arguments.get("population")),
        release=arguments.get("release"),
    )


def _text(value: str | None) -> str | None:
    return None if value is None else canonical(check_text(value))
