"""data.police.uk: what its archive says, and what of it is kept."""

import csv
import io
from collections import Counter
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document import ReadResult
from adapters.errors import SourceError, UnexpectedShape, Unreadable
from adapters.police.uk_police.archive import read_file
from adapters.police.uk_police.cases import STATUSES
from adapters.police.uk_police.columns import OUTCOMES, STOPS, STREET
from adapters.police.uk_police.source import UKPolice
from adapters.police.uk_police.values import CRIME_ID
from adapters.records import Arrest, Case, Reference, StatusEvent
from adapters.vocabulary.enums import CaseStatus, HarmCategory, Precision

EXAMPLES = Path(__file__).parents[3] / "examples" / "uk_police"
STREET_FILE = "2031-01-city-of-london-street.csv"
STOPS_FILE = "2031-01-city-of-london-stop-and-search.csv"
OUTCOMES_FILE = "2031-01-city-of-london-outcomes.csv"


def example(name: str) -> ReadResult:
    return read_file(name, (EXAMPLES / "2031-01" / name).read_bytes())


def csv_file(columns: tuple[str, ...], rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def street(**cells: str) -> dict[str, str]:
    usual = {"Month": "2031-01", "Reported by": "City of London Police", "Falls within": "City of London Police"}
    return usual | {"Crime type": "Shoplifting", "Crime ID": "c1"} | cells


def balanced(result: ReadResult) -> bool:
    parts = len(result.records) + result.merged + result.out_of_scope + len(result.rejections)
    return result.rows == parts


def test_a_crime_becomes_a_case_with_the_publishers_words_beside_ours() -> None:
    case = next(record for record in example(STREET_FILE).records if record.external_id.endswith("2"))
    assert isinstance(case, Case)
    assert case.status is CaseStatus.UNDER_INVESTIGATION
    assert ("status", "Under investigation", 0) in [(t.field, t.value, t.row) for t in case.native]
    assert case.offence is not None
    assert case.offence.label == "Violence and sexual offences"
    assert case.agency == "gb.city-of-london-police"
    assert case.jurisdictions == ("GB-ENG",)
    assert case.references == (Reference(CRIME_ID, case.external_id),)
    assert case.opened is not None
    assert (str(case.opened.start), str(case.opened.end)) == ("2031-01-01", "2031-02-01")
    assert case.opened.precision is Precision.MONTH


def test_violence_and_sexual_offences_are_never_sex_offences() -> None:
    harms = Counter(harm for record in example(STREET_FILE).records for harm in record.harm_categories)  # type: ignore[attr-defined]  # all are cases
    assert harms == {HarmCategory.VIOLENCE_OR_SEX_OFFENCE: 1, HarmCategory.OTHER: 3}


def test_rows_of_one_crime_are_one_case_and_all_that_differs_is_kept() -> None:
    result = example(STREET_FILE)
    case = next(record for record in result.records if record.external_id.endswith("1") and "aaaa" in record.id)
    assert isinstance(case, Case)
    assert (result.rows, result.merged, len(result.records)) == (5, 1, 4)
    assert case.status is CaseStatus.OUT_OF_COURT
    assert case.place is not None
    assert case.place.name == "On or near Example Lane"
    outcomes = {(term.row, term.value) for term in case.native if term.field == "status"}
    assert outcomes == {(0, "Offender given a caution"), (1, "Status update unavailable")}


def test_equal_incidents_without_an_id_stay_apart() -> None:
    incidents = [record for record in example(STREET_FILE).records if not record.references]
    assert len({record.id for record in incidents}) == len(incidents) == 2


rows_of_a_crime = st.lists(
    st.builds(
        lambda outcome, place: street(**{"Last outcome category": outcome}, **place),
        st.sampled_from([*STATUSES, ""]),
        st.sampled_from(
            [{}, {"Longitude": "-0.1", "Latitude": "51.5", "Location": "A"}, {"Longitude": "-0.2", "Latitude": "51.6"}]
        ),
    ),
    min_size=1,
    max_size=6,
)


@given(rows_of_a_crime, st.randoms(use_true_random=False))
def test_the_most_definite_status_wins_whatever_the_order_of_the_rows(
    rows: list[dict[str, str]], random: object
) -> None:
    one = read_file(STREET_FILE, csv_file(STREET, rows))
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands over a random.Random
    other = read_file(STREET_FILE, csv_file(STREET, shuffled))
    assert msgspec.to_builtins(one.records) == msgspec.to_builtins(other.records)
    (case,) = one.records
    assert isinstance(case, Case)
    statuses = [STATUSES.get(row["Last outcome category"], CaseStatus.UNKNOWN) for row in rows]
    assert case.status.definiteness == max(status.definiteness for status in statuses)
    assert one.merged == len(rows) - 1


def test_each_outcome_row_is_an_event_even_where_all_columns_are_equal() -> None:
    events = example(OUTCOMES_FILE).records
    assert all(isinstance(event, StatusEvent) for event in events)
    assert len({event.id for event in events}) == 3
    assert Counter(event.references[0].value[-1] for event in events) == {"1": 1, "2": 2}


def test_only_stops_that_ended_in_an_arrest_are_kept() -> None:
    result = example(STOPS_FILE)
    assert (result.rows, len(result.records), result.out_of_scope) == (4, 2, 2)
    assert not result.unknown


def test_who_was_stopped_is_no_part_of_an_arrests_identity() -> None:
    first, second = example(STOPS_FILE).records
    assert first.external_id[:-1] == second.external_id[:-1]
    assert (first.external_id[-1], second.external_id[-1]) == ("1", "2")


def test_ethnicity_is_nowhere_and_age_and_gender_only_in_their_classed_attributes() -> None:
    arrests = example(STOPS_FILE).records
    assert "Invented" not in repr(arrests)
    first = arrests[0]
    assert isinstance(first, Arrest)
    assert (first.age_band, first.gender, first.is_minor) == ("10-17", "Female", True)
    rest = msgspec.structs.replace(first, age_band=None, gender=None, is_minor=None)
    assert not {"10-17", "Female"} & set(msgspec.json.encode(rest).decode().split('"'))


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Longitude": "east", "Latitude": "51"}, "Longitude"),
        ({"Longitude": "181", "Latitude": "51"}, "Longitude"),
        ({"Longitude": "0", "Latitude": "NaN"}, "Latitude"),
        ({"Month": "2031-02"}, "Month"),
        ({"Month": ""}, "Month"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_with_its_place_and_column(cells: dict[str, str], column: str) -> None:
    result = read_file(STREET_FILE, csv_file(STREET, [street(), street(**cells)]))
    assert [(r.position, r.column) for r in result.rejections] == [(2, column)]
    assert balanced(result)


def test_codes_that_the_crosswalk_lacks_are_counted_and_never_guessed() -> None:
    strange = street(**{"Crime type": "Piracy", "Last outcome category": "Keelhauled", "Reported by": "Admiralty"})
    result = read_file(STREET_FILE, csv_file(STREET, [strange, strange]))
    (case,) = result.records
    assert isinstance(case, Case)
    assert (case.status, case.harm_categories, case.agency) == (CaseStatus.UNKNOWN, (HarmCategory.OTHER,), None)
    assert result.unknown["status", "Keelhauled"] == 2
    assert {field for field, _ in result.unknown} == {"status", "harm_categories", "agency"}


@pytest.mark.parametrize(("name", "columns"), [(STREET_FILE, STREET), (OUTCOMES_FILE, OUTCOMES), (STOPS_FILE, STOPS)])
def test_a_file_without_a_promised_column_is_refused_by_the_columns_name(name: str, columns: tuple[str, ...]) -> None:
    for missing in columns:
        rest = tuple(column for column in columns if column != missing)
        with pytest.raises(UnexpectedShape, match=missing.replace("(", r"\(")):
            read_file(name, csv_file(rest, []))


@given(st.binary(max_size=400), st.sampled_from([STREET_FILE, OUTCOMES_FILE, STOPS_FILE]))
def test_any_bytes_are_read_or_refused_and_every_row_is_accounted_for(content: bytes, name: str) -> None:
    columns = {STREET_FILE: STREET, OUTCOMES_FILE: OUTCOMES, STOPS_FILE: STOPS}[name]
    for whole in (content, csv_file(columns, []) + content):
        with suppress(SourceError):
            assert balanced(read_file(name, whole))


def test_files_are_scopes_by_force_month_and_kind() -> None:
    scopes = list(UKPolice().files([EXAMPLES]))
    assert sorted(scope.name for scope in scopes) == [
        "city-of-london/2031-01/outcomes",
        "city-of-london/2031-01/stop-and-search",
        "city-of-london/2031-01/street",
    ]
    assert {str(scope.start) for scope in scopes} == {"2031-01-01"}


def test_a_file_of_another_name_is_refused_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "crimes.csv").write_text("x")
    with pytest.raises(Unreadable, match=r"^crimes\.csv: the file name") as error:
        list(UKPolice().files([tmp_path]))
    assert str(tmp_path) not in str(error.value)


def test_an_unknown_force_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2031-01-atlantis-street.csv").write_text("x")
    with pytest.raises(Unreadable, match="atlantis"):
        list(UKPolice().files([tmp_path]))


def test_the_city_of_london_archive_reads_as_its_rows_say(samples: Path) -> None:
    """16,832 rows: 12,838 cases (11,242 with a Crime ID), 848 arrests, 144 merged, 3,002 out of scope, 0 rejected."""
    readings = [
        read_file(scope.path.name, scope.path.read_bytes())
        for scope in UKPolice().files([samples / "data-police-uk" / "archive_csv"])
        if scope.path is not None
    ]
    records = [record for result in readings for record in result.records]
    cases = [record for record in records if isinstance(record, Case)]
    assert sum(result.rows for result in readings) == 16_832
    assert len(cases) == 12_838
    assert sum(bool(case.references) for case in cases) == 11_242
    assert sum(isinstance(record, Arrest) for record in records) == 848
    assert sum(result.merged for result in readings) == 144
    assert sum(result.out_of_scope for result in readings) == 3_002
    assert not any(result.rejections or result.unknown for result in readings)
    assert len({record.id for record in records}) == len(records)


def test_genuine_outcomes_are_known_and_repeat_a_crime_per_suspect(samples: Path) -> None:
    content = (samples / "data-police-uk" / "2023-09-city-of-london-outcomes.excerpt.csv").read_bytes()
    result = read_file("2023-09-city-of-london-outcomes.csv", content)
    assert result.rows == len(result.records) == len({record.id for record in result.records}) > 0
    assert not result.unknown
    assert max(Counter(record.references for record in result.records).values()) == 3
