"""Checking keys: all that there are are held in memory for seconds, so that a check is arithmetic and asks nobody.

A key of an unknown id takes the same steps as one with a wrong secret and gets the same answer. What was revoked serves
nobody any more once the ring is read anew; where it cannot be read, the old one serves for `TRUSTED` and nobody after.
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
from gateway.access.agreements import InvalidAdministration, RevocationReason, note_use, revoke_key
from gateway.access.callers import Caller, Grant, Standing, partner
from gateway.access.keys import Key, read_key
from gateway.access.networks import Network, is_within, parse_address, parse_network
from gateway.access.tables import agreement, api_key
from gateway.store.database import Database
from gateway.store.errors import StoreError
from schema.errors import MEANINGS, ErrorCode, RequestError

READ_EVERY = timedelta(seconds=4)
"""How old the ring may be: a revoked key serves at most so long, where nobody announces the revocation."""

TRUSTED = timedelta(seconds=10)
"""How old it may be where it cannot be read anew."""

NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last use of a key is known."""


log = structlog.get_logger("gateway")


class Held(Struct, frozen=True):
    """What is known of a key, with the agreement that it stands for; what each check looks at stands by itself.

    It serves until `ends`, if that is stated, and from `networks` or, where there are none, from anywhere.
    """

    key: Any
    agreement: Any
    digest: bytes
    pepper: int
    ends: datetime | None
    networks: tuple[Network, ...]

    @classmethod
    def of(cls, key: Any, agreement: Any) -> "Held":
        """From the rows of both."""
        ends = (key.revoked_at, agreement.ended_at, key.expires_at, agreement.expires_at)
        return cls(
            key=key,
            agreement=agreement,
            digest=key.digest,
            pepper=key.pepper,
            ends=min((end for end in ends if end is not None), default=None),
            networks=tuple(map(parse_network, key.networks or ())),
        )

    def serves(self, now: datetime, address: str | None) -> bool:
        """Whether a request that comes from `address` at this moment may use it."""
        return (self.ends is None or self.ends > now) and (
            not self.networks or is_within(parse_address(address), self.networks)
        )


class Directory(Protocol):
    """Where keys are kept, and the sources that callers may be granted."""

    @property
    def database(self) -> Database:
        """The database that holds agencies, agreements and keys."""
        ...

    @property
    def abouts(self) -> Mapping[str, About]:
        """The sources of this deployment, by name."""
        ...

    @property
    def synthetic_abouts(self) -> Mapping[str, About]:
        """The synthetic ones of them: all that test keys see."""
        ...


class Keyring:
    """The keys of one process. `tell` says to the others that one has ended; `now` tells the time of day, in UTC."""

    def __init__(
        self,
        directory: Directory,
        peppers: Mapping[int, bytes],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        tell: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._directory = directory
        self._peppers = peppers
        self._now = now
        self._tell = tell
        self._held: dict[str, Held] = {}
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()
        self._forgotten = 0
        self._noted: dict[str, datetime] = {}

    async def caller(self, text: str, address: str | None) -> Caller:
        """Whom a key stands for. Raises Refused: UNAUTHENTICATED for any key that does not serve, NOT_READY."""
        await self._fresh()
        held = self.known(text, address)
        if held is None:
            raise RequestError(ErrorCode.UNAUTHENTICATED, MEANINGS[ErrorCode.UNAUTHENTICATED])
        await self._note(held)
        return self._caller(held)

    def known(self, text: str, address: str | None) -> Held | None:
        """What is held of a key that serves now; None for any other."""
        held = self._genuine(text)
        return held if held is not None and held.serves(self._now(), address) else None

    async def expose(self, key: Key) -> None:
        """Ends a key that was sent where keys are not sent: whoever keeps addresses and bodies has it now."""
        await self._fresh()
        if self._genuine(key.text) is None:
            return
        with suppress(InvalidAdministration):
            await self._directory.database.write(
                partial(revoke_key, identity=key.id, now=self._now(), reason=RevocationReason.LEAKED)
            )
        await self._say()

    def forget(self) -> None:
        """The next check reads the ring anew."""
        self._read_at = None
        self._forgotten += 1

    async def _say(self) -> None:
        """A key has got its end: nobody goes by what was read before."""
        self.forget()
        if self._tell is not None:
            await self._tell()

    def _genuine(self, text: str) -> Held | None:
        """What is held of a key, whether it serves or not; None for none. Takes the same steps for every text."""
        key = read_key(text)
        held = self._held.get(key.id) if key else None
        expected = held.digest if held else bytes(32)
        pepper = self._peppers.get(held.pepper if held else max(self._peppers, default=0), bytes(32))
        right = hmac.compare_digest((key or Key("", live=False, text=text)).digest(pepper), expected)
        return held if right else None

    def _caller(self, held: Held) -> Caller:
        said, key = held.agreement, held.key
        ends = [end for end in (said.expires_at, key.expires_at) if end is not None]
        standing = Standing(
            agency=said.agency,
            agreement=said.id,
            purpose=said.purpose,
            key=key.id,
            expires_at=min(ends, default=None),
            budget=said.budget,
        )
        granted = Grant(
            sources=frozenset(said.sources),
            record_types=frozenset(said.record_types) or None,
            jurisdictions=frozenset(said.jurisdictions) or None,
            classes=frozenset(said.classes),
        )
        abouts = self._directory.abouts if key.live else self._directory.synthetic_abouts
        return partner(abouts, standing, granted)

    async def _fresh(self) -> None:
        if self._aged(READ_EVERY):
            async with self._reading:
                if self._aged(READ_EVERY):
                    await self._read()

    def _aged(self, most: timedelta) -> bool:
        return self._read_at is None or self._now() - self._read_at > most

    async def _read(self) -> None:
        began, forgotten = self._now(), self._forgotten
        try:
            async with self._directory.database.snapshot() as snapshot:
                agreements = {row.id: row for row in await snapshot.fetch(select(agreement))}
                keys = await snapshot.fetch(select(api_key))
        except StoreError:
            if self._aged(TRUSTED):
                raise RequestError(ErrorCode.NOT_READY, "The gateway cannot check keys.") from None
            return
        self._held = {row.id: Held.of(row, agreements[row.agreement]) for row in keys if row.agreement in agreements}
        # What was read while somebody said that a key had ended may be of before that.
        self._read_at = began if forgotten == self._forgotten else None

    async def _note(self, held: Held) -> None:
        """Keeps that a key was used: the first time at once, because another key's end may depend on it."""
        now, last = self._now(), self._noted.get(held.key.id, held.key.last_used_at)
        if last is not None and now - last < NOTED_EVERY:
            return
        self._noted[held.key.id] = now
        try:
            ended = await self._directory.database.write(partial(note_use, identity=held.key.id, now=now))
        except StoreError as exc:
            log.warning("the use of a key was not kept", key=held.key.id, kind=type(exc).__name__)
            return
        if ended:
            await self._say()
