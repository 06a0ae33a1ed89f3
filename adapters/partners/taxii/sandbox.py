"""A TAXII 2.1 server as a partner might run it: collections of STIX objects about matters that there never were.

It has the paging of the standard, its credentials, its media types, its limits and its error messages, and answers only
`Get Objects`. One collection tells its part of the one story: the regulator's case of the court's number, the complaint
that began it, and the request for data that followed.
"""

import time
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.story import COURT_CASE, MONTH, REMOVED

A_MINUTE = 120
LARGEST_PAGE = 500
MEDIA_TYPE = "application/taxii+json;version=2.1"

CASE = "extension-definition--8c5e2f0a-6f3b-4f0e-9d53-3f7c1c1f2a61"
COMPLAINT = "extension-definition--b41d6c9e-27a8-4c67-8a35-5f0d9e4b7c12"
REQUEST = "extension-definition--3e97a1d4-c0b2-4b8f-a6e9-71d28f5a0c93"
"""The gateway's extensions, as its published schema names them."""

COLLECTION = "6a7f2c9e-3d41-4b0a-9f6c-1f0f5b7c8d20"
"""The collection that tells of the one story."""

ONE = "one-for-all-pages"

OTHERS = 40
"""Cases of the collection that tell of nothing else."""

Objects = Sequence[Mapping[str, Any]]


def sandbox(
    key: str = "",
    *,
    user: str = "",
    collections: Mapping[str, Objects] | None = None,
    limit: int = A_MINUTE,
    largest: int = LARGEST_PAGE,
    by_next: bool = True,
    one_next: bool = False,
    together: int = 1,
    clock: Callable[[], float] = time.time,
) -> Starlette:
    """The server. It knows one token, or one password of `user`, or any if `key` is empty.

    It allows so many calls in any minute and gives so many objects at once. Without `by_next` it pages by the time of
    adding alone, as the standard permits, and adds so many objects `together` in one instant. With `one_next` it gives
    one `next` for all pages and remembers itself which it gave, as the server does that OASIS wrote. `clock` gives
    seconds.
    `state.calls` counts what was answered, `state.refused` what was beyond the limit.
    """
    app = Starlette(routes=[Route("/collections/{collection}/objects/", _objects, methods=["GET"])])
    state = app.state
    state.key, state.user, state.limit, state.largest = key, user, limit, largest
    state.by_next, state.one_next, state.together, state.clock = by_next, one_next, together, clock
    state.given = 0
    state.collections = dict(story() if collections is None else collections)
    state.asked = deque()
    state.calls = state.refused = 0
    return app


def stix(kind: str, name: str, /, **said: Any) -> dict[str, Any]:
    """An object of a type, whose identifier follows from its name; `said` goes before what is usual."""
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": identifier(kind, name),
        "created": f"{MONTH:%Y-%m-%d}T00:00:00.000Z",
        "modified": f"{MONTH:%Y-%m-%d}T00:00:00.000Z",
    } | said


def identifier(kind: str, name: str) -> str:
    """The identifier of an object of the sandbox."""
    return f"{kind}--{uuid5(NAMESPACE_URL, f'https://partner.example/{kind}/{name}')}"


