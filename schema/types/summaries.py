"""Summaries: what records amount to, by month, place, platform and so on. Counted beforehand, never at the request."""

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
from schema.access import SchemaField
from schema.declarations import attribute, computed_field, value_field
from schema.enumerations import publish
from schema.inputs import agency_condition, condition_field, contains, equals, harm_condition, platform_condition
from schema.queries.summaries import ShareCount
from schema.scalars import Duration, Long
from schema.types.values import AgencyObject, PeriodObject, PlatformObject, SourceObject, agency_of, platform_of


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
    "MONTH": "The month that the record's own period lies in; none where it states none or reaches over several.",
    "QUARTER": "The quarter of the year that the record's own period lies in; none where it reaches over several.",
    "PLATFORM": "The platform.",
    "AGENCY": "The authority: who keeps the case, who made the arrest, who asked for the takedown.",
    "JURISDICTION": "Each place that the record names. One that names several counts in each of them.",
    "HARM_CATEGORY": "Each harm that the record names. One that names several counts in each of them.",
    "MEASURE": "Each measure that the record names. One that names several counts in each of them.",
    "TRIGGER": "What brought it about.",
    "STATUS": "What became of it.",
    "EVENT": "Which act of the police.",
}
ATTRIBUTES = {
    "MONTH": "month",
    "QUARTER": "quarter",
    "PLATFORM": "platform",
    "AGENCY": "agency",
    "JURISDICTION": "jurisdictions",
    "HARM_CATEGORY": "harm_categories",
    "MEASURE": "measures",
    "TRIGGER": "trigger",
    "STATUS": "status",
    "EVENT": "event",
}
"""The attribute of a record that each grouping means."""

for _grouping in (CaseGrouping, TakedownGrouping, ArrestGrouping):
    publish(_grouping, f"{_grouping.__doc__}", {member.name: MEANINGS[member.name] for member in _grouping})


# Filters: of what records are filtered by, that which they are counted by.


def _sources() -> SchemaField:
    return condition_field("Any of these sources, by name.", equals("source"))


def _places() -> SchemaField:
    return condition_field("Any of these places; a country also means its parts.", contains("jurisdictions"))


@strawberry.input(description="Which cases are summed up.")
class CaseSummaryFilter:
    source: list[str] | None = _sources()
    jurisdiction: list[Jurisdiction] | None = _places()
    agency: list[str] | None = agency_condition("Who keeps the case", "agency")
    status: list[CaseStatus] | None = condition_field("Any of these statuses.", equals("status"))
    harm_category: list[HarmCategory] | None = harm_condition()


@strawberry.input(description="Which takedowns are summed up.")
class TakedownSummaryFilter:
    source: list[str] | None = _sources()
    jurisdiction: list[Jurisdiction] | None = _places()
    agency: list[str] | None = agency_condition("Who asked for it", "requested_by")
    platform: list[str] | None = platform_condition()
    status: list[TakedownStatus] | None = condition_field("Any of these statuses.", equals("status"))
    measure: list[TakedownMeasure] | None = condition_field("Any of these measures.", contains("measures"))
    trigger: list[TakedownTrigger] | None = condition_field("Any of these triggers.", equals("trigger"))
    harm_category: list[HarmCategory] | None = harm_condition()


@strawberry.input(description="Which arrests are summed up.")
class ArrestSummaryFilter:
    source: list[str] | None = _sources()
    jurisdiction: list[Jurisdiction] | None = _places()
    agency: list[str] | None = agency_condition("The police force", "agency")
    event: list[ArrestEvent] | None = condition_field("Any of these events.", equals("event"))
    harm_category: list[HarmCategory] | None = harm_condition()


# What is answered.


def _percent(share: ShareCount) -> Decimal | None:
    """To one digit after the point, half a tenth upwards; None of nothing."""
    if not share.of:
        return None
    return (Decimal(100 * share.count) / share.of).quantize(Decimal("0.1"), ROUND_HALF_UP)


@strawberry.type(name="Share", description="A part of a whole.")
class ShareObject:
    count: Long = value_field("How many.")
    of: Long = value_field("Of how many.")
    percent: Decimal | None = computed_field("The part in per cent, to a tenth; null where the whole is 0.", _percent)


