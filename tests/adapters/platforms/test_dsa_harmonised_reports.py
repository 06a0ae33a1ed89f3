"""Reports by the EU's templates: totals beside parts, sub-categories with the same name, workbooks and rejections."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from adapters.document import ReadResult
from adapters.errors import UnexpectedShape, Unreadable
from adapters.formats import workbooks
from adapters.platforms.dsa_harmonised_reports.reports import read_file
from adapters.platforms.dsa_harmonised_reports.source import DSAHarmonisedReports
from adapters.platforms.dsa_harmonised_reports.templates import TABLES
from adapters.records import Dimension, Statistic
from adapters.source import Scope, Skip, ignore
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, Unit
from tests.support.catalogue import shelf_at
from tests.support.workbook import workbook

EXAMPLES = Path(__file__).parents[2] / "examples" / "dsa_harmonised_reports"
ORDERS = (EXAMPLES / "orders.csv").read_bytes()
COMPLAINTS = (EXAMPLES / "complaints.csv").read_bytes()
OTHERS = """{ statistics(filter: { source: "dsa_harmonised_reports",
  dimension: [{ name: "keyword", value: "KEYWORD_OTHER" }] }) { nodes { value dimensions { name value } } } }"""
LATTER_HALF = "2025-07-01_2025-12-31"

TOTALS = """query($platform: String!) {
  statistics(
    filter: { source: "dsa_harmonised_reports", platform: [$platform], metric: TAKEDOWN_REQUESTS, jurisdiction: "EU",
      unit: [REQUESTS], dimension: [{ name: "category", value: "TOTAL" }] }
  ) { nodes { value dimensions { name value } } }
  total(
    metric: TAKEDOWN_REQUESTS, unit: REQUESTS, platform: $platform, jurisdiction: "EU"
    period: { start: "2025-07-01", end: "2026-01-01" }
  ) { answers { value } }
}"""


def figures(result: ReadResult) -> dict[tuple[str, ...], Statistic]:
    """The figures by the parts of their ids, without the part of the report and the period."""
    records = {}
    for record in result.records:
        assert isinstance(record, Statistic)
        number, service, _, _, *rest = record.external_id.split("/")
        records[(service, *rest)] = record
    assert len(records) == len(result.records)
    return records


def accounted(result: ReadResult) -> bool:
    return result.rows == len(result.records) + result.merged + result.out_of_scope + len(result.rejections)


def test_orders_of_a_half_year_are_not_added_to_their_parts(samples: Path, tmp_path: Path) -> None:
    """TikTok received 782 orders to act; the sum of the column is four times as many."""
    recorded = samples / "dsa-harmonised-reports" / "t3_member_state_orders.dev.csv"
    added_up = sum(
        int(line["orders_to_act"] or 0)
        for line in csv.DictReader(recorded.read_text("utf-8-sig").splitlines())
        if line["service"] == "TikTok"
    )
    assert added_up == 3_128
    path = tmp_path / f"orders.{LATTER_HALF}.csv"
    path.write_bytes(recorded.read_bytes())
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        shelf.hold(DSAHarmonisedReports(), path)
        answer = shelf.ask(TOTALS, {"platform": "TikTok"})
    assert answer.refusals == []
    assert [node["value"] for node in answer.data["statistics"]["nodes"]] == ["782"]
    assert [entry["value"] for entry in answer.data["total"]["answers"]] == ["782"]


def test_a_line_becomes_figures_of_its_category_and_its_place() -> None:
    result = read_file("orders.csv", ORDERS)
    assert accounted(result)
    assert (result.rows, result.rejections, result.merged) == (63, [], 0)
    assert result.unknown == Counter({("platform", "A service that nobody runs"): 1})
    records = figures(result)
    whole = records["telegram", "EU", "TOTAL", "TOTAL", "orders_to_act"]
    assert (str(whole.value), whole.unit, whole.aggregation) == ("12", Unit.REQUESTS, Aggregation.SUM)
    assert whole.harm_categories == ()
    assert whole.period is not None
    assert (f"{whole.period.start}", f"{whole.period.end}") == ("2031-01-01", "2031-07-01")
    deepfakes = records[
        *("telegram", "EU", "STATEMENT_CATEGORY_CYBER_VIOLENCE", "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"),
        "orders_to_act",
    ]
    assert deepfakes.harm_categories == (HarmCategory.NON_CONSENSUAL_DEEPFAKE,)
    assert records["telegram", "DE", "TOTAL", "TOTAL", "orders_to_act"].value == 0
    assert ("telegram", "DE", "TOTAL", "TOTAL", "items") not in records
    assert records["telegram", "FR", "TOTAL", "TOTAL", "orders_to_provide_info"].metric is Metric.INFORMATION_REQUESTS
    median = records["telegram", "EU", "TOTAL", "TOTAL", "median_time_to_act"]
    assert (median.unit, median.aggregation) == (Unit.OTHER, Aggregation.NONE)


def test_a_sub_category_belongs_to_the_category_above_it() -> None:
    records = figures(read_file("orders.csv", ORDERS))
    others = {
        key[2]: figure.value
        for key, figure in records.items()
        if key[3] == "KEYWORD_OTHER" and key[-1] == "orders_to_act"
    }
    assert others == {"STATEMENT_CATEGORY_CYBER_VIOLENCE": 2, "STATEMENT_CATEGORY_VIOLENCE": 7}


def test_contextual_information_is_not_stored_and_unknown_services_have_no_platform() -> None:
    result = read_file("orders.csv", ORDERS)
    assert "Made up" not in str(result)
    (unknown,) = {record for record in result.records if isinstance(record, Statistic) and record.platform is None} - {
        record for record in result.records if "items" in record.external_id
    }
    assert isinstance(unknown, Statistic)
    assert Dimension("service", "A service that nobody runs") in unknown.dimensions


def test_complaints_are_read_in_each_language_and_other_parts_are_out_of_scope() -> None:
    result = read_file("complaints.csv", COMPLAINTS)
    assert accounted(result)
    assert (result.rows, result.out_of_scope) == (5, 1)
    assert [(rejection.position, rejection.column) for rejection in result.rejections] == [(5, "section")]
    assert {key[2:5]: str(figure.value) for key, figure in figures(result).items()} == {
        ("COMPLAINTS", "COMPLAINTS", "TOTAL"): "90",
        ("COMPLAINTS", "COMPLAINTS_ABOUT_ACCOUNT", "REVERSED"): "11",
        ("COMPLAINTS", "COMPLAINTS_ABOUT_ACCOUNT", "MEDIAN_TIME"): "30.25",
    }


@given(
    st.lists(st.sampled_from(["", " ", "  ", "\u00a0"]), min_size=15, max_size=15),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_columns_are_identified_in_any_spacing_case_and_order(spaces: list[str], upper: bool, order: Any) -> None:
    rows = list(csv.reader(StringIO(ORDERS.decode("utf-8-sig"))))
    places = list(range(len(rows[0])))
    order.shuffle(places)
    header = [rows[0][place].strip() + spaces[place] for place in places]
    lines = [[row[place] for place in places] for row in rows[1:]]
    text = StringIO()
    csv.writer(text).writerows([[name.upper() if upper else name for name in header], *lines])
    assert figures(read_file("x.csv", text.getvalue().encode())).keys() == figures(read_file("o.csv", ORDERS)).keys()


def other_lines(*descriptions: str, code: str = "KEYWORD_OTHER") -> bytes:
    """Lines of one code that differ in their description, the first with 1 order."""
    header, total, category, *_ = ORDERS.decode().splitlines(keepends=True)
    lines = [
        f'All,Telegram,2031-01-01/2031-06-30,{code},"{text}",TOTAL,{number},,,,,,,\n'
        for number, text in enumerate(descriptions, 1)
    ]
    return "".join([header, total, category, *lines]).encode()


@pytest.mark.parametrize("code", ["KEYWORD_OTHER", "KEYWORD_CYBER_STALKING"])
@pytest.mark.parametrize("second", ["Extortion", "", "x" * 300 + "1"])
def test_lines_of_one_code_are_told_apart_by_their_description(code: str, second: str) -> None:
    """AliExpress has two lines "other" of consumer information: 1 notice and 59,133."""
    result = read_file("orders.csv", other_lines("x" * 300, second, code=code))
    assert accounted(result)
    assert (result.merged, result.rejections) == (0, [])
    records = [figure for key, figure in figures(result).items() if key[3] == code]
    assert [figure.value for figure in records] == [1, 2]
    assert len({figure.series_key for figure in records}) == 2


def test_the_description_of_a_single_named_code_is_no_part_of_its_figure() -> None:
    """Meta explains what it counts under KEYWORD_CYBER_HARASSMENT, in words that it changes."""
    explained, plain = (read_file("o.csv", other_lines(text, code="KEYWORD_CYBER_STALKING")) for text in ("Why", ""))
    assert figures(explained).keys() == figures(plain).keys()


def test_a_described_figure_replaces_the_one_that_had_no_description(tmp_path: Path) -> None:
    """Also where the report has a rejection, so that nothing else that it lacks is withdrawn."""
    path = tmp_path / "orders.csv"
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        path.write_bytes(other_lines(""))
        shelf.hold(DSAHarmonisedReports(), path)
        path.write_bytes(other_lines("Extortion", "Doxing").replace(b",12,40,", b",twelve,40,"))
        shelf.hold(DSAHarmonisedReports(), path)
        nodes = shelf.ask(OTHERS).data["statistics"]["nodes"]
    assert {
        dimension["value"]: node["value"]
        for node in nodes
        for dimension in node["dimensions"]
        if dimension["name"] == "description"
    } == {"Extortion": "1", "Doxing": "2"}
    assert len(nodes) == 2


class WithFileNames(DSAHarmonisedReports):
    """The source as it was, with a scope named like its file, whoever publishes it."""

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        (scope,) = super().files(paths, skip)
        return (replace(scope, name=paths[0].stem),)


def test_a_described_figure_replaces_the_one_of_an_earlier_version(tmp_path: Path) -> None:
    """Its scope had another name then, and the record belongs to that scope."""
    path = tmp_path / "orders.csv"
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        path.write_bytes(other_lines(""))
        shelf.hold(WithFileNames(), path)
        path.write_bytes(other_lines("Extortion", "Doxing").replace(b",12,40,", b",twelve,40,"))
        shelf.hold(DSAHarmonisedReports(), path)
        nodes = shelf.ask(OTHERS).data["statistics"]["nodes"]
    assert sorted(node["value"] for node in nodes) == ["1", "2"]


def test_providers_whose_files_have_one_name_do_not_withdraw_each_others_figures(tmp_path: Path) -> None:
    """Most providers publish `4_notices.csv`."""
    query = '{ statistics(filter: { source: "dsa_harmonised_reports" }) { totalCount } }'
    reports = {
        "Telegram": ORDERS,
        "TikTok": ORDERS.replace(b"Telegram", b"TikTok"),
        "later": ORDERS.replace(b"2031-01-01/2031-06-30", b"2031-07-01/2031-12-31"),
    }
    for name, content in reports.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "3_member_states_orders.csv").write_bytes(content)
    alone = len({key for content in reports.values() for key in ids(content)})
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        for name in (*reports, *reports):
            shelf.hold(DSAHarmonisedReports(), tmp_path / name)
        assert shelf.ask(query).data["statistics"]["totalCount"] == alone
        shelf.hold(DSAHarmonisedReports(), tmp_path)
        assert shelf.ask(query).data["statistics"]["totalCount"] == alone


def ids(content: bytes) -> set[str]:
    return {record.external_id for record in read_file("orders.csv", content).records}


def test_a_cell_may_have_a_number_of_each_member_state() -> None:
    """As in Discord's report for 2025, under the template's scope for all of them."""
    header, *_ = ORDERS.decode("utf-8-sig").splitlines(keepends=True)
    line = 'All,Discord,2031-01-01/2031-06-30,TOTAL,,"AT, […], SE","DE (8), FR (1,358), LX (1)",9,,,12 h,,,\n'
    result = read_file("orders.csv", (header + line).encode())
    assert accounted(result)
    assert {key[1:]: figure.value for key, figure in figures(result).items()} == {
        ("DE", "TOTAL", "TOTAL", "orders_to_act"): 8,
        ("FR", "TOTAL", "TOTAL", "orders_to_act"): 1358,
        ("EU+MEMBER_STATES", "TOTAL", "TOTAL", "items"): 9,
    }
    assert [(each.position, each.reason) for each in result.rejections] == [
        (3, "is not the code of a Member State"),
        (7, "is not a number that counts something"),
    ]


def test_a_sub_category_belongs_to_the_category_above_it_in_any_scope() -> None:
    """Where Member States stand within a category, a state need not have a line of the category itself."""
    rest = ",,TOTAL,5,,,,,,,\n"
    lines = [
        *(f"All,Telegram,2031-01-01/2031-06-30,STATEMENT_CATEGORY_{name}{rest}" for name in ("VIOLENCE", "SELF_HARM")),
        "All,Telegram,2031-01-01/2031-06-30,KEYWORD_SUICIDE,,FR,3,,,,,,,\n",
    ]
    first = lines[0].replace("TOTAL", "FR")
    header = ORDERS.decode().splitlines(keepends=True)[0]
    records = figures(read_file("orders.csv", "".join([header, first, *lines]).encode()))
    assert ("telegram", "FR", "STATEMENT_CATEGORY_SELF_HARM", "KEYWORD_SUICIDE", "orders_to_act") in records


@pytest.mark.parametrize(
    "lines",
    [
        ("Anwendbarkeit,Dienst,Berichtszeitraum,Abschnitt,Indikator,Wertebereich,Wert", "Alle"),
        ("Applicabilité,Service,Période couverte par le rapport,Section,Indicateur,Champ d’application,Valeur", "Tous"),
    ],
)
def test_a_report_may_have_the_columns_of_another_language(lines: tuple[str, str]) -> None:
    header, applicability = lines
    rows = COMPLAINTS.decode().splitlines(keepends=True)[1:]
    text = "".join(
        [f"{header},Hintergrundinformationen\n", *(row.replace("All,", f"{applicability},", 1) for row in rows)]
    )
    assert figures(read_file("x.csv", text.encode())).keys() == figures(read_file("x.csv", COMPLAINTS)).keys()


def test_parts_about_one_surface_of_a_service_are_not_the_service() -> None:
    """Google publishes the complaints about ads in a file of its own, under the same service."""
    whole = read_file("7_appeals_and_recidivism.csv", COMPLAINTS)
    ads = read_file("7_appeals_and_recidivism_Ads.csv", COMPLAINTS)
    assert figures(whole).keys().isdisjoint(figures(ads))
    assert all(Dimension("surface", "ads") in figure.dimensions for figure in figures(ads).values())


def test_a_table_without_some_figures_is_read_and_the_columns_counted() -> None:
    text = ORDERS.decode().replace("Median time to give effect to the order to act", "Time to act", 1)
    result = read_file("orders.csv", text.encode())
    assert accounted(result)
    assert {code[0] for code in result.unknown} == {"platform", "column", "missing column"}
    assert [(each.reason, each.column and each.column[:11]) for each in result.rejections] == [
        ("is in a column that no template has", "time to act")
    ]


def test_a_line_with_cells_beyond_the_columns_is_rejected() -> None:
    """An unquoted 1,358 moves the cells after it."""
    lines = ORDERS.decode().splitlines()
    result = read_file("orders.csv", "\n".join([lines[0], lines[1].replace(",12,40,", ",1,358,40,") + ",5"]).encode())
    assert {each.reason for each in result.rejections} == {"is in a line with more cells than there are columns"}
    assert result.records == []


def test_an_encoding_other_than_utf_8_changes_no_figure_and_is_counted() -> None:
    """Temu's report for 2025 is in GBK."""
    result = read_file("orders.csv", ORDERS.decode("utf-8-sig").replace("nobody", "niemand…").encode("gbk"))
    assert result.unknown["encoding", "not UTF-8"] == 1
    assert len(result.records) == len(read_file("orders.csv", ORDERS).records)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9.000", "may be 9000 or 9.000"),
        ("Within 24 hours", "is not a number that counts something"),
        ("85%", "is not a number that counts something"),
        ("1,35", None),
        ("1'358", None),
    ],
)
def test_a_number_that_may_be_two_is_never_guessed(text: str, reason: str | None) -> None:
    content = other_lines("").replace(b"TOTAL,1,", f'TOTAL,"{text}",'.encode()).replace(b",0.5,", b",,")
    result = read_file("orders.csv", content)
    assert [each.reason for each in result.rejections] == [reason] * (reason is not None)


