"""CSV as PHP's fputcsv writes it with its default escape character: a backslash keeps a quote from being doubled.

A field is quoted where it holds a comma, a quote, a backslash or white space. Inside, a quote is doubled unless the
character before it is a backslash (source: fputcsv in PHP's ext/standard/file.c). So a backslash and a quote may stand
in a field or be its end: what follows tells, and where that leaves both open, a quote after an odd number of
backslashes belongs to the field, as in PHP's own fgetcsv, provided that the row then is as wide as the first one.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import NamedTuple

from adapters.errors import Unreadable

LONGEST = 4 * 1024 * 1024
"""Characters of one row, line breaks in its fields among them."""

BLOCK = 64 * 1024
"""Characters that are gathered before they are parsed: csv.reader is fastest on some dozens of rows at once."""

# Each repetition is possessive: the pattern never goes back over what it took, so its time is linear.
QUOTED = re.compile(
    r'"(?:[^"\\]++|""'
    r'|\\++(?!")'  # backslashes before anything but a quote stand for themselves
    r'|(?:\\\\)*+\\"'  # an odd number: the quote belongs to the field
    r'|(?:\\\\)++"(?!,|\r?\n|\r?\Z)'  # an even number, and then nothing that can follow a field
    r'|(?:\\\\)++(?=")'  # an even number, and the field's end
    r")*+"
)
# A field without quotes: as fputcsv writes it, and what other writers may leave so.
AS_WRITTEN = re.compile(r'[^",\r\n \t\\]*+')
PLAIN = re.compile(r'[^",\r\n]*+')

TRIES = 1_000
"""How many fields are tried for one row that fgetcsv's rules make too narrow or too wide."""


class _Row(NamedTuple):
    fields: list[str]
    end: int


class _TextEnds(Exception):
    """The row may go on in what has not been read yet."""


class _Misplaced(Exception):
    """A quote stands where fputcsv writes none."""


def rows(name: str, chunks: Iterable[bytes] | Iterable[str]) -> Iterator[list[str]]:
    """The rows of a text in UTF-8, with or without byte order mark, in whatever pieces it comes.

    Raises Unreadable, naming `name` and the row (from 1, the header counted), where the bytes are no UTF-8 text, a
    quote stands where none can, a field does not end, or a row is longer than LONGEST. That, BLOCK and the largest
    piece bound the memory. An empty line is a row of one empty field, as fputcsv writes it.
    """
    reader = _Reader(name)
    for text in _texts(name, chunks, reader):
        yield from reader.add(text)
    yield from reader.finish()


def _texts(name: str, chunks: Iterable[bytes] | Iterable[str], reader: "_Reader") -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    fresh = True
    try:
        for chunk in chunks:
            text = chunk if isinstance(chunk, str) else decoder.decode(chunk)
            if fresh and text:
                text, fresh = text.removeprefix("\ufeff"), False
            yield text
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as exc:
        raise Unreadable(f"{name}: is not UTF-8 text after row {reader.rows}") from exc


class _Reader:
    """Cuts a growing text where rows end, so that no field is ever cut where a piece of the text happened to end."""

    def __init__(self, name: str) -> None:
        self.rows = 0
        self._name = name
        self._width: int | None = None
        self._text = ""
        self._added: list[str] = []
        self._length = 0
        self._wanted = BLOCK

    def add(self, text: str) -> list[list[str]]:
        """The rows that are whole with what was added, once that is enough to look at."""
        self._added.append(text)
        self._length += len(text)
        if self._length < self._wanted:
            return []
        found = self._complete(final=False)
        if self._length > LONGEST:
            raise self._malformed(f"is longer than {LONGEST} characters")
        # A row still open is looked at again when the text has doubled, so that time stays linear.
        self._wanted = max(BLOCK, 2 * self._length)
        return found

    def finish(self) -> list[list[str]]:
        """The rest, whose last row may lack its line break."""
        return self._complete(final=True)

    def _complete(self, *, final: bool) -> list[list[str]]:
        text = "".join((self._text, *self._added))
        self._added.clear()
        found: list[list[str]] = []
        start = 0
        while start < len(text):
            escape = _escaped_quote(text, start)
            if escape is None and final:
                cut = len(text)
            else:
                cut = _last_row_end(text, start, len(text) if escape is None else escape)
            if cut > start:
                found += self._usual(text[start:cut])
                start = cut
            elif escape is None:
                break
            else:
                try:
                    row = self._careful(text, start, final=final)
                except _TextEnds:
                    break
                found.append(self._counted(row.fields))
                start = row.end
        self._text = text[start:]
        self._length = len(self._text)
        return found

    def _usual(self, region: str) -> list[list[str]]:
        """Whole rows in which no backslash stands before a quote, which is the dialect of csv.reader."""
        try:
            found = list(csv.reader(StringIO(region, newline="\n"), strict=True))
        except csv.Error:
            # Malformed, or a field beyond the limit of the csv module: reading one by one tells which, and where.
            found = []
            start = 0
            while start < len(region):
                row = self._careful(region, start, final=True)
                found.append(self._counted(row.fields))
                start = row.end
            return found
        if [] in found:
            found = [fields or [""] for fields in found]
        self._counted(found[0])
        self.rows += len(found) - 1
        return found

    def _counted(self, fields: list[str]) -> list[str]:
        self.rows += 1
        if self._width is None:
            self._width = len(fields)
        return fields

    def _careful(self, text: str, start: int, *, final: bool) -> _Row:
        """The row that begins at `start`. Raises _TextEnds, or Unreadable where it is malformed."""
        row: _Row | None = None
        for plain in (AS_WRITTEN, PLAIN):
            try:
                row = _as_fgetcsv(text, start, plain, final=final)
            except _TextEnds:
                if not final:
                    raise
            except _Misplaced:
                pass
            if row is not None and self._width in (None, len(row.fields)):
                return row
            if plain is AS_WRITTEN:
                other = _as_wide_as(self._width, text, start, final=final)
                if other is not None:
                    return other
        if row is None:
            raise self._malformed("has a quote where none can stand, or a field that does not end")
        return row

    def _malformed(self, problem: str) -> Unreadable:
        return Unreadable(f"{self._name}: row {self.rows + 1} {problem}")


