"""Which figures a total or comparison reads, and which part of the query's subject each of them counts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.figures import TOTAL
from adapters.records import Statistic
from adapters.vocabulary.names import find_platform
from adapters.vocabulary.spelling import canonical
from schema.queries.conditions import (
    AlongAxes,
    AnyOf,
    Condition,
    Contains,
    During,
    LatestRelease,
    PeriodMatch,
    ReleasedBy,
)
from schema.queries.figures import Choice, FigureSpec

ATTRIBUTES = frozenset(
    {
        *("metric", "value", "low", "high", "unit", "qualifier", "period", "cumulative", "aggregation", "event"),
        *("agency", "platform", "counterpart", "jurisdictions", "harm_categories", "measures", "dimensions"),
        *("population", "speaker", "released_at", "release_name", "series_key"),
    }
)
"""The attributes of a figure that decide what it may be added to."""

AXIS_ARGUMENTS = {
    **{"platform": "platform", "counterpart": "counterpart", "event": "event"},
    **dict.fromkeys(("place", "jurisdiction", "jurisdictions", "market", "country", "user_location"), "jurisdiction"),
    **{"harm_category": "harmCategory", "harm_categories": "harmCategory"},
    **{"measure": "measure", "measures": "measure"},
}
"""Axes of dimensions that repeat a field of the figure: axis → the argument that selects by that field."""


def conditions(spec: FigureSpec, sources: Sequence[str] | None = None) -> tuple[Condition, ...]:
    """The conditions on all figures that make up an answer, or that explain why there is none."""
    result: list[Condition] = [
        AnyOf(("metric",), (spec.metric,)),
        During(spec.start, spec.end, PeriodMatch.OVERLAPS),
        LatestRelease(spec.release),
    ]
    if spec.release is not None:
        result.append(ReleasedBy(spec.release))
    if sources is not None:
        result.append(AnyOf(("source",), tuple(sources)))
    for attributes, value in (
        (("unit",), spec.unit),
        (("event",), spec.event),
        (("agency", "speaker"), spec.agency),
        (("platform",), spec.platform),
        (("counterpart",), spec.counterpart),
        (("population",), spec.population),
    ):
        if value is not None:
            result.append(AnyOf(attributes, (value,)))
    if spec.jurisdiction is not None:
        result.append(Contains("jurisdictions", (spec.jurisdiction,)))
    for attribute, members in (("harm_categories", spec.harm_categories), ("measures", spec.measures)):
        result += [Contains(attribute, (str(member),)) for member in members]
    axes = tuple((dimension.name, (dimension.value,)) for dimension in spec.dimensions if dimension.value != TOTAL)
    return (*result, AlongAxes(axes)) if axes else tuple(result)


def is_relevant(figure: Statistic, spec: FigureSpec) -> bool:
    """Whether the figure may count something of the query's subject on one of its days."""
    period = figure.period
    return (
        figure.metric is spec.metric
        and spec.unit in (None, figure.unit)
        and spec.agency in (None, figure.agency or figure.speaker)
        and spec.population in (None, *map(canonical, one(figure.population)))
        and period is not None
        and (period.start is None or period.start < spec.end)
        and (period.end is None or period.end > spec.start)
        and (period.start is not None or period.end is not None)
    )


def part_of(figure: Statistic, spec: FigureSpec) -> dict[str, str] | None:
    """The part of the query's subject that the figure counts, axis by axis; without axes it counts the whole.

    None where it counts something else, or does not say that it counts all of it.
    """
    fields = {argument: (set(values), set(query_values)) for argument, values, query_values in _fields(figure, spec)}
    if any(values != query_values for values, query_values in fields.values()):
        return None
    query_axes = {dimension.name: dimension.value for dimension in spec.dimensions}
    if len(query_axes) != len(spec.dimensions):
        return None
    axes: dict[str, str] = {}
    for dimension in figure.dimensions:
        value = canonical(dimension.value)
        if axes.setdefault(canonical(dimension.name), value) != value:
            return None
    if any(value not in (TOTAL, axes.get(axis)) for axis, value in query_axes.items()):
        return None
    return {
        axis: value
        for axis, value in axes.items()
        if value != query_axes.get(axis, TOTAL) and not _repeats_field(axis, value, fields)
    }


def open_axes(figure: Statistic, spec: FigureSpec) -> set[tuple[str, str]]:
    """The axes that the figure is broken down by, without those that repeat a field by which the query selects."""
    fields = {
        argument: (set(values), set(query_values))
        for argument, values, query_values in _fields(figure, spec)
        if query_values
    }
    return {
        (dimension.name, dimension.value)
        for dimension in figure.dimensions
        if dimension.value != TOTAL and not _repeats_field(canonical(dimension.name), dimension.value, fields)
    }


def choices(figures: Iterable[Statistic], spec: FigureSpec) -> Iterator[Choice]:
    """The values that figures have for what the query leaves open."""
    values_by_name: dict[str, set[str]] = defaultdict(set)
    query_axes = {dimension.name for dimension in spec.dimensions}
    for figure in figures:
        for argument, values, query_values in _fields(figure, spec):
            if not query_values:
                values_by_name[argument].update(values)
        for dimension in figure.dimensions:
            if dimension.name not in query_axes and dimension.value != TOTAL:
                values_by_name[f"dimensions: {dimension.name}"].add(dimension.value)
    for name, options in sorted(values_by_name.items()):
        if options:
            yield Choice(name, tuple(sorted(options)))


def _fields(figure: Statistic, spec: FigureSpec) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """By the name of its argument, the values of each field in the figure and in the query."""
    yield "event", one(figure.event), one(spec.event)
    yield "platform", one(figure.platform), one(spec.platform)
    yield "counterpart", tuple(map(canonical, one(figure.counterpart))), one(spec.counterpart)
    yield "jurisdiction", figure.jurisdictions, one(spec.jurisdiction)
    yield "harmCategory", figure.harm_categories, spec.harm_categories
    yield "measure", figure.measures, spec.measures


def one(value: str | None) -> Sequence[str]:
    """The value as a list, which is empty for None."""
    return () if value is None else (value,)


def _repeats_field(axis: str, value: str, fields: Mapping[str, tuple[set[str], set[str]]]) -> bool:
    """Whether the dimension says the same as a field of the figure that the query selects by."""
    values, _ = fields.get(AXIS_ARGUMENTS.get(axis, ""), (set(), set()))
    if axis == "platform" and (platform := find_platform(value)) is not None:
        value = platform.id
    # A composite place is one value: "BE+LU".
    return bool(values) and value == "+".join(sorted(values))
