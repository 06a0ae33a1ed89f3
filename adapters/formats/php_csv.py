"""CSV as PHP's fputcsv writes it with its default escape character: a quote after a backslash is not doubled.

A field is quoted where it contains a comma, a quote, a backslash or white space. Inside, a quote is doubled unless the
character before it is a backslash (source: fputcsv in PHP's ext/standard/file.c). So a backslash and a quote are either
part of a field or its end: what follows decides, and where both are possible, a quote after an odd number of
backslashes belongs to the field, as in PHP's own fgetcsv, provided that the row then has as many fields as the first
one.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import NamedTuple

from adapters.errors import Unreadable

MAX_ROW_LENGTH = 4 * 1024 * 1024
"""The limit of one row in characters, line breaks in its fields included."""

BLOCK = 64 * 1024
"""Characters that are buffered before they are parsed: csv.reader is fastest on some dozens of rows at once."""

# Each repetition is possessive: the pattern never backtracks, so its time is linear.
QUOTED_FIELD = re.compile(
    r'"(?:[^"\\]++|""'
    r'|\\++(?!")'  # backslashes before anything but a quote stand for themselves
    r'|(?:\\\\)*+\\"'  # an odd number: the quote belongs to the field
    r'|(?:\\\\)++"(?!,|\r?\n|\r?\Z)'  # an even number, and then nothing that can follow a field
    r'|(?:\\\\)++(?=")'  # an even number, and the field's end
    r")*+"
)
# A field without quotes: as fputcsv writes it, and as other writers do.
FPUTCSV_FIELD = re.compile(r'[^",\r\n \t\\]*+')
UNQUOTED_FIELD = re.compile(r'[^",\r\n]*+')

MAX_TRIES = 1_000
"""How many fields are tried for a row that has too few or too many fields by the rules of fgetcsv."""


class _Row(NamedTuple):
    fields: list[str]
    end: int


class _IncompleteRow(Exception):
    """The row may continue in text that has not arrived yet."""


class _MisplacedQuote(Exception):
    """There is a quote where fputcsv writes none."""


def read_rows(name: str, chunks: Iterable[bytes] | Iterable[str]) -> Iterator[list[str]]:
    """The rows of a text in UTF-8, with or without byte order mark, in chunks of any size.

    Raises Unreadable, with `name` and the row (from 1, the header included), where the bytes are not UTF-8, a quote is
    misplaced, a field does not end, or a row is longer than MAX_ROW_LENGTH. That, BLOCK and the largest chunk limit the
    memory. An empty line is a row of one empty field, as fputcsv writes it.
    """
    splitter = _RowSplitter(name)
    for text in _decode(name, chunks, splitter):
        yield from splitter.add(text)
    yield from splitter.finish()


def _decode(name: str, chunks: Iterable[bytes] | Iterable[str], splitter: "_RowSplitter") -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_first = True
    try:
        for chunk in chunks:
            text = chunk if isinstance(chunk, str) else decoder.decode(chunk)
            if is_first and text:
                text, is_first = text.removeprefix("\ufeff"), False
            yield text
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as exc:
        raise Unreadable(f"{name}: is not UTF-8 text after row {splitter.rows}") from exc


class _RowSplitter:
    """Splits a growing text into rows, so that no field is ever cut at the end of a chunk."""

    def __init__(self, name: str) -> None:
        self.rows = 0
        self._name = name
        self._width: int | None = None
        self._text = ""
        self._chunks: list[str] = []
        self._length = 0
        self._threshold = BLOCK

    def add(self, text: str) -> list[list[str]]:
        """The rows that are complete with this text, once there is enough of it to parse."""
        self._chunks.append(text)
        self._length += len(text)
        if self._length < self._threshold:
            return []
        rows = self._split(final=False)
        if self._length > MAX_ROW_LENGTH:
            raise self._malformed(f"is longer than {MAX_ROW_LENGTH} characters")
        # An incomplete row is parsed again when the text has doubled, so that time stays linear.
        self._threshold = max(BLOCK, 2 * self._length)
        return rows

    def finish(self) -> list[list[str]]:
        """The remaining rows, of which the last may have no line break."""
        return self._split(final=True)

    def _split(self, *, final: bool) -> list[list[str]]:
        text = "".join((self._text, *self._chunks))
        self._chunks.clear()
        rows: list[list[str]] = []
        start = 0
        while start < len(text):
            escape = _escaped_quote(text, start)
            if escape is None and final:
                cut = len(text)
            else:
                cut = _last_row_end(text, start, len(text) if escape is None else escape)
            if cut > start:
                rows += self._parse_plain(text[start:cut])
                start = cut
            elif escape is None:
                break
            else:
                try:
                    row = self._parse_row(text, start, final=final)
                except _IncompleteRow:
                    break
                rows.append(self._count(row.fields))
                start = row.end
        self._text = text[start:]
        self._length = len(self._text)
        return rows

    def _parse_plain(self, region: str) -> list[list[str]]:
        """Complete rows in which no quote follows a backslash, which is the dialect of csv.reader."""
        try:
            rows = list(csv.reader(StringIO(region, newline="\n"), strict=True))
        except csv.Error:
            # Malformed, or a field beyond the limit of the csv module: parsing row by row shows which, and where.
            rows = []
            start = 0
            while start < len(region):
                row = self._parse_row(region, start, final=True)
                rows.append(self._count(row.fields))
                start = row.end
            return rows
        if [] in rows:
            rows = [fields or [""] for fields in rows]
        self._count(rows[0])
        self.rows += len(rows) - 1
        return rows

    def _count(self, fields: list[str]) -> list[str]:
        self.rows += 1
        if self._width is None:
            self._width = len(fields)
        return fields

    def _parse_row(self, text: str, start: int, *, final: bool) -> _Row:
        """The row that begins at `start`. Raises _IncompleteRow, or Unreadable where it is malformed."""
        row: _Row | None = None
        for unquoted in (FPUTCSV_FIELD, UNQUOTED_FIELD):
            try:
                row = _parse_as_fgetcsv(text, start, unquoted, final=final)
            except _IncompleteRow:
                if not final:
                    raise
            except _MisplacedQuote:
                pass
            if row is not None and self._width in (None, len(row.fields)):
                return row
            if unquoted is FPUTCSV_FIELD:
                other = _parse_with_width(self._width, text, start, final=final)
                if other is not None:
                    return other
        if row is None:
            raise self._malformed("has a misplaced quote, or a field that does not end")
        return row

    def _malformed(self, problem: str) -> Unreadable:
        return Unreadable(f"{self._name}: row {self.rows + 1} {problem}")


def _escaped_quote(text: str, start: int) -> int | None:
    """The position of the first backslash before a quote."""
    # Searching for one character first is a hundred times as fast, and most texts contain no backslash.
    backslash = text.find("\\", start)
    position = text.find('\\"', backslash) if backslash >= 0 else -1
    return position if position >= 0 else None


def _last_row_end(text: str, start: int, limit: int) -> int:
    """The end of the last row that is complete before `limit`; `start` if there is none. No quote there is escaped."""
    quotes = text.count('"', start, limit)
    end = limit
    while True:
        line_end = text.rfind("\n", start, end)
        if line_end < 0:
            return start
        quotes -= text.count('"', line_end, end)
        if quotes % 2 == 0:
            return line_end + 1
        # Inside a quoted field; so are all line breaks back to its opening quote.
        end = max(text.rfind('"', start, line_end), start)
        quotes -= 1


def _parse_as_fgetcsv(text: str, start: int, unquoted: re.Pattern[str], *, final: bool) -> _Row:
    """The row by the rules of fgetcsv, except that a quote that cannot end a field does not end it."""
    fields: list[str] = []
    position = start
    while True:
        if text.startswith('"', position):
            match = QUOTED_FIELD.match(text, position)
            end = match.end() if match else position
            if end == len(text):
                raise _IncompleteRow
            successor = _find_successor(text, end + 1, final=final)
            if successor is None:
                raise _MisplacedQuote
            fields.append(text[position + 1 : end].replace('""', '"'))
        else:
            match = unquoted.match(text, position)
            end = match.end() if match else position
            fields.append(text[position:end])
            successor = _find_successor(text, end, final=final)
            if successor is None:
                raise _MisplacedQuote
        position, is_last = successor
        if is_last:
            return _Row(fields, position)


def _parse_with_width(width: int | None, text: str, start: int, *, final: bool) -> _Row | None:
    """A row of `width` fields that fputcsv may have written at `start`, the longest fields first, or None."""
    if width is None:
        return None
    tries = 0
    branches: list[tuple[int, tuple[str, ...]]] = [(start, ())]
    while branches and tries < MAX_TRIES:
        position, previous = branches.pop()
        for end, value in _possible_fields(text, position, final=final):
            tries += 1
            successor = _find_successor(text, end, final=final)
            if successor is None:
                continue
            next_start, is_last = successor
            fields = (*previous, value)
            if is_last and len(fields) == width:
                return _Row(list(fields), next_start)
            if not is_last and len(fields) < width:
                # The last branch added is followed first: the longest field.
                branches.append((next_start, fields))
    return None


def _possible_fields(text: str, start: int, *, final: bool) -> Iterator[tuple[int, str]]:
    """Each field that fputcsv may have written at `start`: its end and its value, the shortest first."""
    if not text.startswith('"', start):
        match = FPUTCSV_FIELD.match(text, start)
        end = match.end() if match else start
        yield end, text[start:end]
        return
    position = start + 1
    while True:
        quote = text.find('"', position)
        if quote < 0:
            if final:
                return
            raise _IncompleteRow
        is_escaped = quote > start + 1 and text[quote - 1] == "\\"
        if not is_escaped and text.startswith('"', quote + 1):
            position = quote + 2
            continue
        yield quote + 1, text[start + 1 : quote].replace('""', '"')
        if not is_escaped:
            return
        position = quote + 1


def _find_successor(text: str, position: int, *, final: bool) -> tuple[int, bool] | None:
    """The start of the next field after one that ends at `position`, or of the next row, with True; None if neither.

    Raises _IncompleteRow where more text is needed to decide.
    """
    if text.startswith(",", position):
        return position + 1, False
    if text.startswith("\n", position):
        return position + 1, True
    if text.startswith("\r\n", position):
        return position + 2, True
    if position == len(text) or text[position:] == "\r":
        if final:
            return len(text), True
        raise _IncompleteRow
    return None
