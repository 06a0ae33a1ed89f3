"""The answer to a request: data, errors from the closed list of codes, and the sources that contributed."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, get_argument_values
from msgspec import Struct, field

from gateway.operations.errors import (
    MAX_ERRORS,
    FormattedError,
    arises_in,
    distinct_failures,
    format_error,
    format_locations,
    internal_error,
    log_failure,
)
from schema.errors import ErrorCode, RequestError
from schema.queries.sources import AnswerSources, SourceStatus
from schema.scalars import serialize_moment


class Answer(Struct, kw_only=True):
    """The answer to a request. With a `refusal` the request did not run, and there is no `data`."""

    data: dict[str, Any] | None = None
    errors: Sequence[FormattedError] = ()
    extensions: dict[str, Any] = field(default_factory=dict)
    refusal: ErrorCode | None = None

    def body(self) -> dict[str, Any]:
        """The answer in GraphQL's response format."""
        body: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        if self.refusal is None:
            body["data"] = self.data
        if self.extensions:
            body["extensions"] = self.extensions
        return body

    def text(self) -> bytes:
        """The body as JSON in UTF-8."""
        return orjson.dumps(self.body())


class Refusal(Exception):
    """The request is refused with this answer before it runs."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.refusal)
        self.answer = answer


def refuse(code: ErrorCode, message: str) -> Answer:
    """The answer to a request that does not run."""
    return Answer(errors=(format_error(code, message),), refusal=code)


def answer_of(result: ExecutionResult, sources: AnswerSources, correlation_id: str) -> Answer:
    """The answer with the result of an operation; failures inside the gateway are logged."""
    errors = result.errors or []
    for failure in distinct_failures(_cause(error) for error in errors if not _is_callers_fault(error)):
        log_failure("field failed", failure, correlation_id)
    return Answer(
        data=result.data,
        errors=[_field_error(error, correlation_id) for error in errors[:MAX_ERRORS]],
        extensions=format_sources(sources) if sources.candidates else {},
    )


def causes(result: ExecutionResult) -> Iterator[Exception]:
    """The exceptions of the fields that failed."""
    return map(_cause, result.errors or ())


def format_sources(sources: AnswerSources) -> dict[str, Any]:
    """The sources that contributed to the answer, and those that could have."""
    return {
        "sources": [format_source(each) | {"recordCount": each.record_count} for each in sources.contributors],
        "silentSources": [{"name": each.source.about.name, "reason": each.reason.value} for each in sources.silent],
    }


def format_source(status: SourceStatus) -> dict[str, object]:
    """The age of the catalogue's copy of a source, in the shapes of the schema's `Source`."""
    return {
        "name": status.about.name,
        "state": status.state.value,
        "lastReadAt": None if status.last_read_at is None else serialize_moment(status.last_read_at),
        "ageSeconds": status.age_seconds,
        "reason": status.reason,
    }


def _field_error(error: GraphQLError, correlation_id: str) -> FormattedError:
    """The error of a field as the caller sees it."""
    cause = _cause(error)
    if isinstance(cause, RequestError):
        formatted = format_error(cause.code, cause.message)
    elif _is_callers_fault(error):
        name = next((key for key in reversed(error.path or ()) if isinstance(key, str)), "?")
        formatted = format_error(ErrorCode.BAD_INPUT, f"An argument of the field `{name}` has an invalid value.")
    else:
        formatted = internal_error(correlation_id)
    if error.path is not None:
        formatted["path"] = list(error.path)
    if error.locations:
        formatted["locations"] = format_locations(error.locations)
    return formatted


def _cause(error: GraphQLError) -> Exception:
    """The exception that graphql-core wrapped, or the error itself."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_callers_fault(error: GraphQLError) -> bool:
    """Whether the request is to blame, not the gateway.

    graphql-core raises GraphQLError both for arguments and for results that do not fit. They differ in where they
    arise.
    """
    cause = _cause(error)
    if isinstance(cause, RequestError):
        return True
    return isinstance(cause, GraphQLError) and arises_in(cause, get_argument_values.__module__)
