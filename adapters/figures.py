"""Which published figures measure the same cell, and the precision of a period."""

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
    """The figures of the last publication, for each cell, speaker and source.

    With `until`, only publications up to that day count. A figure without a publication date neither replaces another
    nor is replaced.
    """
    candidates = [each for each in figures if until is None or (each.released_at and each.released_at <= until)]
    last: dict[tuple[str, str | None, str], date] = {}
    for each in candidates:
        if each.series_key is not None and each.released_at is not None:
            cell = (each.source, each.speaker, each.series_key)
            last[cell] = max(last.get(cell, date.min), each.released_at)
    return [
        each
        for each in candidates
        if each.series_key is None
        or each.released_at is None
        or each.released_at == last[each.source, each.speaker, each.series_key]
    ]


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
