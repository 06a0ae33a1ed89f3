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
from schema.access import Work
from schema.declarations import computed_field, value_field
from schema.scalars import Long
from schema.types.records import StatisticObject
from schema.types.values import AgencyObject, PeriodObject, PlatformObject, SourcedObject, agency_of, platform_of


@strawberry.type(
    name="TotalChoice", description="An argument that the query leaves open, and the values that figures have for it."
)
class TotalChoiceObject:
    name: str = value_field("The argument, or `dimensions: ` and the axis.")
    values: list[str] = value_field("The values of the figures.")


@strawberry.type
class AmountObject:
    value: Decimal | None = value_field("The number, in the unit of the answer; null if it is not known exactly.")
    low: Decimal | None = value_field(
        "The lower bound; approximate if the qualifier is ABOUT and there is no single number."
    )
    high: Decimal | None = value_field(
        "The upper bound; approximate if the qualifier is ABOUT and there is no single number."
    )
    qualifier: Qualifier | None = value_field(
        "How exact the number is, at most as exact as the figures; null if there is no number."
    )
    figures: list[StatisticObject] = value_field("The first 20 figures that it is based on.", work=Work(size=10))
    figure_count: Long = value_field("The number of figures that it is based on.")


@strawberry.type(
    name="OtherTotal", description="The total of other figures for the same thing, if it contradicts the answer."
)
class OtherTotalObject(AmountObject):
    pass


@strawberry.type(
    name="SourceTotal",
    description="The total of one speaker's figures in one source. Without a number there is a reason, and `figures` "
    "lists what was considered.",
)
class SourceTotalObject(AmountObject):
    source: str = value_field("The name of the source.")
    speaker: AgencyObject | None = computed_field(
        "Who states the figures, if the source says.", lambda root: agency_of(root.speaker)
    )
    agency: AgencyObject | None = computed_field(
        "The authority whose acts are counted.", lambda root: agency_of(root.agency)
    )
    unit: Unit | None = value_field("The unit; null if the source has no such figure.")
    population: str | None = value_field("The population, in the publisher's words.")
    reason: TotalRefusal | None = value_field("Why there is no number; null if there is one.")
    disagrees: bool = computed_field(
        "Whether other figures of the same speaker contradict the number; `otherwise` has their total.",
        lambda root: root.otherwise is not None,
    )
    otherwise: OtherTotalObject | None = value_field(
        "The total of finer figures, such as the quarters of a year, if it differs."
    )
    choices: list[TotalChoiceObject] = value_field(
        "Arguments that would select figures, if all figures in question are about something narrower."
    )


@strawberry.type(
    name="Total", description="One number from each source that has one. Sources are never added to each other."
)
class TotalObject(SourcedObject):
    answers: list[SourceTotalObject] = value_field(
        "One answer for each source, speaker, agency, unit and population with a figure for any of the days, "
        "and one for each source in the query that has none.",
        work=Work(size=5),
    )
    reason: TotalRefusal | None = value_field("Why no answer has a number; null if one has.")
    complete: bool = value_field("Whether these are all answers; at most 20 are listed.")


@strawberry.type(name="ComparedSeries", description="The figures of one source for one thing over several periods.")
class ComparedSeriesObject:
    index: int = value_field("The number of the series, used in `axis` and `differences`.")
    source: str = value_field("The name of the source.")
    speaker: AgencyObject | None = computed_field("Who states the figure.", lambda root: agency_of(root.speaker))
    agency: AgencyObject | None = computed_field(
        "The authority whose acts are counted.", lambda root: agency_of(root.agency)
    )
    platform: PlatformObject | None = computed_field("The platform concerned.", lambda root: platform_of(root.platform))
    counterpart: str | None = value_field("The other party, as printed.")
    unit: Unit = value_field("The unit.")
    event: ArrestEvent | None = value_field("The event that is counted; null for other metrics.")
    jurisdictions: list[Jurisdiction] = value_field("The jurisdictions that it applies to.")
    harm_categories: list[HarmCategory] = value_field("The harm categories, if stated.")
    measures: list[TakedownMeasure] = value_field("The measures that are counted.")
    population: str | None = value_field("The population, in the publisher's words.")
    cumulative: bool = value_field("Whether these are running totals, in which a later one includes the earlier.")
    timezone: str | None = value_field("The IANA name of the time zone of its days; null if not stated.")
    figures: list[StatisticObject] = value_field(
        "The first 20 figures, in the order of their periods.", work=Work(size=10)
    )


@strawberry.type(name="ComparedValue", description="The value of a series for a period.")
class ComparedValueObject:
    series: int = value_field("The number of the series.")
    value: Decimal | None = value_field("The number; null unless the publisher states one.")
    low: Decimal | None = value_field("The lower bound, if the publisher gives one.")
    high: Decimal | None = value_field("The upper bound, if the publisher gives one.")
    qualifier: Qualifier = value_field("How exact the number is, or why there is none.")
    released_at: date | None = value_field("When it was published; null if unknown.")


@strawberry.type(name="ComparedPeriod", description="A period, and the values of the series for it.")
class ComparedPeriodObject:
    period: PeriodObject = value_field("The days.")
    values: list[ComparedValueObject] = value_field(
        "The values for exactly these days, in the order of the series.", work=Work(size=3)
    )


@strawberry.type(name="ComparedPair", description="How two series differ.")
class ComparedPairObject:
    one: int = value_field("The number of one series.")
    other: int = value_field("The number of the other series, always the greater.")
    reasons: list[SeriesDifference] = value_field("How they differ; empty if they state the same in the same way.")
    common_periods: int = value_field("The number of periods that both have.")
    contradictions: int = value_field("The number of these periods in which the values contradict each other.")


@strawberry.type(name="StatisticComparison", description="One metric as several sources state it, on one time axis.")
class StatisticComparisonObject(SourcedObject):
    series: list[ComparedSeriesObject] = value_field(
        "The series. Figures broken down by axes that the query does not name are left out.",
        work=Work(size=5),
    )
    axis: list[ComparedPeriodObject] = value_field("The periods of the series, in order.", work=Work(size=10))
    differences: list[ComparedPairObject] = value_field(
        "Each pair of series, and why their numbers may differ.", work=Work(size=5)
    )
    complete: bool = value_field("Whether these are all series; at most 20 are listed.")
