"""The eight kinds of record as the world sees them. Every field says which attribute of the record it reads."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry
from strawberry.types import get_object_definition

from adapters.records import (
    Case,
    CooperationRequest,
    InformationRequest,
    Period,
    Record,
    Takedown,
    first_dated,
)
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
from schema.access import SchemaField
from schema.declarations import (
    attribute,
    computed_attribute,
    computed_field,
    history_field,
    related_field,
    sensitive_attribute,
    value_field,
)
from schema.enumerations import publish
from schema.queries.records import PeriodBasis, RecordRow
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


publish(
    PeriodBasis,
    "Which of its dates a record's own period is.",
    {
        "OPENED": "When the case was opened or recorded.",
        "CLOSED": "When the case was closed.",
        "REQUESTED": "When the measure, the data or the help was requested.",
        "EXECUTED": "When the measure was executed.",
        "RESPONDED": "When the response was sent.",
    },
)


def _own_period(record: type[Record]) -> SchemaField:
    """The own period of a type that several attributes may date."""
    better, last = record.period_attributes
    return computed_attribute(
        record.period_attributes,
        f"The record's own period, by which it is filtered, ordered and counted: `{better}`, or else `{last}`. Null if "
        "neither has a day.",
        lambda *periods: first_dated(periods),
    )


def _period_basis(record: type[Record]) -> SchemaField:
    """Which attribute dates a record of a type that several may date."""
    bases = [PeriodBasis(name.upper()) for name in record.period_attributes]

    def basis(*periods: Period | None) -> PeriodBasis | None:
        own = first_dated(periods)
        return None if own is None else bases[periods.index(own)]

    return computed_attribute(record.period_attributes, "Which date `period` is; null without one.", basis)


NOTES = "Known problems with such data, as the publisher states them."


def node_id(row: RecordRow) -> str:
    """A record's global id: its type, its source and its id there."""
    return f"{row.type.value}:{row.id}"


@strawberry.interface(name="Node", description="An object with a global id.")
class NodeInterface:
    id: strawberry.ID = computed_field("The global id. Treat it as opaque; `node` takes it.", node_id)

    @classmethod
    def resolve_type(cls, value: RecordRow, *_: object) -> str:
        return str(value.type.value)


@strawberry.type(
    name="Version", description="The content of a record between two moments. Query `node` with `asOf` to read it."
)
class VersionObject:
    recorded_at: datetime = attribute("recorded_at", "When the gateway recorded the version.")
    ended_at: datetime | None = attribute(
        "ended_at", "When another version replaced it or the record was withdrawn; null for the current version."
    )
    redacted: bool = attribute("redacted", "Whether its content was erased to protect somebody's rights.")
    provenance: ProvenanceObject = attribute("provenance", "Where the version was read, and how to cite it.")


@strawberry.type(name="History", description="The versions of a record that you may see.")
class HistoryObject:
    versions: list[VersionObject] = value_field("The versions, latest first.")
    complete: bool = value_field("Whether these are all versions.")


