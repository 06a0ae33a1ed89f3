"""Figures and requests that authorities, platforms and researchers have made public, as reviewed claims.

No interface publishes them: they stand in press releases and news reports. `published_figures.toml` beside this file
holds them, one claim per table, and says how a claim is reviewed and added; other files of that shape may be TOML or
JSON.
"""

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Self

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from adapters.addresses import find_reference
from adapters.document import ReadResult, RowError, read_document
from adapters.errors import UnexpectedShape, Unreadable
from adapters.figures import period_precision, series_key
from adapters.formats import files
from adapters.formats.structured import printable, read_json
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
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, About, Batch, FileSource, Scope
from adapters.toml import ProfileError, read_toml
from adapters.vocabulary.enums import (
    Aggregation,
    ArrestEvent,
    Audience,
    CooperationChannel,
    CountingUnit,
    HarmCategory,
    InformationRequestType,
    LegalInstrument,
    Metric,
    Precision,
    Qualifier,
    RecordType,
    RequestStatus,
    TakedownMeasure,
    Unit,
    Urgency,
)
from adapters.vocabulary.jurisdictions import (
    Jurisdiction,
    UnknownJurisdiction,
    parse_jurisdiction,
)
from adapters.vocabulary.names import find_agency, find_platform

NAME = "published_figures"

SHIPPED = Path(__file__).with_name("published_figures.toml")

ABOUT = About(
    name=NAME,
    title="Published figures and requests around sexual deepfakes",
    # Each claim names its own speaker.
    kind=None,
    publisher="Enforcement Gateway, from the public statements that each claim cites",
    url=None,
    licence="Facts from public statements; the compilation is CC0-1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    attribution="Compiled by the Enforcement Gateway; each claim cites who said it and where",
    cadence=timedelta(days=90),
    audience=Audience.PUBLIC,
    records=frozenset(
        {RecordType.ARREST, RecordType.STATISTIC, RecordType.COOPERATION_REQUEST, RecordType.INFORMATION_REQUEST}
    ),
    jurisdictions=(Jurisdiction("AU"), Jurisdiction("KR")),
    withdraws=True,
    notes=(
        "A figure is a claim: what its speaker said, as the citation reports it. Figures of different windows, units "
        "or speakers are not comparable, even where they share a metric.",
        "Cumulative figures are successive running totals: a later one contains the earlier ones.",
        "Apprehended (검거) is not detained (구속): apprehended suspects are identified and may stay at liberty.",
        "Where the citation gives no exact day, the period keeps its words, and an end that was not stated is empty.",
        "An information request stated without the data that were asked for has the data type UNSPECIFIED.",
    ),
)

LARGEST = 10**15
"""More than this counts nothing that exists; it would only be a slip."""

Id = Annotated[str, Meta(pattern=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=80)]
Text = Annotated[str, Meta(min_length=1, max_length=500)]
Link = Annotated[str, Meta(pattern=r"\Ahttps?://[^\s/]+(/\S*)?\Z", max_length=2000)]
TimeZone = Annotated[str, Meta(pattern=r"\A[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_]+)+\Z", max_length=60)]
Count = Annotated[int, Meta(ge=0, le=LARGEST)]


