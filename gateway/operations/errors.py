"""Errors and failures: callers get a code from the closed list, the log the kind and the place of a failure.

The message of an exception may contain paths, statements or data. It goes nowhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, TypedDict
from uuid import uuid4

from graphql import SourceLocation
from graphql.language import FormattedSourceLocation

from schema.errors import ErrorCode

MAX_MESSAGE_LENGTH = 300
"""Characters of a message."""
MAX_ERRORS = 20
"""Errors in one answer, and locations of one error."""


class RequiredErrorParts(TypedDict):
    """What every error has."""

    message: str
    extensions: dict[str, Any]


class FormattedError(RequiredErrorParts, total=False):
    """An error in GraphQL's response format."""

    locations: list[FormattedSourceLocation]
    path: list[str | int]


def new_correlation_id() -> str:
    """A new id that connects an answer with its entries in the log."""
    return uuid4().hex


def format_error(code: ErrorCode, message: str, **extensions: object) -> FormattedError:
    """An error with a closed code. Further keywords stand in its `extensions` and must be safe to show."""
    if len(message) > MAX_MESSAGE_LENGTH:
        message = message[: MAX_MESSAGE_LENGTH - 1] + "…"
    # Half of a surrogate pair, which only a command line can bring, cannot be encoded.
    text = message.encode(errors="replace").decode()
    return {"message": text, "extensions": {"code": code.value, **extensions}}


def format_locations(locations: Sequence[SourceLocation]) -> list[FormattedSourceLocation]:
    """Lines and columns in GraphQL's response format."""
    return [location.formatted for location in locations[:MAX_ERRORS]]


def internal_error(correlation_id: str) -> FormattedError:
    """What a caller learns of a failure."""
    return format_error(
        ErrorCode.INTERNAL,
        "The gateway failed. Its log says more under the correlation id.",
        correlationId=correlation_id,
    )


def log_failure(event: str, failure: BaseException, correlation_id: str) -> None:
    """Logs the kind of a failure and of its causes, and where in the code each arose."""
    # Its development half imports rich, which a query that does not fail has no use for.
    import structlog

    log = structlog.get_logger("gateway")
    log.error(event, correlation_id=correlation_id, failures=[describe_failure(each) for each in _chain(failure)])


def describe_failure(failure: BaseException) -> dict[str, str | list[str]]:
    """The kind of a failure, and the modules, functions and lines that it passed, the innermost last."""
    kind = type(failure)
    return {"kind": f"{kind.__module__}.{kind.__qualname__}", "at": list(_places(failure.__traceback__))}


def arises_in(failure: BaseException, module: str) -> bool:
    """Whether a failure arose in a module or in code that it called."""
    return any(place.startswith(f"{module}:") for place in _places(failure.__traceback__))


def distinct_failures(failures: Iterable[Exception]) -> list[Exception]:
    """One of those failures that arose at the same place of the code, and at most as many as an answer has errors."""
    by_place: dict[tuple[type, int | None], Exception] = {}
    for failure in failures:
        traceback = failure.__traceback__
        by_place.setdefault((type(failure), traceback.tb_lasti if traceback else None), failure)
    return list(by_place.values())[:MAX_ERRORS]


def _places(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        frame = traceback.tb_frame
        yield f"{frame.f_globals.get('__name__', '?')}:{frame.f_code.co_name}:{traceback.tb_lineno}"
        traceback = traceback.tb_next


def _chain(failure: BaseException | None) -> Iterator[BaseException]:
    """A failure and its causes, each once."""
    ids: set[int] = set()
    while failure is not None and id(failure) not in ids:
        ids.add(id(failure))
        yield failure
        failure = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)
