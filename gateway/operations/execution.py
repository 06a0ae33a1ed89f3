"""Running an operation: from a request in our own words to what is answered, whatever happens on the way."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from hashlib import sha256
from typing import Any, cast

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLInputType,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_argument_values,
    get_named_type,
    get_operation_ast,
    get_variable_values,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_scalar_type,
    is_specified_scalar_type,
    type_from_ast,
)
from graphql.utilities import validate_input_value
from msgspec import Struct, field

from adapters.vocabulary.enums import Audience
from gateway.access.audit.chain import AuditEntry
from gateway.access.audit.log import AuditLog, AuditLogUnavailable
from gateway.access.audit.tables import RecordAccess
from gateway.access.audit.trail import AuditTrailReader
from gateway.access.callers import Caller
from gateway.catalogue.catalogue import Catalogue
from gateway.operations.context import RequestContext
from gateway.operations.documents import DocumentCache, DocumentCaches
from gateway.operations.failures import Error, came_through, correlation, error, internal, note
from gateway.operations.pricing import price
from gateway.store.errors import StoreError
from schema.errors import MEANINGS, ErrorCode, RequestError
from schema.queries.sources import SourceStatus
from schema.scalars import write_moment

MOST_ERRORS = 20
"""Errors of one answer that are told."""


Spend = Callable[[int], Awaitable[None]]
"""Takes what an operation costs from what its caller may spend. Raises Refused (TOO_MANY_REQUESTS)."""


class OperationLimits(Struct, frozen=True, kw_only=True):
    """How much one operation may take. What it costs is told in `pricing`."""

    seconds: float = 30.0
    cost: int = 20_000


class Request(Struct, kw_only=True):
    """A GraphQL request, from wherever it came. `correlation_id` finds it again in the log."""

    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    correlation_id: str = field(default_factory=correlation)


class Answer(Struct, kw_only=True):
    """What a request is answered with. `refused` is why nothing was run; then there is no `data`."""

    data: dict[str, Any] | None = None
    errors: Sequence[Error] = ()
    extensions: dict[str, Any] = field(default_factory=dict)
    refused: ErrorCode | None = None

    def body(self) -> dict[str, Any]:
        """As GraphQL's response format has it."""
        said: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        if self.refused is None:
            said["data"] = self.data
        if self.extensions:
            said["extensions"] = self.extensions
        return said

    def text(self) -> bytes:
        """The body as JSON in UTF-8."""
        return orjson.dumps(self.body())


def refusal(code: ErrorCode, message: str) -> Answer:
    """The answer to a request that is not run."""
    return Answer(errors=(error(code, message),), refused=code)


async def run(
    holdings: Catalogue,
    caller: Caller,
    editions: DocumentCaches,
    request: Request,
    *,
    bounds: OperationLimits = OperationLimits(),  # noqa: B008 - frozen
    queries_only: bool = False,
    log: AuditLog | None = None,
    spend: Spend | None = None,
) -> Answer:
    """Answers a request as `caller` may be answered, under the schema that it sees. Raises nothing but what cancels it.

    Non-public records and sensitive fields are answered only when `log` has them, and where there is no log not at all.
    What the operation costs is spent before it runs.

    With `queries_only`, any other operation is refused with METHOD_NOT_ALLOWED.
    """
    deadline = asyncio.timeout(bounds.seconds)
    try:
        async with deadline:
            documents = editions.of(caller.view)
            return await _run(holdings, caller, documents, request, bounds, log, spend, queries_only=queries_only)
    except RequestError as exc:
        return refusal(exc.code, exc.message)
    except Exception as exc:  # noqa: BLE001 - nothing of a failure reaches a caller
        if deadline.expired():
            return refusal(ErrorCode.DEADLINE_EXCEEDED, f"The answer took longer than {bounds.seconds:g} seconds.")
        note("request failed", exc, request.correlation_id)
        return Answer(errors=(internal(request.correlation_id),), refused=ErrorCode.INTERNAL)


