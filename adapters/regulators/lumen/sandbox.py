"""Lumen as a small server: notices that nobody sent, about a court order and requests that there never were.

It has the interface's search with its paging, its token, its limits and its refusals: a text instead of JSON for who
asks too often, nothing at all for who has no token, and no page beyond the 20,000th notice.
"""

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from adapters.story import COURT_CASE, MONTH, REMOVED

A_MINUTE = 60
DEEPEST = 20_000
LARGEST_PAGE = 1_000

UNSENT = 230
"""Notices of other persons, to be paged through."""


def sandbox(key: str = "", *, limit: int = A_MINUTE, clock: Callable[[], float] = time.time) -> Starlette:
    """The server. It knows one token, or any if `key` is empty, and allows it so many calls in any minute.

    `clock` gives seconds. `state.calls` counts what was answered, `state.refused` what was beyond the limit.
    """
    app = Starlette(
        routes=[
            Route("/notices/search", _search, methods=["GET"]),
            Route("/notices/{number:int}.json", _notice, methods=["GET"]),
        ]
    )
    app.state.key, app.state.limit, app.state.clock = key, limit, clock
    app.state.asked = deque()
    app.state.calls = app.state.refused = 0
    return app


def _notices() -> list[dict[str, Any]]:
    def sent(day: int) -> str:
        return f"{MONTH:%Y-%m}-{day:02}T00:00:00.000Z"

    def notice(number: int, kind: str, day: int, works: list[dict[str, Any]], **said: Any) -> dict[str, Any]:
        return {
            "id": number,
            "type": kind,
            "title": "A notice that nobody sent",
            "date_sent": sent(day),
            "date_received": sent(day),
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
            "date_submitted": sent(day + 1),
            "score": 1.5,
        } | said

    at = {"fqdn": "videos.example", "count": 12}
    notices = [
        notice(
            *(90_000_001, "CourtOrder", REMOVED.day - 2),
            [{"subject_of_court_order": None, "targetted_urls": [at]}],
            case_id_number=COURT_CASE,
            laws_referenced=["Act on Special Cases concerning the Punishment of Sexual Crimes, art. 14-2"],
            explanation="Nobody ordered anything.",
        ),
        notice(
            *(90_000_002, "LawEnforcementRequest", REMOVED.day),
            [{"subject_of_enforcement_request": None, "urls_in_request": [{"url": "No URL submitted"}]}],
            sender_name="Korean National Police Agency",
            case_id_number=COURT_CASE,
            request_type="Records Preservation",
            action_taken="Partial",
            regulations=[],
        ),
        notice(
            *(90_000_003, "PrivateInformation", REMOVED.day),
            [{"urls_with_private_information": [{"url": "https://videos.example/a/b?c"}]}],
            action_taken="No",
        ),
        {"id": 90_000_004, "title": "A rescinded notice", "body": "Notice Rescinded"},
    ]
    other = [
        notice(90_001_000 + each, "Other", each % 28 + 1, [{"problematic_urls": [at]}], action_taken="Unspecified")
        for each in range(UNSENT)
    ]
    return notices + other


NOTICES = _notices()


def _gate(request: Request) -> Response | None:
    state = request.app.state
    token = request.headers.get("x-authentication-token") or request.query_params.get("authentication_token", "")
    if not token or (state.key and token != state.key):
        return Response(status_code=401)
    now = state.clock()
    while state.asked and state.asked[0] <= now - 60:
        state.asked.popleft()
    if len(state.asked) >= state.limit:
        state.refused += 1
        return PlainTextResponse("Oops. You have asked too often.", 429, headers={"Retry-After": "60"})
    state.asked.append(now)
    state.calls += 1
    return None


async def _search(request: Request) -> Response:
    if refusal := _gate(request):
        return refusal
    given = request.query_params
    page = max(1, int(given.get("page", "1")))
    size = min(max(1, int(given.get("per_page", "10"))), LARGEST_PAGE)
    if page * size > DEEPEST:
        return JSONResponse({"message": "Lumen cannot display beyond the 20,000th result."}, 404)
    first, _, last = given.get("date_received_facet", "..").partition("..")
    found = [each for each in NOTICES if _is_received(each, first, last)] if given.get("term") == "deepfake" else []
    pages = -(-len(found) // size)
    meta = {
        "query": {"term": given.get("term")},
        "facets": {},
        "current_page": page,
        "next_page": page + 1 if page < pages else None,
        "previous_page": page - 1 or None,
        "per_page": size,
        "total_entries": len(found),
        "total_pages": pages,
    }
    return JSONResponse({"notices": found[(page - 1) * size : page * size], "meta": meta})


async def _notice(request: Request) -> Response:
    if refusal := _gate(request):
        return refusal
    number = request.path_params["number"]
    for notice in NOTICES:
        if notice["id"] == number:
            return JSONResponse({_root(notice.get("type", "Notice")): notice})
    return JSONResponse({"message": "not found"}, 404)


def _is_received(notice: dict[str, Any], first: str, last: str) -> bool:
    if not first or not last:
        return True
    stated = notice.get("date_received") or f"{MONTH}T00:00:00.000Z"
    moment = datetime.fromisoformat(stated).astimezone(UTC).timestamp() * 1000
    return int(first) <= moment <= int(last)


def _root(kind: str) -> str:
    """The key of a single notice: its type in small letters, with an underscore before what was a capital."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind).lstrip("_")
