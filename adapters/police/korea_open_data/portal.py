"""What the portal answers, in its two dialects: pages of rows, or a fault under whatever status and in whatever form.

`odcloud` has the datasets that are files: `{page, perPage, totalCount, currentCount, matchCount, data: […]}`, and
`{code, msg}` where it has none. `classic` has the services of single agencies: `{response: {header: {resultCode}, body:
{items: {item}, pageNo, numOfRows, totalCount}}}`, where one item is no list and none is an empty text, and
`{OpenAPI_ServiceResponse: {cmmMsgHeader: {returnReasonCode}}}` for a fault, as XML even where JSON was asked for.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from adapters.client import JSON, XML, ResponseCheck, ResponseFormat, SourceResponse
from adapters.errors import (
    BadRequest,
    NoAnswer,
    NotFound,
    QuotaExhausted,
    RateLimitError,
    ServerError,
    Unauthorised,
    UnexpectedShape,
)

SEOUL = timezone(timedelta(hours=9), "KST")
"""Korea's clocks know no summer time."""

Kind = Callable[[datetime], NoAnswer]


def _unauthorised(now: datetime) -> NoAnswer:
    return Unauthorised("the portal does not know our key: the setting `key` is the one that it calls decoding")


def _not_permitted(now: datetime) -> NoAnswer:
    return Unauthorised("the portal has not approved our key for this dataset, or no longer")


def _kept_out(now: datetime) -> NoAnswer:
    return Unauthorised("the portal takes no calls from our address")


def _exhausted(now: datetime) -> NoAnswer:
    """Allowances are of a day, and begin anew at midnight in Seoul."""
    here = now.astimezone(SEOUL)
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return QuotaExhausted(
        "the portal's allowance for the day is used up", retry_after=(midnight - here).total_seconds()
    )


def _too_fast(now: datetime) -> NoAnswer:
    return RateLimitError("the portal allows no more calls in this second", retry_after=1.0)


def _failed(now: datetime) -> NoAnswer:
    return ServerError("the portal met a fault of its own")


def _refused(now: datetime) -> NoAnswer:
    return BadRequest("the portal does not accept our parameters")


def _not_found(now: datetime) -> NoAnswer:
    return NotFound("the portal has no such dataset, or no longer")


ODCLOUD: Mapping[int, Kind] = {
    -1: _failed,
    -2: _refused,
    -3: _not_found,
    -4: _unauthorised,
    -5: _not_found,
    -10: _exhausted,
    -401: _unauthorised,
}
"""The codes of odcloud, but for 0."""

CLASSIC: Mapping[int, Kind] = {
    1: _failed,
    2: _failed,
    4: _failed,
    5: _failed,
    10: _refused,
    11: _refused,
    12: _not_found,
    20: _not_permitted,
    21: _not_permitted,
    22: _exhausted,
    23: _too_fast,
    29: _kept_out,
    30: _unauthorised,
    31: _not_permitted,
    32: _kept_out,
    33: _not_permitted,
    99: _failed,
}
"""The codes of the services and of the gate before them, written with two or three digits.

As the portal lists them (https://www.data.go.kr/tcs/dss/selectErrCodePopupView.do); the rest is from older guides.
"""

DONE, NO_DATA = 0, 3


class Page(NamedTuple):
    """Some of a dataset's rows: the number of the page, None where it is not said, and how many rows there are."""

    number: int | None
    total: int
    rows: list[object]


def odcloud_judge(now: Callable[[], datetime]) -> ResponseCheck:
    """Raises what a code of odcloud means, whatever the status it came with."""

    def judge(answer: SourceResponse) -> None:
        payload = answer.payload
        if isinstance(payload, dict) and "code" in payload and "data" not in payload:
            raise _fault(payload["code"], ODCLOUD, now)

    return judge


