"""A catalogue to fill and to ask in a test, one step after the other, with every statement on the way counted."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import orjson
from graphql import DocumentNode, ExecutionResult, execute, parse, validate
from msgspec import Struct
from sqlalchemy import Connection, Executable, Row, Table, delete

from adapters.records import Record
from adapters.source import About, Batch, Scope, Source
from gateway.access.callers import Caller, public
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.tables import metadata
from gateway.catalogue.write.batches import write_batch
from gateway.catalogue.write.importing import import_scopes
from gateway.catalogue.write.packing import pack
from gateway.operations.context import RequestContext
from gateway.operations.resolvers import executable_schema
from gateway.store.database import Database, Snapshot, connect
from gateway.store.limits import COMMAND_SECONDS
from schema.access import View
from schema.contract import PUBLIC
from schema.errors import RequestError
from tests.support.databases import with_tables
from tests.support.fake_source import FakeSource
from tests.support.sentinel import unseen

T = TypeVar("T")


def state_batch(connection: Connection, about: About, scope: Scope, batch: Batch) -> RowCounts:
    """Writes what one reading of the scope states next; no withdrawal is put on hold."""
    packed = pack(about, scope, batch, connection.dialect.name)
    return write_batch(connection, about, scope, packed, withdrawal_limit=1)


class Answer(Struct):
    """What a document is answered with: `text` is the data as bytes of JSON, `refusals` are the codes of its errors."""

    data: Any
    text: bytes
    refusals: list[str]


class Counting:
    """A database that keeps the statements of its snapshots."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.asked: list[Executable] = []
        self.dialect = database.dialect

    @property
    def statements(self) -> int:
        """How many there were so far."""
        return len(self.asked)

    @asynccontextmanager
    async def snapshot(self, caller: str | None = None, seconds: float = COMMAND_SECONDS) -> AsyncGenerator[Snapshot]:
        async with self._database.snapshot(caller, seconds) as snapshot:
            yield _CountingSnapshot(self, snapshot)

    async def write(self, work: Callable[[Connection], T], seconds: float | None = COMMAND_SECONDS) -> T:
        return await self._database.write(work, seconds)

    async def quiesce(self) -> None:
        await self._database.quiesce()

    async def scrub(self, tables: Iterable[Table]) -> bool:
        return await self._database.scrub(tables)

    async def close(self) -> None:
        await self._database.close()


class _CountingSnapshot:
    def __init__(self, counting: Counting, snapshot: Snapshot) -> None:
        self._counting = counting
        self._snapshot = snapshot

    @property
    def seconds(self) -> float:
        return self._snapshot.seconds

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        self._counting.asked.append(statement)
        return await self._snapshot.fetch(statement)

    async def renew(self) -> None:
        await self._snapshot.renew()


class Shelf:
    """A catalogue of one test, on an event loop of its own."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self.database = Counting(connect(with_tables(url)))
        self.holdings = Catalogue(self.database, ())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Waits for something asynchronous."""
        return self._runner.run(work)

    def hold(self, source: Source, *paths: Path) -> None:
        """Reads every scope of the source that stands in these files to its end; without any, what it ships."""
        self.holdings.sources[source.about.name] = source
        self.run(import_scopes(self.holdings.database, source, source.files(paths), withdrawal_limit=1))

    def know(self, **overrides: Any) -> None:
        """Has a fake source that the catalogue may hold records of already; nothing is read."""
        source = FakeSource({}, **overrides)
        self.holdings.sources[source.about.name] = source

    def state(self, records: Sequence[Record], **overrides: Any) -> None:
        """Makes these the records of the one scope of a fake source; what it held beside them is withdrawn."""
        self.hold(FakeSource({"all": records}, **overrides))

    def ask(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        caller: Caller | None = None,
        counted: int | None = None,
    ) -> Answer:
        """Answers a document as `caller`, anybody by default. `counted` is how far `totalCount` is exact."""
        answered = self.run(
            self._ask(document, variables, caller or public(self.holdings.descriptions.values()), counted)
        )
        unseen(answered.text, "an answer")
        return answered

    async def _ask(
        self, document: str, variables: Mapping[str, Any] | None, caller: Caller, counted: int | None
    ) -> Answer:
        async with self.holdings.reader(caller) as reader:
            if counted is not None:
                reader.count_exactly(counted)
            return await answer(reader, document, variables, caller.view)

    def empty(self) -> None:
        """Forgets everything."""

        def delete_all(connection: Connection) -> None:
            for table in metadata.sorted_tables:
                connection.execute(delete(table))

        self.run(self.database.write(delete_all))
        self.holdings = Catalogue(self.database, ())

    def close(self) -> None:
        self.run(self.database.close())
        self._runner.close()


async def answer(
    catalogue: Any, document: str, variables: Mapping[str, Any] | None = None, view: View = PUBLIC
) -> Answer:
    """Runs a document over a catalogue that is valid in this view. Raises whatever failed otherwise than by refusal."""
    running = execute(
        executable_schema(view),
        _valid(document, view),
        context_value=RequestContext(catalogue),
        variable_values=dict(variables or {}),
    )
    result = await running if isinstance(running, Awaitable) else running
    assert isinstance(result, ExecutionResult)
    refusals = []
    for error in result.errors or ():
        if not isinstance(error.original_error, RequestError):
            raise error.original_error or error
        refusals.append(error.original_error.code.value)
    return Answer(result.data, orjson.dumps(result.data), refusals)


@lru_cache(maxsize=256)
def _valid(document: str, view: View) -> DocumentNode:
    parsed = parse(document)
    assert validate(executable_schema(view), parsed) == []
    return parsed


@contextmanager
def shelf_at(url: str) -> Iterator[Shelf]:
    """A catalogue in the empty database at this address."""
    shelf = Shelf(url)
    try:
        yield shelf
    finally:
        shelf.close()
