"""From a report's tables to figures. A row is one cell that may hold a number; an empty one states nothing.

A sheet or file is known by its columns, whatever it is called: some providers rename the sheets. The official columns
are those of Annex I to the Regulation; the short ones are those under which figures of several providers are gathered,
without the period, which then stands in the file's name: `…2025-07-01_2025-12-31.csv`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files

from msgspec import Struct
from msgspec.structs import replace

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape
from adapters.figures import TOTAL, precision, series_key
from adapters.formats.structured import printable
from adapters.formats.tables import plain, read_csv
from adapters.formats.workbooks import read_workbook
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.toml import read_toml
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, Qualifier, Unit
from adapters.vocabulary.jurisdictions import EU, Jurisdiction, UnknownJurisdiction, jurisdiction
from adapters.vocabulary.names import find_platform
from adapters.vocabulary.terms import natives

NAME = "dsa_harmonised_reports"

HARMS = natives(HarmCategory, "dsa")

LARGEST = 10**15
"""More than this counts nothing that exists; it would only be a slip."""

NAMED = 3
"""How many columns a message names before it counts the rest."""

TITLES = 10
"""In how many first lines of a sheet the columns are looked for."""

UNFILLED = "yyyy-mm-dd/yyyy-mm-dd"
"""What the empty templates have in the place of a period."""

NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
DAYS = re.compile(r"(?P<first>\d{4}-\d\d-\d\d)[/_](?P<last>\d{4}-\d\d-\d\d)", re.ASCII)


class Figure(Struct, frozen=True, kw_only=True):
    """What a column of figures counts. `name` is part of its records' identity; `by` is what its lines do not name."""

    name: str
    metric: Metric
    unit: Unit
    population: str
    by: tuple[Dimension, ...] = ()

    @property
    def aggregation(self) -> Aggregation:
        """Medians are never added, and one action may be taken on several grounds."""
        return Aggregation.NONE if self.unit is Unit.OTHER else Aggregation.SUM


class Part(Struct, frozen=True, kw_only=True):
    """A table of the templates: what its lines name, and its figures by the names of their columns."""

    number: int
    keys: dict[str, str]
    """Column → what it names: service, period, category, scope."""
    figures: dict[str, Figure]
    ignored: tuple[str, ...] = ()
    """Columns that may stand there, and those that begin like this."""

    def __post_init__(self) -> None:
        if set(self.keys) & set(self.figures):
            raise ValueError("a column names something, or it holds figures")

    @property
    def columns(self) -> set[str]:
        """What every table of this part has."""
        return {*self.keys, *self.figures}


def _of_notices(name: str, metric: Metric, unit: Unit, population: str, *by: Dimension) -> tuple[Figure, Figure]:
    """What was counted of all notices, and of those that trusted flaggers gave."""
    every = Figure(name=name, metric=metric, unit=unit, population=population, by=(Dimension("notifier", TOTAL), *by))
    return every, replace(every, name=f"tf_{name}", by=(Dimension("notifier", "TRUSTED_FLAGGER"), *by))


def _median(name: str, metric: Metric, what: str) -> Figure:
    return Figure(name=name, metric=metric, unit=Unit.OTHER, population=f"median time to {what}, unit not stated")


TO_ACT = "orders to act against illegal content (Article 9)"
TO_INFORM = "orders to provide information (Article 10)"
NOTICES = "notices (Article 16)"
ACTIONS = "actions taken on notices (Article 16)"

ACT = Figure(name="orders_to_act", metric=Metric.TAKEDOWN_REQUESTS, unit=Unit.REQUESTS, population=TO_ACT)
ITEMS = Figure(name="items", metric=Metric.TAKEDOWN_REQUESTS, unit=Unit.ITEMS, population=f"items named in {TO_ACT}")
INFORM = Figure(
    name="orders_to_provide_info", metric=Metric.INFORMATION_REQUESTS, unit=Unit.REQUESTS, population=TO_INFORM
)
NOTICE, FLAGGED = _of_notices("notices", Metric.REPORTS, Unit.REPORTS, NOTICES)
NOTICED, FLAGGED_ITEMS = _of_notices("items", Metric.REPORTS, Unit.ITEMS, f"items named in {NOTICES}")
MEDIAN, FLAGGED_MEDIAN = _of_notices(
    "median_time", Metric.MEDIAN_TAKEDOWN_TIME, Unit.OTHER, f"median time to act on {NOTICES}, unit not stated"
)
BY_LAW, FLAGGED_BY_LAW = _of_notices("actions_law", Metric.TAKEDOWNS, Unit.OTHER, ACTIONS, Dimension("basis", "LAW"))
BY_TERMS, FLAGGED_BY_TERMS = _of_notices(
    "actions_tos", Metric.TAKEDOWNS, Unit.OTHER, ACTIONS, Dimension("basis", "TERMS_OF_SERVICE")
)

