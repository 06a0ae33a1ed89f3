"""The eight kinds of record as the world sees them. Every field says which attribute of the record it reads."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry
from strawberry.types import get_object_definition

from adapters.vocabulary import quality
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
from schema import inputs
from schema.declarations import (
    attribute,
    computed_attribute,
    computed_field,
    history_field,
    related_field,
    sensitive_attribute,
    value_field,
)
from schema.queries.records import RecordRow
from schema.scalars import Duration, Link, Long
from schema.types.connections import ConnectionObject
from schema.types.values import (
    AgencyObject,
    DimensionObject,
    HostObject,
    NativeTermObject,
    OffenceObject,
    PeriodObject,
    PlaceObject,
    PlatformObject,
    ProvenanceObject,
    QualityNoteObject,
    ReferenceObject,
    agency_of,
    platform_of,
)


def _length(value: Decimal | None, unit: Unit) -> Decimal | None:
    """The figure as a Duration; None where it is no length of time."""
    return value if unit is Unit.SECONDS else None


def _takedown_notes(
    source: str,
    platform: str | None,
    reported_at: datetime | None,
    trigger: TakedownTrigger,
    detection: bool | None,
    native: Sequence[NativeTermObject],
) -> Any:
    """What its publisher says is wrong with a takedown, by the day on which the database received it."""
    presence = {"trigger": trigger is not TakedownTrigger.UNKNOWN, "automated_detection": detection is not None}
    return list(
        quality.notes_on_takedown(
            source,
            platform,
            None if reported_at is None else reported_at.date(),
            [name for name, is_present in presence.items() if is_present],
            [term.value for term in native],
        )
    )


def _figure_notes(
    source: str, platform: str | None, period: PeriodObject | None, dimensions: Sequence[DimensionObject]
) -> Any:
    """What its publisher says is wrong with a figure."""
    start, end = (None, None) if period is None else (period.start, period.end)
    return list(quality.notes_on_figure(source, platform, start, end, ((by.name, by.value) for by in dimensions)))


NOTES = "What the publisher itself says is wrong with data such as this."


def node_id(row: RecordRow) -> str:
    """A record's global id: its type, its source and its id there."""
    return f"{row.type.value}:{row.id}"


@strawberry.interface(name="Node", description="Anything with a global id.")
class NodeInterface:
    id: strawberry.ID = computed_field("A global id, to be taken as it is; `node` finds it again.", node_id)

    @classmethod
    def resolve_type(cls, value: RecordRow, *_: object) -> str:
        return str(value.type.value)


@strawberry.type(
    name="Version", description="What a record said from one moment to another; `node` with `asOf` shows it."
)
class VersionObject:
    recorded_at: datetime = attribute("recorded_at", "When the gateway recorded it.")
    ended_at: datetime | None = attribute(
        "ended_at", "When another took its place, or the record was withdrawn; null while it holds."
    )
    redacted: bool = attribute("redacted", "Whether its content was erased at somebody's right.")
    provenance: ProvenanceObject = attribute("provenance", "Where it was read, and how to cite it.")


@strawberry.type(name="History", description="The versions of a record that you may see.")
class HistoryObject:
    versions: list[VersionObject] = value_field("The versions, the latest first.")
    complete: bool = value_field("Whether these are all.")


