"""Answers as HTTP carries them: the media type that was asked for, the status, and errors with a closed code.

Clients that ask for `application/graphql-response+json` get 400 for every request that is not run. The others get
`application/json`, where the GraphQL-over-HTTP specification keeps 200 for requests that are well-formed; so there a
document that does not fit the schema, and variables that do not fit the document, are answered with 200, and only what
is no GraphQL request, or more of one than the gateway reads, with 400.
"""

from collections.abc import Iterator, Mapping

from starlette.responses import Response

from gateway.operations.answer import Answer, refuse
from schema.errors import ErrorCode

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
"""The status of an answer to a request that was refused for this reason."""

WELL_FORMED = {ErrorCode.VALIDATION_FAILED, ErrorCode.BAD_INPUT}
"""Reasons that `application/json` answers with 200."""


def response(
    answer: Answer, media_type: str = JSON, status: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer in the media type given; its status follows from the reason of a refusal, unless it is given."""
    if status is None:
        status = 200 if answer.refusal is None else STATUSES[answer.refusal]
        if media_type == JSON and answer.refusal in WELL_FORMED:
            status = 200
    return Response(answer.text(), status, headers, f"{media_type}; charset=utf-8")


def refused(
    code: ErrorCode,
    message: str,
    media_type: str = JSON,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer to a request that was not understood, or that nobody answers."""
    return response(refuse(code, message), media_type, STATUSES[code] if status is None else status, headers)


def media_type(accept: str) -> str:
    """Which of the two media types a client wants, by its `Accept`.

    GraphQL's own, where it is named and not wanted less than `application/json`. A client that accepts neither is
    answered with `application/json` all the same: an answer that it can show is worth more to it than a status 406.
    """
    wanted = dict(_accepted(accept))
    theirs = wanted.get(GRAPHQL, 0.0)
    return GRAPHQL if theirs > 0 and theirs >= wanted.get(JSON, 0.0) else JSON


def _accepted(accept: str) -> Iterator[tuple[str, float]]:
    for each in accept.lower().split(","):
        kind, *parameters = (part.strip() for part in each.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        yield kind, weight
