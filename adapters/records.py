"""The eight types of record: each is one fact as one source states it.

Every attribute except a record's identity has a default, so redaction leaves a record with nothing else. Tables derive
from these types; GraphQL types are written by hand, and a test keeps the three consistent. A `Struct` is stored as one
column per part, a `tuple` of canonical values as an interned set, any other tuple as JSON.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from msgspec import Struct

from adapters.vocabulary.enums import (
    Aggregation,
    ArrestEvent,
    AutomatedDecision,
    CaseStatus,
    ContentType,
    CooperationChannel,
    CountingUnit,
    DurationBasis,
    EnforcementPoint,
    FieldClass,
    HarmCategory,
    InformationRequestType,
    LegalBasis,
    LegalInstrument,
    Metric,
    Precision,
    Qualifier,
    RecordType,
    ReportStatus,
    RequestStatus,
    TakedownMeasure,
    TakedownStatus,
    TakedownTrigger,
    Unit,
    Urgency,
)
from adapters.vocabulary.jurisdictions import Jurisdiction


class Reference(Struct, frozen=True, order=True, array_like=True, gc=False):
    """An identifier that records may share: `scheme` is the numbering, `value` the number."""

    scheme: str
    value: str


class NativeTerm(Struct, frozen=True, order=True, array_like=True, gc=False):
    """The publisher's term for one of our fields. `row` numbers the rows merged into one record; row 0 applies."""

    field: str
    value: str
    row: int = 0


class Dimension(Struct, frozen=True, order=True, array_like=True, gc=False):
    """One axis by which a published figure is broken down, such as `age_group` = `10-19`."""

    name: str
    value: str


class Host(Struct, frozen=True, order=True, array_like=True, gc=False):
    """A host name, and the number of its addresses in a notice."""

    name: str
    count: int


class Period(Struct, frozen=True, omit_defaults=True, gc=False):
    """The days from `start` up to but not including `end`, in the publisher's own time zone.

    A month, a day or a year is a period too; `precision` is its kind. `text` is the publisher's wording where it is
    vague; either end is None where it is not stated.
    """

    start: date | None = None
    end: date | None = None
    precision: Precision = Precision.UNKNOWN
    timezone: str | None = None
    text: str | None = None

    @property
    def is_dated(self) -> bool:
        """Whether it has a day. A period may have words alone."""
        return self.start is not None or self.end is not None


class Offence(Struct, frozen=True, omit_defaults=True, gc=False):
    """An offence in the publisher's own scheme."""

    scheme: str | None = None
    code: str | None = None
    label: str | None = None


class Place(Struct, frozen=True, omit_defaults=True, gc=False):
    """A location as published, often a snapped point. Coordinates are WGS 84 degrees with the publisher's digits."""

    name: str | None = None
    area_code: str | None = None
    area_name: str | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    approximate: bool | None = None


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The attributes of every record.

    `omit_defaults` keeps a record's digest stable when a type gains an attribute. It compares defaults by identity, so
    a default must be None, a number, a member of a list or the empty tuple.
    """

    type: ClassVar[RecordType]
    period_attributes: ClassVar[tuple[str, ...]]
    """The attributes of type `Period` that date the record: its own period is the first of them that has a day.

    Records are filtered, ordered and counted by their own period. Most sources state only some of the dates of a
    record: of a request when it was sent, of a case when it was decided.
    """

    source: str
    external_id: str
    references: tuple[Reference, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    native: tuple[NativeTerm, ...] = ()
    stated_at: date | None = None

    @property
    def id(self) -> str:
        """The record's identity in the catalogue: `source:externalId`, unique among records of one type."""
        return f"{self.source}:{self.external_id}"


