"""From a report's tables to figures. A row is one cell that may have a number; an empty one states nothing.

A sheet or file is identified by its columns, whatever its name: some providers rename the sheets. Where a table has no
column for the period, the file's name has it: `…2025-07-01_2025-12-31.csv`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape
from adapters.figures import TOTAL, period_precision, series_key
from adapters.formats.json import printable
from adapters.formats.tables import read_csv
from adapters.formats.workbooks import read_workbook
from adapters.platforms.dsa_harmonised_reports.templates import (
    COLUMNS_WITHOUT_FIGURES,
    FREE_TEXT,
    INDICATOR_WORDS,
    OTHER_PART,
    TABLES,
    FigureColumn,
    ReportTable,
)
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.vocabulary.enums import HarmCategory, Qualifier
from adapters.vocabulary.jurisdictions import EU, Jurisdiction, UnknownJurisdiction, parse_jurisdiction
from adapters.vocabulary.names import find_platform
from adapters.vocabulary.terms import crosswalk

NAME = "dsa_harmonised_reports"

HARMS = crosswalk(HarmCategory, "dsa")

MAX_VALUE = 10**15
"""A larger number counts nothing that exists; it is an error."""

MAX_COLUMNS = 3
"""Columns that a message names; of more it gives the number."""

TITLE_LINES = 10
"""First lines of a sheet among which the header is searched: some providers write titles above it."""

EMPTY_PERIOD = "yyyy-mm-dd/yyyy-mm-dd"
"""The period in the empty templates."""

NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
DAYS = re.compile(r"(?P<first>\d{4}-\d\d-\d\d)[/_](?P<last>\d{4}-\d\d-\d\d)", re.ASCII)


class LineContext(Struct, frozen=True, kw_only=True):
    """What a line says about all of its figures."""

    service: str
    platform: str | None
    period: Period
    place: Jurisdiction
    dimensions: tuple[Dimension, ...]
    harms: tuple[HarmCategory, ...] = ()
    native: tuple[NativeTerm, ...] = ()
    population: str | None = None


def read_file(name: str, content: bytes) -> ReadResult:
    """The figures of a file: a CSV text with one part, or a workbook, of which other parts are out of scope.

    Raises Unreadable where it is neither. Raises UnexpectedShape where no table has the columns of a part that is read,
    where one nearly has them, where there is no period, and where the template is empty.
    """
    result = ReadResult()
    reader = TableReader(name, result)
    if name.lower().endswith(".xlsx"):
        sheets = [_in_sheet(name, sheet, rows) for sheet, rows in read_workbook(name, content).items()]
        tables = [table for table in sheets if table is not None]
        if not tables:
            raise UnexpectedShape(f"{name}: no sheet has the columns of part 3, 4 or 7")
        for form, columns, lines in tables:
            reader.read(form, columns, lines)
        return result
    table = read_csv(name, content)
    csv_form = _identify(name, table.columns, strict=True)
    if csv_form is not None:
        reader.read(csv_form, table.columns, table.lines)
    return result


def _in_sheet(
    name: str, sheet: str, rows: Sequence[Sequence[str]]
) -> tuple[ReportTable, Sequence[str], Sequence[Sequence[str]]] | None:
    """The table of a sheet: its form, its columns and its lines; None for a table of another kind."""
    for position, columns in enumerate(rows[:TITLE_LINES]):
        form = _identify(f"{name}, sheet {printable(sheet, 40)}", columns, strict=False)
        if form is not None:
            return form, columns, rows[position + 1 :]
    return None


def _identify(name: str, columns: Sequence[str], *, strict: bool) -> ReportTable | None:
    """The form of a table with these columns; None for a table of another kind, which raises where it is `strict`."""
    spellings = {column.casefold() for column in columns if column}
    if {column for column in spellings if not column.startswith(FREE_TEXT)} in COLUMNS_WITHOUT_FIGURES:
        if strict:
            raise UnexpectedShape(f"{name}: is part 1 or 11 of a harmonised report, which have no figures of requests")
        return None
    form = max(TABLES, key=lambda table: len(table.columns & spellings) / len(table.columns))
    missing = sorted(form.columns - spellings)
    if len(missing) * 2 > len(form.columns):
        if strict:
            raise UnexpectedShape(f"{name}: does not have the columns of part 3, 4 or 7 of a harmonised report")
        return None
    extra = sorted(column for column in spellings - form.columns if not column.startswith(form.ignored))
    if missing or extra:
        differences = "; ".join([*_quote("lacks", missing), *_quote("has in addition", extra)])
        raise UnexpectedShape(f"{name}: is not part {form.part} of a harmonised report: {differences}")
    return form


def _quote(verb: str, columns: Sequence[str]) -> Iterator[str]:
    if columns:
        names = ", ".join(repr(printable(column)) for column in columns[:MAX_COLUMNS])
        rest = len(columns) - MAX_COLUMNS
        yield f"{verb} {names}{f' and {rest} more' if rest > 0 else ''}"


class TableReader:
    """Reads the tables of one file into `result`."""

    def __init__(self, name: str, result: ReadResult) -> None:
        self._name = name
        self._result = result
        self._values: dict[str, Decimal | None] = {}
        match = DAYS.search(name)
        self._file_period = match[0] if match else None

    def read(self, form: ReportTable, columns: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
        """Adds the figures of a table. Raises UnexpectedShape where there is no period or the template is empty."""
        positions = {column.casefold(): position for position, column in enumerate(columns)}
        if "period" not in form.keys.values() and self._file_period is None:
            raise UnexpectedShape(f"{self._name}: has no period, in no column and not in the file's name")
        parents: dict[tuple[str, str], str] = {}
        for cells in lines:
            keys = {key: _cell(cells, positions[column]) for column, key in form.keys.items()}
            if keys.get("period", "").casefold() == EMPTY_PERIOD:
                raise UnexpectedShape(f"{self._name}: is an empty template")
            if INDICATOR_WORDS["section"].get(keys.get("section", "").casefold()) == OTHER_PART:
                self._result.rows += 1
                self._result.out_of_scope += 1
                continue
            texts = {column: _cell(cells, positions[column]) for column in form.figures}
            self._read_line(form, self._context(keys, parents), texts)

    def _read_line(self, form: ReportTable, context: LineContext | RowError, texts: Mapping[str, str]) -> None:
        """Adds the figures of a line. Where its context is an error, rejects them all."""
        for column, figure in form.figures.items():
            self._result.rows += 1
            if isinstance(context, RowError):
                self._result.reject(self._result.rows, context)
                continue
            if not texts[column]:
                self._result.out_of_scope += 1
                continue
            try:
                self._add(_statistic(form, column, figure, context, texts[column]))
            except RowError as exc:
                self._result.reject(self._result.rows, exc)

    def _context(self, keys: dict[str, str], parents: dict[tuple[str, str], str]) -> LineContext | RowError:
        try:
            context = self._service(keys)
            if "category" in keys:
                return self._with_category(context, keys, parents)
            return self._with_indicator(context, keys)
        except RowError as exc:
            return exc

    def _service(self, keys: dict[str, str]) -> LineContext:
        service = keys["service"]
        if not service:
            raise RowError("is empty", "service")
        platform = find_platform(service)
        if platform is None:
            self._result.unknown["platform", printable(service)] += 1
        return LineContext(
            service=platform.id if platform else printable(service),
            platform=platform.id if platform else None,
            period=_period(keys.get("period") or self._file_period or ""),
            place=_place(keys.get("scope", TOTAL)),
            dimensions=() if platform else (Dimension("service", printable(service)),),
        )

    def _with_category(
        self, context: LineContext, keys: dict[str, str], parents: dict[tuple[str, str], str]
    ) -> LineContext:
        """Adds the category, or the sub-category, which belongs to the category in a line above it."""
        code, group = keys["category"].upper(), (context.service, keys.get("scope", ""))
        if not code:
            raise RowError("is empty", "category")
        keyword = TOTAL
        if code.startswith("KEYWORD_"):
            code, keyword = parents.get(group, ""), code
            if not code:
                raise RowError("a sub-category has no category above it", "category")
        else:
            parents[group] = code
        codes = [each for each in (code, keyword) if each != TOTAL]
        for unknown in (each for each in codes if each not in HARMS):
            self._result.unknown["harm_categories", printable(unknown)] += 1
        return replace(
            context,
            dimensions=(*context.dimensions, Dimension("category", code), Dimension("keyword", keyword)),
            harms=tuple(sorted({HARMS.get(each, HarmCategory.OTHER) for each in codes[-1:]})),
            native=(
                *(NativeTerm("harm_categories", each) for each in codes),
                *((NativeTerm("jurisdictions", keys["scope"]),) if "scope" in keys else ()),
            ),
        )

    def _with_indicator(self, context: LineContext, keys: dict[str, str]) -> LineContext:
        """Adds the section, the indicator and the outcome of part 7."""
        values: dict[str, str] = {}
        for axis, words in INDICATOR_WORDS.items():
            word = keys[axis]
            if not word:
                raise RowError("is empty", axis)
            if word.casefold() not in words:
                self._result.unknown[axis, printable(word)] += 1
                raise RowError("is not a known word of part 7", axis)
            values[axis] = words[word.casefold()]
        return replace(
            context,
            dimensions=(*context.dimensions, *(Dimension(axis, value) for axis, value in values.items())),
            native=tuple(NativeTerm(axis, printable(keys[axis], 200)) for axis in INDICATOR_WORDS),
            population=f"{values['indicator'].lower().replace('_', ' ')}, {_outcome_text(values['outcome'])}",
        )

    def _add(self, statistic: Statistic) -> None:
        """Adds a figure. One that is there twice with the same value is one. Raises RowError for another value."""
        if statistic.external_id in self._values:
            if self._values[statistic.external_id] != statistic.value:
                raise RowError("has another value than the same figure above")
            self._result.merged += 1
            return
        self._values[statistic.external_id] = statistic.value
        self._result.records.append(statistic)
        start, end = (statistic.period.start, statistic.period.end) if statistic.period else (None, None)
        if start and end:
            self._result.start = min(self._result.start or start, start)
            self._result.end = max(self._result.end or end, end)


def _statistic(form: ReportTable, column: str, figure: FigureColumn, context: LineContext, text: str) -> Statistic:
    """The figure of a cell. Raises RowError where the cell is not a number."""
    if NUMBER.fullmatch(text) is None or Decimal(text) > MAX_VALUE:
        raise RowError("is not a number that counts something", printable(column, 60))
    period = context.period
    identity = (f"{form.part}", context.service, f"{period.start}", f"{period.end}", context.place)
    statistic = Statistic(
        source=NAME,
        external_id="/".join((*identity, *(each.value for each in context.dimensions), figure.name)),
        jurisdictions=(context.place,),
        native=(NativeTerm("metric", column), *context.native, NativeTerm("value", text)),
        metric=figure.metric,
        value=Decimal(text),
        unit=figure.unit,
        qualifier=Qualifier.EXACT,
        period=period,
        aggregation=figure.aggregation,
        platform=context.platform,
        harm_categories=context.harms,
        dimensions=tuple(sorted((*context.dimensions, *figure.by))),
        population=context.population or figure.population,
    )
    return replace(statistic, series_key=series_key(statistic))


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position] if position < len(cells) else ""


def _period(text: str) -> Period:
    """The days of `2025-07-01/2025-12-31`, both included."""
    match = DAYS.fullmatch(text)
    if match is None:
        raise RowError("is not a period as YYYY-MM-DD/YYYY-MM-DD", "reporting period")
    try:
        start, end = date.fromisoformat(match["first"]), date.fromisoformat(match["last"]) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise RowError("is not a period as YYYY-MM-DD/YYYY-MM-DD", "reporting period") from None
    if end <= start:
        raise RowError("ends before it begins", "reporting period")
    return Period(start=start, end=end, precision=period_precision(start, end))


def _place(text: str) -> Jurisdiction:
    """A Member State; the whole Union for the total."""
    if text.upper() == TOTAL:
        return EU
    try:
        if re.fullmatch("[A-Z]{2}", text):
            return parse_jurisdiction(text)
    except UnknownJurisdiction:
        pass
    raise RowError("is not the code of a Member State", "scope")


def _outcome_text(outcome: str) -> str:
    return {TOTAL: "all", "MEDIAN_TIME": "median time, unit not stated"}.get(outcome, outcome.lower().replace("_", " "))
