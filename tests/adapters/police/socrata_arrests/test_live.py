"""Portals asked live: page by page to the end, two datasets as one city, and the token seen nowhere."""

import asyncio
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from starlette.applications import Starlette

from adapters.client import Secret
from adapters.errors import SourceError, Unreadable
from adapters.police.socrata_arrests import live
from adapters.police.socrata_arrests import sandbox as socrata_arrests_sandbox
from adapters.police.socrata_arrests.profiles import shipped_profiles
from adapters.police.socrata_arrests.source import SocrataArrests
from adapters.records import Arrest
from adapters.source import LIVE, Batch, Demand, Scope
from adapters.vocabulary.enums import RecordType
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.write.importing import import_scopes
from gateway.catalogue.write.refresh import Refresher
from gateway.deployment import open_catalogue
from gateway.settings import Settings
from tests.support import live_sources
from tests.support.clocks import ControlledClock
from tests.support.databases import with_tables
from tests.support.faulty_publisher import Behaviour, Publisher, Wire, answers
from tests.support.sandboxes import Fault, served
from tests.support.sentinel import KEY, unseen

EXAMPLES = Path(__file__).parents[3] / "examples" / "socrata_arrests"
AUGUST, JANUARY = "new_york/2024-08", "new_york/2024-01"


def source_at(address: str, **options: Any) -> SocrataArrests:
    settings: dict[str, Any] = {"key": Secret(KEY), "clock": ControlledClock(), "timeout": 1e6} | options
    return SocrataArrests(address=address, **settings)


def read_sandbox(name: str, app: Starlette | None = None, **options: Any) -> list[Batch]:
    return live_sources.read_sandbox(partial(source_at, **options), app or socrata_arrests_sandbox.sandbox(KEY), name)


def arrests(batches: Sequence[Batch]) -> list[Arrest]:
    return [record for batch in batches for record in batch.records if isinstance(record, Arrest)]