class Case(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A matter that an authority opens: a recorded crime, an investigation, a court case."""

    type: ClassVar = RecordType.CASE
    period_attributes: ClassVar = ("opened", "closed")

    title: str | None = None
    case_number: str | None = None
    agency: str | None = None
    court: str | None = None
    status: CaseStatus = CaseStatus.UNKNOWN
    offence: Offence | None = None
    harm_categories: tuple[HarmCategory, ...] = ()
    opened: Period | None = None
    closed: Period | None = None
    place: Place | None = None


class StatusEvent(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A step in a case, such as a charge; it refers to its case by an equal reference."""

    type: ClassVar = RecordType.STATUS_EVENT
    period_attributes: ClassVar = ("happened",)

    status: CaseStatus = CaseStatus.UNKNOWN
    agency: str | None = None
    happened: Period | None = None
    place: Place | None = None


class Takedown(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A measure against content, requested or executed. `duration` is in seconds, of what `duration_basis` says."""

    type: ClassVar = RecordType.TAKEDOWN
    period_attributes: ClassVar = ("executed", "requested")

    platform: str | None = None
    requested_by: str | None = None
    trigger: TakedownTrigger = TakedownTrigger.UNKNOWN
    legal_basis: LegalBasis = LegalBasis.UNKNOWN
    legal_ground: str | None = None
    harm_categories: tuple[HarmCategory, ...] = ()
    content_types: tuple[ContentType, ...] = ()
    measures: tuple[TakedownMeasure, ...] = ()
    enforcement_point: EnforcementPoint = EnforcementPoint.UNKNOWN
    status: TakedownStatus = TakedownStatus.UNKNOWN
    requested: Period | None = None
    executed: Period | None = None
    reported_at: datetime | None = None
    content_date: date | None = None
    valid_until: date | None = None
    duration: int | None = None
    duration_basis: DurationBasis | None = None
    automated_detection: bool | None = None
    automated_decision: AutomatedDecision = AutomatedDecision.UNKNOWN
    item_count: int | None = None
    hosts: tuple[Host, ...] = ()
    urls: Annotated[tuple[str, ...], FieldClass.CONTENT_LOCATION] = ()


class Arrest(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An act of the police against a suspect. `event` says which: apprehension, detention and charge differ."""

    type: ClassVar = RecordType.ARREST
    period_attributes: ClassVar = ("happened",)

    event: ArrestEvent = ArrestEvent.UNKNOWN
    counting_unit: CountingUnit = CountingUnit.UNKNOWN
    happened: Period | None = None
    occurred_at: datetime | None = None
    agency: str | None = None
    offence: Offence | None = None
    harm_categories: tuple[HarmCategory, ...] = ()
    legal_power: str | None = None
    place: Place | None = None
    age_band: Annotated[str | None, FieldClass.PERSONAL] = None
    gender: Annotated[str | None, FieldClass.PERSONAL] = None
    is_minor: Annotated[bool | None, FieldClass.PERSONAL] = None
    citation: str | None = None
    url: str | None = None


class InformationRequest(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An authority's request to a platform for data about its users."""

    type: ClassVar = RecordType.INFORMATION_REQUEST
    period_attributes: ClassVar = ("requested", "responded")

    requester: str | None = None
    platform: str | None = None
    addressee: str | None = None
    data_type: InformationRequestType = InformationRequestType.UNSPECIFIED
    instrument: LegalInstrument = LegalInstrument.UNSPECIFIED
    status: RequestStatus = RequestStatus.UNKNOWN
    requested: Period | None = None
    due: Period | None = None
    responded: Period | None = None
    accounts_count: int | None = None
    emergency: bool | None = None
    harm_categories: tuple[HarmCategory, ...] = ()
    purpose: str | None = None
    citation: str | None = None
    url: str | None = None


class CooperationRequest(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One authority's request for another's help, across a border. `addressee` is the other authority as published."""

    type: ClassVar = RecordType.COOPERATION_REQUEST
    period_attributes: ClassVar = ("requested", "responded")

    from_agency: str | None = None
    to_agency: str | None = None
    to_jurisdiction: Jurisdiction | None = None
    addressee: str | None = None
    platform: str | None = None
    channel: CooperationChannel = CooperationChannel.UNKNOWN
    urgency: Urgency = Urgency.UNKNOWN
    purpose: str | None = None
    status: RequestStatus = RequestStatus.UNKNOWN
    requested: Period | None = None
    responded: Period | None = None
    harm_categories: tuple[HarmCategory, ...] = ()
    citation: str | None = None
    url: str | None = None


class Report(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An incoming complaint to an authority or a platform. A published document is not a Report."""

    type: ClassVar = RecordType.REPORT
    period_attributes: ClassVar = ("received",)

    received_by: str | None = None
    platform: str | None = None
    status: ReportStatus = ReportStatus.UNKNOWN
    harm_categories: tuple[HarmCategory, ...] = ()
    received: Period | None = None
    item_count: int | None = None


class Statistic(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A figure as published. Zero, not reported and suppressed differ: `value` is None unless one number is stated.

    `low` and `high` bound the true value where the publisher states a range or a bound. `series_key` is equal for two
    figures that measure the same cell; `cumulative` marks a running total, which is not an increment. `release_name` is
    the release that states it, where a source's releases have names: of two names the greater text is the later one.
    """

    type: ClassVar = RecordType.STATISTIC
    period_attributes: ClassVar = ("period",)

    metric: Metric = Metric.OTHER
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: Unit = Unit.OTHER
    qualifier: Qualifier = Qualifier.UNKNOWN
    period: Period | None = None
    cumulative: bool = False
    aggregation: Aggregation = Aggregation.NONE
    event: ArrestEvent | None = None
    agency: str | None = None
    platform: str | None = None
    counterpart: str | None = None
    harm_categories: tuple[HarmCategory, ...] = ()
    measures: tuple[TakedownMeasure, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    population: str | None = None
    speaker: str | None = None
    released_at: date | None = None
    series_key: str | None = None
    is_total_of: str | None = None
    citation: str | None = None
    url: str | None = None
    release_name: str | None = None


RECORD_TYPES: dict[RecordType, type[Record]] = {
    kind.type: kind
    for kind in (Case, StatusEvent, Takedown, Arrest, InformationRequest, CooperationRequest, Report, Statistic)
}


def first_dated(periods: Iterable[Period | None]) -> Period | None:
    """The first period that has a day; None without any."""
    return next((period for period in periods if period is not None and period.is_dated), None)


def field_class(attribute: Any) -> FieldClass | None:
    """The reason why an attribute of a record is sensitive, from its annotation; None where it is not."""
    for note in getattr(attribute, "__metadata__", ()):
        if isinstance(note, FieldClass):
            return note
    return None
