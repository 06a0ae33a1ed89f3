"""A profile: what a publisher's regular tables are and what their columns mean, written as TOML.

    [about]                 the source, as in `source.About`; `cadence_days` is how long an answer stays fresh;
                            `timezone` is left out where the publisher states none, and a note says so

    [about.publishers.ID]   who publishes the figures of one platform, where the source collects several publishers: its
                            `title`, `publisher`, `licence` and `attribution`, with `url` and `licence_url` where known

    [[table]]               one kind of file
    name                    part of its records' identity: never change it
    files                   patterns of file names (Python's `re`, the whole name, in any case); a named group is a
                            column of every line: `Report-(?P<year>[0-9]{4})_(?P<half>H[12])[.]csv` adds `year` and
                            `half`; the group `release` is read in lower case and with hyphens
    format                  CSV or JSON; with `encoding` and `delimiter`, or with `key`, under which the table is
    file_name               the name of such a file, with what an option of the import can say where a file's own name
                            has lost it: `{year}`, `{half}`, `{quarter}`, `{first}` and `{last}` (months, `jan`) from
                            its period, `{platform}`, `{release}`; without one, a file of another name is known by its
                            columns alone
    own_period              the column in which lines state their period themselves; it goes before the file's name
    columns                 names that every file of this kind has: a file without one of them is refused
    optional                names that come and go between releases
    column_patterns         patterns of names, `[0-9]{4}` where every year is a column
    aliases                 other names of a column, `"Policy type" = ["Policy grouping"]`; upper and lower case never
                            differ. A column of none of these names is counted as unknown, and its numbers are rejected
    line_counts             the number of lines by the file's name without its suffix, where that never changes
    min_lines               the least number of lines of any file
    release                 where each file is a release that restates earlier periods: `columns` name it, `dates` say
                            when each came out, where that is known; or the name of the one release that all files are.
                            Names sort in the order of release
    part_axis               the axis on which lines with the same words and different figures are numbered, where they
                            are parts that the publisher does not name; otherwise such lines restate one figure
    listing                 the axes along which the lines are a complete list, so that `total` may add them: everything
                            counts in exactly one line, and what has no line counts nothing
    same_as                 the table that has the same figures in other columns: every cell is read as one of its
                            lines; `rename` gives its column for one of this table, and each [[table.line]] names a
                            `column` of numbers and the `words` that the line has in further columns
    skip                    lines that are not read, each `{ where = {…}, reason = "…" }`

    [[table.figure]]        one column of figures; keys that all figures of a table share may be in the table itself
    name                    part of its records' identity: never change it
    column                  the column of the figure, or
    columns                 a pattern of the columns of such figures, whose named groups are columns again, or
    low, high               the two columns of its bounds
    where                   only lines in which these columns have this word, or one of these words
    unless                  not lines in which these columns have this word, or one of these words
    otherwise               this figure takes the lines that no other one takes, and the words in this column are
                            counted as unknown codes; with `columns`, it takes the columns that the table does not name,
                            and the words of this group are counted
    metric, unit, aggregation, platform, harm_categories, measures, population
                            as in `records.Statistic`: a constant, or the value of a column (below)
    qualifier               how the publisher means one number: EXACT, or ABOUT where it rounds
    dimensions              by axis, `instrument = "TOTAL"`: a constant, or the value of a column
    period                  a name (`2013S1`), or `{ columns = ["year", "half"] }` where columns name it together, with
                            `words` for parts that mean another; `last_day = "%Y-%m-%d"` and `months` where its name is
                            the day on which it ends
    place                   a code (`KR`), or `{ columns = ["ISO Code", "Country"] }`: the first that is a known
                            jurisdiction; `words` give codes for historic and unofficial names, `not_places` gives for
                            words that are no place their value on the axis `axis`, which places then have too;
                            `prefix` completes codes, `US-` those of states
    cells                   how numbers are written, see `cells.NumberFormat`
    factor, digits          the factor that converts the publisher's unit into ours, and the digits to round to

The value of a column: `{ column = "Requestor", scheme = "google" }`. `words` translate first: to "" where the word has
no meaning, and on an axis to TOTAL where it is the sum of the parts. Then come the native terms of `scheme`, in the
field's closed list or, on an axis, in the `list` named; a word that a closed list lacks becomes its OTHER or UNKNOWN
and is counted. On an axis without a list, and as a population, words stand for themselves. A platform is found by its
names; `default` is the id for a word that is no platform's. Where `column` lists several, their words are joined: those
that are not empty, with a space between. `levels` separates the levels of a word, `Safety - Bullying` with " - ": where
the whole has no meaning, the last level that has one counts.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import Literal

from msgspec import Struct, structs

from adapters.document import RowError
from adapters.source import About
from adapters.tabular.about import AboutKeys
from adapters.tabular.cells import NumberFormat
from adapters.tabular.naming import period_fields
from adapters.tabular.periods import parse_period
from adapters.vocabulary.enums import (
    Aggregation,
    HarmCategory,
    Metric,
    Qualifier,
    TakedownMeasure,
    Unit,
)
from adapters.vocabulary.terms import vocabularies

LISTS = {closed.__name__: closed for closed in vocabularies()}
"""The closed lists by name."""


class ColumnValue(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value that a column holds, and what its words mean."""

    column: str | tuple[str, ...]
    list: str | None = None
    scheme: str | None = None
    words: dict[str, str] = {}
    default: str | None = None
    levels: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose words are joined."""
        return (self.column,) if isinstance(self.column, str) else self.column


class PeriodColumns(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The columns that name a period."""

    columns: tuple[str, ...]
    words: dict[str, str] = {}
    last_day: str | None = None
    months: int | None = None


