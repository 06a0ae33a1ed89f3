"""Telegram's transparency reports, gathered country by country by volunteers (github.com/Te-k/telegram-transparency).

Telegram's own bot answers only about the country of whoever asks, so contributors send in its answers. One JSON file
holds them all: `{"FRA": [{"from": "20240101", "to": "20240331", "requests": 4, "users": 17}, …], …}`, days inclusive,
countries by ISO 3166-1 alpha-3 code. Quarters stand beside sums of quarters and whole years.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from msgspec import Struct
from msgspec.structs import replace

from adapters.client import TEXT, Rate, Upstream
from adapters.document import ReadResult, RowError, read_document
from adapters.errors import UnexpectedShape, Unreadable
from adapters.figures import precision, series_key
from adapters.formats import files
from adapters.formats.structured import printable, read_json
from adapters.records import NativeTerm, Period, Statistic
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, About, Batch, Demand, Rejection, Scope
from adapters.vocabulary.enums import (
    Aggregation,
    Audience,
    Metric,
    Qualifier,
    RecordType,
    SourceKind,
    Unit,
)
from adapters.vocabulary.jurisdictions import (
    Jurisdiction,
    UnknownJurisdiction,
    jurisdiction,
)

NAME = "telegram_transparency"

ABOUT = About(
    name=NAME,
    title="Telegram's transparency reports by country",
    kind=SourceKind.PLATFORM,
    publisher="Telegram, gathered by the contributors to Te-k/telegram-transparency",
    url="https://github.com/Te-k/telegram-transparency",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    attribution="Te-k/telegram-transparency and its contributors, from the answers of Telegram's transparency bot",
    cadence=timedelta(days=91),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.STATISTIC}),
    jurisdictions=None,
    withdraws=True,
    notes=(
        "Only fulfilled requests are counted: those for which Telegram gave an IP address, a phone number or both. "
        "How many requests it received or refused is not published.",
        "A missing country is not zero: nobody has sent in an answer for it. Zero stands where Telegram said so.",
        "Periods overlap: quarters, sums of quarters and whole years stand side by side and must not be added up; "
        "for some countries a whole year differs from its quarters, or only the year is known.",
        "Affected users are never added across periods: one user may be affected in several.",
    ),
)

ADDRESS = "https://raw.githubusercontent.com/Te-k/telegram-transparency/HEAD"
"""Where the newest edition of the volunteers' file lies."""

DATASET = "dataset"
"""The one scope there is: the whole file, whether it is fetched or imported."""

KEYS = ("from", "to", "requests", "users")
"""What the publisher promises in every entry."""

POPULATION = "requests fulfilled with an IP address and/or a phone number"

LARGEST = 10**15
"""More than this counts nothing that exists; it would only be a slip."""


class Figure(Struct, frozen=True, kw_only=True):
    """What one of the two numbers of an entry counts."""

    column: str
    metric: Metric
    unit: Unit
    aggregation: Aggregation


FIGURES = (
    Figure(
        column="requests", metric=Metric.INFORMATION_REQUESTS_FULFILLED, unit=Unit.REQUESTS, aggregation=Aggregation.SUM
    ),
    # The bot says "affected users". What a platform can count is accounts, not the persons behind them.
    Figure(column="users", metric=Metric.AFFECTED_USERS, unit=Unit.ACCOUNTS, aggregation=Aggregation.NONE),
)


