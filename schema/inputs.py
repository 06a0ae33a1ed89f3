"""Filters, orders and other arguments. Every field of a filter declares the condition that its value means."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NotRequired, TypedDict, TypeVar, cast

import strawberry
from graphql import GraphQLInputObjectType

from adapters.vocabulary.enums import (
    ArrestEvent,
    CaseStatus,
    FieldClass,
    HarmCategory,
    Metric,
    Qualifier,
    RecordType,
    ReportStatus,
    RequestStatus,
    TakedownMeasure,
    TakedownStatus,
    TakedownTrigger,
    Unit,
)
from adapters.vocabulary.jurisdictions import Jurisdiction
from adapters.vocabulary.names import AGENCIES, PLATFORMS, find_agency, find_platform
from schema.access import Access, SchemaField, field, metadata_of
from schema.enumerations import publish
from schema.errors import ErrorCode, RequestError, unknown_name
from schema.queries.conditions import AlongAxes, AnyOf, Condition, Contains, During, PeriodMatch, RefersTo, UpdatedSince
from schema.queries.records import OrderBy

T = TypeVar("T")

CONDITION = "condition"
MAX_TEXT_LENGTH = 200
"""Characters of a text in a filter."""
MAX_VALUES = 100
"""Values of a list in a filter."""

AS_PUBLISHED = "As published: case matters, and composed and decomposed letters are equal."

MakeCondition = Callable[[Any, Mapping[str, Any]], Condition]
"""Makes the condition that the value of a filter's field means; the second argument is the whole filter."""

publish(
    OrderBy,
    "What records are ordered by. Ties are ordered by when they were recorded.",
    {
        "PERIOD": "The first day of the record's own period, a local day of its publisher. Records without one "
        "come last in both directions.",
        "RECORDED_AT": "When the gateway recorded this version of the record.",
    },
)


class PeriodValue(TypedDict):
    """A `PeriodInput` as GraphQL coerces it."""

    start: date
    end: date


class ReferenceValue(TypedDict):
    """A `ReferenceInput` as GraphQL coerces it."""

    value: str
    scheme: NotRequired[str | None]


class DimensionValue(TypedDict):
    """A `DimensionInput` as GraphQL coerces it."""

    name: str
    value: str


class CoverageValue(TypedDict, total=False):
    """A `CoverageFilter` as GraphQL coerces it."""

    source: list[str] | None
    recordType: RecordType | None
    jurisdiction: list[Jurisdiction] | None
    agency: list[str] | None
    platform: list[str] | None
    period: PeriodValue | None


def condition_field(description: str, make: MakeCondition, access: Access | None = None) -> SchemaField:
    """A field of a filter, and the condition that its value means."""
    return field(default=strawberry.UNSET, description=description, metadata={CONDITION: make}, access=access)


def conditions_of(filter_type: GraphQLInputObjectType, values: Mapping[str, object]) -> Iterator[Condition]:
    """The conditions that the values of a filter mean. Raises RequestError for an invalid value."""
    for name, field_ in filter_type.fields.items():
        make = cast("MakeCondition | None", metadata_of(field_).get(CONDITION))
        if make is not None and values.get(name) is not None:
            yield make(values[name], values)


# Values.


def is_storable(text: str) -> bool:
    """Whether a database can store the text: it takes neither NUL nor half of a surrogate pair."""
    return not re.search("[\0\ud800-\udfff]", text)


def check_text(value: str) -> str:
    """The text. Raises RequestError if it is too long, or if no record can contain it."""
    if len(value) > MAX_TEXT_LENGTH:
        raise RequestError(ErrorCode.BAD_INPUT, f"A filter takes texts of at most {MAX_TEXT_LENGTH} characters.")
    if not is_storable(value):
        raise RequestError(ErrorCode.BAD_INPUT, "A filter takes texts without NUL and without halves of a character.")
    return value


def check_values(values: Iterable[T]) -> tuple[T, ...]:
    """The values of a list. Raises RequestError if there are too many, or for a text that `check_text` refuses."""
    checked = tuple(values)
    if len(checked) > MAX_VALUES:
        raise RequestError(ErrorCode.BAD_INPUT, f"A filter takes at most {MAX_VALUES} values.")
    for value in checked:
        if isinstance(value, str):
            check_text(value)
    return checked


def agency_id(text: str) -> str:
    """The id of the agency with this id, name or alias. Raises RequestError where there is none."""
    agency = find_agency(text)
    if agency is None:
        nearest = AGENCIES.nearest(text)
        raise unknown_name("agency", text, None if nearest is None else nearest.id, "agencies")
    return agency.id


def platform_id(text: str) -> str:
    """The id of the platform with this id, name or alias. Raises RequestError where there is none."""
    platform = find_platform(text)
    if platform is None:
        nearest = PLATFORMS.nearest(text)
        raise unknown_name("platform", text, None if nearest is None else nearest.id, "platforms")
    return platform.id