class PlaceColumns(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The columns that name a jurisdiction."""

    columns: tuple[str, ...]
    words: dict[str, str | tuple[str, ...]] = {}
    not_places: dict[str, str] = {}
    axis: str | None = None
    prefix: str = ""


class FigureKeys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of a figure; in a table they apply to every figure that does not set its own."""

    metric: Metric | ColumnValue | None = None
    unit: Unit | ColumnValue | None = None
    aggregation: Aggregation | ColumnValue | None = None
    qualifier: Qualifier | None = None
    platform: str | ColumnValue | None = None
    harm_categories: tuple[HarmCategory, ...] | ColumnValue | None = None
    measures: tuple[TakedownMeasure, ...] | ColumnValue | None = None
    population: str | ColumnValue | None = None
    dimensions: dict[str, str | ColumnValue] = {}
    period: str | PeriodColumns | None = None
    place: str | PlaceColumns | None = None
    cells: NumberFormat | None = None
    factor: Decimal | None = None
    digits: int | None = None


class FigureProfile(FigureKeys, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column of figures, or a pattern of such columns."""

    name: str
    column: str | None = None
    columns: str | None = None
    low: str | None = None
    high: str | None = None
    where: dict[str, str | tuple[str, ...]] = {}
    unless: dict[str, str | tuple[str, ...]] = {}
    otherwise: str | None = None


class SkipRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines that are not read, and the reason."""

    where: dict[str, str | tuple[str, ...]]
    reason: str


class LineOfCell(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column of numbers, and the words of the line that each of its cells is in another table."""

    column: str
    words: dict[str, str]


class ReleaseColumns(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The columns that name a file's release, and when each release came out, where that is known."""

    columns: tuple[str, ...]
    dates: dict[str, date] = {}


class TableProfile(
    FigureKeys,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"figures": "figure", "lines": "line"},
    dict=True,
):
    """One kind of file, and the meaning of its columns."""

    name: str
    files: tuple[str, ...]
    file_name: str | None = None
    own_period: str | None = None
    format: Literal["CSV", "JSON"] = "CSV"
    encoding: str = "utf-8"
    delimiter: str = ","
    key: str | None = None
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    column_patterns: tuple[str, ...] = ()
    aliases: dict[str, tuple[str, ...]] = {}
    line_counts: dict[str, int] = {}
    min_lines: int = 1
    release: str | ReleaseColumns | None = None
    part_axis: str | None = None
    listing: frozenset[str] = frozenset()
    skip: tuple[SkipRule, ...] = ()
    same_as: str | None = None
    rename: dict[str, str] = {}
    lines: tuple[LineOfCell, ...] = ()
    figures: tuple[FigureProfile, ...] = ()

    @property
    def number_columns(self) -> frozenset[str]:
        """The columns of numbers that figures name."""
        columns = ((figure.column, figure.low, figure.high) for figure in self.figures)
        return frozenset(filter(None, chain.from_iterable(columns)))

    def match_name(self, name: str) -> dict[str, str] | None:
        """The columns that are part of a file's name; None where the file is not of this kind."""
        for pattern in self.files:
            if match := re.fullmatch(pattern, name, re.IGNORECASE):
                columns = {column: text or "" for column, text in match.groupdict().items()}
                if "release" in columns:
                    columns["release"] = columns["release"].lower().replace("_", "-")
                return columns
        return None

    def match_period(self, text: str) -> dict[str, str] | None:
        """The columns that would be part of the name of a file of this period; None where that is not a period."""
        with suppress(RowError, KeyError):
            fields = period_fields(parse_period(text))
            return self.match_name((self.file_name or "").format(**fields))
        return None

    def is_header(self, row: Sequence[str]) -> bool:
        """Whether a row names every column that such a file must have."""
        cells = {cell.casefold() for cell in row}
        return all(not cells.isdisjoint(spellings) for spellings in self._spellings_of_columns)

    def rename_columns(self, row: Sequence[str]) -> tuple[str, ...]:
        """The columns of a header by the names that the profile gives them."""
        return tuple(self._names.get(column.casefold(), column) for column in row)

    def compare_columns(self, row: Sequence[str]) -> tuple[list[str], list[str]]:
        """The columns that a header lacks, and those that the profile does not know."""
        columns = self.rename_columns(row)
        names = {*self.columns, *self.optional}
        extra = [column for column in columns if column and column not in names]
        return (
            [column for column in self.columns if column not in columns],
            [column for column in extra if not any(re.fullmatch(pattern, column) for pattern in self.column_patterns)],
        )

    @cached_property
    def _names(self) -> dict[str, str]:
        names = {name.casefold(): name for name in (*self.columns, *self.optional)}
        return names | {other.casefold(): name for name, others in self.aliases.items() for other in others}

    @cached_property
    def _spellings_of_columns(self) -> list[set[str]]:
        return [{name.casefold(), *map(str.casefold, self.aliases.get(name, ()))} for name in self.columns]

    @cached_property
    def full_figures(self) -> tuple[FigureProfile, ...]:
        """The figures with the keys that they share; dimensions of the table are added to their own."""
        return tuple(_add_shared_keys(self, figure) for figure in self.figures)


class SourceProfile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"tables": "table"}):
    """A source whose publications are regular tables."""

    about: AboutKeys
    tables: tuple[TableProfile, ...]

    def describe_source(self) -> About:
        """The description that every source has."""
        return self.about.describe_source({table.name: table.listing for table in self.tables})


def _add_shared_keys(table: TableProfile, figure: FigureProfile) -> FigureProfile:
    shared = {key: getattr(table, key) for key in FigureKeys.__struct_fields__ if getattr(figure, key) is None}
    return structs.replace(figure, **shared, dimensions={**table.dimensions, **figure.dimensions})
