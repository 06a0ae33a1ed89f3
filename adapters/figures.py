"""What makes two published figures the same cell, and what a period of days is called."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import quote_plus

from adapters.months import month_of
from adapters.records import Period, Statistic
from adapters.vocabulary.enums import Precision, Unit

ADDITIVE_UNITS = frozenset({Unit.CASES, Unit.REPORTS, Unit.REQUESTS, Unit.ITEMS, Unit.STATEMENTS})
"""Units of which figures may be sums over disjoint periods and parts: events, and none of persons or accounts."""

TOTAL = "TOTAL"
"""The value of a dimension for the figure that is the total along it, beside which its parts stand."""


def series_key(figure: Statistic) -> str:
    """What the figure measures, whatever the answer: equal for two figures of the same cell, also of two sources.

    Part of it: metric, unit, event kind, agency, platform, counterpart, jurisdictions, harm categories, measures,
    dimensions, population and period. No part of it: the value and its qualifier, who says so and when, the source. A
    population is compared as worded, so figures may differ in key and yet mean the same, never the reverse.
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
        # Words such as "early November" are all there is to tell one period without days from another.
        ("stated", None if period.start and period.end else period.text),
    ]
    return "&".join(f"{_quoted(name)}={_quoted(str(value))}" for name, value in cell if value is not None)


def newest_figures(figures: Iterable[Statistic], until: date | None = None) -> list[Statistic]:
    """Of what one speaker in one source states for one cell, the figures of the last publication.

    With `until` of the publications until that day, and nothing else. A figure whose publication is not dated restates
    nothing and is not restated.
    """
    published = [each for each in figures if until is None or (each.released_at and each.released_at <= until)]
    last: dict[tuple[str, str | None, str], date] = {}
    for each in published:
        if each.series_key is not None and each.released_at is not None:
            cell = (each.source, each.speaker, each.series_key)
            last[cell] = max(last.get(cell, date.min), each.released_at)
    return [
        each
        for each in published
        if each.series_key is None
        or each.released_at is None
        or each.released_at == last[each.source, each.speaker, each.series_key]
    ]


def period_precision(start: date, end: date) -> Precision:
    """What the days from `start` up to but not including `end` are: a day, a month … a year, or an interval."""
    if end == start + timedelta(days=1):
        return Precision.DAY
    if start.day != 1 or end.day != 1:
        return Precision.INTERVAL
    months = month_of(end) - month_of(start)
    named = {1: Precision.MONTH, 3: Precision.QUARTER, 6: Precision.HALF_YEAR, 12: Precision.YEAR}
    aligned = months in named and (start.month - 1) % months == 0
    return named[months] if aligned else Precision.INTERVAL


# The same few words stand in thousands of keys, and quoting them took half of the time of reading a table.
_quoted = lru_cache(maxsize=4096)(quote_plus)
