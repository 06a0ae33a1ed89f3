"""Each cell of a transparency file is a figure of the catalogue or a row that `gateway rejections` lists.

An independent reader, Python's csv and json over the raw file, says what each cell states. It knows which columns hold
numbers and which words tell a number from the others; it knows nothing of the profiles.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec import Struct
from sqlalchemy import select

from adapters.platforms.telegram_transparency.source import TelegramTransparency
from adapters.source import Source
from adapters.tabular.source import TabularSource
from adapters.vocabulary.enums import RecordType
from gateway.catalogue.tables import RECORD_TABLES
from tests.support.catalogue import Shelf, shelf_at

Line = dict[str, str]


class Cell(NamedTuple):
    """A cell with a number, or with a word in its place: the words that tell it from others, and its text."""

    words: frozenset[str]
    text: str


class Form(Struct, frozen=True, kw_only=True):
    """A kind of file: its columns of words and of numbers, and the lines and cells that the source does not read."""

    source: str
    keys: tuple[str, ...]
    """The columns whose words tell a number from the others."""
    numbers: str
    """A pattern of the columns of numbers, whose names are such words too where there are several."""
    unread: Callable[[Line], bool] = lambda line: False
    empty: tuple[str, ...] = ("",)
    """The texts that state nothing."""
    table: str | None = None
    """The key of the table in a JSON document."""


META = ("Total Requests", "Legal Process Request Total", "Emergency Request Total")

FORMS = {
    "PRPL-Facebook": Form(source="meta_government_requests", keys=("Country",), numbers="(?!Country).+"),
    "facebook-gov": Form(source="meta_government_requests", keys=("Country",), numbers="(?!Country).+"),
    "Content_Restrictions": Form(
        source="meta_government_requests", keys=("ISO Code|Country",), numbers="(?!ISO|Country).+"
    ),
    "meta-": Form(source="meta_enforcement_reports", keys=("app", "policy_area", "metric", "period"), numbers="value"),
    "tiktok-": Form(
        source="tiktok_enforcement_reports",
        keys=("Metric", "Period", "Policy Type", "Issue Policy", "Task", "Market"),
        numbers="Result",
        unread=lambda line: (
            line["Location"] == "Language" or line["Metric"].startswith("Fake f") or "Fake likes" in line["Metric"]
        ),
    ),
    "google-government-removal": Form(
        source="google_government_requests",
        keys=("Period Ending", "CLDR Territory Code|Country/Region", "Requestor"),
        numbers="Number of Requests|Items .+|% .+",
        empty=(),
    ),
    "google-government-detailed": Form(
        source="google_government_requests",
        keys=("Period Ending", "CLDR Territory Code|Country/Region", "Product", "Reason"),
        numbers="Total",
    ),
    "legacy/google-government-removal": Form(
        source="google_government_requests",
        keys=("Fin de la période", "Code du territoire CLDR|Pays"),
        numbers=".+ : .+",
    ),
    "legacy/google-government-detailed": Form(
        source="google_government_requests",
        keys=("Fin de la période", "Code du territoire CLDR|Pays", "Produit", "Motif"),
        numbers="Ordonnances.+|Pouvoir.+|Éléments.+",
    ),
    "legacy/google-user-data": Form(
        source="google_government_requests",
        keys=("Fin de la période", "Code du territoire CLDR|Pays", "Procédure judiciaire"),
        numbers="Demandes.+|Pourcentage.+|Utilisateurs.+",
    ),
    "github-": Form(
        source="github_transparency",
        # "count" is the metric of lines whose category says what is counted.
        keys=("year", "period", "iso2|government", "category", "metric"),
        numbers="count_low",
        unread=lambda line: line["dataset"].startswith(("dmca_", "appeals_", "eu_dsa_")),
    ),
    "naver-": Form(source="korea_platform_requests", keys=("period", "category", "metric", "unit"), numbers="value"),
    "csam-reports-per-year.": Form(source="ncmec_reports", keys=("year",), numbers="reports"),
    "csam-reports-per-country": Form(source="ncmec_reports", keys=("iso3",), numbers="[0-9]{4}", empty=()),
    "csam-reports-per-year-country": Form(
        source="ncmec_reports",
        keys=("year", "iso3"),
        numbers="reports",
        unread=lambda line: line["country"] == "Arab League",
    ),
    "csam-report-contents": Form(source="ncmec_reports", keys=("category", "label", "year"), numbers="quantity"),
    "csam-reports-per-platform": Form(
        source="ncmec_reports",
        keys=("period", "platform"),
        numbers="reports|notifications_sent|response_time",
        empty=("null",),
        table="NCMEC",
    ),
}


class Figure(NamedTuple):
    """A figure of the catalogue: its words, and its number or bounds."""

    words: frozenset[str]
    numbers: tuple[Decimal, ...]
    texts: tuple[str, ...]
    """The publisher's texts, the one that is read first."""