def _escaped_quote(text: str, start: int) -> int | None:
    """Where the first backslash stands that a quote follows."""
    # To look for one character first is a hundred times as fast, and most texts hold no backslash at all.
    backslash = text.find("\\", start)
    found = text.find('\\"', backslash) if backslash >= 0 else -1
    return found if found >= 0 else None


def _last_row_end(text: str, start: int, limit: int) -> int:
    """Where the last row ends that is whole before `limit`; `start` where none is. No quote there is escaped."""
    quotes = text.count('"', start, limit)
    end = limit
    while True:
        line_end = text.rfind("\n", start, end)
        if line_end < 0:
            return start
        quotes -= text.count('"', line_end, end)
        if quotes % 2 == 0:
            return line_end + 1
        # Inside a quoted field; so are all line breaks back to the quote that opened it.
        end = max(text.rfind('"', start, line_end), start)
        quotes -= 1


def _as_fgetcsv(text: str, start: int, plain: re.Pattern[str], *, final: bool) -> _Row:
    """The row by fgetcsv's rules, but that a quote that cannot end a field does not end it."""
    fields: list[str] = []
    position = start
    while True:
        if text.startswith('"', position):
            match = QUOTED.match(text, position)
            end = match.end() if match else position
            if end == len(text):
                raise _TextEnds
            following = _follows(text, end + 1, final=final)
            if following is None:
                raise _Misplaced
            fields.append(text[position + 1 : end].replace('""', '"'))
        else:
            match = plain.match(text, position)
            end = match.end() if match else position
            fields.append(text[position:end])
            following = _follows(text, end, final=final)
            if following is None:
                raise _Misplaced
        position, ends = following
        if ends:
            return _Row(fields, position)


def _as_wide_as(width: int | None, text: str, start: int, *, final: bool) -> _Row | None:
    """The row of `width` fields that fputcsv may have written at `start`, the longest fields first; None if none."""
    if width is None:
        return None
    tries = 0
    open_ways: list[tuple[int, tuple[str, ...]]] = [(start, ())]
    while open_ways and tries < TRIES:
        position, before = open_ways.pop()
        for end, value in _written_fields(text, position, final=final):
            tries += 1
            following = _follows(text, end, final=final)
            if following is None:
                continue
            leads_to, ends = following
            fields = (*before, value)
            if ends and len(fields) == width:
                return _Row(list(fields), leads_to)
            if not ends and len(fields) < width:
                # The last one added is the first one followed: the longest field.
                open_ways.append((leads_to, fields))
    return None


def _written_fields(text: str, start: int, *, final: bool) -> Iterator[tuple[int, str]]:
    """Each way in which a field of fputcsv's may begin at `start`: where it ends, and its value; the shortest first."""
    if not text.startswith('"', start):
        match = AS_WRITTEN.match(text, start)
        end = match.end() if match else start
        yield end, text[start:end]
        return
    position = start + 1
    while True:
        quote = text.find('"', position)
        if quote < 0:
            if final:
                return
            raise _TextEnds
        escaped = quote > start + 1 and text[quote - 1] == "\\"
        if not escaped and text.startswith('"', quote + 1):
            position = quote + 2
            continue
        yield quote + 1, text[start + 1 : quote].replace('""', '"')
        if not escaped:
            return
        position = quote + 1


def _follows(text: str, position: int, *, final: bool) -> tuple[int, bool] | None:
    """Where a field that ended at `position` leads: the next field's start, or the next row's with True; None: nowhere.

    Raises _TextEnds where that cannot be told yet.
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
        raise _TextEnds
    return None
