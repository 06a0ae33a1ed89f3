"""A claim as a claims file writes it, and the check of its keys."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from adapters.document import RowError
from adapters.formats.json import printable
from adapters.vocabulary.enums import (
    Aggregation,
    ArrestEvent,
    CooperationChannel,
    CountingUnit,
    HarmCategory,
    InformationRequestType,
    LegalInstrument,
    Metric,
    Qualifier,
    RequestStatus,
    TakedownMeasure,
    Unit,
    Urgency,
)

LARGEST = 10**15
"""A larger number counts nothing that exists: it is a typo."""

Id = Annotated[str, Meta(pattern=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=80)]
Text = Annotated[str, Meta(min_length=1, max_length=500)]
Link = Annotated[str, Meta(pattern=r"\Ahttps?://[^\s/]+(/\S*)?\Z", max_length=2000)]
TimeZone = Annotated[str, Meta(pattern=r"\A[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_]+)+\Z", max_length=60)]
Count = Annotated[int, Meta(ge=0, le=LARGEST)]


class ClaimPeriod(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A period in a claims file: days with an exclusive end, or the words as printed, or both."""

    start: date | None = None
    end: date | None = None
    timezone: TimeZone | None = None
    text: Text | None = None


class Claim(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="record"):
    """The keys that every claim may have; `published_figures.toml` explains them."""

    id: Id
    citation: Text
    url: Link | None = None
    stated_at: date | None = None
    jurisdictions: tuple[Text, ...] = ()
    platform: Text | None = None
    harm_categories: tuple[HarmCategory, ...] = ()
    references: tuple[Id, ...] = ()
    cites: tuple[Link, ...] = ()
    native: dict[str, Text] = {}


class FigureClaim(Claim, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="record", tag="Statistic"):
    """A claim that states a figure."""

    speaker: Text
    metric: Metric
    unit: Unit
    qualifier: Qualifier
    period: ClaimPeriod
    aggregation: Aggregation
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    cumulative: bool = False
    event: ArrestEvent | None = None
    agency: Text | None = None
    counterpart: Text | None = None
    measures: tuple[TakedownMeasure, ...] = ()
    dimensions: dict[Text, Text] = {}
    population: Text | None = None
    released_at: date | None = None
    is_total_of: Text | None = None
    part_of: Id | None = None


class CooperationClaim(
    Claim, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="record", tag="CooperationRequest"
):
    """A claim that one authority asked another, across a border, for help."""

    from_agency: Text
    to_agency: Text | None = None
    to_jurisdiction: Text | None = None
    addressee: Text | None = None
    channel: CooperationChannel = CooperationChannel.UNKNOWN
    urgency: Urgency = Urgency.UNKNOWN
    purpose: Text | None = None
    status: RequestStatus = RequestStatus.UNKNOWN
    requested: ClaimPeriod = ClaimPeriod()
    responded: ClaimPeriod = ClaimPeriod()


class InformationClaim(
    Claim, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="record", tag="InformationRequest"
):
    """A claim that an authority asked a platform for data about its users."""

    requester: Text
    addressee: Text | None = None
    data_type: InformationRequestType = InformationRequestType.UNSPECIFIED
    instrument: LegalInstrument = LegalInstrument.UNSPECIFIED
    status: RequestStatus = RequestStatus.UNKNOWN
    requested: ClaimPeriod = ClaimPeriod()
    due: ClaimPeriod = ClaimPeriod()
    responded: ClaimPeriod = ClaimPeriod()
    accounts_count: Count | None = None
    emergency: bool | None = None
    purpose: Text | None = None


class ArrestClaim(Claim, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="record", tag="Arrest"):
    """A claim that the police acted against one suspect. There is no key for who that is."""

    agency: Text
    event: ArrestEvent
    counting_unit: CountingUnit
    happened: ClaimPeriod = ClaimPeriod()


AnyClaim = FigureClaim | CooperationClaim | InformationClaim | ArrestClaim


def parse_claim(row: object) -> AnyClaim:
    """The claim in a table of a claims file. Raises RowError, which quotes nothing of the file but the key."""
    if not isinstance(row, dict):
        raise RowError("a claim must be a table")
    _check_printable(row)
    try:
        claim: AnyClaim = msgspec.convert(row, AnyClaim)
    except msgspec.ValidationError as exc:
        raise _row_error(str(exc)) from exc
    return claim


def _row_error(message: str) -> RowError:
    """The reason in a message of msgspec, without the value that the message quotes."""
    place = re.search(r"`\$\.(\w+)", message)
    column = place[1] if place else None
    if missing := re.match(r"Object missing required field `(\w+)`", message):
        return RowError("the key is missing", column or missing[1])
    if extra := re.match(r"Object contains unknown field `(.*?)`", message):
        return RowError("the key is not known", column or printable(extra[1]))
    return RowError("the value is not one that the key can have", column)


def _check_printable(row: dict[str, object]) -> None:
    """Control codes and lone surrogates fit neither a database nor a terminal. Walks without recursion."""
    for key, value in row.items():
        values: list[object] = [key, value]
        while values:
            match values.pop():
                case dict() as table:
                    values += [*table.keys(), *table.values()]
                case list() as items:
                    values += items
                case str() as text if not text.isprintable():
                    raise RowError("holds a character that cannot be printed", printable(key))
