"""The tables of agencies, agreements and API keys, in the catalogue's database."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
)

from adapters.vocabulary.enums import FieldClass, RecordType
from gateway.store.columns import Instant, JSONTuple, text

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
    Column("sources", JSONTuple(tuple[str, ...])),
    Column("record_types", JSONTuple(tuple[RecordType, ...])),
    Column("jurisdictions", JSONTuple(tuple[str, ...])),
    Column("classes", JSONTuple(tuple[FieldClass, ...])),
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
    Column("networks", JSONTuple(tuple[str, ...])),
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
