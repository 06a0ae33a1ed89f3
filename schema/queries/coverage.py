"""Coverage: which places and days the gateway has read from each source."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from adapters.records import Period
from adapters.vocabulary.enums import RecordType, Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.queries.base import CatalogueQuery
from schema.queries.sources import SourceStatus


class CoverageQuery(CatalogueQuery[Sequence["SourceCoverage"]], frozen=True, kw_only=True):
    """The coverage of jurisdictions, agencies, platforms and a period by each source.

    It is for one type of record or for all that the source has. None means everything, an empty tuple nothing.
    """

    sources: tuple[str, ...] | None = None
    record_type: RecordType | None = None
    jurisdictions: tuple[Jurisdiction, ...] | None = None
    agencies: tuple[str, ...] | None = None
    platforms: tuple[str, ...] | None = None
    start: date | None = None
    end: date | None = None


AGENCY_ATTRIBUTES: Mapping[RecordType, tuple[str, ...]] = {
    RecordType.CASE: ("agency",),
    RecordType.STATUS_EVENT: ("agency",),
    RecordType.TAKEDOWN: ("requested_by",),
    RecordType.ARREST: ("agency",),
    RecordType.INFORMATION_REQUEST: ("requester",),
    RecordType.COOPERATION_REQUEST: ("from_agency", "to_agency"),
    RecordType.REPORT: ("received_by",),
    RecordType.STATISTIC: ("agency", "speaker"),
}
"""By type, the attributes that a filter by agency tests."""


class CoverageState(Vocabulary):
    """What a source's silence or answer means. None of the four is a figure of zero."""

    REPORTED = "REPORTED"
    NOT_REPORTED = "NOT_REPORTED"
    PARTLY_COVERED = "PARTLY_COVERED"
    NOT_COVERED = "NOT_COVERED"


class CoverageGaps(Struct, frozen=True, kw_only=True):
    """What complete scopes do not cover of a query: `months` are the first of `month_count`."""

    months: Sequence[Period] = ()
    month_count: int = 0
    jurisdictions: Sequence[Jurisdiction] = ()
    agencies: Sequence[str] = ()
    platforms: Sequence[str] = ()


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
    gaps: CoverageGaps
    scopes: Sequence[ScopeStatus]
