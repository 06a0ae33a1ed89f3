"""The lines of a report's table: what each is about, with the cells that a spreadsheet merged filled in."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec import Struct

from adapters.figures import TOTAL
from adapters.platforms.dsa_harmonised_reports.layout import ReportSheet
from adapters.platforms.dsa_harmonised_reports.templates import EMPTY_DESCRIPTIONS

OTHER = "_OTHER"
"""How the codes end of which a category may have several lines, told apart by their description."""


class ReportLine(Struct, kw_only=True):
    """A line. `keys` are service, period, category, scope …; `cells` are those with figures, by column.

    `code` is the category or sub-category of parts 3 and 4, and `parent` the category of a sub-category, empty where
    no line above names one. `description` tells the line from others of the same code, and is empty where none is
    needed. `others` are the cells of unknown columns. `is_too_long`: it has cells beyond the last column.
    """

    keys: dict[str, str]
    cells: dict[str, str]
    others: dict[str, str]
    code: str = TOTAL
    parent: str = ""
    description: str = ""
    is_too_long: bool = False

    @property
    def is_sub_category(self) -> bool:
        """Whether its code is one of a sub-category, which belongs to the category in a line above."""
        return self.code.startswith("KEYWORD_")

    @property
    def subject(self) -> tuple[str, ...]:
        """What it is about without its description."""
        return (*(self.keys.get(key, "") for key in ("service", "period", "scope")), self.parent, self.code)


def read_lines(sheet: ReportSheet) -> list[ReportLine]:
    """The lines of a table."""
    lines = list(_lines(sheet))
    descriptions: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for line in lines:
        descriptions[line.subject].add(line.description)
    for line in lines:
        if not line.code.endswith(OTHER) and len(descriptions[line.subject]) == 1:
            line.description = ""
    return lines


def _lines(sheet: ReportSheet) -> Iterator[ReportLine]:
    above = ReportLine(keys={}, cells={}, others={})
    parents: dict[str, str] = {}
    for cells in sheet.lines:
        line = _line(sheet, cells)
        if _continues(line):
            line.description = line.description or above.description
            line.keys = {key: text or above.keys.get(key, "") for key, text in line.keys.items()}
        if any(line.keys.values()):
            above = ReportLine(keys=line.keys, cells={}, others={}, description=line.description)
        line.code = line.keys.get("category", TOTAL).upper()
        if line.is_sub_category:
            line.parent = parents.get(line.keys["service"], "")
        elif "category" in line.keys:
            line.parent = parents[line.keys["service"]] = line.code
        yield line


def _line(sheet: ReportSheet, cells: Sequence[str]) -> ReportLine:
    form = sheet.form
    place = sheet.description
    description = "" if place is None else _cell(cells, place)
    return ReportLine(
        keys={
            form.keys[column]: _cell(cells, place) for column, place in sheet.positions.items() if column in form.keys
        },
        cells={column: _cell(cells, place) for column, place in sheet.positions.items() if column in form.figures},
        others={column: _cell(cells, place) for column, place in sheet.unknown_columns.items()},
        description="" if description.casefold().rstrip(".") in EMPTY_DESCRIPTIONS else description,
        is_too_long=any(cells[len(sheet.columns) :]),
    )


def _continues(line: ReportLine) -> bool:
    """Whether it names only its scope: its other cells are merged with those above, as in Meta's Member States."""
    if "category" in line.keys:
        return not line.keys["category"] and bool(line.keys.get("scope"))
    return not line.keys["indicator"] and bool(line.keys["outcome"])


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position] if position < len(cells) else ""
