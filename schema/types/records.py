"""The eight kinds of record as the world sees them. Every field says which attribute of the record it reads."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry

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
from schema.types.connections import Connection
from schema.types.values import (
    Agency,
    Dimension,
    Host,
    NativeTerm,
    Offence,
    Period,
    Place,
    Platform,
    Provenance,
    QualityNote,
    Reference,
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
    native: Sequence[NativeTerm],
) -> Any:
    """What its publisher says is wrong with a takedown, by the day on which the database received it."""
    stated = {"trigger": trigger is not TakedownTrigger.UNKNOWN, "automated_detection": detection is not None}
    return list(
        quality.notes_on_takedown(
            source,
            platform,
            None if reported_at is None else reported_at.date(),
            [name for name, is_stated in stated.items() if is_stated],
            [term.value for term in native],
        )
    )


def _figure_notes(source: str, platform: str | None, period: Period | None, dimensions: Sequence[Dimension]) -> Any:
    """What its publisher says is wrong with a figure."""
    start, end = (None, None) if period is None else (period.start, period.end)
    return list(quality.notes_on_figure(source, platform, start, end, ((by.name, by.value) for by in dimensions)))


NOTES = "What the publisher itself says is wrong with data such as this."


def node_id(row: RecordRow) -> str:
    """A record's global id: its type, its source and its id there."""
    return f"{row.type.value}:{row.id}"


@strawberry.interface(description="Anything with a global id.")
class Node:
    id: strawberry.ID = computed_field("A global id, to be taken as it is; `node` finds it again.", node_id)

    @classmethod
    def resolve_type(cls, value: RecordRow, *_: Any) -> str:
        return str(value.type.value)


@strawberry.type(description="What a record said from one moment to another; `node` with `asOf` shows it.")
class Version:
    recorded_at: datetime = attribute("recorded_at", "When the gateway recorded it.")
    ended_at: datetime | None = attribute(
        "ended_at", "When another took its place, or the record was withdrawn; null while it holds."
    )
    redacted: bool = attribute("redacted", "Whether its content was erased at somebody's right.")
    provenance: Provenance = attribute("provenance", "Where it was read, and how to cite it.")


@strawberry.type(description="The versions of a record that you may see.")
class History:
    versions: list[Version] = value_field("The versions, the latest first.")
    complete: bool = value_field("Whether these are all.")


@strawberry.interface(description="One fact as one source states it.")
class Record(Node):
    source: str = attribute("source", "The source that states it, by name.")
    external_id: str = attribute(
        "external_id", "The publisher's own id, or one made of what it published where there is none."
    )
    references: list[Reference] = attribute("references", "Identifiers that other records may share.")
    jurisdictions: list[Jurisdiction] = attribute("jurisdictions", "Where it holds.")
    native: list[NativeTerm] = attribute("native", "The publisher's own codes and words beside our canonical values.")
    stated_at: date | None = attribute("stated_at", "The publisher's own as-of date; null where it gives none.")
    recorded_at: datetime = attribute("recorded_at", "When the gateway recorded this version.")
    redacted: bool = attribute("redacted", "Whether the record was erased at somebody's right; its content is gone.")
    provenance: Provenance = attribute("provenance", "Where this version was read, and how to cite it.")

    history: History = history_field()
    cases: Connection["Case"] = related_field(RecordType.CASE, inputs.CaseFilter)
    status_events: Connection["StatusEvent"] = related_field(RecordType.STATUS_EVENT, inputs.StatusEventFilter)
    takedowns: Connection["Takedown"] = related_field(RecordType.TAKEDOWN, inputs.TakedownFilter)
    arrests: Connection["Arrest"] = related_field(RecordType.ARREST, inputs.ArrestFilter)
    information_requests: Connection["InformationRequest"] = related_field(
        RecordType.INFORMATION_REQUEST, inputs.InformationRequestFilter
    )
    cooperation_requests: Connection["CooperationRequest"] = related_field(
        RecordType.COOPERATION_REQUEST, inputs.CooperationRequestFilter
    )
    reports: Connection["Report"] = related_field(RecordType.REPORT, inputs.ReportFilter)

    @classmethod
    def is_type_of(cls, value: RecordRow, *_: Any) -> bool:
        return bool(value.type.value == cls.__name__)


