"""Reads GraphQL requests from HTTP, by the GraphQL-over-HTTP specification and within limits of size and time."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
import orjson
from msgspec import Struct
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HTTPRequest

from gateway.operations.request import Request
from schema.errors import ErrorCode, RequestError

T = TypeVar("T")

MAX_PARAMETERS = 20


class BodyTimeout(Exception):
    """The body did not arrive in time."""


class BodyLimits(Struct, frozen=True, kw_only=True):
    """How many bytes of a body are read, and for how many seconds."""

    max_bytes: int = 256 * 1024
    timeout: float = 10.0


class RequestBody(Struct, rename="camel"):
    """The members of a GraphQL request. Others are ignored."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None


def client_host(http: HTTPRequest) -> str | None:
    """The client's address; None if it is unknown."""
    return http.client.host if http.client else None


async def read_body(http: HTTPRequest, limits: BodyLimits) -> bytes:
    """Reads the body as it arrives.

    Raises RequestError (UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, BAD_REQUEST) and BodyTimeout.
    """
    _require_json(http)
    try:
        async with asyncio.timeout(limits.timeout):
            return await _read(http, limits.max_bytes)
    except TimeoutError:
        raise BodyTimeout from None


async def run_while_connected(http: HTTPRequest, work: Coroutine[Any, Any, T]) -> T | None:
    """What `work` returns; None if the client leaves before, which cancels it. The body must have been read."""
    task, departure = asyncio.create_task(work), asyncio.create_task(_wait_for_departure(http))
    try:
        await asyncio.wait({task, departure}, return_when=asyncio.FIRST_COMPLETED)
        return await task if task.done() else None
    finally:
        departure.cancel()
        task.cancel()
        # What was cancelled still gives back what it holds.
        await asyncio.wait({task, departure})


async def _wait_for_departure(http: HTTPRequest) -> None:
    while (await http.receive())["type"] != "http.disconnect":  # noqa: ASYNC110 - a receive need not wait
        await asyncio.sleep(0)


def parse_body(body: bytes, correlation_id: str) -> Request:
    """The request in a body. Raises RequestError (BAD_REQUEST)."""
    return _request(_parse_json(body, "The body"), correlation_id)


def parse_query_string(http: HTTPRequest, max_bytes: int, correlation_id: str) -> Request:
    """The request in a query string. Raises RequestError (BODY_TOO_LARGE, BAD_REQUEST)."""
    query_string: bytes = http.scope["query_string"]
    if len(query_string) > max_bytes:
        raise RequestError(ErrorCode.BODY_TOO_LARGE, f"The query string has more than {max_bytes:,} bytes.")
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except ValueError:
        raise RequestError(ErrorCode.BAD_REQUEST, "The query string is not URL-encoded UTF-8.") from None
    parameters: dict[str, Any] = dict(pairs)
    if len(parameters) < len(pairs):
        raise RequestError(ErrorCode.BAD_REQUEST, "The query string repeats a parameter.")
    for name in ("variables", "extensions"):
        if parameters.get(name) == "":
            del parameters[name]
        elif name in parameters:
            parameters[name] = _parse_json(parameters[name].encode(), f"The parameter `{name}`")
    if parameters.get("operationName") == "":
        del parameters["operationName"]
    return _request(parameters, correlation_id)


def _require_json(http: HTTPRequest) -> None:
    media_type, _, parameters = http.headers.get("content-type", "").partition(";")
    charset = ""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    if media_type.strip().lower() != "application/json" or charset not in ("", "utf-8", "utf8"):
        raise RequestError(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json in UTF-8.")
    if http.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise RequestError(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed.")


async def _read(http: HTTPRequest, max_bytes: int) -> bytes:
    """Reads the body and counts its bytes: the header that announces its length may be wrong or missing."""
    too_large = RequestError(ErrorCode.BODY_TOO_LARGE, f"The body has more than {max_bytes:,} bytes.")
    length = http.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 18 or int(length) > max_bytes):
        raise too_large
    body = bytearray()
    try:
        async for chunk in http.stream():
            body += chunk
            if len(body) > max_bytes:
                raise too_large
    except ClientDisconnect:
        raise RequestError(ErrorCode.BAD_REQUEST, "The body is incomplete.") from None
    return bytes(body)


def _parse_json(text: bytes, subject: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise RequestError(ErrorCode.BAD_REQUEST, f"{subject} is not JSON in UTF-8.") from None


def _request(content: Any, correlation_id: str) -> Request:
    if isinstance(content, list):
        raise RequestError(ErrorCode.BAD_REQUEST, "Batches are not supported. Send one request at a time.")
    try:
        body = msgspec.convert(content, RequestBody)
    except msgspec.ValidationError:
        raise RequestError(
            ErrorCode.BAD_REQUEST,
            "A request is an object with the string `query` and, optionally, the objects `variables` and `extensions`"
            " and the string `operationName`.",
        ) from None
    return Request(
        query=body.query,
        variables=body.variables,
        operation_name=body.operation_name,
        correlation_id=correlation_id,
    )