def during(period: PeriodValue, match: PeriodMatch = PeriodMatch.WITHIN, attribute: str | None = None) -> During:
    """The condition on a record's own period, or on another one. Raises RequestError where the period has no day."""
    if period["start"] >= period["end"]:
        raise RequestError(ErrorCode.BAD_INPUT, "A period's end is exclusive and must come after its start.")
    return During(period["start"], period["end"], match, attribute)


def within_months(period: PeriodValue, attribute: str | None = None) -> During:
    """The condition that whole months contain a period. Raises RequestError for parts of months."""
    if period["start"].day != 1 or period["end"].day != 1:
        raise RequestError(ErrorCode.BAD_INPUT, "A summary's period begins and ends on the first day of a month.")
    return during(period, attribute=attribute)


# Conditions.


def equals(*attributes: str) -> MakeCondition:
    """One of the attributes equals one of the values."""
    return lambda values, _: AnyOf(attributes, check_values(values))


def contains(attribute: str) -> MakeCondition:
    """The attribute, a set, contains one of the values."""
    return lambda values, _: Contains(attribute, tuple(str(value) for value in check_values(values)))


def agency_condition(role: str, *attributes: str) -> SchemaField:
    """A field of a filter: one of the attributes is one of these agencies."""
    return condition_field(
        f"{role} is any of these, by id, name or alias, whatever their case.",
        lambda values, _: AnyOf(attributes, tuple(map(agency_id, check_values(values)))),
    )


def platform_condition() -> SchemaField:
    """A field of a filter: the platform is one of these."""
    return condition_field(
        "The platform is any of these, by id, name or alias, whatever their case.",
        lambda values, _: AnyOf(("platform",), tuple(map(platform_id, check_values(values)))),
    )


def harm_condition() -> SchemaField:
    """A field of a filter: the record names one of these harms."""
    return condition_field("Any of these harm categories.", contains("harm_categories"))


def period_condition(description: str, attribute: str | None = None) -> SchemaField:
    """A field of a filter: the record's own period, or another one, matches as `periodMatch` says."""

    def make(value: PeriodValue, values: Mapping[str, PeriodMatch]) -> Condition:
        return during(value, values.get("periodMatch") or PeriodMatch.WITHIN, attribute)

    return condition_field(description, make)


def months_condition(description: str, attribute: str) -> SchemaField:
    """A field of a summary's filter: whole months contain a period."""
    return condition_field(description, lambda value, _: within_months(value, attribute))


def _reference(value: ReferenceValue, _: object) -> Condition:
    scheme = value.get("scheme")
    return RefersTo(None if scheme is None else check_text(scheme), check_text(value["value"]))


def _dimensions(values: list[DimensionValue], _: object) -> Condition:
    axes: dict[str, list[str]] = {}
    for value in check_values(values):
        axes.setdefault(check_text(value["name"]), []).append(check_text(value["value"]))
    return AlongAxes(tuple((name, tuple(texts)) for name, texts in axes.items()))


@strawberry.input(
    description="Days, from `start` up to but not including `end`. They are compared with each publisher's local days."
)
class PeriodInput:
    start: date = field(description="The first day.")
    end: date = field(description="The first day after the period.")


@strawberry.input(description="An identifier that records may share.")
class ReferenceInput:
    value: str = field(description=f"The number. {AS_PUBLISHED}")
    scheme: str | None = field(
        default=strawberry.UNSET, description="The scheme that the number belongs to; any if absent."
    )


@strawberry.input(description="A value on an axis by which figures are broken down.")
class DimensionInput:
    name: str = field(description="The axis, such as `age_group`.")
    value: str = field(
        description=f"The value on the axis, such as `10-19`; `TOTAL` for the total along it. {AS_PUBLISHED}"
    )


@strawberry.input(description="The order of records.")
class RecordOrder:
    by: OrderBy = field(default=OrderBy.PERIOD, description="The order key.")
    descending: bool = field(default=True, description="True for newest first, false for oldest first.")


@strawberry.input
class RecordFilter:
    source: list[str] | None = condition_field("Any of these sources, by name; case matters.", equals("source"))
    jurisdiction: list[Jurisdiction] | None = condition_field(
        "Any of these jurisdictions. A country includes its parts.", contains("jurisdictions")
    )
    period: PeriodInput | None = period_condition(
        "The record's own period matches this one, as `periodMatch` says. The description of each type says which of "
        "its dates that is. Its days are the publisher's local days, and are not converted: a stop of 00:30 in London "
        "is of that day, although it is still the day before in UTC."
    )
    period_match: PeriodMatch = field(
        default=PeriodMatch.WITHIN, description="How a period of the record must relate to the one of the filter."
    )
    reference: ReferenceInput | None = condition_field("The record has this reference.", _reference)
    updated_since: datetime | None = condition_field(
        "The version was recorded at this moment or later.", lambda value, _: UpdatedSince(value)
    )


@strawberry.input(description="Conditions on cases.")
class CaseFilter(RecordFilter):
    agency: list[str] | None = agency_condition("The authority that handles the case", "agency")
    status: list[CaseStatus] | None = condition_field("Any of these statuses.", equals("status"))
    harm_category: list[HarmCategory] | None = harm_condition()
    offence: list[str] | None = condition_field(
        f"The code or label of the offence is any of these. {AS_PUBLISHED}",
        equals("offence.code", "offence.label"),
    )


