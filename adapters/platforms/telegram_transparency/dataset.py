"""From the volunteers' file to figures. Does no I/O.

The file has countries by their ISO 3166-1 alpha-3 codes, and inclusive days: `{"FRA": [{"from": "20240101", "to":
"20240331", "requests": 4, "users": 17}, …], …}`. Quarters, sums of quarters and whole years are side by side.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape
from adapters.figures import period_precision, series_key
from adapters.formats.json import printable, read_json
from adapters.records import NativeTerm, Period, Statistic
from adapters.source import Rejection
from adapters.vocabulary.enums import Aggregation, Metric, Qualifier, Unit
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, parse_jurisdiction

NAME = "telegram_transparency"

KEYS = ("from", "to", "requests", "users")
"""The keys that the publisher promises in every entry."""

POPULATION = "requests fulfilled with an IP address and/or a phone number"

MAX_VALUE = 10**15
"""A larger number counts nothing that exists; it is an error."""


class DatasetColumn(Struct, frozen=True, kw_only=True):
    """What one of the two numbers of an entry counts."""

    name: str
    metric: Metric
    unit: Unit
    aggregation: Aggregation


REQUESTS = DatasetColumn(
    name="requests", metric=Metric.INFORMATION_REQUESTS_FULFILLED, unit=Unit.REQUESTS, aggregation=Aggregation.SUM
)
# The bot says "affected users". A platform can count accounts, not the persons behind them.
USERS = DatasetColumn(name="users", metric=Metric.AFFECTED_USERS, unit=Unit.ACCOUNTS, aggregation=Aggregation.NONE)

COLUMNS = {column.name: column for column in (REQUESTS, USERS)}


class CountryCell(Struct, frozen=True, kw_only=True, order=True):
    """A country, a period and a column: the identity of a figure."""

    country: str
    start: date
    end: date
    column: str


def read_file(name: str, content: bytes) -> ReadResult:
    """The figures of the file. Raises Unreadable where it is not JSON, UnexpectedShape where it has no country."""
    entries = read_json(name, content)
    if not isinstance(entries, dict) or not any(isinstance(value, list) and value for value in entries.values()):
        # An empty file must not pass for a complete one: all figures would be withdrawn.
        raise UnexpectedShape(f"{name}: has no country with figures")
    return figures(entries)


def figures(entries: dict[str, Any]) -> ReadResult:
    """The figures of the parsed file: two rows per entry, first `requests`, then `users`.

    A country without a list is one row, which is rejected. Entries for the same cell are one record: the largest number
    wins, whatever their order, and all of them are native terms.
    """
    result = ReadResult()
    cells: dict[CountryCell, list[int | None]] = defaultdict(list)
    for country, items in entries.items():
        if not isinstance(items, list):
            result.rows += 1
            result.rejections.append(Rejection(position=result.rows, reason="a country must have a list of entries"))
            continue
        for entry in items:
            _count_unknown_keys(entry, result.unknown)
            for column in COLUMNS:
                result.rows += 1
                try:
                    cell, value = _read_number(country, entry, column)
                except RowError as exc:
                    result.reject(result.rows, exc)
                else:
                    cells[cell].append(value)
    for cell, values in sorted(cells.items()):
        result.records.append(_statistic(cell, sorted(values, key=_rank, reverse=True)))
        result.merged += len(values) - 1
    result.start = min((cell.start for cell in cells), default=None)
    result.end = max((cell.end for cell in cells), default=None)
    return result


def _read_number(country: str, entry: object, column: str) -> tuple[CountryCell, int | None]:
    """The cell and the value of one of an entry's two numbers. Raises RowError."""
    _jurisdiction(country)
    if not isinstance(entry, dict):
        raise RowError("an entry must be an object")
    for key in ("from", "to", column):
        if key not in entry:
            raise RowError("the key is missing", key)
    start, last = _day(entry, "from"), _day(entry, "to")
    if last < start:
        raise RowError("the period ends before it begins", "to")
    if last == date.max:
        raise RowError("is not a day on which a period can end", "to")
    return CountryCell(country=country, start=start, end=last + timedelta(days=1), column=column), _count(entry, column)


def _statistic(cell: CountryCell, values: Sequence[int | None]) -> Statistic:
    """The record of a cell with these values, the one that wins first."""
    column = COLUMNS[cell.column]
    value = values[0]
    last = cell.end - timedelta(days=1)
    statistic = Statistic(
        source=NAME,
        external_id=f"{cell.country}/{cell.start}/{cell.end}/{cell.column}",
        jurisdictions=(_jurisdiction(cell.country),),
        native=(
            NativeTerm("jurisdictions", cell.country),
            NativeTerm("metric", cell.column),
            NativeTerm("period", f"{cell.start:%Y%m%d}-{last:%Y%m%d}"),
            *(NativeTerm("value", "null" if number is None else str(number), row) for row, number in enumerate(values)),
        ),
        metric=column.metric,
        value=None if value is None else Decimal(value),
        unit=column.unit,
        qualifier=Qualifier.NOT_REPORTED if value is None else Qualifier.EXACT,
        period=Period(start=cell.start, end=cell.end, precision=period_precision(cell.start, cell.end)),
        aggregation=column.aggregation,
        platform="telegram",
        population=POPULATION,
    )
    return replace(statistic, series_key=series_key(statistic))


def _jurisdiction(code: str) -> Jurisdiction:
    try:
        if re.fullmatch("[A-Z]{3}", code):
            return parse_jurisdiction(code)
    except UnknownJurisdiction:
        pass
    raise RowError("the country is not a known ISO 3166-1 alpha-3 code")


def _day(entry: dict[str, Any], key: str) -> date:
    text = entry[key]
    if not isinstance(text, str) or not re.fullmatch("[0-9]{8}", text):
        raise RowError("is not a day as YYYYMMDD", key)
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise RowError("is not a day of the calendar", key) from None


def _count(entry: dict[str, Any], key: str) -> int | None:
    value = entry[key]
    if value is None:
        return None
    # True and False are integers in Python, but not counts.
    if isinstance(value, bool) or not isinstance(value, int):
        raise RowError("is not a whole number", key)
    if not 0 <= value <= MAX_VALUE:
        raise RowError("is negative or too large", key)
    return value


def _rank(value: int | None) -> int:
    return -1 if value is None else value


def _count_unknown_keys(entry: object, unknown: Counter[tuple[str, str]]) -> None:
    if isinstance(entry, dict):
        unknown.update(("entry", printable(key)) for key in entry if key not in KEYS)
