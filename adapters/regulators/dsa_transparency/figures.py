"""Daily figures: the numbers of statements that do not become records of their own, by platform, harm and measure."""

from collections import Counter
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

import msgspec

from adapters.figures import series_key
from adapters.records import Dimension, Period, Statistic
from adapters.regulators.dsa_transparency.cells import (
    DAY,
    UnknownCodes,
    parse_codes,
    parse_content,
    parse_day,
    parse_decision,
    parse_harm,
    parse_platform,
)
from adapters.regulators.dsa_transparency.columns import (
    CONTENT_COLUMNS,
    DECISION_COLUMNS,
    FIGURE_COLUMNS,
    HARM_COLUMNS,
    Cells,
    ColumnLayout,
)
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, Precision, Qualifier, Unit

NAME = "dsa_transparency"

EMPTY = "none"
"""The value of a figure's dimension where the publisher's cell is empty."""

SEPARATOR = "__"
"""What joins several codes in one dimension, as in the publisher's own index."""


class FigureTemplate(NamedTuple):
    """What one daily figure counts: the figure without its value."""

    figure: Statistic
    unknown: UnknownCodes


class DailyFigures:
    """Counts rows into figures of `population`, of one file after the other. `layout` is that of the rows to come."""

    def __init__(self, population: str | None) -> None:
        self._population = population
        # One of each per figure, so that no bound is needed beyond the number of figures.
        self._templates: dict[Cells, FigureTemplate] = {}
        self._counts: Counter[Cells] = Counter()

    def use_layout(self, layout: ColumnLayout) -> None:
        """Sets the layout of the rows that follow."""
        self._pick = layout.picker(*FIGURE_COLUMNS)

    def count(self, row: list[str]) -> None:
        """Counts a row. Raises RowError where it says of no figure that it belongs to it."""
        key = self._pick(row)
        # The day alone: with its time, each row would be a figure.
        key = (*key[:-1], key[-1][:10])
        if key not in self._templates:
            self._templates[key] = figure_template(key, self._population)
        self._counts[key] += 1

    def totals(self, unknown: Counter[tuple[str, str]]) -> list[tuple[Statistic, int]]:
        """The figures, each with its number of rows, sorted by id. Adds the codes that the rows lacked to `unknown`.

        Different codes may be one measure of the gateway's: their rows are one figure.
        """
        totals: dict[str, tuple[Statistic, int]] = {}
        for key, number in self._counts.items():
            figure, codes = self._templates[key]
            for code in codes:
                unknown[code] += number
            _, subtotal = totals.get(figure.external_id, (figure, 0))
            totals[figure.external_id] = (figure, subtotal + number)
        return [
            (msgspec.structs.replace(figure, value=Decimal(number)), number)
            for _, (figure, number) in sorted(totals.items())
        ]


def figure_population(keep: frozenset[HarmCategory] | None, part: str | None = None) -> str | None:
    """Which statements the daily figures count: all that are about none of `keep`, of the day or a part of its dump."""
    if keep is None:
        return None
    text = f"statements of reasons about none of: {', '.join(sorted(keep))}"
    return f"{text}; part {part} of the day's dump" if part else text


def figure_template(key: Cells, population: str | None) -> FigureTemplate:
    """The figure that counts rows with the cells `key` of FIGURE_COLUMNS. Raises RowError."""
    cells: dict[str, str] = dict(zip(FIGURE_COLUMNS, key, strict=True))
    harm = parse_harm(tuple(cells.get(column, "") for column in HARM_COLUMNS))
    decision = parse_decision(tuple(cells.get(column, "") for column in DECISION_COLUMNS))
    content = parse_content(tuple(cells.get(column, "") for column in CONTENT_COLUMNS))
    platform = parse_platform((cells["platform_name"],))
    day = parse_day(cells["created_at"])
    keywords = sorted(parse_codes(cells["category_specification"], "category_specification"))
    dimensions = {
        "category": cells["category"],
        "keyword": SEPARATOR.join(keywords),
        "automated_detection": cells["automated_detection"],
        "automated_decision": cells["automated_decision"],
        "source_type": cells["source_type"],
    }
    if platform.platform is None:
        dimensions["platform"] = cells["platform_name"]
    figure = Statistic(
        source=NAME,
        external_id="",
        native=platform.native,
        stated_at=day,
        metric=Metric.TAKEDOWNS,
        unit=Unit.STATEMENTS,
        qualifier=Qualifier.EXACT,
        period=Period(day, day + DAY, Precision.DAY, "UTC"),
        aggregation=Aggregation.SUM,
        platform=platform.platform,
        harm_categories=harm.categories,
        measures=decision.measures,
        dimensions=tuple(Dimension(name, value or EMPTY) for name, value in dimensions.items()),
        population=population,
    )
    return FigureTemplate(with_id(figure, day), decision.unknown + harm.unknown + content.unknown + platform.unknown)


FIRST_HARMS = {
    HarmCategory.NON_CONSENSUAL_DEEPFAKE: HarmCategory.NCII_DEEPFAKE,
    HarmCategory.CHILD_GROOMING: HarmCategory.OTHER,
    HarmCategory.HUMAN_TRAFFICKING: HarmCategory.OTHER,
}
"""The harms by which version 2 of the mapping called these. A figure keeps the id that it had then."""


def with_id(figure: Statistic, day: date) -> Statistic:
    """The figure with the id and the series that follow from what it counts."""
    series = series_key(figure)
    first_series = series_key(msgspec.structs.replace(figure, harm_categories=_first_harms(figure.harm_categories)))
    digest = sha256(first_series.encode()).hexdigest()[:32]
    return msgspec.structs.replace(figure, external_id=f"figures/{day}/{digest}", series_key=series)


def _first_harms(harms: tuple[HarmCategory, ...]) -> tuple[HarmCategory, ...]:
    first = {FIRST_HARMS.get(harm, harm) for harm in harms}
    return tuple(sorted(first - {HarmCategory.OTHER} or first))
