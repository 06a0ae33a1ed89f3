"""Korea's open data portal as a small server: both of its hosts, each below its own name, with invented figures.

`api.odcloud.kr` has a dataset that exists, with invented numbers; `apis.data.go.kr` has invented services. Both send
errors as the portal does, with HTTP 200 and a code, in XML though JSON was requested, and the caller's key in them.
"""

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.demonstration import Demonstration

CYBER_OFFENCES = "15053887/v1/uddi:4a0b64ee-fee2-42c1-802b-99c651d5260a"
"""Where the portal has the National Police Agency's cyber offences by year."""

SERVICE = "0000000/MadeUpArrestService"
"""A service of no agency: of its calls, `getArrests` has seven rows, `getOneArrest` one, and the other two none."""

KOREA = timedelta(hours=9)

OFFENCES = (
    "해킹(계정도용)", "해킹(단순침입)", "해킹(자료유출)", "해킹(자료훼손)", "서비스거부공격",
    "악성프로그램(랜섬웨어)", "악성프로그램(기타)", "기타 정보통신망 침해형 범죄", "개인위치정보 침해",
    "사이버저작권침해", "기타 정보통신망 이용형 범죄", "사이버사기(직거래)", "사이버사기(쇼핑몰)", "사이버사기(게임)",
    "사이버사기(이메일 무역사기)", "사이버사기(기타)", "사이버금융범죄(피싱)", "사이버금융범죄(파밍)",
    "사이버금융범죄(스미싱)", "사이버금융범죄(메모리해킹)", "사이버금융범죄(몸캠피싱)",
    "사이버금융범죄(메신저이용사기)", "사이버금융범죄(기타)", "사이버 음란물(일반음란물)",
    "사이버 음란물(아동음란물)", "사이버 음란물(불법촬영물유포)", "사이버 도박(스포츠토토)",
    "사이버 도박(경마 경륜 경정)", "사이버 도박(카지노)", "사이버 도박(기타)", "사이버 명예훼손(모욕)",
    "사이버 스토킹", "기타 불법 컨텐츠",
)  # fmt: skip

NEW_IN_2017 = "사이버 음란물(불법촬영물유포)"
"""An offence that earlier years of this sandbox print a dash for."""

Row = dict[str, Any]


def sandbox(
    key: str = "",
    *,
    daily: int = 10_000,
    a_second: int = 30,
    page_rows: int = 1_000,
    clock: Callable[[], float] = time.time,
) -> Starlette:
    """The server. It accepts one key, or any if `key` is empty, and limits its calls by second and by dataset and day.

    It refuses pages of more than `page_rows` rows. `clock` gives seconds since 1970: days begin at midnight in Seoul.
    `state.calls` counts the calls within the limits, `state.refusals` those beyond.
    """
    app = Starlette(
        routes=[
            Route("/api.odcloud.kr/api/{dataset:path}", _odcloud, methods=["GET"]),
            Route("/apis.data.go.kr/{service:path}", _classic, methods=["GET"]),
        ]
    )
    app.state.key, app.state.daily, app.state.a_second, app.state.clock = key, daily, a_second, clock
    app.state.page_rows, app.state.usage = page_rows, Counter()
    app.state.calls = app.state.refusals = 0
    return app


DEMONSTRATION = Demonstration(app=sandbox, key="any-key", follow=("15053887",))


def cyber_offences() -> list[Row]:
    """The rows of the one dataset, newest year first; there are no such numbers."""
    rows: list[Row] = []
    for year in range(2020, 2013, -1):
        for share, measure in ((100, "발생건수"), (70, "검거건수")):
            row: Row = {"연도": year, "구분": measure}
            for number, offence in enumerate(OFFENCES):
                count = (number * 37 + year * 11) % 997 + (year - 2013) * (number % 5)
                row[offence] = "-" if offence == NEW_IN_2017 and year < 2017 else count * share // 100
            rows.append(row)
    return rows


def arrests() -> list[Row]:
    """The rows of the invented service."""
    rows = [
        {
            "연도": f"{year}",
            "지역": region,
            "죄종": offence,
            "검거건수": f"{1_000 + year + place}",
            "검거인원": 900 + place,
        }
        for year in (2022, 2023)
        for place, region in enumerate(("서울", "부산"))
        for offence in ("사이버 스토킹",)
    ]
    total = {"지역": "합계", "죄종": "합계", "검거건수": "6,091", "검거인원": None}
    return [*rows, *({"연도": f"{year}", **total} for year in (2022, 2023)), {"연도": "2024년", **total}]


TABLES: dict[str, list[Row]] = {
    f"{SERVICE}/getArrests": arrests(),
    f"{SERVICE}/getOneArrest": arrests()[:1],
    f"{SERVICE}/getNoArrests": [],
    f"{SERVICE}/getEmptyArrests": [],
}


