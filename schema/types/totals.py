"""Totals and comparisons: what published figures amount to where that is sound, and in what sources differ."""

from datetime import date
from decimal import Decimal

import strawberry

from adapters.vocabulary.enums import (
    ArrestEvent,
    HarmCategory,
    Qualifier,
    SeriesDifference,
    TakedownMeasure,
    TotalRefusal,
    Unit,
)
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.declarations import computed_field, value_field
from schema.scalars import Long
from schema.types.records import StatisticObject
from schema.types.values import AgencyObject, PeriodObject, PlatformObject, SourceObject, agency_of, platform_of


@strawberry.type(name="TotalChoice", description="What figures that were seen state where nothing was asked for.")
class TotalChoiceObject:
    name: str = value_field("The argument to name, or `dimensions: ` and the axis.")
    values: list[str] = value_field("What the figures state for it.")


@strawberry.type
class AmountObject:
    value: Decimal | None = value_field(
        "The number, in the unit of the answer; null where it is not known as one number."
    )
    low: Decimal | None = value_field("The least that it can be; rough where it is ABOUT and no one number.")
    high: Decimal | None = value_field("The most that it can be; rough where it is ABOUT and no one number.")
    qualifier: Qualifier | None = value_field(
        "How exact it is: no more than the figures; null where there is no number."
    )
    figures: list[StatisticObject] = value_field("The figures that it rests on, the first 20.")
    figure_count: Long = value_field("How many figures it rests on.")


@strawberry.type(
    name="OtherTotal", description="What other figures for the same amount to, where that contradicts the answer."
)
class OtherTotalObject(AmountObject):
    pass


@strawberry.type(
    name="SourceTotal",
    description="What one speaker's figures in one source amount to. Without a number there is a reason, and `figures` "
    "are those that were seen.",
)
class SourceTotalObject(AmountObject):
    source: str = value_field("The source, by name.")
    speaker: AgencyObject | None = computed_field(
        "Who says so, where the source tells.", lambda root: agency_of(root.speaker)
    )
    agency: AgencyObject | None = computed_field(
        "The authority whose acts are counted.", lambda root: agency_of(root.agency)
    )
    unit: Unit | None = value_field("What one of them is; null where the source states no such figure.")
    population: str | None = value_field("Of what, in the publisher's words.")
    reason: TotalRefusal | None = value_field("Why there is no number; null where there is one.")
    disagrees: bool = computed_field(
        "Whether other figures of the same speaker contradict the number: `otherwise` is what they amount to.",
        lambda root: root.otherwise is not None,
    )
    otherwise: OtherTotalObject | None = value_field(
        "What finer figures amount to, such as the sum of the quarters beside a year, where it is another number."
    )
    choices: list[TotalChoiceObject] = value_field(
        "What could be named instead, where the figures that were seen are all about something narrower."
    )


@strawberry.type(
    name="Total", description="One number from each source that can give one. They are never added to each other."
)
class TotalObject:
    answers: list[SourceTotalObject] = value_field(
        "One for each source, speaker, agency, unit and population that states a figure of any of the days, and one "
        "for each source that was named and states none."
    )
    reason: TotalRefusal | None = value_field("Why no answer has a number; null where one has.")
    complete: bool = value_field("Whether these are all answers; 20 are shown.")
    sources: list[SourceObject] = value_field(
        "The sources that can have answered, with their age. One never read can be why an answer is missing."
    )


@strawberry.type(
    name="ComparedSeries", description="Figures that one source states for one thing over several periods."
)
class ComparedSeriesObject:
    index: int = value_field("Its number, by which `axis` and `differences` name it.")
    source: str = value_field("The source, by name.")
    speaker: AgencyObject | None = computed_field("Who says so.", lambda root: agency_of(root.speaker))
    agency: AgencyObject | None = computed_field(
        "The authority whose acts are counted.", lambda root: agency_of(root.agency)
    )
    platform: PlatformObject | None = computed_field(
        "The platform that it is about.", lambda root: platform_of(root.platform)
    )
    counterpart: str | None = value_field("The other side, as printed.")
    unit: Unit = value_field("What one of them is.")
    event: ArrestEvent | None = value_field("Which act of the police is counted; null for other metrics.")
    jurisdictions: list[Jurisdiction] = value_field("Where it holds.")
    harm_categories: list[HarmCategory] = value_field("What harm it is about, as far as stated.")
    measures: list[TakedownMeasure] = value_field("Which measures are counted.")
    population: str | None = value_field("Of what, in the publisher's words.")
    cumulative: bool = value_field("Whether these are running totals, of which a later one contains the earlier.")
    timezone: str | None = value_field("Where its days begin, by the IANA name of the zone; null where not stated.")
    figures: list[StatisticObject] = value_field("The figures, the first 20 in the order of their periods.")


@strawberry.type(name="ComparedValue", description="What a series states for a period.")
class ComparedValueObject:
    series: int = value_field("The number of the series.")
    value: Decimal | None = value_field("The number; null unless one was stated.")
    low: Decimal | None = value_field("The least that it can be, where the publisher gives a bound.")
    high: Decimal | None = value_field("The most that it can be, where the publisher gives a bound.")
    qualifier: Qualifier = value_field("How exact the number is, or why there is none.")
    released_at: date | None = value_field("When it was published; null where unknown.")


@strawberry.type(name="ComparedPeriod", description="A period, and what the series state for it.")
class ComparedPeriodObject:
    period: PeriodObject = value_field("The days.")
    values: list[ComparedValueObject] = value_field(
        "What is stated for exactly these days, in the order of the series."
    )


@strawberry.type(name="ComparedPair", description="In what two series differ.")
class ComparedPairObject:
    one: int = value_field("The number of the one series.")
    other: int = value_field("The number of the other, always the greater.")
    reasons: list[SeriesDifference] = value_field(
        "In what they differ; empty where they state the same in the same way."
    )
    common_periods: int = value_field("For how many periods both state something.")
    contradictions: int = value_field("For how many of them no one number can be what both state.")


@strawberry.type(name="StatisticComparison", description="One metric as several sources state it, on one time axis.")
class StatisticComparisonObject:
    series: list[ComparedSeriesObject] = value_field(
        "The series of whole figures, parts along axes that were not named left out."
    )
    axis: list[ComparedPeriodObject] = value_field("The periods that the series state, in order.")
    differences: list[ComparedPairObject] = value_field("Each two series, and why their numbers need not be equal.")
    complete: bool = value_field("Whether these are all series; 20 are shown.")
    sources: list[SourceObject] = value_field(
        "The sources that can have answered, with their age. One never read can be why a series is missing."
    )
