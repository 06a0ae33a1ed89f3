"""Turns the lines of a table into statistics, as its profile says, without I/O.

A row is a cell in which a figure may be. A line that is skipped, that is empty, or whose cells do not tell what its
figures count is one row. Positions count rows.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from msgspec.structs import replace

from adapters.document import ReadResult, RowError
from adapters.errors import SourceError, UnexpectedShape, Unreadable
from adapters.figures import series_key
from adapters.formats.json import printable
from adapters.formats.tables import Table, read_csv, read_json_table
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.tabular.cells import CellValue, NumberFormat, parse_cell, parse_range
from adapters.tabular.profile import FigureProfile, SourceProfile, TableProfile
from adapters.tabular.values import LineValues
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, Qualifier, TakedownMeasure, Unit

MAX_NAMES = 5
"""How many columns a message names before it counts the rest."""

SEPARATOR = "\x1f"
"""Separates the words of a figure's identity. It is not printable, so no word contains it."""


def read_file(profile: SourceProfile, name: str, content: bytes) -> ReadResult:
    """The figures of one file.

    Raises Unreadable where the profile has no table for the file or the file cannot be decoded, UnexpectedShape where
    its columns or the number of its lines differ from the profile. The message states the difference.
    """
    table_profile, table = _choose_table(profile, name, content)
    reader = _ProfileReader(profile, table_profile, name, table)
    for cells in table.lines:
        reader.read_line(cells)
    return reader.finish()


# Which table a file is, and whether it has the shape that the profile promises.


def _choose_table(profile: SourceProfile, name: str, content: bytes) -> tuple[TableProfile, Table]:
    errors: list[tuple[int, SourceError]] = []
    for table_profile in profile.tables:
        if table_profile.match_name(name) is None:
            continue
        try:
            table = _decode(table_profile, name, content)
        except SourceError as exc:
            errors.append((1_000_000, exc))
            continue
        missing, extra = _compare_columns(table_profile, table.columns)
        if not missing and not extra:
            _check_line_count(table_profile, name, len(table.lines))
            return table_profile, table
        errors.append((len(missing) + len(extra), _column_error(name, table_profile, missing, extra)))
    if not errors:
        raise Unreadable(f"{name}: {profile.about.name} has no file of this name")
    # Of several tables that the name fits, the nearest one is what the file was meant to be.
    raise min(errors, key=lambda error: error[0])[1]


def _decode(table_profile: TableProfile, name: str, content: bytes) -> Table:
    if table_profile.format == "JSON":
        return read_json_table(name, content, table_profile.key)
    return read_csv(name, content, table_profile.encoding, table_profile.delimiter)


def _compare_columns(table_profile: TableProfile, columns: Sequence[str]) -> tuple[list[str], list[str]]:
    """The columns that are missing, and those that the profile does not know."""
    names, patterns = {*table_profile.columns, *table_profile.optional}, table_profile.column_patterns
    extra = [column for column in columns if column not in names]
    return (
        [column for column in table_profile.columns if column not in columns],
        [column for column in extra if not any(re.fullmatch(pattern, column) for pattern in patterns)],
    )


def _column_error(name: str, table_profile: TableProfile, missing: list[str], extra: list[str]) -> UnexpectedShape:
    if len(missing) == len(table_profile.columns):
        # The first line is then not a header, and its content is not repeated.
        return UnexpectedShape(f"{name}: has none of the columns of {table_profile.name}")
    parts = [f"lacks {_quote(missing)}"] if missing else []
    parts += [f"has also {_quote(extra)}"] if extra else []
    return UnexpectedShape(f"{name}: has other columns than {table_profile.name}: {'; '.join(parts)}")


def _quote(columns: list[str]) -> str:
    names = ", ".join(repr(printable(column)) for column in columns[:MAX_NAMES])
    return names if len(columns) <= MAX_NAMES else f"{names} and {len(columns) - MAX_NAMES} more"


def _check_line_count(table_profile: TableProfile, name: str, count: int) -> None:
    promise = table_profile.line_counts.get(name.rpartition(".")[0])
    if promise is not None and count != promise:
        raise UnexpectedShape(f"{name}: has {count} lines, expected {promise}")
    if count < table_profile.min_lines:
        raise UnexpectedShape(f"{name}: has {count} lines, expected at least {table_profile.min_lines}")


# Lines and their cells.


class _FigureCell(NamedTuple):
    """A column of figures: their profile, the column's name, and the columns that its pattern adds."""

    figure: FigureProfile
    column: str
    groups: dict[str, str]