@strawberry.interface(name="Record", description="One fact as one source states it.")
class RecordInterface(NodeInterface):
    source: str = attribute("source", "The source that states it, by name.")
    external_id: str = attribute(
        "external_id", "The publisher's own id, or one made of what it published where there is none."
    )
    references: list[ReferenceObject] = attribute("references", "Identifiers that other records may share.")
    jurisdictions: list[Jurisdiction] = attribute("jurisdictions", "Where it holds.")
    native: list[NativeTermObject] = attribute(
        "native", "The publisher's own codes and words beside our canonical values."
    )
    stated_at: date | None = attribute("stated_at", "The publisher's own as-of date; null where it gives none.")
    recorded_at: datetime = attribute("recorded_at", "When the gateway recorded this version.")
    redacted: bool = attribute("redacted", "Whether the record was erased at somebody's right; its content is gone.")
    provenance: ProvenanceObject = attribute("provenance", "Where this version was read, and how to cite it.")

    history: HistoryObject = history_field()
    cases: ConnectionObject["CaseObject"] = related_field(RecordType.CASE, inputs.CaseFilter)
    status_events: ConnectionObject["StatusEventObject"] = related_field(
        RecordType.STATUS_EVENT, inputs.StatusEventFilter
    )
    takedowns: ConnectionObject["TakedownObject"] = related_field(RecordType.TAKEDOWN, inputs.TakedownFilter)
    arrests: ConnectionObject["ArrestObject"] = related_field(RecordType.ARREST, inputs.ArrestFilter)
    information_requests: ConnectionObject["InformationRequestObject"] = related_field(
        RecordType.INFORMATION_REQUEST, inputs.InformationRequestFilter
    )
    cooperation_requests: ConnectionObject["CooperationRequestObject"] = related_field(
        RecordType.COOPERATION_REQUEST, inputs.CooperationRequestFilter
    )
    reports: ConnectionObject["ReportObject"] = related_field(RecordType.REPORT, inputs.ReportFilter)

    @classmethod
    def is_type_of(cls, value: RecordRow, _: object) -> bool:
        return value.type.value == get_object_definition(cls, strict=True).name


