"""Documents: each is scanned, parsed, counted and validated once per schema; the result is cached, refusals too."""

import sys
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from threading import Lock

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoFragmentCyclesRule,
    OperationDefinitionNode,
    OperationType,
    UniqueFragmentNamesRule,
    parse,
    validate,
)
from msgspec import Struct

from gateway.operations.errors import MAX_ERRORS, FormattedError, format_error, format_locations
from gateway.operations.introspection import introspecting_operations
from gateway.operations.limits import Limits, count_document, scan_tokens
from schema.errors import ErrorCode, RequestError

BYTES_PER_TOKEN = 600
"""What the tree keeps for a token. Measured: 190 (comments) to 560 (fields without anything) with graphql-core 3.3."""

BYTES_PER_ENTRY = 4_608
"""What an entry keeps beside its tree: key, place, counts and errors."""
BYTES_PER_ERROR = 1_024
BYTES_PER_OPERATION = 256
MAX_BYTES = 64 * 1024 * 1024
"""What a cache keeps at most."""


class DocumentCheck(Struct, frozen=True):
    """A document that can run, or the errors why it cannot, with the code of the refusal.

    `operations` has the names and types of its operations, also where it cannot run; None is the nameless one. `work`
    is what the check took: tokens, fields with fragments written out, and pairs of fields to compare.
    """

    document: DocumentNode | None = None
    introspecting: frozenset[str | None] = frozenset()
    """The names of its operations that introspect."""
    errors: tuple[FormattedError, ...] = ()
    operations: tuple[tuple[str | None, OperationType], ...] = ()
    refusal: ErrorCode | None = None
    work: Mapping[str, float] = {}


class DocumentCache:
    """The checks of documents under one schema; above `max_bytes` the least recently used are dropped.

    Bytes are estimated: a document's text and 600 for each of its tokens, so never less than they are. Threads may
    share it.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits = Limits(), max_bytes: int = MAX_BYTES) -> None:  # noqa: B008 - frozen
        self.schema = schema
        self.limits = limits
        self.max_bytes = max_bytes
        self.bytes = 0
        """The estimated size of all entries."""
        self.misses = 0
        """How many documents were not in the cache and had to be checked."""
        self._entries: OrderedDict[bytes, tuple[DocumentCheck, int]] = OrderedDict()
        self._lock = Lock()

    def is_cached(self, text: str) -> bool:
        """Whether the check of a document is in the cache."""
        return _key(text) in self._entries

    def check(self, text: str) -> DocumentCheck:
        """The check of a document, from the cache if it is there."""
        key = _key(text)
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
                return entry[0]
        self.misses += 1
        check, size = self._check(text)
        with self._lock:
            if size <= self.max_bytes and key not in self._entries:
                self._entries[key] = check, size
                self.bytes += size
            while self.bytes > self.max_bytes:
                _, (_, dropped_size) = self._entries.popitem(last=False)
                self.bytes -= dropped_size
        return check

    def _check(self, text: str) -> tuple[DocumentCheck, int]:
        """The check of a document, and how many bytes it keeps."""
        operations: tuple[tuple[str | None, OperationType], ...] = ()
        # No document has more tokens than characters; one that is refused is scanned up to the limit.
        work: dict[str, float] = {"document": 1, "token": min(len(text), self.limits.tokens)}
        try:
            work["token"] = tokens = scan_tokens(text, self.limits)
            document = parse(text, allow_empty_selection_sets=False)
            operations = _operations(document)
            count = count_document(document, self.limits)
            work |= {"field": count.tally.fields, "overlap": count.overlaps}
        except RequestError as exc:
            return _refusal(exc.code, [format_error(exc.code, exc.message)], work, operations)
        except GraphQLError as exc:
            return _refusal(ErrorCode.PARSE_FAILED, [_document_error(ErrorCode.PARSE_FAILED, exc)], work)
        # Where fragments spread themselves, the other rules would look at more than was counted.
        rules = None if count.is_sound else (UniqueFragmentNamesRule, NoFragmentCyclesRule)
        errors = validate(self.schema, document, rules, MAX_ERRORS, hide_suggestions=True)
        if errors:
            code = ErrorCode.VALIDATION_FAILED
            return _refusal(code, [_document_error(code, error) for error in errors], work, operations)
        try:
            introspecting = introspecting_operations(document)
        except RequestError as exc:
            return _refusal(exc.code, [format_error(exc.code, exc.message)], work, operations)
        size = BYTES_PER_ENTRY + sys.getsizeof(text) + tokens * BYTES_PER_TOKEN
        return DocumentCheck(document, introspecting, operations=operations, work=work), size


def _key(text: str) -> bytes:
    return sha256(text.encode(errors="surrogatepass")).digest()


def _operations(document: DocumentNode) -> tuple[tuple[str | None, OperationType], ...]:
    return tuple(
        (node.name.value if node.name else None, node.operation)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    )


def _refusal(
    code: ErrorCode,
    errors: Sequence[FormattedError],
    work: Mapping[str, float],
    operations: tuple[tuple[str | None, OperationType], ...] = (),
) -> tuple[DocumentCheck, int]:
    size = BYTES_PER_ENTRY + len(errors) * BYTES_PER_ERROR + len(operations) * BYTES_PER_OPERATION
    return DocumentCheck(errors=tuple(errors), operations=operations, refusal=code, work=work), size


def _document_error(code: ErrorCode, error: GraphQLError) -> FormattedError:
    """An error that speaks of the document alone, with lines and columns."""
    formatted = format_error(code, error.message)
    if error.locations:
        formatted["locations"] = format_locations(error.locations)
    return formatted
