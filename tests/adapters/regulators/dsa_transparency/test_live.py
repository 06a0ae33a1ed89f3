"""The DSA Transparency Database's live channel: downloads of dumps, and queries split in halves where needed."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette

from adapters.client import JSON, Clock, Credential, Rate, Secret, SourceClient
from adapters.errors import RateLimitError, SourceError, Unreadable
from adapters.records import Record, Reference, Statistic, Takedown
from adapters.regulators.dsa_transparency import live, research
from adapters.regulators.dsa_transparency import sandbox as dsa_transparency_sandbox
from adapters.regulators.dsa_transparency.source import DSATransparency
from adapters.source import ARCHIVE, Batch, Demand, Scope
from adapters.story import CRIMES, REMOVAL_DAY
from adapters.vocabulary.enums import HarmCategory, RecordType, TakedownTrigger
from tests.support import live_sources
from tests.support.clocks import ControlledClock
from tests.support.faulty_publisher import answers
from tests.support.sandboxes import Fault, Faulty, served
from tests.support.sentinel import KEY, unseen

STORY = f"telegram/{REMOVAL_DAY}"


def source_at(address: str, **changes: Any) -> DSATransparency:
    settings: dict[str, Any] = {"key": Secret(KEY), "today": lambda: date(2024, 9, 15)} | changes
    return DSATransparency(address=f"{address}/api/v1/research", archive=f"{address}/dumps", **settings)


async def read(source: DSATransparency, name: str, since: str | None = None) -> list[Batch]:
    (scope,) = await source.current([name])
    return [batch async for batch in source.read(scope, since)]


def batches_of(name: str, *, envelope: bool = False, **settings: Any) -> list[Batch]:
    """The batches that the source reads from the sandbox."""

    async def run() -> list[Batch]:
        async with served(dsa_transparency_sandbox.sandbox(KEY, envelope=envelope)) as address:
            source = source_at(address, **settings)
            try:
                return await read(source, name)
            finally:
                await source.close()

    batches = asyncio.run(run())
    assert not [rejection for batch in batches for rejection in batch.rejections]
    assert not [code for batch in batches for code in batch.unknown_codes]
    unseen(repr(batches), "batches")
    return batches


def records(batches: Sequence[Batch]) -> list[Record]:
    return [record for batch in batches for record in batch.records]


def test_a_days_dump_is_downloaded_and_its_origin_is_the_address() -> None:
    batches = batches_of(STORY)
    takedowns = records(batches)
    assert len(takedowns) == 120
    origin = batches[0].origin
    assert origin.location.endswith(f"/dumps/sor-telegram-{REMOVAL_DAY}-full.zip")
    assert origin.status == 200
    assert origin.bytes
    (takedown,) = [t for t in takedowns if Reference("uk-crime-id", CRIMES[0]) in t.references]
    assert isinstance(takedown, Takedown)
    assert takedown.harm_categories == (HarmCategory.NON_CONSENSUAL_DEEPFAKE,)
    assert takedown.trigger is TakedownTrigger.USER_NOTICE


def test_a_downloaded_dump_has_the_scope_of_an_imported_one(tmp_path: Path) -> None:
    path = tmp_path / f"sor-telegram-{REMOVAL_DAY}-full.zip"
    path.write_bytes(b"")

    async def run() -> tuple[Scope, Scope]:
        source = DSATransparency()
        (imported,), (fetched,) = source.files([path]), await source.current([STORY])
        return imported, fetched

    imported, fetched = asyncio.run(run())
    assert (imported.channel, imported.name, imported.start, imported.end) == (
        fetched.channel,
        fetched.name,
        fetched.start,
        fetched.end,
    )
    assert fetched.channel == ARCHIVE


@pytest.mark.parametrize("envelope", [False, True])
def test_a_query_with_too_many_statements_is_split_in_halves(envelope: bool) -> None:
    batches = batches_of(f"search/tiktok/{REMOVAL_DAY}", envelope=envelope)
    takedowns = records(batches)
    assert len({record.id for record in takedowns}) == len(takedowns) == 1_200
    assert sum(batch.rows for batch in batches) == 1_200


def test_a_statement_is_one_record_from_the_dump_and_from_the_api() -> None:
    dumped = {record.id for record in records(batches_of(STORY))}
    assert {record.id for record in records(batches_of(f"search/{STORY}"))} == dumped


def test_a_count_and_aggregates_are_figures_that_agree() -> None:
    (count,) = records(batches_of(f"count/{STORY}"))
    assert isinstance(count, Statistic)
    assert count.value == 120
    figures = [figure for figure in records(batches_of(f"aggregates/{REMOVAL_DAY}")) if isinstance(figure, Statistic)]
    assert sum(figure.value or 0 for figure in figures if figure.platform == "telegram") == 120
    assert len(figures) == 3 * 4


def test_with_keep_other_statements_of_a_downloaded_dump_are_counted() -> None:
    batches = batches_of(STORY, keep=[HarmCategory.NCII_DEEPFAKE])
    takedowns = [record for record in records(batches) if isinstance(record, Takedown)]
    assert len(takedowns) == 1
    assert sum(batch.rows for batch in batches) == 120


@pytest.mark.parametrize(
    ("name", "newest"),
    [
        ("telegram", "telegram/2024-09-13"),
        ("search/telegram", "search/telegram/2024-09-14"),
        ("aggregates", "aggregates/2024-09-14"),
    ],
)
def test_a_name_without_a_day_is_the_newest_complete_day(name: str, newest: str) -> None:
    source = source_at("http://127.0.0.1:9")
    assert [scope.name for scope in asyncio.run(source.current([name]))] == [newest]


@pytest.mark.parametrize("name", ["", "Telegram/2024-09-12", "telegram/2024-02-30", "sql/telegram/2024-09-12", "a/b"])
def test_an_unknown_name_is_unreadable(name: str) -> None:
    with pytest.raises(Unreadable):
        asyncio.run(DSATransparency().current([name]))


def test_a_demand_needs_the_days_of_its_platforms_or_the_figures_of_its_days() -> None:
    source = source_at("http://127.0.0.1:9")
    window: dict[str, Any] = {"start": date(2024, 9, 12), "end": date(2024, 9, 14)}
    takedowns = Demand(record=RecordType.TAKEDOWN, platforms=("telegram",), **window)
    figures = Demand(record=RecordType.STATISTIC, platforms=("telegram", "tiktok"), **window)
    assert [s.name for s in source.scopes(takedowns)] == ["search/telegram/2024-09-12", "search/telegram/2024-09-13"]
    assert [s.name for s in source.scopes(figures)] == ["aggregates/2024-09-12", "aggregates/2024-09-13"]
    assert list(source.scopes(Demand(record=RecordType.TAKEDOWN, **window))) == []


# Faults of the publisher.


def error_code(name: str, fault: Fault | None = None, app: Any = None, **settings: Any) -> str:
    """The code of the error of reading a scope; "" where there is none."""

    async def run() -> str:
        publisher = Faulty(app or dsa_transparency_sandbox.sandbox(KEY))
        publisher.fault = fault
        async with served(publisher) as address:
            source = source_at(address, **settings)
            try:
                await read(source, name)
            except SourceError as exc:
                unseen(f"{exc} {exc!r}", "an error")
                return exc.code
            finally:
                await source.close()
        return ""

    return asyncio.run(run())


@pytest.mark.parametrize("name", [STORY, f"search/{STORY}", f"count/{STORY}", f"aggregates/{REMOVAL_DAY}"])
@pytest.mark.parametrize(
    ("fault", "code"),
    [("outage page", "OUTAGE_PAGE"), ("redirect", "REDIRECTED"), ("hang", "TIMEOUT")],
)
def test_a_fault_of_the_publisher_has_its_code(name: str, fault: Fault, code: str) -> None:
    assert error_code(name, fault, timeout=0.5 if fault == "hang" else 30.0) == code


@pytest.mark.parametrize(
    ("name", "fault", "code"),
    [
        (f"search/{STORY}", "oversize", "TOO_LARGE"),
        (f"search/{STORY}", "error", "REFUSED"),
        (STORY, "error", "UNREADABLE"),
        ("telegram/2024-01-01", None, "NOT_FOUND"),
        ("atlantis/2024-09-12", None, "NOT_FOUND"),
    ],
)
def test_an_invalid_answer_has_its_code(name: str, fault: Fault | None, code: str) -> None:
    assert error_code(name, fault) == code


def test_a_dump_that_is_too_large_is_not_downloaded_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_DUMP_SIZE", 1_000)
    assert error_code(STORY) == "TOO_LARGE"


def test_without_a_key_there_is_no_call_and_an_invalid_one_is_an_error() -> None:
    app = dsa_transparency_sandbox.sandbox(KEY)
    assert error_code(f"search/{STORY}", app=app, key=None) == "UNAUTHORISED"
    assert error_code(f"search/{STORY}", app=app, key=Secret("another-key-altogether")) == "UNAUTHORISED"
    assert app.state.calls == 0


def test_more_statements_than_the_limit_are_left_to_the_dump(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_STATEMENTS", 1_000)
    assert error_code(f"search/tiktok/{REMOVAL_DAY}") == "TOO_LARGE"


def test_an_answer_of_a_part_of_the_index_is_no_answer() -> None:
    part = {"hits": {"total": {"value": 0}, "hits": []}, "_shards": {"failed": 1}}
    assert live_sources.error_code(source_at, answers(orjson.dumps(part)), f"search/{STORY}") == "UNEXPECTED_SHAPE"


def sandbox_after(times: int, **rate: int) -> Starlette:
    """The sandbox's application after this many calls, by a clock that only moves while waiting."""

    async def run() -> Starlette:
        clock = ControlledClock()
        app = dsa_transparency_sandbox.sandbox(KEY, clock=clock.time)
        async with served(app) as address, research_client(f"{address}/api/v1/research", clock, **rate) as upstream:
            for _ in range(times):
                await upstream.get("platforms", accept=JSON)
        return app

    return asyncio.run(run())


def test_the_rate_limit_is_observed_in_every_minute() -> None:
    state = sandbox_after(130).state
    assert (state.calls, state.refusals) == (130, 0)


def test_the_sandbox_refuses_calls_beyond_the_limit() -> None:
    with pytest.raises(RateLimitError):
        sandbox_after(research.CALLS_PER_MINUTE + 1, calls=6_000_000, burst=6_000_000)
    assert sandbox_after(research.CALLS_PER_MINUTE, calls=6_000_000, burst=6_000_000).state.refusals == 0


def research_client(address: str, clock: Clock, **rate: int) -> SourceClient:
    """The client of the API by the clock of the test; the source's rate unless there is another."""
    allowed = Rate(seconds=60, **rate) if rate else live.RATE
    key = Credential(secret=Secret(KEY), place="header", name="Authorization", scheme="Bearer")
    return SourceClient(address, rates=[allowed], keys=[key], timeout=1e9 if not rate else 1.0, clock=clock)
