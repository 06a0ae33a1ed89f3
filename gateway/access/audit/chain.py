"""The chain of the audit log: a MAC over each entry and the one before it, and signed heads in a second place.

Whoever alters the database lacks the key of the MACs. Whoever has that key, too, cannot sign heads. The file of heads
can only lose its end, which a copy shows.
"""

import asyncio
import base64
import fcntl
import hmac
import os
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct
from sqlalchemy import Connection, select

from gateway.access.audit.tables import RecordAccess, audit_entry
from gateway.errors import OperatorError

FIRST_MAC = "0" * 64
"""The MAC before the first entry."""

KEY_BYTES = 32

PAGE_SIZE = 1_000
"""Entries that are verified together."""


class MissingAuditKeys(OperatorError):
    """The settings have no keys for the audit log, or invalid ones."""


class AuditEntry(Struct, frozen=True, kw_only=True):
    """The content of an entry, before it has a number and a time. Its fields are columns of `audit_entry`."""

    agency: str
    agreement: str
    purpose: str
    key: str
    document: str
    readings: tuple[RecordAccess, ...]


class AuditKeys(Struct, frozen=True):
    """The key of the MACs (32 bytes), and the key that signs heads."""

    chain: bytes
    signing: Ed25519PrivateKey

    @property
    def verifying(self) -> Ed25519PublicKey:
        """The key that verifies the signatures."""
        return self.signing.public_key()


class SignedHead(Struct, frozen=True, kw_only=True):
    """The number and MAC of the last entry at some moment, with a signature."""

    number: int
    mac: str
    at: datetime
    signature: str

    def message(self) -> bytes:
        """The bytes that the signature is over."""
        return f"{self.number}\n{self.mac}\n{self.at.isoformat()}".encode()


def parse_audit_keys(chain: str, signing: str) -> AuditKeys:
    """Reads two keys of 32 bytes in base64, as the settings hold them. Raises ValueError for anything else."""
    keys = [base64.b64decode(text, validate=True) for text in (chain, signing)]
    if any(len(key) != KEY_BYTES for key in keys):
        raise ValueError("a key of the audit log has 32 bytes")
    return AuditKeys(keys[0], Ed25519PrivateKey.from_private_bytes(keys[1]))


def generate_audit_keys() -> tuple[str, str]:
    """Returns two new keys in base64: for the MACs, and for signing."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode(), base64.b64encode(os.urandom(KEY_BYTES)).decode()


def entry_mac(chain: bytes, previous_mac: str, row: dict[str, Any]) -> str:
    """The MAC of an entry: HMAC-SHA-256, in hex, over the MAC before it and all of its columns."""
    content = [previous_mac, *(row[name] for name in ("number", "at", *AuditEntry.__struct_fields__))]
    return hmac.digest(chain, msgspec.json.encode(content), "sha256").hex()


def sign_head(signing: Ed25519PrivateKey, number: int, mac: str, at: datetime) -> SignedHead:
    """Signs the head of the chain."""
    head = SignedHead(number=number, mac=mac, at=at, signature="")
    signature = base64.b64encode(signing.sign(head.message())).decode()
    return msgspec.structs.replace(head, signature=signature)


def read_heads(path: Path) -> list[SignedHead]:
    """Reads a file of heads, one on a line; none if there is no file. Raises ValueError for an invalid line."""
    try:
        return [msgspec.json.decode(line, type=SignedHead) for line in path.read_bytes().splitlines()]
    except FileNotFoundError:
        return []
    except msgspec.MsgspecError as exc:
        raise ValueError("a line is not a head") from exc


def append_head(path: Path, head: SignedHead) -> None:
    """Adds a head to the file, durably."""
    with path.open("ab") as file:
        file.write(msgspec.json.encode(head) + b"\n")
        file.flush()
        os.fsync(file.fileno())


@asynccontextmanager
async def lock_heads(path: Path) -> AsyncGenerator[None]:
    """Excludes other processes that sign heads into the same file, so that its order is that of the entries."""
    file = await asyncio.to_thread(path.open, "ab")
    try:
        await asyncio.to_thread(fcntl.flock, file, fcntl.LOCK_EX)
        yield
    finally:
        file.close()


def verify_chain(
    connection: Connection, heads: Sequence[SignedHead], chain: bytes, verifying: Ed25519PublicKey
) -> Iterator[str]:
    """Yields each alteration of the log and its heads, in the order of the log; nothing for an intact log."""
    signed = {head.number: head for head in reversed(heads)}  # Of several at one entry the first.
    yield from _verify_heads(heads, verifying)
    number, mac, at = 0, FIRST_MAC, None
    for row in _entries(connection):
        if row.number != number + 1:
            yield f"entry {row.number} follows entry {number}"
        if row.mac != entry_mac(chain, mac, row._asdict()):
            yield f"entry {row.number} was altered"
        if at is not None and row.at < at:
            yield f"entry {row.number} is older than the one before it"
        if row.number in signed and signed[row.number].mac != row.mac:
            yield f"entry {row.number} is not the one that was signed"
        number, mac, at = row.number, row.mac, row.at
    last_head = max(signed, default=0)
    if last_head > number:
        yield f"the log ends at entry {number}, but entry {last_head} was signed"
    elif number > last_head:
        yield f"the log goes on to entry {number}, but nothing after entry {last_head} was signed"


def _verify_heads(heads: Sequence[SignedHead], verifying: Ed25519PublicKey) -> Iterator[str]:
    previous: SignedHead | None = None
    for head in heads:
        try:
            verifying.verify(base64.b64decode(head.signature), head.message())
        except (InvalidSignature, ValueError):
            yield f"the head at entry {head.number} has an invalid signature"
        if previous is not None and (head.number <= previous.number or head.at < previous.at):
            yield f"the head at entry {head.number} comes after a later one"
        previous = head


def _entries(connection: Connection) -> Iterator[Any]:
    last = 0
    while True:
        page = connection.execute(
            select(audit_entry).where(audit_entry.c.number > last).order_by(audit_entry.c.number).limit(PAGE_SIZE)
        ).all()
        yield from page
        if len(page) < PAGE_SIZE:
            return
        last = page[-1].number
