"""Summaries: counts of records by month, jurisdiction, platform and so on, computed when records are written."""

from decimal import ROUND_HALF_UP, Decimal

import strawberry

from adapters.vocabulary.enums import (
    ArrestEvent,
    CaseStatus,
    CountingUnit,
    DurationBasis,
    HarmCategory,
    TakedownMeasure,
    TakedownStatus,
    TakedownTrigger,
    Vocabulary,
)
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.access import SchemaField, Work
from schema.declarations import attribute, computed_field, value_field
from schema.enumerations import publish
from schema.inputs import (
    PeriodInput,
    agency_condition,
    condition_field,
    contains,
    equals,
    harm_condition,
    months_condition,
    platform_condition,
)
from schema.queries.summaries import ShareCount
from schema.scalars import Duration, Long
from schema.types.values import (
    MANY_SOURCES,
    AgencyObject,
    PeriodObject,
    PlatformObject,
    SourcedObject,
    SourceObject,
    agency_of,
    platform_of,
)


class CaseGrouping(Vocabulary):
    """What cases are grouped by."""

    MONTH = "MONTH"
    QUARTER = "QUARTER"
    AGENCY = "AGENCY"
    JURISDICTION = "JURISDICTION"
    HARM_CATEGORY = "HARM_CATEGORY"
    STATUS = "STATUS"


class TakedownGrouping(Vocabulary):
    """What takedowns are grouped by."""

    MONTH = "MONTH"
    QUARTER = "QUARTER"
    REQUESTED_MONTH = "REQUESTED_MONTH"
    EXECUTED_MONTH = "EXECUTED_MONTH"
    PLATFORM = "PLATFORM"
    AGENCY = "AGENCY"
    JURISDICTION = "JURISDICTION"
    HARM_CATEGORY = "HARM_CATEGORY"
    MEASURE = "MEASURE"
    TRIGGER = "TRIGGER"
    STATUS = "STATUS"


class ArrestGrouping(Vocabulary):
    """What arrests are grouped by."""

    MONTH = "MONTH"
    QUARTER = "QUARTER"
    AGENCY = "AGENCY"
    JURISDICTION = "JURISDICTION"
    HARM_CATEGORY = "HARM_CATEGORY"
    EVENT = "EVENT"


MEANINGS = {
    "MONTH": "The month of the record's own period; null if it has none or a longer one.",
    "QUARTER": "The quarter of the record's own period; null if it has none or a longer one.",
    "REQUESTED_MONTH": "The month of `requested`; null if it is not stated or longer.",
    "EXECUTED_MONTH": "The month of `executed`; null if it is not stated or longer.",
    "PLATFORM": "The platform.",
    "AGENCY": "The authority that handles the case, made the arrest or requested the takedown.",
    "JURISDICTION": "Each jurisdiction of the record. A record with several counts in each.",
    "HARM_CATEGORY": "Each harm category of the record. A record with several counts in each.",
    "MEASURE": "Each measure of the record. A record with several counts in each.",
    "TRIGGER": "What triggered it.",
    "STATUS": "The status.",
    "EVENT": "The event.",
}
ATTRIBUTES = {
    "MONTH": "month",
    "QUARTER": "quarter",
    "REQUESTED_MONTH": "requested_month",
    "EXECUTED_MONTH": "executed_month",
    "PLATFORM": "platform",
    "AGENCY": "agency",
    "JURISDICTION": "jurisdictions",
    "HARM_CATEGORY": "harm_categories",
    "MEASURE": "measures",
    "TRIGGER": "trigger",
    "STATUS": "status",
    "EVENT": "event",
}
"""The attribute of a record that each grouping stands for."""

for _grouping in (CaseGrouping, TakedownGrouping, ArrestGrouping):
    publish(_grouping, f"{_grouping.__doc__}", {member.name: MEANINGS[member.name] for member in _grouping})


# Filters: those conditions on records that the summaries can apply.


def _sources() -> SchemaField:
    return condition_field("Any of these sources, by name; case matters.", equals("source"))