# The independent reader.


def lines_of(path: Path, form: Form) -> list[Line]:
    if path.suffix == ".json":
        return json_lines(json.loads(path.read_text(), parse_float=Decimal), form.table)
    rows = list(csv.reader(StringIO(path.read_text("utf-8-sig"))))
    header, *lines = [[clean(cell) for cell in row] for row in rows if row]
    return [dict(zip(header, line, strict=True)) for line in lines]


def json_lines(document: Any, table: str | None) -> list[Line]:
    document = document[table] if table else document
    columns, lines = document["columns"], []
    for row in document["rows"]:
        if isinstance(row, dict):
            ((period, cells),) = ((key, value) for key, value in row.items() if isinstance(value, list))
            row = [period, *cells]
        names = ["period", *columns] if len(row) > len(columns) else columns
        lines.append(
            {name: "null" if cell is None else clean(str(cell)) for name, cell in zip(names, row, strict=True)}
        )
    return lines


def clean(text: str) -> str:
    return " ".join(text.split())


def cells_of(lines: Sequence[Line], form: Form) -> Iterator[Cell]:
    for line in lines:
        if not any(line.values()) or form.unread(line):
            continue
        columns = [column for column in line if re.fullmatch(form.numbers, column)]
        words = {next((line[column] for column in key.split("|") if line.get(column)), "") for key in form.keys}
        for column in columns:
            text = line[column]
            if "count_high" in line and line["count_high"] != text:
                text = f"{text} - {line['count_high']}"
            if text not in form.empty:
                yield Cell(frozenset({*words, *([column] if len(columns) > 1 else [])} - {"", "count"}), text)


def numbers_of(text: str) -> tuple[Decimal, ...]:
    """The number or bounds that a text states; none for a word in the place of a number."""
    if text.startswith("<"):
        return (Decimal(0), Decimal(text[1:].strip()) - 1)
    return tuple(map(Decimal, re.findall(r"[0-9]+(?:\.[0-9]+)?", text.replace(",", "")))) if text != "-1" else ()


def says(figure: Figure, cell: Cell) -> bool:
    """Whether the figure is the cell's: its text and number, as it stands or in our unit (of shares, and of days)."""
    numbers = numbers_of(cell.text)
    return figure.texts[0] == cell.text and any(
        figure.numbers == tuple(round(number * factor, digits) for number in numbers)
        for factor, digits in ((1, 6), (100, 1), (1, 0), (86400, 6))
    )


# The catalogue.


def figures_of(shelf: Shelf) -> list[Figure]:
    table = RECORD_TABLES[RecordType.STATISTIC].table.c
    columns = [table.value, table.low, table.high, table.native, table.dimensions]

    async def fetch() -> Sequence[Any]:
        async with shelf.database.snapshot() as snapshot:
            return await snapshot.fetch(select(*columns))

    figures = []
    for row in shelf.run(fetch()):
        native = [(term.field, term.value) for term in row.native]
        words = {part for field, text in native if field != "value" for part in (text, *text.split(" / "))}
        words |= {part for field, text in native if field == "period" for part in text.split()}
        numbers = (row.value, row.low, row.high)
        figures.append(
            Figure(
                frozenset({*words, *(dimension.value for dimension in row.dimensions)}),
                tuple(number for number in numbers if number is not None),
                tuple(text for field, text in native if field == "value"),
            )
        )
    return figures


