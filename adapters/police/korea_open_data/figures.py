"""From the rows of a dataset to figures, by its profile."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from unicodedata import normalize

from msgspec import Struct
from msgspec.structs import replace

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape, Unreadable
from adapters.figures import TOTAL, series_key
from adapters.formats.json import printable
from adapters.police.korea_open_data import TIME_ZONE
from adapters.police.korea_open_data.profiles import DatasetMeasure, DatasetProfile
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, Precision, Qualifier, Unit
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from adapters.vocabulary.terms import crosswalk

NAME = "korea_open_data"

KOREA = parse_jurisdiction("KR")

HARMS = crosswalk(HarmCategory, "knpa")

UNKNOWN_MEASURE = DatasetMeasure(metric=Metric.OTHER, unit=Unit.OTHER, aggregation=Aggregation.NONE)
"""The measure of a word that the profile lacks."""

LARGEST = 10**15
"""A larger number counts nothing that exists: it is a typo."""

LONGEST = 80
"""Characters of an offence, or of a value of another axis."""

NAMES_IN_MESSAGE = 12
"""How many columns a message names."""

DASH = "-"
"""Korean tables print it where there is no number; whether that is zero or nobody counted, they do not say."""

Row = Mapping[str, object]


class FigureKey(Struct, frozen=True, kw_only=True, order=True):
    """What a number counts: a year, a measure, an offence, and a value on each other axis."""

    year: int
    measure: str
    offence: str
    axes: tuple[str, ...]


class TableNumber(Struct, frozen=True, order=True):
    """A number as printed: below zero where there is none. Of two in one cell the greater one counts."""

    number: int
    text: str

    @property
    def value(self) -> Decimal | None:
        return None if self.number < 0 else Decimal(self.number)

    @property
    def qualifier(self) -> Qualifier:
        if self.number >= 0:
            return Qualifier.EXACT
        return Qualifier.UNKNOWN if self.text == DASH else Qualifier.NOT_REPORTED


def read_file(profile: DatasetProfile, name: str, content: bytes) -> ReadResult:
    """The figures of a file of the portal: CSV in UTF-8, or else in the Windows code page of Korea.

    Raises Unreadable where it is neither, UnexpectedShape where its columns are not the profile's.
    """
    return figures(profile, name, _rows(name, content))


def figures(profile: DatasetProfile, name: str, rows: Sequence[object]) -> ReadResult:
    """The figures of a dataset's rows; of a row of another shape each figure is rejected.

    Raises UnexpectedShape where a column of the profile is missing. A column that the profile does not have is counted,
    and its numbers are rejected. Several numbers of one cell are one record: the greatest wins, whatever their order,
    and all are kept as native terms; the rows of the others are rejected.
    """
    by_column = [_row(row) for row in rows]
    _check_columns(profile, name, by_column)
    result = ReadResult()
    cells: dict[FigureKey, list[tuple[TableNumber, int, str]]] = defaultdict(list)
    for row in by_column:
        for column in profile.figures:
            result.rows += 1
            try:
                cell, number = _cell(profile, row, column), _number(row, column)
            except RowError as exc:
                result.reject(result.rows, exc)
            else:
                cells[cell].append((number, result.rows, column))
                _count_unknown(profile, cell, result)
        _count_other_columns(profile, row, result)
    for cell, places in sorted(cells.items()):
        numbers = sorted((number for number, _, _ in places), reverse=True)
        result.records.append(_statistic(profile, cell, numbers))
        _account_for_others(numbers[0], places, result)
    result.rejections.sort(key=lambda rejection: rejection.position)
    result.start = min((date(cell.year, 1, 1) for cell in cells), default=None)
    result.end = max((date(cell.year + 1, 1, 1) for cell in cells), default=None)
    return result


def _rows(name: str, content: bytes) -> list[object]:
    lines = csv.reader(StringIO(_text(name, content), newline=""), strict=True)
    try:
        header, *rest = [line for line in lines if line]
    except (csv.Error, ValueError):
        raise Unreadable(f"{name}: is not a CSV file with a header") from None
    columns = [_normalize(column) for column in header]
    if len(set(columns)) != len(columns):
        raise UnexpectedShape(f"{name}: there are two columns of one name")
    return [dict(zip(columns, line, strict=True)) if len(line) == len(columns) else None for line in rest]


def _text(name: str, content: bytes) -> str:
    # CP949 decodes almost any bytes as some Korean, UTF-8 hardly any but its own: the stricter one is tried first.
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(f"{name}: is not text in UTF-8 or CP949")


def _row(row: object) -> Row:
    """The row by its columns as the profile writes them; empty where it is not a row, or has a column twice."""
    columns = {_normalize(column): value for column, value in row.items()} if isinstance(row, dict) else {}
    return columns if isinstance(row, dict) and len(columns) == len(row) else {}


def _check_columns(profile: DatasetProfile, name: str, rows: Iterable[Row]) -> None:
    columns = {column for row in rows for column in row}
    if not columns:
        return
    extra, missing = columns - profile.columns, profile.columns - columns
    if missing:
        parts = [f"{word} {_join_columns(names)}" for word, names in (("without", missing), ("with", extra)) if names]
        raise UnexpectedShape(f"{name}: has other columns than its profile: {' and '.join(parts)}")


def _join_columns(columns: Iterable[str]) -> str:
    names = [printable(column) for column in sorted(columns)]
    return ", ".join(names[:NAMES_IN_MESSAGE]) + (
        f" and {len(names) - NAMES_IN_MESSAGE} more" if len(names) > NAMES_IN_MESSAGE else ""
    )


def _cell(profile: DatasetProfile, row: Row, column: str) -> FigureKey:
    offence = _word(row, profile.offence) if profile.offence else ""
    if profile.measure:
        measure, offence = _word(row, profile.measure), column
    else:
        measure = column
        offence = offence or next(iter(profile.offences), "")
    axes = tuple(_word(row, axis) for axis in profile.axes)
    return FigureKey(year=_year(profile, row), measure=measure, offence=offence, axes=axes)


def _value(row: Row, column: str) -> object:
    if not row:
        raise RowError("is not a row with each column once")
    if column not in row:
        raise RowError("the column is missing", column)
    return row[column]


def _word(row: Row, column: str) -> str:
    value = _value(row, column)
    word = _normalize(value) if isinstance(value, str) else ""
    if not word or len(word) > LONGEST or not word.isprintable():
        raise RowError("is not a name", column)
    return word


def _year(profile: DatasetProfile, row: Row) -> int:
    value = _value(row, profile.year)
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not re.fullmatch(r"\s*[0-9]{4}\s*년?\s*", text):
        raise RowError("is not a year", profile.year)
    year = int(text.strip()[:4])
    if not 1945 <= year <= profile.as_of.year:
        raise RowError("is a year that the publisher cannot have counted", profile.year)
    return year


def _number(row: Row, column: str) -> TableNumber:
    value = _value(row, column)
    if value is None:
        return TableNumber(-2, "")
    # True and False are integers in Python.
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str):
        text = value.strip()
        if text in {"", DASH}:
            return TableNumber(-1 if text else -2, text)
        if not re.fullmatch(r"[0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,6}", text):
            raise RowError("is not a whole number", column)
        number = int(text.replace(",", ""))
    else:
        raise RowError("is not a whole number", column)
    if not 0 <= number <= LARGEST:
        raise RowError("is below zero or too large for a count", column)
    return TableNumber(number, str(number))


def _statistic(profile: DatasetProfile, cell: FigureKey, numbers: Sequence[TableNumber]) -> Statistic:
    """The record of a cell with its numbers; the first one is its value."""
    measure = profile.measures.get(cell.measure, UNKNOWN_MEASURE)
    words = {
        **({"offence": cell.offence} if cell.offence else {}),
        **dict(zip(profile.axes.values(), cell.axes, strict=True)),
    }
    best = numbers[0]
    statistic = Statistic(
        source=NAME,
        external_id="/".join(filter(None, (profile.name, f"{cell.year}", cell.measure, cell.offence, *cell.axes))),
        jurisdictions=(KOREA,),
        native=(
            NativeTerm("metric", cell.measure),
            NativeTerm("period", str(cell.year)),
            NativeTerm("population", f"{profile.title}_{profile.version}"),
            *(NativeTerm("dimensions", word) for word in words.values()),
            *(NativeTerm("value", number.text, row) for row, number in enumerate(numbers)),
        ),
        stated_at=profile.as_of,
        metric=measure.metric,
        value=best.value,
        unit=measure.unit,
        qualifier=best.qualifier,
        period=_period(profile, cell.year),
        aggregation=measure.aggregation,
        event=measure.event,
        agency=profile.agency,
        harm_categories=_harms(profile, cell.offence),
        dimensions=tuple(
            Dimension(axis, TOTAL if word in profile.totals else word) for axis, word in sorted(words.items())
        ),
        population=profile.population,
        speaker=profile.publisher,
        released_at=profile.release_date,
        release_name=profile.version,
    )
    return replace(statistic, series_key=series_key(statistic))


def _period(profile: DatasetProfile, year: int) -> Period:
    """The calendar year in Seoul; its end is open if the publisher counted before the year was over."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    if (end - profile.as_of).days > 1:
        return Period(start=start, precision=Precision.INTERVAL, timezone=TIME_ZONE, text=str(year))
    return Period(start=start, end=end, precision=Precision.YEAR, timezone=TIME_ZONE)


