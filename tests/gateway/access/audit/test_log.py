"""The audit log: what is written stands, whatever is altered is found, and what cannot be logged is not answered."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs
from sqlalchemy import Connection, delete, func, insert, select, update

from adapters.records import Arrest
from adapters.vocabulary.enums import Audience
from gateway.access.audit.chain import (
    AuditEntry,
    AuditKeys,
    entry_mac,
    generate_audit_keys,
    parse_audit_keys,
    read_heads,
    sign_head,
    verify_chain,
)
from gateway.access.audit.log import AuditLog, AuditLogUnavailable, append
from gateway.access.audit.tables import RecordAccess, audit_entry, audit_metadata
from gateway.access.callers import AccessGrant, Caller, Principal
from gateway.operations.answer import Answer
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import execute_request
from gateway.operations.request import Request
from gateway.store.database import connect
from tests.support.catalogue import shelf_at

COUNT = 6


def said(number: int) -> AuditEntry:
    readings = (RecordAccess(f"Case:partner:{number}", ("status", "title")),)
    return AuditEntry(agency="kr.knpa", agreement="a", purpose="tests", key="k", document="d" * 64, readings=readings)


class Written:
    """A log with entries, each signed, and ways to look at it and to tamper with it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.runner = asyncio.Runner()
        self.heads = folder / "heads.jsonl"
        self.seals: AuditKeys = parse_audit_keys(*generate_audit_keys())
        self.database = self.runner.run(self._connect(url))
        self.log = AuditLog(self.database, self.heads, self.seals)
        self.write(audit_metadata.create_all)
        for number in range(1, COUNT + 1):
            self.runner.run(self.log.append(said(number)))

    async def _connect(self, url: str) -> Any:
        return connect(url)

    def write(self, work: Callable[[Connection], Any]) -> Any:
        return self.runner.run(self.database.write(work))

    def faults(self) -> list[str]:
        found: list[str] = self.write(
            lambda c: list(verify_chain(c, read_heads(self.heads), self.seals.chain, self.seals.verifying))
        )
        return found

    def close(self) -> None:
        self.runner.run(self.log.close())
        self.runner.run(self.database.close())
        self.runner.close()


@pytest.fixture
def written(database_url: str, tmp_path: Path) -> Iterator[Written]:
    held = Written(database_url, tmp_path)
    yield held
    held.close()


def test_what_was_written_stands_and_says_who_read_what(written: Written) -> None:
    assert written.faults() == []
    rows = written.write(lambda c: c.execute(select(audit_entry).order_by(audit_entry.c.number)).all())
    assert [row.number for row in rows] == list(range(1, COUNT + 1))
    assert rows[2].readings == (RecordAccess("Case:partner:3", ("status", "title")),)
    assert (rows[0].agency, rows[0].purpose) == ("kr.knpa", "tests")
    assert [head.number for head in read_heads(written.heads)] == list(range(1, COUNT + 1))


def test_entries_that_come_together_are_written_together(written: Written) -> None:
    async def at_once() -> None:
        await asyncio.gather(*(written.log.append(said(number)) for number in range(40)))

    written.runner.run(at_once())
    assert written.write(lambda c: c.scalar(select(func.count()).select_from(audit_entry))) == COUNT + 40
    assert len(read_heads(written.heads)) <= COUNT + 3
    assert written.faults() == []


# Each way to tamper, by somebody who can write to the database, and to the second place where that is said.


def _edit(written: Written) -> None:
    written.write(lambda c: c.execute(update(audit_entry).where(audit_entry.c.number == 3).values(purpose="another")))


def _delete(written: Written) -> None:
    written.write(lambda c: c.execute(delete(audit_entry).where(audit_entry.c.number == 3)))


def _insert(written: Written) -> None:
    def between(connection: Connection) -> None:
        for number in range(COUNT, 3, -1):
            connection.execute(update(audit_entry).where(audit_entry.c.number == number).values(number=number + 1))
        (row,) = connection.execute(select(audit_entry).where(audit_entry.c.number == 3))
        connection.execute(insert(audit_entry).values(**row._asdict() | {"number": 4}))

    written.write(between)


def _swap(written: Written) -> None:
    def exchange(connection: Connection) -> None:
        for before, after in ((3, 99), (4, 3), (99, 4)):
            connection.execute(update(audit_entry).where(audit_entry.c.number == before).values(number=after))

    written.write(exchange)


def _truncate(written: Written) -> None:
    written.write(lambda c: c.execute(delete(audit_entry).where(audit_entry.c.number > COUNT - 2)))


def _roll_back(written: Written) -> None:
    """An older copy of the database goes on as if nothing had been."""
    written.write(lambda c: c.execute(delete(audit_entry).where(audit_entry.c.number > 2)))
    written.runner.run(written.log.append(said(7)))


def _fork(written: Written) -> None:
    """Whoever has the key of the chain writes another history after entry 3; it has the signatures of the first."""

    def other(connection: Connection) -> None:
        connection.execute(delete(audit_entry).where(audit_entry.c.number > 3))
        append(connection, [said(10 + number) for number in range(COUNT - 3)], written.seals.chain)

    written.write(other)


