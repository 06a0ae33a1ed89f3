"""Coverage: which places and days the gateway has read from each source."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from adapters.vocabulary.enums import RecordType, Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.queries.base import CatalogueQuery
from schema.queries.sources import SourceStatus


class CoverageQuery(CatalogueQuery[Sequence["SourceCoverage"]], frozen=True, kw_only=True):
    """The coverage of jurisdictions and a period by each source, for one type of record or for all that it has.

    None means everything, an empty tuple nothing.
    """

    sources: tuple[str, ...] | None = None
    record_type: RecordType | None = None
    jurisdictions: tuple[Jurisdiction, ...] | None = None
    start: date | None = None
    end: date | None = None


class CoverageState(Vocabulary):
    """What a source's silence or answer means. None of the three is a figure of zero."""

    REPORTED = "REPORTED"
    NOT_REPORTED = "NOT_REPORTED"
    NOT_COVERED = "NOT_COVERED"


class ScopeStatus(Struct, frozen=True, kw_only=True):
    """A scope that was read, and the counts of its rows by outcome."""

    channel: str
    name: str
    start: date | None
    end: date | None
    last_read_at: datetime
    complete: bool
    reason: str | None
    counts: Mapping[str, int]


class SourceCoverage(Struct, frozen=True, kw_only=True):
    """The coverage by one source, and the scopes that it follows from."""

    source: SourceStatus
    state: CoverageState
    scopes: Sequence[ScopeStatus]
