"""Korea's National Law Information service as a small server: judgments that no court gave.

It repeats the caller's user name in its links, counts in words, lists one case as an object and none as nothing, and
refuses with HTTP 200. Asked for something else than JSON it shows a page for people.
"""

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from adapters.story import COURT_CASE

LARGEST_PAGE = 100

OFFENCE = "성폭력범죄의처벌등에관한특례법위반(허위영상물편집·반포등)"

OTHERS = 150
"""Judgments of other cases, to be paged through."""


def sandbox(key: str = "") -> Starlette:
    """The server. It knows one user name, or any if `key` is empty. `state.calls` counts what was answered."""
    app = Starlette(routes=[Route("/DRF/lawSearch.do", _search, methods=["GET"])])
    app.state.key, app.state.calls = key, 0
    return app


def _judgments() -> list[dict[str, Any]]:
    def judgment(number: int, case: str, day: str, court: str) -> dict[str, Any]:
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

    told = judgment(9_900_001, COURT_CASE, "2024.12.19", "서울중앙지법")
    alone = judgment(9_900_002, "2023고단9999002", "2023.05.04", "대법원")
    others = [
        judgment(9_901_000 + each, f"2024고단99991{each:03}", f"2024.{each % 12 + 1:02}.{each % 28 + 1:02}", "수원지법")
        for each in range(OTHERS)
    ]
    return [told, alone, *others]


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
    given = request.query_params
    state = request.app.state
    name = given.get("OC", "")
    if not name or (state.key and name != state.key):
        return JSONResponse(
            {
                "result": "사용자 정보 검증에 실패하였습니다.",
                "msg": f"OPEN API 호출 시 등록된 정보를 확인해 주십시오. {name}",
            }
        )
    if given.get("type") != "JSON":
        return HTMLResponse("<!doctype html><title>페이지 접속에 실패하였습니다.</title>")
    state.calls += 1
    target = given.get("target", "")
    listed, root = {"prec": (JUDGMENTS, "PrecSearch"), "kcc": (DECISIONS, "Kcc")}.get(target, ([], "LawSearch"))
    first, _, last = given.get("prncYd", "").partition("~")
    word = given.get("query", "")
    found = [
        each
        for each in listed
        if word in (each.get("사건명") or each["안건명"])
        and (not first or first <= str(each.get("선고일자", "")).replace(".", "") <= last)
    ]
    page, size = int(given.get("page", "1")), min(int(given.get("display", "20")), LARGEST_PAGE)
    shown: list[dict[str, Any]] = [
        {**each, "판례상세링크": f"/DRF/lawService.do?OC={name}&target={target}&ID={number}&type=HTML"}
        for number, each in enumerate(found)
    ][(page - 1) * size : page * size]
    answer: dict[str, Any] = {"target": target, "키워드": word, "totalCnt": f"{len(found)}", "page": f"{page}"}
    if shown:
        answer[target] = shown[0] if len(shown) == 1 else shown
    return JSONResponse({root: answer})
