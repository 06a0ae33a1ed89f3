"""Pages, lookups and histories of records."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from msgspec import Struct, field

from adapters.vocabulary.enums import Qualifier, RecordType, Vocabulary
from schema.queries.base import CatalogueQuery
from schema.queries.conditions import Condition
from schema.queries.sources import SourceStatus


class OrderBy(Vocabulary):
    """What records are ordered by; ties go by the revision that recorded them, and then by id."""

    PERIOD = "PERIOD"
    RECORDED_AT = "RECORDED_AT"


class Order(Struct, frozen=True):
    """By what, and in which direction. Records that lack a value come last in either."""

    by: OrderBy = OrderBy.PERIOD
    descending: bool = True


class Window(Struct, frozen=True):
    """Which part of the ordered records: `size` of them, forward after a cursor or backward before one."""

    size: int = 20
    cursor: str | None = None
    backward: bool = False


class PageQuery(CatalogueQuery["RecordPage"], frozen=True, kw_only=True):
    """A page of records of one type, with only the attributes named, and the pages related to each of them.

    `related` is keyed by whatever the asker likes; each answer's `related` has the same keys. As a related question
    it reads the records that share a reference with the record above.
    """

    record: RecordType
    attributes: frozenset[str]
    conditions: tuple[Condition, ...] = ()
    order: Order = Order()
    window: Window = Window()
    total: bool = False
    as_of: datetime | None = None
    related: Mapping[Any, "NestedQuery"] = field(default_factory=dict)


class LookupQuery(CatalogueQuery[Mapping[str, "RecordRow"]], frozen=True, kw_only=True):
    """The records of one type with these ids (`source:externalId`), by id; an absent one is absent."""

    record: RecordType
    ids: tuple[str, ...]
    attributes: frozenset[str]
    as_of: datetime | None = None
    related: Mapping[Any, "NestedQuery"] = field(default_factory=dict)


class HistoryQuery(CatalogueQuery["VersionPage"], frozen=True, kw_only=True):
    """As a related question: the versions of the record above, the latest first, with only the attributes named."""

    attributes: frozenset[str]
    most: int = 20


NestedQuery = PageQuery | HistoryQuery

"""What is read with each record of a question."""


class RecordRow(SimpleNamespace):
    """A record as read: `type`, `id`, the attributes asked for, and `related`, the pages by the asker's keys."""


class VersionPage(Struct, kw_only=True):
    """Some versions of a record, each a row of the attributes asked for; `complete` says whether they are all."""

    versions: list[RecordRow]
    complete: bool


class RecordPage(Struct, kw_only=True):
    """Some of the records that a question asked for, each with its cursor, in the order asked for."""

    nodes: list[RecordRow]
    cursors: list[str]
    has_next: bool = False
    has_previous: bool = False
    total: int | None = None
    total_qualifier: Qualifier = Qualifier.EXACT
    sources: Sequence["SourceStatus"] = ()
