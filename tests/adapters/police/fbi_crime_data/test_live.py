"""The Crime Data Explorer asked live: zeros that are figures and zeros that are none, and the key seen nowhere."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from adapters.client import Secret
from adapters.errors import RateLimitError, SourceError, Unreadable
from adapters.police.fbi_crime_data import live
from adapters.police.fbi_crime_data import sandbox as fbi_crime_data_sandbox
from adapters.police.fbi_crime_data.source import FBICrimeData
from adapters.records import Statistic
from adapters.source import Batch, Demand, Scope
from adapters.vocabulary.enums import RecordType
from gateway.catalogue.write.refresh import Refresher, RefreshResult
from tests.support import live_sources
from tests.support.catalogue import shelf_at
from tests.support.clocks import ControlledClock
from tests.support.faulty_publisher import Publisher, answers
from tests.support.sandboxes import Fault, served
from tests.support.sentinel import KEY

ILLINOIS = "state/IL/240/2024"
CHICAGO, NEW_YORK, UNIVERSITY, NOBODY = (
    f"agency/{ori}/23/2024"
    for ori in (
        fbi_crime_data_sandbox.CHICAGO,
        fbi_crime_data_sandbox.NEW_YORK,
        fbi_crime_data_sandbox.UNIVERSITY,
        "IL9999999",
    )
)


class In2024(ControlledClock):
    """A clock that shows a day of November 2024."""

    def now(self) -> datetime:
        return datetime(2024, 11, 5, tzinfo=UTC)


def source_at(address: str, **options: Any) -> FBICrimeData:
    settings: dict[str, Any] = {"key": Secret(KEY), "clock": In2024(), "timeout": 1e6} | options
    return FBICrimeData(address, **settings)


def read_sandbox(name: str, app: Starlette | None = None, **options: Any) -> list[Batch]:
    return live_sources.read_sandbox(partial(source_at, **options), app or fbi_crime_data_sandbox.sandbox(KEY), name)


def figures(batches: Sequence[Batch]) -> list[Statistic]:
    return [record for batch in batches for record in batch.records if isinstance(record, Statistic)]


def test_what_is_zero_and_what_is_not_is_told_apart_through_graphql(tmp_path: Path) -> None:
    """A reporting agency's zero is 0; zeros of months without a report, and of an agency unknown, are none."""

    async def filled(source: FBICrimeData) -> RefreshResult:
        return await Refresher(shelf.holdings.database).once(source, [CHICAGO, NEW_YORK, UNIVERSITY, NOBODY])

    async def run() -> RefreshResult:
        async with served(fbi_crime_data_sandbox.sandbox(KEY)) as address:
            source = source_at(address)
            shelf.holdings.sources[source.about.name] = source
            try:
                return await filled(source)
            finally:
                await source.close()

    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        outcome = shelf.run(run())
        nodes = shelf.ask(
            """{ statistics(first: 100, filter: { metric: ARRESTS }) { nodes {
                value qualifier period { start } dimensions { name value } native { field value } } } }"""
        ).data["statistics"]["nodes"]
    assert (outcome.failed, outcome.counts.read, outcome.counts.added) == ({}, 44, 44)
    answer = {
        (dimension["value"], node["period"]["start"][5:7]): (node["value"], node["qualifier"])
        for node in nodes
        for dimension in node["dimensions"]
        if dimension["name"] == "agency"
    }
    assert answer["ILCPD0000", "02"] == ("0", "EXACT")
    assert answer["ILCPD0000", "03"] == ("19", "EXACT")
    assert {answer["IL9999999", f"{month:02}"] for month in range(1, 11)} == {(None, "UNKNOWN")}
    assert answer["NY0303000", "06"][1] == "EXACT"
    assert {answer["NY0303000", f"{month:02}"] for month in range(7, 11)} == {(None, "NOT_REPORTED")}
    assert answer["IL0101600", "01"] == ("1", "EXACT")
    assert answer["IL0101600", "02"] == (None, "UNKNOWN")
    # After the publisher's last month with data nobody has reported, whoever it is.
    assert {answer[ori, "11"] for ori in ("ILCPD0000", "IL9999999", "NY0303000")} == {(None, "NOT_REPORTED")}
    assert [value for value, _ in answer.values()].count("0") == 1


def test_a_state_is_read_as_the_year_has_come_so_far() -> None:
    statistics = figures(read_sandbox(ILLINOIS))
    assert [figure.period.start.month for figure in statistics if figure.period and figure.period.start] == list(
        range(1, 12)
    )
    assert {figure.jurisdictions for figure in statistics} == {("US-IL",)}
    assert [figure.external_id for figure in statistics if figure.value is None] == ["state/IL/240/2024-11/2024-10-15"]


def test_a_year_that_is_over_is_read_whole() -> None:
    batches = read_sandbox("national/all/2023")
    assert len(figures(batches)) == 12
    assert "API_KEY=REDACTED" in batches[0].origin.location
    assert "to=12-2023" in batches[0].origin.location


def test_by_sex_a_state_is_read_and_what_is_told_by_race_stays_where_it_is() -> None:
    batches = read_sandbox("state/IL/240/2024/sex")
    assert {figure.dimensions[2].value for figure in figures(batches)} == {"Female", "Male"}
    assert sum(batch.out_of_scope for batch in batches) == 4
    assert "Black" not in repr(batches)
    assert "type=totals" in batches[0].origin.location


