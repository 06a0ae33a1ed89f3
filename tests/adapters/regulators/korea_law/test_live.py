"""The law service's live channel: paging, its echo of the key, and errors with HTTP 200."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette

from adapters.client import Secret
from adapters.errors import SourceError, Unreadable
from adapters.regulators.korea_law import live
from adapters.regulators.korea_law import sandbox as law_sandbox
from adapters.regulators.korea_law.sandbox import OTHER_JUDGMENTS, sandbox
from adapters.regulators.korea_law.source import QUERIES, KoreaLaw
from adapters.regulators.lumen import sandbox as lumen_sandbox
from adapters.regulators.lumen.source import Lumen
from adapters.source import Batch, Demand, Source
from adapters.story import COURT_CASE
from adapters.vocabulary.enums import RecordType
from gateway.catalogue.write.refresh import Refresher, RefreshResult
from tests.support import live_sources
from tests.support.catalogue import shelf_at
from tests.support.clocks import ControlledClock
from tests.support.faulty_publisher import Behaviour, Publisher, answers
from tests.support.sandboxes import Fault, served
from tests.support.sentinel import KEY

DEEPFAKES = "prec/허위영상물/2024"


def source_at(address: str, **settings: Any) -> KoreaLaw:
    defaults: dict[str, Any] = {"key": Secret(KEY), "clock": ControlledClock(), "timeout": 1e6}
    return KoreaLaw(f"{address}/DRF", **defaults | settings)


def batches_of(name: str = DEEPFAKES, app: Starlette | None = None, **settings: Any) -> list[Batch]:
    return live_sources.read_sandbox(partial(source_at, **settings), app or sandbox(KEY), name)


def records(batches: Sequence[Batch]) -> list[Any]:
    return [record for batch in batches for record in batch.records]


def test_every_page_of_a_year_is_read_and_the_repeated_key_is_redacted() -> None:
    app = sandbox(KEY)
    batches = batches_of(app=app)
    assert len({record.external_id for record in records(batches)}) == OTHER_JUDGMENTS + 1
    assert app.state.calls == 2
    assert "OC=REDACTED" in batches[0].origin.location


def test_one_case_is_an_object_and_no_case_is_a_missing_key() -> None:
    (alone,) = records(batches_of("prec/허위영상물/2023"))
    assert (alone.external_id, alone.agency) == ("prec/9900002", "kr.supreme-court")
    assert records(batches_of("prec/허위영상물/2022")) == []


def test_decisions_of_the_commission_are_of_all_years() -> None:
    (decision,) = records(batches_of("kcc/시정명령"))
    assert (decision.agency, decision.case_number) == ("kr.kcc", "2024-99-999")


def test_a_judgment_an_order_and_a_request_are_related_by_the_number_of_the_case(tmp_path: Path) -> None:
    """Records of two publishers, through GraphQL."""

    async def run() -> list[RefreshResult]:
        async with served(law_sandbox.sandbox(KEY)) as law, served(lumen_sandbox.sandbox(KEY)) as notices:
            sources: tuple[Source, ...] = (
                source_at(law),
                Lumen(notices, key=Secret(KEY), clock=ControlledClock(), timeout=1e6),
            )
            try:
                for source in sources:
                    shelf.holdings.sources[source.about.name] = source
                sync = Refresher(shelf.holdings.database)
                return [
                    await sync.once(source, [name])
                    for source, name in zip(sources, (DEEPFAKES, "deepfake/2024-09"), strict=True)
                ]
            finally:
                for source in sources:
                    await source.close()

    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        assert [outcome.failed for outcome in shelf.run(run())] == [{}, {}]
        answer = shelf.ask(
            """query($number: String!) {
              cases(filter: { reference: { scheme: "case-number", value: $number } }) { nodes {
                title harmCategories offence { code }
                takedowns { nodes { trigger status platform { name } provenance { citation } } }
                informationRequests { nodes { requester { id } dataType status } } } } }""",
            {"number": COURT_CASE},
        )
    assert answer.refusals == []
    (case,) = answer.data["cases"]["nodes"]
    assert case["harmCategories"] == ["NCII_DEEPFAKE"]
    (order,) = case["takedowns"]["nodes"]
    assert (order["trigger"], order["status"], order["platform"]["name"]) == ("COURT_ORDER", "COMPLIED", "Telegram")
    assert "Lumen" in order["provenance"]["citation"]
    (request,) = case["informationRequests"]["nodes"]
    assert (request["dataType"], request["status"]) == ("PRESERVATION", "PARTIALLY_FULFILLED")


def test_a_name_is_a_search_and_a_year() -> None:
    source = KoreaLaw(clock=ControlledClock())
    (scope,) = asyncio.run(source.current(["prec/허위영상물"]))
    assert (scope.name, scope.start, scope.end) == ("prec/허위영상물/2026", date(2026, 1, 1), date(2027, 1, 1))
    (all_years,) = asyncio.run(source.current(["kcc/시정명령"]))
    assert (all_years.name, all_years.start) == ("kcc/시정명령", None)
    for wrong in ("", "prec", "prec/", "kcc/a/2024", "law/a", "prec/a/24"):
        with pytest.raises(Unreadable):
            asyncio.run(source.current([wrong]))


def test_a_name_without_a_year_means_the_year_in_korea() -> None:
    clock = ControlledClock()
    clock.advance((datetime(2026, 12, 31, 16, tzinfo=UTC) - clock.now()).total_seconds())
    (scope,) = asyncio.run(KoreaLaw(clock=clock).current(["prec/허위영상물"]))
    assert scope.name == "prec/허위영상물/2027"


def test_a_demand_for_cases_in_korea_needs_the_years_until_this_one() -> None:
    def names(**changes: Any) -> list[str]:
        source = KoreaLaw(clock=ControlledClock())
        demand: dict[str, Any] = {
            "record": RecordType.CASE,
            "start": date(2025, 8, 15),
            "end": date(2030, 1, 1),
        } | changes
        return [scope.name for scope in source.scopes(Demand(**demand))]

    assert names() == [f"prec/{query}/{year}" for year in (2025, 2026) for query in QUERIES]
    assert names(jurisdictions=("KR",)) == names()
    assert names(jurisdictions=("FR",)) == names(record=RecordType.ARREST) == names(start=None) == []


def test_the_key_is_in_the_query_and_words_are_encoded_once() -> None:
    async def run() -> None:
        async with Publisher(answers(b'{"PrecSearch": {"totalCnt": "0"}}')) as publisher:
            source = source_at(publisher.address)
            await live_sources.read(source, DEEPFAKES)
            await source.close()
        (request,) = publisher.requests
        assert request.path == "/DRF/lawSearch.do"
        assert dict(request.query) == {
            "OC": KEY,
            "target": "prec",
            "type": "JSON",
            "search": "1",
            "query": "허위영상물",
            "display": "100",
            "page": "1",
            "prncYd": "20240101~20241231",
        }

    asyncio.run(run())


# Faults of the publisher.


def error_of(fault: Fault | None = None, app: Starlette | None = None, **settings: Any) -> SourceError:
    return live_sources.sandbox_error(partial(source_at, **settings), app or sandbox(KEY), DEEPFAKES, fault)


@live_sources.faults
def test_a_fault_of_the_publisher_has_its_code(fault: Fault, code: str) -> None:
    settings: dict[str, Any] = {"timeout": 0.3, "clock": None} if fault == "hang" else {}
    assert error_of(fault, **settings).code == code


def test_without_a_key_there_is_no_call_and_an_invalid_one_is_an_error_with_http_200() -> None:
    app = sandbox(KEY)
    assert error_of(app=app, key=None).code == "UNAUTHORISED"
    assert app.state.calls == 0
    # The error repeats the unknown key.
    assert error_of(app=sandbox("another-user")).code == "UNAUTHORISED"


def page(total: object, *numbers: int) -> bytes:
    cases = [{"판례일련번호": f"{number}", "사건종류명": "형사"} for number in numbers]
    return orjson.dumps({"PrecSearch": {"totalCnt": total, "prec": cases}})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (page("5001", 1), "TOO_LARGE"),
        (page("3"), "UNEXPECTED_SHAPE"),
        (page("1", 1, 2), "UNEXPECTED_SHAPE"),
        (page("many", 1), "UNEXPECTED_SHAPE"),
        (page(None, 1), "UNEXPECTED_SHAPE"),
        (b'{"result": "\xec\x95\x8c \xec\x88\x98 \xec\x97\x86\xec\x9d\x8c", "msg": ""}', "REFUSED"),
        (b"[]", "UNEXPECTED_SHAPE"),
    ],
    ids=["too many", "fewer than counted", "more than counted", "no count", "null", "another refusal", "no object"],
)
def test_an_incomplete_answer_is_an_error(body: bytes, code: str) -> None:
    assert error_code(answers(body)) == code


def error_code(behaviour: Behaviour) -> str:
    return live_sources.error_code(source_at, behaviour, DEEPFAKES)


def test_the_rate_is_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_SIZE", 10)
    clock = ControlledClock()
    app = sandbox(KEY)
    assert len(records(batches_of(app=app, clock=clock))) == OTHER_JUDGMENTS + 1
    assert app.state.calls == 16
    assert clock.elapsed >= (16 - (live.RATE.burst or 0)) / live.RATE.calls - 1
