"""Loads profiles, and finds what is invalid in one before any file is read by it."""

import codecs
import re
from collections.abc import Iterable, Iterator

from adapters.document import RowError
from adapters.figures import ADDITIVE_UNITS, TOTAL
from adapters.tabular.about import read_shipped
from adapters.tabular.cells import SKIP
from adapters.tabular.naming import FIELDS, template_fields
from adapters.tabular.periods import parse_period
from adapters.tabular.profile import (
    LISTS,
    ColumnValue,
    FigureProfile,
    PeriodColumns,
    PlaceColumns,
    ReleaseColumns,
    SourceProfile,
    TableProfile,
)
from adapters.toml import ProfileError, read_toml
from adapters.vocabulary.enums import (
    Aggregation,
    HarmCategory,
    Metric,
    Qualifier,
    TakedownMeasure,
    Unit,
    Vocabulary,
)
from adapters.vocabulary.names import PLATFORMS
from adapters.vocabulary.terms import crosswalk

QUALIFIERS_WITHOUT_NUMBER = frozenset({Qualifier.NOT_REPORTED, Qualifier.SUPPRESSED, Qualifier.UNKNOWN, SKIP})
"""What a word in a cell of numbers may mean."""

_CLOSED_FIELDS: dict[str, type[Vocabulary]] = {
    "metric": Metric,
    "unit": Unit,
    "aggregation": Aggregation,
    "harm_categories": HarmCategory,
    "measures": TakedownMeasure,
}


def load_profile(path: str) -> SourceProfile:
    """The profile that the project ships as `adapters/PATH.toml`. Raises ProfileError."""
    return read_profile(read_shipped(path))


def read_profile(toml: bytes) -> SourceProfile:
    """The profile of a TOML text. Raises ProfileError where a key is unknown or its value is invalid."""
    profile = read_toml("profile", toml, SourceProfile)
    for problem in _problems(profile):
        raise ProfileError(f"profile {profile.about.name}", problem)
    return profile


def _problems(profile: SourceProfile) -> Iterator[str]:
    names = [table.name for table in profile.tables]
    yield from (f"two tables are called {name}" for name in sorted(set(names)) if names.count(name) > 1)
    for code in profile.about.jurisdictions or ():
        yield from _problems_of_code(code, "about.jurisdictions")
    for id in profile.about.publishers:
        yield from _problems_of_platform(id, "about.publishers")
    for table in profile.tables:
        place = f"table {table.name}"
        yield from _problems_of_table(table, place)
        yield from _problems_of_columns(table, place)
        if table.same_as is not None and table.same_as not in {other.name for other in profile.tables if other.figures}:
            yield f"{place}: there is no table {table.same_as} with figures"
        for figure in table.full_figures:
            yield from _problems_of_figure(figure, f"{place}, figure {figure.name}")


def _problems_of_table(table: TableProfile, place: str) -> Iterator[str]:
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", table.name):
        yield f"{place}: a name consists of lower-case letters, digits and hyphens"
    for pattern in (*table.files, *table.column_patterns, *(figure.columns or "" for figure in table.figures)):
        if not _compiles(pattern):
            yield f"{place}: {pattern} is not a valid pattern"
    yield from _problems_of_file_name(table, place)
    try:
        codecs.lookup(table.encoding)
    except LookupError:
        yield f"{place}: there is no encoding {table.encoding}"
    names = [figure.name for figure in table.figures]
    if not (names or table.same_as) or len(set(names)) != len(names):
        yield f"{place}: has no figure, or two of one name"


def _problems_of_file_name(table: TableProfile, place: str) -> Iterator[str]:
    try:
        fields = [] if table.file_name is None else template_fields(table.file_name)
    except ValueError:
        yield f"{place}: {table.file_name} is not a valid template"
        return
    yield from (f"{place}.file_name: there is no {field}" for field in fields if field not in FIELDS)
    if table.own_period is not None and table.file_name is None:
        yield f"{place}: own_period needs a file_name, of whose pattern a period is a part"


def _problems_of_columns(table: TableProfile, place: str) -> Iterator[str]:
    groups = {group for pattern in table.files for group in re.compile(pattern).groupindex}
    columns = {*table.columns, *table.optional, *groups}
    if isinstance(table.release, ReleaseColumns):
        for column in table.release.columns:
            if column not in groups:
                yield f"{place}.release: {column} is not a group of the file's pattern"
        if sorted(table.release.dates) != sorted(table.release.dates, key=table.release.dates.__getitem__):
            yield f"{place}.release: names do not sort in the order of their dates"
    for column in (
        *table.rename,
        *(line.column for line in table.lines),
        *table.aliases,
        *filter(None, [table.own_period]),
    ):
        if column not in columns:
            yield f"{place}: there is no column {column}"
    for axis in sorted(table.listing - {axis for figure in table.full_figures for axis in figure.dimensions}):
        yield f"{place}.listing: no figure has the axis {axis}"
    for rule in table.skip:
        yield from (f"{place}.skip: there is no column {name}" for name in rule.where if name not in columns)
    for figure in table.full_figures:
        own_groups = re.compile(figure.columns).groupindex if figure.columns else ()
        for name in _column_names(figure):
            if name not in columns and name not in own_groups:
                yield f"{place}, figure {figure.name}: there is no column {name}"


