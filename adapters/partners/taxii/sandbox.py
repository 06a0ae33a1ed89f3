"""A TAXII 2.1 server as a partner might run it: collections of synthetic STIX objects.

It has the paging of the standard, its credentials, media types, limits and error messages, and answers only
`Get Objects`. One collection has its part of the sandboxes' common matter: the regulator's case with the court's
number, the complaint that began it, and the request for data that followed.
"""

import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.call_window import CallWindow
from adapters.story import COURT_CASE, MONTH, REMOVAL_DAY

CALLS_PER_MINUTE = 120
MAX_PAGE_SIZE = 500
MEDIA_TYPE = "application/taxii+json;version=2.1"

CASE = "extension-definition--8c5e2f0a-6f3b-4f0e-9d53-3f7c1c1f2a61"
COMPLAINT = "extension-definition--b41d6c9e-27a8-4c67-8a35-5f0d9e4b7c12"
REQUEST = "extension-definition--3e97a1d4-c0b2-4b8f-a6e9-71d28f5a0c93"
"""The keys of the gateway's extensions, as its published schema has them."""

COLLECTION = "6a7f2c9e-3d41-4b0a-9f6c-1f0f5b7c8d20"
"""The collection with the common matter."""

SAME_NEXT = "one-for-all-pages"

OTHER_CASES = 40
"""Cases of the collection that have nothing to do with the common matter."""

Objects = Sequence[Mapping[str, Any]]


def sandbox(
    key: str = "",
    *,
    user: str = "",
    collections: Mapping[str, Objects] | None = None,
    limit: int = CALLS_PER_MINUTE,
    page_size: int = MAX_PAGE_SIZE,
    has_next: bool = True,
    same_next: bool = False,
    batch: int = 1,
    clock: Callable[[], float] = time.time,
) -> Starlette:
    """The server. It accepts one token, or one password of `user`, or any if `key` is empty.

    It allows `limit` calls in any minute of `clock`, which gives seconds, and at most `page_size` objects per page.
    Without `has_next` it pages by the time of adding alone, as the standard permits, and adds `batch` objects at once.
    With `same_next` it has one `next` for all pages and remembers the position, as OASIS's own server does.
    `state.window` counts the calls that it answers and refuses.
    """
    app = Starlette(routes=[Route("/collections/{collection}/objects/", _objects, methods=["GET"])])
    state = app.state
    state.key, state.user, state.page_size = key, user, page_size
    state.has_next, state.same_next, state.batch = has_next, same_next, batch
    state.position = 0
    state.collections = dict(story() if collections is None else collections)
    state.window = CallWindow(limit, clock)
    return app


def stix(kind: str, name: str, /, **properties: Any) -> dict[str, Any]:
    """An object of a type, with an identifier made from its name; `properties` replace the usual ones."""
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": identifier(kind, name),
        "created": f"{MONTH:%Y-%m-%d}T00:00:00.000Z",
        "modified": f"{MONTH:%Y-%m-%d}T00:00:00.000Z",
    } | properties


def identifier(kind: str, name: str) -> str:
    """The identifier of an object of the sandbox."""
    return f"{kind}--{uuid5(NAMESPACE_URL, f'https://partner.example/{kind}/{name}')}"


def story() -> dict[str, list[dict[str, Any]]]:
    """The collection's objects, in the order in which they were added."""
    authority = stix("identity", "authority", name="KCSC", identity_class="organization")
    person = stix("identity", "person", name="Nobody Whatsoever", identity_class="individual")
    case = _case(authority)
    complaint = _complaint(authority, case)
    request = _request(authority, case)
    link = stix(
        *("relationship", "complaint to case"),
        relationship_type="related-to",
        source_ref=complaint["id"],
        target_ref=case["id"],
    )
    revoked = stix("incident", "revoked", name="A mistake", revoked=True, **_extension(CASE))
    document = stix(
        "report", "a document", name="A yearly report", published=case["created"], object_refs=[authority["id"]]
    )
    others = [
        stix(
            *("incident", f"case {index}"),
            created_by_ref=authority["id"],
            name="Another",
            **_extension(CASE, opened=_days(index % 28 + 1)),
        )
        for index in range(OTHER_CASES)
    ]
    return {COLLECTION: [link, person, complaint, *others, request, document, revoked, case, authority]}


def _case(authority: Mapping[str, Any]) -> dict[str, Any]:
    return stix(
        *("incident", "the case"),
        created_by_ref=authority["id"],
        name="A matter that there never was",
        description="Nobody did anything.",
        external_references=[{"source_name": "case-number", "external_id": COURT_CASE}],
        **_extension(
            CASE,
            case_number="KCSC-2024-0917",
            status="UNDER_INVESTIGATION",
            offence={"scheme": "law", "code": "성폭력처벌법 제14조의2"},
            opened=_days(2),
        ),
    )