def test_a_workbook_has_the_figures_of_its_sheets_as_csv_whatever_their_names() -> None:
    sheets = {
        "1_summary": [["Service", "Value"], ["Telegram", "x"]],
        "3 Anordnungen": list(csv.reader(StringIO(ORDERS.decode("utf-8-sig")))),
        "Beschwerden": list(csv.reader(StringIO(COMPLAINTS.decode()))),
        "empty": [],
    }
    result = read_file("report.xlsx", workbook(sheets))
    assert accounted(result)
    alone = figures(read_file("orders.csv", ORDERS)) | figures(read_file("complaints.csv", COMPLAINTS))
    together = figures(result)
    assert together.keys() == alone.keys()
    assert [figure.value for figure in together.values()] == [alone[key].value for key in together]


@pytest.mark.parametrize("above", [[["Member State orders"]], [["Transparency report"], [], ["Part 3", "H2 2025"]]])
def test_a_sheet_may_have_a_title_above_its_columns(above: list[list[str]]) -> None:
    lines = list(csv.reader(StringIO(ORDERS.decode("utf-8-sig"))))
    result = read_file("report.xlsx", workbook({"3": [*above, *lines]}))
    assert accounted(result)
    assert figures(result).keys() == figures(read_file("orders.csv", ORDERS)).keys()


