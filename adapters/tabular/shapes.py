"""Which tables of a profile a file has: one, or several below each other, each found by its header."""

import re
from collections.abc import Sequence

from msgspec import Struct, field

from adapters.errors import SourceError, UnexpectedShape, Unreadable
from adapters.formats.json import printable
from adapters.formats.tables import read_csv_rows, read_json_table
from adapters.tabular.profile import SourceProfile, TableProfile

MAX_NAMES = 5
"""How many columns a message names before it counts the rest."""


class Section(Struct, kw_only=True):
    """A header of a file and the rows below it.

    `profile` is None where the source has no such table: none of its rows is read, and each is rejected.
    """

    profile: TableProfile | None
    columns: tuple[str, ...] = ()
    """The columns by their names in the profile."""
    unknown: frozenset[str] = frozenset()
    """Those that the profile does not know."""
    rows: list[list[str]] = field(default_factory=list)

    def first_word(self, column: str | None) -> str:
        """The first text in a column; an empty one where there is none."""
        position = self.columns.index(column) if column in self.columns else None
        words = (row[position] for row in self.rows if position is not None and position < len(row))
        return next(filter(None, words), "")


class FileTables(Struct, frozen=True, kw_only=True):
    """All rows of a file, by table. `other_rows` counts titles, and the rows of other tables in a JSON document."""

    sections: list[Section]
    other_rows: int = 0


def read_tables(profile: SourceProfile, name: str, content: bytes) -> FileTables:
    """The tables of one file: those that the profile knows by its name, and below them others whose columns all match.

    Raises Unreadable where there is none, or the file cannot be decoded; UnexpectedShape where it has no header of
    theirs, or another number of lines than the profile states. The message names the nearest table and the difference.
    """
    tables = [table for table in profile.tables if table.match_name(name) is not None]
    if not tables:
        raise Unreadable(f"{name}: {profile.about.name} has no file of this name")
    result = find_tables(name, content, tables, [table for table in profile.tables if table not in tables])
    for table in tables:
        sections = [section for section in result.sections if section.profile is table]
        if sections:
            _check_line_count(table, name, sum(len(section.rows) for section in sections))
    return result


def find_tables(
    name: str, content: bytes, tables: Sequence[TableProfile], others: Sequence[TableProfile] = ()
) -> FileTables:
    """The tables of a file among `tables`, whatever its name, and among `others`, whose columns must all match.

    Raises as `read_tables`.
    """
    errors: list[tuple[tuple[int, int], SourceError]] = []
    for group in _by_form(tables):
        try:
            rows, other_rows = _read_rows(name, content, group[0])
        except SourceError as exc:
            errors.append(((1, 0), exc))
            continue
        result = _split(name, rows, group, [table for table in others if _form(table) == _form(group[0])])
        if any(section.profile for section in result.sections):
            return FileTables(sections=result.sections, other_rows=result.other_rows + other_rows)
        errors += [_difference(name, table, rows) for table in group]
    # Of several tables that the file may be, the nearest one is what it was meant to be.
    raise min(errors, key=lambda error: error[0])[1]


def _by_form(tables: Sequence[TableProfile]) -> list[list[TableProfile]]:
    """The tables that are decoded in the same way, together."""
    groups: dict[tuple[str | None, ...], list[TableProfile]] = {}
    for table in tables:
        groups.setdefault(_form(table), []).append(table)
    return list(groups.values())


def _form(table: TableProfile) -> tuple[str | None, ...]:
    return table.format, table.key, table.encoding, table.delimiter


def _read_rows(name: str, content: bytes, table: TableProfile) -> tuple[list[list[str]], int]:
    if table.format == "CSV":
        return read_csv_rows(name, content, table.encoding, table.delimiter), 0
    document = read_json_table(name, content, table.key)
    return [list(document.columns), *document.lines], document.other_lines


# Headers.


def _split(
    name: str, rows: list[list[str]], tables: Sequence[TableProfile], others: Sequence[TableProfile]
) -> FileTables:
    """The rows by header. A row that is a header of one of the tables begins a section.

    So does, after a gap, one that reads like the header of a table that the profile does not have.
    """
    sections: list[Section] = []
    titles, follows_gap = 0, False
    for row in rows:
        section = _begin_section(name, row, tables) or _begin_section(name, row, others, is_exact=True)
        if section is None and follows_gap and _reads_like_header(row):
            section = Section(profile=None, rows=[row])
        if section is not None:
            titles += _take_titles(sections)
            sections.append(section)
        elif sections and row:
            sections[-1].rows.append(row)
        elif row and _is_title(row):
            titles += 1
        elif row:
            sections.append(Section(profile=None, rows=[row]))
        follows_gap = _is_title(row)
    return FileTables(sections=sections, other_rows=titles)


def _begin_section(
    name: str, row: Sequence[str], tables: Sequence[TableProfile], *, is_exact: bool = False
) -> Section | None:
    """The section of which the row is the header; of several tables, of the one that knows most of its columns."""
    headers = [(table, *table.compare_columns(row)) for table in tables if table.is_header(row)]
    if not headers:
        return None
    table, _, unknown = min(headers, key=lambda header: len(header[2]))
    if is_exact and unknown:
        return None
    columns = table.rename_columns(row)
    while columns and not columns[-1]:
        columns = columns[:-1]
    if len(set(columns)) != len(columns):
        raise UnexpectedShape(f"{name}: two columns have one name")
    return Section(profile=table, columns=columns, unknown=frozenset(unknown))


def _is_title(row: Sequence[str]) -> bool:
    return sum(map(bool, row)) <= 1


def _reads_like_header(row: Sequence[str]) -> bool:
    words = [cell for cell in row if cell]
    return len(words) > 1 and len(set(words)) == len(words) and all(re.fullmatch(r"\D*[^\W\d]\D*", it) for it in words)


def _take_titles(sections: list[Section]) -> int:
    """Removes the titles at the end of the last section, which belong to the next one, and counts them."""
    rows = sections[-1].rows if sections else []
    count = 0
    while rows and _is_title(rows[-1]):
        rows.pop()
        count += 1
    return count


# Differences.


def _difference(name: str, table: TableProfile, rows: Sequence[Sequence[str]]) -> tuple[tuple[int, int], SourceError]:
    """How far the file is from the table, of which few common columns are furthest, and the refusal that says so."""
    if not rows:
        return (0, 0), UnexpectedShape(f"{name}: has no header")
    header = next((row for row in rows if not _is_title(row)), rows[0])
    missing, unknown = table.compare_columns(header)
    common = sum(map(bool, header)) - len(unknown)
    if not common:
        # The first line is then not a header, and its content is not repeated.
        error = UnexpectedShape(f"{name}: has none of the columns of {table.name}")
    else:
        parts = [f"lacks {_quote(missing)}"] + ([f"has also {_quote(unknown)}"] if unknown else [])
        error = UnexpectedShape(f"{name}: has other columns than {table.name}: {'; '.join(parts)}")
    return (-common, len(missing) + len(unknown) if common else 0), error


def _quote(columns: Sequence[str]) -> str:
    names = ", ".join(repr(printable(column)) for column in columns[:MAX_NAMES])
    return names if len(columns) <= MAX_NAMES else f"{names} and {len(columns) - MAX_NAMES} more"


def _check_line_count(table: TableProfile, name: str, count: int) -> None:
    promise = table.line_counts.get(name.rpartition(".")[0])
    if promise is not None and count != promise:
        raise UnexpectedShape(f"{name}: has {count} lines, expected {promise}")
    if count < table.min_lines:
        raise UnexpectedShape(f"{name}: has {count} lines, expected at least {table.min_lines}")