def _limit(request: Request, key: str, table: str) -> str:
    """The limit of the key that the call exceeds; empty if none."""
    state = request.app.state
    now = datetime.fromtimestamp(state.clock(), UTC) + KOREA
    day, second = (key, table, f"{now:%Y-%m-%d}"), (key, f"{now:%Y-%m-%dT%H:%M:%S}")
    limit = "day" if state.usage[day] >= state.daily else "second" if state.usage[second] >= state.a_second else ""
    if limit:
        state.refusals += 1
    else:
        state.usage.update((day, second))
        state.calls += 1
    return limit


def _json(payload: object, status: int = 200) -> Response:
    return Response(orjson.dumps(payload), status, media_type="application/json")


async def _odcloud(request: Request) -> Response:
    dataset = request.path_params["dataset"]
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    valid_key = request.app.state.key
    if scheme != "Infuser" or not key:
        return _json({"code": -401, "msg": "유효하지 않은 인증키 입니다."}, 401)
    if valid_key and key != valid_key:
        return _json({"code": -4, "msg": f"등록되지 않은 인증키 입니다. {key}"})
    if dataset != CYBER_OFFENCES:
        return _json({"code": -3, "msg": "등록되지 않은 서비스 입니다."})
    if _limit(request, key, dataset):
        return _json({"code": -10, "msg": f"트래픽을 초과하였습니다. {key}"})
    page, size = (_number(request, name, default) for name, default in (("page", 1), ("perPage", 10)))
    if not page or not 0 < size <= request.app.state.page_rows:
        return _json({"code": -2, "msg": "잘못된 파라미터 요청을 했습니다."})
    rows = cyber_offences()
    page_rows = rows[(page - 1) * size : page * size]
    counts = {"page": page, "perPage": size, "currentCount": len(page_rows), "matchCount": len(rows)}
    return _json({**counts, "totalCount": len(rows), "data": page_rows})


async def _classic(request: Request) -> Response:
    service = request.path_params["service"]
    key = request.query_params.get("serviceKey", "")
    valid_key = request.app.state.key
    if not key:
        return _gateway_error(20, "SERVICE_ACCESS_DENIED_ERROR", "")
    if valid_key and key != valid_key:
        return _gateway_error(30, "SERVICE_KEY_IS_NOT_REGISTERED_ERROR", f"{request.url}")
    if service not in TABLES:
        return _gateway_error(12, "NO_OPENAPI_SERVICE_ERROR", "")
    match _limit(request, key, service):
        case "day":
            return _gateway_error(22, "LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR", key)
        case "second":
            return _gateway_error(23, "LIMITED_NUMBER_OF_SERVICE_REQUESTS_PER_SECOND_EXCEEDS_ERROR", key)
    page, size = (_number(request, name, default) for name, default in (("pageNo", 1), ("numOfRows", 10)))
    if not page or not 0 < size <= request.app.state.page_rows:
        return _answer(request, "10", "INVALID_REQUEST_PARAMETER_ERROR", {})
    rows = TABLES[service]
    if service.endswith("getNoArrests"):
        return _answer(request, "03", "NODATA_ERROR", {})
    page_rows = rows[(page - 1) * size : page * size]
    items: Any = {"item": page_rows[0] if len(page_rows) == 1 else page_rows} if page_rows else ""
    # Some services write the code with three digits; this one also shows the address of the request.
    message = f"NORMAL SERVICE. {request.url}"
    counts = {"numOfRows": size, "pageNo": page, "totalCount": len(rows)}
    return _answer(request, "000", message, {"items": items, **counts})


def _answer(request: Request, code: str, message: str, body: Row) -> Response:
    payload = {"response": {"header": {"resultCode": code, "resultMsg": message}, "body": body}}
    if request.query_params.get("type") == "json":
        return _json(payload)
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>{_xml(payload)}', media_type="application/xml")


def _gateway_error(code: int, reason: str, detail: str) -> Response:
    """An error of the portal's gateway: XML, whatever was requested."""
    header = {"errMsg": f"SERVICE ERROR {detail}".strip(), "returnAuthMsg": reason, "returnReasonCode": f"{code}"}
    payload = {"OpenAPI_ServiceResponse": {"cmmMsgHeader": header}}
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>{_xml(payload)}', media_type="text/xml")


def _xml(value: Any) -> str:
    if not isinstance(value, dict):
        return "" if value is None else escape(f"{value}")
    return "".join(
        f"<{name}>{_xml(each)}</{name}>"
        for name, one in value.items()
        for each in (one if isinstance(one, list) else [one])
    )


def _number(request: Request, name: str, default: int) -> int:
    """A positive number of the query; 0 where it is none."""
    text = request.query_params.get(name, f"{default}")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
