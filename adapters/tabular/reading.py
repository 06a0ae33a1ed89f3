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
from adapters.errors import UnexpectedShape
from adapters.figures import series_key
from adapters.formats.json import printable
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.tabular.cells import CellValue, NumberFormat, parse_cell, parse_range
from adapters.tabular.profile import FigureProfile, LineOfCell, ReleaseColumns, SourceProfile, TableProfile
from adapters.tabular.shapes import Section, read_tables
from adapters.tabular.values import LineValues
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, Qualifier, TakedownMeasure, Unit

SEPARATOR = "\x1f"
"""Separates the words of a figure's identity. It is not printable, so no word contains it."""


def read_file(profile: SourceProfile, name: str, content: bytes) -> ReadResult:
    """The figures of one file.

    Raises Unreadable where the profile has no table for the file or the file cannot be decoded, UnexpectedShape where
    it has no table of the profile, or another number of lines. The message states the difference.
    """
    tables = read_tables(profile, name, content)
    figures = _Figures(tables.other_rows)
    for section in tables.sections:
        if section.profile is None:
            for _ in section.rows:
                figures.reject(RowError("the profile has no such table"))
            continue
        reader = _SectionReader(profile, section.profile, section, name, figures)
        for cells in section.rows:
            reader.read_line(cells)
    return figures.finish()


# Lines and their cells.


class _FigureCell(NamedTuple):
    """A column of figures: their profile, the column's name, and the columns that its pattern adds."""

    figure: FigureProfile
    column: str
    groups: dict[str, str]

    @property
    def is_other(self) -> bool:
        """Whether it is for what no other figure takes."""
        return self.figure.otherwise is not None


class _CellStatistic(NamedTuple):
    """The statistic of one cell, its column and row, and the axis on which equal figures are numbered."""

    value: CellValue
    text: str
    record: Statistic
    column: str
    row: int = 0
    axis: str | None = None


class _Figures:
    """The figures of one file, as its tables are read."""

    def __init__(self, other_rows: int) -> None:
        self.result = ReadResult(rows=other_rows, out_of_scope=other_rows)
        self._statistics: dict[str, list[_CellStatistic]] = defaultdict(list)
        self._periods: set[Period] = set()

    def add(self, statistic: _CellStatistic | None, axis: str | None) -> None:
        """Adds the statistic of a cell; None is a cell that states nothing."""
        if statistic is None:
            self.skip()
            return
        self.result.rows += 1
        self._statistics[statistic.record.external_id].append(statistic._replace(row=self.result.rows, axis=axis))
        if statistic.record.period is not None:
            self._periods.add(statistic.record.period)

    def skip(self) -> None:
        """Counts a row that is not read."""
        self.result.rows += 1
        self.result.out_of_scope += 1

    def reject(self, error: RowError) -> None:
        """Counts a row that cannot be read."""
        self.result.rows += 1
        self.result.reject(self.result.rows, error)

    def finish(self) -> ReadResult:
        """The records of all rows, of which the same figures are merged or numbered."""
        for statistics in self._statistics.values():
            axis = statistics[0].axis
            if axis and len(statistics) > 1:
                self.result.records += (
                    _merge([_number(statistic, axis, number)]) for number, statistic in enumerate(statistics, 1)
                )
            else:
                self._merge(statistics)
        self.result.rejections.sort(key=lambda rejection: rejection.position)
        spans = [(period.start, period.end) for period in self._periods if period.start and period.end]
        self.result.start = min((start for start, _ in spans), default=None)
        self.result.end = max((end for _, end in spans), default=None)
        return self.result

    def _merge(self, statistics: list[_CellStatistic]) -> None:
        """One record of the rows that state one figure; those that state another number than the largest are listed."""
        largest = max(statistics, key=_rank)
        self.result.records.append(_merge(statistics))
        for statistic in statistics:
            if statistic.value == largest.value or statistic.value.weight < 0:
                self.result.merged += statistic is not largest
            else:
                reason = "another row states a larger number for the same figure, which is read instead"
                self.result.reject(statistic.row, RowError(reason, statistic.column))


