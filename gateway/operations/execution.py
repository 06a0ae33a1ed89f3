"""Executing a request: from the request to its answer, whatever happens on the way."""

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from hashlib import sha256
from typing import Protocol

from graphql import ExecutionResult, execute
from msgspec import Struct

from adapters.vocabulary.enums import Audience
from gateway.access.audit.chain import AuditEntry
from gateway.access.audit.log import AuditLog, AuditLogUnavailable
from gateway.access.audit.tables import RecordAccess
from gateway.access.audit.trail import AuditTrailReader
from gateway.access.callers import Caller
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.read.reader import CatalogueReader
from gateway.operations.answer import Answer, Refusal, answer_of, causes, refuse
from gateway.operations.context import RequestContext
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.errors import internal_error, log_failure
from gateway.operations.preparation import PreparedOperation, prepare
from gateway.operations.pricing import ARRIVAL, price, units
from gateway.operations.request import Request
from gateway.store.errors import StatementTimeout, StoreBusy, StoreError, StoreUnavailable
from gateway.store.seats import Seats
from schema.errors import MEANINGS, ErrorCode, RequestError
from schema.queries.base import QueryReader
from schema.queries.sources import AnswerSources

LONG = 300
"""The cost of an operation from which it leaves turns to others while its answer is rendered: 18 ms."""


TOLERANCE = 2
"""How many times its cost an operation's statements may take before more is charged: no machine is always as fast."""


class CallersBudget(Protocol):
    """What a caller may spend."""

    async def spend(self, cost: int) -> None:
        """Spends the cost of work to come. Raises RequestError (TOO_MANY_REQUESTS) if the budget does not allow it."""

    async def charge(self, cost: int) -> None:
        """Charges the cost of finished work, even beyond the budget."""


class OperationLimits(Struct, frozen=True, kw_only=True):
    """How long one operation may take, and each of its statements, and what it may cost."""

    seconds: float = 30.0
    statement_seconds: float = 10.0
    cost: int = 20_000


async def execute_request(
    catalogue: Catalogue,
    caller: Caller,
    caches: DocumentCaches,
    request: Request,
    *,
    limits: OperationLimits = OperationLimits(),  # noqa: B008 - frozen
    queries_only: bool = False,
    audit_log: AuditLog | None = None,
    budget: CallersBudget | None = None,
    subscriber: str | None = None,
    turns: Seats | None = None,
) -> Answer:
    """Answers a request under the schema that `caller` sees. Raises nothing but what cancels it.

    Non-public records and sensitive fields are answered only once `audit_log` has them; without it they are refused.
    A new document is charged once it was checked. The cost is spent before the operation runs; what its statements take
    far beyond it is charged afterwards. With `queries_only`, any other operation is refused. `subscriber` is whose
    share of the database's connections the operation uses; None is the gateway itself. `turns` are how many operations
    run at a time.
    """
    deadline = asyncio.timeout(limits.seconds)
    try:
        async with deadline, turns.turn(subscriber) if turns else nullcontext():
            documents = caches.for_view(caller.view)
            is_new = not documents.is_cached(request.query)
            check = await caches.check(documents, request.query, subscriber)
            if budget is not None and is_new:
                await budget.charge(price(check.work))
            operation = prepare(documents.schema, check, request, queries_only=queries_only)
            cost = {"requested": operation.cost, "most": limits.cost}
            if operation.cost > limits.cost:
                message = f"The operation costs {operation.cost:,} of at most {limits.cost:,}; ask for smaller pages."
                refusal = refuse(ErrorCode.TOO_COMPLEX, message)
                refusal.extensions["cost"] = cost
                return refusal
            if budget is not None:
                await budget.spend(operation.cost - ARRIVAL)
            if operation.is_introspection:
                result = await caches.introspection.execute(operation, request.query, subscriber)
                answer = answer_of(result, AnswerSources(), request.correlation_id)
            else:
                reading = catalogue.reader(caller, subscriber, limits.statement_seconds)
                answer = await _execute(catalogue, reading, caller, operation, request, audit_log, budget)
            if answer.refusal is None:
                answer.extensions["cost"] = cost
            return answer
    except Refusal as exc:
        return exc.answer
    except RequestError as exc:
        return refuse(exc.code, exc.message)
    except StoreUnavailable as exc:
        return _refuse_store(exc, request.correlation_id)
    except Exception as exc:  # noqa: BLE001 - nothing of a failure reaches a caller
        if deadline.expired():
            return refuse(ErrorCode.DEADLINE_EXCEEDED, f"The answer took longer than {limits.seconds:g} seconds.")
        log_failure("request failed", exc, request.correlation_id)
        return Answer(errors=(internal_error(request.correlation_id),), refusal=ErrorCode.INTERNAL)


