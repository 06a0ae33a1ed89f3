"""From the lines of a table to statistics, as its profile says, without asking anybody.

A row is a cell in which a figure may stand. A line that is left out, that is empty, or of which the cells that tell
what its figures count cannot be read, is one row. Positions count rows.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from adapters.document import ReadResult, RowError
from adapters.errors import SourceError, UnexpectedShape, Unreadable
from adapters.figures import TOTAL, series_key
from adapters.formats.structured import printable
from adapters.formats.tables import Table, read_csv, read_json_table
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.tabular import periods
from adapters.tabular.cells import Amount, Cells, amount, between
from adapters.tabular.profile import LISTS, Days, Figure, Places, Profile, TableProfile, Word
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, Qualifier, TakedownMeasure, Unit, Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, parse_jurisdiction
from adapters.vocabulary.names import find_platform
from adapters.vocabulary.terms import crosswalk

E = TypeVar("E", bound=Vocabulary)

PLACE = "place"
"""The axis of words that name no jurisdiction, where the profile gives it no other name."""

NAMED = 5
"""How many columns a message names before it counts the rest."""


def read_file(profile: Profile, name: str, content: bytes) -> ReadResult:
    """The figures of one file.

    Raises Unreadable where no table of the profile has such a file or it cannot be decoded, UnexpectedShape where its
    columns or the number of its lines are others than the profile says. The message tells the difference.
    """
    kind, table = _recognised(profile, name, content)
    lines = _Lines(profile, kind, name, table)
    for cells in table.lines:
        lines.read(cells)
    reading = lines.reading
    for versions in lines.stated.values():
        if kind.numbered and len(versions) > 1:
            records = [_spoken([_part(stated, kind.numbered, number)]) for number, stated in enumerate(versions, 1)]
        else:
            records = [_spoken(versions)]
            reading.merged += len(versions) - 1
        reading.records += records
    spans = [(span.start, span.end) for span in lines.periods if span.start and span.end]
    reading.start = min((start for start, _ in spans), default=None)
    reading.end = max((end for _, end in spans), default=None)
    return reading


# Which table a file is, and that it has the shape which the profile promises.


def _recognised(profile: Profile, name: str, content: bytes) -> tuple[TableProfile, Table]:
    problems: list[tuple[int, SourceError]] = []
    for kind in profile.tables:
        if kind.matched(name) is None:
            continue
        try:
            table = _decoded(kind, name, content)
        except SourceError as exc:
            problems.append((1_000_000, exc))
            continue
        lacking, extra = _difference(kind, table.columns)
        if not lacking and not extra:
            _check_lines(kind, name, len(table.lines))
            return kind, table
        problems.append((len(lacking) + len(extra), _other_columns(name, kind, lacking, extra)))
    if not problems:
        raise Unreadable(f"{name}: is no file that {profile.about.name} knows")
    # Of several kinds that a name may mean, the nearest one is what the file was to be.
    raise min(problems, key=lambda problem: problem[0])[1]


def _decoded(kind: TableProfile, name: str, content: bytes) -> Table:
    if kind.format == "JSON":
        return read_json_table(name, content, kind.at)
    return read_csv(name, content, kind.encoding, kind.delimiter)


def _difference(kind: TableProfile, columns: Sequence[str]) -> tuple[list[str], list[str]]:
    lacking = [column for column in kind.columns if column not in columns]
    known = {*kind.columns, *kind.optional}
    extra = [column for column in columns if column not in known]
    return lacking, [column for column in extra if not any(re.fullmatch(varying, column) for varying in kind.varying)]


def _other_columns(name: str, kind: TableProfile, lacking: list[str], extra: list[str]) -> UnexpectedShape:
    if len(lacking) == len(kind.columns):
        # What stands in the first line is then no header, and not ours to repeat.
        return UnexpectedShape(f"{name}: has none of the columns of {kind.name}")
    parts = [f"lacks {_listed(lacking)}"] if lacking else []
    parts += [f"has also {_listed(extra)}"] if extra else []
    return UnexpectedShape(f"{name}: other columns than {kind.name} has: {'; '.join(parts)}")


def _listed(columns: list[str]) -> str:
    named = ", ".join(repr(printable(column)) for column in columns[:NAMED])
    return named if len(columns) <= NAMED else f"{named} and {len(columns) - NAMED} more"


def _check_lines(kind: TableProfile, name: str, count: int) -> None:
    expected = kind.lines.get(name.rpartition(".")[0])
    if expected is not None and count != expected:
        raise UnexpectedShape(f"{name}: has {count} lines, expected {expected}")
    if count < kind.fewest:
        raise UnexpectedShape(f"{name}: has {count} lines, expected at least {kind.fewest}")


# What a line says.


class _Place(NamedTuple):
    """Where figures stand: of which kind they are, in which column, and the columns that its name makes."""

    figure: Figure
    column: str
    groups: dict[str, str]


class _Stated(NamedTuple):
    """What one cell states."""

    amount: Amount
    text: str
    record: Statistic


class _Lines:
    """The lines of one file, and what has been made of them."""

    def __init__(self, profile: Profile, kind: TableProfile, name: str, table: Table) -> None:
        self.reading = ReadResult(rows=table.beside, out_of_scope=table.beside)
        self.stated: dict[str, list[_Stated]] = defaultdict(list)
        self.periods: set[Period] = set()
        self._source = profile.about.name
        self._kind = kind
        self._file = kind.matched(name) or {}
        self._columns = table.columns
        self._places = _places(kind, name, table.columns)
        self._release, self._released_at = self._released()

    def read(self, cells: Sequence[str]) -> None:
        """Accounts for one line: every cell in which a figure may stand is a row, or the line is one."""
        if not any(cells):
            self._leave_out()
        elif len(cells) != len(self._columns):
            self._refuse(RowError("the line has another number of cells than the header"))
        else:
            line = {**self._file, **dict(zip(self._columns, cells, strict=True))}
            if any(_takes(left_out.where, line) for left_out in self._kind.left_out):
                self._leave_out()
            else:
                self._read_figures(line)

    def _read_figures(self, line: dict[str, str]) -> None:
        taken = [place for place in self._places if place.figure.otherwise is None and _takes(place.figure.where, line)]
        if not taken:
            taken = [place for place in self._places if place.figure.otherwise is not None]
            for figure in {place.figure.name: place.figure for place in taken}.values():
                word = line.get(figure.otherwise or "", "")
                self.reading.unknown[figure.name, printable(word)] += 1
        if not taken:
            self._refuse(RowError("no figure of the profile stands in such a line"))
        for place in taken:
            try:
                stated = self._stated(place, {**line, **place.groups} if place.groups else line)
            except RowError as exc:
                self._refuse(exc)
            else:
                if stated is None:
                    self._leave_out()
                else:
                    self.reading.rows += 1
                    self.stated[stated.record.external_id].append(stated)
                    if stated.record.period is not None:
                        self.periods.add(stated.record.period)

    def _leave_out(self) -> None:
        self.reading.rows += 1
        self.reading.out_of_scope += 1

    def _refuse(self, refused: RowError) -> None:
        self.reading.rows += 1
        self.reading.reject(self.reading.rows, refused)

    def _released(self) -> tuple[str | None, date | None]:
        release = self._kind.release
        if release is None:
            return None, None
        name = " ".join(self._file[column] for column in release.columns)
        if name not in release.dates:
            self.reading.unknown["released_at", printable(name)] += 1
        return name, release.dates.get(name)

    def _stated(self, place: _Place, line: dict[str, str]) -> _Stated | None:
        figure = place.figure
        text, stated = _amount(figure, place.column, line)
        if stated is None:
            return None
        said = _Said(line, self.reading)
        metric, unit = said.value(Metric, "metric", figure.metric), said.value(Unit, "unit", figure.unit)
        if unit is Unit.PERCENT and stated.weight > 100:
            raise RowError("is more than the whole", place.column)
        codes = said.jurisdictions(figure.place)
        harm = said.values(HarmCategory, "harm_categories", figure.harm_categories)
        measures = said.values(TakedownMeasure, "measures", figure.measures)
        platform, population = said.platform(figure.platform), said.text("population", figure.population)
        period = said.period(figure.period)
        aggregation = said.value(Aggregation, "aggregation", figure.aggregation)
        for axis, dimension in figure.dimensions.items():
            said.dimension(axis, dimension)
        words = [said.word(column) for column in (*figure.where, *filter(None, [figure.otherwise]))]
        # Of words that can be printed, none holds the character that parts them.
        key = "\x1f".join(
            (self._release or "", *said.key, *(f"{group}={text}" for group, text in place.groups.items()))
        )
        digest = sha256(key.encode()).hexdigest()[:24]
        return _Stated(
            stated,
            text,
            Statistic(
                source=self._source,
                external_id=f"{self._kind.name}/{figure.name}/{digest}",
                jurisdictions=codes,
                native=(NativeTerm("metric", " / ".join(words) or place.column), *said.native),
                metric=metric or Metric.OTHER,
                value=stated.value,
                low=stated.low,
                high=stated.high,
                unit=unit or Unit.OTHER,
                qualifier=stated.qualifier,
                period=period,
                aggregation=aggregation or Aggregation.NONE,
                platform=platform,
                harm_categories=harm,
                measures=measures,
                dimensions=tuple(sorted(said.dimensions)),
                population=population,
                released_at=self._released_at,
            ),
        )


class _Said:
    """What the cells of a line say of one of its figures: values of ours, and the publisher's words beside them."""

    def __init__(self, line: Mapping[str, str], reading: ReadResult) -> None:
        self._line = line
        self._reading = reading
        self.key: list[str] = []
        """The words that tell this figure from the others of its name: its identity rests on them."""
        self.native: list[NativeTerm] = []
        self.dimensions: list[Dimension] = []

    def value(self, enum: type[E], field: str, said: E | Word | None) -> E | None:
        """The value of a closed list; None where the word says nothing."""
        if not isinstance(said, Word):
            return said
        word = self._word(field, said)
        if word in said.words:
            value = said.words[word]
            return enum(value) if value else None
        known = crosswalk(enum, said.scheme) if said.scheme else {}
        if word in known:
            return known[word]
        self._reading.unknown[field, printable(word)] += 1
        return next((enum(value) for value in ("OTHER", "UNKNOWN", "UNSPECIFIED", "NONE") if value in list(enum)), None)

    def values(self, enum: type[E], field: str, said: tuple[E, ...] | Word | None) -> tuple[E, ...]:
        """The values of a closed list, of which a column names one."""
        if not isinstance(said, Word):
            return tuple(sorted(said or ()))
        value = self.value(enum, field, said)
        return () if value is None else (value,)

    def text(self, field: str, said: str | Word | None) -> str | None:
        """The words themselves."""
        if not isinstance(said, Word):
            return said
        word = self._word(field, said)
        word = said.words.get(word, word)
        return word or None

    def platform(self, said: str | Word | None) -> str | None:
        """The id of a platform."""
        if not isinstance(said, Word):
            return said
        word = self._word("platform", said)
        if word in said.words:
            return said.words[word] or None
        if found := find_platform(word):
            return found.id
        if said.otherwise is None:
            self._reading.unknown["platform", printable(word)] += 1
        return said.otherwise

    def dimension(self, axis: str, said: str | Word) -> None:
        """A part of a breakdown, unless its word says nothing."""
        word = self._written(said) if isinstance(said, Word) else ""
        if isinstance(said, Word) and said.list is not None and said.words.get(word) != TOTAL:
            value: str | None = self.value(LISTS[said.list], axis, said)
        elif isinstance(said, Word):
            value = said.words.get(word, word)
            if not value and word not in said.words:
                raise RowError("is empty", said.columns[0])
            self._keep(axis, word, beside=value != word)
        else:
            value = said
        if value:
            self.dimensions.append(Dimension(axis, str(value)))

    def period(self, said: str | Days | None) -> Period | None:
        """The days that the line's words or the profile name."""
        if not isinstance(said, Days):
            return None if said is None else periods.named(said)
        words = [self._line.get(column, "") for column in said.columns]
        text = " ".join(filter(None, (said.words.get(word, word) for word in words)))
        self._keep("period", " ".join(words).strip())
        try:
            if said.last_day is not None:
                return periods.ending(text, said.last_day, said.months or 0)
            return periods.named(text)
        except RowError as exc:
            raise RowError(exc.reason, said.columns[0]) from None

    def jurisdictions(self, said: str | Places | None) -> tuple[Jurisdiction, ...]:
        """The codes of a place; none for words that the profile knows to be no place."""
        if not isinstance(said, Places):
            return (parse_jurisdiction(said),) if said else ()
        words = [self._line.get(column, "") for column in said.columns]
        for word in words:
            if word in said.nowhere:
                self._keep("jurisdictions", word)
                self.dimensions.append(Dimension(said.axis or PLACE, said.nowhere[word]))
                return ()
            if codes := _codes(said, word):
                self._keep("jurisdictions", word)
                if said.axis:
                    self.dimensions.append(Dimension(said.axis, "+".join(codes)))
                return codes
        raise RowError("is no place that is known", said.columns[-1])

    def word(self, column: str) -> str:
        """A word that tells lines apart."""
        word = self._line.get(column, "")
        self._keep(column, word, beside=False)
        return word

    def _word(self, field: str, said: Word) -> str:
        word = self._written(said)
        self._keep(field, word)
        return word

    def _written(self, said: Word) -> str:
        return " ".join(filter(None, (self._line.get(column, "") for column in said.columns)))

    def _keep(self, field: str, word: str, *, beside: bool = True) -> None:
        if not word.isprintable():
            raise RowError("holds a character that cannot be printed")
        self.key.append(f"{field}={word}")
        if word and beside:
            self.native.append(NativeTerm(field, word))