@strawberry.input(description="Conditions on status events.")
class StatusEventFilter(RecordFilter):
    agency: list[str] | None = agency_condition("The authority", "agency")
    status: list[CaseStatus] | None = condition_field("Any of these statuses.", equals("status"))


@strawberry.input(description="Conditions on takedowns.")
class TakedownFilter(RecordFilter):
    agency: list[str] | None = agency_condition("The requester", "requested_by")
    platform: list[str] | None = platform_condition()
    status: list[TakedownStatus] | None = condition_field("Any of these statuses.", equals("status"))
    measure: list[TakedownMeasure] | None = condition_field("Any of these measures.", contains("measures"))
    trigger: list[TakedownTrigger] | None = condition_field("Any of these triggers.", equals("trigger"))
    harm_category: list[HarmCategory] | None = harm_condition()
    requested_in: PeriodInput | None = period_condition(
        "`requested` matches this period, as `periodMatch` says.", "requested"
    )
    executed_in: PeriodInput | None = period_condition(
        "`executed` matches this period, as `periodMatch` says.", "executed"
    )


@strawberry.input(description="Conditions on arrests.")
class ArrestFilter(RecordFilter):
    agency: list[str] | None = agency_condition("The police force", "agency")
    event: list[ArrestEvent] | None = condition_field("Any of these events.", equals("event"))
    harm_category: list[HarmCategory] | None = harm_condition()
    offence: list[str] | None = condition_field(
        f"The code or label of the offence is any of these. {AS_PUBLISHED}",
        equals("offence.code", "offence.label"),
    )
    age_band: list[str] | None = condition_field(
        f"The suspect's age is any of these. {AS_PUBLISHED}",
        equals("age_band"),
        Access(field_class=FieldClass.PERSONAL),
    )


@strawberry.input(description="Conditions on information requests.")
class InformationRequestFilter(RecordFilter):
    agency: list[str] | None = agency_condition("The sender", "requester")
    platform: list[str] | None = platform_condition()
    status: list[RequestStatus] | None = condition_field("Any of these statuses.", equals("status"))
    harm_category: list[HarmCategory] | None = harm_condition()


@strawberry.input(description="Conditions on cooperation requests.")
class CooperationRequestFilter(RecordFilter):
    agency: list[str] | None = agency_condition("The sender or the recipient", "from_agency", "to_agency")
    platform: list[str] | None = platform_condition()
    addressed_to: list[Jurisdiction] | None = condition_field(
        "The request was sent to any of these jurisdictions.", equals("to_jurisdiction")
    )
    status: list[RequestStatus] | None = condition_field("Any of these statuses.", equals("status"))
    harm_category: list[HarmCategory] | None = harm_condition()


@strawberry.input(description="Conditions on reports.")
class ReportFilter(RecordFilter):
    agency: list[str] | None = agency_condition("The recipient", "received_by")
    platform: list[str] | None = platform_condition()
    status: list[ReportStatus] | None = condition_field("Any of these statuses.", equals("status"))
    harm_category: list[HarmCategory] | None = harm_condition()


@strawberry.input(description="Conditions on published figures.")
class StatisticFilter(RecordFilter):
    metric: list[Metric] | None = condition_field("Any of these metrics.", equals("metric"))
    agency: list[str] | None = agency_condition(
        "The authority whose acts are counted, or the speaker,", "agency", "speaker"
    )
    platform: list[str] | None = platform_condition()
    event: list[ArrestEvent] | None = condition_field("The event is any of these.", equals("event"))
    harm_category: list[HarmCategory] | None = harm_condition()
    measure: list[TakedownMeasure] | None = condition_field("A measure is any of these.", contains("measures"))
    unit: list[Unit] | None = condition_field("Any of these units.", equals("unit"))
    qualifier: list[Qualifier] | None = condition_field("Any of these qualifiers.", equals("qualifier"))
    population: list[str] | None = condition_field(
        f"The population is any of these. {AS_PUBLISHED}", equals("population")
    )
    dimension: list[DimensionInput] | None = condition_field(
        "The figure is broken down by each of these axes, and has any of the values listed for it.", _dimensions
    )


@strawberry.input(description="What the coverage is for. An empty list means nothing.")
class CoverageFilter:
    source: list[str] | None = field(default=strawberry.UNSET, description="Any of these sources, by name.")
    record_type: RecordType | None = field(default=strawberry.UNSET, description="Only records of this type.")
    jurisdiction: list[Jurisdiction] | None = field(
        default=strawberry.UNSET, description="These jurisdictions. A country includes its parts."
    )
    agency: list[str] | None = field(
        default=strawberry.UNSET, description="Only records of these agencies, by id, name or alias."
    )
    platform: list[str] | None = field(
        default=strawberry.UNSET, description="Only records of these platforms, by id, name or alias."
    )
    period: PeriodInput | None = field(
        default=strawberry.UNSET, description="These days. Records whose period overlaps them are reported."
    )
