"""What snapshots of both databases share: they take a seat with their first statement, and none follows a late one."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, Row

from gateway.store.errors import StatementTimeout
from gateway.store.seats import Seats
from gateway.store.translation import translate_errors


class SeatedSnapshot(ABC):
    """A read transaction of a caller, each of whose statements may take `limit` seconds."""

    def __init__(self, seats: Seats, caller: str | None, limit: float) -> None:
        self.seconds = 0.0
        """What its statements took so far."""
        self._limit = limit
        self._seats = seats
        self._caller = caller
        self._is_seated = False
        self._is_expired = False

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        if self._is_expired:
            raise StatementTimeout("an earlier statement took too long")
        if not self._is_seated:
            await self._seats.take(self._caller)
            self._is_seated = True
        try:
            with translate_errors():
                return await self._fetch(statement)
        except StatementTimeout:
            self._is_expired = True
            raise

    async def renew(self) -> None:
        try:
            with translate_errors():
                await self._end()
        finally:
            if self._is_seated:
                self._is_seated = False
                self._seats.release(self._caller)

    @abstractmethod
    async def _fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        """All rows of a statement; the first one begins the transaction. Raises SQLAlchemy's errors."""

    @abstractmethod
    async def _end(self) -> None:
        """Ends the transaction, if it has begun."""
