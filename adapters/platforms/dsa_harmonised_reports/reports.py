"""From a report's tables to figures. A row is one cell that may have a number; an empty one states nothing.

A cell with a number of each of several Member States is as many rows.

Where a table has no column for the period, the file's name has it: `…2025-07-01_2025-12-31.csv`.
"""

import re
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape
from adapters.figures import TOTAL, series_key
from adapters.formats.json import printable
from adapters.platforms.dsa_harmonised_reports.layout import ReportSheet, read_sheets
from adapters.platforms.dsa_harmonised_reports.lines import ReportLine, read_lines
from adapters.platforms.dsa_harmonised_reports.periods import PLACEHOLDERS, file_period, parse_days
from adapters.platforms.dsa_harmonised_reports.quantities import NO_STATEMENT, NumberFormat, Quantity
from adapters.platforms.dsa_harmonised_reports.scopes import LineScope, parse_scope, split_states
from adapters.platforms.dsa_harmonised_reports.templates import INDICATOR_WORDS, OTHER_PART, FigureColumn, ReportTable
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.vocabulary.enums import HarmCategory, Qualifier
from adapters.vocabulary.names import find_platform
from adapters.vocabulary.terms import crosswalk

NAME = "dsa_harmonised_reports"

HARMS = {**crosswalk(HarmCategory, "dsa"), **crosswalk(HarmCategory, "dsa_reports")}

MAX_DESCRIPTION = 200
"""The longest description that a figure's dimension has in full."""

NO_UNIT = ", unit not stated"
"""The end of the population of a time whose unit the template does not state."""

SURFACE = re.compile(
    r"(?:orders|notices|recidivism)_(?P<surface>ads|[a-z_]+_(?:level|lvl)_(?:action|removal|suspension)s?)\.[a-z]+"
)
"""The end of the name of a part that is only about one surface of a service: `7_appeals_and_recidivism_Ads.csv`.

Google publishes such parts, whose lines name the same service as those of the main part.
"""


class LineContext(Struct, frozen=True, kw_only=True):
    """What a line says about all of its figures.

    `key` identifies the line among those of its service, period and scope, up to its description.
    """

    service: str
    platform: str | None
    period: Period
    scope: LineScope
    key: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    description: str = ""
    harms: tuple[HarmCategory, ...] = ()
    native: tuple[NativeTerm, ...] = ()
    population: str | None = None

    def of_state(self, place: str) -> "LineContext":
        """The context of one Member State's number in a cell of the line. Raises RowError."""
        return replace(
            self,
            scope=parse_scope(place),
            dimensions=tuple(each for each in self.dimensions if each not in self.scope.dimensions),
            native=(
                *(each for each in self.native if each.field != "jurisdictions"),
                NativeTerm("jurisdictions", place),
            ),
        )


def read_file(name: str, content: bytes) -> ReadResult:
    """The figures of a file: a CSV text with one part, or a workbook, of which other parts are out of scope.

    Raises Unreadable where it is neither. Raises UnexpectedShape where no table has the columns of a part that is read,
    where one nearly has them, where there is no period, and where the template is empty.
    """
    result = ReadResult()
    reader = TableReader(name, result)
    for sheet in read_sheets(name, content, result):
        reader.read(sheet)
    reader.finish()
    return result


def find_subject(name: str, content: bytes) -> str | None:
    """The first service of a file and its period, as `telegram/2031-01-01/2031-07-01`; None where no line has both.

    Raises what `read_file` raises.
    """
    for sheet in read_sheets(name, content, ReadResult()):
        for line in read_lines(sheet):
            try:
                period = parse_days(line.keys.get("period") or file_period(name) or "")
            except RowError:
                continue
            if service := line.keys["service"]:
                platform = find_platform(service)
                return f"{platform.id if platform else printable(service)}/{period.start}/{period.end}"
    return None


