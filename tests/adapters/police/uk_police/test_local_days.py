"""Stops have the day and the month of the clocks in London, in summer too, however their time is written."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.police.uk_police.archive import read_file
from adapters.police.uk_police.columns import STOPS
from adapters.police.uk_police.objects import read_answer
from adapters.records import Arrest
from adapters.source import Rejection
from tests.adapters.police.uk_police.test_archive import csv_file
from tests.adapters.police.uk_police.test_live import STOP

LONDON = ZoneInfo("Europe/London")
REJECTION = Rejection(position=1, reason="is of another month", column="Date")

moments = st.datetimes(
    datetime(2010, 12, 1),  # noqa: DTZ001 - the zone follows
    datetime(2035, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
midnights = st.builds(
    lambda day, minutes: (
        datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC) + timedelta(minutes=minutes)
    ),
    st.builds(lambda day: day.date().replace(day=1), moments),
    st.integers(-90, 90),
)


def archived(month: str, time: str) -> Any:
    row = {"Date": time, "Outcome": "Arrest", "Type": "Person search"}
    return read_file(f"{month}-metropolitan-stop-and-search.csv", csv_file(STOPS, [row]))


def live(month: str, time: str) -> Any:
    return read_answer(f"metropolitan/{month}/stop-and-search", [STOP | {"datetime": time}])


@pytest.mark.parametrize("read", [archived, live])
@pytest.mark.parametrize("time", ["2024-06-01T00:30:00+01:00", "2024-05-31T23:30:00+00:00"])
def test_a_stop_after_midnight_in_summer_is_of_the_local_day_and_month(read: Any, time: str) -> None:
    """As the publisher has it: its answer for London in September 2024 begins at 2024-08-31T23:05:00+00:00."""
    (arrest,) = read("2024-06", time).records
    assert isinstance(arrest, Arrest)
    assert arrest.happened is not None
    assert (f"{arrest.happened.start}", f"{arrest.happened.end}") == ("2024-06-01", "2024-06-02")
    assert arrest.happened.timezone == "Europe/London"
    assert arrest.occurred_at == datetime(2024, 5, 31, 23, 30, tzinfo=UTC)
    assert arrest.external_id.startswith("2024-06-01/")
    assert read("2024-05", time).rejections == [REJECTION]


@pytest.mark.parametrize("read", [archived, live])
def test_the_offset_in_which_a_time_is_written_is_no_part_of_a_stops_identity(read: Any) -> None:
    one, other = (
        read("2024-06", f"2024-06-01T{hour}:30:00{offset}") for hour, offset in (("02", "+01:00"), ("01", "Z"))
    )
    assert one.records == other.records


@given(moments | midnights, st.integers(-12, 14), st.sampled_from([archived, live]))
def test_a_stop_is_of_exactly_one_month_that_of_the_local_day(moment: datetime, hours: int, read: Any) -> None:
    """Wherever the offset that the time is written with would put it."""
    local = moment.astimezone(LONDON)
    written = (moment + timedelta(hours=hours)).strftime(
        f"%Y-%m-%dT%H:%M:%S{'-' if hours < 0 else '+'}{abs(hours):02}:00"
    )
    (arrest,) = read(f"{local:%Y-%m}", written).records
    assert arrest.happened.start == local.date()
    assert arrest.occurred_at == moment
    for other in {f"{moment:%Y-%m}", written[:7]} - {f"{local:%Y-%m}"}:
        assert read(other, written).rejections == [REJECTION]
