"""The portal asked live, both of its hosts: page by page, within its allowances, and its key seen nowhere."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from adapters.client import Clock, Secret, SystemClock
from adapters.errors import QuotaExhausted, SourceError
from adapters.police.korea_open_data import live
from adapters.police.korea_open_data import sandbox as korea_open_data_sandbox
from adapters.police.korea_open_data.profiles import read_profiles, shipped_profiles
from adapters.police.korea_open_data.source import KoreaOpenData
from adapters.records import Statistic
from adapters.source import Batch
from gateway.catalogue.write.refresh import Refresher, RefreshResult
from gateway.deployment import open_catalogue
from gateway.settings import Settings
from tests.support import live_sources
from tests.support.clocks import START, ControlledClock
from tests.support.databases import with_tables
from tests.support.faulty_publisher import Publisher, answers
from tests.support.sandboxes import Fault, served
from tests.support.sentinel import KEY, unseen

EXAMPLES = Path(__file__).parents[3] / "examples" / "korea_open_data"
PROFILES = {**shipped_profiles(), **read_profiles((EXAMPLES / "profiles.toml").read_bytes())}
FILE, SERVICE, IN_XML, ONE, NONE, EMPTY, NO_SERVICE, NO_FILE = (
    "15053887", "90000001", "90000002", "90000003", "90000004", "90000005", "90000006", "90000007",
)  # fmt: skip


def source_at(address: str, **options: Any) -> KoreaOpenData:
    settings: dict[str, Any] = {"key": Secret(KEY), "profiles": PROFILES} | options
    return KoreaOpenData(address=address, **settings)


class Later(SystemClock):
    """The clock of the running event loop, so many hours later."""

    def __init__(self, hours: int) -> None:
        self._hours = hours

    def now(self) -> datetime:
        return super().now() + timedelta(hours=self._hours)


def read_sandbox(name: str, app: Starlette | None = None, **options: Any) -> list[Batch]:
    return live_sources.read_sandbox(partial(source_at, **options), app or korea_open_data_sandbox.sandbox(KEY), name)


def figures(batches: Sequence[Batch]) -> list[Statistic]:
    return [record for batch in batches for record in batch.records if isinstance(record, Statistic)]


@pytest.mark.parametrize("rows", [500, 5])
def test_a_dataset_is_read_to_its_end_in_pages_of_any_size(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_ROWS", rows)
    app = korea_open_data_sandbox.sandbox(KEY, a_second=1_000)
    batches = read_sandbox(FILE, app, clock=ControlledClock())
    assert len(figures(batches)) == sum(batch.rows for batch in batches) == 7 * 2 * 33
    assert app.state.calls == -(-14 // rows)
    origin = batches[0].origin
    assert origin.location.endswith("uddi:4a0b64ee-fee2-42c1-802b-99c651d5260a?page=1&perPage=" + str(rows))
    assert origin.status == 200


@pytest.mark.parametrize(("name", "rows"), [(SERVICE, 500), (SERVICE, 3), (IN_XML, 500), (IN_XML, 2)])
def test_a_service_is_read_to_its_end_as_json_or_xml(name: str, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_ROWS", rows)
    app = korea_open_data_sandbox.sandbox(KEY, a_second=1_000)
    batches = read_sandbox(name, app, clock=ControlledClock())
    assert sum(batch.rows for batch in batches) == 7 * 2
    assert len(figures(batches)) == 6 * 2
    assert {r.reason for batch in batches for r in batch.rejections} == {
        "is a year that the publisher cannot have counted"
    }
    assert app.state.calls == -(-7 // rows)
    assert "serviceKey=REDACTED" in batches[0].origin.location


@pytest.mark.parametrize(("name", "rows"), [(ONE, 1), (NONE, 0), (EMPTY, 0)])
def test_one_item_is_a_row_and_no_items_are_none(name: str, rows: int) -> None:
    batches = read_sandbox(name)
    assert (sum(batch.rows for batch in batches), len(figures(batches))) == (rows, rows)


def test_the_key_is_encoded_once_and_stands_where_each_host_wants_it() -> None:
    async def run() -> None:
        async with Publisher(answers(b'{"code": -4}')) as publisher:
            for name in (FILE, SERVICE):
                source = source_at(publisher.address)
                with pytest.raises(SourceError):
                    await live_sources.read(source, name)
                await source.close()
        file, service = publisher.requests
        assert file.headers["authorization"] == f"Infuser {KEY}"
        assert ("serviceKey", KEY) not in file.query
        assert ("serviceKey", KEY) in service.query
        assert "authorization" not in service.headers

    asyncio.run(run())


def test_the_key_is_kept_in_no_catalogue() -> None:
    """What is left behind is searched after each test, what is logged within it."""

    async def run() -> list[RefreshResult]:
        knowing, refusing = (
            korea_open_data_sandbox.sandbox(KEY),
            korea_open_data_sandbox.sandbox("another-key-altogether"),
        )
        outcomes: list[RefreshResult] = []
        async with open_catalogue(Settings(database_url=with_tables("sqlite:///catalogue.db"))) as holdings:
            for app in (refusing, knowing):
                async with served(app) as address:
                    source = source_at(address)
                    # A reader of its own each time: what could not be read is left alone for a while.
                    sync = Refresher(holdings.database, Later(len(outcomes)))
                    outcomes += [await sync.once(source, [name]) for name in (FILE, SERVICE)]
                    await source.close()
        return outcomes

    outcomes = asyncio.run(run())
    failures = [failure for outcome in outcomes[:2] for failure in outcome.failed.values()]
    assert [failure.code for failure in failures] == ["UNAUTHORISED", "UNAUTHORISED"]
    assert "decoding" in failures[0].message
    assert [outcome.counts.added for outcome in outcomes[2:]] == [7 * 2 * 33, 6 * 2]
    assert [outcome.counts.rejected for outcome in outcomes[2:]] == [0, 2]
    unseen(repr(outcomes), "outcomes")


# The publisher at fault.


def failing(name: str, fault: Fault | None = None, app: Starlette | None = None, **options: Any) -> SourceError:
    return live_sources.sandbox_error(
        partial(source_at, **options), app or korea_open_data_sandbox.sandbox(KEY), name, fault
    )


@pytest.mark.parametrize(
    ("name", "fault", "code"),
    [
        (FILE, "outage page", "OUTAGE_PAGE"),
        (FILE, "redirect", "REDIRECTED"),
        (FILE, "oversize", "TOO_LARGE"),
        (FILE, "hang", "TIMEOUT"),
        (FILE, "error", "UNEXPECTED_SHAPE"),
        (SERVICE, "outage page", "OUTAGE_PAGE"),
        (SERVICE, "redirect", "REDIRECTED"),
        (SERVICE, "error", "UNEXPECTED_SHAPE"),
    ],
)
def test_a_fault_of_the_publisher_has_its_code(name: str, fault: Fault, code: str) -> None:
    assert failing(name, fault, timeout=0.3 if fault == "hang" else 30.0).code == code


@pytest.mark.parametrize("name", [FILE, SERVICE])
def test_without_a_key_or_with_a_wrong_one_nobody_is_asked_or_the_portal_refuses(name: str) -> None:
    app = korea_open_data_sandbox.sandbox(KEY)
    assert failing(name, app=app, key=None).code == "UNAUTHORISED"
    assert failing(name, app=app, key=Secret("another-key-altogether")).code == "UNAUTHORISED"
    # The sandbox puts the key that it does not know into what it says.
    assert failing(name, app=korea_open_data_sandbox.sandbox("another-key-altogether")).code == "UNAUTHORISED"
    assert app.state.calls == 0


@pytest.mark.parametrize("name", [NO_FILE, NO_SERVICE])
def test_what_the_portal_does_not_have_is_not_found(name: str) -> None:
    assert failing(name).code == "NOT_FOUND"


@pytest.mark.parametrize("name", [FILE, SERVICE])
def test_an_allowance_that_is_used_up_says_when_there_is_another(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_ROWS", 1)
    clock = ControlledClock()
    app = korea_open_data_sandbox.sandbox(KEY, daily=3, clock=lambda: clock.now().timestamp())
    failure = failing(name, app=app, clock=clock)
    assert isinstance(failure, QuotaExhausted)
    midnight = datetime(2026, 1, 5, 15, tzinfo=UTC)
    assert failure.retry_after == pytest.approx((midnight - clock.now()).total_seconds())
    assert (app.state.calls, app.state.refusals) == (3, 1)
    assert clock.now() >= START


def test_an_allowance_for_a_second_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_ROWS", 1)
    clock = ControlledClock()
    app = korea_open_data_sandbox.sandbox(KEY, a_second=2, clock=lambda: clock.now().timestamp())
    assert len(figures(read_sandbox(SERVICE, app, clock=clock))) == 12
    assert app.state.refusals > 0
    assert max(clock.sleeps) >= 1


def test_the_portals_limits_are_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_ROWS", 1)
    clock: Clock = ControlledClock()
    app = korea_open_data_sandbox.sandbox(KEY, a_second=2 * live.BURST, clock=lambda: clock.now().timestamp())
    read_sandbox(FILE, app, clock=clock)
    assert (app.state.calls, app.state.refusals) == (14, 0)


def test_no_window_of_a_day_sees_more_calls_than_the_portal_allows() -> None:
    a_day = live.RATES[1]
    assert a_day.burst + a_day.calls <= live.A_DAY


@pytest.mark.parametrize("name", [FILE, SERVICE])
@pytest.mark.parametrize("page_rows", [1_000, 200, 62])
def test_pages_that_the_portal_refuses_are_halved(name: str, page_rows: int) -> None:
    whole = figures(read_sandbox(name))
    assert figures(read_sandbox(name, korea_open_data_sandbox.sandbox(KEY, page_rows=page_rows))) == whole


def test_a_request_that_the_portal_refuses_at_any_size_is_refused() -> None:
    app = korea_open_data_sandbox.sandbox(KEY, page_rows=0)
    assert live_sources.sandbox_error(source_at, app, FILE).code == "REFUSED"
