"""Arrests of the Crime Data Explorer, read: a zero is one only where somebody reported."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import NotFound, UnexpectedShape, Unreadable
from adapters.figures import TOTAL
from adapters.police.fbi_crime_data.codes import CODES, parse_scope_name
from adapters.police.fbi_crime_data.figures import classify_count, figures, figures_by_sex, parse_release
from adapters.records import Dimension, Statistic
from adapters.vocabulary.enums import Aggregation, ArrestEvent, HarmCategory, Metric, Qualifier, Unit

EXAMPLES = Path(__file__).parents[3] / "examples" / "fbi_crime_data"
EXACT, NOT_REPORTED, UNKNOWN = Qualifier.EXACT, Qualifier.NOT_REPORTED, Qualifier.UNKNOWN


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text(), parse_float=Decimal)


def count_by_month(name: str, payload: Any) -> dict[str, tuple[Decimal | None, Qualifier]]:
    """By month, the value of the figures and how it is meant."""
    result = figures(parse_scope_name(name), payload)
    assert not result.rejections
    assert result.rows == len(result.records)
    return {
        f"{record.period.start:%m}": (record.value, record.qualifier)
        for record in result.records
        if isinstance(record, Statistic) and record.period and record.period.start
    }


def test_a_state_has_a_figure_for_each_month() -> None:
    result = figures(parse_scope_name("state/IL/240/2031"), example("state"))
    first = result.records[0]
    assert isinstance(first, Statistic)
    assert (first.metric, first.unit, first.event) == (Metric.ARRESTS, Unit.OTHER, ArrestEvent.ARRESTED)
    assert (first.value, first.qualifier, first.aggregation) == (Decimal(41), EXACT, Aggregation.SUM)
    assert (first.jurisdictions, first.agency) == (("US-IL",), None)
    assert first.harm_categories == (HarmCategory.SEX_OFFENCE_UNSPECIFIED,)
    assert first.dimensions == (
        Dimension("agency", TOTAL),
        Dimension("offence", "Sex Offenses"),
        Dimension("sex", TOTAL),
    )
    assert first.period is not None
    assert (first.period.start, first.period.end) == (date(2031, 1, 1), date(2031, 2, 1))
    assert (first.stated_at, first.released_at) == (date(2031, 5, 15), date(2031, 5, 15))
    assert first.external_id == "state/IL/240/2031-01/2031-05-15"


def test_a_zero_of_an_agency_that_reports_is_zero_and_others_are_no_figure() -> None:
    assert count_by_month("agency/ILCPD0000/23/2031", example("agency")) == {
        "01": (Decimal(7), EXACT),
        "02": (Decimal(0), EXACT),
        "03": (None, NOT_REPORTED),
        "04": (Decimal(5), EXACT),
        "05": (None, NOT_REPORTED),
        "06": (None, NOT_REPORTED),
    }


def test_an_agency_that_the_publisher_does_not_know_has_no_zeros() -> None:
    assert set(count_by_month("agency/XX0000000/23/2031", example("unknown")).values()) == {(None, UNKNOWN)}


def test_the_publishers_number_stands_beside_ours() -> None:
    (february,) = (
        record
        for record in figures(parse_scope_name("agency/XX0000000/23/2031"), example("unknown")).records
        if record.external_id.startswith("agency/XX0000000/23/2031-02")
    )
    assert {term.field: term.value for term in february.native}["value"] == "0"
    assert isinstance(february, Statistic)
    assert (february.jurisdictions, february.dimensions[0]) == (("US",), Dimension("agency", "XX0000000"))


@given(
    st.none() | st.integers(0, 9),
    st.none() | st.integers(0, 9),
    st.none() | st.integers(0, 9),
    st.booleans(),
)
def test_a_zero_stands_only_where_somebody_took_part(
    number: int | None, population: int | None, participants: int | None, has_data: bool
) -> None:
    _, value, qualifier = classify_count(number, population, participants, has_data=has_data)
    assert (value is None) == (qualifier is not EXACT)
    if value == 0:
        assert participants
        assert has_data
    if number and has_data:
        assert value == number
    if not has_data:
        assert qualifier is NOT_REPORTED


def test_a_later_release_is_a_record_of_its_own_and_of_the_same_series() -> None:
    payload = example("state")
    later = {**payload, "cde_properties": {"max_data_date": {"UCR": "06/2031"}, "last_refresh_date": {}}}
    one, two = (figures(parse_scope_name("state/IL/240/2031"), each).records[0] for each in (payload, later))
    assert isinstance(one, Statistic)
    assert isinstance(two, Statistic)
    assert one.series_key == two.series_key
    assert (two.external_id, two.stated_at, two.released_at) == (
        "state/IL/240/2031-01/2031-06",
        date(2031, 6, 30),
        None,
    )


def test_the_sum_of_all_offences_is_a_total_and_of_no_harm() -> None:
    name = "national/all/2031"
    payload = example("state")
    whole = {**payload, "actuals": {"United States Arrests": {"01-2031": 9}}}
    (figure,) = figures(parse_scope_name(name), whole).records
    assert isinstance(figure, Statistic)
    assert {dimension.value for dimension in figure.dimensions} == {TOTAL}
    assert (figure.harm_categories, figure.jurisdictions) == ((), ("US",))


TOTALS: dict[str, Any] = {
    "Arrestee Sex": {"Male": 716, "Female": 66, "Unspecified": 0},
    "Arrestee Race": {"one": 1, "another": 2},
    "Male Arrests By Age": {"18-24": 3},
    "cde_properties": {"max_data_date": {"UCR": "05/2031"}, "last_refresh_date": {}},
}


def test_by_sex_a_year_is_told_as_far_as_it_has_come_and_nothing_by_race() -> None:
    result = figures_by_sex(parse_scope_name("state/IL/240/2031/sex"), TOTALS, date(2031, 8, 1))
    assert (result.rows, result.out_of_scope, len(result.records)) == (6, 3, 3)
    assert result.unknown == {("dimensions", "Unspecified"): 1}
    by_sex = {record.dimensions[2].value: record for record in result.records if isinstance(record, Statistic)}
    assert {sex: (figure.value, figure.qualifier) for sex, figure in by_sex.items()} == {
        "Female": (Decimal(66), EXACT),
        "Male": (Decimal(716), EXACT),
        "Unspecified": (None, UNKNOWN),
    }
    male = by_sex["Male"]
    assert male.period is not None
    assert (male.period.start, male.period.end) == (date(2031, 1, 1), date(2031, 6, 1))
    assert male.external_id == "state/IL/240/2031-01..2031-05/2031-05/Male"


def test_by_sex_a_year_without_data_is_not_found_and_another_shape_is_refused() -> None:
    with pytest.raises(NotFound):
        figures_by_sex(parse_scope_name("national/23/2032/sex"), TOTALS, date(2032, 1, 1))
    others: list[Any] = [None, {}, {"Arrestee Sex": []}]
    for payload in others:
        with pytest.raises(UnexpectedShape):
            figures_by_sex(parse_scope_name("national/23/2031/sex"), payload, date(2031, 1, 1))
    result = figures_by_sex(
        parse_scope_name("national/23/2031/sex"), {**TOTALS, "Arrestee Sex": {"Male": "x", "\0": 1}}, date(2031, 5, 1)
    )
    assert (len(result.records), len(result.rejections), result.out_of_scope, result.rows) == (0, 2, 3, 5)


def test_known_agencies_are_named_and_others_told_by_their_number() -> None:
    agency_figure, other = (
        figures(parse_scope_name(f"agency/{ori}/23/2031"), example("agency")).records[0]
        for ori in ("ILCPD0000", "NB0010000")
    )
    assert isinstance(agency_figure, Statistic)
    assert isinstance(other, Statistic)
    assert (agency_figure.agency, agency_figure.jurisdictions) == ("us.chicago-police", ("US-IL",))
    assert (other.agency, other.jurisdictions) == (None, ("US-NE",))
    assert agency_figure.series_key != other.series_key


@pytest.mark.parametrize(
    ("month", "count"),
    [
        ("13-2031", 1),
        ("2031-01", 1),
        ("01-2030", 1),
        ("01-2031", True),
        ("01-2031", "1"),
        ("01-2031", -1),
        ("01-2031", 10**12),
        ("01-2031", Decimal("1.5")),
        ("01-2031", [1]),
    ],
)
def test_a_month_of_another_shape_is_rejected_and_the_rest_is_read(month: str, count: Any) -> None:
    payload = {**example("state"), "actuals": {"Illinois Arrests": {month: count, "02-2031": 3}}}
    result = figures(parse_scope_name("state/IL/240/2031"), payload)
    assert (result.rows, len(result.records), len(result.rejections)) == (2, 1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"actuals": []},
        {"actuals": {"Illinois Arrests": []}},
        {"actuals": {"Illinois Arrests": {}, "Indiana Arrests": {}}},
        {"cde_properties": None},
        {"cde_properties": {"max_data_date": {}}},
        {"cde_properties": {"max_data_date": {"UCR": "2031-05"}}},
    ],
)
def test_an_answer_of_another_shape_is_refused(change: Mapping[str, Any]) -> None:
    with pytest.raises(UnexpectedShape):
        figures(parse_scope_name("state/IL/240/2031"), {**example("state"), **change})


@pytest.mark.parametrize("payload", [None, [], "x", {}, {"error": "something else"}])
def test_what_is_no_answer_is_refused(payload: object) -> None:
    with pytest.raises(UnexpectedShape):
        figures(parse_scope_name("state/IL/240/2031"), payload)


@pytest.mark.parametrize("actuals", [None, {}, {"United States Arrests": {"01-2031": 0}}, {"Illinois Clearances": {}}])
def test_what_has_no_counts_is_not_found_rather_than_empty(actuals: Any) -> None:
    """Also where the nation's counts stand in place of the agency's."""
    with pytest.raises(NotFound):
        figures(parse_scope_name("agency/ILCPD0000/23/2031"), {**example("agency"), "actuals": actuals})


@pytest.mark.parametrize(
    "name",
    [
        "",
        "national",
        "national/24/2031",
        "national/23/31",
        "national/23/1984",
        "state/il/23/2031",
        "state/ZZ/23/2031",
        "agency/IL/23/2031",
        "agency/ILCPD0000/23/2031/race",
        "agency/ILCPD0000/23/2031/sex",
        "national/23/2031/../x",
    ],
)
def test_a_name_that_means_nothing_is_refused(name: str) -> None:
    with pytest.raises(Unreadable):
        parse_scope_name(name)


def test_the_genuine_properties_and_codes_are_those_that_are_known(samples: Path) -> None:
    for name in (
        "arrest_totals.test-payload",
        "mock_response_get_agency_metrics",
        "mock_response_get_crime_statistics",
    ):
        payload = json.loads((samples / f"fbi-cde/{name}.json").read_text())
        assert parse_release(name, payload).newest_month >= date(2026, 2, 1)
    totals = json.loads((samples / "fbi-cde/arrest_totals.test-payload.json").read_text())
    assert (parse_release("totals", totals).name, parse_release("totals", totals).as_of) == (
        "2026-03",
        date(2026, 3, 31),
    )
    result = figures_by_sex(parse_scope_name("national/23/2025/sex"), totals, date(2025, 12, 1))
    assert [record.value for record in result.records if isinstance(record, Statistic)] == [Decimal(66), Decimal(716)]
    assert (result.rows, result.out_of_scope) == (2, 0)
    codes = json.loads((samples / "fbi-cde/arrest_offense_codes.json").read_text())
    assert codes == CODES.offences


def test_genuine_populations_tell_who_took_part(samples: Path) -> None:
    """The recorded answer is about offences; populations and properties are those of every answer."""
    recorded = json.loads((samples / "fbi-cde/mock_response_get_crime_statistics.json").read_text())
    months = recorded["populations"]["population"]["Chicago Police Department"]
    payload = {**recorded, "actuals": {"Chicago Police Department Arrests": dict.fromkeys(months, 0)}}
    assert set(count_by_month("agency/ILCPD0000/23/2024", payload).values()) == {(Decimal(0), EXACT)}
