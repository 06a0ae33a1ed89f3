"""The TAXII live channel: paging, the credential in its header only, the rate limit, and faults of the server."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette

from adapters.client import Rate, Secret
from adapters.errors import SourceError, Unreadable
from adapters.partners.taxii import Feed, Taxii, live
from adapters.partners.taxii.objects import CASE
from adapters.partners.taxii.sandbox import CALLS_PER_MINUTE, COLLECTION, OTHER_CASES, sandbox, stix
from adapters.records import Case, InformationRequest, Report
from adapters.source import Batch, Demand
from adapters.story import COURT_CASE
from adapters.vocabulary.enums import RecordType
from tests.support import live_sources
from tests.support.clocks import ControlledClock
from tests.support.faulty_publisher import Behaviour, Publisher, Wire, answers
from tests.support.sandboxes import Fault, served
from tests.support.sentinel import KEY, unseen

OBJECTS = "objects"
FEED = Feed(name="kcsc_feed", agency="kr.kcsc", collection=COLLECTION)


def source_at(address: str, **settings: Any) -> Taxii:
    options: dict[str, Any] = {"key": Secret(KEY), "clock": ControlledClock(), "timeout": 1e6} | settings
    return Taxii(options.pop("feed", FEED), address, **options)


def batches_of(app: Starlette, **settings: Any) -> list[Batch]:
    return live_sources.read_sandbox(partial(source_at, **settings), app, OBJECTS)


def records(batches: Sequence[Batch]) -> list[Any]:
    return [record for batch in batches for record in batch.records]


def rows(batches: Sequence[Batch]) -> int:
    return sum(batch.rows for batch in batches)


def test_every_page_is_read_and_every_object_accounted_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_SIZE", 7)
    app = sandbox(KEY)
    (batch,) = batches_of(app)
    assert (
        batch.rows == OTHER_CASES + 8 == len(batch.records) + batch.merged + batch.out_of_scope + len(batch.rejections)
    )
    assert (batch.merged, batch.out_of_scope, batch.rejections) == (1, 4, [])
    # Twice, because the server pages by `next`.
    assert app.state.window.calls == 2 * 7
    assert batch.origin.location.startswith("http://127.0.0.1")
    case, complaint, request = (
        next(record for record in batch.records if type(record) is kind and len(record.references) > 1)
        for kind in (Case, Report, InformationRequest)
    )
    assert COURT_CASE in {reference.value for reference in case.references}
    assert {*case.references} & {*complaint.references}
    assert {*case.references} & {*request.references}


@pytest.mark.parametrize("batch", [1, 3, 6])
def test_a_server_that_pages_by_time_alone_is_read_to_the_end(monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(live, "PAGE_SIZE", 7)
    by_time = batches_of(sandbox(KEY, has_next=False, batch=batch))
    assert sorted(records(by_time), key=repr) == sorted(records(batches_of(sandbox(KEY))), key=repr)


def test_a_server_with_the_same_next_for_all_pages_is_read_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_SIZE", 7)
    assert records(batches_of(sandbox(KEY, same_next=True))) == records(batches_of(sandbox(KEY)))


def test_a_page_with_a_lost_answer_is_not_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """That server would answer a repeated request with the next page. Only the first page can be requested again."""
    monkeypatch.setattr(live, "PAGE_SIZE", 7)
    whole = rows(batches_of(sandbox(KEY)))
    for lost, number in ((1, whole), (2, 0), (4, 0)):
        assert rows_without_answer(lost, sandbox(KEY, same_next=True)) == number


def rows_without_answer(number: int, app: Starlette) -> int:
    """How many objects are read where the answer to the call `number` is lost; 0 where reading fails."""
    calls = 0

    async def lose_answer(scope: Any, receive: Any, send: Any) -> None:
        nonlocal calls
        calls += 1
        call = calls

        async def send_or_fail(message: Any) -> None:
            is_lost = call == number and message["type"] == "http.response.start"
            await send(message | {"status": 500} if is_lost else message)

        await app(scope, receive, send_or_fail)

    async def run() -> int:
        async with served(lose_answer) as address:
            source = source_at(address)
            try:
                return rows(await live_sources.read(source, OBJECTS))
            except SourceError:
                return 0
            finally:
                await source.close()

    return asyncio.run(run())


def test_a_rate_limit_repeats_the_same_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_SIZE", 7)
    monkeypatch.setattr(live, "RATE", Rate(calls=600, seconds=60, burst=100))
    clock = ControlledClock()
    app = sandbox(KEY, same_next=True, limit=3, clock=clock.time)
    assert rows(batches_of(app, clock=clock)) == OTHER_CASES + 8
    assert app.state.window.refusals > 0


def test_only_types_that_are_read_are_requested() -> None:
    document = stix("note", "a note", content="Jane Doe", object_refs=[])
    assert rows(batches_of(sandbox(KEY, collections={COLLECTION: [document, stix("incident", "one", name="")]}))) == 1


def test_a_page_smaller_than_the_objects_of_one_instant_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_SIZE", 7)
    assert error_of(app=sandbox(KEY, has_next=False, batch=8)).code == "UNEXPECTED_SHAPE"


def test_the_rate_limit_is_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert live.RATE.calls + live.RATE.burst <= CALLS_PER_MINUTE
    clock = ControlledClock()
    app = sandbox(KEY, page_size=1, limit=live.RATE.calls + live.RATE.burst, clock=clock.time)
    assert rows(batches_of(app, clock=clock)) == OTHER_CASES + 8
    assert (app.state.window.calls, app.state.window.refusals) == (2 * (OTHER_CASES + 8), 0)
    assert clock.elapsed > 30


def test_calls_beyond_the_limit_are_a_rate_limit_error() -> None:
    assert error_of(app=sandbox(KEY, limit=2, page_size=7), timeout=30.0).code == "RATE_LIMITED"


def test_a_collection_is_one_scope() -> None:
    source = source_at("http://127.0.0.1:9")
    assert [scope.name for scope in asyncio.run(source.current([]))] == [OBJECTS]
    with pytest.raises(Unreadable):
        asyncio.run(source.current(["another"]))
    for kind in RecordType:
        scopes = list(source.scopes(Demand(record=kind)))
        assert [scope.name for scope in scopes] == ([OBJECTS] if kind in source.about.records else [])
    assert list(source.files(())) == []


@pytest.mark.parametrize("user", [None, "gateway"])
def test_the_credential_is_sent_in_its_header_and_nowhere_else(user: str | None) -> None:
    app = sandbox(KEY, user=user or "")
    assert rows(batches_of(app, user=user)) == OTHER_CASES + 8

    async def run() -> None:
        async with Publisher(envelope({})) as publisher:
            source = source_at(publisher.address, user=user)
            await live_sources.read(source, OBJECTS)
            await source.close()
        (request,) = publisher.requests
        assert request.path == f"/collections/{COLLECTION}/objects/"
        assert dict(request.query) == {
            "limit": "500",
            "match[type]": "incident,observed-data,report,identity,relationship",
        }
        assert request.headers["accept"].startswith("application/taxii+json;version=2.1,")
        assert request.headers["authorization"].startswith("Basic " if user else f"Bearer {KEY}")
        unseen(request.target + repr({**request.headers, "authorization": ""}), "a request")

    asyncio.run(run())


@pytest.mark.parametrize("user", [None, "gateway"])
def test_a_repeated_credential_is_redacted_everywhere(user: str | None) -> None:
    """In an unknown code, which operators see: the key alone, and the key with its user."""
    text = KEY if user is None else f"{user}:{KEY}"
    incident = stix(
        *("incident", "one"), name="", extensions={CASE: {"extension_type": "property-extension", "status": text}}
    )
    (batch,) = batches_of(sandbox(KEY, user=user or "", collections={COLLECTION: [incident]}), user=user)
    assert [(unknown.field, unknown.code) for unknown in batch.unknown_codes] == [("status", "REDACTED")]


# Faults of the server.


def error_of(fault: Fault | None = None, app: Starlette | None = None, **settings: Any) -> SourceError:
    return live_sources.sandbox_error(partial(source_at, **settings), app or sandbox(KEY), OBJECTS, fault)


@live_sources.faults
def test_a_fault_of_the_publisher_has_its_code(fault: Fault, code: str) -> None:
    settings: dict[str, Any] = {"timeout": 0.3, "clock": None} if fault == "hang" else {}
    assert error_of(fault, **settings).code == code


def test_without_a_credential_there_is_no_call_and_an_invalid_one_is_an_error() -> None:
    app = sandbox(KEY)
    assert error_of(app=app, key=None).code == "UNAUTHORISED"
    assert app.state.window.calls == 0
    assert error_of(app=sandbox("another-token")).code == "UNAUTHORISED"
    assert error_of(app=sandbox(KEY, user="gateway")).code == "UNAUTHORISED"


def envelope(payload: Any, media_type: str = live.MEDIA_TYPE, status: int = 200, **headers: str) -> Behaviour:
    return answers(orjson.dumps(payload), status, media_type, **headers)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "REFUSED"),
        (401, "UNAUTHORISED"),
        (403, "UNAUTHORISED"),
        (404, "NOT_FOUND"),
        (406, "REFUSED"),
        (416, "REFUSED"),
        (429, "RATE_LIMITED"),
        (500, "FAILED"),
    ],
)
def test_an_error_message_has_the_code_of_its_status_and_is_not_quoted(status: int, code: str) -> None:
    payload = {"title": "canary-title", "description": "canary-description", "http_status": str(status)}
    assert error_code(envelope(payload, status=status)) == code


@pytest.mark.parametrize(
    "media_type",
    [
        "application/taxii+json",
        "application/taxii+json;version=2.0",
        "application/taxii+json;version=2.10",
        "application/stix+json;version=2.1",
        "application/json;version=2.1",
    ],
)
def test_an_answer_of_another_media_type_or_version_is_an_error(media_type: str) -> None:
    assert error_code(envelope({}, media_type)) == "UNEXPECTED_SHAPE"


@pytest.mark.parametrize(
    "media_type", ['Application/TAXII+JSON; version="2.1"', "application/taxii+json;charset=utf-8; version=2.1"]
)
def test_a_media_type_may_be_written_as_http_permits(media_type: str) -> None:
    assert error_code(envelope({}, media_type)) == ""


@pytest.mark.parametrize(
    "payload",
    [
        [],
        {"objects": {}},
        {"objects": [], "more": "yes"},
        {"objects": [{}], "more": True, "next": 3},
        {"objects": [{}], "more": True},
        {"objects": [], "more": True, "next": "2"},
        {"objects": [{}], "more": True, "next": "2"},
        {"title": "an error", "http_status": "500"},
        {"type": "bundle", "objects": []},
    ],
    ids=[
        "no object",
        "no list",
        "more in words",
        "a number for the next",
        "no way on",
        "an empty page before others",
        "the same page again",
        "an error under 200",
        "a bundle",
    ],
)
def test_an_incomplete_answer_is_an_error(payload: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_OBJECTS", 20)
    assert error_code(envelope(payload)) == "UNEXPECTED_SHAPE"


def test_endless_pages_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_OBJECTS", 20)

    async def endless(wire: Wire) -> None:
        number = int(dict(wire.request.query).get("next", 0))
        await envelope({"objects": [{}], "more": True, "next": str(number + 1)})(wire)

    assert error_code(endless) == "TOO_LARGE"


def test_pages_with_too_many_bytes_together_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_BYTES", 1000)
    assert error_of().code == "TOO_LARGE"


@pytest.mark.parametrize("header", ["", "yesterday", "2024-09-01T00:00:00", "0001-01-01T00:00:00Z"])
def test_an_invalid_time_of_adding_is_an_error(header: str) -> None:
    payload = {"objects": [{}], "more": True}
    assert error_code(envelope(payload, X_TAXII_Date_Added_Last=header)) == "UNEXPECTED_SHAPE"


def error_code(behaviour: Behaviour) -> str:
    return live_sources.error_code(source_at, behaviour, OBJECTS)


@pytest.mark.parametrize(
    "wrong",
    [{"name": "A"}, {"name": ""}, {"agency": "KNPA"}, {"collection": "../other"}, {"collection": ""}],
)
def test_a_malformed_feed_is_an_error(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="a feed"):
        Feed(**{"name": "a", "agency": "kr.knpa", "collection": "c"} | wrong)
