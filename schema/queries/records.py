"""Pages, lookups and histories of records."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from adapters.vocabulary.enums import Qualifier, RecordType, Vocabulary
from schema.queries.base import CatalogueQuery
from schema.queries.conditions import Condition
from schema.queries.sources import PublisherDescription, SourceDescription, SourcedResult

FieldPath = tuple[str, ...]
"""Where a field stands in an answer: the response names from the root to it, without positions in lists."""


class OrderBy(Vocabulary):
    """What records are ordered by. Ties go by the revision that recorded them, then by id."""

    PERIOD = "PERIOD"
    RECORDED_AT = "RECORDED_AT"


class PeriodBasis(Vocabulary):
    """Which of its dates a record's own period is."""

    OPENED = "OPENED"
    CLOSED = "CLOSED"
    REQUESTED = "REQUESTED"
    EXECUTED = "EXECUTED"
    RESPONDED = "RESPONDED"


class Order(Struct, frozen=True):
    """An order of records. Records that lack the value come last in either direction."""

    by: OrderBy = OrderBy.PERIOD
    descending: bool = True


class Window(Struct, frozen=True):
    """A part of the ordered records: `size` of them, forward after a cursor or backward before one."""

    size: int = 20
    cursor: str | None = None
    backward: bool = False


class PageQuery(CatalogueQuery["RecordPage"], frozen=True, kw_only=True):
    """A page of records of one type, with the named attributes only, and what is related to each of them.

    `related` is keyed by the place of the field in the answer; each row's `related` has the same keys. As a nested
    query it reads the records that share a reference with the record above.
    """

    record_type: RecordType
    attributes: frozenset[str]
    conditions: tuple[Condition, ...] = ()
    order: Order = Order()
    window: Window = Window()
    with_total: bool = False
    as_of: datetime | None = None
    related: Mapping[FieldPath, "NestedQuery"] = field(default_factory=dict)


class LookupQuery(CatalogueQuery[Mapping[str, "RecordRow"]], frozen=True, kw_only=True):
    """The records of one type with these ids (`source:externalId`), by id. Unknown ids are left out."""

    record_type: RecordType
    ids: tuple[str, ...]
    attributes: frozenset[str]
    as_of: datetime | None = None
    related: Mapping[FieldPath, "NestedQuery"] = field(default_factory=dict)


class HistoryQuery(CatalogueQuery["VersionPage"], frozen=True, kw_only=True):
    """As a nested query: the versions of the record above, the latest first, with the named attributes only."""

    attributes: frozenset[str]
    limit: int = 20


NestedQuery = PageQuery | HistoryQuery
"""What is read with each record of another query."""


class ProvenanceRow(Struct, frozen=True, kw_only=True):
    """Where a version of a record was read. `status` is the HTTP status; None for a file.

    `claim` is the record's own citation; None for a record that is not a claim.
    """

    about: SourceDescription
    publisher: PublisherDescription
    claim: str | None
    channel: str
    scope: str
    location: str
    retrieved_at: datetime
    status: int | None
    bytes: int | None
    sha256: str | None
    adapter_version: str


class RecordRow(Struct, kw_only=True):
    """A version of a record. `values` holds the record's own attributes that the query names.

    The fields with a default are set only where the query names them. `related` has the keys of the query.
    """

    type: RecordType
    id: str
    source: str
    external_id: str
    values: dict[str, object]
    recorded_at: datetime | None = None
    ended_at: datetime | None = None
    redacted: bool | None = None
    provenance: ProvenanceRow | None = None
    related: dict[FieldPath, "RecordPage | VersionPage"] = field(default_factory=dict)


class VersionPage(Struct, kw_only=True):
    """Some versions of a record, the latest first; `complete` says whether these are all."""

    versions: list[RecordRow]
    complete: bool


class PageEdge(Struct, frozen=True):
    """A record of a page with its cursor."""

    node: RecordRow
    cursor: str


class PageInfo(Struct, frozen=True, kw_only=True):
    """Where a page lies in the whole. The cursors are None for an empty page."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class RecordPage(SourcedResult, kw_only=True):
    """Some of the records that a query selects, each with its cursor, in the order of the query.

    `total_count` is None unless the query asks for it.
    """

    nodes: list[RecordRow]
    cursors: list[str]
    has_next: bool = False
    has_previous: bool = False
    total_count: int | None = None
    total_count_qualifier: Qualifier = Qualifier.EXACT

    @property
    def edges(self) -> list[PageEdge]:
        return [PageEdge(node, cursor) for node, cursor in zip(self.nodes, self.cursors, strict=True)]

    @property
    def page_info(self) -> PageInfo:
        return PageInfo(
            has_next_page=self.has_next,
            has_previous_page=self.has_previous,
            start_cursor=self.cursors[0] if self.cursors else None,
            end_cursor=self.cursors[-1] if self.cursors else None,
        )
