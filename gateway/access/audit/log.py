"""Writing the audit log: an answer is sent only when its entry is durable and the head of the chain is signed."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from gateway.access.audit.chain import FIRST_MAC, AuditEntry, AuditKeys, append_head, entry_mac, lock_heads, sign_head
from gateway.access.audit.delivery import source_of
from gateway.access.audit.tables import RecordAccess, audit_entry, audit_subject
from gateway.store.database import Database, Snapshot


class AuditLogUnavailable(Exception):
    """An entry could not be made durable: its answer must not be sent."""


class AuditLog:
    """Appends entries. Entries that arrive during a write are written together, in the next one."""

    def __init__(self, database: Database, heads: Path, keys: AuditKeys) -> None:
        self.database = database
        self._heads = heads
        self._keys = keys
        self._queue: list[tuple[AuditEntry, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def append(self, entry: AuditEntry) -> None:
        """Returns when the entry is durable and its head is signed. Raises AuditLogUnavailable."""
        durable = asyncio.get_running_loop().create_future()
        self._queue.append((entry, durable))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write())
        await durable

    async def close(self) -> None:
        """Waits for the write that is under way."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _write(self) -> None:
        while self._queue:
            batch, self._queue = self._queue, []
            try:
                work = partial(append, entries=[entry for entry, _ in batch], chain=self._keys.chain)
                async with lock_heads(self._heads):
                    number, mac = await self.database.write(work)
                    head = sign_head(self._keys.signing, number, mac, datetime.now(UTC))
                    await asyncio.to_thread(append_head, self._heads, head)
            except Exception as exc:  # noqa: BLE001 - whatever it is, none of these answers may be sent
                failure = AuditLogUnavailable()
                failure.__cause__ = exc
                for _, durable in batch:
                    if not durable.done():
                        durable.set_exception(failure)
            else:
                for _, durable in batch:
                    if not durable.done():
                        durable.set_result(None)


def append(connection: Connection, entries: Sequence[AuditEntry], chain: bytes) -> tuple[int, str]:
    """Appends entries, in one transaction under the writer lock. Returns the number and MAC of the last."""
    columns = audit_entry.c
    last = connection.execute(
        select(columns.number, columns.mac, columns.at).order_by(columns.number.desc()).limit(1)
    ).one_or_none()
    number, mac = (last.number, last.mac) if last else (0, FIRST_MAC)
    now = datetime.now(UTC)
    at = max(now, last.at) if last else now
    rows: list[dict[str, Any]] = []
    for entry in entries:
        number += 1
        row = {"number": number, "at": at} | {name: getattr(entry, name) for name in AuditEntry.__struct_fields__}
        mac = entry_mac(chain, mac, row)
        rows.append(row | {"mac": mac})
    connection.execute(insert(audit_entry), rows)
    index_sources(connection, [(row["number"], row["readings"]) for row in rows])
    return number, mac


async def list_entries(snapshot: Snapshot, agency: str | None = None, last: int | None = None) -> list[dict[str, Any]]:
    """Lists entries, all from the first or the `last` ones from the newest; of one agency if one is given."""
    order = audit_entry.c.number if last is None else audit_entry.c.number.desc()
    entries = select(audit_entry).order_by(order).limit(last)
    if agency is not None:
        entries = entries.where(audit_entry.c.agency == agency)
    return [row._asdict() for row in await snapshot.fetch(entries)]


def index_sources(connection: Connection, entries: Sequence[tuple[int, Sequence[RecordAccess]]]) -> None:
    """Indexes the last entries, given by number and readings, by the sources of their records."""
    if entries:
        # If the log was cut off, the index still holds its end.
        connection.execute(delete(audit_subject).where(audit_subject.c.number >= entries[0][0]))
    rows = [
        {"source": source, "number": number} for number, readings in entries for source in sorted(_sources_of(readings))
    ]
    if rows:
        connection.execute(insert(audit_subject), rows)


def index_all_sources(connection: Connection) -> None:
    """Indexes the entries that an earlier version wrote without an index."""
    last = connection.scalar(select(func.max(audit_subject.c.number))) or 0
    columns = audit_entry.c
    rows = connection.execute(select(columns.number, columns.readings).where(columns.number > last)).all()
    index_sources(connection, [(row.number, row.readings or ()) for row in rows])


def _sources_of(readings: Iterable[RecordAccess]) -> set[str]:
    return {source for reading in readings if (source := source_of(reading)) is not None}
