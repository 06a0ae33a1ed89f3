"""The audit trail: who read the records that an agency sent."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from adapters.vocabulary.enums import RecordType
from schema.queries.base import CatalogueQuery


class AuditTrailQuery(CatalogueQuery["AuditTrailPage"], frozen=True, kw_only=True):
    """Accesses to the records that the caller sent, the latest first, after a cursor."""

    size: int = 20
    cursor: str | None = None


class AuditTrailItem(Struct, frozen=True, kw_only=True):
    """One access: by whom (an agency's id), when, for which purpose, and to which of the caller's records.

    A summary or a filter by a sensitive field names no record; `summarised` has the types of the caller's records that
    it covered.
    """

    read_at: datetime
    agency: str
    purpose: str
    records: tuple[str, ...]
    summarised: tuple[RecordType, ...]
    fields_read: tuple[str, ...]


class AuditTrailPage(Struct, frozen=True, kw_only=True):
    """A page of accesses. `cursor` continues it; `more` says whether there are earlier ones."""

    entries: Sequence[AuditTrailItem] = ()
    cursor: str | None = None
    more: bool = False
