"""A cache of the answers to introspection. Each is computed once, in a thread.

On the event loop, the introspection query of common tools would hold it for 0.3 seconds.
"""

from collections import OrderedDict
from functools import partial
from hashlib import sha256
from typing import Any

import orjson
from graphql import ExecutionResult, execute

from gateway.operations.preparation import PreparedOperation
from gateway.operations.worker import Worker

MAX_BYTES = 4 * 1024 * 1024
"""What the answers take at most; that to the introspection query of common tools takes a tenth of it."""


class IntrospectionCache:
    """The answers to introspection; above MAX_BYTES the least recently used are dropped."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._contents: OrderedDict[bytes, bytes] = OrderedDict()
        self._bytes = 0
        self.misses = 0
        """How many operations were not in the cache."""

    async def execute(self, operation: PreparedOperation, text: str, caller: str | None) -> ExecutionResult:
        """The result of an operation with this text. Raises StoreBusy if too many wait for one."""
        parts = (id(operation.schema), operation.name, operation.variables, text)
        key = sha256(repr(parts).encode(errors="surrogatepass")).digest()
        if (content := self._contents.get(key)) is None:
            self.misses += 1
            result = await self._worker.run(caller, partial(_execute, operation))
            if result.errors:
                return result
            content = orjson.dumps(result.data)
            self._add(key, content)
        else:
            self._contents.move_to_end(key)
        return ExecutionResult(orjson.loads(content))

    def _add(self, key: bytes, content: bytes) -> None:
        self._bytes += len(content) - len(self._contents.get(key, b""))
        self._contents[key] = content
        while self._bytes > MAX_BYTES:
            _, dropped = self._contents.popitem(last=False)
            self._bytes -= len(dropped)


def _execute(operation: PreparedOperation) -> ExecutionResult:
    result: Any = execute(
        operation.schema,
        operation.document,
        variable_values=operation.variables,
        operation_name=operation.name,
        hide_suggestions=True,
    )
    if not isinstance(result, ExecutionResult):
        raise TypeError("introspection awaits nothing")
    return result
