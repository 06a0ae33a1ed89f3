"""The tables of the audit log, in a database of its own."""

from msgspec import Struct
from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, Table

from gateway.store.columns import Instant, JSONTuple, key, text

audit_metadata = MetaData()


class RecordAccess(Struct, frozen=True, order=True, array_like=True):
    """A record that an answer delivers, by its global id (`Type:source:externalId`), and which of its fields.

    For records that a summary counts, or that a sensitive field selects: `TypeSummary:source`.
    """

    record: str
    fields: tuple[str, ...]


audit_entry = Table(
    "audit_entry",
    audit_metadata,
    Column("number", key(), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("agency", text(), nullable=False),
    Column("agreement", text(), nullable=False),
    Column("purpose", text(), nullable=False),
    Column("key", text(), nullable=False),
    Column("document", text(), nullable=False),
    Column("readings", JSONTuple(tuple[RecordAccess, ...])),
    Column("mac", text(), nullable=False),
)
"""One answer with non-public records or sensitive fields.

`mac` is over the entry and the one before it; `document` is the SHA-256 of the GraphQL document.
"""

audit_subject = Table(
    "audit_subject",
    audit_metadata,
    Column("source", text(), nullable=False),
    Column("number", key(), nullable=False),
    PrimaryKeyConstraint("source", "number"),
)
"""The sources of an entry's records: an index, so that the entries about a source are found without a scan."""