async def _run(
    holdings: Catalogue,
    caller: Caller,
    documents: DocumentCache,
    request: Request,
    bounds: OperationLimits,
    log: AuditLog | None,
    spend: Spend | None,
    *,
    queries_only: bool,
) -> Answer:
    checked = documents.check(request.query)
    if queries_only and _asked_for(checked.operations, request.operation_name) not in (None, OperationType.QUERY):
        return refusal(ErrorCode.METHOD_NOT_ALLOWED, "Only queries can be asked this way.")
    if checked.document is None:
        return Answer(errors=checked.errors, refused=ErrorCode(checked.errors[0]["extensions"]["code"]))
    operation = get_operation_ast(checked.document, request.operation_name)
    if operation is None:
        return refusal(
            ErrorCode.BAD_REQUEST, "`operationName` must name one of the document's operations where it has several."
        )
    variables = dict(request.variables or {})
    wrong = list(_wrong_variables(documents, operation, variables))
    if wrong:
        return Answer(errors=wrong, refused=ErrorCode.BAD_INPUT)
    cost = price(documents.schema, checked.document, operation, variables)
    told = {"cost": {"requested": cost, "most": bounds.cost}}
    if cost > bounds.cost:
        message = f"The operation costs {cost:,}, and one may cost {bounds.cost:,}; ask for smaller pages."
        return Answer(errors=(error(ErrorCode.TOO_COMPLEX, message),), refused=ErrorCode.TOO_COMPLEX, extensions=told)
    if spend is not None:
        await spend(cost)
    async with AsyncExitStack() as stack:
        try:
            reader = await stack.enter_async_context(holdings.reader(caller))
        except StoreError as exc:
            note("the catalogue cannot be reached", exc, request.correlation_id)
            return refusal(ErrorCode.NOT_READY, MEANINGS[ErrorCode.NOT_READY])
        running = execute(
            documents.schema,
            checked.document,
            context_value=RequestContext(AuditTrailReader(reader, log, holdings.own_sources(caller))),
            variable_values=variables,
            operation_name=request.operation_name,
            hide_suggestions=True,
        )
        result = await running if isinstance(running, Awaitable) else running
        readings = reader.delivery.readings
        if readings and not await _logged(log, caller, request, readings):
            return refusal(ErrorCode.NOT_READY, "What was asked for cannot be logged, so it is not answered.")
        answer = _answer(result, reader.contributors.values(), request.correlation_id)
        answer.extensions |= told
        return answer


async def _logged(log: AuditLog | None, caller: Caller, request: Request, readings: Mapping[str, set[str]]) -> bool:
    """Whether it is durably known who read what. An operator reads without being logged: it keeps the log."""
    if caller.standing is None:
        return caller.audience is Audience.OPERATOR
    if log is None:
        return False
    try:
        await log.append(
            AuditEntry(
                agency=caller.standing.agency,
                agreement=caller.standing.agreement,
                purpose=caller.standing.purpose,
                key=caller.standing.key,
                document=sha256(request.query.encode(errors="surrogatepass")).hexdigest(),
                readings=tuple(
                    RecordAccess(record, tuple(sorted(names))) for record, names in sorted(readings.items())
                ),
            )
        )
    except AuditLogUnavailable as exc:
        note("the audit log cannot be written", exc, request.correlation_id)
        return False
    return True


def cost_of(editions: DocumentCaches, caller: Caller, request: Request) -> int:
    """What a request would cost. Raises Refused where it would be refused before that."""
    documents = editions.of(caller.view)
    checked = documents.check(request.query)
    if checked.document is None:
        refused = checked.errors[0]
        raise RequestError(ErrorCode(refused["extensions"]["code"]), refused["message"])
    operation = get_operation_ast(checked.document, request.operation_name)
    variables = dict(request.variables or {})
    if operation is None or any(_wrong_variables(documents, operation, variables)):
        raise RequestError(ErrorCode.BAD_INPUT, "The variables do not fit, or it is not told which operation is meant.")
    return price(documents.schema, checked.document, operation, variables)


def _asked_for(operations: Sequence[tuple[str | None, OperationType]], name: str | None) -> OperationType | None:
    """The kind of the operation that would be run; of a nameless one among several, whatever is no query."""
    kinds = {kind for each, kind in operations if name in (None, each)}
    return next((kind for kind in kinds if kind is not OperationType.QUERY), next(iter(kinds), None))


# Variables.


class _Enough(Exception):
    """More errors were found than are told."""


def _wrong_variables(
    documents: DocumentCache, operation: OperationDefinitionNode, given: dict[str, Any]
) -> Iterable[Error]:
    """Why the variables do not fit, in words that name the place and do not quote the value."""
    schema, definitions = documents.schema, operation.variable_definitions or ()
    failed = get_variable_values(schema, definitions, given, MOST_ERRORS, hide_suggestions=True)
    if not isinstance(failed, list):
        return
    told = 0
    for definition in definitions:
        name = definition.variable.name.value
        kind = cast("GraphQLInputType", type_from_ast(schema, definition.type))
        found: list[str] = []
        if name not in given:
            if is_non_null_type(kind) and definition.default_value is None:
                found.append(f"The variable `${name[:40]}` of the type {kind} is needed.")
        else:
            found += _wrong(name, kind, given[name])
        for message in found[: MOST_ERRORS - told]:
            told += 1
            shown = error(ErrorCode.BAD_INPUT, message)
            if definition.loc is not None:
                start = definition.loc.start_token
                shown["locations"] = [{"line": start.line, "column": start.column}]
            yield shown
    if not told:
        # A default, or a nesting, that only coercion as a whole refuses.
        yield error(ErrorCode.BAD_INPUT, "The variables do not fit the types that the operation gives them.")