@strawberry.interface(name="Record", description="A fact as one source states it.")
class RecordInterface(NodeInterface):
    source: str = attribute("source", "The name of the source that states the record.")
    external_id: str = attribute(
        "external_id", "The publisher's id, or one derived from the published row where there is none."
    )
    references: list[ReferenceObject] = attribute("references", "Identifiers that other records may share.")
    jurisdictions: list[Jurisdiction] = attribute("jurisdictions", "The jurisdictions that it applies to.")
    native: list[NativeTermObject] = attribute(
        "native", "The publisher's own codes and words, beside the canonical values."
    )
    stated_at: date | None = attribute("stated_at", "The publisher's as-of date; null if it gives none.")
    recorded_at: datetime = attribute("recorded_at", "When the gateway recorded this version.")
    redacted: bool = attribute(
        "redacted", "Whether the record was erased to protect somebody's rights. Its content is gone."
    )
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
    name="Case",
    description="A case that an authority opened: a recorded crime, an investigation or a court case. Its own period "
    "is `opened`, or else `closed`.",
)
class CaseObject(RecordInterface):
    title: str | None = attribute("title", "The title of the case.")
    case_number: str | None = attribute("case_number", "The authority's case number.")
    agency: AgencyObject | None = attribute("agency", "The authority that handles the case.", agency_of)
    court: str | None = attribute("court", "The court that decides the case.")
    status: CaseStatus = attribute(
        "status", "The status of the case. Of several statements the most definite one applies."
    )
    offence: OffenceObject | None = attribute("offence", "The offence, in the publisher's scheme.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "The harm categories, if stated.")
    opened: PeriodObject | None = attribute("opened", "When the case was opened or recorded.")
    closed: PeriodObject | None = attribute("closed", "When the case was closed.")
    period: PeriodObject | None = _own_period(Case)
    period_basis: PeriodBasis | None = _period_basis(Case)
    place: PlaceObject | None = attribute("place", "Where it happened.")


@strawberry.type(
    name="StatusEvent",
    description="A step in a case, such as a charge. One case may have several, one per suspect. Its own period is "
    "`happened`.",
)
class StatusEventObject(RecordInterface):
    status: CaseStatus = attribute("status", "The new status of the case.")
    agency: AgencyObject | None = attribute("agency", "The authority that states it.", agency_of)
    happened: PeriodObject | None = attribute("happened", "When the status changed.")
    place: PlaceObject | None = attribute("place", "Where the case happened.")


@strawberry.type(
    name="Takedown",
    description="A measure against content, requested or executed. Its own period is `executed`, or else `requested`.",
)
class TakedownObject(RecordInterface):
    platform: PlatformObject | None = attribute("platform", "The platform.", platform_of)
    requested_by: AgencyObject | None = attribute("requested_by", "Who requested it; null if not stated.", agency_of)
    trigger: TakedownTrigger = attribute("trigger", "What triggered it.")
    legal_basis: LegalBasis = attribute("legal_basis", "The legal basis: law, terms of service or a court order.")
    legal_ground: str | None = attribute("legal_ground", "The provision or rule, in the publisher's words.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "The harm categories, if stated.")
    content_types: list[ContentType] = attribute("content_types", "The types of content.")
    measures: list[TakedownMeasure] = attribute("measures", "The measures that were requested or executed.")
    enforcement_point: EnforcementPoint = attribute("enforcement_point", "Who executes the measure.")
    status: TakedownStatus = attribute("status", "The outcome.")
    requested: PeriodObject | None = attribute("requested", "When it was requested.")
    executed: PeriodObject | None = attribute("executed", "When the measure was executed.")
    period: PeriodObject | None = _own_period(Takedown)
    period_basis: PeriodBasis | None = _period_basis(Takedown)
    reported_at: datetime | None = attribute("reported_at", "When the platform reported it.")
    content_date: date | None = attribute("content_date", "When the content was posted.")
    valid_until: date | None = attribute("valid_until", "The first day on which the measure no longer applies.")
    duration: Duration | None = attribute("duration", "How long it took; `durationBasis` says what was measured.")
    duration_basis: DurationBasis | None = attribute("duration_basis", "What `duration` measures.")
    automated_detection: bool | None = attribute("automated_detection", "Whether software found the content.")
    automated_decision: AutomatedDecision = attribute(
        "automated_decision", "Whether software made the decision, in full or in part."
    )
    item_count: Long | None = attribute("item_count", "The number of items concerned.")
    hosts: list[HostObject] = attribute(
        "hosts", "The hosts and the number of addresses on each, never the addresses themselves."
    )
    quality_notes: list[QualityNoteObject] = computed_attribute(
        ("source", "platform", "reported_at", "trigger", "automated_detection", "native"), NOTES, _takedown_notes
    )
    urls: list[str] = sensitive_attribute(FieldClass.CONTENT_LOCATION, "urls", "The addresses of the content.")


@strawberry.type(
    name="Arrest",
    description="A police action against a suspect. Apprehended, detained and charged are different events. Its own "
    "period is `happened`.",
)
class ArrestObject(RecordInterface):
    event: ArrestEvent = attribute("event", "The event.")
    counting_unit: CountingUnit = attribute(
        "counting_unit", "What one record stands for: a person, an event or a case."
    )
    happened: PeriodObject | None = attribute("happened", "The day, if stated.")
    occurred_at: datetime | None = attribute(
        "occurred_at", "The moment, if the publisher states one. Its local day is `happened`."
    )
    agency: AgencyObject | None = attribute("agency", "The police force.", agency_of)
    offence: OffenceObject | None = attribute("offence", "The offence, in the publisher's scheme.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "The harm categories, if stated.")
    legal_power: str | None = attribute("legal_power", "The legal power, in the publisher's words.")
    place: PlaceObject | None = attribute("place", "Where it happened.")
    age_band: str | None = sensitive_attribute(
        FieldClass.PERSONAL, "age_band", "The suspect's age in years, as published."
    )
    gender: str | None = sensitive_attribute(
        FieldClass.PERSONAL, "gender", "The suspect's gender, in the publisher's words."
    )
    is_minor: bool | None = sensitive_attribute(
        FieldClass.PERSONAL, "is_minor", "Whether the suspect is under 18; null if not stated."
    )
    citation: str | None = attribute("citation", "Who published the claim, if the record is a claim.")
    url: Link | None = attribute("url", "The address of the publication; null if unknown.")


@strawberry.type(
    name="InformationRequest",
    description="A request of an authority to a platform for user data. Its own period is `requested`, or else "
    "`responded`.",
)
class InformationRequestObject(RecordInterface):
    requester: AgencyObject | None = attribute("requester", "The authority that sent the request.", agency_of)
    platform: PlatformObject | None = attribute("platform", "The platform that received the request.", platform_of)
    addressee: str | None = attribute("addressee", "The addressee as printed, if it is not the platform itself.")
    data_type: InformationRequestType = attribute("data_type", "The type of data requested.")
    instrument: LegalInstrument = attribute("instrument", "The legal instrument.")
    status: RequestStatus = attribute("status", "The outcome.")
    requested: PeriodObject | None = attribute("requested", "When the request was sent.")
    due: PeriodObject | None = attribute("due", "When the response is due.")
    responded: PeriodObject | None = attribute("responded", "When the response was sent.")
    period: PeriodObject | None = _own_period(InformationRequest)
    period_basis: PeriodBasis | None = _period_basis(InformationRequest)
    accounts_count: Long | None = attribute("accounts_count", "The number of accounts concerned.")
    emergency: bool | None = attribute("emergency", "Whether it is an emergency request; null if not stated.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "The harm categories, if stated.")
    purpose: str | None = attribute("purpose", "The purpose.")
    citation: str | None = attribute("citation", "Who published the claim, if the record is a claim.")
    url: Link | None = attribute("url", "The address of the publication; null if unknown.")


@strawberry.type(
    name="CooperationRequest",
    description="A request of one authority to another for help across a border. Its own period is `requested`, or "
    "else `responded`.",
)
class CooperationRequestObject(RecordInterface):
    from_agency: AgencyObject | None = attribute("from_agency", "The authority that sent the request.", agency_of)
    to_agency: AgencyObject | None = attribute(
        "to_agency", "The authority that received the request; null if no single agency is named.", agency_of
    )
    to_jurisdiction: Jurisdiction | None = attribute("to_jurisdiction", "The jurisdiction that received the request.")
    addressee: str | None = attribute("addressee", "The addressee, as printed.")
    platform: PlatformObject | None = attribute("platform", "The platform concerned.", platform_of)
    channel: CooperationChannel = attribute("channel", "The channel of the request.")
    urgency: Urgency = attribute("urgency", "The urgency.")
    purpose: str | None = attribute("purpose", "The purpose.")
    status: RequestStatus = attribute("status", "The outcome.")
    requested: PeriodObject | None = attribute("requested", "When the request was sent.")
    responded: PeriodObject | None = attribute("responded", "When the response was sent.")
    period: PeriodObject | None = _own_period(CooperationRequest)
    period_basis: PeriodBasis | None = _period_basis(CooperationRequest)
    harm_categories: list[HarmCategory] = attribute("harm_categories", "The harm categories, if stated.")
    citation: str | None = attribute("citation", "Who published the claim, if the record is a claim.")
    url: Link | None = attribute("url", "The address of the publication; null if unknown.")


@strawberry.type(
    name="Report",
    description="A complaint to an authority or a platform, not a published document. Its own period is `received`.",
)
class ReportObject(RecordInterface):
    received_by: AgencyObject | None = attribute("received_by", "The authority that received the report.", agency_of)
    platform: PlatformObject | None = attribute("platform", "The platform concerned.", platform_of)
    status: ReportStatus = attribute("status", "The outcome.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "The harm categories, if stated.")
    received: PeriodObject | None = attribute("received", "When the report was received.")
    item_count: Long | None = attribute("item_count", "The number of items in the report.")


@strawberry.type(
    name="Statistic",
    description="A published figure. Periods overlap and totals stand beside their parts, so do not add figures "
    "yourself. Its own period is `period`.",
)
class StatisticObject(RecordInterface):
    metric: Metric = attribute("metric", "What is counted or measured.")
    value: Decimal | None = attribute("value", "The number, in `unit`; null unless the publisher states one number.")
    low: Decimal | None = attribute("low", "The lower bound, if the publisher gives one.")
    high: Decimal | None = attribute("high", "The upper bound, if the publisher gives one.")
    unit: Unit = attribute("unit", "The unit.")
    duration: Duration | None = computed_attribute(
        ("value", "unit"), "The value as a duration; null unless the unit is SECONDS.", _length
    )
    qualifier: Qualifier = attribute("qualifier", "How exact the number is, or why there is none.")
    period: PeriodObject | None = attribute("period", "The period that the figure covers.")
    cumulative: bool = attribute("cumulative", "Whether it is a running total, not an increment.")
    aggregation: Aggregation = attribute("aggregation", "Whether figures of disjoint periods and cells may be added.")
    event: ArrestEvent | None = attribute("event", "The event that is counted; null for other metrics.")
    agency: AgencyObject | None = attribute("agency", "The authority whose acts are counted.", agency_of)
    platform: PlatformObject | None = attribute("platform", "The platform concerned.", platform_of)
    counterpart: str | None = attribute("counterpart", "The other party, as printed.")
    harm_categories: list[HarmCategory] = attribute("harm_categories", "The harm categories, if stated.")
    measures: list[TakedownMeasure] = attribute("measures", "The measures that are counted.")
    dimensions: list[DimensionObject] = attribute("dimensions", "The breakdown of the figure; empty for a total.")
    population: str | None = attribute("population", "The population that the figure counts, in the publisher's words.")
    speaker: AgencyObject | None = attribute("speaker", "Who states the figure.", agency_of)
    released_at: date | None = attribute("released_at", "When it was published; null if unknown.")
    release_name: str | None = attribute(
        "release_name",
        "The release that states it, if the source names its releases. Names sort in the order of publication.",
    )
    series_key: str | None = attribute("series_key", "A key that figures for the same cell share.")
    quality_notes: list[QualityNoteObject] = computed_attribute(
        ("source", "platform", "period", "dimensions"), NOTES, _figure_notes
    )
    is_total_of: str | None = attribute("is_total_of", "The axis along which this figure is the total.")
    citation: str | None = attribute("citation", "Who published the figure, when and where.")
    url: Link | None = attribute("url", "The address of the publication; null if unknown.")