def _complaint(authority: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    return stix(
        *("observed-data", "the complaint"),
        created_by_ref=authority["id"],
        first_observed=case["created"],
        last_observed=case["created"],
        number_observed=3,
        object_refs=[identifier("url", "one"), identifier("url", "two")],
        **_extension(COMPLAINT, platform="telegram", status="ACTED_ON", received=_days(1)),
    )


def _request(authority: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    return stix(
        *("report", "the request"),
        created_by_ref=authority["id"],
        name="A request that nobody sent",
        published=case["created"],
        object_refs=[case["id"]],
        **_extension(
            REQUEST,
            platform="telegram",
            data_type="SUBSCRIBER_DATA",
            instrument="AGENCY_REQUEST",
            status="ANSWERED",
            requested=_days(3),
            responded=_days(REMOVAL_DAY.day),
            accounts_count=1,
            emergency=False,
        ),
    )


def _days(first: int) -> dict[str, str]:
    start = MONTH.replace(day=first)
    return {"start": start.isoformat(), "end": (start + timedelta(days=1)).isoformat()}


def _extension(key: str, **properties: Any) -> dict[str, Any]:
    common = {"extension_type": "property-extension", "jurisdictions": ["KR"], "harm_categories": ["NCII_DEEPFAKE"]}
    return {"extensions": {key: common | properties}}


def _objects(request: Request) -> Response:
    if error := _check_access(request):
        return error
    state, params = request.app.state, request.query_params
    objects = state.collections.get(request.path_params["collection"])
    if objects is None:
        return _error(404, "There is no such collection")
    try:
        size = min(int(params.get("limit", state.page_size)), state.page_size)
        start = state.position if params.get("next") == SAME_NEXT else int(params.get("next", 0))
        after = datetime.fromisoformat(params["added_after"]) if "added_after" in params else None
    except ValueError:
        return _error(400, "The request cannot be read")
    if size < 1 or not 0 <= start <= len(objects):
        return _error(400, "The request cannot be read")
    times = [_time_of_adding(number // state.batch) for number in range(len(objects))]
    types = params["match[type]"].split(",") if "match[type]" in params else None
    matches = [
        number
        for number in range(start, len(objects))
        if (after is None or times[number] > after) and (types is None or objects[number].get("type") in types)
    ]
    page = matches[:size]
    return _page([objects[n] for n in page], [times[n] for n in page], matches[size:], state)


def _page(objects: Objects, times: Sequence[datetime], rest: Sequence[int], state: Any) -> Response:
    """An envelope of `objects`, which were added at `times`; `rest` are the numbers of those that follow."""
    envelope: dict[str, Any] = {"objects": objects} if objects else {}
    if rest:
        state.position = rest[0]
        token = SAME_NEXT if state.same_next else str(rest[0])
        envelope |= {"more": True} | ({"next": token} if state.has_next else {})
    headers = {}
    if times:
        headers = {
            "X-TAXII-Date-Added-First": _format_time(times[0]),
            "X-TAXII-Date-Added-Last": _format_time(times[-1]),
        }
    return JSONResponse(envelope, headers=headers, media_type=MEDIA_TYPE)


def _check_access(request: Request) -> Response | None:
    """The error for a call without a valid credential, of another media type or beyond the limit; None for others."""
    state = request.app.state
    credential = request.headers.get("authorization", "")
    if not credential or (state.key and credential != _credential(state)):
        return _error(401, "The credential is not known", **{"WWW-Authenticate": 'Basic realm="taxii"'})
    types = {part.partition(";q=")[0].replace(" ", "") for part in request.headers.get("accept", "").split(",")}
    if not types & {MEDIA_TYPE, "application/taxii+json"}:
        return _error(406, "No acceptable media type")
    if not state.window.admit():
        return _error(429, "Too many requests", **{"Retry-After": "60"})
    return None


def _credential(state: Any) -> str:
    if state.user:
        return f"Basic {b64encode(f'{state.user}:{state.key}'.encode()).decode()}"
    return f"Bearer {state.key}"


def _error(status: int, title: str, **headers: str) -> Response:
    """An error message of TAXII (§3.6.1)."""
    return JSONResponse({"title": title, "http_status": str(status)}, status, headers=headers, media_type=MEDIA_TYPE)


def _time_of_adding(number: int) -> datetime:
    return datetime(MONTH.year, MONTH.month, MONTH.day, tzinfo=UTC) + timedelta(seconds=number)


def _format_time(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S.%f}Z"
