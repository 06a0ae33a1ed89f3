"""Lumen's live channel: paging, the token in its header only, the rate limit, and faults of the publisher."""

import asyncio
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette

from adapters.client import Secret
from adapters.errors import SourceError, Unreadable
from adapters.records import InformationRequest, Takedown
from adapters.regulators.lumen import live
from adapters.regulators.lumen.sandbox import CALLS_PER_MINUTE, OTHER_NOTICES, sandbox
from adapters.regulators.lumen.source import TERMS, Lumen
from adapters.source import Batch, Demand
from adapters.story import COURT_CASE
from adapters.vocabulary.enums import RecordType
from tests.support import live_sources
from tests.support.clocks import ControlledClock
from tests.support.faulty_publisher import Behaviour, Publisher, Wire, answers
from tests.support.sandboxes import Fault
from tests.support.sentinel import KEY

SEPTEMBER = "deepfake/2024-09"


def source_at(address: str, **settings: Any) -> Lumen:
    defaults: dict[str, Any] = {"key": Secret(KEY), "clock": ControlledClock(), "timeout": 1e6}
    return Lumen(address, **defaults | settings)


def batches_of(app: Starlette, name: str = SEPTEMBER, **settings: Any) -> list[Batch]:
    return live_sources.read_sandbox(partial(source_at, **settings), app, name)


def records(batches: Sequence[Batch]) -> list[Any]:
    return [record for batch in batches for record in batch.records]


def test_every_page_of_a_month_is_read() -> None:
    app = sandbox(KEY)
    batches = batches_of(app)
    notices = records(batches)
    assert len({record.external_id for record in notices}) == len(notices) == OTHER_NOTICES + 4
    assert app.state.window.calls == 3
    assert batches[0].origin.location.startswith("http://127.0.0.1")
    orders = [record for record in notices if COURT_CASE in {reference.value for reference in record.references}]
    assert {type(record) for record in orders} == {Takedown, InformationRequest}


def test_another_month_and_another_word_find_nothing() -> None:
    assert records(batches_of(sandbox(KEY), "deepfake/2024-10")) == []
    assert records(batches_of(sandbox(KEY), "apples/2024-09")) == []


def test_days_with_more_notices_than_the_search_lists_are_read_in_halves() -> None:
    whole = {record.external_id for record in records(batches_of(sandbox(KEY)))}
    app = sandbox(KEY, max_results=100)
    batches = batches_of(app)
    assert {record.external_id for record in records(batches)} == whole
    assert sum(batch.merged for batch in batches) == 0
    # The month, and its quarters by way of the halves.
    assert app.state.window.calls < 15


def test_a_day_with_more_notices_than_the_search_lists_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_SIZE", 3)
    app = sandbox(KEY, max_results=6)
    error = error_of(app=app)
    assert (error.code, "search for a rarer word" in str(error)) == ("TOO_LARGE", True)
    assert app.state.window.calls < 20


def test_the_rate_limit_is_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert live.RATE.calls + (live.RATE.burst or 0) <= CALLS_PER_MINUTE
    monkeypatch.setattr(live, "PAGE_SIZE", 3)
    clock = ControlledClock()
    app = sandbox(KEY, clock=clock.time)
    assert len(records(batches_of(app, clock=clock))) == OTHER_NOTICES + 4
    assert (app.state.window.calls, app.state.window.refusals) == (78, 0)
    assert clock.elapsed > 10


def test_calls_beyond_the_limit_are_a_rate_limit_error() -> None:
    assert error_of(app=sandbox(KEY, limit=2), timeout=30.0).code == "RATE_LIMITED"


def test_a_name_is_a_search_and_a_month() -> None:
    source = Lumen(clock=ControlledClock())
    (scope,) = asyncio.run(source.current(["deepfake"]))
    assert (scope.name, scope.start, scope.end) == ("deepfake/2026-01", date(2026, 1, 1), date(2026, 2, 1))
    for wrong in ("", "deepfake/2024", "deepfake/2024-13", "a/b/2024-09"):
        with pytest.raises(Unreadable):
            asyncio.run(source.current([wrong]))