def test_without_a_year_the_newest_is_meant() -> None:
    async def run() -> list[Scope]:
        async with served(fbi_crime_data_sandbox.sandbox(KEY)) as address:
            source = source_at(address)
            try:
                return list(await source.current(["national/23", "state/IL/240/2021"]))
            finally:
                await source.close()

    newest, illinois = asyncio.run(run())
    assert (newest.name, newest.start, newest.end) == ("national/23/2024", date(2024, 1, 1), date(2025, 1, 1))
    assert (illinois.name, illinois.jurisdictions) == ("state/IL/240/2021", ("US-IL",))


def test_a_question_needs_the_sexual_offences_of_the_places_it_names() -> None:
    def names(**conditions: Any) -> list[str]:
        demand = Demand(record=RecordType.STATISTIC, start=date(2023, 8, 15), end=date(2024, 2, 1), **conditions)
        return [scope.name for scope in FBICrimeData().scopes(demand)]

    assert names() == [f"national/{offence}/{year}" for offence in ("20", "23", "240") for year in (2023, 2024)]
    assert names(jurisdictions=("US-IL",))[0] == "state/IL/20/2023"
    assert names(agencies=("us.nypd",))[0] == "agency/NY0303000/20/2023"
    assert names(agencies=("kr.knpa",)) == names(jurisdictions=("KR",)) == []
    assert list(FBICrimeData().scopes(Demand(record=RecordType.STATISTIC))) == []


def test_there_are_no_files(tmp_path: Path) -> None:
    assert FBICrimeData().files([]) == ()
    with pytest.raises(Unreadable):
        FBICrimeData().files([tmp_path])


def test_the_key_is_encoded_once_and_stands_in_the_query() -> None:
    async def run() -> None:
        async with Publisher(answers(b'{"message": "no"}', status=400)) as publisher:
            source = source_at(publisher.address)
            with pytest.raises(SourceError):
                await live_sources.read(source, ILLINOIS)
            await source.close()
        (request,) = publisher.requests
        assert request.path == "/arrest/state/IL/240"
        assert dict(request.query) == {"type": "counts", "from": "01-2024", "to": "11-2024", "API_KEY": KEY}

    asyncio.run(run())


# The publisher at fault.


def failing(name: str, fault: Fault | None = None, app: Starlette | None = None, **options: Any) -> SourceError:
    return live_sources.sandbox_error(
        partial(source_at, **options), app or fbi_crime_data_sandbox.sandbox(KEY), name, fault
    )


@live_sources.faults
def test_a_fault_of_the_publisher_has_its_code(fault: Fault, code: str) -> None:
    options: dict[str, Any] = {"timeout": 0.3, "clock": None} if fault == "hang" else {}
    assert failing(ILLINOIS, fault, **options).code == code


def test_without_a_key_or_with_a_wrong_one_nobody_is_asked_or_the_gate_refuses() -> None:
    app = fbi_crime_data_sandbox.sandbox(KEY)
    assert failing(ILLINOIS, app=app, key=None).code == "UNAUTHORISED"
    assert app.state.calls == 0
    # The gate puts the key that it does not know into what it says.
    assert failing(ILLINOIS, app=fbi_crime_data_sandbox.sandbox("another-key-altogether")).code == "UNAUTHORISED"


@pytest.mark.parametrize("status", [200, 403, 429])
def test_an_allowance_that_is_used_up_is_told_by_its_code_whatever_the_status(status: int) -> None:
    async def run() -> SourceError:
        body = b'{"error": {"code": "OVER_RATE_LIMIT", "message": "You have exceeded your rate limit."}}'
        async with Publisher(answers(body, status=status)) as publisher:
            source = source_at(publisher.address, timeout=30.0)
            with pytest.raises(SourceError) as caught:
                await live_sources.read(source, ILLINOIS)
            await source.close()
        assert len(publisher.requests) == 1
        return caught.value

    failure = asyncio.run(run())
    assert isinstance(failure, RateLimitError)
    assert failure.retry_after == 3_600


def test_the_allowance_of_an_hour_is_obeyed() -> None:
    """No hour sees more calls than a key may make; the sandbox refuses the first one beyond."""
    (rate,) = live.RATES
    assert rate.burst + rate.calls <= live.AN_HOUR
    clock = In2024()
    app = fbi_crime_data_sandbox.sandbox(KEY, hourly=1, clock=clock.time)
    assert len(figures(read_sandbox(ILLINOIS, app, clock=clock))) == 11
    assert failing(ILLINOIS, app=app, timeout=30.0).code == "RATE_LIMITED"
    assert (app.state.calls, app.state.refusals) == (1, 1)


def test_a_year_to_come_is_not_asked_for() -> None:
    app = fbi_crime_data_sandbox.sandbox(KEY)
    assert failing("national/23/2025", app=app).code == "REFUSED"
    assert app.state.calls == 0


def test_a_question_that_the_publisher_refuses_is_refused() -> None:
    assert failing("state/WY/23/2024").code == "REFUSED"
