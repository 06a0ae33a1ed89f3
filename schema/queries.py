"""What the schema asks of whoever holds the data: one method that answers questions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct, field

from adapters.records import Dimension, Period
from adapters.vocabulary.enums import (
    ArrestEvent,
    Audience,
    DurationBasis,
    FieldClass,
    HarmCategory,
    Metric,
    Qualifier,
    RecordType,
    SeriesDifference,
    TakedownMeasure,
    TotalRefusal,
    Unit,
    Vocabulary,
)
from adapters.vocabulary.jurisdictions import Jurisdiction

A = TypeVar("A")


class CatalogueQuery(Struct, Generic[A], frozen=True, kw_only=True):
    """Something that the holder of the data answers with an `A`."""


class PeriodMatch(Vocabulary):
    """How a record's period must lie to the one asked for."""

    EXACT = "EXACT"
    WITHIN = "WITHIN"
    OVERLAPS = "OVERLAPS"


class AnyOf(Struct, frozen=True):
    """One of the attributes equals one of the values. A part of a value is named with a dot: `offence.code`."""

    attributes: tuple[str, ...]
    values: tuple[Any, ...]


class Contains(Struct, frozen=True):
    """The attribute, a set, holds one of the values."""

    attribute: str
    values: tuple[str, ...]


class During(Struct, frozen=True):
    """The record's own period lies to the days from `start` up to but not including `end` as `match` says."""

    start: date
    end: date
    match: PeriodMatch = PeriodMatch.WITHIN


class RefersTo(Struct, frozen=True):
    """The record names this reference; with `scheme` None, one of this value in any scheme."""

    scheme: str | None
    value: str


class UpdatedSince(Struct, frozen=True):
    """The version was recorded at this moment or later."""

    moment: datetime


class AlongAxes(Struct, frozen=True):
    """The figure is broken down by each of these axes, and is the one for one of the values given for it."""

    axes: tuple[tuple[str, tuple[str, ...]], ...]


class ReleasedBy(Struct, frozen=True):
    """The figure's publication came out on this day or before."""

    until: date


class LatestRelease(Struct, frozen=True):
    """Of what one speaker in one source states for one cell, the figure that was published last.

    With `until` of the publications until that day. A figure whose publication is not dated restates nothing and is
    not restated.
    """

    until: date | None = None


Condition = AnyOf | Contains | During | RefersTo | UpdatedSince | AlongAxes | ReleasedBy | LatestRelease


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


class SourcesQuery(CatalogueQuery[Sequence["SourceStatus"]], frozen=True, kw_only=True):
    """The sources that the caller may see, or those of them with these names."""

    names: tuple[str, ...] | None = None


class ViewerQuery(CatalogueQuery["ViewerInfo"], frozen=True, kw_only=True):
    """Who asks, and what is granted to them."""


class AuditTrailQuery(CatalogueQuery["AuditTrailPage"], frozen=True, kw_only=True):
    """Who read the records that the caller sent itself, the latest first, after a cursor."""

    size: int = 20
    cursor: str | None = None


class CoverageQuery(CatalogueQuery[Sequence["SourceCoverage"]], frozen=True, kw_only=True):
    """How far each source covers jurisdictions and a period, for records of one type or of all that it has.

    None asks about all of it, an empty tuple about nothing.
    """

    sources: tuple[str, ...] | None = None
    record: RecordType | None = None
    jurisdictions: tuple[Jurisdiction, ...] | None = None
    start: date | None = None
    end: date | None = None


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


class HistoryQuery(CatalogueQuery["VersionPage"], frozen=True, kw_only=True):
    """As a related question: the versions of the record above, the latest first, with only the attributes named."""

    attributes: frozenset[str]
    most: int = 20


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
    nodes: Mapping[RecordType, tuple[frozenset[str], Mapping[Any, "NestedQuery"]]] = field(default_factory=dict)


