"""Reading a GraphQL request from HTTP, as the GraphQL-over-HTTP specification writes it; strict, and never for ever."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import orjson
from msgspec import Struct
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HTTPRequest

from gateway.operations.request import Request
from schema.errors import ErrorCode, RequestError

MOST_PARAMETERS = 20


class TooSlow(Exception):
    """The body did not arrive in time."""


class _Said(Struct, rename="camel"):
    """What a request may say. What else it says is for others to read."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None


async def read_body(http: HTTPRequest, most_bytes: int, seconds: float) -> bytes:
    """The body as it arrives.

    Raises Refused (UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, BAD_REQUEST), and TooSlow after `seconds`.
    """
    _json_in_utf8(http)
    try:
        async with asyncio.timeout(seconds):
            return await _body(http, most_bytes)
    except TimeoutError:
        raise TooSlow from None


def from_body(body: bytes, correlation_id: str) -> Request:
    """The request that a body holds. Raises Refused (BAD_REQUEST)."""
    return _request(_json(body, "The body"), correlation_id)


def from_query_string(http: HTTPRequest, most_bytes: int, correlation_id: str) -> Request:
    """The request that a query string holds. Raises Refused (BODY_TOO_LARGE, BAD_REQUEST)."""
    encoded: bytes = http.scope["query_string"]
    if len(encoded) > most_bytes:
        raise RequestError(ErrorCode.BODY_TOO_LARGE, f"The query string has more than {most_bytes:,} bytes.")
    try:
        parameters = parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except ValueError:
        raise RequestError(ErrorCode.BAD_REQUEST, "The query string is not URL-encoded UTF-8.") from None
    said: dict[str, Any] = dict(parameters)
    if len(said) < len(parameters):
        raise RequestError(ErrorCode.BAD_REQUEST, "The query string says the same thing twice.")
    for name in ("variables", "extensions"):
        if said.get(name) == "":
            del said[name]
        elif name in said:
            said[name] = _json(said[name].encode(), f"The parameter `{name}`")
    if said.get("operationName") == "":
        del said["operationName"]
    return _request(said, correlation_id)


def _json_in_utf8(http: HTTPRequest) -> None:
    kind, _, parameters = http.headers.get("content-type", "").partition(";")
    charset = ""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    if kind.strip().lower() != "application/json" or charset not in ("", "utf-8", "utf8"):
        raise RequestError(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json in UTF-8.")
    if http.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise RequestError(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed.")


async def _body(http: HTTPRequest, most_bytes: int) -> bytes:
    """What arrives, counted as it arrives: what the headers say of its length may be wrong or missing."""
    too_large = RequestError(ErrorCode.BODY_TOO_LARGE, f"The body has more than {most_bytes:,} bytes.")
    announced = http.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > 18 or int(announced) > most_bytes):
        raise too_large
    arrived = bytearray()
    try:
        async for chunk in http.stream():
            arrived += chunk
            if len(arrived) > most_bytes:
                raise too_large
    except ClientDisconnect:
        raise RequestError(ErrorCode.BAD_REQUEST, "The body ended too early.") from None
    return bytes(arrived)


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise RequestError(ErrorCode.BAD_REQUEST, f"{what} is not JSON in UTF-8.") from None


def _request(said: Any, correlation_id: str) -> Request:
    if isinstance(said, list):
        raise RequestError(
            ErrorCode.BAD_REQUEST, "Several requests in one body are not answered; send them one by one."
        )
    try:
        read = msgspec.convert(said, _Said)
    except msgspec.ValidationError:
        raise RequestError(
            ErrorCode.BAD_REQUEST,
            "A request is an object with the text `query`, and, if wanted, the objects `variables` and `extensions` and"
            " the text `operationName`.",
        ) from None
    return Request(
        query=read.query,
        variables=read.variables,
        operation_name=read.operation_name,
        correlation_id=correlation_id,
    )
