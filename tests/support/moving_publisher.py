"""A publisher whose rows come, go and change between any two requests of one reading."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.errors import SourceError
from adapters.source import Source
from adapters.vocabulary.enums import RecordType
from gateway.catalogue.tables import RECORD_TABLES
from gateway.catalogue.write.holds import WITHDRAWAL_LIMIT
from gateway.catalogue.write.importing import import_scopes
from tests.support.catalogue import Shelf

Move = tuple[str, int]
"""What happens, and a number that says to which row."""

Plan = Mapping[int, Sequence[Move]]
"""The moves before the request of each number, from 1."""


class MovingPublisher(ABC):
    """A sandbox as an ASGI application that makes the moves of a plan; `standing` are the keys that stay meanwhile."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._plan: Plan = {}
        self.requests = 0
        self.standing: set[str] = set()

    @abstractmethod
    def keys(self) -> set[str]:
        """The keys of the rows that the publisher has now."""

    @abstractmethod
    def make(self, move: Move) -> None:
        """Changes the rows."""

    def begin(self, plan: Plan) -> None:
        """Starts a reading."""
        self._plan, self.requests, self.standing = plan, 0, self.keys()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests += 1
        for move in self._plan.get(self.requests, ()):
            self.make(move)
            self.standing &= self.keys()
        await self._app(scope, receive, send)


async def failure_of_reading(
    shelf: Shelf, source: Source, names: Sequence[str], *, withdrawal_limit: float = WITHDRAWAL_LIMIT
) -> str | None:
    """Reads live scopes and closes the source; returns the code of the failure, if it fails."""
    try:
        await import_scopes(shelf.database, source, await source.current(names), withdrawal_limit=withdrawal_limit)
    except SourceError as exc:
        return exc.code
    finally:
        await source.close()
    return None


def current_ids(shelf: Shelf, record_type: RecordType) -> set[str]:
    """The ids of the current records of a type."""
    table = RECORD_TABLES[record_type].table.c
    statement = select(table.id).where(table.to_revision.is_(None))
    return set(shelf.run(shelf.database.write(lambda connection: list(connection.scalars(statement)))))
