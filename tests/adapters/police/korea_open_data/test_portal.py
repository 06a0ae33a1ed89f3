"""What the portal answers, in both dialects: the recorded answers, and every way in which it says no."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from adapters.client import ResponseCheck, Secret, SourceResponse
from adapters.errors import NoAnswer, QuotaExhausted, RateLimitError, SourceError, UnexpectedShape
from adapters.police.korea_open_data.profiles import read_profiles, shipped_profiles
from adapters.police.korea_open_data.responses import (
    CLASSIC,
    JSON_OR_XML,
    ODCLOUD,
    PortalPage,
    classic_check,
    classic_page,
    odcloud_check,
    odcloud_page,
)
from adapters.police.korea_open_data.source import KoreaOpenData
from adapters.source import Batch, Origin
from tests.support.clocks import ControlledClock
from tests.support.faulty_publisher import Behaviour, Publisher, answers
from tests.support.sentinel import KEY, unseen

EXAMPLES = Path(__file__).parents[3] / "examples" / "korea_open_data"
PROFILES = {**shipped_profiles(), **read_profiles((EXAMPLES / "profiles.toml").read_bytes())}
FILE, SERVICE = "15053887", "90000001"

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
OK = {"resultCode": "00", "resultMsg": "NORMAL SERVICE."}


def recorded(samples: Path, name: str) -> bytes:
    return (samples / "korea-odcloud" / name).read_bytes()


def read(dataset: str, *behaviours: Behaviour) -> Sequence[Batch]:
    """What is read from a portal that answers so."""

    async def run() -> Sequence[Batch]:
        async with Publisher(*behaviours) as publisher:
            source = source_at(publisher.address)
            try:
                (scope,) = await source.current([dataset])
                return [batch async for batch in source.read(scope, None)]
            finally:
                await source.close()

    return asyncio.run(run())


def source_at(address: str) -> KoreaOpenData:
    return KoreaOpenData(address=address, key=Secret(KEY), profiles=PROFILES, clock=ControlledClock())


def refusal(dataset: str, *behaviours: Behaviour) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(dataset, *behaviours)
    unseen(f"{caught.value} {caught.value!r}", "an error")
    return caught.value


def served(payload: Any) -> Behaviour:
    return answers(orjson.dumps(payload))


# The recorded answers.


def test_a_recorded_page_of_odcloud_is_read_with_its_number_and_the_rows_that_there_are(samples: Path) -> None:
    page = odcloud_page("x", orjson.loads(recorded(samples, "ok.page1.json")))
    assert (page.number, page.total, len(page.rows)) == (1, 22, 2)
    assert isinstance(page.rows[0], dict)
    assert page.rows[0]["동별"] == "부평1동"


def test_a_recorded_page_that_comes_again_instead_of_the_next_is_not_the_next(samples: Path) -> None:
    fault = refusal(FILE, answers(recorded(samples, "ok.page1.json")))
    assert fault.code == "UNEXPECTED_SHAPE"


@pytest.mark.parametrize(
    ("dataset", "name", "media_type"),
    [
        (FILE, "error.http200.json", "application/json"),
        (SERVICE, "classic.fault.json", "application/json"),
        (SERVICE, "classic.fault.xml", "application/xml"),
        (SERVICE, "classic.fault.xml", "text/html"),
        (SERVICE, "classic.fault.xml", "application/json"),
    ],
)
def test_a_recorded_fault_under_http_200_is_what_it_says(
    samples: Path, dataset: str, name: str, media_type: str
) -> None:
    assert refusal(dataset, answers(recorded(samples, name), media_type=media_type)).code == "UNAUTHORISED"


@pytest.mark.parametrize("name", ["classic.ok.json", "classic.single-item-object.json"])
def test_a_recorded_list_and_a_recorded_single_item_are_rows(samples: Path, name: str) -> None:
    assert classic_page("x", orjson.loads(recorded(samples, name))) == PortalPage(1, 1, [{"a": "1"}])


def test_the_portals_own_list_of_codes_is_the_one_that_is_known(samples: Path) -> None:
    assert {int(code) for code in orjson.loads(recorded(samples, "error.codes.json"))} == {0, *ODCLOUD}


def test_a_recorded_answer_of_another_dataset_is_refused_and_names_the_columns_only(samples: Path) -> None:
    content = str(refusal(SERVICE, answers(recorded(samples, "classic.ok.json"))))
    assert "without 검거건수, 검거인원, 연도, 죄종, 지역 and with a" in content
    assert "1" not in content.removeprefix("90000001/20231231")


# Rows, in all their wrappings.


@pytest.mark.parametrize("items", ["", None, {"item": ""}, {"item": []}, {"item": None}, {}])
def test_none_is_none_however_it_is_written(items: object) -> None:
    payload = {"response": {"header": OK, "body": {"items": items, "totalCount": "0"}}}
    assert classic_page("x", payload) == PortalPage(None, 0, [])


def test_no_data_is_no_rows() -> None:
    assert classic_page("x", {"response": {"header": {"resultCode": "03"}}}) == PortalPage(None, 0, [])


def test_xml_is_read_as_json_is() -> None:
    content = b"""<?xml version="1.0" encoding="UTF-8"?><response><header><resultCode>00</resultCode></header><body>
      <items><item><a>1</a></item><item><a> 2 </a><b/></item></items><totalCount>2</totalCount></body></response>"""
    assert classic_page("x", JSON_OR_XML.decode(content)) == PortalPage(None, 2, [{"a": "1"}, {"a": "2", "b": ""}])
    one = content.replace(b"<item><a>1</a></item>", b"")
    assert classic_page("x", JSON_OR_XML.decode(one)).rows == [{"a": "2", "b": ""}]


@pytest.mark.parametrize(
    "content",
    [
        b"<a",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd'><a/>",
        b"<a>" * 3_000,
        b"{",
        b"",
    ],
)
def test_a_text_that_is_neither_or_declares_what_to_put_into_itself_is_refused(content: bytes) -> None:
    with pytest.raises((ValueError, RecursionError)):
        JSON_OR_XML.decode(content)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {},
        {"response": []},
        {"response": {"header": OK}},
        {"response": {"header": OK, "body": {"items": ""}}},
        {"response": {"header": OK, "body": {"items": "", "totalCount": "many"}}},
        {"response": {"header": OK, "body": {"items": [1], "totalCount": 1}}},
        {"response": {"header": OK, "body": {"items": {"item": 1}, "totalCount": 1}}},
        {"response": {"header": OK, "body": {"items": "none", "totalCount": 1}}},
    ],
)
def test_another_shape_of_a_service_is_refused(payload: object) -> None:
    with pytest.raises(UnexpectedShape):
        classic_page("x", payload)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {"data": {}},
        {"data": []},
        {"data": [], "page": 1},
        {"data": [], "page": 1, "totalCount": True},
        {"data": [], "page": 1, "totalCount": -1},
        {"data": [{}], "page": 1, "totalCount": 1, "currentCount": 2},
    ],
)
def test_another_shape_of_odcloud_is_refused(payload: object) -> None:
    with pytest.raises(UnexpectedShape):
        odcloud_page("x", payload)


# Pages that do not add up.


def page(number: int, total: int, rows: int) -> Behaviour:
    row = {"연도": 2020, "구분": "발생건수"}
    return served({"page": number, "perPage": 500, "totalCount": total, "currentCount": rows, "data": [row] * rows})


@pytest.mark.parametrize(
    ("pages", "code"),
    [
        ((page(1, 3, 2), page(2, 3, 0)), "UNEXPECTED_SHAPE"),
        ((page(1, 3, 2), page(2, 4, 2)), "UNEXPECTED_SHAPE"),
        ((page(1, 1, 2),), "UNEXPECTED_SHAPE"),
        ((page(2, 1, 1),), "UNEXPECTED_SHAPE"),
        ((page(1, 1_000_000, 2),), "TOO_LARGE"),
    ],
)
def test_pages_that_do_not_hold_what_they_announce_are_no_dataset(pages: Sequence[Behaviour], code: str) -> None:
    assert refusal(FILE, *pages).code == code


# Every code.


def judged(judge: ResponseCheck, payload: object, status: int = 200) -> SourceError:
    """What a judge raises of an answer."""
    origin = Origin(location="x", retrieved_at=NOW)
    answer = SourceResponse(status=status, media_type="", content=b"", payload=payload, origin=origin)
    with pytest.raises(SourceError) as caught:
        judge(answer)
    unseen(f"{caught.value}", "an error")
    return caught.value


@pytest.mark.parametrize("code", sorted(ODCLOUD))
def test_a_code_of_odcloud_means_what_it_means_under_any_status(code: int) -> None:
    for status in (200, 401, 500):
        fault = judged(odcloud_check(lambda: NOW), {"code": code, "msg": f"no {KEY}"}, status)
        assert type(fault) is type(ODCLOUD[code](NOW))


@pytest.mark.parametrize("code", sorted(CLASSIC))
def test_a_code_of_a_service_means_what_it_means_in_two_digits_or_three(code: int) -> None:
    for text in (f"{code:02}", f"{code:03}", code):
        header = {"resultCode": text, "resultMsg": f"no {KEY}"}
        gate = {"OpenAPI_ServiceResponse": {"cmmMsgHeader": {"returnReasonCode": text, "errMsg": KEY}}}
        for payload in ({"response": {"header": header}}, gate):
            assert type(judged(classic_check(lambda: NOW), payload)) is type(CLASSIC[code](NOW))


@pytest.mark.parametrize(
    ("dataset", "payload"),
    [
        (FILE, {"code": -401, "msg": KEY}),
        (SERVICE, {"OpenAPI_ServiceResponse": {"cmmMsgHeader": {"returnReasonCode": "22", "errMsg": KEY}}}),
    ],
)
def test_a_code_goes_before_the_status_that_it_came_with(dataset: str, payload: object) -> None:
    code = refusal(dataset, answers(orjson.dumps(payload), status=500)).code
    assert code == {FILE: "UNAUTHORISED", SERVICE: "QUOTA_EXHAUSTED"}[dataset]


@pytest.mark.parametrize("code", [77, "-", None, "", True, 1.5, "9" * 5_000])
def test_a_code_that_nobody_documents_is_no_answer(code: object) -> None:
    file, service = {"code": code, "msg": ""}, {"response": {"header": {"resultCode": code}}}
    assert judged(odcloud_check(lambda: NOW), file).code == "UNEXPECTED_SHAPE"
    assert judged(classic_check(lambda: NOW), service).code == "UNEXPECTED_SHAPE"


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (datetime(2026, 1, 5, 14, 59, 59, tzinfo=UTC), 1),
        (datetime(2026, 1, 5, 15, tzinfo=UTC), 86_400),
        (datetime(2026, 1, 5, 12, tzinfo=UTC), 3 * 3_600),
    ],
)
def test_an_allowance_for_a_day_comes_again_at_midnight_in_seoul(now: datetime, seconds: float) -> None:
    for fault in (ODCLOUD[-10](now), CLASSIC[22](now)):
        assert isinstance(fault, QuotaExhausted)
        assert fault.retry_after == seconds


def test_an_allowance_for_a_second_comes_again_in_a_second() -> None:
    fault: NoAnswer = CLASSIC[23](NOW)
    assert isinstance(fault, RateLimitError)
    assert fault.retry_after == 1
