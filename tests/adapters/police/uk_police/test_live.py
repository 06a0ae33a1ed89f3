"""data.police.uk asked live: what its sandbox answers becomes the same records as the archive's rows."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.errors import NotFound, SourceError, Unreadable
from adapters.police.uk_police import sandbox as uk_police_sandbox
from adapters.police.uk_police.archive import read_file
from adapters.police.uk_police.objects import read_answer
from adapters.police.uk_police.source import UKPolice
from adapters.records import Arrest, Case, Record, StatusEvent
from adapters.source import ARCHIVE, LIVE, Demand
from adapters.story import AREA, CRIMES
from adapters.vocabulary.enums import CaseStatus, RecordType
from tests.support import live_sources
from tests.support.clocks import ControlledClock
from tests.support.sandboxes import Fault, Faulty, served

STREET = f"{AREA}/2024-09/street"
PERSONAL = ("gender", "age_range", "self_defined_ethnicity", "officer_defined_ethnicity")


async def read(source: UKPolice, name: str) -> tuple[list[Record], int, int]:
    """The records of a live scope, its rows, and those out of scope."""
    (scope,) = await source.current([name])
    batches = [batch async for batch in source.read(scope, None)]
    assert batches[-1].checkpoint is None
    assert not [rejection for batch in batches for rejection in batch.rejections]
    assert not [code for batch in batches for code in batch.unknown_codes]
    records = [record for batch in batches for record in batch.records]
    return records, sum(batch.rows for batch in batches), sum(batch.out_of_scope for batch in batches)


def read_sandbox(*names: str) -> list[tuple[list[Record], int, int]]:
    """What the sandbox answers, read."""

    async def run() -> list[tuple[list[Record], int, int]]:
        async with served(uk_police_sandbox.sandbox()) as address:
            source = UKPolice(address)
            try:
                return [await read(source, name) for name in names]
            finally:
                await source.close()

    return asyncio.run(run())


def test_street_crimes_of_a_polygon_become_cases_those_without_an_id_too() -> None:
    ((cases, rows, out),) = read_sandbox(STREET)
    assert (len({case.id for case in cases}), rows, out) == (39, 39, 0)
    by_id = {case.external_id: case for case in cases if isinstance(case, Case)}
    story = [by_id[crime] for crime in CRIMES]
    assert [case.status for case in story] == [CaseStatus.CHARGED, CaseStatus.UNDER_INVESTIGATION, CaseStatus.UNKNOWN]
    assert {case.jurisdictions for case in story} == {("GB",)}
    assert {case.agency for case in story} == {None}
    assert Counter(case.agency for case in by_id.values() if not case.references) == {
        None: 6,
        "gb.british-transport-police": 6,
    }
    assert story[0].references[0].value == CRIMES[0]


def test_outcomes_become_status_events_of_the_same_crimes() -> None:
    ((cases, _, _), (events, _, _)) = read_sandbox(STREET, f"{AREA}/2024-09/outcomes")
    references = {reference for case in cases for reference in case.references}
    assert {reference for event in events for reference in event.references} <= references
    charged = [e for e in events if isinstance(e, StatusEvent) and e.references[0].value == CRIMES[0]]
    assert [event.status for event in charged] == [CaseStatus.CHARGED]


def test_a_point_is_asked_about_too() -> None:
    ((cases, rows, _),) = read_sandbox("51.505,-0.105/2024-10/street")
    assert 0 < len(cases) == rows


def test_stops_that_ended_in_an_arrest_become_arrests() -> None:
    ((arrests, rows, out),) = read_sandbox("metropolitan/2024-09/stop-and-search")
    assert (len(arrests), rows, out) == (5, 18, 13)
    assert {arrest.agency for arrest in arrests if isinstance(arrest, Arrest)} == {"gb.metropolitan-police"}


def test_without_a_month_the_newest_is_meant() -> None:
    async def run() -> list[Any]:
        async with served(uk_police_sandbox.sandbox()) as address:
            source = UKPolice(address)
            try:
                return list(await source.current(["metropolitan/stop-and-search", STREET]))
            finally:
                await source.close()

    newest, september = asyncio.run(run())
    assert (newest.name, newest.start, newest.end) == (
        "metropolitan/2024-10/stop-and-search",
        date(2024, 10, 1),
        date(2024, 11, 1),
    )
    assert (september.name, september.start) == (STREET, date(2024, 9, 1))
    assert {newest.channel, september.channel} == {LIVE} != {ARCHIVE}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "metropolitan",
        "metropolitan/2024-09/street",
        "atlantis/2024-09/stop-and-search",
        "51.5,-0.1/2024-09/stop-and-search",
        "51.5,-0.1:51.6,-0.1/2024-09/street",
        "51.5,-0.1/2024-13/street",
        "51.5/2024-09/street",
        ":".join(["51.5,-0.1"] * 500) + "/2024-09/street",
    ],
)
def test_a_name_that_means_nothing_is_refused(name: str) -> None:
    with pytest.raises(Unreadable):
        asyncio.run(UKPolice("http://127.0.0.1:9").current([name]))


def test_a_question_about_a_forces_arrests_needs_its_stops_month_by_month() -> None:
    demand = Demand(
        record=RecordType.ARREST, agencies=("gb.metropolitan-police",), start=date(2024, 8, 15), end=date(2024, 10, 1)
    )
    assert [scope.name for scope in UKPolice().scopes(demand)] == [
        "metropolitan/2024-08/stop-and-search",
        "metropolitan/2024-09/stop-and-search",
    ]
    assert list(UKPolice().scopes(Demand(record=RecordType.CASE))) == []


# The same facts from the archive are the same records.


ARCHIVED = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
    "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,"
    "Outcome linked to object of search,Removal of more than just outer clothing\r\n"
    "Person search,2024-09-03T11:20:00+00:00,,,51.500001,-0.100001,Male,18-24,,,Misuse of Drugs Act 1971 (section 23),"
    "Controlled drugs,Arrest,True,False\r\n"
)
STOP: dict[str, Any] = {
    "age_range": "18-24",
    "outcome": "Arrest",
    "involved_person": True,
    "self_defined_ethnicity": "anything",
    "gender": "Male",
    "legislation": "Misuse of Drugs Act 1971 (section 23)",
    "outcome_linked_to_object_of_search": True,
    "datetime": "2024-09-03T11:20:00+00:00",
    "removal_of_more_than_outer_clothing": False,
    "location": {
        "latitude": "51.500001",
        "street": {"id": 1, "name": "On or near Example Row"},
        "longitude": "-0.100001",
    },
    "operation": None,
    "officer_defined_ethnicity": "anything",
    "type": "Person search",
    "operation_name": None,
    "object_of_search": "Controlled drugs",
}


def test_a_stop_is_the_same_arrest_from_the_archive_and_from_the_interface() -> None:
    archived = read_file("2024-09-metropolitan-stop-and-search.csv", ARCHIVED.encode()).records
    live = read_answer("metropolitan/2024-09/stop-and-search", [STOP]).records
    assert archived == live


def test_nothing_personal_is_part_of_an_identity_and_ethnicity_is_nowhere() -> None:
    other = STOP | dict.fromkeys(PERSONAL, "something else")
    one, two = (read_answer("metropolitan/2024-09/stop-and-search", [stop]).records[0] for stop in (STOP, other))
    assert one.id == two.id
    assert "anything" not in repr(one)


def test_an_outcome_is_the_same_event_from_the_archive_and_from_the_interface() -> None:
    archived = (
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type\r\n"
        f"{CRIMES[0]},2024-09,Metropolitan Police Service,,-0.1,51.5,On or near X,E01,A,Suspect charged\r\n"
    )
    live = {
        "category": {"code": "charged", "name": "Suspect charged"},
        "date": "2024-09",
        "person_id": None,
        "crime": {"persistent_id": CRIMES[0], "location": None},
    }
    (one,) = read_file("2024-09-metropolitan-outcomes.csv", archived.encode()).records
    (two,) = read_answer(f"{AREA}/2024-09/outcomes", [live]).records
    assert one.id == two.id


@pytest.mark.parametrize("item", [None, 1, {}, STOP | {"type": 1}, STOP | {"location": 1}])
def test_an_object_of_another_shape_is_rejected_and_the_rest_is_read(item: Any) -> None:
    result = read_answer("metropolitan/2024-09/stop-and-search", [item, STOP])
    assert [rejection.position for rejection in result.rejections] == [1]
    assert len(result.records) == 1


def test_genuine_answers_are_read(samples: Path) -> None:
    crimes = json.loads((samples / "data-police-uk/crimes-street/crimes-street.2014.dev.json").read_text())
    result = read_answer("51.5,0.0/2014-08/street", crimes)
    assert (result.rows, len(result.rejections), dict(result.unknown)) == (40, 0, {})
    assert result.rows == len(result.records) + result.out_of_scope + result.merged
    stops = json.loads((samples / "data-police-uk/api_fixtures/tjcain/04-stopandsearch_test.json").read_text())
    assert read_answer("leicestershire/2017-01/stop-and-search", stops).rejections == []


# The publisher at fault.


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("outage page", "OUTAGE_PAGE"),
        ("redirect", "REDIRECTED"),
        ("oversize", "TOO_LARGE"),
        ("hang", "TIMEOUT"),
        ("error", "UNEXPECTED_SHAPE"),
    ],
)
def test_a_fault_of_the_publisher_has_its_code(fault: Fault, code: str) -> None:
    async def run() -> str:
        publisher = Faulty(uk_police_sandbox.sandbox())
        publisher.fault = fault
        async with served(publisher) as address:
            source = UKPolice(address, timeout=0.5 if fault == "hang" else 30.0)
            try:
                await read(source, STREET)
            except SourceError as exc:
                return exc.code
            finally:
                await source.close()
        return ""

    assert asyncio.run(run()) == code


@pytest.mark.parametrize("kind", ["street", "outcomes"])
def test_an_area_with_too_many_crimes_is_too_large_at_once(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(uk_police_sandbox, "LARGEST_ANSWER", 3)
    app = uk_police_sandbox.sandbox()
    name = STREET.replace("street", kind)
    error = live_sources.sandbox_error(UKPolice, app, name)
    assert (error.code, "divide the area" in str(error), app.state.calls) == ("TOO_LARGE", True, 1)


@pytest.mark.parametrize("name", ["metropolitan/2019-01/stop-and-search", "51.5,-0.1/2019-01/street"])
def test_a_month_that_the_publisher_lacks_is_not_found(name: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_sandbox(name)
    assert caught.value.code == "NOT_FOUND"


def test_the_publishers_limit_is_obeyed() -> None:
    """Both sides keep one clock that only waiting moves: what is refused was asked too soon."""

    async def run() -> tuple[int, int, Sequence[float]]:
        clock = ControlledClock()
        app = uk_police_sandbox.sandbox(clock.time)
        async with served(app) as address:
            source = UKPolice(address, clock=clock, timeout=1e6)
            try:
                for _ in range(40):
                    await source.current(["metropolitan/stop-and-search"])
            finally:
                await source.close()
        return app.state.calls, app.state.refusals, clock.sleeps

    calls, refusals, naps = asyncio.run(run())
    assert (calls, refusals) == (40, 0)
    assert sum(naps) == pytest.approx((40 - 15) / 15, abs=0.1)


def test_who_asks_faster_than_the_limit_is_refused_by_the_sandbox() -> None:
    clock = ControlledClock()
    limit = uk_police_sandbox.CallLimit(clock.time)
    assert [limit.take() for _ in range(31)] == [True] * 30 + [False]
    clock.advance(1)
    assert [limit.take() for _ in range(16)] == [True] * 15 + [False]


def test_an_empty_answer_for_a_month_that_is_not_published_yet_is_an_error() -> None:
    """Of a month up to the newest one an empty list is an answer; of a later one it is none."""

    async def answer(request: Request) -> Response:
        newest = {"date": "2024-10-01"}
        return JSONResponse(newest if request.url.path == "/crime-last-updated" else [])

    async def run() -> None:
        async with served(Starlette(routes=[Route("/{path:path}", answer)])) as address:
            source = UKPolice(address)
            try:
                assert await read(source, f"{AREA}/2024-10/street") == ([], 0, 0)
                for name in (f"{AREA}/2024-11/street", "metropolitan/2025-01/stop-and-search"):
                    with pytest.raises(NotFound, match="not published yet"):
                        await read(source, name)
            finally:
                await source.close()

    asyncio.run(run())
