"""How far each source covers places and days."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from adapters.vocabulary.enums import RecordType, Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.queries.base import CatalogueQuery
from schema.queries.sources import SourceStatus


class CoverageQuery(CatalogueQuery[Sequence["SourceCoverage"]], frozen=True, kw_only=True):
    """How far each source covers jurisdictions and a period, for records of one type or of all that it has.

    None asks about all of it, an empty tuple about nothing.
    """

    sources: tuple[str, ...] | None = None
    record: RecordType | None = None
    jurisdictions: tuple[Jurisdiction, ...] | None = None
    start: date | None = None
    end: date | None = None


class CoverageState(Vocabulary):
    """Three answers that a figure of zero is not."""

    REPORTED = "REPORTED"
    NOT_REPORTED = "NOT_REPORTED"
    NOT_COVERED = "NOT_COVERED"


class ScopeStatus(Struct, frozen=True, kw_only=True):
    """A slice of a source that was read, and what became of its rows."""

    channel: str
    name: str
    start: date | None
    end: date | None
    last_read_at: datetime
    complete: bool
    reason: str | None
    counts: Mapping[str, int]


class SourceCoverage(Struct, frozen=True, kw_only=True):
    """What one source says about a demand, and by which slices the gateway knows."""

    source: SourceStatus
    state: CoverageState
    scopes: Sequence[ScopeStatus]
