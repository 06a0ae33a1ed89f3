"""Which published figures measure the same cell, and the precision of a period."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import quote_plus

from adapters.months import month_of
from adapters.records import Period, Statistic
from adapters.vocabulary.enums import Precision, Unit

ADDITIVE_UNITS = frozenset({Unit.CASES, Unit.REPORTS, Unit.REQUESTS, Unit.ITEMS, Unit.STATEMENTS})
"""Units whose figures may be summed over disjoint periods and parts: events, not persons or accounts."""

TOTAL = "TOTAL"
"""The value of a dimension for the total along it, beside the figures of its parts."""


def series_key(figure: Statistic) -> str:
    """The key of what a figure measures: equal for two figures of the same cell, even of different sources.

    It contains metric, unit, event kind, agency, platform, counterpart, jurisdictions, harm categories, measures,
    dimensions, population and period. It does not contain the value and its qualifier, the speaker, the date or the
    source. Populations are compared as text, so figures with different keys may mean the same, never the reverse.
    """
    period = figure.period or Period()
    cell = [
        ("metric", figure.metric),
        ("unit", figure.unit),
        ("event", figure.event),
        ("agency", figure.agency),
        ("platform", figure.platform),
        ("counterpart", figure.counterpart),
        *(("jurisdiction", code) for code in sorted(figure.jurisdictions)),
        *(("harm", harm) for harm in sorted(figure.harm_categories)),
        *(("measure", measure) for measure in sorted(figure.measures)),
        *((f"by {dimension.name}", dimension.value) for dimension in sorted(figure.dimensions)),
        ("population", figure.population),
        ("start", period.start),
        ("end", period.end),
        # Only words such as "early November" distinguish periods without days.
        ("stated", None if period.start and period.end else period.text),
    ]
    return "&".join(f"{_quote(name)}={_quote(str(value))}" for name, value in cell if value is not None)


def newest_figures(figures: Iterable[Statistic], until: date | None = None) -> list[Statistic]:
    """The figures of the last release, for each cell, speaker and source.

    With `until`, only releases dated up to that day count.
    """
    candidates = [each for each in figures if until is None or (each.released_at and each.released_at <= until)]
    cells: dict[tuple[str, str | None, str | None], list[Statistic]] = defaultdict(list)
    for each in candidates:
        cells[each.source, each.speaker, each.series_key].append(each)
    return [
        each
        for each in candidates
        if each.series_key is None
        or not any(is_restated(each, other) for other in cells[each.source, each.speaker, each.series_key])
    ]


def is_restated(figure: Statistic, other: Statistic) -> bool:
    """Whether another figure of the same cell is of a later release.

    The names of the two releases decide; where one has none, their dates; and where one has no date, neither is later.
    """
    if figure.release_name is not None and other.release_name is not None:
        return figure.release_name < other.release_name
    return figure.released_at is not None and other.released_at is not None and figure.released_at < other.released_at


def period_precision(start: date, end: date) -> Precision:
    """The precision of the days from `start` up to but not including `end`: a day, a month … a year, or an interval."""
    if end == start + timedelta(days=1):
        return Precision.DAY
    if start.day != 1 or end.day != 1:
        return Precision.INTERVAL
    months = month_of(end) - month_of(start)
    precisions = {1: Precision.MONTH, 3: Precision.QUARTER, 6: Precision.HALF_YEAR, 12: Precision.YEAR}
    aligned = months in precisions and (start.month - 1) % months == 0
    return precisions[months] if aligned else Precision.INTERVAL


# The same few words are in thousands of keys, and quoting them took half of the time of reading a table.
_quote = lru_cache(maxsize=4096)(quote_plus)
