"""Who read the records that an agency sent."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from adapters.vocabulary.enums import RecordType
from schema.queries.base import CatalogueQuery


class AuditTrailQuery(CatalogueQuery["AuditTrailPage"], frozen=True, kw_only=True):
    """Who read the records that the caller sent itself, the latest first, after a cursor."""

    size: int = 20
    cursor: str | None = None


class AuditTrailItem(Struct, frozen=True, kw_only=True):
    """One reading: by whom (an agency's id), when, for which purpose, and which of the caller's own records.

    A summary and a filter by a sensitive field name no record, but the types of the caller's own that they covered.
    """

    read_at: datetime
    agency: str
    purpose: str
    records: tuple[str, ...]
    summarised: tuple[RecordType, ...]
    fields_read: tuple[str, ...]


class AuditTrailPage(Struct, frozen=True, kw_only=True):
    """Some readings, and where to go on."""

    entries: Sequence[AuditTrailItem] = ()
    cursor: str | None = None
    more: bool = False
