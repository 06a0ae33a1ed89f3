"""Published counts of partner records."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from adapters.records import Period
from adapters.vocabulary.enums import HarmCategory, Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.queries.base import CatalogueQuery


class DisclosedRecords(Vocabulary):
    """Types of record whose counts are published; a value is that of the `RecordType`."""

    CASE = "Case"
    TAKEDOWN = "Takedown"
    ARREST = "Arrest"
    REPORT = "Report"


class DisclosureQuery(CatalogueQuery["DisclosureTable | None"], frozen=True, kw_only=True):
    """The published counts of partner records of a month in a country.

    With `country` None, of records that name several countries or none.
    """

    record_type: DisclosedRecords
    year: int
    month: int
    country: Jurisdiction | None = None


class DisclosedPart(Vocabulary):
    """Which values of a dimension a count covers."""

    ONE = "ONE"
    REST = "REST"
    ALL = "ALL"


class DisclosureCell(Struct, frozen=True, kw_only=True):
    """One count of a published table, None if suppressed. A value is None unless its part is ONE."""

    harm: DisclosedPart
    harm_category: HarmCategory | None
    service: DisclosedPart
    platform: str | None
    count: int | None


class DisclosureTable(Struct, frozen=True, kw_only=True):
    """A published table: every cell of its closed list, totals last."""

    period: Period
    country: Jurisdiction | None
    published_on: date
    cells: Sequence[DisclosureCell]