def _swap_the_key(written: Written) -> None:
    """The whole chain is made anew under another key."""

    def again(connection: Connection) -> None:
        rows = [row._asdict() for row in connection.execute(select(audit_entry).order_by(audit_entry.c.number))]
        mac = "0" * 64
        for row in rows:
            mac = entry_mac(b"k" * 32, mac, row)
            connection.execute(update(audit_entry).where(audit_entry.c.number == row["number"]).values(mac=mac))

    written.write(again)


def _sign_again(written: Written) -> None:
    """Another history, signed by another key in the second place, too."""
    _fork(written)
    rows = written.write(lambda c: c.execute(select(audit_entry).order_by(audit_entry.c.number)).all())
    other = parse_audit_keys(*generate_audit_keys())
    heads = [sign_head(other.signing, row.number, row.mac, row.at) for row in rows]
    written.heads.write_bytes(b"".join(msgspec.json.encode(head) + b"\n" for head in heads))


def _move_the_clock(written: Written) -> None:
    """Whoever has the key of the chain dates an entry back."""

    def earlier(connection: Connection) -> None:
        rows = [row._asdict() for row in connection.execute(select(audit_entry).order_by(audit_entry.c.number))]
        rows[3]["at"] -= timedelta(days=1)
        mac = rows[2]["mac"]
        for row in rows[3:]:
            mac = entry_mac(written.seals.chain, mac, row)
            values = {"mac": mac, "at": row["at"]}
            connection.execute(update(audit_entry).where(audit_entry.c.number == row["number"]).values(**values))

    written.write(earlier)


TAMPERING: dict[Callable[[Written], None], str] = {
    _edit: "entry 3 was altered",
    _delete: "entry 4 follows entry 2",
    _insert: "entry 4 was altered",
    _swap: "entry 3 was altered",
    _truncate: "the log ends at entry 4, but entry 6 was signed",
    _roll_back: "entry 3 is not the one that was signed",
    _fork: "entry 4 is not the one that was signed",
    _swap_the_key: "entry 1 was altered",
    _sign_again: "the head at entry 1 has an invalid signature",
    _move_the_clock: "entry 4 is older than the one before it",
}


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__.strip("_"))
def test_whatever_is_altered_is_found(written: Written, tamper: Callable[[Written], None]) -> None:
    assert written.faults() == []
    tamper(written)
    assert TAMPERING[tamper] in written.faults()


def test_a_head_that_is_changed_or_out_of_order_is_found(written: Written) -> None:
    heads = read_heads(written.heads)
    now = datetime.now(UTC)
    moved = [*heads[:-1], structs.replace(heads[-1], at=now)]
    for altered in (moved, heads[::-1]):
        written.heads.write_bytes(b"".join(msgspec.json.encode(head) + b"\n" for head in altered))
        assert any("the head at entry" in fault for fault in written.faults())


# Answers.

STANDING = Principal(agency="kr.knpa", agreement="a", purpose="tests", key="k")
CALLER = Caller(Audience.PARTNER, frozenset({"open"}), (AccessGrant(sources=frozenset({"partner"})),), STANDING)


@pytest.mark.parametrize("document", ["{ arrests { nodes { id event } } }", '{ node(id: "Arrest:partner:1") { id } }'])
def test_an_answer_with_records_that_are_not_open_is_logged_or_not_given(
    written: Written, tmp_path: Path, document: str
) -> None:
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        for name, audience in (("open", Audience.PUBLIC), ("partner", Audience.PARTNER)):
            shelf.state([Arrest(source=name, external_id="1")], name=name, audience=audience)

        def asked(log: AuditLog | None, text: str = document) -> Answer:
            return shelf.run(
                execute_request(shelf.holdings, CALLER, DocumentCaches(), Request(query=text), audit_log=log)
            )

        async def kept() -> tuple[Answer, Any]:
            database = connect(f"sqlite:///{tmp_path / 'audit.db'}")
            await database.write(audit_metadata.create_all)
            log = AuditLog(database, tmp_path / "own-heads.jsonl", written.seals)
            answer = await execute_request(
                shelf.holdings, CALLER, DocumentCaches(), Request(query=document), audit_log=log
            )
            rows = await database.write(lambda c: c.execute(select(audit_entry)).all())
            await log.close()
            await database.close()
            return answer, rows

        answer, (row,) = shelf.run(kept())
        assert "partner" in str(answer.data)
        assert [reading.record for reading in row.readings] == ["Arrest:partner:1"]
        assert (row.agreement, row.key, len(row.document)) == ("a", "k", 64)
        assert asked(None).refusal == "NOT_READY"
        assert asked(None, '{ arrests(filter: {source: "open"}) { nodes { id } } }').refusal is None


def test_where_the_log_cannot_be_written_nothing_is_sent(written: Written, tmp_path: Path) -> None:
    written.log = AuditLog(written.database, tmp_path, written.seals)  # The second place is a folder.
    with pytest.raises(AuditLogUnavailable):
        written.runner.run(written.log.append(said(7)))