@strawberry.type(description="A matter that an authority has opened: a recorded crime, an investigation, a court case.")
class Case(Record):
    title: str | None = attribute("title", "What the matter is called.")
    case_number: str | None = attribute("case_number", "The authority's file number.")
    agency: Agency | None = attribute("agency", "The authority that keeps the case.", agency_of)
    court: str | None = attribute("court", "The court that decides or decided it.")
    status: CaseStatus = attribute("status", "How far it is; of several statements the most definite.")
    offence: Offence | None = attribute("offence", "The offence, in the publisher's own scheme.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    opened: Period | None = attribute("opened", "When it was opened or recorded.")
    closed: Period | None = attribute("closed", "When it was closed.")
    place: Place | None = attribute("place", "Where it happened.")


@strawberry.type(description="A step in a case's life, such as a charge. One case may have several, one per suspect.")
class StatusEvent(Record):
    status: CaseStatus = attribute("status", "What the case's status became.")
    agency: Agency | None = attribute("agency", "The authority that says so.", agency_of)
    happened: Period | None = attribute("happened", "When it became so.")
    place: Place | None = attribute("place", "Where the matter happened.")


@strawberry.type(description="A measure against content, asked for or taken.")
class Takedown(Record):
    platform: Platform | None = attribute("platform", "The platform.", platform_of)
    requested_by: Agency | None = attribute("requested_by", "Who asked for it; null where nobody is named.", agency_of)
    trigger: TakedownTrigger = attribute("trigger", "What brought it about.")
    legal_basis: LegalBasis = attribute("legal_basis", "Law, terms of service, or a court's order.")
    legal_ground: str | None = attribute("legal_ground", "The provision or rule, in the publisher's words.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    content_types: list[ContentType] = attribute("content_types", "What sort of content.")
    measures: list[TakedownMeasure] = attribute("measures", "What was asked for or done.")
    enforcement_point: EnforcementPoint = attribute("enforcement_point", "Who carries the measure out.")
    status: TakedownStatus = attribute("status", "What became of it.")
    requested: Period | None = attribute("requested", "When it was asked for.")
    executed: Period | None = attribute("executed", "When the measure was taken.")
    reported_at: datetime | None = attribute("reported_at", "When the platform reported it.")
    content_date: date | None = attribute("content_date", "When the content was posted.")
    valid_until: date | None = attribute("valid_until", "The first day on which the measure no longer holds.")
    duration: Duration | None = attribute("duration", "How long it took; `durationBasis` says from what to what.")
    duration_basis: DurationBasis | None = attribute("duration_basis", "What `duration` measures.")
    automated_detection: bool | None = attribute("automated_detection", "Whether software found the content.")
    automated_decision: AutomatedDecision = attribute("automated_decision", "How far software decided.")
    item_count: Long | None = attribute("item_count", "How many items it concerns.")
    hosts: list[Host] = attribute("hosts", "Which hosts, and how many addresses on each; never the addresses.")
    quality_notes: list[QualityNote] = computed_attribute(
        ("source", "platform", "reported_at", "trigger", "automated_detection", "native"), NOTES, _takedown_notes
    )
    urls: list[str] = sensitive_attribute(
        FieldClass.CONTENT_LOCATION, "urls", "The addresses of the content, as stated."
    )


@strawberry.type(description="An act of the police against a suspect. Apprehended is not detained is not charged.")
class Arrest(Record):
    event: ArrestEvent = attribute("event", "Which act.")
    counting_unit: CountingUnit = attribute("counting_unit", "What one record counts: a person, an event or a case.")
    happened: Period | None = attribute("happened", "The day, as far as stated.")
    occurred_at: datetime | None = attribute("occurred_at", "The moment, where the publisher gives one.")
    agency: Agency | None = attribute("agency", "The police force.", agency_of)
    offence: Offence | None = attribute("offence", "The offence, in the publisher's own scheme.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    legal_power: str | None = attribute("legal_power", "The power that was used, in the publisher's words.")
    place: Place | None = attribute("place", "Where it happened.")
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


@strawberry.type(description="An authority's request to a platform for data about its users.")
class InformationRequest(Record):
    requester: Agency | None = attribute("requester", "Who asks.", agency_of)
    platform: Platform | None = attribute("platform", "Which platform is asked.", platform_of)
    addressee: str | None = attribute("addressee", "Who is asked, as printed, where that is not the platform itself.")
    data_type: InformationRequestType = attribute("data_type", "What sort of data is asked for.")
    instrument: LegalInstrument = attribute("instrument", "The legal instrument.")
    status: RequestStatus = attribute("status", "What became of it.")
    requested: Period | None = attribute("requested", "When it was sent.")
    due: Period | None = attribute("due", "When an answer is due.")
    responded: Period | None = attribute("responded", "When it was answered.")
    accounts_count: Long | None = attribute("accounts_count", "How many accounts it concerns.")
    emergency: bool | None = attribute("emergency", "Whether it is an emergency request; null where not stated.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    purpose: str | None = attribute("purpose", "What for.")
    citation: str | None = attribute("citation", "Who published the claim, where it is one.")
    url: Link | None = attribute("url", "Where it was published; null where unknown.")


@strawberry.type(description="One authority's request for another's help, across a border.")
class CooperationRequest(Record):
    from_agency: Agency | None = attribute("from_agency", "Who asks.", agency_of)
    to_agency: Agency | None = attribute("to_agency", "Who is asked; null where no single agency is named.", agency_of)
    to_jurisdiction: Jurisdiction | None = attribute("to_jurisdiction", "Where the side asked is.")
    addressee: str | None = attribute("addressee", "Who is asked, as printed.")
    platform: Platform | None = attribute("platform", "The platform that it is about.", platform_of)
    channel: CooperationChannel = attribute("channel", "The way it was sent.")
    urgency: Urgency = attribute("urgency", "How pressing it is.")
    purpose: str | None = attribute("purpose", "What for.")
    status: RequestStatus = attribute("status", "What became of it.")
    requested: Period | None = attribute("requested", "When it was sent.")
    responded: Period | None = attribute("responded", "When it was answered.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    citation: str | None = attribute("citation", "Who published the claim, where it is one.")
    url: Link | None = attribute("url", "Where it was published; null where unknown.")


@strawberry.type(
    description="An incoming complaint: somebody told an authority or a platform. Not a published document."
)
class Report(Record):
    received_by: Agency | None = attribute("received_by", "The authority that received it.", agency_of)
    platform: Platform | None = attribute("platform", "The platform that it is about.", platform_of)
    status: ReportStatus = attribute("status", "What became of it.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    received: Period | None = attribute("received", "When it was received.")
    item_count: Long | None = attribute("item_count", "How many items it names.")


@strawberry.type(
    description="A figure as published. Periods overlap and totals stand beside their parts: never add figures blindly."
)
class Statistic(Record):
    metric: Metric = attribute("metric", "What is counted or measured.")
    value: Decimal | None = attribute("value", "The number, in `unit`; null unless one number was stated.")
    low: Decimal | None = attribute("low", "The least that the true number can be, where the publisher gives a bound.")
    high: Decimal | None = attribute("high", "The most that the true number can be, where the publisher gives a bound.")
    unit: Unit = attribute("unit", "What one of them is.")
    duration: Duration | None = computed_attribute(
        ("value", "unit"), "The value as a length of time; null where the unit is not SECONDS.", _length
    )
    qualifier: Qualifier = attribute("qualifier", "How exact the number is, or why there is none.")
    period: Period | None = attribute("period", "The days that the figure covers.")
    cumulative: bool = attribute(
        "cumulative", "Whether it is a running total, which is no increment over an earlier one."
    )
    aggregation: Aggregation = attribute("aggregation", "Whether figures of disjoint periods and cells may be added.")
    event: ArrestEvent | None = attribute("event", "Which act of the police is counted; null for other metrics.")
    agency: Agency | None = attribute("agency", "The authority whose acts are counted.", agency_of)
    platform: Platform | None = attribute("platform", "The platform that the figure is about.", platform_of)
    counterpart: str | None = attribute("counterpart", "The other side, as printed.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "What harm it is about, as far as stated.")
    measures: list[TakedownMeasure] = attribute("measures", "Which measures are counted.")
    dimensions: list[Dimension] = attribute("dimensions", "How the figure is broken down; empty for a whole.")
    population: str | None = attribute("population", "Of what the figure is a part, in the publisher's words.")
    speaker: Agency | None = attribute("speaker", "Who says so.", agency_of)
    released_at: date | None = attribute("released_at", "When the publication came out; null where unknown.")
    series_key: str | None = attribute("series_key", "Equal for two figures that measure the same cell.")
    quality_notes: list[QualityNote] = computed_attribute(
        ("source", "platform", "period", "dimensions"), NOTES, _figure_notes
    )
    is_total_of: str | None = attribute("is_total_of", "The axis over which this figure is the total.")
    citation: str | None = attribute("citation", "Who published the figure, when and where.")
    url: Link | None = attribute("url", "Where it was published; null where unknown.")
