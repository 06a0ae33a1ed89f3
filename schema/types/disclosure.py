"""Published counts of the records that partners send: what everybody may read of them."""

from datetime import date
from typing import cast

import strawberry

from adapters.vocabulary.enums import HarmCategory
from adapters.vocabulary.jurisdictions import EU, Jurisdiction
from adapters.vocabulary.names import PLATFORMS
from schema.access import Work
from schema.declarations import Arguments, argument, computed_field, required_argument, value_field
from schema.enumerations import publish
from schema.errors import ErrorCode, RequestError
from schema.queries.disclosure import DisclosedPart, DisclosedRecords, DisclosureQuery
from schema.scalars import Long
from schema.types.values import PeriodObject, PlatformObject, platform_of

publish(
    DisclosedRecords,
    "Record types whose counts are published, and the date by which a record counts.",
    {
        "CASE": "Cases, by when they were opened or else closed.",
        "TAKEDOWN": "Takedowns, by when they were executed or else requested.",
        "ARREST": "Single arrests, by when they happened.",
        "REPORT": "Reports, by when they were received.",
    },
)
publish(
    DisclosedPart,
    "Which values of a closed list a count covers.",
    {
        "ONE": "One value.",
        "REST": "Records with several values, with none, or with one that is not in the list.",
        "ALL": "All values: the total.",
    },
)


def _cell_count() -> int:
    """About how many cells a table has."""
    return len(HarmCategory) * len(PLATFORMS)


@strawberry.type(name="DisclosedCell", description="One count of a published table.")
class DisclosedCellObject:
    harm: DisclosedPart = value_field("Which harm categories the count covers.")
    harm_category: HarmCategory | None = value_field("The harm category; null unless `harm` is ONE.")
    service: DisclosedPart = value_field("Which platforms the count covers.")
    platform: PlatformObject | None = computed_field(
        "The platform; null unless `service` is ONE.", lambda root: platform_of(root.platform)
    )
    count: Long | None = value_field("The number of records, rounded to the nearest multiple of 5; null if suppressed.")
    suppressed: bool = computed_field(
        "Whether the count is suppressed: because it is under 10, including zero, or because it is a total "
        "that would reveal such a count.",
        lambda root: root.count is None,
    )


@strawberry.type(
    name="DisclosedTable",
    description="The published counts of the records that partners sent, for one month and country. It has every cell"
    " of the closed lists, whatever there is to count.",
)
class DisclosedTableObject:
    period: PeriodObject = value_field("The month.")
    country: Jurisdiction | None = value_field(
        "The country; null for records that name several countries, none, or no country."
    )
    published_on: date = value_field("The day of publication. The table never changes after it.")
    cells: list[DisclosedCellObject] = value_field(
        "The counts by harm category and, for what happens on platforms, by platform. The rest and the totals"
        " come last.",
        work=Work(size=_cell_count),
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
    "record_type": required_argument(DisclosedRecords, "The type of the records."),
    "year": required_argument(int, "The year."),
    "month": required_argument(int, "The month, 1 to 12."),
    "country": argument(
        Jurisdiction, "The country; null for records that name several countries, none, or no country."
    ),
}
