"""The tables of the templates that are read: their columns, and what each column of figures counts.

The official columns are those of Annex I to Implementing Regulation (EU) 2024/2835. The short ones are those of
collections of several providers' figures, which have no column for the period.
"""

from collections.abc import Mapping
from importlib.resources import files

from msgspec import Struct
from msgspec.structs import replace

from adapters.figures import TOTAL
from adapters.formats.tables import collapse_spaces
from adapters.platforms.dsa_harmonised_reports.quantities import Quantity
from adapters.records import Dimension
from adapters.toml import read_toml
from adapters.vocabulary.enums import Aggregation, Metric, Unit


class FigureColumn(Struct, frozen=True, kw_only=True):
    """What a column of figures counts. `name` is part of its records' ids; `by` has dimensions that no line names."""

    name: str
    metric: Metric
    unit: Unit
    population: str
    by: tuple[Dimension, ...] = ()

    @property
    def quantity(self) -> Quantity:
        """What its cells state. In part 7 the line says it instead."""
        return Quantity.TIME if "median" in self.name else Quantity.COUNT

    @property
    def aggregation(self) -> Aggregation:
        """Medians are never added, and one action may be taken on several grounds."""
        return Aggregation.NONE if self.unit is Unit.OTHER else Aggregation.SUM


class ReportTable(Struct, frozen=True, kw_only=True):
    """A table of the templates: the columns that say what a line is about, and those with figures.

    `part` is the number of the part, `keys` are column → service, period, category, scope … Raises ValueError where a
    column is in both `keys` and `figures`.
    """

    part: int
    keys: dict[str, str]
    figures: dict[str, FigureColumn]

    def __post_init__(self) -> None:
        if set(self.keys) & set(self.figures):
            raise ValueError("a column is either a key or a figure")

    @property
    def columns(self) -> set[str]:
        """The columns that every table of this form has."""
        return {*self.keys, *self.figures}


def _notice_columns(
    name: str, metric: Metric, unit: Unit, population: str, *by: Dimension
) -> tuple[FigureColumn, FigureColumn]:
    """The column for all notices, and the one for those of trusted flaggers."""
    total = FigureColumn(
        name=name, metric=metric, unit=unit, population=population, by=(Dimension("notifier", TOTAL), *by)
    )
    return total, replace(total, name=f"tf_{name}", by=(Dimension("notifier", "TRUSTED_FLAGGER"), *by))


def _median_column(name: str, metric: Metric, action: str) -> FigureColumn:
    return FigureColumn(
        name=name, metric=metric, unit=Unit.OTHER, population=f"median time to {action}, unit not stated"
    )


TO_ACT = "orders to act against illegal content (Article 9)"
TO_INFORM = "orders to provide information (Article 10)"
NOTICES = "notices (Article 16)"
ACTIONS = "actions taken on notices (Article 16)"

ACT = FigureColumn(name="orders_to_act", metric=Metric.TAKEDOWN_REQUESTS, unit=Unit.REQUESTS, population=TO_ACT)
ITEMS = FigureColumn(
    name="items", metric=Metric.TAKEDOWN_REQUESTS, unit=Unit.ITEMS, population=f"items named in {TO_ACT}"
)
INFORM = FigureColumn(
    name="orders_to_provide_info", metric=Metric.INFORMATION_REQUESTS, unit=Unit.REQUESTS, population=TO_INFORM
)
NOTICE, FLAGGER_NOTICES = _notice_columns("notices", Metric.REPORTS, Unit.REPORTS, NOTICES)
NOTICE_ITEMS, FLAGGER_ITEMS = _notice_columns("items", Metric.REPORTS, Unit.ITEMS, f"items named in {NOTICES}")
MEDIAN, FLAGGER_MEDIAN = _notice_columns(
    "median_time", Metric.MEDIAN_TAKEDOWN_TIME, Unit.OTHER, f"median time to act on {NOTICES}, unit not stated"
)
BY_LAW, FLAGGER_BY_LAW = _notice_columns(
    "actions_law", Metric.TAKEDOWNS, Unit.OTHER, ACTIONS, Dimension("basis", "LAW")
)
BY_TERMS, FLAGGER_BY_TERMS = _notice_columns(
    "actions_tos", Metric.TAKEDOWNS, Unit.OTHER, ACTIONS, Dimension("basis", "TERMS_OF_SERVICE")
)

