"""A profile: what a publisher's regular tables are and what their columns mean, written as TOML.

    [about]                 the source, as in `source.About`; `cadence_days` is how long an answer stays fresh

    [about.publishers.ID]   who publishes the figures of one platform, where the source collects several publishers: its
                            `title`, `publisher`, `licence` and `attribution`, with `url` and `licence_url` where known

    [[table]]               one kind of file
    name                    part of its records' identity: never changed afterwards
    files                   patterns (Python's `re`, the whole name, in either case); a named group is a column of every
                            line: `Report-(?P<year>[0-9]{4})_(?P<half>H[12])[.]csv` makes `year` and `half`
    format                  CSV or JSON; with `encoding` and `delimiter`, or with `at`, the key under which the table is
    columns                 names that every file of this kind has; together with
    optional                names that come and go between releases, and
    varying                 patterns of names, `[0-9]{4}` where every year is a column,
                            these are all: a file with other columns, or without one of them, is refused
    lines                   how many lines the file of a name has, without its suffix, where that is known
    fewest                  how many lines any file has at least
    release                 where each file is a release that states earlier periods again: `columns` name it, `dates`
                            say when each came out
    numbered                the axis on which lines that say the same of different figures are numbered, where they are
                            parts that the publisher does not name; otherwise such lines state one figure again
    left_out                lines that are not read, each `{ where = {…}, why = "…" }`

    [[table.figure]]        one column of figures; keys that all figures of a table share stand in the table itself
    name                    part of its records' identity: never changed afterwards
    column                  where the figure stands, or
    columns                 a pattern of the columns where such figures stand, whose named groups are columns again, or
    low, high               the two columns that bound it
    where                   only lines in which these columns have this word, or one of these words
    otherwise               this figure takes the lines that no other one takes, and the words in this column are
                            counted as unknown codes
    metric, unit, aggregation, platform, harm_categories, measures, population
                            as in `records.Statistic`: a constant, or what a column says (below)
    qualifier               how the publisher means one number: EXACT, or ABOUT where it rounds
    dimensions              by axis, `instrument = "TOTAL"`: a constant, or what a column says
    period                  a name (`2013S1`), or `{ columns = ["year", "half"] }` where columns name it together, with
                            `words` for parts that mean another; `last_day = "%Y-%m-%d"` and `months` where it is named
                            by the day on which it ends
    place                   a code (`KR`), or `{ columns = ["ISO Code", "Country"] }`: the first that a jurisdiction is
                            known by; `words` decide for historic and unofficial names, `nowhere` for words that are no
                            place, by the value they have on the axis `axis`, which places then have too
    cells                   how numbers are written, see `cells.Cells`
    times, digits           the factor that turns the publisher's unit into ours, and to how many digits that is rounded

What a column says: `{ column = "Requestor", scheme = "google" }`. `words` translate first: to "" where the word says
nothing, and on an axis to TOTAL where it is the sum of the parts. Then come the native terms of `scheme`, in the
field's closed list or, on an axis, in the `list` named; a word that a closed list lacks becomes its OTHER or UNKNOWN
and is counted. On an axis without a list, and as a population, words stand for themselves. A platform is found by its
names; `otherwise` is the id for a word that is no platform's. Where `column` lists several, their words are one: those
that are not empty, with a space between.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from importlib.resources import files
from typing import Literal

from msgspec import Struct, structs

from adapters.document import RowError
from adapters.figures import ADDITIVE_UNITS, TOTAL
from adapters.source import About, Publisher
from adapters.tabular import periods
from adapters.tabular.cells import LEFT_OUT, Cells
from adapters.toml import ProfileError, read_toml
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
    Vocabulary,
)
from adapters.vocabulary.jurisdictions import Jurisdiction
from adapters.vocabulary.names import PLATFORMS
from adapters.vocabulary.terms import closed_lists, crosswalk

LISTS = {closed.__name__: closed for closed in closed_lists()}

NO_NUMBER = frozenset({Qualifier.NOT_REPORTED, Qualifier.SUPPRESSED, Qualifier.UNKNOWN, LEFT_OUT})
"""What a word in the place of a number may mean."""


class Whose(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the source is; see `About`."""

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
    withdraws: bool = False
    version: str = "1"
    notes: tuple[str, ...] = ()
    partitions: dict[str, frozenset[str]] = {}
    publishers: dict[str, Publisher] = {}


