"""Documents: each is scanned, parsed, counted and validated once, and what came of it is kept, refusals too."""

import sys
from collections import OrderedDict
from collections.abc import Collection
from hashlib import sha256

from graphql import (
    ASTValidationRule,
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

from gateway.operations.failures import Error, error
from gateway.operations.limits import Limits, count, scan
from gateway.operations.resolvers import executable_schema
from schema.access import View
from schema.errors import ErrorCode, RequestError

MOST_ERRORS = 20
"""Errors of one document that are told."""

BYTES_PER_TOKEN = 600
"""What the tree keeps for a token. Measured: 190 (comments) to 560 (fields without anything) with graphql-core 3.3."""

BYTES_PER_ENTRY = 4_096
"""What an entry keeps beside its tree: key, place and errors."""


class CheckedDocument(Struct, frozen=True):
    """A document that can be run, or the errors why it cannot.

    `operations` are its operations by name, also where it cannot be run; None is the nameless one.
    """

    document: DocumentNode | None
    errors: tuple[Error, ...] = ()
    operations: tuple[tuple[str | None, OperationType], ...] = ()


class DocumentCache:
    """What came of documents under one schema; the least recently used are forgotten when `most_bytes` are held.

    Bytes are estimated: a document's text and 600 for each of its tokens, so never less than they are. To be used from
    one event loop.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits = Limits(), most_bytes: int = 64 * 1024 * 1024) -> None:  # noqa: B008 - frozen
        self.schema = schema
        self.limits = limits
        self.most_bytes = most_bytes
        self.bytes = 0
        """What is held now."""
        self.checks = 0
        """How many documents were not found and had to be checked."""
        self._entries: OrderedDict[bytes, tuple[CheckedDocument, int]] = OrderedDict()

    def check(self, text: str) -> CheckedDocument:
        """What came of a document, now or earlier."""
        key = sha256(text.encode(errors="surrogatepass")).digest()
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
            return found[0]
        self.checks += 1
        checked, size = self._check(text)
        if size <= self.most_bytes:
            self._entries[key] = checked, size
            self.bytes += size
        while self.bytes > self.most_bytes:
            _, (_, forgotten) = self._entries.popitem(last=False)
            self.bytes -= forgotten
        return checked

    def _check(self, text: str) -> tuple[CheckedDocument, int]:
        """What comes of a document, and how many bytes are kept with it."""
        operations: tuple[tuple[str | None, OperationType], ...] = ()
        try:
            tokens = scan(text, self.limits)
            document = parse(text, allow_empty_selection_sets=False)
            operations = tuple(
                (node.name.value if node.name else None, node.operation)
                for node in document.definitions
                if isinstance(node, OperationDefinitionNode)
            )
            counted = count(document, self.limits)
        except RequestError as exc:
            refused = CheckedDocument(None, (error(exc.code, exc.message),), operations)
        except GraphQLError as exc:
            refused = CheckedDocument(None, (_located(ErrorCode.PARSE_FAILED, exc),))
        else:
            # Where fragments spread themselves, the other rules would look at more than was counted.
            rules = None if counted.sound else (UniqueFragmentNamesRule, NoFragmentCyclesRule)
            errors = self._validated(document, rules)
            if not errors:
                return CheckedDocument(document, (), operations), BYTES_PER_ENTRY + sys.getsizeof(
                    text
                ) + tokens * BYTES_PER_TOKEN
            refused = CheckedDocument(None, errors, operations)
        return refused, BYTES_PER_ENTRY + len(refused.errors) * 1024 + len(operations) * 256

    def _validated(
        self, document: DocumentNode, rules: Collection[type[ASTValidationRule]] | None
    ) -> tuple[Error, ...]:
        found = validate(self.schema, document, rules, MOST_ERRORS, hide_suggestions=True)
        return tuple(_located(ErrorCode.VALIDATION_FAILED, each) for each in found)


def _located(code: ErrorCode, found: GraphQLError) -> Error:
    """An error that speaks of the document alone, with the lines and columns that it speaks of."""
    shown = error(code, found.message)
    if found.locations:
        shown["locations"] = [place.formatted for place in found.locations[:MOST_ERRORS]]
    return shown


class DocumentCaches:
    """The documents of each kind of caller: under every visible schema they are checked anew."""

    def __init__(self, limits: Limits = Limits(), most_bytes: int = 64 * 1024 * 1024) -> None:  # noqa: B008 - frozen
        self._limits = limits
        self._most_bytes = most_bytes
        self._editions: dict[View, DocumentCache] = {}

    def of(self, view: View) -> DocumentCache:
        """The documents under the schema that a caller of this view sees. There are as many views as sets of grants."""
        if view not in self._editions:
            self._editions[view] = DocumentCache(executable_schema(view), self._limits, self._most_bytes)
        return self._editions[view]