def _wrong(name: str, kind: GraphQLInputType, value: Any) -> list[str]:
    found: list[str] = []

    def told(exc: GraphQLError, path: list[str | int]) -> None:
        found.append(_said_of(name, kind, path, exc))
        if len(found) >= MOST_ERRORS:
            raise _Enough

    with suppress(_Enough, RecursionError):
        validate_input_value(value, kind, told, hide_suggestions=True)
    return found


def _said_of(name: str, kind: GraphQLInputType, path: Sequence[str | int], exc: GraphQLError) -> str:
    place = f"${name[:40]}" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    for step in path:
        kind = kind.of_type if is_non_null_type(kind) else kind
        if is_list_type(kind) and isinstance(step, int):
            kind = kind.of_type
        else:
            inner = get_named_type(kind)
            kind = inner.fields[step].type if is_input_object_type(inner) and isinstance(step, str) else kind
    inner = get_named_type(kind)
    said = f"The variable `{place}` cannot be read as {kind}"
    if is_input_object_type(inner):
        return f"{said}: it needs an object of the type's own fields, with all that must be given."
    if is_scalar_type(inner) and not is_specified_scalar_type(inner) and exc.original_error is None:
        # Our own scalars word their errors without the value, or with at most 40 characters of it.
        return f"{said}: {exc.message}."
    return f"{said}."


# Answers.


def _answer(result: ExecutionResult, touched: Iterable[SourceStatus], correlation_id: str) -> Answer:
    found = result.errors or []
    errors = [_shown(each, correlation_id) for each in found[:MOST_ERRORS]]
    for failed in _distinct(each for each in found if _origin(each) is not None):
        note("field failed", failed, correlation_id)
    states = [source_state(state) for state in touched]
    return Answer(data=result.data, errors=errors, extensions={"sources": states} if states else {})


def source_state(state: SourceStatus) -> dict[str, Any]:
    """How old what the gateway holds of a source is, in the shapes of the schema's `Source`."""
    return {
        "name": state.about.name,
        "state": state.state.value,
        "lastReadAt": None if state.last_read_at is None else write_moment(state.last_read_at),
        "ageSeconds": state.age_seconds,
        "reason": state.reason,
    }


def _shown(failed: GraphQLError, correlation_id: str) -> Error:
    """An error of a field as the caller sees it."""
    origin = _innermost(failed)
    if isinstance(origin, RequestError):
        shown = error(origin.code, origin.message)
    elif _origin(failed) is None:
        named = next((step for step in reversed(failed.path or ()) if isinstance(step, str)), "?")
        shown = error(ErrorCode.BAD_INPUT, f"An argument of the field `{named}` cannot take the value given.")
    else:
        shown = internal(correlation_id)
    if failed.path is not None:
        shown["path"] = failed.path
    if failed.locations:
        shown["locations"] = [place.formatted for place in failed.locations[:MOST_ERRORS]]
    return shown


def _innermost(failed: GraphQLError) -> Exception:
    found: Exception = failed
    while isinstance(found, GraphQLError) and found.original_error is not None:
        found = found.original_error
    return found


def _origin(failed: GraphQLError) -> Exception | None:
    """What went wrong inside the gateway; None where the request is to blame.

    graphql-core raises GraphQLError both for arguments and for results that do not fit. They differ in where from.
    """
    found = _innermost(failed)
    if isinstance(found, RequestError):
        return None
    arguments = isinstance(found, GraphQLError) and came_through(found, get_argument_values.__module__)
    return None if arguments else found


def _distinct(failures: Iterable[GraphQLError]) -> Iterable[Exception]:
    """One of those failures that arose in the same way, and of at most as many ways as errors are told."""
    met: dict[tuple[type, int | None], Exception] = {}
    for failed in failures:
        found = _innermost(failed)
        met.setdefault((type(found), found.__traceback__.tb_lasti if found.__traceback__ else None), found)
    return list(met.values())[:MOST_ERRORS]