def _problems_of_figure(figure: FigureProfile, place: str) -> Iterator[str]:
    if (figure.column is None) + (figure.columns is None) + (figure.low is None or figure.high is None) != 2:
        yield f"{place}: needs one of `column`, `columns`, and `low` with `high`"
    for key in ("metric", "unit", "aggregation", "period", "cells"):
        if getattr(figure, key) is None:
            yield f"{place}: {key} is missing"
    if figure.qualifier not in {None, Qualifier.EXACT, Qualifier.ABOUT}:
        yield f"{place}: qualifier is EXACT or ABOUT"
    if figure.aggregation is Aggregation.SUM and figure.unit not in ADDITIVE_UNITS:
        yield f"{place}: shares, durations, persons and accounts cannot be summed"
    for word in figure.cells.words.values() if figure.cells else ():
        if word not in QUALIFIERS_WITHOUT_NUMBER:
            yield f"{place}: a word in a cell cannot mean {word}"
    yield from _problems_of_values(figure, place)
    yield from _problems_of_platforms(figure, place)
    yield from _problems_of_places(figure, place)
    yield from _problems_of_period(figure, place)


def _problems_of_values(figure: FigureProfile, place: str) -> Iterator[str]:
    for field, enum in _CLOSED_FIELDS.items():
        if isinstance(value := getattr(figure, field), ColumnValue):
            yield from _problems_of_words(value, enum, f"{place}, {field}")
    for axis, value in figure.dimensions.items():
        if not isinstance(value, ColumnValue):
            continue
        if value.list is not None and value.list not in LISTS:
            yield f"{place}, {axis}: there is no list {value.list}"
        elif value.list is not None:
            yield from _problems_of_words(value, LISTS[value.list], f"{place}, {axis}")
        elif value.scheme is not None:
            yield f"{place}, {axis}: a scheme needs a list"


def _problems_of_words(value: ColumnValue, enum: type[Vocabulary], place: str) -> Iterator[str]:
    for word in value.words.values():
        if word and word != TOTAL and word not in list(enum):
            yield f"{place}: {enum.__name__} has no {word}"
    try:
        if value.scheme is not None:
            crosswalk(enum, value.scheme)
        elif not value.words:
            yield f"{place}: needs a scheme or words"
    except KeyError:
        yield f"{place}: there is no scheme {value.scheme}"


def _problems_of_platforms(figure: FigureProfile, place: str) -> Iterator[str]:
    platform = figure.platform
    ids = (*platform.words.values(), platform.default) if isinstance(platform, ColumnValue) else (platform,)
    for id in filter(None, ids):
        yield from _problems_of_platform(id, place)


def _problems_of_platform(id: str, place: str) -> Iterator[str]:
    if id not in PLATFORMS:
        yield f"{place}: adapters/vocabulary/platforms.toml has no platform {id!r}; add it there"


def _problems_of_places(figure: FigureProfile, place: str) -> Iterator[str]:
    if isinstance(figure.place, str):
        yield from _problems_of_code(figure.place, place)
    elif figure.place is not None:
        for codes in figure.place.words.values():
            for code in (codes,) if isinstance(codes, str) else codes:
                yield from _problems_of_code(code, place)


def _problems_of_period(figure: FigureProfile, place: str) -> Iterator[str]:
    if isinstance(figure.period, str):
        try:
            parse_period(figure.period)
        except RowError:
            yield f"{place}: {figure.period} is not a period"
    elif figure.period is not None and (figure.period.last_day is None) != (figure.period.months is None):
        yield f"{place}: last_day and months belong together"


def _problems_of_code(code: str, place: str) -> Iterator[str]:
    # Whether the place exists shows when a line names it: loading all places would delay every start.
    if not re.fullmatch("[A-Z]{2}(-[A-Z0-9]{1,3})?", code):
        yield f"{place}: {code} is not the code of a jurisdiction"


def _column_names(figure: FigureProfile) -> Iterable[str]:
    values = [getattr(figure, field) for field in (*_CLOSED_FIELDS, "platform", "population")]
    for value in (*values, *figure.dimensions.values()):
        yield from value.columns if isinstance(value, ColumnValue) else ()
    yield from figure.period.columns if isinstance(figure.period, PeriodColumns) else ()
    yield from figure.place.columns if isinstance(figure.place, PlaceColumns) else ()
    yield from (*figure.where, *figure.unless)
    yield from (name for name in (figure.column, figure.low, figure.high, figure.otherwise) if name is not None)


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
