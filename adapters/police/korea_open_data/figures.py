"""Reading: from the rows of a dataset to figures by its profile, without asking anybody."""

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
from adapters.formats.structured import printable
from adapters.police.korea_open_data.profiles import Measure, Profile
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, Precision, Qualifier, Unit
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from adapters.vocabulary.terms import crosswalk

NAME = "korea_open_data"

KOREA = parse_jurisdiction("KR")
TIME_ZONE = "Asia/Seoul"

HARMS = crosswalk(HarmCategory, "knpa")

UNMEASURED = Measure(metric=Metric.OTHER, unit=Unit.OTHER, aggregation=Aggregation.NONE)
"""What a word counts that the profile lacks."""

LARGEST = 10**15
"""More than this counts nothing that exists; it would only be a slip."""

LONGEST = 80
"""Characters of an offence, or of a value of another axis."""

SHOWN = 12
"""Columns that a message names."""

UNTOLD = "-"
"""What Korean tables print where there is no number; whether that is zero or nobody counted, they do not say."""

Row = Mapping[str, object]


class Cell(Struct, frozen=True, kw_only=True, order=True):
    """What two numbers of one version may not both fill: a year, what is counted, an offence, and the other axes."""

    year: int
    measure: str
    offence: str
    axes: tuple[str, ...]


class Printed(Struct, frozen=True, order=True):
    """A number as printed: None where there is none; of two, the greater speaks for the cell."""

    number: int
    text: str

    @property
    def value(self) -> Decimal | None:
        return None if self.number < 0 else Decimal(self.number)

    @property
    def qualifier(self) -> Qualifier:
        if self.number >= 0:
            return Qualifier.EXACT
        return Qualifier.UNKNOWN if self.text == UNTOLD else Qualifier.NOT_REPORTED


def read_file(profile: Profile, name: str, content: bytes) -> ReadResult:
    """The figures of a file of the portal: CSV in UTF-8, or else in the Windows code page of Korea.

    Raises Unreadable where it is neither, UnexpectedShape where its columns are not the profile's.
    """
    return figures(profile, name, _rows(name, content))


def figures(profile: Profile, name: str, rows: Sequence[object]) -> ReadResult:
    """The figures of a dataset's rows, one by one; a row of another shape rejects each figure that it should hold.

    Raises UnexpectedShape where the columns are not the profile's. Numbers that state one cell several times are one
    record: the greatest wins, whatever their order, and all are kept as native terms.
    """
    stated_rows = [_row(row) for row in rows]
    _check_columns(profile, name, stated_rows)
    reading = ReadResult()
    cells: dict[Cell, list[Printed]] = defaultdict(list)
    for row in stated_rows:
        for column in profile.figures:
            reading.rows += 1
            try:
                cell, printed = _cell(profile, row, column), _printed(row, column)
            except RowError as exc:
                reading.reject(reading.rows, exc)
            else:
                cells[cell].append(printed)
                _count_unknown(profile, cell, reading)
    for cell, stated in sorted(cells.items()):
        reading.records.append(_statistic(profile, cell, sorted(stated, reverse=True)))
        reading.merged += len(stated) - 1
    reading.start = min((date(cell.year, 1, 1) for cell in cells), default=None)
    reading.end = max((date(cell.year + 1, 1, 1) for cell in cells), default=None)
    return reading


def _rows(name: str, content: bytes) -> list[object]:
    lines = csv.reader(StringIO(_text(name, content), newline=""), strict=True)
    try:
        header, *rest = [line for line in lines if line]
    except (csv.Error, ValueError):
        raise Unreadable(f"{name}: is no CSV with a line of columns") from None
    columns = [_plain(column) for column in header]
    if len(set(columns)) != len(columns):
        raise UnexpectedShape(f"{name}: a column stands twice")
    return [dict(zip(columns, line, strict=True)) if len(line) == len(columns) else None for line in rest]


def _text(name: str, content: bytes) -> str:
    # CP949 reads almost any bytes as some Korean, UTF-8 next to none but its own: the stricter goes first.
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(f"{name}: is text neither in UTF-8 nor in CP949")


def _row(row: object) -> Row:
    """The row by its columns as the profile writes them; none of them where it is no row, or has a column twice."""
    columns = {_plain(column): value for column, value in row.items()} if isinstance(row, dict) else {}
    return columns if isinstance(row, dict) and len(columns) == len(row) else {}


def _check_columns(profile: Profile, name: str, rows: Iterable[Row]) -> None:
    found = {column for row in rows for column in row}
    if not found:
        return
    extra, missing = found - profile.columns, profile.columns - found
    if extra or missing:
        said = [f"{word} {_listed(names)}" for word, names in (("without", missing), ("with", extra)) if names]
        raise UnexpectedShape(f"{name}: has other columns than its profile: {' and '.join(said)}")


