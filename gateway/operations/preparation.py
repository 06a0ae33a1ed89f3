"""Preparing an operation: everything that is decided before anything is read. Execution and `cost_of` share it."""

from collections.abc import Sequence

from graphql import DocumentNode, GraphQLSchema, OperationType, get_operation_ast
from msgspec import Struct

from gateway.operations.answer import Answer, Refusal, refuse
from gateway.operations.documents import DocumentCheck
from gateway.operations.pricing import ARRIVAL, Amounts, price, work
from gateway.operations.request import Request
from gateway.operations.variables import check_size, variable_errors
from schema.errors import ErrorCode


class PreparedOperation(Struct, frozen=True, kw_only=True):
    """An operation that can run under this schema, and what it costs."""

    schema: GraphQLSchema
    document: DocumentNode
    name: str | None
    variables: dict[str, object]
    work: Amounts
    cost: int
    """Including that of its arrival, without that of checking its document."""
    is_introspection: bool


def prepare(
    schema: GraphQLSchema, check: DocumentCheck, request: Request, *, queries_only: bool = False
) -> PreparedOperation:
    """Prepares the operation of a request, the document of which was checked.

    Raises Refusal where it cannot run, and RequestError for too many values.

    With `queries_only`, any other operation is refused with METHOD_NOT_ALLOWED.
    """
    if queries_only and _operation_type(check.operations, request.operation_name) not in (None, OperationType.QUERY):
        raise Refusal(refuse(ErrorCode.METHOD_NOT_ALLOWED, "Only queries are allowed here."))
    if check.document is None:
        raise Refusal(Answer(errors=check.errors, refusal=check.refusal))
    operation = get_operation_ast(check.document, request.operation_name)
    if operation is None:
        message = "`operationName` must name one of the document's operations where it has several."
        raise Refusal(refuse(ErrorCode.BAD_REQUEST, message))
    variables = dict(request.variables or {})
    check_size(variables)
    errors = variable_errors(schema, operation, variables)
    if errors:
        raise Refusal(Answer(errors=errors, refusal=ErrorCode.BAD_INPUT))
    amounts = work(schema, check.document, operation, variables)
    return PreparedOperation(
        schema=schema,
        document=check.document,
        name=request.operation_name,
        variables=variables,
        work=amounts,
        cost=ARRIVAL + price(amounts),
        is_introspection=(operation.name.value if operation.name else None) in check.introspecting,
    )


def _operation_type(operations: Sequence[tuple[str | None, OperationType]], name: str | None) -> OperationType | None:
    """The type of the operation that would run; of a nameless one among several, whichever is no query."""
    types = {type_ for operation_name, type_ in operations if name in (None, operation_name)}
    return next((type_ for type_ in types if type_ is not OperationType.QUERY), next(iter(types), None))