def story() -> dict[str, list[dict[str, Any]]]:
    """The collection's objects, in the order in which they were added."""

    def days(first: int, number: int = 1) -> dict[str, str]:
        start = MONTH.replace(day=first)
        return {"start": start.isoformat(), "end": (start + timedelta(days=number)).isoformat()}

    def extended(key: str, **said: Any) -> dict[str, Any]:
        common = {"extension_type": "property-extension", "jurisdictions": ["KR"]}
        return {"extensions": {key: common | {"harm_categories": ["NCII_DEEPFAKE"]} | said}}

    authority = stix("identity", "authority", name="KCSC", identity_class="organization")
    by = {"created_by_ref": authority["id"]}
    person = stix("identity", "person", name="Nobody Whatsoever", identity_class="individual")
    offence = {"scheme": "law", "code": "성폭력처벌법 제14조의2"}
    case = stix(
        *("incident", "the case"),
        **by,
        name="A matter that there never was",
        description="Nobody did anything.",
        external_references=[{"source_name": "case-number", "external_id": COURT_CASE}],
        **extended(CASE, case_number="KCSC-2024-0917", status="UNDER_INVESTIGATION", offence=offence, opened=days(2)),
    )
    seen = {"first_observed": case["created"], "last_observed": case["created"]}
    complaint = stix(
        *("observed-data", "the complaint"),
        **by,
        **seen,
        number_observed=3,
        object_refs=[identifier("url", "one"), identifier("url", "two")],
        **extended(COMPLAINT, platform="telegram", status="ACTED_ON", received=days(1)),
    )
    request = stix(
        *("report", "the request"),
        **by,
        name="A request that nobody sent",
        published=case["created"],
        object_refs=[case["id"]],
        **extended(
            REQUEST,
            platform="telegram",
            data_type="SUBSCRIBER_DATA",
            instrument="AGENCY_REQUEST",
            status="ANSWERED",
            requested=days(3),
            responded=days(REMOVED.day),
            accounts_count=1,
            emergency=False,
        ),
    )
    link = stix(
        *("relationship", "complaint to case"),
        relationship_type="related-to",
        source_ref=complaint["id"],
        target_ref=case["id"],
    )
    revoked = stix("incident", "revoked", name="A mistake", revoked=True, **extended(CASE))
    document = stix(
        "report", "a document", name="A yearly report", published=case["created"], object_refs=[authority["id"]]
    )
    others = [
        stix("incident", f"case {each}", **by, name="Another", **extended(CASE, opened=days(each % 28 + 1)))
        for each in range(OTHERS)
    ]
    return {COLLECTION: [link, person, complaint, *others, request, document, revoked, case, authority]}


def _objects(request: Request) -> Response:
    if refusal := _gate(request):
        return refusal
    state, given = request.app.state, request.query_params
    listed = state.collections.get(request.path_params["collection"])
    if listed is None:
        return _error(404, "There is no such collection")
    try:
        size = min(int(given.get("limit", state.largest)), state.largest)
        start = state.given if given.get("next") == ONE else int(given.get("next", 0))
        after = datetime.fromisoformat(given["added_after"]) if "added_after" in given else None
    except ValueError:
        return _error(400, "The question cannot be read")
    if size < 1 or not 0 <= start <= len(listed):
        return _error(400, "The question cannot be read")
    added = [_added(number // state.together) for number in range(len(listed))]
    kinds = given["match[type]"].split(",") if "match[type]" in given else None
    found = [
        number
        for number in range(start, len(listed))
        if (after is None or added[number] > after) and (kinds is None or listed[number].get("type") in kinds)
    ]
    page, rest = found[:size], found[size:]
    envelope: dict[str, Any] = {"objects": [listed[number] for number in page]} if page else {}
    if rest:
        state.given = rest[0]
        envelope |= {"more": True} | ({"next": ONE if state.one_next else str(rest[0])} if state.by_next else {})
    headers = {}
    if page:
        headers = {
            "X-TAXII-Date-Added-First": _stamp(added[page[0]]),
            "X-TAXII-Date-Added-Last": _stamp(added[page[-1]]),
        }
    return JSONResponse(envelope, headers=headers, media_type=MEDIA_TYPE)


def _gate(request: Request) -> Response | None:
    state = request.app.state
    if (told := request.headers.get("authorization", "")) == "" or (state.key and told != _credential(state)):
        return _error(401, "The credential is not known", **{"WWW-Authenticate": 'Basic realm="taxii"'})
    accepted = {part.partition(";q=")[0].replace(" ", "") for part in request.headers.get("accept", "").split(",")}
    if not accepted & {MEDIA_TYPE, "application/taxii+json"}:
        return _error(406, "Nothing of what is accepted is offered")
    now = state.clock()
    while state.asked and state.asked[0] <= now - 60:
        state.asked.popleft()
    if len(state.asked) >= state.limit:
        state.refused += 1
        return _error(429, "Too many questions", **{"Retry-After": "60"})
    state.asked.append(now)
    state.calls += 1
    return None


def _credential(state: Any) -> str:
    if state.user:
        return f"Basic {b64encode(f'{state.user}:{state.key}'.encode()).decode()}"
    return f"Bearer {state.key}"


def _error(status: int, title: str, **headers: str) -> Response:
    """An error message of TAXII (§3.6.1)."""
    return JSONResponse({"title": title, "http_status": str(status)}, status, headers=headers, media_type=MEDIA_TYPE)


def _added(number: int) -> datetime:
    return datetime(MONTH.year, MONTH.month, MONTH.day, tzinfo=UTC) + timedelta(seconds=number)


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"