class TableReader:
    """Reads the tables of one file into `result`."""

    def __init__(self, name: str, result: ReadResult) -> None:
        self._name = name
        self._result = result
        self._figures: dict[str, Statistic] = {}
        self._undescribed: set[str] = set()
        """The ids of described figures without their description, which an earlier version of the adapter gave them."""
        self._has_placeholders = False
        self._file_period = file_period(name)
        match = SURFACE.search(name.lower())
        self._surface = match["surface"] if match else None

    def read(self, sheet: ReportSheet) -> None:
        """Adds the figures of a table. Raises UnexpectedShape where there is no period."""
        if "period" not in sheet.form.keys.values() and self._file_period is None:
            raise UnexpectedShape(f"{self._name}: has no period, in no column and not in the file's name")
        for column in sheet.missing_columns:
            self._result.unknown["missing column", printable(column, 80)] += 1
        for column in sheet.unknown_columns:
            self._result.unknown["column", printable(column, 80)] += 1
        lines = read_lines(sheet)
        numbers = NumberFormat(
            (text, _quantity(sheet.form.figures[column], line)) for line in lines for column, text in line.cells.items()
        )
        for line in lines:
            self._has_placeholders |= line.keys.get("period", "").casefold() in PLACEHOLDERS
            if INDICATOR_WORDS["section"].get(line.keys.get("section", "").casefold()) == OTHER_PART:
                self._result.rows += 1
                self._result.out_of_scope += 1
            else:
                self._read_line(sheet.form, line, numbers)

    def finish(self) -> None:
        """Completes the result after the last table. Raises UnexpectedShape where the file is an empty template."""
        if self._has_placeholders and not self._figures:
            raise UnexpectedShape(f"{self._name}: is an empty template")
        self._result.former_ids.extend(sorted(self._undescribed - self._figures.keys()))

    def _read_line(self, form: ReportTable, line: ReportLine, numbers: NumberFormat) -> None:
        """Adds the figures of a line. Where its context is an error, rejects them all."""
        has_statement = any(text.lower() not in NO_STATEMENT for text in line.cells.values())
        context = self._context(line) if has_statement else RowError("is empty")
        for column, text in line.cells.items():
            states = split_states(text) if isinstance(context, LineContext) and context.scope.is_union else []
            for place, number in states or [("", text)]:
                self._result.rows += 1
                if number.lower() in NO_STATEMENT:
                    self._result.out_of_scope += 1
                    continue
                try:
                    if isinstance(context, RowError):
                        raise context
                    quantity = _quantity(form.figures[column], line)
                    self._add(form, column, context.of_state(place) if place else context, number, numbers, quantity)
                except RowError as exc:
                    self._result.reject(self._result.rows, exc)
        for column, text in line.others.items():
            if any(char.isdigit() for char in text):
                self._result.rows += 1
                error = RowError("is in a column that no template has", printable(column, 60))
                self._result.reject(self._result.rows, error)

    def _context(self, line: ReportLine) -> LineContext | RowError:
        if line.is_too_long:
            return RowError("is in a line with more cells than there are columns")
        try:
            context = self._service(line)
            if "category" in line.keys:
                return self._with_category(context, line)
            return self._with_indicator(context, line.keys)
        except RowError as exc:
            return exc

    def _service(self, line: ReportLine) -> LineContext:
        service = line.keys["service"]
        if not service:
            raise RowError("is empty", "service")
        platform = find_platform(service)
        if platform is None:
            self._result.unknown["platform", printable(service)] += 1
        dimensions = () if platform else (Dimension("service", printable(service)),)
        scope = parse_scope(line.keys.get("scope", TOTAL))
        surface = () if self._surface is None else (Dimension("surface", self._surface),)
        return LineContext(
            service=platform.id if platform else printable(service),
            platform=platform.id if platform else None,
            period=parse_days(line.keys.get("period") or self._file_period or ""),
            scope=scope,
            key=tuple(each.value for each in (*dimensions, *surface)),
            dimensions=(*dimensions, *scope.dimensions, *surface),
        )

    def _with_category(self, context: LineContext, line: ReportLine) -> LineContext:
        """Adds the category, or the sub-category, and its description where it has one."""
        if not line.code:
            raise RowError("is empty", "category")
        if not line.parent:
            raise RowError("a sub-category has no category above it", "category")
        keyword = line.code if line.is_sub_category else TOTAL
        codes = [each for each in (line.parent, keyword) if each != TOTAL]
        for unknown in (each for each in codes if each not in HARMS):
            self._result.unknown["harm_categories", printable(unknown)] += 1
        description = (Dimension("description", _shorten(line.description)),) if line.description else ()
        return replace(
            context,
            key=(*context.key, line.parent, keyword),
            description=line.description,
            dimensions=(
                *context.dimensions,
                *(Dimension("category", line.parent), Dimension("keyword", keyword)),
                *description,
            ),
            harms=tuple(sorted({HARMS.get(each, HarmCategory.OTHER) for each in codes[-1:]})),
            native=(
                *(NativeTerm("harm_categories", each) for each in codes),
                *((NativeTerm("jurisdictions", printable(line.keys["scope"], 200)),) if "scope" in line.keys else ()),
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
            key=(*context.key, *values.values()),
            dimensions=(*context.dimensions, *(Dimension(axis, value) for axis, value in values.items())),
            native=tuple(NativeTerm(axis, printable(keys[axis], 200)) for axis in INDICATOR_WORDS),
            population=f"{values['indicator'].lower().replace('_', ' ')}, {_outcome_text(values['outcome'])}",
        )

    def _add(
        self, form: ReportTable, column: str, context: LineContext, text: str, numbers: NumberFormat, quantity: Quantity
    ) -> None:
        """Adds the figure of a cell. One that is there twice with the same value is one. Raises RowError."""
        statistic = _statistic(form, column, context, text, numbers, quantity)
        if context.description:
            self._undescribed.add(_external_id(form, form.figures[column], replace(context, description="")))
        same = self._figures.get(statistic.external_id)
        if same is not None:
            if (same.value, same.unit) != (statistic.value, statistic.unit):
                raise RowError("has another value than the same figure above")
            self._result.merged += 1
            return
        self._figures[statistic.external_id] = statistic
        self._result.records.append(statistic)
        start, end = (statistic.period.start, statistic.period.end) if statistic.period else (None, None)
        if start and end:
            self._result.start = min(self._result.start or start, start)
            self._result.end = max(self._result.end or end, end)


def _quantity(figure: FigureColumn, line: ReportLine) -> Quantity:
    if "outcome" not in line.keys:
        return figure.quantity
    outcome = INDICATOR_WORDS["outcome"].get(line.keys["outcome"].casefold())
    return {"MEDIAN_TIME": Quantity.TIME, "SHARE_IMPLEMENTED": Quantity.SHARE}.get(outcome or "", Quantity.COUNT)


def _statistic(
    form: ReportTable, column: str, context: LineContext, text: str, numbers: NumberFormat, quantity: Quantity
) -> Statistic:
    """The figure of a cell. Raises RowError where the cell states no number."""
    figure = form.figures[column]
    try:
        amount = numbers.read(text, quantity)
    except RowError as exc:
        raise RowError(exc.reason, printable(column, 60)) from None
    population = context.population or figure.population
    statistic = Statistic(
        source=NAME,
        external_id=_external_id(form, figure, context),
        jurisdictions=context.scope.places,
        native=(NativeTerm("metric", column), *context.native, NativeTerm("value", printable(text, 80))),
        metric=figure.metric,
        value=amount.value,
        unit=amount.unit or figure.unit,
        qualifier=Qualifier.EXACT,
        period=context.period,
        aggregation=figure.aggregation,
        platform=context.platform,
        harm_categories=context.harms,
        dimensions=tuple(sorted((*context.dimensions, *figure.by))),
        population=population if amount.unit is None else population.removesuffix(NO_UNIT),
    )
    return replace(statistic, series_key=series_key(statistic))


def _external_id(form: ReportTable, figure: FigureColumn, context: LineContext) -> str:
    period, scope = context.period, context.scope
    places = "+".join((*scope.places, *(each.value for each in scope.dimensions)))
    return "/".join(
        (
            *(f"{form.part}", context.service, f"{period.start}", f"{period.end}", places, *context.key),
            *((_digest(context.description),) if context.description else ()),
            figure.name,
        )
    )


def _shorten(text: str) -> str:
    """A text that is as distinct as the whole, in at most some more than MAX_DESCRIPTION characters."""
    short = printable(text, MAX_DESCRIPTION)
    return short if short == text else f"{short}… ({_digest(text)})"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _outcome_text(outcome: str) -> str:
    return {TOTAL: "all", "MEDIAN_TIME": f"median time{NO_UNIT}"}.get(outcome, outcome.lower().replace("_", " "))