def cost_of(caches: DocumentCaches, caller: Caller, request: Request) -> int:
    """The cost of a request. Raises RequestError where the request would be refused before it runs."""
    try:
        documents = caches.for_view(caller.view)
        return prepare(documents.schema, documents.check(request.query), request).cost
    except Refusal as exc:
        error = exc.answer.errors[0]
        raise RequestError(ErrorCode(error["extensions"]["code"]), error["message"]) from None


async def _execute(
    catalogue: Catalogue,
    reading: AbstractAsyncContextManager[CatalogueReader],
    caller: Caller,
    operation: PreparedOperation,
    request: Request,
    audit_log: AuditLog | None,
    budget: CallersBudget | None,
) -> Answer:
    """Runs the operation over the catalogue.

    It is refused if the catalogue or the audit log cannot be reached, or if a statement takes too long.
    """
    async with reading as reader:
        try:
            result = await _run(operation, AuditTrailReader(reader, audit_log, catalogue.own_sources(caller)))
        finally:
            await _charge_excess(operation, reader.seconds, budget)
        for failure in causes(result):
            if isinstance(failure, StatementTimeout | StoreUnavailable):
                return _refuse_store(failure, request.correlation_id)
        accesses = reader.delivery.readings
        if accesses and not await _log_accesses(audit_log, caller, request, accesses):
            return refuse(ErrorCode.NOT_READY, "The access cannot be logged, so the request is not answered.")
        return answer_of(result, reader.answer_sources, request.correlation_id)


async def _charge_excess(operation: PreparedOperation, seconds: float, budget: CallersBudget | None) -> None:
    """Charges what the statements took beyond TOLERANCE times the cost, such as for conditions that no index serves."""
    excess = units(seconds) - TOLERANCE * operation.cost
    if budget is not None and excess > 0:
        await budget.charge(excess)


def _refuse_store(failure: StoreError, correlation_id: str) -> Answer:
    """The refusal of an operation that the database did not answer, or not in time."""
    if isinstance(failure, StatementTimeout):
        return refuse(ErrorCode.DEADLINE_EXCEEDED, MEANINGS[ErrorCode.DEADLINE_EXCEEDED])
    if isinstance(failure, StoreBusy):
        return refuse(ErrorCode.NOT_READY, "The gateway is busy; `Retry-After` says when to try again.")
    log_failure("the catalogue cannot be reached", failure, correlation_id)
    return refuse(ErrorCode.NOT_READY, MEANINGS[ErrorCode.NOT_READY])


async def _run(operation: PreparedOperation, reader: QueryReader) -> ExecutionResult:
    result = execute(
        operation.schema,
        operation.document,
        context_value=RequestContext(reader, is_long=operation.cost >= LONG),
        variable_values=operation.variables,
        operation_name=operation.name,
        hide_suggestions=True,
    )
    return await result if isinstance(result, Awaitable) else result


async def _log_accesses(
    audit_log: AuditLog | None, caller: Caller, request: Request, accesses: Mapping[str, set[str]]
) -> bool:
    """Whether the log has durably who accessed what. Operators are not logged: they keep the log."""
    if caller.principal is None:
        return caller.audience is Audience.OPERATOR
    if audit_log is None:
        return False
    try:
        await audit_log.append(
            AuditEntry(
                agency=caller.principal.agency,
                agreement=caller.principal.agreement,
                purpose=caller.principal.purpose,
                key=caller.principal.key,
                document=sha256(request.query.encode(errors="surrogatepass")).hexdigest(),
                readings=tuple(
                    RecordAccess(record, tuple(sorted(names))) for record, names in sorted(accesses.items())
                ),
            )
        )
    except AuditLogUnavailable as exc:
        log_failure("the audit log cannot be written", exc, request.correlation_id)
        return False
    return True