KEYS = {"service": "service", "reporting period": "period", "category of illegal content": "category"}
FREE = ("applicability", "description of the sub-category", "contextual information")
ORDER_TO_ACT = "the order to act against illegal content"
ORDER_TO_INFORM = "the order to provide information"
FLAGGERS = " (trusted flagger notices)"
NOTICED_ITEMS = "number of specific items of information included in the total number of notices"
LAW = "number of actions taken on the basis of the law"
TERMS = "number of actions taken on the basis of the terms and conditions of the service"


def _short(*figures: Figure) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


PARTS = (
    Part(
        number=3,
        keys={**KEYS, "scope": "scope"},
        ignored=FREE,
        figures={
            "number of orders to act against illegal content received": ACT,
            "number of specific items of information included in the total number of orders to act against illegal "
            "content": ITEMS,
            f"median time to inform the authority of the receipt of {ORDER_TO_ACT}": _median(
                "median_time_to_confirm_act", Metric.OTHER, f"confirm {TO_ACT}"
            ),
            f"median time to give effect to {ORDER_TO_ACT}": _median(
                "median_time_to_act", Metric.MEDIAN_TAKEDOWN_TIME, f"carry out {TO_ACT}"
            ),
            "number of orders to provide information": INFORM,
            f"median time to inform the authority of the receipt of {ORDER_TO_INFORM}": _median(
                "median_time_to_confirm_info", Metric.OTHER, f"confirm {TO_INFORM}"
            ),
            f"median time to give effect to {ORDER_TO_INFORM}": _median(
                "median_time_to_inform", Metric.OTHER, f"carry out {TO_INFORM}"
            ),
        },
    ),
    Part(
        number=3,
        keys={"service": "service", "category": "category", "scope": "scope"},
        figures=_short(ACT, ITEMS, INFORM),
    ),
    Part(
        number=4,
        keys=KEYS,
        ignored=FREE,
        figures={
            "number of notices received": NOTICE,
            "number of notices received from trusted flaggers": FLAGGED,
            NOTICED_ITEMS: NOTICED,
            f"{NOTICED_ITEMS} by trusted flaggers{FLAGGERS}": FLAGGED_ITEMS,
            "median time to take action": MEDIAN,
            f"median time to take action{FLAGGERS}": FLAGGED_MEDIAN,
            LAW: BY_LAW,
            f"{LAW}{FLAGGERS}": FLAGGED_BY_LAW,
            TERMS: BY_TERMS,
            f"{TERMS}{FLAGGERS}": FLAGGED_BY_TERMS,
        },
    ),
    Part(
        number=4,
        keys={"service": "service", "category": "category"},
        figures=_short(
            *(NOTICE, FLAGGED, NOTICED, FLAGGED_ITEMS, MEDIAN, FLAGGED_MEDIAN),
            *(BY_LAW, FLAGGED_BY_LAW, BY_TERMS, FLAGGED_BY_TERMS),
        ),
    ),
    Part(
        number=7,
        keys={
            **{"service": "service", "reporting period": "period"},
            **{"section": "section", "indicator": "indicator", "scope": "outcome"},
        },
        ignored=FREE,
        figures={"value": Figure(name="value", metric=Metric.OTHER, unit=Unit.OTHER, population="")},
    ),
)


NO_FIGURES = ({"service", "indicator", "value"}, {"service", "reporting period", "indicator", "value"})
"""The columns of parts 1 and 11, which are among those of part 7."""


def _words() -> dict[str, dict[str, str]]:
    written = files("adapters.platforms.dsa_harmonised_reports").joinpath("words.toml").read_bytes()
    listed = read_toml("words", written, dict[str, dict[str, tuple[str, ...]]])
    return {
        axis: {plain(word).casefold(): value for value, words in named.items() for word in words}
        for axis, named in listed.items()
    }


WORDS = _words()
"""What part 7 names, by axis (section, indicator, outcome) and by the word for it, in the languages of `words.toml`."""

ELSEWHERE = "OTHER_PART"
"""A section of parts 8 to 10, which have the columns of part 7 and are not read."""


