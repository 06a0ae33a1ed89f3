"""Values that cases, status events and arrests share: place, month, agency, and the digest that identifies a row."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256

import msgspec

from adapters.document import ReadResult, RowError
from adapters.local_days import local_day
from adapters.months import next_month
from adapters.police.uk_police import TIME_ZONE
from adapters.police.uk_police.columns import Row, date_column
from adapters.records import Period, Place
from adapters.vocabulary.enums import Precision
from adapters.vocabulary.jurisdictions import Jurisdiction, parse_jurisdiction
from adapters.vocabulary.names import Agency, find_agency

NAME = "uk_police"

UNITED_KINGDOM = parse_jurisdiction("GB")

CRIME_ID = "uk-crime-id"
"""The scheme of references by which a crime and its outcomes name each other: the force's own 64-digit digest."""


def jurisdictions_of(force: Agency | None) -> tuple[Jurisdiction, ...]:
    """Where the force is; the United Kingdom without one, since which of its countries it is remains open."""
    return (force.jurisdiction if force else UNITED_KINGDOM,)


def agency_of(row: Row, result: ReadResult) -> str | None:
    """The id of the agency that reported the row; a name that the vocabulary lacks is counted as unknown."""
    if not row["Reported by"]:
        return None
    agency = find_agency(row["Reported by"])
    if agency is None:
        result.unknown["agency", row["Reported by"][:80]] += 1
        return None
    return agency.id


def place_of(row: Row) -> Place | None:
    """Where it happened; None without both degrees. Raises RowError."""
    longitude, latitude = _degrees(row, "Longitude", 180), _degrees(row, "Latitude", 90)
    if longitude is None or latitude is None:
        return None
    return Place(
        name=row.get("Location") or None,
        area_code=row.get("LSOA code") or None,
        area_name=row.get("LSOA name") or None,
        latitude=latitude,
        longitude=longitude,
        approximate=True,
    )


def _degrees(row: Row, column: str, limit: int) -> Decimal | None:
    if not row[column]:
        return None
    try:
        degrees = Decimal(row[column])
    except InvalidOperation:
        raise RowError("is not a number of degrees", column) from None
    if not degrees.is_finite() or abs(degrees) > limit:
        raise RowError("is not a number of degrees", column)
    return degrees


def month_period(month: str) -> Period:
    """The month written YYYY-MM."""
    start = date(int(month[:4]), int(month[5:7]), 1)
    return Period(start, next_month(start), Precision.MONTH, TIME_ZONE)


def check_month(row: Row, month: str | None) -> None:
    """Raises RowError unless the row is of the local month, which is written YYYY-MM."""
    column = date_column(row)
    row_month = row[column] if column == "Month" else f"{local_day(parse_time(row[column]), TIME_ZONE):%Y-%m}"
    if row_month != month:
        raise RowError("is of another month", column)


def parse_time(text: str) -> datetime:
    """The time in UTC. Raises RowError where it is none, or has no offset."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise RowError("is not a time", "Date") from None
    if time.tzinfo is None:
        raise RowError("is a time without an offset", "Date")
    return time.astimezone(UTC)


def values_without(row: Row, *columns: str) -> tuple[str, ...]:
    """The row's values in all columns but these."""
    return tuple(value for column, value in row.items() if column not in columns)


def digest(values: Iterable[str]) -> str:
    """Twenty hex digits that differ for different values."""
    return sha256(msgspec.json.encode(tuple(values))).hexdigest()[:20]