class _CellStatistic(NamedTuple):
    """The statistic of one cell."""

    value: CellValue
    text: str
    record: Statistic


class _ProfileReader:
    """Reads the lines of one file, one by one, into a result."""

    def __init__(self, profile: SourceProfile, table_profile: TableProfile, name: str, table: Table) -> None:
        self._result = ReadResult(rows=table.other_lines, out_of_scope=table.other_lines)
        self._statistics: dict[str, list[_CellStatistic]] = defaultdict(list)
        self._periods: set[Period] = set()
        self._source = profile.about.name
        self._timezone = profile.about.timezone
        self._profile = table_profile
        self._name_columns = table_profile.match_name(name) or {}
        self._columns = table.columns
        self._cells = _find_cells(table_profile, name, table.columns)
        self._release, self._released_at = self._read_release()

    def read_line(self, cells: Sequence[str]) -> None:
        """Accounts for one line: every cell in which a figure may be is a row, or the line is one."""
        if not any(cells):
            self._skip()
        elif len(cells) != len(self._columns):
            self._reject(RowError("the line has another number of cells than the header"))
        else:
            line = {**self._name_columns, **dict(zip(self._columns, cells, strict=True))}
            if any(_matches(rule.where, line) for rule in self._profile.skip):
                self._skip()
            else:
                self._read_figures(line)

    def finish(self) -> ReadResult:
        """The records of all lines, of which the same figures are merged or numbered."""
        axis = self._profile.part_axis
        for statistics in self._statistics.values():
            if axis and len(statistics) > 1:
                self._result.records += (
                    _merge([_number(statistic, axis, number)]) for number, statistic in enumerate(statistics, 1)
                )
            else:
                self._result.records.append(_merge(statistics))
                self._result.merged += len(statistics) - 1
        spans = [(period.start, period.end) for period in self._periods if period.start and period.end]
        self._result.start = min((start for start, _ in spans), default=None)
        self._result.end = max((end for _, end in spans), default=None)
        return self._result

    def _read_figures(self, line: dict[str, str]) -> None:
        cells = self._cells_of(line)
        if not cells:
            self._reject(RowError("no figure of the profile is in such a line"))
        for cell in cells:
            try:
                statistic = self._read_cell(cell, {**line, **cell.groups} if cell.groups else line)
            except RowError as exc:
                self._reject(exc)
            else:
                self._add(statistic)

    def _cells_of(self, line: Mapping[str, str]) -> list[_FigureCell]:
        """The cells of the figures that take the line, or of the fallback figures, whose words are then counted."""
        cells = [cell for cell in self._cells if cell.figure.fallback is None and _matches(cell.figure.where, line)]
        if cells:
            return cells
        cells = [cell for cell in self._cells if cell.figure.fallback is not None]
        for figure in {cell.figure.name: cell.figure for cell in cells}.values():
            self._result.unknown[figure.name, printable(line.get(figure.fallback or "", ""))] += 1
        return cells

    def _add(self, statistic: _CellStatistic | None) -> None:
        if statistic is None:
            self._skip()
            return
        self._result.rows += 1
        self._statistics[statistic.record.external_id].append(statistic)
        if statistic.record.period is not None:
            self._periods.add(statistic.record.period)

    def _skip(self) -> None:
        self._result.rows += 1
        self._result.out_of_scope += 1

    def _reject(self, error: RowError) -> None:
        self._result.rows += 1
        self._result.reject(self._result.rows, error)

    def _read_release(self) -> tuple[str | None, date | None]:
        release = self._profile.release
        if release is None:
            return None, None
        name = " ".join(self._name_columns[column] for column in release.columns)
        if name not in release.dates:
            self._result.unknown["released_at", printable(name)] += 1
        return name, release.dates.get(name)

    def _read_cell(self, cell: _FigureCell, line: dict[str, str]) -> _CellStatistic | None:
        text, value = _read_value(cell.figure, cell.column, line)
        if value is None:
            return None
        return _CellStatistic(
            value, text, self._read_statistic(cell, value, LineValues(line, self._timezone, self._result))
        )

    def _read_statistic(self, cell: _FigureCell, value: CellValue, values: LineValues) -> Statistic:
        # The words become part of the record's identity in this order: keep it.
        figure = cell.figure
        metric = values.read_member(Metric, "metric", figure.metric)
        unit = values.read_member(Unit, "unit", figure.unit)
        if unit is Unit.PERCENT and value.weight > 100:
            raise RowError("is more than 100 percent", cell.column)
        record = Statistic(
            source=self._source,
            external_id="",
            metric=metric or Metric.OTHER,
            value=value.value,
            low=value.low,
            high=value.high,
            unit=unit or Unit.OTHER,
            qualifier=value.qualifier,
            jurisdictions=values.read_jurisdictions(figure.place),
            harm_categories=values.read_members(HarmCategory, "harm_categories", figure.harm_categories),
            measures=values.read_members(TakedownMeasure, "measures", figure.measures),
            platform=values.read_platform(figure.platform),
            population=values.read_text("population", figure.population),
            period=values.read_period(figure.period),
            aggregation=values.read_member(Aggregation, "aggregation", figure.aggregation) or Aggregation.NONE,
            released_at=self._released_at,
        )
        for axis, dimension in figure.dimensions.items():
            values.read_dimension(axis, dimension)
        words = [values.read_column(column) for column in (*figure.where, *filter(None, [figure.fallback]))]
        return replace(
            record,
            external_id=f"{self._profile.name}/{figure.name}/{self._digest(cell, values)}",
            native=(NativeTerm("metric", " / ".join(words) or cell.column), *values.native),
            dimensions=tuple(sorted(values.dimensions)),
        )

    def _digest(self, cell: _FigureCell, values: LineValues) -> str:
        groups = (f"{group}={text}" for group, text in cell.groups.items())
        return sha256(SEPARATOR.join((self._release or "", *values.key, *groups)).encode()).hexdigest()[:24]


