"""Filters and orders: what may be asked of records. Every field of a filter declares the condition that it means."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import strawberry
from graphql import GraphQLInputObjectType

from adapters.records import Dimension
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
from adapters.vocabulary.names import find_agency, find_platform
from schema.access import DEFINITION, Access, field
from schema.enumerations import publish
from schema.errors import ErrorCode, RequestError
from schema.queries.conditions import AlongAxes, AnyOf, Condition, Contains, During, PeriodMatch, RefersTo, UpdatedSince
from schema.queries.figures import FigureSpec
from schema.queries.records import OrderBy

MEANS = "means"
LONGEST = 200
"""Characters of a text that a filter takes."""
MOST = 100
"""Values of a list that a filter takes."""

Meaning = Callable[[Any, Mapping[str, Any]], Condition]

publish(
    OrderBy,
    "What records are ordered by; those that tie stand in the order of their recording.",
    {
        "PERIOD": "The first day of the record's own period; records without one come last in either direction.",
        "RECORDED_AT": "When the gateway recorded this version of the record.",
    },
)


def condition(description: str, means: Meaning, access: Access | None = None) -> Any:
    """A field of a filter, and what a value given for it asks of a record."""
    return field(default=strawberry.UNSET, description=description, metadata={MEANS: means}, access=access)


def conditions(filtered_by: GraphQLInputObjectType, given: Mapping[str, Any]) -> tuple[Condition, ...]:
    """What a filter as given asks of a record. Raises Refused where a value cannot be met."""
    return tuple(
        each.extensions[DEFINITION].metadata[MEANS](given[name], given)
        for name, each in filtered_by.fields.items()
        if given.get(name) is not None and MEANS in each.extensions[DEFINITION].metadata
    )


def asked(arguments: Mapping[str, Any]) -> FigureSpec:
    """What one number is to count. Raises Refused where an argument cannot be met."""
    days = during(arguments["period"], {})
    place = arguments.get("jurisdiction")
    return FigureSpec(
        metric=arguments["metric"],
        start=days.start,
        end=days.end,
        unit=arguments.get("unit"),
        event=arguments.get("event"),
        agency=_meant(arguments.get("agency"), find_agency, "agency", "agencies"),
        platform=_meant(arguments.get("platform"), find_platform, "platform", "platforms"),
        counterpart=_worded(arguments.get("counterpart")),
        jurisdiction=place,
        harm_categories=tuple(sorted(set(arguments.get("harmCategory") or ()))),
        measures=tuple(sorted(set(arguments.get("measure") or ()))),
        dimensions=tuple(
            Dimension(_text(given["name"]), _text(given["value"]))
            for given in _listed(list(arguments.get("dimensions") or ()))
        ),
        population=_worded(arguments.get("population")),
        release=arguments.get("release"),
    )


def named_sources(given: list[str] | None) -> tuple[str, ...] | None:
    """The sources that are named; None where none is. Raises Refused for what is no name."""
    return None if given is None else _listed(given)


def _meant(text: str | None, find: Callable[[str], Any], what: str, listed: str) -> str | None:
    if text is None:
        return None
    found = find(text)
    if found is None:
        raise RequestError(ErrorCode.BAD_INPUT, f"No {what} is called {text[:40]!r}; the field {listed} lists them.")
    return str(found.id)


def _worded(text: str | None) -> str | None:
    return None if text is None else _text(text)


def recordable(text: str) -> bool:
    """Whether a record can hold the text: not NUL and not half of a surrogate pair, which no database takes."""
    return not re.search("[\0\ud800-\udfff]", text)


def _text(value: str) -> str:
    if len(value) > LONGEST:
        raise RequestError(ErrorCode.BAD_INPUT, f"A filter takes texts of at most {LONGEST} characters.")
    if not recordable(value):
        raise RequestError(ErrorCode.BAD_INPUT, "A filter takes texts without NUL and without halves of a character.")
    return value


def _listed(values: list[Any]) -> tuple[Any, ...]:
    if len(values) > MOST:
        raise RequestError(ErrorCode.BAD_INPUT, f"A filter takes at most {MOST} values.")
    return tuple(_text(value) if isinstance(value, str) else value for value in values)


def texts(values: list[str]) -> tuple[str, ...]:
    """The texts of a list. Raises Refused where there are too many, or one that no record can hold."""
    return _listed(values)


def one_of(*attributes: str) -> Meaning:
    """One of the attributes equals one of the values given."""
    return lambda values, _: AnyOf(attributes, _listed(values))


def holds(attribute: str) -> Meaning:
    """The attribute, a set, holds one of the values given."""
    return lambda values, _: Contains(attribute, tuple(str(value) for value in _listed(values)))


def named(find: Callable[[str], Any], what: str, listed: str, *attributes: str) -> Meaning:
    """One of the attributes is whom one of the names means. Raises Refused for a name that means nobody."""

    def means(values: list[str], _: Mapping[str, Any]) -> Condition:
        return AnyOf(attributes, tuple(_meant(text, find, what, listed) for text in _listed(values)))

    return means


def agencies(role: str, *attributes: str) -> Any:
    return condition(
        f"{role} is any of these agencies, by id, name or alias.",
        named(find_agency, "agency", "agencies", *attributes),
    )


def platforms() -> Any:
    return condition(
        "The platform is any of these, by id, name or alias.",
        named(find_platform, "platform", "platforms", "platform"),
    )


def harms() -> Any:
    return condition("Any of these harm categories.", holds("harm_categories"))


def during(value: Mapping[str, date], given: Mapping[str, Any]) -> During:
    """Raises Refused where the period has no day."""
    if value["start"] >= value["end"]:
        raise RequestError(ErrorCode.BAD_INPUT, "A period's end is exclusive and must come after its start.")
    return During(value["start"], value["end"], given.get("periodMatch") or PeriodMatch.WITHIN)


def refers(value: Mapping[str, Any], _: Mapping[str, Any]) -> Condition:
    """Raises Refused where no record can hold the reference."""
    scheme = value.get("scheme")
    return RefersTo(None if scheme is None else _text(scheme), _text(value["value"]))


def broken(values: Sequence[Mapping[str, str]], _: Mapping[str, Any]) -> Condition:
    """Raises Refused where no figure can be broken down so."""
    axes: dict[str, list[str]] = {}
    for value in _listed(list(values)):
        axes.setdefault(_text(value["name"]), []).append(_text(value["value"]))
    return AlongAxes(tuple((name, tuple(stated)) for name, stated in axes.items()))


@strawberry.input(description="Days, from `start` up to but not including `end`.")
class PeriodInput:
    start: date = field(description="The first day.")
    end: date = field(description="The first day after the period.")


@strawberry.input(description="An identifier that records may share.")
class ReferenceInput:
    value: str = field(description="The number.")
    scheme: str | None = field(default=strawberry.UNSET, description="Whose numbering it is; any if absent.")


@strawberry.input(description="A place on one axis by which figures are broken down.")
class DimensionInput:
    name: str = field(description="The axis, such as `age_group`.")
    value: str = field(
        description="The place on it, such as `10-19`; `TOTAL` for the figure that is the whole along it."
    )


@strawberry.input(description="The order of records.")
class RecordOrder:
    by: OrderBy = field(default=OrderBy.PERIOD, description="By what.")
    descending: bool = field(default=True, description="Newest first, or oldest first.")


@strawberry.input
class RecordFilter:
    source: list[str] | None = condition("Any of these sources, by name.", one_of("source"))
    jurisdiction: list[Jurisdiction] | None = condition(
        "Any of these places; a country also means its parts.", holds("jurisdictions")
    )
    period: PeriodInput | None = condition("The record's own period lies to this one as `periodMatch` says.", during)
    period_match: PeriodMatch = field(
        default=PeriodMatch.WITHIN, description="How the record's own period must lie to `period`."
    )
    reference: ReferenceInput | None = condition("Names this reference.", refers)
    updated_since: datetime | None = condition(
        "This version was recorded at this moment or later.", lambda value, _: UpdatedSince(value)
    )


@strawberry.input(description="Which cases.")
class CaseFilter(RecordFilter):
    agency: list[str] | None = agencies("Who keeps the case", "agency")
    status: list[CaseStatus] | None = condition("Any of these statuses.", one_of("status"))
    harm_category: list[HarmCategory] | None = harms()
    offence: list[str] | None = condition(
        "The offence's code or label, exactly as published, is any of these.", one_of("offence.code", "offence.label")
    )


@strawberry.input(description="Which status events.")
class StatusEventFilter(RecordFilter):
    agency: list[str] | None = agencies("Who says so", "agency")
    status: list[CaseStatus] | None = condition("Any of these statuses.", one_of("status"))


@strawberry.input(description="Which takedowns.")
class TakedownFilter(RecordFilter):
    agency: list[str] | None = agencies("Who asked for it", "requested_by")
    platform: list[str] | None = platforms()
    status: list[TakedownStatus] | None = condition("Any of these statuses.", one_of("status"))
    measure: list[TakedownMeasure] | None = condition("Any of these measures.", holds("measures"))
    trigger: list[TakedownTrigger] | None = condition("Any of these triggers.", one_of("trigger"))
    harm_category: list[HarmCategory] | None = harms()


@strawberry.input(description="Which arrests.")
class ArrestFilter(RecordFilter):
    agency: list[str] | None = agencies("The police force", "agency")
    event: list[ArrestEvent] | None = condition("Any of these events.", one_of("event"))
    harm_category: list[HarmCategory] | None = harms()
    offence: list[str] | None = condition(
        "The offence's code or label, exactly as published, is any of these.", one_of("offence.code", "offence.label")
    )
    age_band: list[str] | None = condition(
        "The suspect's age is any of these, exactly as published.",
        one_of("age_band"),
        Access(field_class=FieldClass.PERSONAL),
    )


@strawberry.input(description="Which requests for information.")
class InformationRequestFilter(RecordFilter):
    agency: list[str] | None = agencies("Who asks", "requester")
    platform: list[str] | None = platforms()
    status: list[RequestStatus] | None = condition("Any of these statuses.", one_of("status"))
    harm_category: list[HarmCategory] | None = harms()


@strawberry.input(description="Which cooperation requests.")
class CooperationRequestFilter(RecordFilter):
    agency: list[str] | None = agencies("Who asks or who is asked", "from_agency", "to_agency")
    platform: list[str] | None = platforms()
    addressed_to: list[Jurisdiction] | None = condition("Sent to any of these places.", one_of("to_jurisdiction"))
    status: list[RequestStatus] | None = condition("Any of these statuses.", one_of("status"))
    harm_category: list[HarmCategory] | None = harms()


@strawberry.input(description="Which incoming reports.")
class ReportFilter(RecordFilter):
    agency: list[str] | None = agencies("Who received it", "received_by")
    platform: list[str] | None = platforms()
    status: list[ReportStatus] | None = condition("Any of these statuses.", one_of("status"))
    harm_category: list[HarmCategory] | None = harms()


@strawberry.input(description="Which published figures.")
class StatisticFilter(RecordFilter):
    metric: list[Metric] | None = condition("Any of these metrics.", one_of("metric"))
    agency: list[str] | None = agencies("Whose acts are counted, or who says so,", "agency", "speaker")
    platform: list[str] | None = platforms()
    event: list[ArrestEvent] | None = condition("Counts any of these events.", one_of("event"))
    harm_category: list[HarmCategory] | None = harms()
    measure: list[TakedownMeasure] | None = condition("Counts any of these measures.", holds("measures"))
    unit: list[Unit] | None = condition("In any of these units.", one_of("unit"))
    qualifier: list[Qualifier] | None = condition(
        "As exact as any of these say, or without a number for any of these reasons.", one_of("qualifier")
    )
    population: list[str] | None = condition(
        "The population is any of these, exactly as the figure words it.", one_of("population")
    )
    dimension: list[DimensionInput] | None = condition(
        "Broken down by each axis that is named, and for any of the values that are given for it.", broken
    )


@strawberry.input(description="What coverage is asked about. A list that is empty asks about nothing.")
class CoverageFilter:
    source: list[str] | None = field(default=strawberry.UNSET, description="Any of these sources, by name.")
    record_type: RecordType | None = field(default=strawberry.UNSET, description="Only records of this type.")
    jurisdiction: list[Jurisdiction] | None = field(
        default=strawberry.UNSET, description="These places; a country also means its parts."
    )
    period: PeriodInput | None = field(
        default=strawberry.UNSET, description="These days: what is reported overlaps them."
    )
