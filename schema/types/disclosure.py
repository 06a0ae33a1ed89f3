"""Published counts of the records that partners send: what everybody may read of them."""

from datetime import date
from typing import cast

import strawberry

from adapters.vocabulary.enums import HarmCategory
from adapters.vocabulary.jurisdictions import EU, Jurisdiction
from schema.declarations import Arguments, argument, computed_field, required_argument, value_field
from schema.enumerations import publish
from schema.errors import ErrorCode, RequestError
from schema.queries.disclosure import DisclosedPart, DisclosedRecords, DisclosureQuery
from schema.scalars import Long
from schema.types.values import PeriodObject, PlatformObject, platform_of

publish(
    DisclosedRecords,
    "Types of record that partners send and whose counts are published, and what dates a record.",
    {
        "CASE": "Cases, by when they were opened.",
        "TAKEDOWN": "Takedowns, by when they were executed.",
        "ARREST": "Single arrests, by when they happened.",
        "REPORT": "Reports, by when they were received.",
    },
)
publish(
    DisclosedPart,
    "For which values of a closed list a count stands.",
    {
        "ONE": "For one value.",
        "REST": "For what names several values, none, or one that the list lacks.",
        "ALL": "For all of it: the total.",
    },
)


@strawberry.type(name="DisclosedCell", description="One count of a published table.")
class DisclosedCellObject:
    harm: DisclosedPart = value_field("For which harm categories it stands.")
    harm_category: HarmCategory | None = value_field("The one harm category; null unless `harm` is ONE.")
    service: DisclosedPart = value_field("For which platforms it stands.")
    platform: PlatformObject | None = computed_field(
        "The one platform; null unless `service` is ONE.", lambda root: platform_of(root.platform)
    )
    count: Long | None = value_field("How many records, rounded to the nearest multiple of 5; null where suppressed.")
    suppressed: bool = computed_field(
        "Whether it is kept back: a count because it is under 10, zero too; a total also where it would betray one.",
        lambda root: root.count is None,
    )


@strawberry.type(
    name="DisclosedTable",
    description="How many records partners sent of one month and country, as it was published once. Every cell of the "
    "closed lists stands in it, whatever there is to count.",
)
class DisclosedTableObject:
    period: PeriodObject = value_field("The month.")
    country: Jurisdiction | None = value_field("The country; null for records that name several, none or no country.")
    published_on: date = value_field("The day on which it was published. It never changes after that.")
    cells: list[DisclosedCellObject] = value_field(
        "By harm category and, of what happens on platforms, by platform; the rest and the totals come last."
    )


def disclosure_query(arguments: Arguments) -> DisclosureQuery:
    """The query of a published table. Raises RequestError for an invalid month or country."""
    year, month = cast("int", arguments["year"]), cast("int", arguments["month"])
    country = cast("Jurisdiction | None", arguments.get("country")) or None
    if not 1 <= month <= 12 or not 1 <= year <= 9998:
        raise RequestError(ErrorCode.BAD_INPUT, "`month` is a number from 1 to 12, `year` one from 1 to 9998.")
    if country is not None and (country == EU or "-" in country):
        raise RequestError(ErrorCode.BAD_INPUT, "`country` is a country, none of its parts and no union.")
    record_type = cast("DisclosedRecords", arguments["recordType"])
    return DisclosureQuery(record_type=record_type, year=year, month=month, country=country)


DISCLOSURE_ARGUMENTS = {
    "record_type": required_argument(DisclosedRecords, "Of which records."),
    "year": required_argument(int, "In which year."),
    "month": required_argument(int, "In which month of it, 1 to 12."),
    "country": argument(
        Jurisdiction, "In which country; absent or null for those of several, of none or of no country."
    ),
}
