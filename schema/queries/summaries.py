"""Counts of records in groups."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from adapters.vocabulary.enums import DurationBasis, RecordType
from schema.queries.base import CatalogueQuery
from schema.queries.conditions import Condition
from schema.queries.sources import SourceStatus


class SummaryQuery(CatalogueQuery["SummaryResult"], frozen=True, kw_only=True):
    """What the records of one type amount to now, in groups by each attribute in `by`, or by `month` or `quarter`.

    A record counts once for each value of a set. `parts` are what is asked of each group. Conditions are those of
    values and sets, and a period of whole months that the records' own lies within.
    """

    record: RecordType
    by: tuple[str, ...]
    parts: frozenset[str]
    conditions: tuple[Condition, ...] = ()
    most: int = 100


class SummaryCell(Struct, frozen=True):
    """One group: the values that it is grouped by, and the parts that the query names."""

    values: Mapping[str, object]


class ShareCount(Struct, frozen=True):
    """How many of a whole."""

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
    """What became of takedowns that somebody asked for."""

    requested: int
    complied: ShareCount
    at_least_partly: ShareCount


class SummaryResult(Struct, frozen=True, kw_only=True):
    """Groups; `complete` says whether these are all."""

    cells: list[SummaryCell]
    complete: bool
    sources: Sequence["SourceStatus"]