def read_file(name: str, content: bytes) -> ReadResult:
    """The figures of a file: a CSV text that is one part, or a workbook, of which other parts are out of scope.

    Raises Unreadable where it is neither, UnexpectedShape where no table has the columns of a part that is read, where
    one nearly has them, where the period is stated nowhere, and where nobody has filled the template in.
    """
    reading = ReadResult()
    reader = _Reader(name, reading)
    if name.lower().endswith(".xlsx"):
        found = False
        for sheet, rows in read_workbook(name, content).items():
            # Some providers write a title above the columns.
            for place, columns in enumerate(rows[:TITLES]):
                part = _part(f"{name}, sheet {printable(sheet, 40)}", columns, strict=False)
                if part is not None:
                    found = True
                    reader.read(part, columns, rows[place + 1 :])
                    break
        if not found:
            raise UnexpectedShape(f"{name}: no sheet has the columns of part 3, 4 or 7")
    else:
        table = read_csv(name, content)
        part = _part(name, table.columns, strict=True)
        if part is not None:
            reader.read(part, table.columns, table.lines)
    return reading


def _part(name: str, columns: Sequence[str], *, strict: bool) -> Part | None:
    """The part whose columns these are. None for a table of another kind, which raises where it is `strict`."""
    spelled = {column.casefold() for column in columns if column}
    if {column for column in spelled if not column.startswith(FREE)} in NO_FIGURES:
        if strict:
            raise UnexpectedShape(f"{name}: is part 1 or 11 of a harmonised report, which hold no figures of requests")
        return None
    part = max(PARTS, key=lambda each: len(each.columns & spelled) / len(each.columns))
    missing = sorted(part.columns - spelled)
    if len(missing) * 2 > len(part.columns):
        if strict:
            raise UnexpectedShape(f"{name}: has not the columns of part 3, 4 or 7 of a harmonised report")
        return None
    other = sorted(column for column in spelled - part.columns if not column.startswith(part.ignored))
    if missing or other:
        said = [*_listed("lacks", missing), *_listed("has beside them", other)]
        raise UnexpectedShape(f"{name}: is no part {part.number} of a harmonised report: {'; '.join(said)}")
    return part


def _listed(what: str, columns: Sequence[str]) -> Iterator[str]:
    if columns:
        named = ", ".join(repr(printable(column)) for column in columns[:NAMED])
        more = len(columns) - NAMED
        yield f"{what} {named}{f' and {more} more' if more > 0 else ''}"


class _Line(Struct, frozen=True, kw_only=True):
    """What a line says of all its figures."""

    service: str
    platform: str | None
    period: Period
    place: Jurisdiction
    dimensions: tuple[Dimension, ...]
    harms: tuple[HarmCategory, ...] = ()
    native: tuple[NativeTerm, ...] = ()
    population: str | None = None