@strawberry.type(
    name="Case", description="A matter that an authority has opened: a recorded crime, an investigation, a court case."
)
class CaseObject(RecordInterface):
    title: str | None = attribute("title", "What the matter is called.")
    case_number: str | None = attribute("case_number", "The authority's file number.")
    agency: AgencyObject | None = attribute("agency", "The authority that keeps the case.", agency_of)
    court: str | None = attribute("court", "The court that decides or decided it.")
    status: CaseStatus = attribute("status", "How far it is; of several statements the most definite.")
    offence: OffenceObject | None = attribute("offence", "The offence, in the publisher's own scheme.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    opened: PeriodObject | None = attribute("opened", "When it was opened or recorded.")
    closed: PeriodObject | None = attribute("closed", "When it was closed.")
    place: PlaceObject | None = attribute("place", "Where it happened.")


@strawberry.type(
    name="StatusEvent",
    description="A step in a case's life, such as a charge. One case may have several, one per suspect.",
)
class StatusEventObject(RecordInterface):
    status: CaseStatus = attribute("status", "What the case's status became.")
    agency: AgencyObject | None = attribute("agency", "The authority that says so.", agency_of)
    happened: PeriodObject | None = attribute("happened", "When it became so.")
    place: PlaceObject | None = attribute("place", "Where the matter happened.")


@strawberry.type(name="Takedown", description="A measure against content, asked for or taken.")
class TakedownObject(RecordInterface):
    platform: PlatformObject | None = attribute("platform", "The platform.", platform_of)
    requested_by: AgencyObject | None = attribute(
        "requested_by", "Who asked for it; null where nobody is named.", agency_of
    )
    trigger: TakedownTrigger = attribute("trigger", "What brought it about.")
    legal_basis: LegalBasis = attribute("legal_basis", "Law, terms of service, or a court's order.")
    legal_ground: str | None = attribute("legal_ground", "The provision or rule, in the publisher's words.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    content_types: list[ContentType] = attribute("content_types", "What sort of content.")
    measures: list[TakedownMeasure] = attribute("measures", "What was asked for or done.")
    enforcement_point: EnforcementPoint = attribute("enforcement_point", "Who carries the measure out.")
    status: TakedownStatus = attribute("status", "What became of it.")
    requested: PeriodObject | None = attribute("requested", "When it was asked for.")
    executed: PeriodObject | None = attribute("executed", "When the measure was taken.")
    reported_at: datetime | None = attribute("reported_at", "When the platform reported it.")
    content_date: date | None = attribute("content_date", "When the content was posted.")
    valid_until: date | None = attribute("valid_until", "The first day on which the measure no longer holds.")
    duration: Duration | None = attribute("duration", "How long it took; `durationBasis` says from what to what.")
    duration_basis: DurationBasis | None = attribute("duration_basis", "What `duration` measures.")
    automated_detection: bool | None = attribute("automated_detection", "Whether software found the content.")
    automated_decision: AutomatedDecision = attribute("automated_decision", "How far software decided.")
    item_count: Long | None = attribute("item_count", "How many items it concerns.")
    hosts: list[HostObject] = attribute("hosts", "Which hosts, and how many addresses on each; never the addresses.")
    quality_notes: list[QualityNoteObject] = computed_attribute(
        ("source", "platform", "reported_at", "trigger", "automated_detection", "native"), NOTES, _takedown_notes
    )
    urls: list[str] = sensitive_attribute(
        FieldClass.CONTENT_LOCATION, "urls", "The addresses of the content, as stated."
    )


@strawberry.type(
    name="Arrest", description="An act of the police against a suspect. Apprehended is not detained is not charged."
)
class ArrestObject(RecordInterface):
    event: ArrestEvent = attribute("event", "Which act.")
    counting_unit: CountingUnit = attribute("counting_unit", "What one record counts: a person, an event or a case.")
    happened: PeriodObject | None = attribute("happened", "The day, as far as stated.")
    occurred_at: datetime | None = attribute("occurred_at", "The moment, where the publisher gives one.")
    agency: AgencyObject | None = attribute("agency", "The police force.", agency_of)
    offence: OffenceObject | None = attribute("offence", "The offence, in the publisher's own scheme.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    legal_power: str | None = attribute("legal_power", "The power that was used, in the publisher's words.")
    place: PlaceObject | None = attribute("place", "Where it happened.")
    age_band: str | None = sensitive_attribute(
        FieldClass.PERSONAL, "age_band", "The suspect's age as published, in years."
    )
    gender: str | None = sensitive_attribute(
        FieldClass.PERSONAL, "gender", "The suspect's gender, in the publisher's words."
    )
    is_minor: bool | None = sensitive_attribute(
        FieldClass.PERSONAL, "is_minor", "Whether the suspect is under 18 years; null where not stated."
    )
    citation: str | None = attribute("citation", "Who published the claim, where it is one.")
    url: Link | None = attribute("url", "Where it was published; null where unknown.")


@strawberry.type(
    name="InformationRequest", description="An authority's request to a platform for data about its users."
)
class InformationRequestObject(RecordInterface):
    requester: AgencyObject | None = attribute("requester", "Who asks.", agency_of)
    platform: PlatformObject | None = attribute("platform", "Which platform is asked.", platform_of)
    addressee: str | None = attribute("addressee", "Who is asked, as printed, where that is not the platform itself.")
    data_type: InformationRequestType = attribute("data_type", "What sort of data is asked for.")
    instrument: LegalInstrument = attribute("instrument", "The legal instrument.")
    status: RequestStatus = attribute("status", "What became of it.")
    requested: PeriodObject | None = attribute("requested", "When it was sent.")
    due: PeriodObject | None = attribute("due", "When an answer is due.")
    responded: PeriodObject | None = attribute("responded", "When it was answered.")
    accounts_count: Long | None = attribute("accounts_count", "How many accounts it concerns.")
    emergency: bool | None = attribute("emergency", "Whether it is an emergency request; null where not stated.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    purpose: str | None = attribute("purpose", "What for.")
    citation: str | None = attribute("citation", "Who published the claim, where it is one.")
    url: Link | None = attribute("url", "Where it was published; null where unknown.")


@strawberry.type(name="CooperationRequest", description="One authority's request for another's help, across a border.")
class CooperationRequestObject(RecordInterface):
    from_agency: AgencyObject | None = attribute("from_agency", "Who asks.", agency_of)
    to_agency: AgencyObject | None = attribute(
        "to_agency", "Who is asked; null where no single agency is named.", agency_of
    )
    to_jurisdiction: Jurisdiction | None = attribute("to_jurisdiction", "Where the side asked is.")
    addressee: str | None = attribute("addressee", "Who is asked, as printed.")
    platform: PlatformObject | None = attribute("platform", "The platform that it is about.", platform_of)
    channel: CooperationChannel = attribute("channel", "The way it was sent.")
    urgency: Urgency = attribute("urgency", "How pressing it is.")
    purpose: str | None = attribute("purpose", "What for.")
    status: RequestStatus = attribute("status", "What became of it.")
    requested: PeriodObject | None = attribute("requested", "When it was sent.")
    responded: PeriodObject | None = attribute("responded", "When it was answered.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    citation: str | None = attribute("citation", "Who published the claim, where it is one.")
    url: Link | None = attribute("url", "Where it was published; null where unknown.")


@strawberry.type(
    name="Report",
    description="An incoming complaint: somebody told an authority or a platform. Not a published document.",
)
class ReportObject(RecordInterface):
    received_by: AgencyObject | None = attribute("received_by", "The authority that received it.", agency_of)
    platform: PlatformObject | None = attribute("platform", "The platform that it is about.", platform_of)
    status: ReportStatus = attribute("status", "What became of it.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    received: PeriodObject | None = attribute("received", "When it was received.")
    item_count: Long | None = attribute("item_count", "How many items it names.")


@strawberry.type(
    name="Statistic",
    description="A figure as published. Periods overlap and totals stand beside their "
    "parts: never add figures blindly.",
)
class StatisticObject(RecordInterface):
    metric: Metric = attribute("metric", "What is counted or measured.")
    value: Decimal | None = attribute("value", "The number, in `unit`; null unless one number was stated.")
    low: Decimal | None = attribute("low", "The least that the true number can be, where the publisher gives a bound.")
    high: Decimal | None = attribute("high", "The most that the true number can be, where the publisher gives a bound.")
    unit: Unit = attribute("unit", "What one of them is.")
    duration: Duration | None = computed_attribute(
        ("value", "unit"), "The value as a length of time; null where the unit is not SECONDS.", _length
    )
    qualifier: Qualifier = attribute("qualifier", "How exact the number is, or why there is none.")
    period: PeriodObject | None = attribute("period", "The days that the figure covers.")
    cumulative: bool = attribute(
        "cumulative", "Whether it is a running total, which is no increment over an earlier one."
    )
    aggregation: Aggregation = attribute("aggregation", "Whether figures of disjoint periods and cells may be added.")
    event: ArrestEvent | None = attribute("event", "Which act of the police is counted; null for other metrics.")
    agency: AgencyObject | None = attribute("agency", "The authority whose acts are counted.", agency_of)
    platform: PlatformObject | None = attribute("platform", "The platform that the figure is about.", platform_of)
    counterpart: str | None = attribute("counterpart", "The other side, as printed.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    measures: list[TakedownMeasure] = attribute("measures", "Which measures are counted.")
    dimensions: list[DimensionObject] = attribute("dimensions", "How the figure is broken down; empty for a whole.")
    population: str | None = attribute("population", "Of what the figure is a part, in the publisher's words.")
    speaker: AgencyObject | None = attribute("speaker", "Who says so.", agency_of)
    released_at: date | None = attribute("released_at", "When the publication came out; null where unknown.")
    series_key: str | None = attribute("series_key", "Equal for two figures that measure the same cell.")
    quality_notes: list[QualityNoteObject] = computed_attribute(
        ("source", "platform", "period", "dimensions"), NOTES, _figure_notes
    )
    is_total_of: str | None = attribute("is_total_of", "The axis over which this figure is the total.")
    citation: str | None = attribute("citation", "Who published the figure, when and where.")
    url: Link | None = attribute("url", "Where it was published; null where unknown.")
