"""The root field `disclosedCounts`: what everybody may read of the records that partners send."""

from datetime import date
from typing import Annotated, Any

import strawberry

from adapters.vocabulary.enums import HarmCategory
from adapters.vocabulary.jurisdictions import EU, Jurisdiction
from schema.access import field
from schema.enumerations import publish
from schema.errors import ErrorCode, RequestError
from schema.queries.disclosure import DisclosedPart, DisclosedRecords, DisclosureQuery
from schema.resolvers import catalogue
from schema.scalars import Long
from schema.types.values import Period, Platform, part, platform_of, shown

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


@strawberry.type(description="One count of a published table.")
class DisclosedCell:
    harm: DisclosedPart = part("For which harm categories it stands.")
    harm_category: HarmCategory | None = part("The one harm category; null unless `harm` is ONE.")
    service: DisclosedPart = part("For which platforms it stands.")
    platform: Platform | None = shown(
        "The one platform; null unless `service` is ONE.", lambda root: platform_of(root.platform)
    )
    count: Long | None = part("How many records, rounded to the nearest multiple of 5; null where suppressed.")
    suppressed: bool = shown(
        "Whether it is kept back: a count because it is under 10, zero too; a total also where it would betray one.",
        lambda root: root.count is None,
    )


@strawberry.type(
    description="How many records partners sent of one month and country, as it was published once. Every cell of the "
    "closed lists stands in it, whatever there is to count."
)
class DisclosedTable:
    period: Period = part("The month.")
    country: Jurisdiction | None = part("The country; null for records that name several, none or no country.")
    published_on: date = part("The day on which it was published. It never changes after that.")
    cells: list[DisclosedCell] = part(
        "By harm category and, of what happens on platforms, by platform; the rest and the totals come last."
    )


def _said(description: str) -> Any:
    return strawberry.argument(description=description)


async def _disclosed_counts(
    info: strawberry.Info,
    record_type: Annotated[DisclosedRecords, _said("Of which records.")],
    year: Annotated[int, _said("In which year.")],
    month: Annotated[int, _said("In which month of it, 1 to 12.")],
    country: Annotated[
        Jurisdiction | None, _said("In which country; absent or null for those of several, of none or of no country.")
    ] = strawberry.UNSET,
) -> DisclosedTable | None:
    if not 1 <= month <= 12 or not 1 <= year <= 9998:
        raise RequestError(ErrorCode.BAD_INPUT, "`month` is a number from 1 to 12, `year` one from 1 to 9998.")
    if country and (country == EU or "-" in country):
        raise RequestError(ErrorCode.BAD_INPUT, "`country` is a country, none of its parts and no union.")
    found: Any = await catalogue(info).read(
        DisclosureQuery(record_type=record_type, year=year, month=month, country=country or None)
    )
    return found  # type: ignore[no-any-return]  # the fields of the type show what was read


def disclosed_counts() -> Any:
    return field(
        resolver=_disclosed_counts,
        description="How many records partners sent, which are not open to everybody one by one. A month is published "
        "once, 30 days after it has ended; null where it was not. Counts under 10 are suppressed, zero too, and totals "
        "where they would betray them; the rest is rounded to a multiple of 5, totals on their own. A record counts "
        "once, in the month that its own period lies in; it counts in none where it states no period or a longer one.",
    )