def _harms(profile: DatasetProfile, offence: str) -> tuple[HarmCategory, ...]:
    """The harm of an offence; none for a figure of no offence or of all offences together."""
    if not offence or offence in profile.totals:
        return ()
    return (HARMS.get(offence, HarmCategory.OTHER),)


def _count_other_columns(profile: DatasetProfile, row: Row, result: ReadResult) -> None:
    """Counts the cells of columns that the profile does not have; a number in one is a row that is not read."""
    for column, text in row.items():
        if column not in profile.columns and text not in ("", None):
            result.unknown["column", printable(column)] += 1
            if re.fullmatch(r"[0-9][0-9,.]*", str(text)):
                result.rows += 1
                result.reject(result.rows, RowError("the profile does not have this column", printable(column)))


def _account_for_others(
    greatest: TableNumber, places: Sequence[tuple[TableNumber, int, str]], result: ReadResult
) -> None:
    """Of several rows of one cell, those that repeat its number are merged, and those with another one are rejected."""
    result.merged -= 1
    for number, row, column in places:
        if number.number == greatest.number or number.number < 0:
            result.merged += 1
        else:
            result.reject(row, RowError("another row states a larger number for the same figure", column))


def _count_unknown(profile: DatasetProfile, cell: FigureKey, result: ReadResult) -> None:
    if cell.measure not in profile.measures:
        result.unknown["metric", cell.measure] += 1
    if cell.offence and cell.offence not in profile.offences and cell.offence not in (*profile.totals, *HARMS):
        result.unknown["harm_categories", cell.offence] += 1


def _normalize(text: str) -> str:
    """A column or a word as the profile writes it: some systems decompose Korean syllables."""
    return normalize("NFC", text).strip()
