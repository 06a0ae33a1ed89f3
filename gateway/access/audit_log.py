"""The audit log: who read which non-public records and sensitive fields, and why; chained, so that no change is hidden.

Every entry carries an HMAC over itself and the entry before it, and every time that entries become durable the newest
one is signed (Ed25519) in a second place. Whoever alters the database lacks the key of the chain; whoever has that key
too cannot sign; and what was signed can be taken away from the second place only by its end, which a copy shows.
"""

import asyncio
import base64
import hmac
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select

from gateway.access.tables import RecordAccess, entry, subject
from gateway.errors import OperatorError
from gateway.store.database import Database, Snapshot


class MissingAuditKeys(OperatorError):
    """The settings hold no keys for the audit log, or none that can be used."""


FIRST = "0" * 64
"""What stands for the entry before the first."""

SUMMARISED = "Summary"
"""What stands behind a type of record where records were counted or searched: which, the log does not name."""

PAGE = 1_000
"""Entries that are looked at together."""


class AuditEntry(Struct, frozen=True, kw_only=True):
    """What is said of one answer, before it has a number."""

    agency: str
    agreement: str
    purpose: str
    key: str
    document: str
    readings: tuple[RecordAccess, ...]


class SignedHead(Struct, frozen=True, kw_only=True):
    """The newest entry at some moment, signed."""

    number: int
    mac: str
    at: datetime
    signature: str

    def signed(self) -> bytes:
        """What the signature is over."""
        return f"{self.number}\n{self.mac}\n{self.at.isoformat()}".encode()


class AuditLogUnavailable(Exception):
    """An entry could not be made durable: the answer that it is about must not be sent."""


class AuditKeys(Struct, frozen=True):
    """The key of the chain (32 bytes), and the one that signs."""

    chain: bytes
    signing: Ed25519PrivateKey

    @property
    def verifying(self) -> Ed25519PublicKey:
        """What tells our signatures from others."""
        return self.signing.public_key()