class TelegramTransparency:
    """The source. Asks for one file; what it means is read by the functions below it."""

    about = ABOUT

    def __init__(self, address: str = ADDRESS, *, patience: float = 30.0) -> None:
        self._upstream = Upstream(address, rates=[Rate(calls=10, seconds=60)], patience=patience)

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(settings.address or ADDRESS)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The whole file, for any question about figures."""
        return (_scope(),) if demand.record is RecordType.STATISTIC else ()

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        if set(names) - {DATASET}:
            raise Unreadable(f"{NAME} has one scope, {DATASET}")
        return (_scope(),)

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
        """One scope: a file that is given, or the `dataset….json` of a folder, is the whole data set.

        Raises Unreadable where there is none or more than one.
        """
        if not paths:
            return ()
        given = set(paths)
        found = [path for path in files.find(paths, ".json") if path in given or path.name.startswith("dataset")]
        if not found:
            raise Unreadable("no file is named dataset….json")
        if len(found) > 1:
            raise Unreadable(f"one file is the whole data set, and there are {len(found)}")
        return (_scope(found[0]),)

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return self._ask(since) if scope.path is None else read_document(scope, since, read_file)

    async def close(self) -> None:
        await self._upstream.close()

    async def _ask(self, since: str | None) -> AsyncIterator[Batch]:
        answer = await self._upstream.get("dataset.json", accept=TEXT)
        reading = await asyncio.to_thread(read_file, "dataset.json", answer.payload)
        for batch in reading.batches(answer.origin, since):
            yield batch


def _scope(path: Path | None = None) -> Scope:
    return Scope(source=NAME, channel=ARCHIVE, name=DATASET, records=frozenset({RecordType.STATISTIC}), path=path)


# Reading: from the publisher's text to records, without asking anybody.


class Cell(Struct, frozen=True, kw_only=True, order=True):
    """A country, a period and what is counted: what two entries may not both fill."""

    country: str
    start: date
    end: date
    column: str


def read_file(name: str, content: bytes) -> ReadResult:
    """The figures of the data set. Raises Unreadable where it is no JSON, UnexpectedShape where it lists no country."""
    entries = read_json(name, content)
    if not isinstance(entries, dict) or not any(isinstance(value, list) and value for value in entries.values()):
        # An empty answer must not pass for a complete one: everything known would be withdrawn.
        raise UnexpectedShape(f"{name}: lists no country with its figures")
    return figures(entries)


def figures(entries: dict[str, Any]) -> ReadResult:
    """The figures of the parsed data set: two rows per entry, first `requests`, then `users`.

    A country whose value is no list is one row, rejected. Entries that state one cell several times are one record:
    the largest number wins, whatever their order, and all of them are kept as native terms.
    """
    reading = ReadResult()
    cells: dict[Cell, list[int | None]] = defaultdict(list)
    for country, listed in entries.items():
        if not isinstance(listed, list):
            reading.rows += 1
            reading.rejections.append(Rejection(position=reading.rows, reason="a country must have a list of entries"))
            continue
        for entry in listed:
            _count_unknown(entry, reading)
            for figure in FIGURES:
                reading.rows += 1
                try:
                    cell, value = _stated(country, entry, figure)
                except RowError as exc:
                    reading.reject(reading.rows, exc)
                else:
                    cells[cell].append(value)
    for cell, values in sorted(cells.items()):
        reading.records.append(_statistic(cell, sorted(values, key=_weight, reverse=True)))
        reading.merged += len(values) - 1
    reading.start = min((cell.start for cell in cells), default=None)
    reading.end = max((cell.end for cell in cells), default=None)
    return reading


def _stated(country: str, entry: object, figure: Figure) -> tuple[Cell, int | None]:
    _country(country)
    if not isinstance(entry, dict):
        raise RowError("an entry must be an object")
    for key in ("from", "to", figure.column):
        if key not in entry:
            raise RowError("the key is missing", key)
    start, last = _day(entry, "from"), _day(entry, "to")
    if last < start:
        raise RowError("the period ends before it begins", "to")
    if last == date.max:
        raise RowError("is no day that a period can end on", "to")
    cell = Cell(country=country, start=start, end=last + timedelta(days=1), column=figure.column)
    return cell, _number(entry, figure.column)


def _statistic(cell: Cell, values: Sequence[int | None]) -> Statistic:
    """The record of a cell for which `values` were stated, the one that speaks for it first."""
    figure = next(figure for figure in FIGURES if figure.column == cell.column)
    value = values[0]
    last = cell.end - timedelta(days=1)
    statistic = Statistic(
        source=NAME,
        external_id=f"{cell.country}/{cell.start}/{cell.end}/{cell.column}",
        jurisdictions=(_country(cell.country),),
        native=(
            NativeTerm("jurisdictions", cell.country),
            NativeTerm("metric", cell.column),
            NativeTerm("period", f"{cell.start:%Y%m%d}-{last:%Y%m%d}"),
            *(NativeTerm("value", "null" if stated is None else str(stated), row) for row, stated in enumerate(values)),
        ),
        metric=figure.metric,
        value=None if value is None else Decimal(value),
        unit=figure.unit,
        qualifier=Qualifier.NOT_REPORTED if value is None else Qualifier.EXACT,
        period=Period(start=cell.start, end=cell.end, precision=precision(cell.start, cell.end)),
        aggregation=figure.aggregation,
        platform="telegram",
        population=POPULATION,
    )
    return replace(statistic, series_key=series_key(statistic))


def _country(code: str) -> Jurisdiction:
    try:
        if re.fullmatch("[A-Z]{3}", code):
            return jurisdiction(code)
    except UnknownJurisdiction:
        pass
    raise RowError("the country is no ISO 3166-1 alpha-3 code that is known")


def _day(entry: dict[str, Any], key: str) -> date:
    text = entry[key]
    if not isinstance(text, str) or not re.fullmatch("[0-9]{8}", text):
        raise RowError("is no day written YYYYMMDD", key)
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise RowError("is no day of the calendar", key) from None


def _number(entry: dict[str, Any], key: str) -> int | None:
    value = entry[key]
    if value is None:
        return None
    # True and False are integers to Python, and no count to anybody.
    if isinstance(value, bool) or not isinstance(value, int):
        raise RowError("is no whole number", key)
    if not 0 <= value <= LARGEST:
        raise RowError("is below zero or beyond any count", key)
    return value


def _weight(value: int | None) -> int:
    return -1 if value is None else value


def _count_unknown(entry: object, reading: ReadResult) -> None:
    if isinstance(entry, dict):
        reading.unknown.update(("entry", printable(key)) for key in entry if key not in KEYS)