def compare(shelf: Shelf, source: Source, path: Path, cells: Sequence[Cell]) -> None:
    """Every cell is one figure, or a rejection that is listed; and every figure is a cell."""
    shelf.hold(source, path)
    figures = figures_of(shelf)
    by_word: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        for word in figure.words:
            for text in set(figure.texts):
                by_word[text, word].append(figure)

    def candidates(cell: Cell) -> list[Figure]:
        rarest = min((by_word[cell.text, word] for word in cell.words), key=len)
        return [figure for figure in rarest if cell.words <= figure.words]

    missing = [cell for cell in cells if not any(says(figure, cell) for figure in candidates(cell))]
    rejections = shelf.run(shelf.holdings.rejections(source.about.name))
    # A cell that is no figure is listed, or is the word for a missing number beside the number of another line.
    listed = [cell for cell in missing if numbers_of(cell.text)]
    assert len(listed) == len(rejections), (listed[:3], rejections[:3])
    others = [cell for cell in missing if not numbers_of(cell.text)]
    assert all(map(candidates, others))
    assert len(figures) == len(cells) - len(missing)


def form_of(path: Path) -> Form:
    name = (
        f"legacy/{path.name}" if path.parent.name.startswith("legacy") and path.name.startswith("google") else path.name
    )
    return FORMS[max((prefix for prefix in FORMS if name.startswith(prefix)), key=len)]


FEW = (
    "meta-gov-requests/PRPL-Facebook-Government-Report-2016_H1.csv",
    "meta-gov-requests/Content_Restrictions_2018_H2.csv",
    "meta-tiktok-enforcement/meta-2021-q2.csv",
    "meta-tiktok-enforcement/tiktok-2023-q2.csv",
    "google-gov-removals/legacy_2013/google-government-removal-requests.csv",
    "google-gov-removals/legacy_2013/google-user-data-requests.csv",
    "github-transparency/github-transparency.json",
    "ncmec/csam-report-contents.csv",
    "ncmec/csam-reports-per-country.csv",
    "ncmec/csam-reports-per-platform.json",
    "korea-platform-transparency/naver-kakao-daum.2012-2023.json",
)
"""A file of each source and form; `make proof` compares all."""

FOLDERS = (
    "meta-gov-requests",
    "meta-tiktok-enforcement",
    "google-gov-removals",
    "github-transparency",
    "ncmec",
    "korea-platform-transparency",
)


@pytest.mark.parametrize("name", FEW)
def test_each_cell_is_a_figure_or_a_listed_rejection(name: str, samples: Path, tmp_path: Path) -> None:
    path = samples / name
    form = form_of(path)
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        source = TabularSource.from_profile(f"platforms/{form.source}")
        compare(shelf, source, path, list(cells_of(lines_of(path, form), form)))


@pytest.mark.proof
def test_each_cell_of_every_sample_is_a_figure_or_a_listed_rejection(samples: Path, tmp_path: Path) -> None:
    paths = [
        path
        for folder in FOLDERS
        for path in sorted((samples / folder).rglob("*.*"))
        if path.suffix in {".csv", ".json"}
    ]
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        for path in paths:
            form = form_of(path)
            source = TabularSource.from_profile(f"platforms/{form.source}")
            compare(shelf, source, path, list(cells_of(lines_of(path, form), form)))
            shelf.empty()


def test_each_cell_of_telegrams_dataset_is_a_figure(samples: Path, tmp_path: Path) -> None:
    path = samples / "telegram-transparency" / "dataset.dev-5-countries.json"
    cells = [
        Cell(frozenset({country, column, f"{entry['from']}-{entry['to']}"}), str(entry[column]))
        for country, entries in json.loads(path.read_text()).items()
        for entry in entries
        for column in ("requests", "users")
    ]
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        compare(shelf, TelegramTransparency(), path, cells)