def _places() -> SchemaField:
    return condition_field("Any of these jurisdictions. A country includes its parts.", contains("jurisdictions"))


@strawberry.input(description="Conditions on the cases of a summary.")
class CaseSummaryFilter:
    source: list[str] | None = _sources()
    jurisdiction: list[Jurisdiction] | None = _places()
    agency: list[str] | None = agency_condition("The authority that handles the case", "agency")
    status: list[CaseStatus] | None = condition_field("Any of these statuses.", equals("status"))
    harm_category: list[HarmCategory] | None = harm_condition()


@strawberry.input(description="Conditions on the takedowns of a summary.")
class TakedownSummaryFilter:
    source: list[str] | None = _sources()
    jurisdiction: list[Jurisdiction] | None = _places()
    agency: list[str] | None = agency_condition("The requester", "requested_by")
    platform: list[str] | None = platform_condition()
    status: list[TakedownStatus] | None = condition_field("Any of these statuses.", equals("status"))
    measure: list[TakedownMeasure] | None = condition_field("Any of these measures.", contains("measures"))
    trigger: list[TakedownTrigger] | None = condition_field("Any of these triggers.", equals("trigger"))
    harm_category: list[HarmCategory] | None = harm_condition()
    requested_in: PeriodInput | None = months_condition(
        "`requested` lies within this period, which must consist of whole months.", "requested"
    )
    executed_in: PeriodInput | None = months_condition(
        "`executed` lies within this period, which must consist of whole months.", "executed"
    )


@strawberry.input(description="Conditions on the arrests of a summary.")
class ArrestSummaryFilter:
    source: list[str] | None = _sources()
    jurisdiction: list[Jurisdiction] | None = _places()
    agency: list[str] | None = agency_condition("The police force", "agency")
    event: list[ArrestEvent] | None = condition_field("Any of these events.", equals("event"))
    harm_category: list[HarmCategory] | None = harm_condition()


# Results.


def _percent(share: ShareCount) -> Decimal | None:
    """To one digit after the point, half a tenth upwards; None of nothing."""
    if not share.of:
        return None
    return (Decimal(100 * share.count) / share.of).quantize(Decimal("0.1"), ROUND_HALF_UP)


@strawberry.type(name="Share", description="A part of a whole.")
class ShareObject:
    count: Long = value_field("The count.")
    of: Long = value_field("The count of the whole.")
    percent: Decimal | None = computed_field(
        "The part in per cent, rounded to a tenth; null if the whole is 0.", _percent
    )


@strawberry.type(
    name="Durations",
    description="Durations of one basis, rounded down: to minutes below two hours, to hours below sixty days, and to "
    "days above, at most 36,500 days.",
)
class DurationsObject:
    basis: DurationBasis | None = value_field("What the durations measure; null if the publisher does not say.")
    count: Long = value_field("The number of takedowns that state one.")
    median: Duration = value_field("The median: the shortest duration that at least half of them do not exceed.")
    p90: Duration = value_field("The 90th percentile: the shortest duration that at least nine in ten do not exceed.")
    longest: Duration = value_field("The longest duration.")


@strawberry.type(
    name="Compliance",
    description="The outcome of takedowns that somebody requested. A statement of reasons (EXECUTED) reports a "
    "measure, and counts only if it names a requester: publishers of such statements do not publish "
    "refusals.",
)
class ComplianceObject:
    requested: Long = value_field(
        "The number of requested takedowns: those with a requester, with a day of the request, or with a "
        "trigger that is a request."
    )
    complied: ShareObject = value_field(
        "The share of requests with an answer that were complied with. PARTIALLY_COMPLIED and "
        "REFUSED_OR_NO_ACTION are answers; pending, withdrawn, not found, already removed and unknown are "
        "not."
    )
    at_least_partly: ShareObject = value_field(
        "The share of requests with an answer that were complied with at least in part."
    )