class _SectionReader:
    """Reads the lines of one table of a file, one by one, into the file's figures."""

    def __init__(
        self, profile: SourceProfile, table: TableProfile, section: Section, name: str, figures: _Figures
    ) -> None:
        self._figures = figures
        self._result = figures.result
        self._source = profile.about.name
        self._timezone = profile.about.timezone
        self._profile = table
        # A table below the one that the file is named by shares what the name says.
        names = (table.match_name(name), *(other.match_name(name) for other in profile.tables))
        self._name_columns = next(filter(None, names), {})
        self._own_names: dict[str, dict[str, str]] = {}
        self._columns = section.columns
        self._cells, self._unread = _find_cells(table, name, section)
        self._release_name, self._released_at = self._read_release()
        self._same = None
        if same := next((other for other in profile.tables if other.name == table.same_as), None):
            columns = Section(profile=same, columns=(*same.columns, *same.optional))
            self._same = _SectionReader(profile, same, columns, name, figures)

    def read_line(self, cells: Sequence[str]) -> None:
        """Accounts for one line: every cell in which a figure may be is a row, or the line is one."""
        if not any(cells):
            self._figures.skip()
            return
        if len(cells) > len(self._columns) and not any(cells[len(self._columns) :]):
            cells = cells[: len(self._columns)]
        if len(cells) != len(self._columns):
            self._figures.reject(RowError("the line has another number of cells than the header"))
            return
        line = dict(zip(self._columns, cells, strict=True))
        line = {**self._names_of(line), **line}
        if self._same is not None:
            for each in self._profile.lines:
                self._same.read_as_line(each, self._profile.rename, line)
            self._count_unread(line)
        else:
            self._read_words(line)

    def read_as_line(self, cell: LineOfCell, rename: Mapping[str, str], line: Mapping[str, str]) -> None:
        """Reads a cell of a table with other columns as a line of this one."""
        low, _, high = line[cell.column].partition("-")
        numbers = {column: low for column in self._profile.number_columns}
        numbers |= {figure.high: high or low for figure in self._profile.figures if figure.high}
        words = {rename.get(column, column): text for column, text in line.items()}
        self._read_words({**words, **cell.words, **numbers}, cell.column)

    def _read_words(self, line: dict[str, str], column: str | None = None) -> None:
        """Reads a line by its columns. `column` is the name of all its numbers in the file, where that is another."""
        if any(_matches(rule.where, line) for rule in self._profile.skip):
            self._figures.skip()
        else:
            self._read_figures(line, column)

    def _names_of(self, line: Mapping[str, str]) -> Mapping[str, str]:
        """What the file's name says, or would say if it named the period of the line."""
        text = line.get(self._profile.own_period or "", "")
        if text and text not in self._own_names:
            self._own_names[text] = self._profile.match_period(text) or self._name_columns
        return self._own_names.get(text, self._name_columns)

    def _read_figures(self, line: dict[str, str], column: str | None = None) -> None:
        cells = self._cells_of(line)
        if not cells:
            self._figures.reject(RowError("no figure of the profile is in such a line"))
        for cell in cells:
            try:
                statistic = self._read_cell(cell, {**line, **cell.groups} if cell.groups else line)
            except RowError as exc:
                is_number = exc.column in self._profile.number_columns
                self._figures.reject(RowError(exc.reason, column or exc.column) if is_number else exc)
            else:
                self._figures.add(statistic, self._profile.part_axis)
        self._count_unread(line)

    def _count_unread(self, line: Mapping[str, str]) -> None:
        """Counts the cells of columns that the profile does not know; a number in one is a row that is not read."""
        for column in self._unread:
            text = line[column]
            if text:
                self._result.unknown["column", printable(column)] += 1
            if re.search("[0-9]", text) and not re.search(r"[^\W\d_]", text):
                self._figures.reject(RowError("the profile does not know this column", printable(column)))

    def _cells_of(self, line: Mapping[str, str]) -> list[_FigureCell]:
        """The cells of the figures that take the line, or of those for what no other one takes, which is counted."""
        cells = [cell for cell in self._cells if not cell.is_other and _takes(cell.figure, line)]
        others = [cell for cell in self._cells if cell.is_other and (cell.groups or not cells)]
        for name, word in {(cell.figure.name, self._other_word(cell, line)) for cell in others}:
            self._result.unknown[name, printable(word)] += 1
        return cells + others

    def _other_word(self, cell: _FigureCell, line: Mapping[str, str]) -> str:
        column = cell.figure.otherwise or ""
        return cell.groups.get(column) or line.get(column, "")

    def _read_release(self) -> tuple[str | None, date | None]:
        release = self._profile.release
        if not isinstance(release, ReleaseColumns):
            return release, None
        name = " ".join(self._name_columns[column] for column in release.columns)
        if name not in release.dates:
            self._result.unknown["released_at", printable(name)] += 1
        return name, release.dates.get(name)

    def _read_cell(self, cell: _FigureCell, line: dict[str, str]) -> _CellStatistic | None:
        text, value = _read_value(cell.figure, cell.column, line)
        if value is None:
            return None
        return _CellStatistic(
            value, text, self._read_statistic(cell, value, LineValues(line, self._timezone, self._result)), cell.column
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
            release_name=self._release_name,
        )
        for axis, dimension in figure.dimensions.items():
            values.read_dimension(axis, dimension)
        words = [values.read_column(column) for column in (*figure.where, *filter(None, [figure.otherwise]))]
        return replace(
            record,
            external_id=f"{self._profile.name}/{figure.name}/{self._digest(cell, values)}",
            native=(NativeTerm("metric", " / ".join(words) or cell.column), *values.native),
            dimensions=tuple(sorted(values.dimensions)),
        )

    def _digest(self, cell: _FigureCell, values: LineValues) -> str:
        groups = (f"{group}={text}" for group, text in cell.groups.items())
        # The one release of all files distinguishes none of their figures.
        release = self._release_name or "" if isinstance(self._profile.release, ReleaseColumns) else ""
        return sha256(SEPARATOR.join((release, *values.key, *groups)).encode()).hexdigest()[:24]