def _places(kind: TableProfile, name: str, columns: Sequence[str]) -> list[_Place]:
    places: list[_Place] = []
    for figure in kind.whole:
        if figure.columns is None:
            # A figure between two columns is named by the lower bound's.
            column = figure.column or figure.low or ""
            found = [_Place(figure, column, {})] if column in columns else []
        else:
            matches = [(column, re.fullmatch(figure.columns, column)) for column in columns]
            found = [
                _Place(figure, column, {group: text or "" for group, text in match.groupdict().items()})
                for column, match in matches
                if match
            ]
        if len({tuple(place.groups.values()) for place in found}) != len(found):
            raise UnexpectedShape(f"{name}: several columns state the figure {figure.name} of {kind.name}")
        places += found
    return places


def _takes(where: Mapping[str, str | tuple[str, ...]], line: Mapping[str, str]) -> bool:
    return all(
        line.get(column, "") in ((words,) if isinstance(words, str) else words) for column, words in where.items()
    )


def _amount(figure: Figure, column: str, line: Mapping[str, str]) -> tuple[str, Amount | None]:
    cells, qualifier = figure.cells or Cells(), figure.qualifier or Qualifier.EXACT
    text = line[column]
    try:
        if figure.low is not None and figure.high is not None:
            high = line.get(figure.high, "")
            stated: Amount | None = between(text, high, cells, qualifier)
            text = text if text == high else f"{text} - {high}"
        else:
            stated = amount(text, cells, qualifier)
    except RowError as exc:
        raise RowError(exc.reason, column) from None
    if stated is None or figure.times is None:
        return text, stated
    scaled = {name: _scaled(figure, getattr(stated, name)) for name in ("value", "low", "high")}
    return text, replace(stated, **scaled)


def _scaled(figure: Figure, number: Decimal | None) -> Decimal | None:
    if number is None or figure.times is None:
        return number
    number *= figure.times
    return number if figure.digits is None else round(number, figure.digits)


def _codes(said: Places, word: str) -> tuple[Jurisdiction, ...]:
    codes = said.words.get(word, word)
    try:
        return tuple(sorted(parse_jurisdiction(code) for code in ((codes,) if isinstance(codes, str) else codes)))
    except UnknownJurisdiction:
        return ()


def _part(stated: _Stated, axis: str, number: int) -> _Stated:
    record = stated.record
    numbered = (*record.dimensions, Dimension(axis, str(number)))
    return stated._replace(
        record=replace(record, external_id=f"{record.external_id}/{number}", dimensions=tuple(sorted(numbered)))
    )


def _spoken(versions: list[_Stated]) -> Statistic:
    """The record of a cell for which several statements were made: the largest speaks for it, all of them are kept."""
    first, *_ = versions = sorted(versions, key=lambda stated: (stated.amount.weight, stated.text), reverse=True)
    values = tuple(NativeTerm("value", stated.text, row) for row, stated in enumerate(versions))
    return replace(first.record, native=(*first.record.native, *values), series_key=series_key(first.record))