@strawberry.type
class SummaryCellObject:
    count: Long = attribute("count", "The number of records.")
    period: PeriodObject | None = attribute(
        "period", "The month or quarter; null if not grouped by one, or if the records' own period lies in none."
    )
    agency: AgencyObject | None = attribute(
        "agency", "The authority; null if not grouped by it or not stated.", agency_of
    )
    jurisdiction: Jurisdiction | None = attribute(
        "jurisdictions", "The jurisdiction; null if not grouped by it or not stated."
    )
    harm_category: HarmCategory | None = attribute(
        "harm_categories", "The harm category; null if not grouped by it or not stated."
    )


@strawberry.type(name="CaseCell", description="A group of cases.")
class CaseCellObject(SummaryCellObject):
    status: CaseStatus | None = attribute("status", "The status; null if not grouped by it.")


@strawberry.type(name="TakedownCell", description="A group of takedowns.")
class TakedownCellObject(SummaryCellObject):
    agency: AgencyObject | None = attribute(
        "requested_by", "Who requested them; null if not grouped by it or not stated.", agency_of
    )
    platform: PlatformObject | None = attribute(
        "platform", "The platform; null if not grouped by it or not stated.", platform_of
    )
    measure: TakedownMeasure | None = attribute("measures", "The measure; null if not grouped by it or not stated.")
    trigger: TakedownTrigger | None = attribute("trigger", "The trigger; null if not grouped by it.")
    requested: PeriodObject | None = attribute(
        "requested", "The month of the requests; null if not grouped by it, not stated or longer than a month."
    )
    executed: PeriodObject | None = attribute(
        "executed", "The month of the measures; null if not grouped by it, not stated or longer than a month."
    )
    status: TakedownStatus | None = attribute("status", "The status; null if not grouped by it.")
    durations: list[DurationsObject] = attribute("durations", "How long they took, separately for each basis.")
    automated_detection: ShareObject = attribute(
        "automated_detection", "The share in which software found the content, of those that state it."
    )
    automated_decision: ShareObject = attribute(
        "automated_decision", "The share in which software alone decided, of those that state it."
    )
    compliance: ComplianceObject = attribute("compliance", "The outcome of those that somebody requested.")


@strawberry.type(name="ArrestCell", description="A group of arrests.")
class ArrestCellObject(SummaryCellObject):
    event: ArrestEvent | None = attribute("event", "The event; null if not grouped by it.")
    counting_units: list[CountingUnit] = attribute(
        "counting_units", "What the records stand for. With several values, `count` adds persons to events."
    )


IN_ORDER = (
    "The cells, ordered by what they are grouped by; cells without a value come last. Without grouping it is one cell; "
    "if it would count 0 and a source may have records that were not read, there is none."
)


@strawberry.type(name="SourceGaps", description="The months that one source does not cover of a summary.")
class SourceGapsObject:
    source: SourceObject = value_field("The source.")
    months: list[PeriodObject] = value_field(
        "The months of `period` that the source does not cover for all that the filter names, at most 240.",
        work=Work(size=12),
    )
    month_count: Long | None = value_field("The number of such months; null without a period, as it is not known.")


@strawberry.type
class SummaryObject(SourcedObject):
    has_all_cells: bool = value_field("Whether all cells are listed. If not, use a filter or fewer groupings.")
    gaps: list[SourceGapsObject] = value_field(
        "The sources that may have further records for the filter, each with the months of `period` that it does not "
        "cover. Counts of such months may be too small.",
        work=Work("gaps", MANY_SOURCES),
    )


@strawberry.type(name="CaseSummary", description="A summary of cases.")
class CaseSummaryObject(SummaryObject):
    cells: list[CaseCellObject] = value_field(IN_ORDER)


@strawberry.type(name="TakedownSummary", description="A summary of takedowns.")
class TakedownSummaryObject(SummaryObject):
    cells: list[TakedownCellObject] = value_field(IN_ORDER)


@strawberry.type(name="ArrestSummary", description="A summary of arrests.")
class ArrestSummaryObject(SummaryObject):
    cells: list[ArrestCellObject] = value_field(IN_ORDER)
