"""Authentication by API key: all keys are in memory for seconds, so that a check is arithmetic and reads no database.

A key with an unknown id takes the same steps as one with a wrong secret and gets the same answer. A revoked key is
refused as soon as the keys are read again. If they cannot be read, the keys in memory stay valid for `MAX_AGE`.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Protocol

import structlog
from msgspec import Struct
from sqlalchemy import select

from adapters.source import About
from gateway.access.agreements import InvalidAdministration, RevocationReason, record_use, revoke_key
from gateway.access.callers import AccessGrant, Caller, Principal, partner
from gateway.access.keys import APIKey, parse_key
from gateway.access.networks import Network, is_within, parse_address, parse_network
from gateway.access.tables import agreement, api_key
from gateway.store.database import Database
from gateway.store.errors import StoreError
from schema.errors import MEANINGS, ErrorCode, RequestError

REFRESH_INTERVAL = timedelta(seconds=4)
"""How old the keys in memory may be: a revoked key is valid for at most as long if nobody announces the revocation."""

MAX_AGE = timedelta(seconds=10)
"""How old they may be if the database cannot be read."""

USE_INTERVAL = timedelta(minutes=1)
"""How often the last use of a key is recorded."""

log = structlog.get_logger("gateway")


class KeyRecord(Struct, frozen=True):
    """A key and its agreement, as rows, and the values that a check compares.

    The key is valid until `end`, if there is one, and from `networks` or, if there are none, from anywhere.
    """

    key: Any
    agreement: Any
    digest: bytes
    pepper: int
    end: datetime | None
    networks: tuple[Network, ...]

    @classmethod
    def from_rows(cls, key: Any, agreement: Any) -> "KeyRecord":
        """Combines the rows of a key and of its agreement."""
        ends = (key.revoked_at, agreement.ended_at, key.expires_at, agreement.expires_at)
        return cls(
            key=key,
            agreement=agreement,
            digest=key.digest,
            pepper=key.pepper,
            end=min((end for end in ends if end is not None), default=None),
            networks=tuple(map(parse_network, key.networks or ())),
        )

    def is_valid(self, now: datetime, address: str | None) -> bool:
        """Whether a request from `address` may use the key now."""
        return (self.end is None or self.end > now) and (
            not self.networks or is_within(parse_address(address), self.networks)
        )


class KeyDirectory(Protocol):
    """The database of keys, and the sources that agreements can grant."""

    @property
    def database(self) -> Database:
        """The database that holds agencies, agreements and keys."""
        ...

    @property
    def descriptions(self) -> Mapping[str, About]:
        """What each source of this deployment is, by name."""
        ...

    @property
    def synthetic_descriptions(self) -> Mapping[str, About]:
        """The same for synthetic sources, the only ones that test keys see."""
        ...


class Keyring:
    """The keys of one process.

    `announce` informs the other processes that a key has ended; `now` returns the time of day in UTC.
    """

    def __init__(
        self,
        directory: KeyDirectory,
        peppers: Mapping[int, bytes],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        announce: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._directory = directory
        self._peppers = peppers
        self._now = now
        self._announce = announce
        self._records: dict[str, KeyRecord] = {}
        self._read_at: datetime | None = None
        self._lock = asyncio.Lock()
        self._invalidations = 0
        self._last_uses: dict[str, datetime] = {}

    async def authenticate(self, text: str, address: str | None) -> Caller:
        """The caller of a key. Raises RequestError: UNAUTHENTICATED for any invalid key, NOT_READY."""
        await self._refresh()
        record = self.find_valid(text, address)
        if record is None:
            raise RequestError(ErrorCode.UNAUTHENTICATED, MEANINGS[ErrorCode.UNAUTHENTICATED])
        await self._record_use(record)
        return self._caller(record)

    def find_valid(self, text: str, address: str | None) -> KeyRecord | None:
        """The record of a key that is valid now; None for any other text."""
        record = self._find(text)
        return record if record is not None and record.is_valid(self._now(), address) else None

    async def revoke_leaked(self, key: APIKey) -> None:
        """Revokes a key that was sent in an address or a body: whoever stores addresses and bodies has it now."""
        await self._refresh()
        if self._find(key.text) is None:
            return
        with suppress(InvalidAdministration):
            await self._directory.database.write(
                partial(revoke_key, identity=key.id, now=self._now(), reason=RevocationReason.LEAKED)
            )
        await self._announce_end()

    def invalidate(self) -> None:
        """Makes the next check read the keys again."""
        self._read_at = None
        self._invalidations += 1

    async def _announce_end(self) -> None:
        """A key has ended: no process may go on with the keys in its memory."""
        self.invalidate()
        if self._announce is not None:
            await self._announce()

    def _find(self, text: str) -> KeyRecord | None:
        """The record of a key, valid or not; None for a wrong key. Takes the same steps for every text."""
        key = parse_key(text)
        record = self._records.get(key.id) if key else None
        digest = record.digest if record else bytes(32)
        pepper = self._peppers.get(record.pepper if record else max(self._peppers, default=0), bytes(32))
        is_right = hmac.compare_digest((key or APIKey("", live=False, text=text)).digest(pepper), digest)
        return record if is_right else None

    def _caller(self, record: KeyRecord) -> Caller:
        terms, key = record.agreement, record.key
        ends = [end for end in (terms.expires_at, key.expires_at) if end is not None]
        principal = Principal(
            agency=terms.agency,
            agreement=terms.id,
            purpose=terms.purpose,
            key=key.id,
            expires_at=min(ends, default=None),
            budget=terms.budget,
        )
        grant = AccessGrant(
            sources=frozenset(terms.sources),
            record_types=frozenset(terms.record_types) or None,
            jurisdictions=frozenset(terms.jurisdictions) or None,
            classes=frozenset(terms.classes),
        )
        directory = self._directory
        return partner(directory.descriptions if key.live else directory.synthetic_descriptions, principal, grant)

    async def _refresh(self) -> None:
        if self._is_older_than(REFRESH_INTERVAL):
            async with self._lock:
                if self._is_older_than(REFRESH_INTERVAL):
                    await self._read()

    def _is_older_than(self, age: timedelta) -> bool:
        return self._read_at is None or self._now() - self._read_at > age

    async def _read(self) -> None:
        start, invalidations = self._now(), self._invalidations
        try:
            async with self._directory.database.snapshot() as snapshot:
                agreements = {row.id: row for row in await snapshot.fetch(select(agreement))}
                keys = await snapshot.fetch(select(api_key))
        except StoreError:
            if self._is_older_than(MAX_AGE):
                raise RequestError(ErrorCode.NOT_READY, "The gateway cannot check keys.") from None
            return
        self._records = {
            row.id: KeyRecord.from_rows(row, agreements[row.agreement]) for row in keys if row.agreement in agreements
        }
        # If a key ended during the read, the rows may be from before its end.
        self._read_at = start if invalidations == self._invalidations else None

    async def _record_use(self, record: KeyRecord) -> None:
        """Records that a key was used: the first use at once, because the end of another key may depend on it."""
        now, last = self._now(), self._last_uses.get(record.key.id, record.key.last_used_at)
        if last is not None and now - last < USE_INTERVAL:
            return
        self._last_uses[record.key.id] = now
        try:
            is_end_set = await self._directory.database.write(partial(record_use, identity=record.key.id, now=now))
        except StoreError as exc:
            log.warning("the use of a key was not recorded", key=record.key.id, kind=type(exc).__name__)
            return
        if is_end_set:
            await self._announce_end()