def _listed(columns: Iterable[str]) -> str:
    names = [printable(column) for column in sorted(columns)]
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _cell(profile: Profile, row: Row, column: str) -> Cell:
    offence = _word(row, profile.offence) if profile.offence else ""
    if profile.measure:
        measure, offence = _word(row, profile.measure), column
    else:
        measure = column
        offence = offence or next(iter(profile.offences), "")
    axes = tuple(_word(row, axis) for axis in profile.axes)
    return Cell(year=_year(profile, row), measure=measure, offence=offence, axes=axes)


def _value(row: Row, column: str) -> object:
    if not row:
        raise RowError("is no row with each column once")
    if column not in row:
        raise RowError("the column is missing", column)
    return row[column]


def _word(row: Row, column: str) -> str:
    value = _value(row, column)
    word = _plain(value) if isinstance(value, str) else ""
    if not word or len(word) > LONGEST or not word.isprintable():
        raise RowError("is no word that names something", column)
    return word


def _year(profile: Profile, row: Row) -> int:
    value = _value(row, profile.year)
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not re.fullmatch(r"\s*[0-9]{4}\s*년?\s*", text):
        raise RowError("is no year", profile.year)
    year = int(text.strip()[:4])
    if not 1945 <= year <= profile.as_of.year:
        raise RowError("is no year that the publisher can have counted", profile.year)
    return year


def _printed(row: Row, column: str) -> Printed:
    value = _value(row, column)
    if value is None:
        return Printed(-2, "")
    # True and False are integers to Python, and no count to anybody.
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str):
        text = value.strip()
        if text in {"", UNTOLD}:
            return Printed(-1 if text else -2, text)
        if not re.fullmatch(r"[0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,6}", text):
            raise RowError("is no whole number", column)
        number = int(text.replace(",", ""))
    else:
        raise RowError("is no whole number", column)
    if not 0 <= number <= LARGEST:
        raise RowError("is below zero or beyond any count", column)
    return Printed(number, str(number))


def _statistic(profile: Profile, cell: Cell, stated: Sequence[Printed]) -> Statistic:
    """The record of a cell for which numbers were stated, the one that speaks for it first."""
    measure = profile.measures.get(cell.measure, UNMEASURED)
    by = {
        **({"offence": cell.offence} if cell.offence else {}),
        **dict(zip(profile.axes.values(), cell.axes, strict=True)),
    }
    best = stated[0]
    statistic = Statistic(
        source=NAME,
        external_id="/".join(filter(None, (profile.name, f"{cell.year}", cell.measure, cell.offence, *cell.axes))),
        jurisdictions=(KOREA,),
        native=(
            NativeTerm("metric", cell.measure),
            NativeTerm("period", str(cell.year)),
            NativeTerm("population", f"{profile.title}_{profile.version}"),
            *(NativeTerm("dimensions", word) for word in by.values()),
            *(NativeTerm("value", printed.text, row) for row, printed in enumerate(stated)),
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
            Dimension(axis, TOTAL if word in profile.totals else word) for axis, word in sorted(by.items())
        ),
        population=profile.population,
        speaker=profile.publisher,
        released_at=profile.released,
    )
    return replace(statistic, series_key=series_key(statistic))


def _period(profile: Profile, year: int) -> Period:
    """The calendar year, by the clocks of Seoul; its end stays open if it was not over when the publisher counted."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    if (end - profile.as_of).days > 1:
        return Period(start=start, precision=Precision.INTERVAL, timezone=TIME_ZONE, text=str(year))
    return Period(start=start, end=end, precision=Precision.YEAR, timezone=TIME_ZONE)


def _harms(profile: Profile, offence: str) -> tuple[HarmCategory, ...]:
    """The harm of an offence; a figure of no offence, or of all together, is of none."""
    if not offence or offence in profile.totals:
        return ()
    return (HARMS.get(offence, HarmCategory.OTHER),)


def _count_unknown(profile: Profile, cell: Cell, reading: ReadResult) -> None:
    if cell.measure not in profile.measures:
        reading.unknown["metric", cell.measure] += 1
    if cell.offence and cell.offence not in profile.offences and cell.offence not in (*profile.totals, *HARMS):
        reading.unknown["harm_categories", cell.offence] += 1


def _plain(text: str) -> str:
    """A column or a word as the profile writes it: some systems take Korean syllables apart."""
    return normalize("NFC", text).strip()
