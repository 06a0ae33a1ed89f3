"""The document caches of all schemas, and what checks and introspects for them off the event loop."""

from functools import partial

from gateway.operations.documents import MAX_BYTES, DocumentCache, DocumentCheck
from gateway.operations.introspection_cache import IntrospectionCache
from gateway.operations.limits import Limits
from gateway.operations.resolvers import executable_schema
from gateway.operations.worker import Worker
from schema.access import View

SHORT_DOCUMENT = 1_000
"""Characters of a document that is checked on the event loop, which takes some 10 ms."""


class DocumentCaches:
    """A document cache for each visible schema: documents are checked under each anew."""

    def __init__(self, limits: Limits = Limits(), max_bytes: int = MAX_BYTES) -> None:  # noqa: B008 - frozen
        self._limits = limits
        self._max_bytes = max_bytes
        self._caches: dict[View, DocumentCache] = {}
        self.worker = Worker()
        self.introspection = IntrospectionCache(self.worker)

    async def check(self, documents: DocumentCache, text: str, caller: str | None) -> DocumentCheck:
        """The check of a document, that of a new and long one by the worker. Raises StoreBusy if too many wait."""
        if len(text) <= SHORT_DOCUMENT or documents.is_cached(text):
            return documents.check(text)
        return await self.worker.run(caller, partial(documents.check, text))

    def for_view(self, view: View) -> DocumentCache:
        """The cache under the schema that a caller of this view sees. There are as many views as sets of grants."""
        if view not in self._caches:
            self._caches[view] = DocumentCache(executable_schema(view), self._limits, self._max_bytes)
        return self._caches[view]