@pytest.mark.parametrize("rows", [10_000, 14])
def test_a_month_is_read_to_its_end_in_pages_of_any_size(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_ROWS", rows)
    app = socrata_arrests_sandbox.sandbox(KEY)
    batches = read_sandbox(AUGUST, app)
    assert len({arrest.id for arrest in arrests(batches)}) == sum(batch.rows for batch in batches) == 28
    assert not [rejection for batch in batches for rejection in batch.rejections]
    assert not [code for batch in batches for code in batch.unknown_codes]
    # Before and after the pages, both datasets are counted, and the one with rows says when they changed last.
    assert app.state.calls == 2 * 3 + -(-28 // rows)
    assert batches[0].origin.status == 200
    assert "/data.cityofnewyork.us/resource/uip8-fykc.json" in batches[0].origin.location
    # Race is not even asked for.
    assert not [words for words in app.state.selects if "race" in words or words == "*"]
    assert "WHITE" not in repr(batches)


def test_a_month_that_stands_in_two_datasets_is_not_doubled() -> None:
    """The older dataset writes numbers in another way; an arrest is still one, and no row is lost."""
    batches = read_sandbox(JANUARY)
    records = arrests(batches)
    assert len(records) == len({arrest.id for arrest in records}) == 28
    assert (sum(batch.rows for batch in batches), sum(batch.merged for batch in batches)) == (56, 28)
    assert not [term for arrest in records for term in arrest.native if term.row]


def test_without_a_month_the_newest_is_meant() -> None:
    async def run() -> list[Scope]:
        async with served(socrata_arrests_sandbox.sandbox()) as address:
            source = source_at(address, key=None)
            try:
                return list(await source.current(["new_york", "chicago", AUGUST]))
            finally:
                await source.close()

    newest, chicago, august = asyncio.run(run())
    assert (newest.name, newest.start, newest.end) == ("new_york/2024-09", date(2024, 9, 1), date(2024, 10, 1))
    assert (chicago.name, chicago.jurisdictions) == ("chicago/2024-09", ("US-IL",))
    assert {newest.channel, august.channel} == {LIVE}


def test_another_city_is_read_from_its_own_portal() -> None:
    batches = read_sandbox("chicago")
    assert {arrest.agency for arrest in arrests(batches)} == {"us.chicago-police"}
    assert len(arrests(batches)) == 8
    assert not [code for batch in batches for code in batch.unknown_codes]


@pytest.mark.parametrize("name", ["", "atlantis", "new_york/2024", "new_york/2024-13", "new_york/2024-01/x"])
def test_a_name_that_means_nothing_is_refused(name: str) -> None:
    with pytest.raises(Unreadable):
        asyncio.run(SocrataArrests(address="http://127.0.0.1:9").current([name]))


def test_a_question_about_arrests_needs_its_months_in_the_cities_it_may_mean() -> None:
    cities = {name: shipped_profiles()[name] for name in ("new_york", "chicago")}

    def names(**conditions: Any) -> list[str]:
        demand = Demand(record=RecordType.ARREST, start=date(2024, 8, 15), end=date(2024, 10, 1), **conditions)
        return [scope.name for scope in SocrataArrests(profiles=cities).scopes(demand)]

    assert names(agencies=("us.nypd",)) == ["new_york/2024-08", "new_york/2024-09"]
    assert names(jurisdictions=("US-IL",)) == ["chicago/2024-08", "chicago/2024-09"]
    assert len(names()) == 4
    assert names(jurisdictions=("FR",)) == []
    assert list(SocrataArrests().scopes(Demand(record=RecordType.CASE))) == []


def test_the_token_stands_in_its_header_alone() -> None:
    async def run() -> None:
        async with Publisher(answers(b'[{"total": "0"}]')) as publisher:
            source = source_at(publisher.address)
            with pytest.raises(SourceError):
                await live_sources.read(source, AUGUST)
            await source.close()
        assert {request.headers["x-app-token"] for request in publisher.requests} == {KEY}
        assert not [request for request in publisher.requests if "sentinel" in request.target]

    asyncio.run(run())


def test_a_second_reading_changes_nothing_a_sealed_arrest_is_withdrawn_and_a_file_withdraws_nothing() -> None:
    """A month's arrests are those that the interface states; what somebody exported is only a part of them.

    The token is sought in what is left behind after each test, and in what is told within it.
    """

    async def run() -> list[RowCounts]:
        counts = []
        async with open_catalogue(Settings(database_url=with_tables("sqlite:///catalogue.db"))) as holdings:
            for absent in ([], [], ["240801000", "240801001"]):
                async with served(socrata_arrests_sandbox.sandbox(KEY, absent=absent)) as address:
                    source = source_at(address)
                    outcome = await Refresher(holdings.database).once(source, [AUGUST])
                    await source.close()
                unseen(repr(outcome), "an outcome")
                assert outcome.failed == {}
                counts.append(outcome.counts)
            counts.append(await import_scopes(holdings.database, source, source.files([EXAMPLES / "new_york.json"])))
        return counts

    first, second, third, exported = asyncio.run(run())
    assert (first.read, first.added) == (28, 28)
    assert (second.added, second.superseded, second.withdrawn) == (0, 0, 0)
    assert (third.read, third.unchanged, third.withdrawn) == (26, 26, 2)
    assert (exported.added, exported.withdrawn) == (2, 0)


def test_an_answer_that_is_not_ready_is_asked_for_again() -> None:
    clock = ControlledClock()
    app = socrata_arrests_sandbox.sandbox(KEY, pending=2)
    assert len(arrests(read_sandbox(AUGUST, app, clock=clock))) == 28
    assert app.state.calls == 7 + 2
    assert max(clock.sleeps) >= 1


# The publisher at fault.


def failing(name: str, fault: Fault | None = None, app: Starlette | None = None, **options: Any) -> SourceError:
    return live_sources.sandbox_error(
        partial(source_at, **options), app or socrata_arrests_sandbox.sandbox(KEY), name, fault
    )


@live_sources.faults
def test_a_fault_of_the_publisher_has_its_code(fault: Fault, code: str) -> None:
    options: dict[str, Any] = {"timeout": 0.3, "clock": None} if fault == "hang" else {}
    assert failing(AUGUST, fault, **options).code == code


def test_a_refusal_has_its_code() -> None:
    assert failing(AUGUST, app=socrata_arrests_sandbox.sandbox("another-token")).code == "UNAUTHORISED"
    assert failing(AUGUST, app=socrata_arrests_sandbox.sandbox(KEY, pending=99)).code == "NOT_READY"
    assert failing(AUGUST, app=socrata_arrests_sandbox.sandbox(KEY, limit=2)).code == "RATE_LIMITED"


def test_a_column_that_the_portal_dropped_is_named() -> None:
    city = AUGUST.partition("/")[0]
    profile = replace(shipped_profiles()[city], area_code="shoe_size")
    error = failing(AUGUST, profiles={city: profile})
    assert error.code == "UNEXPECTED_SHAPE"
    assert str(error) == "the dataset no longer has the column `shoe_size` that the profile reads"
    # As portals write it beside HTTP 400.
    body = b'{"message": "No such column: private_thing; position: 30", "errorCode": "query.soql.no-such-column"}'
    assert error_code_of(answers(body, 400)) == "UNEXPECTED_SHAPE"


def test_a_month_of_silence_is_no_month_without_arrests() -> None:
    """Around New Year a portal has emptied one dataset and not yet filled the other; nothing must be withdrawn."""
    assert failing("new_york/2024-05").code == "NOT_FOUND"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"error": true, "code": "permission_denied", "message": "Invalid app_token"}', "UNAUTHORISED"),
        (b'{"error": true, "code": "dataset.missing"}', "NOT_FOUND"),
        (b'{"error": true, "code": ["odd"]}', "REFUSED"),
        (b'{"error": true}', "REFUSED"),
        (b"[]", "UNEXPECTED_SHAPE"),
        (b'[{"total": 28}]', "UNEXPECTED_SHAPE"),
        (b'[{"total": "600000"}]', "TOO_LARGE"),
    ],
)
def test_an_error_body_with_http_200_is_an_error(body: bytes, code: str) -> None:
    assert error_code_of(answers(body)) == code


@pytest.mark.parametrize("page", [b"[]", b"[{}, {}, {}, {}]", b"{}"])
def test_rows_that_came_or_went_while_they_were_counted_end_the_reading(page: bytes) -> None:
    async def three(wire: Wire) -> None:
        is_count = "count" in wire.request.target
        await answers(b'[{"total": "3"}]' if is_count else page)(wire)

    assert error_code_of(three) == "UNEXPECTED_SHAPE"


def error_code_of(behaviour: Behaviour) -> str:
    return live_sources.error_code(source_at, behaviour, AUGUST)


def test_the_rate_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_ROWS", 4)
    clock = ControlledClock()
    app = socrata_arrests_sandbox.sandbox(KEY)
    read_sandbox(AUGUST, app, clock=clock)
    (rate,) = live.RATES
    assert sum(clock.sleeps) == pytest.approx((app.state.calls - rate.burst) * rate.seconds / rate.calls, abs=0.1)