def test_a_whole_workbook_is_read_for_its_three_parts(samples: Path) -> None:
    """All eleven sheets with the headers of the templates, of which parts 1 and 11 have some columns of part 7."""
    templates = samples / "dsa-harmonised-reports" / "official_templates_2024_2835"
    sheets = {
        f"{number}": [next(csv.reader(path.read_text("utf-8-sig").splitlines()))]
        for number, path in enumerate(sorted(templates.iterdir()))
    }
    assert len(sheets) == 11
    sheets["orders"] = list(csv.reader(StringIO(ORDERS.decode("utf-8-sig"))))
    assert figures(read_file("report.xlsx", workbook(sheets))).keys() == figures(read_file("o.csv", ORDERS)).keys()


def test_a_repeated_figure_is_one_unless_its_value_differs() -> None:
    lines = ORDERS.decode().splitlines(keepends=True)
    again = read_file("orders.csv", "".join([*lines, lines[1]]).encode())
    assert (again.merged, again.rejections) == (5, [])
    other = read_file("orders.csv", "".join([*lines, lines[1].replace(",12,40,", ",13,40,")]).encode())
    assert [rejection.reason for rejection in other.rejections] == ["has another value than the same figure above"]
    assert accounted(again)
    assert accounted(other)


@pytest.mark.parametrize(
    ("text", "reason", "column"),
    [
        ("2031-01-01/2031-13-01", "is not a period as YYYY-MM-DD/YYYY-MM-DD", "reporting period"),
        ("2031-02-01/2031-01-01", "ends before it begins", "reporting period"),
        ("9999-01-01/9999-12-31", "is not a period as YYYY-MM-DD/YYYY-MM-DD", "reporting period"),
        ("the year", "is not a period as YYYY-MM-DD/YYYY-MM-DD", "reporting period"),
    ],
)
def test_a_line_whose_period_cannot_be_read_is_rejected(text: str, reason: str, column: str) -> None:
    result = read_file("complaints.csv", COMPLAINTS.replace(b"2031-01-01/2031-06-30", text.encode(), 1))
    assert (result.rejections[0].reason, result.rejections[0].column) == (reason, column)
    assert accounted(result)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (",12,40,0.5,", ",twelve,40,0.5,", "is not a number that counts something"),
        (",12,40,0.5,", ",-1,40,0.5,", "is not a number that counts something"),
        (",12,40,0.5,", f",{10**16},40,0.5,", "is not a number that counts something"),
        ("TOTAL,,TOTAL,12", "TOTAL,,Elsewhere,12", "is not the code of a Member State"),
        ("TOTAL,,TOTAL,12", "KEYWORD_OTHER,,TOTAL,12", "a sub-category has no category above it"),
        ("All,Telegram", "All,", "is empty"),
    ],
)
def test_an_invalid_cell_is_rejected_and_the_rest_is_read(old: str, new: str, reason: str) -> None:
    result = read_file("orders.csv", ORDERS.replace(old.encode(), new.encode(), 1))
    assert {rejection.reason for rejection in result.rejections} == {reason}
    assert result.records
    assert accounted(result)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.csv", b"a,b\n1,2\n", "x.csv: does not have the columns of part 3, 4 or 7 of a harmonised report"),
        (
            "x.csv",
            ORDERS.replace(b"Scope", b"Where", 1),
            "x.csv: is not part 3 of a harmonised report: lacks 'scope'; has in addition 'where'",
        ),
        ("x.csv", b"service,category,scope,orders_to_act,items,orders_to_provide_info\n", "x.csv: has no period"),
        (
            "x.csv",
            COMPLAINTS.replace(b"2031-01-01/2031-06-30", b"YYYY-MM-DD/YYYY-MM-DD"),
            "x.csv: is an empty template",
        ),
        ("x.xlsx", workbook({"1": [["a"], ["b"]]}), "x.xlsx: no sheet has the columns of part 3, 4 or 7"),
        (
            "x.xlsx",
            workbook({"3": [["Service", "Reporting period", "Section", "Indicator", "Scope", "Values"]]}),
            "x.xlsx, sheet 3: is not part 7 of a harmonised report: lacks 'value'; has in addition 'values'",
        ),
    ],
    ids=["another table", "a column renamed", "no period", "empty template", "no part", "a column of a sheet renamed"],
)
def test_an_unexpected_shape_names_the_difference(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(UnexpectedShape) as caught:
        read_file(name, content)
    assert str(caught.value).startswith(reason)


def test_a_file_that_is_not_a_workbook_or_is_too_large_unpacked_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    for content in (b"", b"PK\x03\x04", ORDERS):
        with pytest.raises(Unreadable, match=r"^x\.xlsx: is not an XLSX workbook$"):
            read_file("x.xlsx", content)
    large = BytesIO()
    with ZipFile(large, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 10_000)
    monkeypatch.setattr(workbooks, "LIMIT", 9_999)
    with pytest.raises(Unreadable, match="more than 9999 bytes after unpacking"):
        read_file("x.xlsx", large.getvalue())


def test_the_empty_official_templates_are_an_error_in_one_line_each(samples: Path) -> None:
    templates = sorted((samples / "dsa-harmonised-reports" / "official_templates_2024_2835").iterdir())
    assert len(templates) == 11
    for path in templates:
        with pytest.raises(UnexpectedShape) as caught:
            read_file(path.name, path.read_bytes())
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 400


def test_each_table_has_its_own_set_of_columns() -> None:
    assert len({frozenset(table.columns) for table in TABLES}) == len(TABLES)