KEYS = {"service": "service", "reporting period": "period", "category of illegal content": "category"}
DESCRIPTION = (
    *("description of the sub-category", "beschreibung der unterkategorie", "description de la sous-catégorie"),
)
"""How the column begins that tells several "other" lines of one category apart."""
FREE_TEXT = (
    *("applicability", "contextual information", "category label"),
    *("anwendbarkeit", "hintergrundinformationen", "applicabilité", "informations contextuelles"),
    *DESCRIPTION,
)
"""How the columns begin that have no figure. `Category label` stands in the reports of several providers."""
EMPTY_DESCRIPTIONS = frozenset(
    {
        *("", 'text to detail the "other" keyword'),
        *("text zur präzisierung des stichworts „sonstige“", "texte pour préciser le mot-clé «autre»"),
    }
)
"""The descriptions of the empty templates, in lower case and without the full stop: they describe nothing."""
ORDER_TO_ACT = "the order to act against illegal content"
ORDER_TO_INFORM = "the order to provide information"
FLAGGERS = " (trusted flagger notices)"
NOTICE_ITEMS_COLUMN = "number of specific items of information included in the total number of notices"
LAW = "number of actions taken on the basis of the law"
TERMS = "number of actions taken on the basis of the terms and conditions of the service"


def _by_name(*columns: FigureColumn) -> dict[str, FigureColumn]:
    return {column.name: column for column in columns}


TABLES = (
    ReportTable(
        part=3,
        keys={**KEYS, "scope": "scope"},
        figures={
            "number of orders to act against illegal content received": ACT,
            "number of specific items of information included in the total number of orders to act against illegal "
            "content": ITEMS,
            f"median time to inform the authority of the receipt of {ORDER_TO_ACT}": _median_column(
                "median_time_to_confirm_act", Metric.OTHER, f"confirm {TO_ACT}"
            ),
            f"median time to give effect to {ORDER_TO_ACT}": _median_column(
                "median_time_to_act", Metric.MEDIAN_TAKEDOWN_TIME, f"carry out {TO_ACT}"
            ),
            "number of orders to provide information": INFORM,
            f"median time to inform the authority of the receipt of {ORDER_TO_INFORM}": _median_column(
                "median_time_to_confirm_info", Metric.OTHER, f"confirm {TO_INFORM}"
            ),
            f"median time to give effect to {ORDER_TO_INFORM}": _median_column(
                "median_time_to_inform", Metric.OTHER, f"carry out {TO_INFORM}"
            ),
        },
    ),
    ReportTable(
        part=3,
        keys={"service": "service", "category": "category", "scope": "scope"},
        figures=_by_name(ACT, ITEMS, INFORM),
    ),
    ReportTable(
        part=4,
        keys=KEYS,
        figures={
            "number of notices received": NOTICE,
            "number of notices received from trusted flaggers": FLAGGER_NOTICES,
            NOTICE_ITEMS_COLUMN: NOTICE_ITEMS,
            f"{NOTICE_ITEMS_COLUMN} by trusted flaggers{FLAGGERS}": FLAGGER_ITEMS,
            "median time to take action": MEDIAN,
            f"median time to take action{FLAGGERS}": FLAGGER_MEDIAN,
            LAW: BY_LAW,
            f"{LAW}{FLAGGERS}": FLAGGER_BY_LAW,
            TERMS: BY_TERMS,
            f"{TERMS}{FLAGGERS}": FLAGGER_BY_TERMS,
        },
    ),
    ReportTable(
        part=4,
        keys={"service": "service", "category": "category"},
        figures=_by_name(
            *(NOTICE, FLAGGER_NOTICES, NOTICE_ITEMS, FLAGGER_ITEMS, MEDIAN, FLAGGER_MEDIAN),
            *(BY_LAW, FLAGGER_BY_LAW, BY_TERMS, FLAGGER_BY_TERMS),
        ),
    ),
    ReportTable(
        part=7,
        keys={
            **{"service": "service", "reporting period": "period"},
            **{"section": "section", "indicator": "indicator", "scope": "outcome"},
        },
        figures={"value": FigureColumn(name="value", metric=Metric.OTHER, unit=Unit.OTHER, population="")},
    ),
)

COLUMNS_WITHOUT_FIGURES = ({"service", "indicator", "value"}, {"service", "reporting period", "indicator", "value"})
"""The columns of parts 1 and 11, which are among those of part 7."""


def _invert(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {collapse_spaces(word).casefold(): value for value, spellings in words.items() for word in spellings}


FOLDER = files("adapters.platforms.dsa_harmonised_reports")
COLUMN_NAMES = _invert(read_toml("columns", FOLDER.joinpath("columns.toml").read_bytes(), dict[str, tuple[str, ...]]))
"""The English columns by those of other languages, all in lower case."""


def _indicator_words() -> dict[str, dict[str, str]]:
    content = FOLDER.joinpath("words.toml").read_bytes()
    axes = read_toml("words", content, dict[str, dict[str, tuple[str, ...]]])
    return {axis: _invert(values) for axis, values in axes.items()}


INDICATOR_WORDS = _indicator_words()
"""The values of part 7, by axis (section, indicator, outcome) and by their words in the languages of `words.toml`."""

OTHER_PART = "OTHER_PART"
"""A section of parts 8 to 10, which have the columns of part 7 and are not read."""
