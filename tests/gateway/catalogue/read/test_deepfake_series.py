"""The DSA's deepfake series runs unbroken across 2025-07-01, where its keyword was renamed; notes stand beside it."""

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from adapters.records import Record
from adapters.regulators.dsa_transparency.columns import FULL_ONLY_COLUMNS, LIGHT_COLUMNS
from adapters.regulators.dsa_transparency.figures import NAME
from adapters.regulators.dsa_transparency.statements import StatementReader
from adapters.vocabulary.names import find_platform
from tests.support.catalogue import Shelf

OLD, NEW = "KEYWORD_NON_CONSENSUAL_ITEMS_DEEPFAKE", "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"
WOMEN = f"{NEW}_AGAINST_WOMEN"
CUT = date(2025, 7, 1)

Day = tuple[str, str, str, int]
"""A day, a platform by its name, a keyword, and how many statements bear it."""

SERIES = """{
  statistics(filter: {harmCategory: NON_CONSENSUAL_DEEPFAKE, source: "dsa_transparency"}, first: 100) {
    totalCount nodes { value platform { id } period { start } dimensions { name value } qualityNotes { id } }
  }
}"""


def daily(days: Iterable[Day]) -> list[Record]:
    """The daily figures of dumps with these statements, none of which is kept one by one."""
    statements = StatementReader(keep=frozenset())
    header = (*LIGHT_COLUMNS, *FULL_ONLY_COLUMNS)
    statements.use_header("dump", header, full=True)
    for day, platform, keyword, number in days:
        category = "NON_CONSENSUAL_BEHAVIOUR" if day < f"{CUT}" else "CYBER_VIOLENCE"
        said = {
            "platform_name": platform,
            "category": f"STATEMENT_CATEGORY_{category}",
            "category_specification": f'["{keyword}"]',
            "decision_visibility": '["DECISION_VISIBILITY_CONTENT_REMOVED"]',
            "automated_detection": "No",
            "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
            "source_type": "SOURCE_VOLUNTARY",
            "created_at": f"{day} 00:00:00",
        }
        for _ in range(number):
            assert statements.read([said.get(column, "") for column in header]) is None
    return [figure for figure, _ in statements.figures()]


def asked(shelf: Shelf, days: Iterable[Day]) -> list[dict[str, Any]]:
    shelf.state(daily(days), name=NAME)
    page = shelf.ask(SERIES).data["statistics"]
    assert page["totalCount"] == len(page["nodes"])
    found: list[dict[str, Any]] = page["nodes"]
    return found


def counted(nodes: Iterable[dict[str, Any]]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for node in nodes:
        found[node["period"]["start"], node["platform"]["id"]] += int(node["value"])
    return found


def test_figures_on_both_sides_of_the_renaming_are_one_series(shelf: Shelf) -> None:
    days = [
        ("2025-06-30", "X", OLD, 3),
        ("2025-07-01", "X", NEW, 4),
        ("2025-07-01", "X", WOMEN, 2),
        ("2025-07-02", "X", NEW, 5),
    ]
    nodes = asked(shelf, days)
    assert counted(nodes) == {("2025-06-30", "x"): 3, ("2025-07-01", "x"): 6, ("2025-07-02", "x"): 5}
    assert {note["id"] for node in nodes for note in node["qualityNotes"]} == {"dsa-vocabulary-2025-07-01"}


def test_the_publishers_own_days_leave_no_gap(shelf: Shelf, samples: Path) -> None:
    with (samples / "dsa-tdb/aggregates/deepfake_keyword_daily.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            (row["date"], row["platform"], row["keyword"], int(row["count"]))
            for row in csv.DictReader(file)
            if "2025-06-24" <= row["date"] <= "2025-07-07"
        ]
    assert {keyword for *_, keyword, _ in rows} >= {OLD, NEW}
    expected: Counter[tuple[str, str]] = Counter()
    for day, name, _, number in rows:
        platform = find_platform(name)
        assert platform is not None
        expected[day, platform.id] += number
    found = counted(asked(shelf, rows))
    assert found == expected
    assert {day for day, _ in found} == {day for day, *_ in rows}


def test_offences_tell_what_became_punishable_when(shelf: Shelf) -> None:
    document = """{ offences(jurisdiction: "KR", harmCategory: NCII_DEEPFAKE) {
      code titleKo titleEn acts { since until } penalties { since until minYears maxYears maxFineKrw life }
      powers { since powerKo }
    } }"""
    (offence,) = shelf.ask(document).data["offences"]
    assert offence["titleKo"] == "허위영상물 등의 반포등"
    until = [(act["since"], act["until"]) for act in offence["acts"]]
    assert until == [("2020-06-25", "2024-10-16"), ("2020-06-25", None), ("2024-10-16", None)]
    present = {"since": "2024-10-16", "until": None, "minYears": None, "maxYears": 7, "maxFineKrw": 50000000}
    assert present | {"life": False} in offence["penalties"]
    (power,) = offence["powers"]
    assert power["since"] == "2025-06-04"
    assert "신분위장수사" in power["powerKo"]
    assert shelf.ask('{ offences(jurisdiction: "FR") { code } }').data == {"offences": []}
