"""Arrests of Socrata portals, read: exports and answers, by the profile of their city, and race nowhere."""

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import SourceError, UnexpectedShape, Unreadable
from adapters.police.socrata_arrests.arrests import read_answer, read_file
from adapters.police.socrata_arrests.profiles import shipped_profiles
from adapters.police.socrata_arrests.source import SocrataArrests
from adapters.records import Arrest, Offence
from adapters.vocabulary.enums import ArrestEvent, CountingUnit, HarmCategory
from tests.support.catalogue import shelf_at

EXAMPLES = Path(__file__).parents[3] / "examples" / "socrata_arrests"
QUEENS = "nypd-socrata/nypd_arrests_queens_2021.part1.csv"
PROFILES = shipped_profiles()
NEW_YORK = PROFILES["new_york"]
SEX, NCII, CSAM, OTHER = (
    HarmCategory.SEX_OFFENCE_UNSPECIFIED,
    HarmCategory.NCII,
    HarmCategory.CSAM,
    HarmCategory.OTHER,
)


def example(name: str) -> dict[str, Arrest]:
    """The arrests of an example, by number."""
    result = read_file(PROFILES, name, (EXAMPLES / name).read_bytes())
    return {record.external_id: record for record in result.records if isinstance(record, Arrest)}


def test_an_export_becomes_arrests_and_every_row_is_accounted_for() -> None:
    result = read_file(PROFILES, "new_york.csv", (EXAMPLES / "new_york.csv").read_bytes())
    assert (result.rows, len(result.records), result.merged) == (9, 6, 1)
    assert [(rejection.position, rejection.column) for rejection in result.rejections] == [
        (7, "arrest_date"),
        (8, "arrest_key"),
    ]
    assert result.unknown == {
        ("harm_categories", "SPECIMEN OFFENSE"): 1,
        ("age_band", "not an age group"): 1,
    }
    assert (result.start, result.end) == (date(2031, 3, 4), date(2031, 3, 9))


def test_an_arrest_says_who_when_where_and_for_what() -> None:
    arrest = example("new_york.csv")["new_york/900000001"]
    assert (arrest.event, arrest.counting_unit, arrest.agency) == (
        ArrestEvent.ARRESTED,
        CountingUnit.EVENT,
        "us.nypd",
    )
    assert arrest.offence == Offence(scheme="nypd", code="116", label="SEX CRIMES")
    assert arrest.happened is not None
    assert (arrest.happened.start, arrest.happened.timezone) == (date(2031, 3, 4), "America/New_York")
    assert arrest.place is not None
    assert (arrest.place.area_code, arrest.place.area_name, arrest.place.approximate) == ("84", "Brooklyn", True)
    assert (arrest.age_band, arrest.gender, arrest.is_minor) == ("45-64", "F", False)
    assert {(term.field, term.value) for term in arrest.native} >= {("law_code", "PL 1306501"), ("pd_cd", "177")}


def test_the_same_arrest_is_the_same_from_the_export_and_from_the_interface() -> None:
    """The export writes days and whole numbers in another way, and states the same."""
    assert example("new_york.csv")["new_york/900000001"] == example("new_york.json")["new_york/900000001"]


def test_harms_are_stated_where_the_publishers_words_leave_no_doubt() -> None:
    harms = {number: arrest.harm_categories for number, arrest in example("new_york.csv").items()}
    assert harms == {
        "new_york/900000001": (SEX,),
        "new_york/900000002": (NCII,),
        "new_york/900000003": (CSAM, SEX),
        "new_york/900000004": (),
        "new_york/900000005": (OTHER,),
        "new_york/900000007": (OTHER,),
    }


def test_what_is_not_stated_is_absent() -> None:
    bare = example("new_york.json")["new_york/900000008"]
    assert (bare.offence, bare.place, bare.harm_categories, bare.age_band, bare.is_minor) == (
        None,
        None,
        (),
        None,
        None,
    )
    nowhere = example("new_york.csv")["new_york/900000002"].place
    assert nowhere is not None
    assert (nowhere.latitude, nowhere.longitude, nowhere.approximate) == (None, None, None)


def test_an_arrest_by_another_authority_is_not_the_departments() -> None:
    arrests = example("new_york.csv")
    assert arrests["new_york/900000003"].agency == "us.nypd"
    assert arrests["new_york/900000005"].agency is None


def test_another_city_is_another_profile_and_nothing_else() -> None:
    first, second = (example("chicago.json")[f"chicago/9900000{number}"] for number in (1, 2))
    assert (first.agency, first.jurisdictions) == ("us.chicago-police", ("US-IL",))
    assert first.offence == Offence(
        scheme="chicago-charge", code="720 ILCS 5.0/12-3-A-1", label="BATTERY - CAUSE BODILY HARM"
    )
    assert [tuple(reference.__struct_fields__) for reference in first.references] == [("scheme", "value")]
    assert first.references[0].value == "XX900001"
    assert (first.harm_categories, first.gender, second.offence) == ((), None, None)
    assert second.happened is not None
    assert second.happened.start == date(2031, 3, 5)


