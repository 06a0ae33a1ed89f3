"""What is told and what is written down of a failure: callers get a code, the log its kind and its place in the code.

The words of an exception may hold paths, statements or data. They go nowhere.
"""

from collections.abc import Iterator
from types import TracebackType
from typing import Any
from uuid import uuid4

from schema.errors import ErrorCode

LONGEST = 300
"""Characters of a message."""

Error = dict[str, Any]
"""An error as GraphQL's response format has it."""


def correlation() -> str:
    """A new id by which an answer is found again in the log."""
    return uuid4().hex


def error(code: ErrorCode, message: str, **more: Any) -> Error:
    """An error with a closed code. Further keywords stand in its `extensions` and must be safe to show."""
    shown = message if len(message) <= LONGEST else message[: LONGEST - 1] + "…"
    # Half of a surrogate pair, which only a command line can bring, is no text that can be sent.
    return {"message": shown.encode(errors="replace").decode(), "extensions": {"code": code.value, **more}}


def internal(correlation_id: str) -> Error:
    """What a caller learns of a failure."""
    return error(
        ErrorCode.INTERNAL,
        "The gateway failed. Its log says more under the correlation id.",
        correlationId=correlation_id,
    )


def note(event: str, failure: BaseException, correlation_id: str) -> None:
    """Writes down of which kind a failure and its causes are, and where in the code each arose."""
    # It imports a formatter of tracebacks with its highlighter, and most queries from the command line fail in nothing.
    import structlog

    log = structlog.get_logger("gateway")
    log.error(event, correlation_id=correlation_id, failures=[described(each) for each in _chain(failure)])


def described(failure: BaseException) -> dict[str, Any]:
    """The kind of a failure, and the modules, functions and lines that it came through, the innermost last."""
    kind = type(failure)
    return {"kind": f"{kind.__module__}.{kind.__qualname__}", "at": list(_places(failure.__traceback__))}


def came_through(failure: BaseException, module: str) -> bool:
    """Whether a failure arose in a module or below it."""
    return any(place.startswith(f"{module}:") for place in _places(failure.__traceback__))


def _places(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        frame = traceback.tb_frame
        yield f"{frame.f_globals.get('__name__', '?')}:{frame.f_code.co_name}:{traceback.tb_lineno}"
        traceback = traceback.tb_next


def _chain(failure: BaseException | None) -> Iterator[BaseException]:
    met: set[int] = set()
    while failure is not None and id(failure) not in met:
        met.add(id(failure))
        yield failure
        failure = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)
