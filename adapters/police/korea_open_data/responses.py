"""The portal's answers in its two dialects: pages of rows, or an error with any status and in any format.

`odcloud` has the datasets that are files: `{page, perPage, totalCount, currentCount, matchCount, data: […]}`, and
`{code, msg}` for an error. `classic` has the services of single agencies: `{response: {header: {resultCode}, body:
{items: {item}, pageNo, numOfRows, totalCount}}}`, where one item is no list and no items are an empty text, and
`{OpenAPI_ServiceResponse: {cmmMsgHeader: {returnReasonCode}}}` for an error, as XML even where JSON was requested.
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
"""Korea has no summer time."""

ErrorFactory = Callable[[datetime], NoAnswer]
"""Makes the error of a code, at a moment."""


def _unauthorised(now: datetime) -> NoAnswer:
    return Unauthorised("the portal does not know the key: the setting `key` is the one that it calls decoding")


def _not_permitted(now: datetime) -> NoAnswer:
    return Unauthorised("the portal has not approved the key for this dataset, or no longer")


def _forbidden(now: datetime) -> NoAnswer:
    return Unauthorised("the portal takes no calls from our address")


def _quota_exhausted(now: datetime) -> NoAnswer:
    """The quota is of a day, which begins at midnight in Seoul."""
    local = now.astimezone(SEOUL)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return QuotaExhausted("the portal's quota for the day is used up", retry_after=(midnight - local).total_seconds())


def _too_fast(now: datetime) -> NoAnswer:
    return RateLimitError("the portal allows no more calls in this second", retry_after=1.0)


def _server_error(now: datetime) -> NoAnswer:
    return ServerError("the portal has an error of its own")


def _bad_request(now: datetime) -> NoAnswer:
    return BadRequest("the portal does not accept our parameters")


def _missing_dataset(now: datetime) -> NoAnswer:
    return NotFound("the portal has no such dataset, or no longer")


ODCLOUD: Mapping[int, ErrorFactory] = {
    -1: _server_error,
    -2: _bad_request,
    -3: _missing_dataset,
    -4: _unauthorised,
    -5: _missing_dataset,
    -10: _quota_exhausted,
    -401: _unauthorised,
}
"""The codes of odcloud, except 0."""

CLASSIC: Mapping[int, ErrorFactory] = {
    1: _server_error,
    2: _server_error,
    4: _server_error,
    5: _server_error,
    10: _bad_request,
    11: _bad_request,
    12: _missing_dataset,
    20: _not_permitted,
    21: _not_permitted,
    22: _quota_exhausted,
    23: _too_fast,
    29: _forbidden,
    30: _unauthorised,
    31: _not_permitted,
    32: _forbidden,
    33: _not_permitted,
    99: _server_error,
}
"""The codes of the services and of the gateway in front of them, written with two or three digits.

As the portal lists them (https://www.data.go.kr/tcs/dss/selectErrCodePopupView.do); the rest is from older guides.
"""

SUCCESS, NO_DATA = 0, 3


class PortalPage(NamedTuple):
    """Some of a dataset's rows, the number of the page (None where it is not stated), and the number of all rows."""

    number: int | None
    total: int
    rows: list[object]


def odcloud_check(now: Callable[[], datetime]) -> ResponseCheck:
    """A check that raises the error of a code of odcloud, whatever its status."""

    def check(response: SourceResponse) -> None:
        payload = response.payload
        if isinstance(payload, dict) and "code" in payload and "data" not in payload:
            raise _error(payload["code"], ODCLOUD, now)

    return check


def classic_check(now: Callable[[], datetime]) -> ResponseCheck:
    """A check that raises the error of a code of a service, or of the gateway, whatever its status and format."""

    def check(response: SourceResponse) -> None:
        payload = response.payload
        if payload is None and b"OpenAPI_ServiceResponse" in response.content:
            # Of another media type than requested, such as a page for people.
            try:
                payload = _decode(response.content)
            except (ValueError, RecursionError):
                return
        gateway_header = _nested_object(payload, "OpenAPI_ServiceResponse", "cmmMsgHeader")
        if gateway_header is not None:
            raise _error(gateway_header.get("returnReasonCode"), CLASSIC, now)
        header = _nested_object(payload, "response", "header")
        if header is not None and _code(header.get("resultCode")) not in {SUCCESS, NO_DATA}:
            raise _error(header.get("resultCode"), CLASSIC, now)

    return check


def odcloud_page(name: str, payload: object) -> PortalPage:
    """The page in an answer of odcloud. Raises UnexpectedShape."""
    if not isinstance(payload, dict) or not isinstance(payload.get("data"), list):
        raise UnexpectedShape(f"{name}: the answer has no list of rows")
    rows = payload["data"]
    if payload.get("currentCount", len(rows)) != len(rows):
        raise UnexpectedShape(f"{name}: the answer states another number of rows than it has")
    return PortalPage(_count(name, payload, "page"), _count(name, payload, "totalCount"), rows)


def classic_page(name: str, payload: object) -> PortalPage:
    """The page in an answer of a service. Raises UnexpectedShape."""
    header = _nested_object(payload, "response", "header")
    if header is None:
        raise UnexpectedShape(f"{name}: the answer has no header")
    if _code(header.get("resultCode")) == NO_DATA:
        return PortalPage(None, 0, [])
    body = _nested_object(payload, "response", "body")
    if body is None:
        raise UnexpectedShape(f"{name}: the answer has no body")
    return PortalPage(
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


def _count(name: str, table: Mapping[str, Any], key: str) -> int:
    value = table.get(key)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise UnexpectedShape(f"{name}: the answer states no {key}")


def _nested_object(payload: object, *keys: str) -> dict[str, Any] | None:
    """The object below the keys, one in the other; None where there is none."""
    for key in keys:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload if isinstance(payload, dict) else None


def _code(value: object) -> int | None:
    text = str(value) if isinstance(value, int | str) else ""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) < 6 else None


def _error(value: object, codes: Mapping[int, ErrorFactory], now: Callable[[], datetime]) -> Exception:
    code = _code(value)
    if code is None or code not in codes:
        return UnexpectedShape("the portal answers with a code that its documentation does not have")
    return codes[code](now())


def _decode(content: bytes) -> Any:
    """The value of a JSON or an XML text; an element is its text, or its children by name."""
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


JSON_OR_XML = ResponseFormat(name="JSON or XML", media_types=(*JSON.media_types, *XML.media_types), decode=_decode)
"""What a service sends: JSON where that was requested, and XML for an error."""