class FigureSpec(Struct, frozen=True, kw_only=True):
    """What one number is to count, from `start` up to but not including `end`.

    Of `agency`, `unit` and `population` None leaves it to each source; of the others, None or empty means the whole.
    """

    metric: Metric
    start: date
    end: date
    unit: Unit | None = None
    event: ArrestEvent | None = None
    agency: str | None = None
    platform: str | None = None
    counterpart: str | None = None
    jurisdiction: Jurisdiction | None = None
    harm_categories: tuple[HarmCategory, ...] = ()
    measures: tuple[TakedownMeasure, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    population: str | None = None
    release: date | None = None


class TotalQuery(CatalogueQuery["TotalResult"], frozen=True, kw_only=True):
    """What published figures amount to, for each source on its own, or why they amount to nothing.

    `attributes` and `related` are what is shown of the figures that an answer rests on, as for `Records`.
    """

    asked: FigureSpec
    sources: tuple[str, ...] | None = None
    attributes: frozenset[str] = frozenset()
    related: Mapping[Any, "NestedQuery"] = field(default_factory=dict)
    as_of: datetime | None = None


class ComparisonQuery(CatalogueQuery["ComparisonResult"], frozen=True, kw_only=True):
    """The series that sources state of one metric, on one time axis, and in what each two of them differ.

    Of `asked` what is not named may be anything; figures that are broken down by an axis that is not named are left
    out. `attributes` and `related` are as for `Totalling`.
    """

    asked: FigureSpec
    sources: tuple[str, ...] | None = None
    attributes: frozenset[str] = frozenset()
    related: Mapping[Any, "NestedQuery"] = field(default_factory=dict)
    as_of: datetime | None = None


class DisclosedRecords(Vocabulary):
    """Types of record whose counts are published; a value is that of the `RecordType`."""

    CASE = "Case"
    TAKEDOWN = "Takedown"
    ARREST = "Arrest"
    REPORT = "Report"


class DisclosureQuery(CatalogueQuery["DisclosureTable | None"], frozen=True, kw_only=True):
    """What was published of partner records of a month in a country; in several or in none with `country` None."""

    records: DisclosedRecords
    year: int
    month: int
    country: Jurisdiction | None = None


class RecordRow(SimpleNamespace):
    """A record as read: `type`, `id`, the attributes asked for, and `related`, the pages by the asker's keys."""


NestedQuery = PageQuery | HistoryQuery
"""What is read with each record of a question."""


class VersionPage(Struct, kw_only=True):
    """Some versions of a record, each a row of the attributes asked for; `complete` says whether they are all."""

    versions: list[RecordRow]
    complete: bool


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


class RecordPage(Struct, kw_only=True):
    """Some of the records that a question asked for, each with its cursor, in the order asked for."""

    nodes: list[RecordRow]
    cursors: list[str]
    has_next: bool = False
    has_previous: bool = False
    total: int | None = None
    total_qualifier: Qualifier = Qualifier.EXACT
    sources: Sequence["SourceStatus"] = ()


class AuditTrailItem(Struct, frozen=True, kw_only=True):
    """One reading: by whom (an agency's id), when, for which purpose, and which of the caller's own records.

    Of a summary, which names no record, the types are told of which it counted the caller's own.
    """

    read_at: datetime
    agency: str
    purpose: str
    records: tuple[str, ...]
    summarised: tuple[RecordType, ...]
    fields_read: tuple[str, ...]


class AuditTrailPage(Struct, frozen=True, kw_only=True):
    """Some readings, and where to go on."""

    entries: Sequence[AuditTrailItem] = ()
    cursor: str | None = None
    more: bool = False


class GrantInfo(Struct, frozen=True, kw_only=True):
    """Records that are open to a caller beyond what is open to all; no jurisdictions stand for all places."""

    sources: Sequence[str]
    record_types: Sequence[RecordType]
    jurisdictions: Sequence[Jurisdiction] | None
    field_classes: Sequence[FieldClass]


class ViewerInfo(Struct, frozen=True, kw_only=True):
    """Who asks; without a key nobody in particular."""

    audience: Audience
    agency: str | None
    agreement: str | None
    purpose: str | None
    key: str | None
    expires_at: datetime | None
    grants: Sequence[GrantInfo]


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
    """Groups, each with its values and the parts asked for; `complete` says whether these are all."""

    cells: list[RecordRow]
    complete: bool
    sources: Sequence["SourceStatus"]


class DisclosedPart(Vocabulary):
    """For which values of a dimension a disclosed count stands."""

    ONE = "ONE"
    REST = "REST"
    ALL = "ALL"


class DisclosureCell(Struct, frozen=True, kw_only=True):
    """One count of a disclosed table, None where suppressed; the values are None unless the part is ONE."""

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


class Choice(Struct, frozen=True):
    """What figures that were seen state where nothing was asked for: an argument, or the axis of a dimension."""

    name: str
    values: tuple[str, ...]


class Sum(Struct, frozen=True, kw_only=True):
    """A number, as far as it is known."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    qualifier: Qualifier | None = None
    figures: Sequence[RecordRow] = ()
    figure_count: int = 0


class SourceSum(Sum, frozen=True, kw_only=True):
    """What one speaker's figures in one source amount to; without a qualifier there is a reason and no number."""

    source: str
    speaker: str | None = None
    agency: str | None = None
    unit: Unit | None = None
    population: str | None = None
    reason: TotalRefusal | None = None
    otherwise: Sum | None = None
    choices: Sequence[Choice] = ()


class TotalResult(Struct, frozen=True, kw_only=True):
    """One answer for each source, or the reason why there is none."""

    answers: Sequence[SourceSum]
    reason: TotalRefusal | None
    complete: bool
    sources: Sequence["SourceStatus"]


class FigureSeries(Struct, frozen=True, kw_only=True):
    """Figures that one source states for one thing over several periods."""

    index: int
    source: str
    speaker: str | None
    agency: str | None
    platform: str | None
    counterpart: str | None
    unit: Unit
    event: ArrestEvent | None
    jurisdictions: tuple[Jurisdiction, ...]
    harm_categories: tuple[HarmCategory, ...]
    measures: tuple[TakedownMeasure, ...]
    population: str | None
    cumulative: bool
    timezone: str | None
    figures: Sequence[RecordRow]


class SeriesValue(Struct, frozen=True, kw_only=True):
    """What a series states for a period."""

    series: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    qualifier: Qualifier
    released_at: date | None


class ComparisonPeriod(Struct, frozen=True, kw_only=True):
    """A period on the common time axis, and what series state for it."""

    period: Period
    values: Sequence[SeriesValue]


class SeriesPair(Struct, frozen=True, kw_only=True):
    """In what two series differ."""

    one: int
    other: int
    reasons: Sequence[SeriesDifference]
    common_periods: int
    contradictions: int


class ComparisonResult(Struct, frozen=True, kw_only=True):
    """Series on one time axis; `complete` says whether these are all."""

    series: Sequence[FigureSeries]
    axis: Sequence[ComparisonPeriod]
    differences: Sequence[SeriesPair]
    complete: bool
    sources: Sequence["SourceStatus"]


class Freshness(Vocabulary):
    """How old what the catalogue holds of a source is."""

    FRESH = "FRESH"
    STALE = "STALE"
    NEVER_READ = "NEVER_READ"


class SourceStatus(Struct, frozen=True, kw_only=True):
    """A source, what it is, and how old the gateway's copy of it is. `reason` is why its last reading failed."""

    about: Any
    state: Freshness
    last_read_at: datetime | None
    age_seconds: int | None
    reason: str | None
    scopes: int
    complete_scopes: int


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


class QueryReader(Protocol):
    """Who holds the data, as one caller may see it, at one revision."""

    async def read(self, question: CatalogueQuery[A]) -> A:
        """Answers a question. Raises schema.errors.RequestError where an argument cannot be met."""
        ...
