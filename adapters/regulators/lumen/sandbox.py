"""Lumen as a small server: synthetic notices about a court order and requests that never were.

It has the interface's search with its paging, its token, its limits and its errors: text instead of JSON for too many
calls, an empty answer without a token, and no page beyond the 10,000th notice.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from adapters.call_window import CallWindow
from adapters.demonstration import Demonstration
from adapters.story import COURT_CASE, MONTH, REMOVAL_DAY

CALLS_PER_MINUTE = 60
MAX_RESULTS = 10_000
MAX_PAGE_SIZE = 1_000

OTHER_NOTICES = 230
"""Notices of other persons, which fill several pages."""


def sandbox(
    key: str = "",
    *,
    limit: int = CALLS_PER_MINUTE,
    max_results: int = MAX_RESULTS,
    clock: Callable[[], float] = time.time,
) -> Starlette:
    """The server. It accepts one token, or any if `key` is empty, and `limit` calls in any minute of `clock`.

    The pages of a search end at the notice number `max_results`. `clock` gives seconds. `state.window` counts the calls
    that it answers and refuses.
    """
    app = Starlette(
        routes=[
            Route("/notices/search", _search, methods=["GET"]),
            Route("/notices/{number:int}.json", _notice, methods=["GET"]),
        ]
    )
    app.state.key, app.state.window, app.state.max_results = key, CallWindow(limit, clock), max_results
    return app


DEMONSTRATION = Demonstration(app=sandbox, key="any-key", follow=("deepfake/2024-09",))


def _notice_json(number: int, kind: str, day: int, works: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": kind,
        "title": "A notice that nobody sent",
        "date_sent": _time(day),
        "date_received": _time(day),
        "topics": [],
        "sender_name": "[REDACTED]",
        "principal_name": None,
        "recipient_name": "Telegram Messenger Inc.",
        "works": works,
        "tags": ["deepfake"],
        "jurisdictions": ["KR"],
        "action_taken": "Yes",
        "language": "ko",
        "case_id_number": None,
        "date_submitted": _time(day + 1),
        "score": 1.5,
    } | fields


def _time(day: int) -> str:
    return f"{MONTH:%Y-%m}-{day:02}T00:00:00.000Z"


def _notices() -> list[dict[str, Any]]:
    address = {"fqdn": "videos.example", "count": 12}
    notices = [
        _notice_json(
            *(90_000_001, "CourtOrder", REMOVAL_DAY.day - 2),
            [{"subject_of_court_order": None, "targetted_urls": [address]}],
            case_id_number=COURT_CASE,
            laws_referenced=["Act on Special Cases concerning the Punishment of Sexual Crimes, art. 14-2"],
            explanation="Nobody ordered anything.",
        ),
        _notice_json(
            *(90_000_002, "LawEnforcementRequest", REMOVAL_DAY.day),
            [{"subject_of_enforcement_request": None, "urls_in_request": [{"url": "No URL submitted"}]}],
            sender_name="Korean National Police Agency",
            case_id_number=COURT_CASE,
            request_type="Records Preservation",
            action_taken="Partial",
            regulations=[],
        ),
        _notice_json(
            *(90_000_003, "PrivateInformation", REMOVAL_DAY.day),
            [{"urls_with_private_information": [{"url": "https://videos.example/a/b?c"}]}],
            action_taken="No",
        ),
        {"id": 90_000_004, "title": "A rescinded notice", "body": "Notice Rescinded"},
    ]
    others = [
        _notice_json(
            *(90_001_000 + index, "Other", index % 28 + 1),
            [{"problematic_urls": [address]}],
            action_taken="Unspecified",
        )
        for index in range(OTHER_NOTICES)
    ]
    return notices + others


NOTICES = _notices()


def _check_access(request: Request) -> Response | None:
    """The answer to a call without a valid token or beyond the limit; None for any other."""
    state = request.app.state
    token = request.headers.get("x-authentication-token") or request.query_params.get("authentication_token", "")
    if not token or (state.key and token != state.key):
        return Response(status_code=401)
    if not state.window.admit():
        return PlainTextResponse("Oops. You have asked too often.", 429, headers={"Retry-After": "60"})
    return None


async def _search(request: Request) -> Response:
    if error := _check_access(request):
        return error
    params = request.query_params
    page = max(1, int(params.get("page", "1")))
    size = min(max(1, int(params.get("per_page", "10"))), MAX_PAGE_SIZE)
    most = request.app.state.max_results
    if (page - 1) * size >= most:
        # Seen instead of the documented 404: berkmancenter/lumendatabase#631.
        return PlainTextResponse("Internal Server Error", 500)
    first, _, last = params.get("date_received_facet", "..").partition("..")
    has_term = params.get("term") == "deepfake"
    matches = [notice for notice in NOTICES if has_term and _is_in_range(notice, first, last)]
    pages = -(-min(len(matches), most) // size)
    meta = {
        "query": {"term": params.get("term")},
        "facets": {},
        "current_page": page,
        "next_page": page + 1 if page < pages else None,
        "previous_page": page - 1 or None,
        "per_page": size,
        "total_entries": len(matches),
        "total_pages": pages,
    }
    return JSONResponse({"notices": matches[:most][(page - 1) * size : page * size], "meta": meta})


async def _notice(request: Request) -> Response:
    if error := _check_access(request):
        return error
    number = request.path_params["number"]
    for notice in NOTICES:
        if notice["id"] == number:
            return JSONResponse({_root_key(notice.get("type", "Notice")): notice})
    return JSONResponse({"message": "not found"}, 404)


def _is_in_range(notice: dict[str, Any], first: str, last: str) -> bool:
    if not first or not last:
        return True
    text = notice.get("date_received") or f"{MONTH}T00:00:00.000Z"
    milliseconds = datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1000
    return int(first) <= milliseconds <= int(last)


def _root_key(kind: str) -> str:
    """The key of a single notice: its type in snake case."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind).lstrip("_")
