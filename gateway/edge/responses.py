"""HTTP responses: their media type, status and headers, and errors with a closed code.

Clients that accept `application/graphql-response+json` get status 400 for every request that is not executed. Others
get `application/json`, for which the GraphQL-over-HTTP specification reserves 200 for well-formed requests: there an
invalid document and invalid variables are answered with 200, and only what is not a GraphQL request, or exceeds a
limit, with 400.
"""

from collections.abc import Iterator, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response

from gateway.operations.answer import Answer, refuse
from schema.errors import MEANINGS, ErrorCode

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"

STATUSES: Mapping[ErrorCode, int] = {
    ErrorCode.BAD_REQUEST: 400,
    ErrorCode.PARSE_FAILED: 400,
    ErrorCode.TOO_MANY_TOKENS: 400,
    ErrorCode.TOO_DEEP: 400,
    ErrorCode.TOO_MANY_ALIASES: 400,
    ErrorCode.TOO_COMPLEX: 400,
    ErrorCode.VALIDATION_FAILED: 400,
    ErrorCode.BAD_INPUT: 400,
    ErrorCode.BAD_CURSOR: 400,
    ErrorCode.KEY_EXPOSED: 400,
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.METHOD_NOT_ALLOWED: 405,
    ErrorCode.BODY_TOO_LARGE: 413,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: 415,
    ErrorCode.TOO_MANY_REQUESTS: 429,
    ErrorCode.INTERNAL: 500,
    ErrorCode.NOT_READY: 503,
    ErrorCode.DEADLINE_EXCEEDED: 504,
}
"""The status of a response with this code."""

WELL_FORMED = {ErrorCode.VALIDATION_FAILED, ErrorCode.BAD_INPUT}
"""Codes that `application/json` answers with 200."""

HEADERS: Mapping[ErrorCode, Mapping[str, str]] = {
    ErrorCode.UNAUTHENTICATED: {"www-authenticate": "Bearer"},
    ErrorCode.TOO_MANY_REQUESTS: {"retry-after": "61"},
    ErrorCode.NOT_READY: {"retry-after": "2"},
}
"""Headers of a response with this code. A count may stay in its window for a second more than a minute."""


def headers_of(code: ErrorCode | None) -> Mapping[str, str]:
    """The headers of a response with this code; none without a code."""
    return {} if code is None else HEADERS.get(code, {})


def graphql_response(
    answer: Answer, media_type: str = JSON, status: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """The response with an answer. Its status follows from the code of a refusal unless it is given."""
    if status is None:
        status = 200 if answer.refusal is None else STATUSES[answer.refusal]
        if media_type == JSON and answer.refusal in WELL_FORMED:
            status = 200
    return Response(answer.text(), status, headers, f"{media_type}; charset=utf-8")


def error_response(
    code: ErrorCode,
    message: str,
    media_type: str = JSON,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The response to a request that is not executed."""
    return graphql_response(refuse(code, message), media_type, STATUSES[code] if status is None else status, headers)


def unrouted_response(http: HTTPRequest, exc: Exception) -> Response:
    """The response to a request that no route takes: an unknown address, or a method that the address lacks."""
    if isinstance(exc, HTTPException) and exc.status_code == 405:
        allow = ", ".join(sorted((exc.headers or {}).get("Allow", "").replace(" ", "").split(",")))
        message = f"This address supports only {allow}."
        return error_response(ErrorCode.METHOD_NOT_ALLOWED, message, headers={"allow": allow})
    return error_response(ErrorCode.NOT_FOUND, MEANINGS[ErrorCode.NOT_FOUND])


def preferred_media_type(accept: str) -> str:
    """Which of the two media types a client prefers, by its `Accept`.

    GraphQL's own, if the header names it and does not prefer `application/json`. A client that accepts neither gets
    `application/json`: an answer that it can show is worth more to it than status 406.
    """
    weights = dict(_weights(accept))
    weight = weights.get(GRAPHQL, 0.0)
    return GRAPHQL if weight > 0 and weight >= weights.get(JSON, 0.0) else JSON


def _weights(accept: str) -> Iterator[tuple[str, float]]:
    for each in accept.lower().split(","):
        media_type, *parameters = (part.strip() for part in each.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        yield media_type, weight