def _find_cells(table_profile: TableProfile, name: str, columns: Sequence[str]) -> list[_FigureCell]:
    cells: list[_FigureCell] = []
    for figure in table_profile.full_figures:
        own = _cells_of_figure(figure, columns)
        if len({tuple(cell.groups.values()) for cell in own}) != len(own):
            raise UnexpectedShape(f"{name}: several columns hold the figure {figure.name} of {table_profile.name}")
        cells += own
    return cells


def _cells_of_figure(figure: FigureProfile, columns: Sequence[str]) -> list[_FigureCell]:
    if figure.columns is None:
        # A figure between two bounds has the name of the column of the lower one.
        column = figure.column or figure.low or ""
        return [_FigureCell(figure, column, {})] if column in columns else []
    matches = [(column, re.fullmatch(figure.columns, column)) for column in columns]
    return [
        _FigureCell(figure, column, {group: text or "" for group, text in match.groupdict().items()})
        for column, match in matches
        if match
    ]


def _matches(where: Mapping[str, str | tuple[str, ...]], line: Mapping[str, str]) -> bool:
    return all(
        line.get(column, "") in ((words,) if isinstance(words, str) else words) for column, words in where.items()
    )


def _read_value(figure: FigureProfile, column: str, line: Mapping[str, str]) -> tuple[str, CellValue | None]:
    """The text of a cell, or of the two cells of its bounds, and its value in our unit."""
    number_format, qualifier = figure.cells or NumberFormat(), figure.qualifier or Qualifier.EXACT
    text = line[column]
    try:
        if figure.low is not None and figure.high is not None:
            high = line.get(figure.high, "")
            value: CellValue | None = parse_range(text, high, number_format, qualifier)
            text = text if text == high else f"{text} - {high}"
        else:
            value = parse_cell(text, number_format, qualifier)
    except RowError as exc:
        raise RowError(exc.reason, column) from None
    return text, _convert(figure, value)


def _convert(figure: FigureProfile, value: CellValue | None) -> CellValue | None:
    if value is None or figure.factor is None:
        return value
    factor, digits = figure.factor, figure.digits

    def convert(number: Decimal | None) -> Decimal | None:
        if number is None:
            return None
        return number * factor if digits is None else round(number * factor, digits)

    return replace(value, value=convert(value.value), low=convert(value.low), high=convert(value.high))


def _number(statistic: _CellStatistic, axis: str, number: int) -> _CellStatistic:
    """The statistic as one of several parts that the publisher does not name."""
    record = statistic.record
    return statistic._replace(
        record=replace(
            record,
            external_id=f"{record.external_id}/{number}",
            dimensions=tuple(sorted((*record.dimensions, Dimension(axis, str(number))))),
        )
    )


def _merge(statistics: list[_CellStatistic]) -> Statistic:
    """The record of a figure that appears several times: it has the largest value, and names all of them."""
    versions = sorted(statistics, key=lambda statistic: (statistic.value.weight, statistic.text), reverse=True)
    record = versions[0].record
    values = tuple(NativeTerm("value", version.text, row) for row, version in enumerate(versions))
    return replace(record, native=(*record.native, *values), series_key=series_key(record))
