"""Counts of records in groups."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from adapters.records import Period
from adapters.vocabulary.enums import DurationBasis, RecordType
from schema.queries.base import CatalogueQuery
from schema.queries.conditions import Condition
from schema.queries.sources import SourcedResult, SourceStatus


class SummaryQuery(CatalogueQuery["SummaryResult"], frozen=True, kw_only=True):
    """Counts of the current records of one type, grouped by attributes or by periods.

    `month` and `quarter` are those of the record's own period, `requested_month` is that of the attribute `requested`.
    A record counts once for each value of a set. `attributes` are those that the query selects of a cell. Conditions
    may be `AnyOf` and `Contains`, and `During` for whole months that contain a period.
    """

    record_type: RecordType
    group_by: tuple[str, ...]
    attributes: frozenset[str]
    conditions: tuple[Condition, ...] = ()
    limit: int = 100
    with_gaps: bool = False
    """Whether the query selects the gaps of its sources."""


class SummaryCell(Struct, frozen=True):
    """One group: the values that it is grouped by, and the attributes that the query names."""

    values: Mapping[str, object]


class ShareCount(Struct, frozen=True):
    """A count and the whole that it is a part of."""

    count: int
    of: int


class DurationStatistics(Struct, frozen=True, kw_only=True):
    """Lengths of time in seconds, all of one basis."""

    basis: DurationBasis | None
    count: int
    median: int
    p90: int
    longest: int


class ComplianceCounts(Struct, frozen=True, kw_only=True):
    """The outcome of takedowns that somebody requested."""

    requested: int
    complied: ShareCount
    at_least_partly: ShareCount


class SourceGaps(Struct, frozen=True, kw_only=True):
    """The months of a query that a source does not cover: `months` are the first of `month_count`.

    `month_count` is None for a query without a period.
    """

    source: SourceStatus
    months: Sequence[Period]
    month_count: int | None


class SummaryResult(SourcedResult, kw_only=True):
    """Groups; `has_all_cells` says whether these are all. `gaps` is empty unless the query selects it."""

    cells: list[SummaryCell]
    has_all_cells: bool
    gaps: Sequence[SourceGaps] = ()
