"""A profile: what a publisher's regular tables are and what their columns mean, written as TOML.

    [about]                 the source, as in `source.About`; `cadence_days` is how long an answer stays fresh;
                            `timezone` is left out where the publisher states none, and a note says so

    [about.publishers.ID]   who publishes the figures of one platform, where the source collects several publishers: its
                            `title`, `publisher`, `licence` and `attribution`, with `url` and `licence_url` where known

    [[table]]               one kind of file
    name                    part of its records' identity: never change it
    files                   patterns of file names (Python's `re`, the whole name, in any case); a named group is a
                            column of every line: `Report-(?P<year>[0-9]{4})_(?P<half>H[12])[.]csv` adds `year` and
                            `half`
    format                  CSV or JSON; with `encoding` and `delimiter`, or with `key`, under which the table is
    columns                 names that every file of this kind has; together with
    optional                names that come and go between releases, and
    column_patterns         patterns of names, `[0-9]{4}` where every year is a column,
                            these are all: a file with other columns, or without one of them, is rejected
    line_counts             the number of lines by the file's name without its suffix, where that is known
    min_lines               the least number of lines of any file
    release                 where each file is a release that restates earlier periods: `columns` name it, `dates` say
                            when each came out
    part_axis               the axis on which lines with the same words and different figures are numbered, where they
                            are parts that the publisher does not name; otherwise such lines restate one figure
    skip                    lines that are not read, each `{ where = {…}, reason = "…" }`

    [[table.figure]]        one column of figures; keys that all figures of a table share may be in the table itself
    name                    part of its records' identity: never change it
    column                  the column of the figure, or
    columns                 a pattern of the columns of such figures, whose named groups are columns again, or
    low, high               the two columns of its bounds
    where                   only lines in which these columns have this word, or one of these words
    fallback                this figure takes the lines that no other one takes, and the words in this column are
                            counted as unknown codes
    metric, unit, aggregation, platform, harm_categories, measures, population
                            as in `records.Statistic`: a constant, or the value of a column (below)
    qualifier               how the publisher means one number: EXACT, or ABOUT where it rounds
    dimensions              by axis, `instrument = "TOTAL"`: a constant, or the value of a column
    period                  a name (`2013S1`), or `{ columns = ["year", "half"] }` where columns name it together, with
                            `words` for parts that mean another; `last_day = "%Y-%m-%d"` and `months` where its name is
                            the day on which it ends
    place                   a code (`KR`), or `{ columns = ["ISO Code", "Country"] }`: the first that is a known
                            jurisdiction; `words` give codes for historic and unofficial names, `not_places` gives for
                            words that are no place their value on the axis `axis`, which places then have too
    cells                   how numbers are written, see `cells.NumberFormat`
    factor, digits          the factor that converts the publisher's unit into ours, and the digits to round to

The value of a column: `{ column = "Requestor", scheme = "google" }`. `words` translate first: to "" where the word has
no meaning, and on an axis to TOTAL where it is the sum of the parts. Then come the native terms of `scheme`, in the
field's closed list or, on an axis, in the `list` named; a word that a closed list lacks becomes its OTHER or UNKNOWN
and is counted. On an axis without a list, and as a population, words stand for themselves. A platform is found by its
names; `default` is the id for a word that is no platform's. Where `column` lists several, their words are joined: those
that are not empty, with a space between.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Literal

from msgspec import Struct, structs

from adapters.source import About, Publisher
from adapters.tabular.cells import NumberFormat
from adapters.vocabulary.enums import (
    Aggregation,
    Audience,
    HarmCategory,
    Metric,
    Qualifier,
    RecordType,
    SourceKind,
    TakedownMeasure,
    Unit,
)
from adapters.vocabulary.jurisdictions import Jurisdiction
from adapters.vocabulary.terms import vocabularies

LISTS = {closed.__name__: closed for closed in vocabularies()}
"""The closed lists by name."""


class AboutKeys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The source itself; see `About`."""

    name: str
    title: str
    kind: SourceKind
    publisher: str
    licence: str
    attribution: str
    cadence_days: int
    url: str | None = None
    licence_url: str | None = None
    jurisdictions: tuple[str, ...] | None = None
    timezone: str | None = None
    withdraws: bool = False
    version: str = "1"
    notes: tuple[str, ...] = ()
    partitions: dict[str, frozenset[str]] = {}
    publishers: dict[str, Publisher] = {}


class ColumnValue(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value that a column holds, and what its words mean."""

    column: str | tuple[str, ...]
    list: str | None = None
    scheme: str | None = None
    words: dict[str, str] = {}
    default: str | None = None

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
    fallback: str | None = None


class SkipRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines that are not read, and the reason."""

    where: dict[str, str | tuple[str, ...]]
    reason: str


class ReleaseColumns(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The columns that name a file's release, and when each release came out, where that is known."""

    columns: tuple[str, ...]
    dates: dict[str, date] = {}


class TableProfile(
    FigureKeys, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"figures": "figure"}, dict=True
):
    """One kind of file, and the meaning of its columns."""

    name: str
    files: tuple[str, ...]
    format: Literal["CSV", "JSON"] = "CSV"
    encoding: str = "utf-8"
    delimiter: str = ","
    key: str | None = None
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    column_patterns: tuple[str, ...] = ()
    line_counts: dict[str, int] = {}
    min_lines: int = 1
    release: ReleaseColumns | None = None
    part_axis: str | None = None
    skip: tuple[SkipRule, ...] = ()
    figures: tuple[FigureProfile, ...]

    def match_name(self, name: str) -> dict[str, str] | None:
        """The columns that are part of a file's name; None where the file is not of this kind."""
        for pattern in self.files:
            if match := re.fullmatch(pattern, name, re.IGNORECASE):
                return {column: text or "" for column, text in match.groupdict().items()}
        return None

    @cached_property
    def full_figures(self) -> tuple[FigureProfile, ...]:
        """The figures with the keys that they share; dimensions of the table are added to their own."""
        return tuple(_add_shared_keys(self, figure) for figure in self.figures)


class SourceProfile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"tables": "table"}):
    """A source whose publications are regular tables."""

    about: AboutKeys
    tables: tuple[TableProfile, ...]

    def describe_source(self) -> About:
        """The description that every source has. A file is one table of several: no scope has an extent."""
        keys = self.about
        return About(
            name=keys.name,
            title=keys.title,
            kind=keys.kind,
            publisher=keys.publisher,
            url=keys.url,
            licence=keys.licence,
            licence_url=keys.licence_url,
            attribution=keys.attribution,
            cadence=timedelta(days=keys.cadence_days),
            audience=Audience.PUBLIC,
            records=frozenset({RecordType.STATISTIC}),
            jurisdictions=None if keys.jurisdictions is None else tuple(map(Jurisdiction, keys.jurisdictions)),
            timezone=keys.timezone,
            withdraws=keys.withdraws,
            version=keys.version,
            notes=keys.notes,
            partitions=keys.partitions,
            publishers=keys.publishers,
        )


def _add_shared_keys(table: TableProfile, figure: FigureProfile) -> FigureProfile:
    shared = {key: getattr(table, key) for key in FigureKeys.__struct_fields__ if getattr(figure, key) is None}
    return structs.replace(figure, **shared, dimensions={**table.dimensions, **figure.dimensions})
