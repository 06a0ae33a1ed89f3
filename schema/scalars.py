"""The scalars: moments, days, durations, large and exact numbers, addresses and jurisdictions."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NewType

import strawberry
from graphql import GraphQLError, IntValueNode, StringValueNode, ValueNode, print_ast

from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, parse_jurisdiction

Long = NewType("Long", int)
"""An integer of up to 64 bits; GraphQL's own Int ends at 2,147,483,647."""

Link = NewType("Link", str)
"""An absolute http or https address."""

Duration = NewType("Duration", Decimal)
"""A duration in seconds."""

LONGEST = 2**63 - 1
DURATION = re.compile(r"(-?)PT(?=\d)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12}(?:\.\d{1,9})?)S)?", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
DECIMAL = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?", re.ASCII)


def serialize_duration(value: Decimal | int) -> str:
    """ISO 8601 in hours, minutes and seconds, never in days: 36 hours are `PT36H`."""
    whole, _, fraction = serialize_decimal(Decimal(value).copy_abs()).partition(".")
    minutes, seconds = divmod(int(whole), 60)
    hours, minutes = divmod(minutes, 60)
    rest = f"{seconds}.{fraction}".rstrip("0").rstrip(".") if fraction else str(seconds)
    parts = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes) + f"{rest}S" * (rest != "0")
    return f"{'-' if value < 0 else ''}PT{parts or '0S'}"


def parse_duration(value: str) -> Decimal:
    """The duration in seconds. Raises ValueError for anything but hours, minutes and seconds."""
    match = DURATION.fullmatch(value)
    if match is None:
        raise ValueError("a Duration is written like PT36H or PT1H30M; days are not used")
    sign, *parts = match.groups()
    hours, minutes, seconds = (Decimal(part or 0) for part in parts)
    length = hours * 3600 + minutes * 60 + seconds
    return -length if sign else length


def serialize_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_moment(value: str) -> datetime:
    """Raises ValueError if the text is not a date and time with an offset."""
    try:
        if MOMENT.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("a DateTime is written like 2024-09-30T09:00:00Z, with an offset")


def parse_date(value: str) -> date:
    """Raises ValueError if the text is not a calendar day."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("a Date is a calendar day, written like 2024-09-30")


def parse_long(value: int) -> int:
    if isinstance(value, bool) or abs(value) > LONGEST:
        raise ValueError("a Long is an integer of up to 64 bits")
    return value


def parse_decimal(value: str | int) -> Decimal:
    """Raises ValueError unless the text is a decimal number of at most 40 digits before and after the point."""
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) >= 10**40):
        raise ValueError("a Decimal is a decimal number, written as a string")
    if not DECIMAL.fullmatch(str(value)):
        raise ValueError("a Decimal is a decimal number, written as a string")
    return Decimal(value)


def serialize_decimal(value: Decimal) -> str:
    return format(value, "f")


def parse_link(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s]{1,2000}", value):
        raise ValueError("a URL is an absolute http or https address")
    return value


def parse_jurisdiction_code(value: str) -> Jurisdiction:
    try:
        return parse_jurisdiction(value)
    except UnknownJurisdiction as exc:
        raise ValueError(str(exc)) from None


def _scalar(
    name: str,
    description: str,
    specified_by_url: str,
    read: Callable[[Any], Any],
    write: Callable[[Any], Any],
    accepts: tuple[type, ...] = (str,),
) -> Any:
    def parse(value: Any) -> Any:
        if not isinstance(value, accepts):
            raise GraphQLError(f"a {name} cannot be written as {type(value).__name__}")
        try:
            return read(value)
        except ValueError as exc:
            raise GraphQLError(str(exc)) from None

    def parse_literal(node: ValueNode, variables: Any = None) -> Any:
        if isinstance(node, IntValueNode) and int in accepts:
            if len(node.value) > 20:
                raise GraphQLError(f"a {name} cannot be written with {len(node.value)} digits")
            return parse(int(node.value))
        if isinstance(node, StringValueNode) and str in accepts:
            return parse(node.value)
        raise GraphQLError(f"a {name} cannot be written as {print_ast(node)[:40]}", node)

    return strawberry.scalar(
        name=name,
        description=description,
        specified_by_url=specified_by_url,
        serialize=write,
        parse_value=parse,
        parse_literal=parse_literal,
    )


SCALARS: dict[object, Any] = {
    datetime: _scalar(
        "DateTime",
        "A moment in UTC, in RFC 3339 format: `2024-09-30T09:00:00Z`.",
        "https://scalars.graphql.org/andimarek/date-time.html",
        parse_moment,
        serialize_moment,
    ),
    date: _scalar(
        "Date",
        "A calendar day, `2024-09-30`, in the time zone that the field states.",
        "https://scalars.graphql.org/andimarek/local-date.html",
        parse_date,
        date.isoformat,
    ),
    Duration: _scalar(
        "Duration",
        "A duration in hours, minutes and seconds, in ISO 8601 format and never in days: `PT36H`.",
        "https://www.rfc-editor.org/rfc/rfc3339#appendix-A",
        parse_duration,
        serialize_duration,
    ),
    Long: _scalar(
        "Long",
        "An integer of up to 64 bits.",
        "https://scalars.graphql.org/jakobmerrild/long.html",
        parse_long,
        int,
        (int,),
    ),
    Decimal: _scalar(
        "Decimal",
        'A decimal number with the digits as published, as a string: `"89.9"`.',
        "https://www.w3.org/TR/xmlschema11-2/#decimal",
        parse_decimal,
        serialize_decimal,
        (str, int),
    ),
    Link: _scalar("URL", "An absolute http or https address.", "https://url.spec.whatwg.org/", parse_link, str),
    Jurisdiction: _scalar(
        "Jurisdiction",
        "A country (ISO 3166-1: `KR`), a part of one (ISO 3166-2: `GB-ENG`) or `EU`. "
        "Arguments also accept `KOR`, `South Korea` and 한국.",
        "https://www.iso.org/iso-3166-country-codes.html",
        parse_jurisdiction_code,
        str,
    ),
}