def test_a_demand_for_takedowns_or_requests_needs_its_months() -> None:
    demand: dict[str, Any] = {"start": date(2024, 8, 15), "end": date(2024, 10, 1)}
    for kind in (RecordType.TAKEDOWN, RecordType.INFORMATION_REQUEST):
        names = [scope.name for scope in Lumen().scopes(Demand(record=kind, **demand))]
        assert names == [f"{term}/{month}" for month in ("2024-08", "2024-09") for term in TERMS]
    assert list(Lumen().scopes(Demand(record=RecordType.CASE, **demand))) == []
    assert list(Lumen().scopes(Demand(record=RecordType.TAKEDOWN))) == []


def test_the_token_is_sent_in_its_header_and_nowhere_else() -> None:
    async def run() -> None:
        async with Publisher(answers(b'{"notices": [], "meta": {"total_entries": 0}}')) as publisher:
            source = source_at(publisher.address)
            await live_sources.read(source, SEPTEMBER)
            await source.close()
        (request,) = publisher.requests
        assert request.headers["x-authentication-token"] == KEY
        assert request.path == "/notices/search"
        assert dict(request.query) == {
            "term": "deepfake",
            "date_received_facet": "1725148800000..1727740799999",
            "sort_by": "date_received asc",
            "per_page": "100",
            "page": "1",
        }

    asyncio.run(run())


# Faults of the publisher.


def error_of(fault: Fault | None = None, app: Starlette | None = None, **settings: Any) -> SourceError:
    return live_sources.sandbox_error(partial(source_at, **settings), app or sandbox(KEY), SEPTEMBER, fault)


@live_sources.faults
def test_a_fault_of_the_publisher_has_its_code(fault: Fault, code: str) -> None:
    settings: dict[str, Any] = {"timeout": 0.3, "clock": None} if fault == "hang" else {}
    assert error_of(fault, **settings).code == code


def test_without_a_token_there_is_no_call_and_an_invalid_one_is_an_error() -> None:
    app = sandbox(KEY)
    assert error_of(app=app, key=None).code == "UNAUTHORISED"
    assert app.state.window.calls == 0
    assert error_of(app=sandbox("another-token")).code == "UNAUTHORISED"


def page(*numbers: int, next_page: int | None, total: int) -> bytes:
    return orjson.dumps(
        {
            "notices": [{"id": number, "type": "Other"} for number in numbers],
            "meta": {"next_page": next_page, "total_entries": total},
        }
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (page(next_page=2, total=10_000), "TOO_LARGE"),
        (page(next_page=None, total=101), "TOO_LARGE"),
        (page(1, next_page=1, total=3), "UNEXPECTED_SHAPE"),
        (page(1, next_page=3, total=3), "UNEXPECTED_SHAPE"),
        (b'{"notices": [], "meta": {"total_entries": "3"}}', "UNEXPECTED_SHAPE"),
        (b'{"notices": {}, "meta": {"total_entries": 3}}', "UNEXPECTED_SHAPE"),
        (b"[]", "UNEXPECTED_SHAPE"),
    ],
    ids=[
        "too many",
        "pages that end early",
        "the same page again",
        "a page left out",
        "a count in words",
        "no list",
        "no object",
    ],
)
def test_an_incomplete_answer_is_an_error(body: bytes, code: str) -> None:
    assert error_code(answers(body)) == code


def test_endless_pages_are_an_error() -> None:
    async def endless(wire: Wire) -> None:
        number = int(dict(wire.request.query)["page"])
        numbers = range(number * 100, number * 100 + 100)
        await answers(page(*numbers, next_page=number + 1, total=150))(wire)

    assert error_code(endless) == "UNEXPECTED_SHAPE"


def error_code(behaviour: Behaviour) -> str:
    return live_sources.error_code(source_at, behaviour, SEPTEMBER)