@strawberry.type(
    name="Durations",
    description="Lengths of time that measure the same, rounded down: to whole minutes below two hours, to whole hours "
    "below sixty days, from there to whole days, of which 36,500 are the most.",
)
class DurationsObject:
    basis: DurationBasis | None = value_field("From what to what they reach; null where the publisher does not say.")
    count: Long = value_field("How many takedowns state one.")
    median: Duration = value_field("The shortest that at least half of them do not exceed.")
    p90: Duration = value_field("The shortest that at least nine in ten of them do not exceed.")
    longest: Duration = value_field("The longest.")


@strawberry.type(
    name="Compliance",
    description="What became of takedowns that somebody asked for. A statement of reasons, EXECUTED, tells of a "
    "measure and is counted only where a requester is named: those who publish such statements publish no refusals.",
)
class ComplianceObject:
    requested: Long = value_field(
        "How many were asked for: by a named requester, on a stated day, or by a trigger that is somebody's request."
    )
    complied: ShareObject = value_field(
        "How many of the answered ones were complied with. PARTIALLY_COMPLIED and REFUSED_OR_NO_ACTION are answers "
        "too; pending, withdrawn, not found, already removed and unknown ones are not."
    )
    at_least_partly: ShareObject = value_field("How many of the answered ones were complied with at least partly.")


@strawberry.type
class SummaryCellObject:
    count: Long = attribute("count", "How many records.")
    period: PeriodObject | None = attribute(
        "period", "The month or quarter; null where not grouped by one, or where the records' own lies in none."
    )
    agency: AgencyObject | None = attribute(
        "agency", "The authority; null where not grouped by it or not stated.", agency_of
    )
    jurisdiction: Jurisdiction | None = attribute(
        "jurisdictions", "The place; null where not grouped by it or not stated."
    )
    harm_category: HarmCategory | None = attribute(
        "harm_categories", "The harm; null where not grouped by it or not stated."
    )


@strawberry.type(name="CaseCell", description="Cases that have in common what they are grouped by.")
class CaseCellObject(SummaryCellObject):
    status: CaseStatus | None = attribute("status", "The status; null where not grouped by it.")


@strawberry.type(name="TakedownCell", description="Takedowns that have in common what they are grouped by.")
class TakedownCellObject(SummaryCellObject):
    agency: AgencyObject | None = attribute(
        "requested_by", "Who asked for them; null where not grouped by it or not stated.", agency_of
    )
    platform: PlatformObject | None = attribute(
        "platform", "The platform; null where not grouped by it or not stated.", platform_of
    )
    measure: TakedownMeasure | None = attribute("measures", "The measure; null where not grouped by it or not stated.")
    trigger: TakedownTrigger | None = attribute("trigger", "The trigger; null where not grouped by it.")
    status: TakedownStatus | None = attribute("status", "The status; null where not grouped by it.")
    durations: list[DurationsObject] = attribute(
        "durations", "How long they took, for each basis apart: what is measured differently is never mixed."
    )
    automated_detection: ShareObject = attribute(
        "automated_detection", "In how many software found the content, of those that say whether it did."
    )
    automated_decision: ShareObject = attribute(
        "automated_decision", "In how many software alone decided, of those that say how far it did."
    )
    compliance: ComplianceObject = attribute("compliance", "What became of those that somebody asked for.")


@strawberry.type(name="ArrestCell", description="Arrests that have in common what they are grouped by.")
class ArrestCellObject(SummaryCellObject):
    event: ArrestEvent | None = attribute("event", "Which act; null where not grouped by it.")
    counting_units: list[CountingUnit] = attribute(
        "counting_units", "What the records count, each; of several the count adds persons to events."
    )


IN_ORDER = "The cells, in the order of what they are grouped by; what is not stated comes last."


@strawberry.type
class SummaryObject:
    complete: bool = value_field(
        "Whether these are all cells. Where they are not, a filter or fewer groups leave fewer."
    )
    sources: list[SourceObject] = value_field(
        "The sources that can have answered, with their age. One never read can be why a count is small."
    )


@strawberry.type(name="CaseSummary", description="What cases amount to.")
class CaseSummaryObject(SummaryObject):
    cells: list[CaseCellObject] = value_field(IN_ORDER)


@strawberry.type(name="TakedownSummary", description="What takedowns amount to.")
class TakedownSummaryObject(SummaryObject):
    cells: list[TakedownCellObject] = value_field(IN_ORDER)


@strawberry.type(name="ArrestSummary", description="What arrests amount to.")
class ArrestSummaryObject(SummaryObject):
    cells: list[ArrestCellObject] = value_field(
        "The cells, in the order of what they are grouped by; what is not stated comes last."
    )
