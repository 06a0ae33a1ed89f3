"""Crimes without a Crime ID: each is a record, and archive and interface name them so that none counts twice."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.police.uk_police import SEPARATOR
from adapters.police.uk_police.archive import read_file
from adapters.police.uk_police.columns import CATEGORIES, STREET
from adapters.police.uk_police.objects import read_answer
from adapters.records import Case, Record
from tests.adapters.police.uk_police.test_archive import csv_file

AREA = "51.5,-0.1/2024-06/street"

categories = st.sampled_from(["anti-social-behaviour", "drugs", "robbery"])
points = st.sampled_from([("51.500300", "0.003574"), ("51.511663", "0.017994"), ("51.5", "-0.1")])
outcomes = st.sampled_from([None, "Under investigation", "Suspect charged"])
crimes = st.lists(
    st.builds(
        lambda category, point, outcome, location_type: crime(category, point, outcome, location_type),
        categories,
        points,
        outcomes,
        st.sampled_from(["Force", "BTP"]),
    ),
    max_size=12,
)


def crime(category: str, point: tuple[str, str], outcome: str | None, location_type: str) -> dict[str, Any]:
    """An object of the interface, without an id."""
    return {
        "category": category,
        "location_type": location_type,
        "location": {"latitude": point[0], "street": {"id": 1, "name": "North Greenwich"}, "longitude": point[1]},
        "context": "",
        "outcome_status": {"category": outcome, "date": "2024-07"} if outcome else None,
        "persistent_id": "",
        "id": 35254280,
        "location_subtype": "",
        "month": "2024-06",
    }


def archived(items: list[dict[str, Any]], force: str, name: str) -> list[Record]:
    """The same crimes in a force's file, which states more of them."""
    rows = [
        {
            "Month": item["month"],
            "Reported by": name,
            "Falls within": name,
            "Longitude": f"{float(item['location']['longitude']):.6f}",
            "Latitude": f"{float(item['location']['latitude']):.6f}",
            "Location": "On or near North Greenwich (Lu Station)",
            "LSOA code": f"E0100{number}",
            "Crime type": CATEGORIES[item["category"]],
            "Last outcome category": (item["outcome_status"] or {"category": ""})["category"],
        }
        for number, item in enumerate(items)
    ]
    return read_file(f"2024-06-{force}-street.csv", csv_file(STREET, rows)).records


def ids(records: list[Record]) -> list[str]:
    return sorted(record.external_id for record in records)


def statuses(records: list[Record]) -> dict[str, str]:
    return {record.external_id: record.status for record in records if isinstance(record, Case)}


@given(crimes, st.randoms(use_true_random=False))
def test_each_row_is_a_record_whose_id_no_order_of_the_rows_changes(items: list[Any], random: Random) -> None:
    result = read_answer(AREA, items)
    assert (result.rows, len(result.records)) == (len(items), len({record.id for record in result.records}))
    assert len(result.records) == len(items)
    shuffled = list(items)
    random.shuffle(shuffled)
    assert statuses(read_answer(AREA, shuffled).records) == statuses(result.records)


@given(crimes, st.randoms(use_true_random=False))
def test_crimes_of_the_transport_police_have_one_id_in_the_archive_and_live(items: list[Any], random: Random) -> None:
    transport = [item | {"location_type": "BTP"} for item in items]
    records = read_answer(AREA, transport).records
    random.shuffle(transport)
    assert statuses(archived(transport, "btp", "British Transport Police")) == statuses(records)


@given(crimes)
def test_crimes_of_another_force_are_in_the_groups_that_the_interface_states(items: list[Any]) -> None:
    """The interface names no force, and two forces may report like crimes at one point: they stay apart."""
    local = [item | {"location_type": "Force"} for item in items]
    records = read_answer(AREA, local).records
    forces = [archived(local, "metropolitan", "Metropolitan Police Service")]
    forces.append(archived(local, "city-of-london", "City of London Police"))
    for one in forces:
        assert {group(record) for record in one} == {group(record) for record in records}
        assert len(one) == len(records)
    assert not {*ids(forces[0])} & {*ids(forces[1])}
    assert not {*ids(records)} & {*ids(forces[0])}


def group(record: Record) -> str:
    return record.external_id.partition(SEPARATOR)[0]


def test_a_station_and_a_street_at_one_point_are_two_groups() -> None:
    point = ("51.5", "-0.1")
    station, street = (crime("drugs", point, None, location_type) for location_type in ("BTP", "Force"))
    assert len({group(record) for record in read_answer(AREA, [station, street]).records}) == 2


@pytest.mark.parametrize("number", [1, 2])
def test_two_equal_rows_are_two_records(number: int) -> None:
    item = crime("anti-social-behaviour", ("51.5", "-0.1"), None, "Force")
    assert len(read_answer(AREA, [item] * number).records) == number