class AuditLog:
    """Writes entries. Those that come while others are being written are written together, when these are durable."""

    def __init__(self, database: Database, heads: Path, seals: AuditKeys) -> None:
        self.database = database
        self._heads = heads
        self._seals = seals
        self._waiting: list[tuple[AuditEntry, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def append(self, said: AuditEntry) -> None:
        """Returns when the entry is durable and its head signed. Raises Unwritable."""
        durable = asyncio.get_running_loop().create_future()
        self._waiting.append((said, durable))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await durable

    async def close(self) -> None:
        """Waits for what is being written."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def _write(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            try:
                work = partial(append, said=[said for said, _ in together], chain=self._seals.chain)
                number, mac = await self.database.write(work)
                head = sign(self._seals.signing, number, mac, datetime.now(UTC))
                await asyncio.to_thread(_keep, self._heads, head)
            except Exception as exc:  # noqa: BLE001 - whatever it is, nothing of these answers may be sent
                failure = AuditLogUnavailable()
                failure.__cause__ = exc
                for _, durable in together:
                    if not durable.done():
                        durable.set_exception(failure)
            else:
                for _, durable in together:
                    if not durable.done():
                        durable.set_result(None)


def append(connection: Connection, said: Sequence[AuditEntry], chain: bytes) -> tuple[int, str]:
    """Adds entries after the newest, in one transaction under the writer lock; the number and MAC of the last."""
    newest = connection.execute(
        select(entry.c.number, entry.c.mac, entry.c.at).order_by(entry.c.number.desc()).limit(1)
    )
    last = newest.one_or_none()
    number, mac = (last.number, last.mac) if last else (0, FIRST)
    now = datetime.now(UTC)
    at = max(now, last.at) if last else now
    rows = []
    for each in said:
        number += 1
        row = {"number": number, "at": at} | {name: getattr(each, name) for name in AuditEntry.__struct_fields__}
        mac = seal(chain, mac, row)
        rows.append(row | {"mac": mac})
    connection.execute(insert(entry), rows)
    locate(connection, [(place, each.readings) for place, each in enumerate(said, number - len(said) + 1)])
    return number, mac


def locate(connection: Connection, read: Sequence[tuple[int, Sequence[RecordAccess]]]) -> None:
    """Keeps of which sources the records of these entries, the last ones, are, so that they are found by them."""
    if read:
        # Of a log that was cut off, what stood beside its end is left.
        connection.execute(delete(subject).where(subject.c.number >= read[0][0]))
    rows = [
        {"source": source, "number": number} for number, readings in read for source in sorted(_sources_of(readings))
    ]
    if rows:
        connection.execute(insert(subject), rows)


def locate_all(connection: Connection) -> None:
    """The same for entries of which it is not kept yet: an earlier version wrote them."""
    known = connection.scalar(select(func.max(subject.c.number))) or 0
    rows = connection.execute(select(entry.c.number, entry.c.readings).where(entry.c.number > known)).all()
    locate(connection, [(row.number, row.readings or ()) for row in rows])


def _sources_of(readings: Iterable[RecordAccess]) -> set[str]:
    return {source for reading in readings if (source := source_of(reading)) is not None}


def source_of(reading: RecordAccess) -> str | None:
    """The source of a record, by its global id `Type:source:externalId`, or of what was counted, `TypeSummary:source`.

    None of a count that was logged before counts named their sources.
    """
    _, named, rest = reading.record.partition(":")
    return rest.partition(":")[0] if named else None


def seal(chain: bytes, before: str, row: dict[str, Any]) -> str:
    """The MAC of an entry: HMAC-SHA-256 in hex over the MAC before it and all that it says."""
    said = [before, *(row[name] for name in ("number", "at", *AuditEntry.__struct_fields__))]
    return hmac.digest(chain, msgspec.json.encode(said), "sha256").hex()


def sign(signing: Ed25519PrivateKey, number: int, mac: str, at: datetime) -> SignedHead:
    """The signed head of a chain."""
    unsigned = SignedHead(number=number, mac=mac, at=at, signature="")
    signature = base64.b64encode(signing.sign(unsigned.signed())).decode()
    return msgspec.structs.replace(unsigned, signature=signature)


def seals(chain: str, signing: str) -> AuditKeys:
    """The keys as settings hold them, 32 bytes each in base64. Raises ValueError where one is none."""
    keys = [base64.b64decode(text, validate=True) for text in (chain, signing)]
    if [len(each) for each in keys] != [32, 32]:
        raise ValueError("a key of the audit log has 32 bytes")
    return AuditKeys(keys[0], Ed25519PrivateKey.from_private_bytes(keys[1]))


def new_seals() -> tuple[str, str]:
    """Two new keys in base64: of the chain, and for signing."""
    return base64.b64encode(os.urandom(32)).decode(), base64.b64encode(os.urandom(32)).decode()


def heads_in(path: Path) -> list[SignedHead]:
    """The heads that a file holds, a line each. Raises ValueError where a line is none."""
    try:
        return [msgspec.json.decode(line, type=SignedHead) for line in path.read_bytes().splitlines()]
    except FileNotFoundError:
        return []
    except msgspec.MsgspecError as exc:
        raise ValueError("a line is no head") from exc


def faults(
    connection: Connection, heads: Sequence[SignedHead], chain: bytes, verifying: Ed25519PublicKey
) -> Iterator[str]:
    """What is not as it was written, in the order of the log; nothing where all is."""
    signed = {head.number: head for head in reversed(heads)}  # Of several at one entry the first.
    yield from _head_faults(heads, verifying)
    number, mac, at = 0, FIRST, None
    for row in _entries(connection):
        said = row._asdict()
        if row.number != number + 1:
            yield f"entry {row.number} follows entry {number}"
        if row.mac != seal(chain, mac, said):
            yield f"entry {row.number} is not what was written there"
        if at is not None and row.at < at:
            yield f"entry {row.number} is older than the one before"
        if row.number in signed and signed[row.number].mac != row.mac:
            yield f"entry {row.number} is another than the one that was signed"
        number, mac, at = row.number, row.mac, row.at
    newest = max(signed, default=0)
    if newest > number:
        yield f"the log ends at entry {number}, and entry {newest} was signed"
    elif number > newest:
        yield f"the log goes on to entry {number}, and nothing after entry {newest} was signed"


def _head_faults(heads: Sequence[SignedHead], verifying: Ed25519PublicKey) -> Iterator[str]:
    before: SignedHead | None = None
    for head in heads:
        try:
            verifying.verify(base64.b64decode(head.signature), head.signed())
        except (InvalidSignature, ValueError):
            yield f"the head at entry {head.number} was not signed by us"
        if before is not None and (head.number <= before.number or head.at < before.at):
            yield f"the head at entry {head.number} stands after a later one"
        before = head


async def list_entries(snapshot: Snapshot, agency: str | None = None, last: int | None = None) -> list[dict[str, Any]]:
    """The entries, all from the first or the `last` ones from the newest; only those of an agency if one is given."""
    order = entry.c.number if last is None else entry.c.number.desc()
    entries = select(entry).order_by(order).limit(last)
    if agency is not None:
        entries = entries.where(entry.c.agency == agency)
    return [row._asdict() for row in await snapshot.fetch(entries)]


def _entries(connection: Connection) -> Iterator[Any]:
    after = 0
    while True:
        page = connection.execute(
            select(entry).where(entry.c.number > after).order_by(entry.c.number).limit(PAGE)
        ).all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].number


def _keep(path: Path, head: SignedHead) -> None:
    """Adds a head to the file, durably."""
    with path.open("ab") as file:
        file.write(msgspec.json.encode(head) + b"\n")
        file.flush()
        os.fsync(file.fileno())
