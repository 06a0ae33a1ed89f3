"""Korea's National Law Information service as a small server, over synthetic judgments.

It repeats the caller's user name in its links, has its counts as text, returns one case as an object and leaves the key
out where there is none. Its errors come with HTTP 200. For any type but JSON it returns an HTML page.
"""

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from adapters.demonstration import Demonstration
from adapters.story import COURT_CASE

MAX_PAGE_SIZE = 100

OFFENCE = "성폭력범죄의처벌등에관한특례법위반(허위영상물편집·반포등)"

OTHER_JUDGMENTS = 150
"""Judgments of other cases, which fill several pages."""


def sandbox(key: str = "") -> Starlette:
    """The server. It accepts one user name, or any if `key` is empty. `state.calls` counts the searches."""
    app = Starlette(routes=[Route("/DRF/lawSearch.do", _search, methods=["GET"])])
    app.state.key, app.state.calls = key, 0
    return app


DEMONSTRATION = Demonstration(app=sandbox, address="/DRF", key="any-key", follow=("prec/허위영상물/2024",))


def _judgment(number: int, case: str, day: str, court: str) -> dict[str, Any]:
    return {
        "판례일련번호": f"{number}",
        "사건명": OFFENCE,
        "사건번호": case,
        "선고일자": day,
        "법원명": court,
        "사건종류명": "형사",
        "판결유형": "판결",
        "선고": "선고",
        "데이터출처명": "대법원",
    }


def _judgments() -> list[dict[str, Any]]:
    story = _judgment(9_900_001, COURT_CASE, "2024.12.19", "서울중앙지법")
    only_one_of_2023 = _judgment(9_900_002, "2023고단9999002", "2023.05.04", "대법원")
    others = [
        _judgment(9_901_000 + n, f"2024고단99991{n:03}", f"2024.{n % 12 + 1:02}.{n % 28 + 1:02}", "수원지법")
        for n in range(OTHER_JUDGMENTS)
    ]
    return [story, only_one_of_2023, *others]


JUDGMENTS = _judgments()

DECISIONS = [
    {
        "결정문일련번호": "9800001",
        "안건명": "아무도 받지 않은 시정명령에 관한 건",
        "안건번호": "2024-99-999",
        "의결일자": "2024.10.02.",
    }
]


async def _search(request: Request) -> Response:
    params = request.query_params
    state = request.app.state
    user = params.get("OC", "")
    if not user or (state.key and user != state.key):
        return JSONResponse(
            {
                "result": "사용자 정보 검증에 실패하였습니다.",
                "msg": f"OPEN API 호출 시 등록된 정보를 확인해 주십시오. {user}",
            }
        )
    if params.get("type") != "JSON":
        return HTMLResponse("<!doctype html><title>페이지 접속에 실패하였습니다.</title>")
    state.calls += 1
    target, word = params.get("target", ""), params.get("query", "")
    cases, root = {"prec": (JUDGMENTS, "PrecSearch"), "kcc": (DECISIONS, "Kcc")}.get(target, ([], "LawSearch"))
    matches = _matches(cases, word, params.get("prncYd", ""))
    page, size = int(params.get("page", "1")), min(int(params.get("display", "20")), MAX_PAGE_SIZE)
    entries: list[dict[str, Any]] = [
        {**case, "판례상세링크": f"/DRF/lawService.do?OC={user}&target={target}&ID={number}&type=HTML"}
        for number, case in enumerate(matches)
    ][(page - 1) * size : page * size]
    answer: dict[str, Any] = {"target": target, "키워드": word, "totalCnt": f"{len(matches)}", "page": f"{page}"}
    if entries:
        answer[target] = entries[0] if len(entries) == 1 else entries
    return JSONResponse({root: answer})


def _matches(cases: list[dict[str, Any]], word: str, days: str) -> list[dict[str, Any]]:
    """The cases with `word` in their names, of the days `YYYYMMDD~YYYYMMDD` if there are any."""
    first, _, last = days.partition("~")
    return [
        case
        for case in cases
        if word in (case.get("사건명") or case["안건명"])
        and (not first or first <= str(case.get("선고일자", "")).replace(".", "") <= last)
    ]