class Word(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a column says."""

    column: str | tuple[str, ...]
    list: str | None = None
    scheme: str | None = None
    words: dict[str, str] = {}
    otherwise: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose words are meant together."""
        return (self.column,) if isinstance(self.column, str) else self.column


class Days(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How columns name a period."""

    columns: tuple[str, ...]
    words: dict[str, str] = {}
    last_day: str | None = None
    months: int | None = None


class Places(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How columns name a jurisdiction."""

    columns: tuple[str, ...]
    words: dict[str, str | tuple[str, ...]] = {}
    nowhere: dict[str, str] = {}
    axis: str | None = None


class Said(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys that a figure has, and its table for all figures that do not say otherwise."""

    metric: Metric | Word | None = None
    unit: Unit | Word | None = None
    aggregation: Aggregation | Word | None = None
    qualifier: Qualifier | None = None
    platform: str | Word | None = None
    harm_categories: tuple[HarmCategory, ...] | Word | None = None
    measures: tuple[TakedownMeasure, ...] | Word | None = None
    population: str | Word | None = None
    dimensions: dict[str, str | Word] = {}
    period: str | Days | None = None
    place: str | Places | None = None
    cells: Cells | None = None
    times: Decimal | None = None
    digits: int | None = None


class Figure(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column of figures, or a pattern of such columns."""

    name: str
    column: str | None = None
    columns: str | None = None
    low: str | None = None
    high: str | None = None
    where: dict[str, str | tuple[str, ...]] = {}
    otherwise: str | None = None


class LeftOut(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines that are not read, and why."""

    where: dict[str, str | tuple[str, ...]]
    why: str


class Release(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What names the release that a file is, and when each came out where that is known."""

    columns: tuple[str, ...]
    dates: dict[str, date] = {}


class TableProfile(
    Said, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"figures": "figure"}, dict=True
):
    """One kind of file, and what its columns mean."""

    name: str
    files: tuple[str, ...]
    format: Literal["CSV", "JSON"] = "CSV"
    encoding: str = "utf-8"
    delimiter: str = ","
    at: str | None = None
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    varying: tuple[str, ...] = ()
    lines: dict[str, int] = {}
    fewest: int = 1
    release: Release | None = None
    numbered: str | None = None
    left_out: tuple[LeftOut, ...] = ()
    figures: tuple[Figure, ...]

    def matched(self, name: str) -> dict[str, str] | None:
        """The columns that a file's name makes; None where the file is none of this kind."""
        for pattern in self.files:
            if found := re.fullmatch(pattern, name, re.IGNORECASE):
                return {column: text or "" for column, text in found.groupdict().items()}
        return None

    @cached_property
    def whole(self) -> tuple[Figure, ...]:
        """The figures, with what the table says for all of them; its dimensions stand beside their own."""
        return tuple(_whole(self, figure) for figure in self.figures)


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"tables": "table"}):
    """A source whose publications are regular tables."""

    about: Whose
    tables: tuple[TableProfile, ...]

    def stated(self) -> About:
        """What the source is, as every source says it."""
        whose = self.about
        return About(
            name=whose.name,
            title=whose.title,
            kind=whose.kind,
            publisher=whose.publisher,
            url=whose.url,
            licence=whose.licence,
            licence_url=whose.licence_url,
            attribution=whose.attribution,
            cadence=timedelta(days=whose.cadence_days),
            audience=Audience.PUBLIC,
            records=frozenset({RecordType.STATISTIC}),
            jurisdictions=None if whose.jurisdictions is None else tuple(map(Jurisdiction, whose.jurisdictions)),
            withdraws=whose.withdraws,
            version=whose.version,
            notes=whose.notes,
            partitions=whose.partitions,
            publishers=whose.publishers,
        )


def load_profile(path: str) -> Profile:
    """The profile that the project ships as `adapters/PATH.toml`. Raises ProfileError."""
    return read_profile(files("adapters").joinpath(f"{path}.toml").read_bytes())


def read_profile(toml: bytes) -> Profile:
    """The profile of a TOML text. Raises ProfileError where a key is unknown or says what cannot be."""
    profile = read_toml("profile", toml, Profile)
    for problem in _problems(profile):
        raise ProfileError(f"profile {profile.about.name}", problem)
    return profile


def _whole(table: TableProfile, figure: Figure) -> Figure:
    shared = {key: getattr(table, key) for key in Said.__struct_fields__ if getattr(figure, key) is None}
    return structs.replace(figure, **shared, dimensions={**table.dimensions, **figure.dimensions})


# What cannot be: each problem in words, found before anything is read.


def _problems(profile: Profile) -> Iterator[str]:
    names = [table.name for table in profile.tables]
    yield from (f"two tables are called {name}" for name in sorted(set(names)) if names.count(name) > 1)
    for code in profile.about.jurisdictions or ():
        yield from _not_a_place(code, "about.jurisdictions")
    for id in profile.about.publishers:
        if id not in PLATFORMS:
            yield f"about.publishers: no platform has the id {id}"
    for table in profile.tables:
        place = f"table {table.name}"
        if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", table.name):
            yield f"{place}: a name is written in small letters, digits and hyphens"
        patterns = [*table.files, *table.varying, *(figure.columns or "" for figure in table.figures)]
        if broken := [pattern for pattern in patterns if not _compiles(pattern)]:
            yield f"{place}: {broken[0]} is no pattern"
            return
        try:
            codecs.lookup(table.encoding)
        except LookupError:
            yield f"{place}: no encoding is called {table.encoding}"
        yield from _problems_of_figures(table, place)


def _problems_of_figures(table: TableProfile, place: str) -> Iterator[str]:
    names = [figure.name for figure in table.figures]
    if not names or len(set(names)) != len(names):
        yield f"{place}: has no figure, or two of one name"
    groups = {group for pattern in table.files for group in re.compile(pattern).groupindex}
    known = {*table.columns, *table.optional, *groups}
    for column in table.release.columns if table.release else ():
        if column not in groups:
            yield f"{place}.release: {column} is no part of the file's name"
    for left_out in table.left_out:
        yield from (f"{place}.left_out: there is no column {name}" for name in left_out.where if name not in known)
    for figure in table.whole:
        here = f"{place}, figure {figure.name}"
        own = {*known, *(re.compile(figure.columns).groupindex if figure.columns else ())}
        yield from (f"{here}: there is no column {name}" for name in _columns(figure) if name not in own)
        yield from _problems_of_figure(figure, here)


def _problems_of_figure(figure: Figure, here: str) -> Iterator[str]:
    if (figure.column is None) + (figure.columns is None) + (figure.low is None or figure.high is None) != 2:
        yield f"{here}: stands in one column, or in columns of one pattern, or between low and high"
    lacking = [key for key in ("metric", "unit", "aggregation", "period", "cells") if getattr(figure, key) is None]
    yield from (f"{here}: says nothing of {key}" for key in lacking)
    if figure.qualifier not in {None, Qualifier.EXACT, Qualifier.ABOUT}:
        yield f"{here}: one number is EXACT or ABOUT"
    if figure.aggregation is Aggregation.SUM and figure.unit not in ADDITIVE_UNITS:
        yield f"{here}: shares, durations, persons and accounts are never added up"
    for field, enum in _CLOSED.items():
        if isinstance(said := getattr(figure, field), Word):
            yield from _problems_of_word(said, enum, f"{here}, {field}")
    for axis, said in figure.dimensions.items():
        if isinstance(said, Word):
            if said.list is not None and said.list not in LISTS:
                yield f"{here}, {axis}: there is no list {said.list}"
            elif said.list is None and said.scheme is not None:
                yield f"{here}, {axis}: a scheme needs a list"
            elif said.list is not None:
                yield from _problems_of_word(said, LISTS[said.list], f"{here}, {axis}")
    platform = figure.platform
    ids = [*platform.words.values(), platform.otherwise or ""] if isinstance(platform, Word) else [platform or ""]
    yield from (f"{here}: no platform has the id {id}" for id in ids if id and id not in PLATFORMS)
    if isinstance(figure.place, str):
        yield from _not_a_place(figure.place, here)
    elif figure.place is not None:
        for codes in figure.place.words.values():
            for code in (codes,) if isinstance(codes, str) else codes:
                yield from _not_a_place(code, here)
    if isinstance(figure.period, str):
        try:
            periods.named(figure.period)
        except RowError:
            yield f"{here}: {figure.period} names no period"
    elif figure.period is not None and (figure.period.last_day is None) != (figure.period.months is None):
        yield f"{here}: a period that is named by its last day has so many months"
    for word in figure.cells.words.values() if figure.cells else ():
        if word not in NO_NUMBER:
            yield f"{here}: no word in the place of a number means {word}"


def _problems_of_word(word: Word, enum: type[Vocabulary], here: str) -> Iterator[str]:
    for value in word.words.values():
        if value and value != TOTAL and value not in list(enum):
            yield f"{here}: {enum.__name__} has no {value}"
    try:
        if word.scheme is not None:
            crosswalk(enum, word.scheme)
        elif not word.words:
            yield f"{here}: nothing says what the words mean"
    except KeyError:
        yield f"{here}: there is no scheme {word.scheme}"


_CLOSED: dict[str, type[Vocabulary]] = {
    "metric": Metric,
    "unit": Unit,
    "aggregation": Aggregation,
    "harm_categories": HarmCategory,
    "measures": TakedownMeasure,
}


def _columns(figure: Figure) -> Iterable[str]:
    """The columns that a figure names."""
    words = [getattr(figure, field) for field in (*_CLOSED, "platform", "population")]
    for word in (*words, *figure.dimensions.values()):
        yield from word.columns if isinstance(word, Word) else ()
    yield from figure.period.columns if isinstance(figure.period, Days) else ()
    yield from figure.place.columns if isinstance(figure.place, Places) else ()
    yield from figure.where
    yield from (name for name in (figure.column, figure.low, figure.high, figure.otherwise) if name is not None)


def _not_a_place(code: str, here: str) -> Iterator[str]:
    # That there is such a place is seen when a line names it: loading all places would make every start wait.
    if not re.fullmatch("[A-Z]{2}(-[A-Z0-9]{1,3})?", code):
        yield f"{here}: {code} is no jurisdiction's code"


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
