"""Each cell of a harmonised report is a figure of the catalogue or a listed rejection.

An independent reader, Python's csv over the raw file, says what each cell states. The reports are the samples, and the
official templates filled in the forms that providers publish: thousands separators and decimal commas, times with
their unit, cells merged down a block of Member States or with a number of each, composite scopes, several lines
"other", columns of their own, titles above the header, and other delimiters.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.platforms.dsa_harmonised_reports.source import DSAHarmonisedReports
from tests.support.catalogue import Shelf, shelf_at
from tests.support.properties import examples
from tests.support.workbook import workbook

FIGURES = """query($after: String) {
  statistics(first: 100, after: $after, filter: { source: "dsa_harmonised_reports" }) {
    nodes {
      value unit jurisdictions platform { name } dimensions { name value } native { field value }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
PERIOD = "2031-01-01/2031-06-30"
PLACEHOLDER = 'Text to detail the "Other" keyword.'
STATES = {"AT": {"AT"}, "be": {"BE"}, "EL": {"GR"}, "DE, ES": {"DE", "ES"}, "FR; PL / SE": {"FR", "PL", "SE"}}
SCOPES = {"TOTAL": {"EU"}, "EU": {"EU"}, "All Member States": {"EU"}, "AT, […], SE": {"EU", "MEMBER_STATES"}, **STATES}
"""The scopes in reports → the places, and the axis that tells a composite one from the total."""


class Cell(NamedTuple):
    """What a cell states: a number, under the words of its line and column."""

    service: str
    column: str
    words: frozenset[str]
    places: frozenset[str]
    value: Decimal
    seconds: bool = False


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        yield shelf


def figures(shelf: Shelf) -> Counter[Cell]:
    """What the catalogue states."""
    cells: Counter[Cell] = Counter()
    after = None
    while True:
        answer = shelf.ask(FIGURES, {"after": after})
        assert answer.refusals == []
        page = answer.data["statistics"]
        cells.update(map(to_cell, page["nodes"]))
        if not page["pageInfo"]["hasNextPage"]:
            return cells
        after = page["pageInfo"]["endCursor"]


def to_cell(node: dict[str, Any]) -> Cell:
    native = {term["field"]: term["value"] for term in node["native"]}
    axes = {axis["name"]: axis["value"] for axis in node["dimensions"]}
    words = {native.get(axis) or axes.get(axis, "") for axis in ("category", "keyword", "description")}
    words |= {native.get(axis, "") for axis in ("section", "indicator", "outcome")}
    return Cell(
        service=node["platform"]["name"] if node["platform"] else axes["service"],
        column=native["metric"],
        words=frozenset(words - {"", "TOTAL"}),
        places=frozenset(set(node["jurisdictions"]) | {axes.get("scope", "")} - {""}),
        value=Decimal(node["value"]),
        seconds=node["unit"] == "SECONDS",
    )


# The samples, which have one table each, a column for each figure, and plain numbers.


@pytest.mark.parametrize("name", ["t3_member_state_orders.dev.csv", "t4_notices.dev.csv"])
def test_each_cell_of_a_sample_is_a_figure(name: str, samples: Path, tmp_path: Path, shelf: Shelf) -> None:
    content = (samples / "dsa-harmonised-reports" / name).read_bytes()
    (path := tmp_path / f"report.{PERIOD.replace('/', '_')}.csv").write_bytes(content)
    shelf.hold(DSAHarmonisedReports(), path)
    cells: Counter[Cell] = Counter()
    category = ""
    for line in csv.DictReader(StringIO(content.decode("utf-8-sig"))):
        code = line.pop("category")
        service, place = line.pop("service"), line.pop("scope", "TOTAL")
        category = category if code.startswith("KEYWORD_") else code
        words = frozenset({category, code} - {"TOTAL"})
        places = frozenset({"EU" if place.upper() == "TOTAL" else {"EL": "GR"}.get(place, place)})
        cells.update(Cell(service, column, words, places, Decimal(text)) for column, text in line.items() if text)
    assert len(cells) > 800
    assert figures(shelf) == cells
    assert shelf.run(shelf.holdings.rejections("dsa_harmonised_reports")) == []


# Reports in the forms that providers publish.


class Style(NamedTuple):
    """How a report is written."""

    thousands: str
    point: str
    delimiter: str
    titles: int
    bom: bool
    merges_cells: bool
    has_label: bool
    has_note: bool

    def write_count(self, number: int) -> str:
        return f"{number:,}".replace(",", self.thousands)

    def write_median(self, number: Decimal) -> str:
        return f"{number}".replace(".", self.point)


class Entry(NamedTuple):
    """A cell as a report writes it, and what it states; None where it states nothing that can be read."""

    text: str
    value: Decimal | None
    seconds: bool = False


EMPTY = [Entry(text, None) for text in ("", "NA", "n/a", "–")]
UNREADABLE = [Entry(text, None) for text in ("Within 24 hours", "twelve", "-1", "2-3 days", "8:17")]
TIMES = [
    Entry("8:17 HRS", Decimal(8 * 3600 + 17 * 60), seconds=True),
    Entry("6 hours", Decimal(6 * 3600), seconds=True),
    Entry("30 min", Decimal(30 * 60), seconds=True),
    Entry("1 day 2 hours", Decimal(26 * 3600), seconds=True),
    Entry("08:17:30", Decimal(8 * 3600 + 17 * 60 + 30), seconds=True),
]
STYLES = st.tuples(
    st.sampled_from(
        [("", "."), ("", ","), (",", "."), (".", ","), (" ", "."), ("\u00a0", ","), ("\u202f", ","), ("'", ".")]
    ),
    st.sampled_from(",;\t"),
    st.integers(0, 3),
    *[st.booleans()] * 4,
).map(lambda style: Style(*style[0], *style[1:]))
DESCRIPTIONS = [
    "",
    PLACEHOLDER,
    "Extortion",
    "Private information",
    "KEYWORD_OFF_SITES",
    "Tax – évasion; other",
    "x" * 300,
]


@st.composite
def entries(draw: st.DrawFn, style: Style, column: str) -> Entry:
    kind = draw(st.sampled_from(["number"] * 6 + ["empty", "unreadable", "time"]))
    if kind in ("empty", "unreadable"):
        return draw(st.sampled_from(EMPTY if kind == "empty" else UNREADABLE))
    if "median" in column.lower():
        if kind == "time":
            return draw(st.sampled_from(TIMES))
        number = draw(st.decimals(0, 999, places=draw(st.integers(0, 2))))
        return Entry(style.write_median(number), number)
    count = draw(st.integers(0, 10 ** draw(st.integers(1, 8))))
    return Entry(style.write_count(count), Decimal(count))


@st.composite
def reports(draw: st.DrawFn, official: Sequence[Sequence[str]]) -> tuple[Style, list[list[str]], int]:
    """A report of part 3 or 4 from the official template: its style, its rows, and the number of its rows of titles."""
    style = draw(STYLES)
    header, *lines = official
    codes = [line[3] for line in lines if line[3] != "TOTAL"]
    start = draw(st.integers(0, 60))
    block = ["TOTAL", *codes[start : start + draw(st.integers(1, 12))]]
    width = header.index(next(column for column in header if column.startswith("Contextual")))
    has_scope = "Scope" in header
    first = 6 if has_scope else 5
    rows: list[list[str]] = []

    def add(code: str, description: str, scope: str, *, is_merged: bool) -> None:
        keys = ["All", "Telegram", PERIOD, code, description]
        cells = [draw(entries(style, column)).text for column in header[first:width]]
        if scope == "AT, […], SE" and draw(st.booleans()):
            numbers = draw(st.lists(st.integers(0, 10**6).map(style.write_count), min_size=2, max_size=2))
            cells[0] = "IE ({}), LV ({})".format(*numbers)
        rows.append([*(["" for _ in keys] if is_merged else keys), *([scope] if has_scope else []), *cells])

    total = draw(st.sampled_from([scope for scope in SCOPES if scope not in STATES][:3]))
    states = draw(st.lists(st.sampled_from(["AT, […], SE", *STATES]), unique=True, max_size=4)) if has_scope else []
    for code in block:
        others = draw(st.lists(st.sampled_from(DESCRIPTIONS[1:]), unique=True, min_size=1, max_size=4))
        for description in others if code == "KEYWORD_OTHER" else [""]:
            add(code, description, total, is_merged=False)
            for number, state in enumerate(states):
                add(code, description, state, is_merged=style.merges_cells and number > 0)
    columns = [*header[:width], *header[width:]]
    for row in rows:
        row.extend([""] * (len(columns) - len(row)))
    if style.has_label:
        columns.insert(4, "Category label")
        for row in rows:
            row.insert(4, "Label of 2024")
    if style.has_note:
        columns.append("Number of appeals")
        for row in rows:
            row.append(draw(st.sampled_from(["", "17", "see above"])))
    titles = [["Transparency report"], ["H1 2031", "Part"], ["Telegram"]][: style.titles]
    return style, [*titles, columns, *rows], len(titles)


def write(style: Style, rows: Sequence[Sequence[str]]) -> bytes:
    text = StringIO()
    csv.writer(text, delimiter=style.delimiter).writerows(rows)
    return text.getvalue().encode("utf-8-sig" if style.bom else "utf-8")


def read_raw(content: bytes, style: Style, titles: int) -> tuple[Counter[Cell], Counter[str]]:
    """What the cells of a raw file state, and the columns of those that state nothing readable."""
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=style.delimiter))[titles:]
    columns = [" ".join(column.split()) for column in rows[0]]
    above: dict[str, str] = {}
    category = ""
    cells: Counter[Cell] = Counter()
    unreadable: Counter[str] = Counter()
    for row in rows[1:]:
        line = dict(zip(columns, row, strict=True))
        if not line["Service"]:
            for column in ("Service", "Category of illegal content", 'Description of the sub-category "Other"'):
                line[column] = above[column]
        above = line
        code, scope = line["Category of illegal content"], line.get("Scope", "TOTAL")
        category = category if code.startswith("KEYWORD_") else code
        description = line['Description of the sub-category "Other"']
        description = "" if description == PLACEHOLDER or code != "KEYWORD_OTHER" else description
        words = frozenset({category, code, description} - {"", "TOTAL"})
        for column, text in line.items():
            if column == "Number of appeals":
                unreadable[column] += text.isdigit()
            elif column.startswith(("Number", "Median")) and text not in {entry.text for entry in EMPTY}:
                states = re.findall(r"([A-Z]{2}) \(([^)]+)\)", text)
                for places, number in [({state}, each) for state, each in states] or [(SCOPES[scope], text)]:
                    entry = raw_number(number, style)
                    if entry.value is None:
                        unreadable[column] += 1
                    else:
                        cells[Cell("Telegram", column, words, frozenset(places), entry.value, entry.seconds)] += 1
    return cells, +unreadable


def raw_number(text: str, style: Style) -> Entry:
    for entry in (*TIMES, *UNREADABLE):
        if entry.text == text:
            return entry
    return Entry(text, Decimal(text.replace(style.thousands, "").replace(style.point, ".")))


@examples(usual=8, proof=80)
@given(st.data(), st.sampled_from(["3_member_states_orders", "4_notices"]), st.booleans())
def test_each_cell_of_a_report_is_a_figure_or_a_listed_rejection(
    samples: Path, tmp_path: Path, shelf: Shelf, data: st.DataObject, part: str, in_workbook: bool
) -> None:
    style, rows, titles = data.draw(reports(template(samples, part)))
    raw = write(style, rows)
    cells, unreadable = read_raw(raw, style, titles)
    (report := tmp_path / "report.csv").unlink(missing_ok=True)
    (book := tmp_path / "report.xlsx").unlink(missing_ok=True)
    # A workbook has 1.000 as a number, and then it is 1.
    in_workbook = in_workbook and style.thousands != "."
    if in_workbook:
        book.write_bytes(workbook({"1": [["Service"], ["Telegram"]], "Orders": rows}))
    else:
        report.write_bytes(raw)
    check(shelf, book if in_workbook else report, cells, unreadable)


@examples(usual=4, proof=20)
@given(st.data(), STYLES)
def test_each_value_of_part_7_is_a_figure_or_a_listed_rejection(
    samples: Path, tmp_path: Path, shelf: Shelf, data: st.DataObject, style: Style
) -> None:
    header, *lines = template(samples, "7_appeals_and_recidivism")
    rows: list[list[str]] = [header]
    for number, (applicability, _, _, section, indicator, outcome, *_) in enumerate(lines):
        share = data.draw(st.integers(0, 100).map(lambda each: Entry(f"{each} %", Decimal(each))))
        entry = share if outcome.startswith("Percentage") else data.draw(entries(style, outcome))
        is_merged = style.merges_cells and number > 0 and lines[number - 1][3:5] == [section, indicator]
        keys = [applicability, "Telegram", PERIOD, section, indicator]
        rows.append([*(["" for _ in keys] if is_merged else keys), outcome, entry.text, "Because."])
    (report := tmp_path / "report.csv").write_bytes(write(style, rows))
    cells: Counter[Cell] = Counter()
    unreadable: Counter[str] = Counter()
    keys = []
    for row in list(csv.reader(StringIO(report.read_text("utf-8-sig"), newline=""), delimiter=style.delimiter))[1:]:
        keys = row[3:5] if row[1] else keys
        text = row[6].removesuffix(" %")
        if text not in {entry.text for entry in EMPTY}:
            entry = raw_number(text, style)
            if entry.value is None:
                unreadable["Value"] += 1
            else:
                words = frozenset(" ".join(word.split()) for word in (*keys, row[5]))
                cells[Cell("Telegram", "value", words, frozenset({"EU"}), entry.value, entry.seconds)] += 1
    check(shelf, report, cells, unreadable)


def template(samples: Path, part: str) -> list[list[str]]:
    """The rows of an official template."""
    (path,) = (samples / "dsa-harmonised-reports" / "official_templates_2024_2835").glob(f"*Part_{part}.csv")
    return list(csv.reader(StringIO(path.read_text("utf-8-sig"), newline="")))


def check(shelf: Shelf, report: Path, cells: Counter[Cell], unreadable: Counter[str]) -> None:
    """Imports a report, and compares the catalogue with its cells and with the columns of those without a number."""
    shelf.empty()
    shelf.hold(DSAHarmonisedReports(), report)
    in_catalogue = Counter({shorten(cell): number for cell, number in figures(shelf).items()})
    rejections = shelf.run(shelf.holdings.rejections("dsa_harmonised_reports"))
    assert all(rejection["column"] for rejection in rejections)
    # Nothing in a table may tell 9.000 from 9,000: such a cell is listed, and never guessed.
    expected = Counter({shorten(cell): number for cell, number in cells.items()})
    missing = Counter(cell.column[:60] for cell in (expected - in_catalogue).elements())
    assert in_catalogue - expected == Counter()
    ambiguous = Counter(each["column"] for each in rejections if each["reason"].startswith("may be "))
    assert ambiguous == missing
    without_number: Counter[str] = Counter()
    for column, number in unreadable.items():
        without_number[column.lower()[:60]] += number
    assert Counter(each["column"] for each in rejections) - ambiguous == without_number


def shorten(cell: Cell) -> Cell:
    """The cell with its columns in lower case, and long descriptions in their first characters."""
    return cell._replace(column=cell.column.lower(), words=frozenset(word[:200] for word in cell.words))