class Days(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
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


class Figure(Claim, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="record", tag="Statistic"):
    """A claim that states a figure."""

    speaker: Text
    metric: Metric
    unit: Unit
    qualifier: Qualifier
    period: Days
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


class Cooperation(
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
    requested: Days = Days()
    responded: Days = Days()


class Information(
    Claim, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="record", tag="InformationRequest"
):
    """A claim that an authority asked a platform for data about its users."""

    requester: Text
    addressee: Text | None = None
    data_type: InformationRequestType = InformationRequestType.UNSPECIFIED
    instrument: LegalInstrument = LegalInstrument.UNSPECIFIED
    status: RequestStatus = RequestStatus.UNKNOWN
    requested: Days = Days()
    due: Days = Days()
    responded: Days = Days()
    accounts_count: Count | None = None
    emergency: bool | None = None
    purpose: Text | None = None


class Arrested(Claim, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="record", tag="Arrest"):
    """A claim that the police acted against one suspect. There is no key for who that is."""

    agency: Text
    event: ArrestEvent
    counting_unit: CountingUnit
    happened: Days = Days()


AnyClaim = Figure | Cooperation | Information | Arrested


class PublishedFigures(FileSource):
    """The source. Asks for files; what they mean is read by the functions below it."""

    about = ABOUT

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls()

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
        """One scope per file, named as the file without its suffix; without paths, the file that the project ships."""
        scopes: dict[str, Scope] = {}
        for path in files.find(paths or [SHIPPED], (".toml", ".json")):
            name = files.file_name(path.with_suffix(""))
            if name in scopes:
                raise Unreadable(f"{name}: there are two files of this name")
            scopes[name] = Scope(source=NAME, channel=ARCHIVE, name=name, records=ABOUT.records, path=path)
        return tuple(scopes.values())

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return read_document(scope, since, read_file)


# Reading: from the text of a claims file to records, without asking anybody.


def read_file(name: str, content: bytes) -> ReadResult:
    """The claims of one file, TOML or JSON by its name.

    Raises Unreadable where it is neither, UnexpectedShape where it is not one list `claim` that holds something.
    """
    tables = read_json(name, content) if name.lower().endswith(".json") else _read_tables(name, content)
    if not isinstance(tables, dict) or set(tables) != {"claim"}:
        raise UnexpectedShape(f"{name}: must hold claims and nothing else, each a table [[claim]]")
    rows = tables["claim"]
    if not isinstance(rows, list) or not rows:
        raise UnexpectedShape(f"{name}: holds no list of claims")
    return claims(rows)


def _read_tables(name: str, content: bytes) -> dict[str, Any]:
    try:
        return read_toml(name, content, dict[str, Any])
    except ProfileError as exc:
        raise Unreadable(str(exc)) from exc


def claims(rows: Sequence[object]) -> ReadResult:
    """One record per claim, in order of id. A claim that stands twice is merged; two claims of one id are rejected."""
    reading = ReadResult(rows=len(rows))
    stated: dict[str, dict[int, AnyClaim]] = defaultdict(dict)
    for position, row in enumerate(rows, 1):
        try:
            claim = _claim(row)
        except RowError as exc:
            reading.reject(position, exc)
        else:
            stated[claim.id][position] = claim
    agreed: dict[str, AnyClaim] = {}
    for id, versions in stated.items():
        first, *others = versions.values()
        if all(other == first for other in others):
            agreed[id] = first
        else:
            for position in versions:
                reading.reject(position, RowError("another claim has the same id", "id"))
    wholes = {claim.part_of for claim in agreed.values() if isinstance(claim, Figure)}
    for id, claim in sorted(agreed.items()):
        try:
            reading.records.append(_record(claim, agreed, is_whole=id in wholes))
        except RowError as exc:
            for position in stated[id]:
                reading.reject(position, exc)
        else:
            reading.merged += len(stated[id]) - 1
    reading.rejections.sort(key=lambda rejection: rejection.position)
    return reading


def _claim(row: object) -> AnyClaim:
    if not isinstance(row, dict):
        raise RowError("a claim must be a table")
    _refuse_unprintable(row)
    try:
        claim: AnyClaim = msgspec.convert(row, AnyClaim)
    except msgspec.ValidationError as exc:
        raise _translated(str(exc)) from exc
    return claim


def _translated(message: str) -> RowError:
    """Why msgspec refused, without the value that it quotes: the file's content stays out of messages."""
    place = re.search(r"`\$\.(\w+)", message)
    column = place[1] if place else None
    if lacking := re.match(r"Object missing required field `(\w+)`", message):
        return RowError("the key is missing", column or lacking[1])
    if extra := re.match(r"Object contains unknown field `(.*?)`", message):
        return RowError("the key is not known", column or printable(extra[1]))
    return RowError("the value is none that the key can have", column)


def _refuse_unprintable(row: dict[str, object]) -> None:
    """Control codes and lone surrogates fit neither a database nor a terminal; walked without recursion."""
    for key, value in row.items():
        waiting: list[object] = [key, value]
        while waiting:
            met = waiting.pop()
            if isinstance(met, dict):
                waiting += [*met.keys(), *met.values()]
            elif isinstance(met, list):
                waiting += met
            elif isinstance(met, str) and not met.isprintable():
                raise RowError("holds a character that cannot be printed", printable(key))


def _record(claim: AnyClaim, agreed: Mapping[str, AnyClaim], *, is_whole: bool) -> Record:
    record: Statistic | CooperationRequest | InformationRequest | Arrest
    if isinstance(claim, Figure):
        record = _statistic(claim, agreed)
    elif isinstance(claim, Cooperation):
        record = _cooperation_request(claim)
    elif isinstance(claim, Information):
        record = _information_request(claim)
    else:
        record = _arrest(claim)
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
        raise RowError("an arrest is of no platform", "platform")
    return replace(record, series_key=series_key(record)) if isinstance(record, Statistic) else record


def _statistic(claim: Figure, agreed: Mapping[str, AnyClaim]) -> Statistic:
    low, high = _bounds(claim)
    if claim.aggregation is Aggregation.SUM and (
        claim.cumulative or claim.unit in {Unit.PERSONS, Unit.PERCENT, Unit.SECONDS}
    ):
        raise RowError("running totals, persons, shares and durations are never added up", "aggregation")
    if claim.period == Days(timezone=claim.period.timezone):
        raise RowError("no day and no words are stated", "period")
    _check_part(claim, agreed)
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


def _cooperation_request(claim: Cooperation) -> CooperationRequest:
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


def _information_request(claim: Information) -> InformationRequest:
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


def _arrest(claim: Arrested) -> Arrest:
    return Arrest(
        source=NAME,
        external_id=claim.id,
        event=claim.event,
        counting_unit=claim.counting_unit,
        happened=_period(claim.happened, "happened"),
        agency=_agency(claim.agency, "agency"),
    )


ONE_NUMBER = frozenset({Qualifier.EXACT, Qualifier.ABOUT, Qualifier.AT_LEAST, Qualifier.LESS_THAN})
"""What a single stated number can be; every other qualifier goes without one."""


def _bounds(claim: Figure) -> tuple[Decimal | None, Decimal | None]:
    """The low and high bound; the qualifier says which numbers a claim must state."""
    for column, number in (("value", claim.value), ("low", claim.low), ("high", claim.high)):
        if number is not None:
            _check_number(number, claim.unit, column)
    if (claim.value is None) is (claim.qualifier in ONE_NUMBER):
        raise RowError("does not fit the qualifier", "value")
    bounded = claim.low is not None and claim.high is not None and claim.low <= claim.high
    if not bounded if claim.qualifier is Qualifier.RANGE else claim.low is not None or claim.high is not None:
        raise RowError("a range, and nothing else, has a low and a high bound", "low")
    low = claim.value if claim.qualifier is Qualifier.AT_LEAST else claim.low
    high = claim.value if claim.qualifier is Qualifier.LESS_THAN else claim.high
    return low, high


def _check_number(number: Decimal, unit: Unit, column: str) -> None:
    if not number.is_finite() or not 0 <= number <= (100 if unit is Unit.PERCENT else LARGEST):
        raise RowError("is no number that the unit can have", column)
    if number != number.quantize(Decimal("0.001") if unit in {Unit.PERCENT, Unit.OTHER} else Decimal(1)):
        raise RowError("has more decimals than the unit can have", column)


def _check_part(claim: Figure, agreed: Mapping[str, AnyClaim]) -> None:
    if claim.part_of is None:
        return
    whole = agreed.get(claim.part_of)
    if not isinstance(whole, Figure) or whole is claim:
        raise RowError("names no other figure of the file", "part_of")
    if whole.unit is not claim.unit:
        raise RowError("names a figure of another unit", "part_of")
    if claim.value is not None and whole.value is not None and claim.value > whole.value:
        raise RowError("names a figure that is smaller than its part", "part_of")


def _references(claim: AnyClaim, is_whole: bool) -> tuple[Reference, ...]:
    """What the claim shares with others: a whole and its parts share the whole's id.

    What it cites by a publisher's address, it shares with that publisher's record.
    """
    shared = {*claim.references}
    if is_whole:
        shared.add(claim.id)
    if isinstance(claim, Figure) and claim.part_of:
        shared.add(claim.part_of)
    named = [find_reference(address) for address in claim.cites]
    if None in named:
        raise RowError("is no address of a publisher's record", "cites")
    return tuple(sorted({*(Reference(NAME, value) for value in shared), *filter(None, named)}))


def _native(claim: AnyClaim, record: Record) -> tuple[NativeTerm, ...]:
    if unknown := sorted(set(claim.native) - set(record.__struct_fields__)):
        raise RowError(f"{printable(unknown[0])} is no field of the record", "native")
    return tuple(NativeTerm(field, words) for field, words in sorted(claim.native.items()))


def _period(days: Days, column: str) -> Period | None:
    if days == Days():
        return None
    start, end = days.start, days.end
    if start is not None and end is not None:
        if end <= start:
            raise RowError("the period ends before it begins", column)
        kind = period_precision(start, end)
    else:
        kind = Precision.UNKNOWN if start is None and end is None else Precision.INTERVAL
    return Period(start=start, end=end, precision=kind, timezone=days.timezone, text=days.text)


def _jurisdiction(text: str, column: str) -> Jurisdiction:
    try:
        return parse_jurisdiction(text)
    except UnknownJurisdiction:
        raise RowError("is no jurisdiction that is known", column) from None


def _agency(text: str | None, column: str) -> str | None:
    if text is None:
        return None
    agency = find_agency(text)
    if agency is None:
        raise RowError("is no agency that is known", column)
    return agency.id


def _platform(text: str | None) -> str | None:
    if text is None:
        return None
    platform = find_platform(text)
    if platform is None:
        raise RowError("is no platform that is known", "platform")
    return platform.id
