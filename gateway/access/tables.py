"""The tables of agencies, agreements and keys, in the catalogue's database, and of the audit log, in one of its own."""

from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
)

from adapters.vocabulary.enums import FieldClass, RecordType
from gateway.store.columns import Instant, Packed, key, text

metadata = MetaData()

agency = Table(
    "agency",
    metadata,
    Column("id", text(), primary_key=True),
    Column("name", text(), nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""Who has agreements. The id is the vocabulary's, such as `kr.knpa`, where that knows the agency."""

agreement = Table(
    "agreement",
    metadata,
    Column("id", text(), primary_key=True),
    Column("agency", text(), nullable=False),
    Column("purpose", text(), nullable=False),
    Column("sources", Packed(tuple[str, ...])),
    Column("record_types", Packed(tuple[RecordType, ...])),
    Column("jurisdictions", Packed(tuple[str, ...])),
    Column("classes", Packed(tuple[FieldClass, ...])),
    Column("budget", BigInteger),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("ended_at", Instant),
    Index("agreement_agency", "agency"),
)
"""What an agency may see and why. No record types, no jurisdictions: all of them; no classes: nothing sensitive."""

api_key = Table(
    "api_key",
    metadata,
    Column("id", text(), primary_key=True),
    Column("agreement", text(), nullable=False),
    Column("live", Boolean, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("pepper", Integer, nullable=False),
    Column("networks", Packed(tuple[str, ...])),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Column("reason", text()),
    Column("replaces", text()),
    Column("overlap", BigInteger),
    Column("last_used_at", Instant),
    Index("api_key_agreement", "agreement"),
)
"""A key, known by a digest under the pepper of this number.

A key that `replaces` another ends that one `overlap` seconds after its own first use.
"""


audit = MetaData()
"""What stands in the audit log's own database."""


class RecordAccess(Struct, frozen=True, order=True, array_like=True):
    """A record that was read, by its global id, and which of its fields.

    Of records that a summary counted, or that were searched by a sensitive field: `TypeSummary:source`.
    """

    record: str
    fields: tuple[str, ...]


entry = Table(
    "audit_entry",
    audit,
    Column("number", key(), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("agency", text(), nullable=False),
    Column("agreement", text(), nullable=False),
    Column("purpose", text(), nullable=False),
    Column("key", text(), nullable=False),
    Column("document", text(), nullable=False),
    Column("readings", Packed(tuple[RecordAccess, ...])),
    Column("mac", text(), nullable=False),
)
"""One answer that held non-public records or sensitive fields.

`mac` is over the entry and the one before; `document` is a SHA-256.
"""

subject = Table(
    "audit_subject",
    audit,
    Column("source", text(), nullable=False),
    Column("number", key(), nullable=False),
    PrimaryKeyConstraint("source", "number"),
)
"""Of which sources the records of an entry are: what an entry says, to be found by it."""