@given(st.permutations(range(3)))
def test_rows_of_one_arrest_are_one_record_whatever_their_order(order: list[int]) -> None:
    rows = [
        {"arrest_key": "1", "arrest_date": "2031-03-04T00:00:00.000", "ofns_desc": "RAPE", "perp_sex": "M"},
        {"arrest_key": "1.0", "arrest_date": "2031-03-04T00:00:00.000", "ofns_desc": "RAPE", "ky_cd": "104.0"},
        {"arrest_key": "1", "arrest_date": "2031-03-04T00:00:00.000", "ofns_desc": "SEX CRIMES", "perp_sex": "F"},
    ]
    result = read_answer(NEW_YORK, "new_york/2031-03", [rows[place] for place in order], "2031-03")
    straight = read_answer(NEW_YORK, "new_york/2031-03", rows, "2031-03")
    assert result.records == straight.records
    assert (result.rows, result.merged, len(result.records)) == (3, 2, 1)
    words = {term.value for term in result.records[0].native}
    assert {"RAPE", "SEX CRIMES"} <= words
    assert not words & {"M", "F"}


@pytest.mark.parametrize(
    "row",
    [
        None,
        1,
        {},
        {"arrest_key": "1"},
        {"arrest_key": 1, "arrest_date": "2031-03-04T00:00:00.000"},
        {"arrest_key": "1 or 2", "arrest_date": "2031-03-04T00:00:00.000"},
        {"arrest_key": "1", "arrest_date": "2031-02-30T00:00:00.000"},
        {"arrest_key": "1", "arrest_date": "2031-04-01T00:00:00.000"},
        {"arrest_key": "1", "arrest_date": "2031-03-04T00:00:00.000", "perp_sex": ["M"]},
        {"arrest_key": "1", "arrest_date": "2031-03-04T00:00:00.000", "latitude": "NaN"},
        {"arrest_key": "1", "arrest_date": "2031-03-04T00:00:00.000", "latitude": "100"},
    ],
)
def test_a_row_of_another_shape_is_rejected_and_the_rest_is_read(row: Any) -> None:
    sound = {"arrest_key": "2", "arrest_date": "2031-03-04T00:00:00.000"}
    result = read_answer(NEW_YORK, "new_york/2031-03", [row, sound], "2031-03")
    assert [rejection.position for rejection in result.rejections] == [1]
    assert [record.external_id for record in result.records] == ["new_york/2"]
    assert all(rejection.column not in {"perp_sex", "age_group"} for rejection in result.rejections)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.csv", b"", UnexpectedShape),
        ("a.csv", b"\xff\xfe", Unreadable),
        ("a.csv", b"SOMETHING,ELSE\n1,2\n", UnexpectedShape),
        ("a.csv", b"ARREST_KEY,ARREST_DATE\n1,03/04/2031\n", UnexpectedShape),
        ("a.json", b"{}", UnexpectedShape),
        ("a.json", b"[]", UnexpectedShape),
        ("a.json", b"[1]", UnexpectedShape),
        ("a.json", b"<html>", Unreadable),
    ],
)
def test_what_is_no_table_of_a_known_city_is_not_read(name: str, content: bytes, fault: type[SourceError]) -> None:
    with pytest.raises(fault):
        read_file(PROFILES, name, content)


def test_two_files_of_one_name_are_not_two_scopes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "arrests.csv").write_text("x")
    with pytest.raises(Unreadable):
        SocrataArrests().files([tmp_path])


# The genuine export.


def test_queens_answers_6612_arrests_with_the_publishers_categories_and_no_race(samples: Path, tmp_path: Path) -> None:
    """Through GraphQL; and neither the catalogue's file nor what lies beside it has a word of the column of race."""
    with (samples / QUEENS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        shelf.hold(SocrataArrests(), samples / QUEENS)
        labels: Counter[str] = Counter()
        total = 0
        after: str | None = ""
        while after is not None:
            page = shelf.ask(
                """{ arrests(first: 100%s) { totalCount pageInfo { endCursor hasNextPage }
                nodes { event countingUnit offence { scheme code label } harmCategories jurisdictions } } }"""
                % (f', after: "{after}"' if after else "")
            ).data["arrests"]
            total = page["totalCount"]
            labels.update(node["offence"]["label"] for node in page["nodes"])
            after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
        harms = {
            harm: shelf.ask(f"{{ arrests(filter: {{ harmCategory: [{harm}] }}) {{ totalCount }} }}").data["arrests"]
            for harm in ("SEX_OFFENCE_UNSPECIFIED", "CSAM", "NCII")
        }
    assert total == len(rows) == 6612
    assert labels == Counter(row["OFNS_DESC"] for row in rows)
    assert harms == {
        "SEX_OFFENCE_UNSPECIFIED": {"totalCount": 419 + 61},
        "CSAM": {"totalCount": 2},
        "NCII": {"totalCount": 1},
    }
    races = {row["PERP_RACE"] for row in rows} - {"UNKNOWN"}
    assert len(races) == 6
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert b"FELONY ASSAULT" in content or path.suffix != ".db"
        for race in races | {"perp_race"}:
            assert race.encode() not in content


def test_a_genuine_answer_is_read(samples: Path) -> None:
    rows = json.loads((samples / "nypd-socrata/resource_rows.json").read_text())
    result = read_answer(NEW_YORK, "new_york/2024-01", rows, "2024-01")
    (arrest,) = result.records
    assert isinstance(arrest, Arrest)
    assert (arrest.external_id, arrest.harm_categories) == ("new_york/281369711", (SEX,))
    assert (result.rows, result.rejections, dict(result.unknown)) == (1, [], {})