class _Reader:
    """Reads the tables of one file into one reading."""

    def __init__(self, name: str, reading: ReadResult) -> None:
        self._name = name
        self._reading = reading
        self._stated: dict[str, tuple[Decimal, int]] = {}
        match = DAYS.search(name)
        self._named = match[0] if match else None

    def read(self, part: Part, columns: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
        """Adds what the table states."""
        places = {column.casefold(): place for place, column in enumerate(columns)}
        if "period" not in part.keys.values() and self._named is None:
            raise UnexpectedShape(f"{self._name}: states no period, in no column and not in its name")
        parents: dict[tuple[str, str], str] = {}
        for cells in lines:
            said = {key: _cell(cells, places[column]) for column, key in part.keys.items()}
            if said.get("period", "").casefold() == UNFILLED:
                raise UnexpectedShape(f"{self._name}: is a template that has not been filled in")
            if WORDS["section"].get(said.get("section", "").casefold()) == ELSEWHERE:
                self._reading.rows += 1
                self._reading.out_of_scope += 1
                continue
            line = self._line(said, parents)
            for column, figure in part.figures.items():
                self._reading.rows += 1
                try:
                    if isinstance(line, RowError):
                        raise line
                    self._figure(part, column, figure, line, _cell(cells, places[column]))
                except RowError as exc:
                    self._reading.reject(self._reading.rows, exc)

    def _line(self, said: dict[str, str], parents: dict[tuple[str, str], str]) -> "_Line | RowError":
        try:
            return self._understood(said, parents)
        except RowError as exc:
            return exc

    def _understood(self, said: dict[str, str], parents: dict[tuple[str, str], str]) -> _Line:
        service = said["service"]
        if not service:
            raise RowError("is empty", "service")
        platform = find_platform(service)
        if platform is None:
            self._reading.unknown["platform", printable(service)] += 1
        whose = () if platform else (Dimension("service", printable(service)),)
        line = _Line(
            service=platform.id if platform else printable(service),
            platform=platform.id if platform else None,
            period=_period(said.get("period") or self._named or ""),
            place=_place(said.get("scope", TOTAL)),
            dimensions=whose,
        )
        if "category" not in said:
            return self._complaint(line, said)
        return self._category(line, said, parents)

    def _category(self, line: _Line, said: dict[str, str], parents: dict[tuple[str, str], str]) -> _Line:
        """A category, or a sub-category, which belongs to the category that stands above it."""
        code, within = said["category"].upper(), (line.service, said.get("scope", ""))
        if not code:
            raise RowError("is empty", "category")
        keyword = TOTAL
        if code.startswith("KEYWORD_"):
            code, keyword = parents.get(within, ""), code
            if not code:
                raise RowError("a sub-category stands before its category", "category")
        else:
            parents[within] = code
        codes = [each for each in (code, keyword) if each != TOTAL]
        for unknown in (each for each in codes if each not in HARMS):
            self._reading.unknown["harm_categories", printable(unknown)] += 1
        return replace(
            line,
            dimensions=(*line.dimensions, Dimension("category", code), Dimension("keyword", keyword)),
            harms=tuple(sorted({HARMS.get(each, HarmCategory.OTHER) for each in codes[-1:]})),
            native=(
                *(NativeTerm("harm_categories", each) for each in codes),
                *((NativeTerm("jurisdictions", said["scope"]),) if "scope" in said else ()),
            ),
        )

    def _complaint(self, line: _Line, said: dict[str, str]) -> _Line:
        named: dict[str, str] = {}
        for axis, words in WORDS.items():
            word = said[axis]
            if not word:
                raise RowError("is empty", axis)
            if word.casefold() not in words:
                self._reading.unknown[axis, printable(word)] += 1
                raise RowError("is no word of part 7 that is known", axis)
            named[axis] = words[word.casefold()]
        return replace(
            line,
            dimensions=(*line.dimensions, *(Dimension(axis, value) for axis, value in named.items())),
            native=tuple(NativeTerm(axis, printable(said[axis], 200)) for axis in WORDS),
            population=f"{named['indicator'].lower().replace('_', ' ')}, {_counted(named['outcome'])}",
        )

    def _figure(self, part: Part, column: str, figure: Figure, line: _Line, text: str) -> None:
        if not text:
            self._reading.out_of_scope += 1
            return
        if NUMBER.fullmatch(text) is None or Decimal(text) > LARGEST:
            raise RowError("is no number that counts something", printable(column, 60))
        dimensions = tuple(sorted((*line.dimensions, *figure.by)))
        statistic = Statistic(
            source=NAME,
            external_id="",
            jurisdictions=(line.place,),
            native=(NativeTerm("metric", column), *line.native, NativeTerm("value", text)),
            metric=figure.metric,
            value=Decimal(text),
            unit=figure.unit,
            qualifier=Qualifier.EXACT,
            period=line.period,
            aggregation=figure.aggregation,
            platform=line.platform,
            harm_categories=line.harms,
            dimensions=dimensions,
            population=line.population or figure.population,
        )
        named = (f"{part.number}", line.service, f"{line.period.start}", f"{line.period.end}", line.place)
        self._add(
            replace(
                statistic,
                external_id="/".join((*named, *(each.value for each in line.dimensions), figure.name)),
                series_key=series_key(statistic),
            )
        )

    def _add(self, statistic: Statistic) -> None:
        """A figure that stands there twice is one, if both say the same."""
        if statistic.value is None:
            raise TypeError("a figure of this source is a number")
        known = self._stated.setdefault(statistic.external_id, (statistic.value, len(self._reading.records)))
        if known[1] < len(self._reading.records):
            if known[0] != statistic.value:
                raise RowError("states another value for a figure that stands above")
            self._reading.merged += 1
            return
        self._reading.records.append(statistic)
        start, end = (statistic.period.start, statistic.period.end) if statistic.period else (None, None)
        if start and end:
            self._reading.start = min(self._reading.start or start, start)
            self._reading.end = max(self._reading.end or end, end)


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _period(text: str) -> Period:
    """The days of `2025-07-01/2025-12-31`, of which the last one belongs to the period."""
    match = DAYS.fullmatch(text)
    try:
        if match is None:
            raise RowError("is no period written YYYY-MM-DD/YYYY-MM-DD", "reporting period")
        start, end = date.fromisoformat(match["first"]), date.fromisoformat(match["last"]) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise RowError("is no period written YYYY-MM-DD/YYYY-MM-DD", "reporting period") from None
    if end <= start:
        raise RowError("ends before it begins", "reporting period")
    return Period(start=start, end=end, precision=precision(start, end))


def _place(text: str) -> Jurisdiction:
    """A Member State; the whole Union for the total."""
    if text.upper() == TOTAL:
        return EU
    try:
        if re.fullmatch("[A-Z]{2}", text):
            return jurisdiction(text)
    except UnknownJurisdiction:
        pass
    raise RowError("is no code of a Member State", "scope")


def _counted(outcome: str) -> str:
    return {TOTAL: "all", "MEDIAN_TIME": "median time, unit not stated"}.get(outcome, outcome.lower().replace("_", " "))