def _find_cells(table: TableProfile, name: str, section: Section) -> tuple[list[_FigureCell], list[str]]:
    """The columns of figures, and the unknown ones that no figure takes."""
    cells: list[_FigureCell] = []
    for figure in table.full_figures:
        takes_unknown = figure.otherwise is not None and figure.columns is not None
        own = _cells_of_figure(
            figure, [column for column in section.columns if column in section.unknown or not takes_unknown]
        )
        if len({tuple(cell.groups.values()) for cell in own}) != len(own):
            raise UnexpectedShape(f"{name}: several columns hold the figure {figure.name} of {table.name}")
        cells += own
    columns = {cell.column for cell in cells}
    return cells, [column for column in section.columns if column in section.unknown - columns]


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


def _takes(figure: FigureProfile, line: Mapping[str, str]) -> bool:
    return _matches(figure.where, line) and not (figure.unless and _matches(figure.unless, line))


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


def _rank(statistic: _CellStatistic) -> tuple[Decimal, str]:
    return statistic.value.weight, statistic.text


def _merge(statistics: list[_CellStatistic]) -> Statistic:
    """The record of a figure that appears several times: it has the largest value, and names all of them."""
    versions = sorted(statistics, key=_rank, reverse=True)
    record = versions[0].record
    values = tuple(NativeTerm("value", version.text, row) for row, version in enumerate(versions))
    return replace(record, native=(*record.native, *values), series_key=series_key(record))
