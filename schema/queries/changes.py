"""Changes to records, in the order of their commits."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from adapters.vocabulary.enums import RecordType, Vocabulary
from schema.queries.base import CatalogueQuery
from schema.queries.records import FieldPath, NestedQuery, RecordRow
from schema.queries.sources import SourcedResult


class ChangeKind(Vocabulary):
    """What happened to a record."""

    ADDED = "ADDED"
    CHANGED = "CHANGED"
    WITHDRAWN = "WITHDRAWN"
    REDACTED = "REDACTED"


class ChangesQuery(CatalogueQuery["ChangePage"], frozen=True, kw_only=True):
    """Changes in the order of their commits, after a cursor. None for types or sources means all of them.

    `nodes` has, by record type, the attributes and nested queries of records that were added or changed; it is empty
    where the query selects no record.
    """

    record_types: tuple[RecordType, ...] | None = None
    sources: tuple[str, ...] | None = None
    size: int = 20
    cursor: str | None = None
    nodes: Mapping[RecordType, tuple[frozenset[str], Mapping[FieldPath, "NestedQuery"]]] = field(default_factory=dict)


class RecordChange(Struct, kw_only=True):
    """A change to one record. `node` is the record as the change left it, where the query selects it."""

    kind: ChangeKind
    revision: int
    recorded_at: datetime
    record_type: RecordType
    id: str
    source: str
    as_of: datetime | None
    cursor: str
    node: RecordRow | None = None


class ChangePage(SourcedResult, kw_only=True):
    """A page of changes. `cursor` continues it; `more` says whether there are more already."""

    changes: list[RecordChange]
    cursor: str
    more: bool
