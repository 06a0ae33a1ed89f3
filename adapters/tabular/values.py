"""The values that the columns of one line give to a figure: our terms, with the publisher's words beside them."""

from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from adapters.document import ReadResult, RowError
from adapters.figures import TOTAL
from adapters.formats.json import printable
from adapters.records import Dimension, NativeTerm, Period
from adapters.tabular.periods import parse_last_day, parse_period
from adapters.tabular.profile import LISTS, ColumnValue, PeriodColumns, PlaceColumns
from adapters.vocabulary.enums import Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, parse_jurisdiction
from adapters.vocabulary.names import find_platform
from adapters.vocabulary.terms import crosswalk

E = TypeVar("E", bound=Vocabulary)

PLACE = "place"
"""The axis of words that name no jurisdiction, where the profile gives it no other name."""


class LineValues:
    """Reads the values of one line; counts unknown codes in `result`.

    Every word that is read becomes part of `key`, the identity of the figure within its table, in the order of reading.
    """

    def __init__(self, line: Mapping[str, str], timezone: str | None, result: ReadResult) -> None:
        self._line = line
        self._timezone = timezone
        self._result = result
        self.key: list[str] = []
        """The words by field, as `field=word`: figures with the same words are the same figure."""
        self.native: list[NativeTerm] = []
        self.dimensions: list[Dimension] = []

    def read_member(self, enum: type[E], field: str, value: E | ColumnValue | None) -> E | None:
        """A value of a closed list; None where the word has no meaning."""
        if not isinstance(value, ColumnValue):
            return value
        word = self._read_word(field, value)
        members = crosswalk(enum, value.scheme) if value.scheme else {}
        levels = reversed(word.split(value.levels)) if value.levels else ()
        for level in (word, *levels):
            if level in value.words:
                member = value.words[level]
                return enum(member) if member else None
            if level in members:
                return members[level]
        self._result.unknown[field, printable(word)] += 1
        return next((enum(name) for name in ("OTHER", "UNKNOWN", "UNSPECIFIED", "NONE") if name in list(enum)), None)

    def read_members(self, enum: type[E], field: str, value: tuple[E, ...] | ColumnValue | None) -> tuple[E, ...]:
        """The values of a closed list; a column names one."""
        if not isinstance(value, ColumnValue):
            return tuple(sorted(value or ()))
        member = self.read_member(enum, field, value)
        return () if member is None else (member,)

    def read_text(self, field: str, value: str | ColumnValue | None) -> str | None:
        """A text."""
        if not isinstance(value, ColumnValue):
            return value
        word = self._read_word(field, value)
        return value.words.get(word, word) or None

    def read_platform(self, value: str | ColumnValue | None) -> str | None:
        """The id of a platform."""
        if not isinstance(value, ColumnValue):
            return value
        word = self._read_word("platform", value)
        if word in value.words:
            return value.words[word] or None
        if platform := find_platform(word):
            return platform.id
        if value.default is None:
            self._result.unknown["platform", printable(word)] += 1
        return value.default

    def read_dimension(self, axis: str, value: str | ColumnValue) -> None:
        """Adds the part of a breakdown, unless its word has no meaning."""
        part = self._read_part(axis, value) if isinstance(value, ColumnValue) else value
        if part:
            self.dimensions.append(Dimension(axis, str(part)))

    def _read_part(self, axis: str, value: ColumnValue) -> str | None:
        word = self._join_words(value)
        if value.list is not None and value.words.get(word) != TOTAL:
            return self.read_member(LISTS[value.list], axis, value)
        part = value.words.get(word, word)
        if not part and word not in value.words:
            raise RowError("is empty", value.columns[0])
        self._add_word(axis, word, is_native=part != word)
        return part

    def read_period(self, value: str | PeriodColumns | None) -> Period | None:
        """The period that the line or the profile names."""
        period = self._read_period(value)
        return None if period is None else replace(period, timezone=self._timezone)

    def _read_period(self, value: str | PeriodColumns | None) -> Period | None:
        if not isinstance(value, PeriodColumns):
            return None if value is None else parse_period(value)
        words = [self._line.get(column, "") for column in value.columns]
        text = " ".join(filter(None, (value.words.get(word, word) for word in words)))
        self._add_word("period", " ".join(words).strip())
        try:
            if value.last_day is not None:
                return parse_last_day(text, value.last_day, value.months or 0)
            return parse_period(text)
        except RowError as exc:
            raise RowError(exc.reason, value.columns[0]) from None

    def read_jurisdictions(self, value: str | PlaceColumns | None) -> tuple[Jurisdiction, ...]:
        """The codes of a place; none for words of which the profile says that they are no place."""
        if not isinstance(value, PlaceColumns):
            return (parse_jurisdiction(value),) if value else ()
        words = [self._line.get(column, "") for column in value.columns]
        for word in words:
            if word in value.not_places:
                self._add_word("jurisdictions", word)
                self.dimensions.append(Dimension(value.axis or PLACE, value.not_places[word]))
                return ()
            if codes := _parse_codes(value, word):
                self._add_word("jurisdictions", word)
                if value.axis:
                    self.dimensions.append(Dimension(value.axis, "+".join(codes)))
                return codes
        raise RowError("is not a known place", value.columns[-1])

    def read_column(self, column: str) -> str:
        """The word of a column that distinguishes lines."""
        word = self._line.get(column, "")
        self._add_word(column, word, is_native=False)
        return word

    def _read_word(self, field: str, value: ColumnValue) -> str:
        word = self._join_words(value)
        self._add_word(field, word)
        return word

    def _join_words(self, value: ColumnValue) -> str:
        return " ".join(filter(None, (self._line.get(column, "") for column in value.columns)))

    def _add_word(self, field: str, word: str, *, is_native: bool = True) -> None:
        if not word.isprintable():
            raise RowError("contains a character that is not printable")
        self.key.append(f"{field}={word}")
        if word and is_native:
            self.native.append(NativeTerm(field, word))


def _parse_codes(value: PlaceColumns, word: str) -> tuple[Jurisdiction, ...]:
    codes = value.words.get(word, value.prefix + word)
    try:
        return tuple(sorted(parse_jurisdiction(code) for code in ((codes,) if isinstance(codes, str) else codes)))
    except UnknownJurisdiction:
        return ()
