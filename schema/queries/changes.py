"""Changes to records, in the order of their commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field

from adapters.vocabulary.enums import RecordType, Vocabulary
from schema.queries.base import CatalogueQuery
from schema.queries.records import FieldPath, NestedQuery, RecordRow
from schema.queries.sources import SourceStatus


class ChangeKind(Vocabulary):
    """What became of a record."""

    ADDED = "ADDED"
    CHANGED = "CHANGED"
    WITHDRAWN = "WITHDRAWN"
    REDACTED = "REDACTED"


class ChangesQuery(CatalogueQuery["ChangePage"], frozen=True, kw_only=True):
    """Changes in the order of their commits, of these types and sources (None: of all), after a cursor.

    `nodes` says for each type what is asked of the records that were added or changed, if anything.
    """

    records: tuple[RecordType, ...] | None = None
    sources: tuple[str, ...] | None = None
    size: int = 20
    cursor: str | None = None
    nodes: Mapping[RecordType, tuple[frozenset[str], Mapping[FieldPath, "NestedQuery"]]] = field(default_factory=dict)


class RecordChange(Struct, kw_only=True):
    """What became of one record; `node` is what it said then, where that was asked for and is still held."""

    kind: ChangeKind
    revision: int
    recorded_at: datetime
    record_type: RecordType
    id: str
    source: str
    as_of: datetime | None
    cursor: str
    node: RecordRow | None = None


class ChangePage(Struct, kw_only=True):
    """Changes, where to go on, and whether there are more already."""

    changes: list[RecordChange]
    cursor: str
    more: bool
    sources: Sequence["SourceStatus"]