def classic_judge(now: Callable[[], datetime]) -> ResponseCheck:
    """Raises what a code of a service, or of the gate before it, means, whatever status and form it came with."""

    def judge(answer: SourceResponse) -> None:
        payload = answer.payload
        if payload is None and b"OpenAPI_ServiceResponse" in answer.content:
            # Of another media type than was promised, as a page for people, say.
            try:
                payload = _either(answer.content)
            except (ValueError, RecursionError):
                return
        gate = _within(payload, "OpenAPI_ServiceResponse", "cmmMsgHeader")
        if gate is not None:
            raise _fault(gate.get("returnReasonCode"), CLASSIC, now)
        header = _within(payload, "response", "header")
        if header is not None and _code(header.get("resultCode")) not in {DONE, NO_DATA}:
            raise _fault(header.get("resultCode"), CLASSIC, now)

    return judge


def odcloud_page(name: str, payload: object) -> Page:
    """The page in an answer of odcloud. Raises UnexpectedShape."""
    if not isinstance(payload, dict) or not isinstance(payload.get("data"), list):
        raise UnexpectedShape(f"{name}: the answer has no list of rows")
    rows = payload["data"]
    if payload.get("currentCount", len(rows)) != len(rows):
        raise UnexpectedShape(f"{name}: the answer counts other rows than it holds")
    return Page(_count(name, payload, "page"), _count(name, payload, "totalCount"), rows)


def classic_page(name: str, payload: object) -> Page:
    """The page in an answer of a service. Raises UnexpectedShape."""
    header = _within(payload, "response", "header")
    if header is None:
        raise UnexpectedShape(f"{name}: the answer has no header")
    if _code(header.get("resultCode")) == NO_DATA:
        return Page(None, 0, [])
    body = _within(payload, "response", "body")
    if body is None:
        raise UnexpectedShape(f"{name}: the answer has no body")
    return Page(
        _count(name, body, "pageNo") if "pageNo" in body else None,
        _count(name, body, "totalCount"),
        _items(name, body.get("items")),
    )


def _items(name: str, items: object) -> list[object]:
    item = items.get("item") if isinstance(items, dict) else items
    if item is None or item == "":
        return []
    if isinstance(items, dict) and isinstance(item, list):
        return item
    if isinstance(items, dict) and isinstance(item, dict):
        return [item]
    raise UnexpectedShape(f"{name}: the answer has no items")


def _count(name: str, stated: Mapping[str, Any], key: str) -> int:
    value = stated.get(key)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise UnexpectedShape(f"{name}: the answer states no {key}")


def _within(payload: object, *keys: str) -> dict[str, Any] | None:
    """The object below the keys, one in the other; None where there is none."""
    for key in keys:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload if isinstance(payload, dict) else None


def _code(value: object) -> int | None:
    text = str(value) if isinstance(value, int | str) else ""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) < 6 else None


def _fault(value: object, codes: Mapping[int, Kind], now: Callable[[], datetime]) -> Exception:
    code = _code(value)
    if code is None or code not in codes:
        return UnexpectedShape("the portal answers with a code that its documentation does not have")
    return codes[code](now())


def _either(content: bytes) -> Any:
    """The value of a JSON text or of an XML text; an element is the text in it, or its children by name."""
    if not content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return JSON.decode(content)
    try:
        root = fromstring(content, forbid_dtd=True)
    except ParseError:
        raise ValueError("no XML") from None
    return {root.tag: _element(root)}


def _element(element: Element) -> Any:
    if not len(element):
        return (element.text or "").strip()
    children: dict[str, Any] = {}
    for child in element:
        value = _element(child)
        if child.tag not in children:
            children[child.tag] = value
        elif isinstance(children[child.tag], list):
            children[child.tag].append(value)
        else:
            children[child.tag] = [children[child.tag], value]
    return children


EITHER = ResponseFormat(name="JSON or XML", media_types=(*JSON.media_types, *XML.media_types), decode=_either)
"""What a service sends: JSON where that was asked for, and XML all the same where something is wrong."""
