"""From claims to records."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec.structs import replace

from adapters.addresses import find_reference
from adapters.document import RowError
from adapters.figures import period_precision, series_key
from adapters.formats.json import printable
from adapters.press.published_figures.claims import (
    LARGEST,
    AnyClaim,
    ArrestClaim,
    ClaimPeriod,
    CooperationClaim,
    FigureClaim,
    InformationClaim,
)
from adapters.records import (
    Arrest,
    CooperationRequest,
    Dimension,
    InformationRequest,
    NativeTerm,
    Period,
    Record,
    Reference,
    Statistic,
)
from adapters.vocabulary.enums import Aggregation, Precision, Qualifier, Unit
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, parse_jurisdiction
from adapters.vocabulary.names import find_agency, find_platform

NAME = "published_figures"


def build_record(claim: AnyClaim, claims: Mapping[str, AnyClaim], *, is_whole: bool) -> Record:
    """The record of a claim. `claims` are all claims of its file, by id; `is_whole`: another one is a part of it.

    Raises RowError.
    """
    record = _record(claim, claims)
    record = replace(
        record,
        references=_references(claim, is_whole),
        jurisdictions=tuple(sorted({_jurisdiction(text, "jurisdictions") for text in claim.jurisdictions})),
        native=_native(claim, record),
        stated_at=claim.stated_at,
        harm_categories=tuple(sorted(set(claim.harm_categories))),
        citation=claim.citation,
        url=claim.url,
    )
    if not isinstance(record, Arrest):
        record = replace(record, platform=_platform(claim.platform))
    elif claim.platform is not None:
        raise RowError("an arrest has no platform", "platform")
    return replace(record, series_key=series_key(record)) if isinstance(record, Statistic) else record


def _record(
    claim: AnyClaim, claims: Mapping[str, AnyClaim]
) -> Statistic | CooperationRequest | InformationRequest | Arrest:
    match claim:
        case FigureClaim():
            return _statistic(claim, claims)
        case CooperationClaim():
            return _cooperation_request(claim)
        case InformationClaim():
            return _information_request(claim)
        case ArrestClaim():
            return _arrest(claim)


def _statistic(claim: FigureClaim, claims: Mapping[str, AnyClaim]) -> Statistic:
    low, high = _bounds(claim)
    if claim.aggregation is Aggregation.SUM and (
        claim.cumulative or claim.unit in {Unit.PERSONS, Unit.PERCENT, Unit.SECONDS}
    ):
        raise RowError("running totals, persons, shares and durations are never added up", "aggregation")
    if claim.period == ClaimPeriod(timezone=claim.period.timezone):
        raise RowError("has neither days nor words", "period")
    _check_part(claim, claims)
    return Statistic(
        source=NAME,
        external_id=claim.id,
        metric=claim.metric,
        value=claim.value,
        low=low,
        high=high,
        unit=claim.unit,
        qualifier=claim.qualifier,
        period=_period(claim.period, "period"),
        cumulative=claim.cumulative,
        aggregation=claim.aggregation,
        event=claim.event,
        agency=_agency(claim.agency, "agency"),
        counterpart=claim.counterpart,
        measures=tuple(sorted(set(claim.measures))),
        dimensions=tuple(Dimension(name, value) for name, value in sorted(claim.dimensions.items())),
        population=claim.population,
        speaker=_agency(claim.speaker, "speaker"),
        released_at=claim.released_at,
        is_total_of=claim.is_total_of,
    )


def _cooperation_request(claim: CooperationClaim) -> CooperationRequest:
    return CooperationRequest(
        source=NAME,
        external_id=claim.id,
        from_agency=_agency(claim.from_agency, "from_agency"),
        to_agency=_agency(claim.to_agency, "to_agency"),
        to_jurisdiction=_jurisdiction(claim.to_jurisdiction, "to_jurisdiction") if claim.to_jurisdiction else None,
        addressee=claim.addressee,
        channel=claim.channel,
        urgency=claim.urgency,
        purpose=claim.purpose,
        status=claim.status,
        requested=_period(claim.requested, "requested"),
        responded=_period(claim.responded, "responded"),
    )


def _information_request(claim: InformationClaim) -> InformationRequest:
    return InformationRequest(
        source=NAME,
        external_id=claim.id,
        requester=_agency(claim.requester, "requester"),
        addressee=claim.addressee,
        data_type=claim.data_type,
        instrument=claim.instrument,
        status=claim.status,
        requested=_period(claim.requested, "requested"),
        due=_period(claim.due, "due"),
        responded=_period(claim.responded, "responded"),
        accounts_count=claim.accounts_count,
        emergency=claim.emergency,
        purpose=claim.purpose,
    )


def _arrest(claim: ArrestClaim) -> Arrest:
    return Arrest(
        source=NAME,
        external_id=claim.id,
        event=claim.event,
        counting_unit=claim.counting_unit,
        happened=_period(claim.happened, "happened"),
        agency=_agency(claim.agency, "agency"),
    )


ONE_NUMBER = frozenset({Qualifier.EXACT, Qualifier.ABOUT, Qualifier.AT_LEAST, Qualifier.LESS_THAN})
"""Qualifiers of a claim with a single number; with every other one a claim has none."""


def _bounds(claim: FigureClaim) -> tuple[Decimal | None, Decimal | None]:
    """The low and the high bound. Raises RowError where the numbers do not fit the qualifier."""
    for column, number in (("value", claim.value), ("low", claim.low), ("high", claim.high)):
        if number is not None:
            _check_number(number, claim.unit, column)
    if (claim.value is None) is (claim.qualifier in ONE_NUMBER):
        raise RowError("does not fit the qualifier", "value")
    if claim.qualifier is Qualifier.RANGE:
        is_valid = claim.low is not None and claim.high is not None and claim.low <= claim.high
    else:
        is_valid = claim.low is None and claim.high is None
    if not is_valid:
        raise RowError("a range has a low and a high bound, any other figure none", "low")
    low = claim.value if claim.qualifier is Qualifier.AT_LEAST else claim.low
    high = claim.value if claim.qualifier is Qualifier.LESS_THAN else claim.high
    return low, high


def _check_number(number: Decimal, unit: Unit, column: str) -> None:
    if not number.is_finite() or not 0 <= number <= (100 if unit is Unit.PERCENT else LARGEST):
        raise RowError("is not a number that the unit can have", column)
    if number != number.quantize(Decimal("0.001") if unit in {Unit.PERCENT, Unit.OTHER} else Decimal(1)):
        raise RowError("has more decimals than the unit can have", column)


def _check_part(claim: FigureClaim, claims: Mapping[str, AnyClaim]) -> None:
    if claim.part_of is None:
        return
    whole = claims.get(claim.part_of)
    if not isinstance(whole, FigureClaim) or whole is claim:
        raise RowError("is not another figure of the file", "part_of")
    if whole.unit is not claim.unit:
        raise RowError("is a figure of another unit", "part_of")
    if claim.value is not None and whole.value is not None and claim.value > whole.value:
        raise RowError("is a figure smaller than its part", "part_of")


def _references(claim: AnyClaim, is_whole: bool) -> tuple[Reference, ...]:
    """The references that the claim shares with others: a whole and its parts share the whole's id.

    With the record whose publisher's address it cites, it shares that record's reference.
    """
    ids = {*claim.references}
    if is_whole:
        ids.add(claim.id)
    if isinstance(claim, FigureClaim) and claim.part_of:
        ids.add(claim.part_of)
    citations = [find_reference(address) for address in claim.cites]
    if None in citations:
        raise RowError("is not the address of a publisher's record", "cites")
    return tuple(sorted({*(Reference(NAME, id) for id in ids), *filter(None, citations)}))


def _native(claim: AnyClaim, record: Record) -> tuple[NativeTerm, ...]:
    if unknown := sorted(set(claim.native) - set(record.__struct_fields__)):
        raise RowError(f"{printable(unknown[0])} is not a field of the record", "native")
    return tuple(NativeTerm(field, words) for field, words in sorted(claim.native.items()))


def _period(period: ClaimPeriod, column: str) -> Period | None:
    if period == ClaimPeriod():
        return None
    start, end = period.start, period.end
    if start is not None and end is not None:
        if end <= start:
            raise RowError("the period ends before it begins", column)
        precision = period_precision(start, end)
    else:
        precision = Precision.UNKNOWN if start is None and end is None else Precision.INTERVAL
    return Period(start=start, end=end, precision=precision, timezone=period.timezone, text=period.text)


def _jurisdiction(text: str, column: str) -> Jurisdiction:
    try:
        return parse_jurisdiction(text)
    except UnknownJurisdiction:
        raise RowError("is not a known jurisdiction", column) from None


def _agency(text: str | None, column: str) -> str | None:
    if text is None:
        return None
    agency = find_agency(text)
    if agency is None:
        raise RowError("is not a known agency", column)
    return agency.id


def _platform(text: str | None) -> str | None:
    if text is None:
        return None
    platform = find_platform(text)
    if platform is None:
        raise RowError("is not a known platform", "platform")
    return platform.id
