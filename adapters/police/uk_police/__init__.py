"""data.police.uk: what the forces of England, Wales and Northern Ireland publish month by month.

`street` crimes become cases, `outcomes` become status events, and of `stop-and-search` those that ended in an arrest
become arrests. The archive has one CSV file per force, month and kind, with columns as documented at
https://data.police.uk/about/#columns and seen in files of 2019 to 2023. The live interface, documented at
https://data.police.uk/docs/, says less: a street crime of it names neither force nor area, so it is asked about a point
or a polygon. Its objects are turned into rows of the archive, and one mapping reads both.
"""

import csv
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Self

import msgspec

from adapters.client import JSON, Clock, Rate, SourceClient
from adapters.document import ReadResult, RowError, read_document
from adapters.errors import UnexpectedShape, Unreadable
from adapters.formats import files
from adapters.months import months_in, next_month
from adapters.records import (
    Arrest,
    Case,
    NativeTerm,
    Offence,
    Period,
    Place,
    Record,
    Reference,
    StatusEvent,
)
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, About, Batch, Demand, Scope
from adapters.vocabulary.enums import (
    ArrestEvent,
    Audience,
    CaseStatus,
    CountingUnit,
    HarmCategory,
    Precision,
    RecordType,
    SourceKind,
)
from adapters.vocabulary.jurisdictions import Jurisdiction, parse_jurisdiction
from adapters.vocabulary.names import Agency, find_agency
from adapters.vocabulary.terms import crosswalk

NAME = "uk_police"

ABOUT = About(
    name=NAME,
    title="Street-level crime, outcomes and stop and search",
    kind=SourceKind.POLICE,
    publisher="Home Office (data.police.uk)",
    url="https://data.police.uk/data/",
    licence="Open Government Licence v3.0",
    licence_url="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    attribution="Contains public sector information licensed under the Open Government Licence v3.0 (data.police.uk)",
    cadence=timedelta(days=31),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.CASE, RecordType.STATUS_EVENT, RecordType.ARREST}),
    jurisdictions=(parse_jurisdiction("GB-ENG"), parse_jurisdiction("GB-NIR"), parse_jurisdiction("GB-WLS")),
    withdraws=True,
    version="2",
    notes=(
        "Arrests are those that a stop and search ended in; arrests made in any other way are not published here.",
        "Violence and sexual offences are one category of the publisher and are never counted as sex offences.",
        "Locations are snapped to points that stand for several addresses; a month is all that is known of a date.",
    ),
)

UNITED_KINGDOM = parse_jurisdiction("GB")

MOST_YEARS = 10
"""Of which stops a question may want; the publisher keeps the last three."""

CRIME_ID = "uk-crime-id"
"""The scheme of references by which a crime and its outcomes name each other: the force's own 64-digit digest."""

STREET = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Crime type", "Last outcome category", "Context",
)  # fmt: skip
OUTCOMES = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Outcome type",
)  # fmt: skip
STOPS = (
    "Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude", "Gender",
    "Age range", "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome",
    "Outcome linked to object of search", "Removal of more than just outer clothing",
)  # fmt: skip

PERSONAL = frozenset({"Gender", "Age range", "Self-defined ethnicity", "Officer-defined ethnicity"})
MINORS = frozenset({"under 10", "10-17"})

ADDRESS = "https://data.police.uk/api"
LIVE = "live"
"""The channel of the interface. What the archive states of a crime stands, because it says more."""

RATES = (Rate(calls=15, seconds=1, burst=15),)
"""The publisher takes 15 calls a second, and at most 30 at once."""

LONGEST = 4_000
"""Characters of an area: the publisher refuses addresses of more than 4,094."""

ANTI_SOCIAL = "Anti-social behaviour"
"""Incidents rather than crimes: they bear no Crime ID and have no outcome."""

CRIME_TYPES = frozenset(
    {
        "Anti-social behaviour", "Bicycle theft", "Burglary", "Criminal damage and arson", "Drugs", "Other crime",
        "Other theft", "Possession of weapons", "Public order", "Robbery", "Shoplifting", "Theft from the person",
        "Vehicle crime", "Violence and sexual offences",
        "Violent crime", "Public disorder and weapons",  # as published until 2013
    }
)  # fmt: skip
CATEGORIES = {
    "anti-social-behaviour": ANTI_SOCIAL,
    "criminal-damage-arson": "Criminal damage and arson",
    "public-disorder-weapons": "Public disorder and weapons",
    "violent-crime": "Violence and sexual offences",
} | {word.lower().replace(" ", "-"): word for word in CRIME_TYPES if " and " not in word and word != "Violent crime"}
"""The interface's name of a category → the archive's."""

STOP_OUTCOMES = frozenset(
    {
        "", "A no further action disposal", "Arrest", "Caution (simple or conditional)", "Community resolution",
        "Khat or Cannabis warning", "Penalty Notice for Disorder", "Summons / charged by post",
        # as published until 2017
        "Article found - Detailed outcome unavailable", "Local resolution", "Nothing found - no further action",
        "Offender cautioned", "Offender given drugs possession warning", "Offender given penalty notice",
        "Suspect arrested", "Suspect summonsed to court",
        "Suspected psychoactive substances seized - No further action",
    }
)  # fmt: skip

STATUSES = crosswalk(CaseStatus, "uk")
HARMS = crosswalk(HarmCategory, "uk")

FILE = re.compile(
    r"(?P<month>\d{4}-(?:0[1-9]|1[0-2]))-(?P<force>[a-z-]+)-(?P<kind>street|outcomes|stop-and-search)\.csv"
)

POINT = r"-?\d{1,2}(?:\.\d+)?,-?\d{1,3}(?:\.\d+)?"
NAMED = re.compile(
    rf"(?P<where>[a-z-]+|{POINT}(?::{POINT}){{2,}}|{POINT})(?:/(?P<month>\d{{4}}-(?:0[1-9]|1[0-2])))?"
    r"/(?P<kind>street|outcomes|stop-and-search)",
    re.ASCII,
)
"""A live scope: a force's stops, or the crimes or outcomes around a point (a mile) or within a polygon."""

UNMEANT = (
    "is neither FORCE/YYYY-MM/stop-and-search nor LATITUDE,LONGITUDE[:…]/YYYY-MM/street or …/outcomes (one point, or "
    "at least three); without YYYY-MM it is the newest month"
)

UNNAMED = "not named YYYY-MM-force-street.csv, …-outcomes.csv or …-stop-and-search.csv"

Row = dict[str, str]
Rows = Iterable[tuple[int, Row]]
"""Rows by column name, each with its position in the file from 1."""


class UKPolice:
    """The source. It asks; what the answers and files mean is read by the functions below it."""

    about = ABOUT

    def __init__(self, address: str = ADDRESS, *, timeout: float = 30.0, clock: Clock | None = None) -> None:
        self._client = SourceClient(address, rates=RATES, timeout=timeout, clock=clock)

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(settings.address or ADDRESS)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """A force's stops in each month of the demand; a question names no place that could be asked about."""
        if demand.record is not RecordType.ARREST or demand.start is None or demand.end is None:
            return
        months = list(islice(months_in(demand.start, demand.end), 12 * MOST_YEARS))
        for agency in filter(None, map(find_agency, demand.agencies)):
            if agency.jurisdiction in (ABOUT.jurisdictions or ()):
                for month in months:
                    yield _live(f"{agency.aliases[0]}/{month:%Y-%m}/stop-and-search", None)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        newest = None
        if any(match and not match["month"] for match in map(NAMED.fullmatch, names)):
            answer = await self._client.get("crime-last-updated", accept=JSON)
            newest = _newest(answer.payload)
        return [_live(name, newest) for name in names]

    def files(self, paths: Sequence[Path]) -> Sequence[Scope]:
        """One scope per file: a force, a month and a kind."""
        named: dict[str, Path] = {}
        for path in files.find(paths, ".csv"):
            if path.name in named:
                raise Unreadable(f"{path.name}: there are two files of this name")
            named[path.name] = path
        return [_scope(path) for path in named.values()]

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return self._ask(scope, since) if scope.path is None else read_document(scope, since, read_file)

    async def close(self) -> None:
        await self._client.close()

    async def _ask(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        where, month, kind = _asked(scope.name)
        day = f"{month}"
        match kind:
            case "stop-and-search":
                answer = await self._client.get("stops-force", {"force": where, "date": day}, accept=JSON)
            case "street":
                answer = await self._client.get("crimes-street/all-crime", _area(where) | {"date": day}, accept=JSON)
            case _:
                answer = await self._client.get("outcomes-at-location", _area(where) | {"date": day}, accept=JSON)
        for batch in read_answer(scope.name, answer.payload).batches(answer.origin, since):
            yield batch


def _live(name: str, newest: str | None) -> Scope:
    """The live scope of this name, of the newest month where it names none. Raises Unreadable."""
    where, named, kind = _asked(name)
    month = _month(named or newest or "")
    force = find_agency(where) if kind == "stop-and-search" else None
    return Scope(
        source=NAME,
        channel=LIVE,
        name=f"{where}/{month.start:%Y-%m}/{kind}",
        records=frozenset({KINDS[kind].record}),
        jurisdictions=(force.jurisdiction,) if force else None,
        start=month.start,
        end=month.end,
    )


def _asked(name: str) -> tuple[str, str | None, str]:
    """Where, in which month, and for what a scope's name asks. Raises Unreadable."""
    match = NAMED.fullmatch(name)
    if match is None or (match["kind"] == "stop-and-search") != match["where"][0].isalpha():
        raise Unreadable(f"{name[:80]!r} {UNMEANT}")
    if match["where"][0].isalpha() and find_agency(match["where"]) is None:
        raise Unreadable(f"no police force is known as {match['where'][:40]}")
    if len(match["where"]) > LONGEST:
        raise Unreadable(f"an area is written in at most {LONGEST} characters")
    return match["where"], match["month"], match["kind"]


def _area(where: str) -> dict[str, str]:
    if ":" in where:
        return {"poly": where}
    latitude, _, longitude = where.partition(",")
    return {"lat": latitude, "lng": longitude}


def _newest(payload: object) -> str:
    """The month in `{"date": "2024-10-01"}`."""
    stated = payload.get("date") if isinstance(payload, dict) else None
    if not isinstance(stated, str) or not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-\d\d", stated, re.ASCII):
        raise UnexpectedShape("crime-last-updated: the answer states no day")
    return stated[:7]


def _scope(path: Path) -> Scope:
    month, force, kind = _parts(files.file_name(path))
    return Scope(
        source=NAME,
        channel=ARCHIVE,
        name=f"{force.aliases[0]}/{month.start:%Y-%m}/{kind}",
        records=frozenset({KINDS[kind].record}),
        jurisdictions=(force.jurisdiction,),
        start=month.start,
        end=month.end,
        path=path,
    )


def _parts(name: str) -> tuple[Period, Agency, str]:
    """What a file's name says: the month, the force, and the kind. Raises Unreadable where it says none of it."""
    match = FILE.fullmatch(name)
    if match is None:
        raise Unreadable(f"{name}: {UNNAMED}")
    force = find_agency(match["force"])
    if force is None:
        raise Unreadable(f"{name}: no police force is known as {match['force']}")
    return _month(match["month"]), force, match["kind"]


# Reading: from the publisher's rows to records, without asking anybody.


def read_file(name: str, content: bytes) -> ReadResult:
    """The records of one archive file. Raises Unreadable or UnexpectedShape where the file as a whole is none."""
    month, force, kind = _parts(name)
    reading = ReadResult()
    rows = _rows(name, content, KINDS[kind].columns, f"{month.start:%Y-%m}", reading)
    reading.records += KINDS[kind].read(rows, force, reading)
    return reading


def read_answer(name: str, payload: object) -> ReadResult:
    """The records of one answer; `name` is that of the scope. Raises UnexpectedShape where it is no list."""
    where, month, kind = _asked(name)
    if not isinstance(payload, list):
        raise UnexpectedShape(f"{name[:80]}: the answer is no list")
    reading = ReadResult(rows=len(payload))
    force = find_agency(where) if kind == "stop-and-search" else None
    reading.records += KINDS[kind].read(_objects(payload, kind, month, reading), force, reading)
    return reading


def _objects(payload: Sequence[object], kind: str, month: str | None, reading: ReadResult) -> Rows:
    """The objects of an answer as rows of the archive; rejects those of another month or shape."""
    for position, item in enumerate(payload, 1):
        try:
            row = FROM_LIVE[kind](item)
        except (KeyError, TypeError, AttributeError):
            reading.reject(position, RowError("lacks what the publisher promises of it"))
            continue
        dated = "Month" if "Month" in row else "Date"
        if row[dated][:7] != month:
            reading.reject(position, RowError("is of another month", dated))
        elif kind == "street" and not row["Crime ID"]:
            # Without it, nothing tells whether it is one that the archive states too.
            reading.out_of_scope += 1
        else:
            yield position, row


def _crime(item: Any) -> Row:
    """A street crime as the archive writes it, without force and area, which the interface does not say."""
    outcome = item["outcome_status"]
    return _located(STREET, item["location"]) | {
        "Crime ID": _text(item["persistent_id"]),
        "Month": _text(item["month"]),
        "Crime type": CATEGORIES.get(item["category"], _text(item["category"])),
        "Last outcome category": _text(outcome["category"]) if outcome else "",
        "Context": _text(item["context"]),
    }


def _outcome(item: Any) -> Row:
    return _located(OUTCOMES, item["crime"]["location"]) | {
        "Crime ID": _text(item["crime"]["persistent_id"]),
        "Month": _text(item["date"]),
        "Outcome type": _text(item["category"]["name"]),
    }


def _stop(item: Any) -> Row:
    """A stop as the archive writes it; ethnicity is not even looked at."""
    return _located(STOPS, item["location"]) | {
        "Type": _text(item["type"]),
        "Date": _text(item["datetime"]),
        "Part of a policing operation": _text(item["operation"]),
        "Policing operation": _text(item["operation_name"]),
        "Gender": _text(item["gender"]),
        "Age range": _text(item["age_range"]),
        "Legislation": _text(item["legislation"]),
        "Object of search": _text(item["object_of_search"]),
        "Outcome": _text(item["outcome"] or None),  # False where nothing came of it.
        "Outcome linked to object of search": _text(item["outcome_linked_to_object_of_search"]),
        "Removal of more than just outer clothing": _text(item["removal_of_more_than_outer_clothing"]),
    }


FROM_LIVE: dict[str, Callable[[Any], Row]] = {"street": _crime, "outcomes": _outcome, "stop-and-search": _stop}


def _located(columns: Sequence[str], location: Any) -> Row:
    """An empty row, but for where it happened."""
    row = dict.fromkeys(columns, "")
    if location:
        row |= {"Longitude": _text(location["longitude"]), "Latitude": _text(location["latitude"])}
        if "Location" in row:
            row["Location"] = _text(location["street"]["name"])
    return row


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value)
    if not isinstance(value, str):
        raise TypeError
    return value


def cases(rows: Rows, force: Agency | None, reading: ReadResult) -> Iterator[Record]:
    """One case per crime. Rows of one Crime ID are one case: the most definite outcome wins, whatever their order."""
    grouped: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for position, row in rows:
        try:
            _place(row)
        except RowError as exc:
            reading.reject(position, exc)
            continue
        numbered = bool(row["Crime ID"])
        grouped[(row["Crime ID"],) if numbered else _but(row, "Last outcome category", "Context")].append(row)

    for group in grouped.values():
        group.sort(key=_definiteness, reverse=True)
        crime_id = group[0]["Crime ID"]
        if crime_id:
            reading.merged += len(group) - 1
            yield _case(crime_id, group, force, reading)
            continue
        digest = _digest(_but(group[0], "Last outcome category", "Context"))
        for occurrence, row in enumerate(group, 1):
            yield _case(f"{row['Month']}/{digest}/{occurrence}", [row], force, reading)


def _case(external_id: str, rows: Sequence[Row], force: Agency | None, reading: ReadResult) -> Case:
    best = rows[0]
    for row in rows[1:]:
        _status(row, "Last outcome category", reading)
    return Case(
        source=NAME,
        external_id=external_id,
        references=(Reference(CRIME_ID, best["Crime ID"]),) if best["Crime ID"] else (),
        jurisdictions=_jurisdictions(force),
        agency=_agency(best, reading),
        status=_status(best, "Last outcome category", reading),
        offence=Offence(scheme="uk-police-crime-type", label=best["Crime type"]),
        harm_categories=(_harm(best, reading),),
        opened=_month(best["Month"]),
        place=next((place for place in map(_place, rows) if place is not None), None),
        native=tuple(_case_terms(rows)),
    )


def _case_terms(rows: Sequence[Row]) -> Iterator[NativeTerm]:
    """The publisher's words for what we translated and, where several rows are one case, all in which they differ."""
    translated = {"Last outcome category": "status", "Reported by": "agency", "Crime type": "harm_categories"}
    differing = {column for column in STREET if len({row[column] for row in rows}) > 1}
    for number, row in enumerate(rows):
        for column in STREET:
            if row[column] and (column in differing or (number == 0 and column in translated)):
                yield NativeTerm(translated.get(column, column), row[column], number)


def _definiteness(row: Row) -> tuple[int, int, bool, tuple[str, ...]]:
    """What settles which of several rows speaks for a crime: the outcome, then a location, then any fixed order.

    Outcomes of one canonical status go by their place in the crosswalk: "Court result unavailable" says more than
    "Status update unavailable".
    """
    word = row["Last outcome category"]
    place = list(STATUSES).index(word) if word in STATUSES else -1
    status = STATUSES.get(word, CaseStatus.NOT_APPLICABLE)
    return status.definiteness, place, bool(row["Longitude"]), tuple(row[column] for column in STREET)


def status_events(rows: Rows, force: Agency | None, reading: ReadResult) -> Iterator[Record]:
    """One event per row: a crime with several suspects has several outcomes, and some are alike in every column.

    Identity is what archive and interface both state: crime, month and outcome, and which of the alike it is.
    """
    alike: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for position, row in rows:
        if not row["Crime ID"]:
            reading.reject(position, RowError("names no crime", "Crime ID"))
            continue
        try:
            _place(row)
        except RowError as exc:
            reading.reject(position, exc)
            continue
        alike[row["Crime ID"], row["Month"], row["Outcome type"]].append(row)

    for identity, group in alike.items():
        for occurrence, row in enumerate(sorted(group, key=lambda row: tuple(row.values())), 1):
            yield StatusEvent(
                source=NAME,
                external_id=f"{row['Month']}/{_digest(identity)}/{occurrence}",
                references=(Reference(CRIME_ID, row["Crime ID"]),),
                jurisdictions=_jurisdictions(force),
                status=_status(row, "Outcome type", reading),
                agency=_agency(row, reading),
                happened=_month(row["Month"]),
                place=_place(row),
                native=tuple(
                    NativeTerm(field, row[column])
                    for field, column in (("status", "Outcome type"), ("agency", "Reported by"))
                    if row[column]
                ),
            )


def arrests(rows: Rows, force: Agency | None, reading: ReadResult) -> Iterator[Record]:
    """The stops that ended in an arrest. Two may differ in nothing but the person, so identity is never personal."""
    occurrences: dict[str, int] = defaultdict(int)
    for position, row in rows:
        if row["Outcome"] not in STOP_OUTCOMES:
            reading.unknown["event", row["Outcome"][:80]] += 1
        if row["Outcome"] not in ("Arrest", "Suspect arrested"):
            reading.out_of_scope += 1
            continue
        try:
            place, occurred_at = _place(row), _moment(row["Date"])
        except RowError as exc:
            reading.reject(position, exc)
            continue
        agency = force.id if force else None
        digest = _digest((agency or "", *_but(row, *PERSONAL)))
        occurrences[digest] += 1
        day = occurred_at.date()
        age = row["Age range"] or None
        yield Arrest(
            source=NAME,
            external_id=f"{day}/{digest}/{occurrences[digest]}",
            jurisdictions=_jurisdictions(force),
            event=ArrestEvent.ARRESTED,
            counting_unit=CountingUnit.PERSON,
            happened=Period(day, day + timedelta(days=1), Precision.DAY, "UTC"),
            occurred_at=occurred_at,
            agency=agency,
            legal_power=row["Legislation"] or None,
            place=place,
            age_band=age,
            gender=row["Gender"] or None,
            is_minor=None if age is None else age in MINORS,
            native=tuple(
                NativeTerm(field, row[column])
                for field, column in (("event", "Outcome"), ("type", "Type"), ("object_of_search", "Object of search"))
                if row[column]
            ),
        )


class Kind(NamedTuple):
    """One of the three files of a month: its columns, what its rows become, and how."""

    columns: tuple[str, ...]
    record: RecordType
    read: Callable[[Rows, Agency | None, ReadResult], Iterator[Record]]


KINDS = {
    "street": Kind(STREET, RecordType.CASE, cases),
    "outcomes": Kind(OUTCOMES, RecordType.STATUS_EVENT, status_events),
    "stop-and-search": Kind(STOPS, RecordType.ARREST, arrests),
}


def _rows(name: str, content: bytes, columns: Sequence[str], month: str, reading: ReadResult) -> Rows:
    """The file's rows by column name, numbered from 1; counts each, and rejects those of another width or month."""
    try:
        lines = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header = next(lines, [])
        missing = [column for column in columns if column not in header]
        if missing:
            raise UnexpectedShape(f"{name}: the columns {', '.join(missing)} are missing")
        for column in set(header) - set(columns):
            reading.unknown["column", column[:80]] += 1
        for position, cells in enumerate(lines, 1):
            reading.rows += 1
            if len(cells) != len(header):
                reason = f"has {len(cells)} cells where the header has {len(header)}"
                reading.reject(position, RowError(reason))
                continue
            row = dict(zip(header, cells, strict=True))
            row = {column: row[column] for column in columns}
            dated = "Month" if "Month" in row else "Date"
            if row[dated][:7] != month:
                reading.reject(position, RowError("is of another month", dated))
                continue
            yield position, row
    except UnicodeDecodeError as exc:
        raise Unreadable(f"{name}: is not UTF-8 text") from exc
    except csv.Error as exc:
        raise Unreadable(f"{name}: is not a CSV file") from exc


def _status(row: Row, column: str, reading: ReadResult) -> CaseStatus:
    word = row[column]
    if not word:
        return CaseStatus.NOT_APPLICABLE if row.get("Crime type") == ANTI_SOCIAL else CaseStatus.UNKNOWN
    if word not in STATUSES:
        reading.unknown["status", word[:80]] += 1
    return STATUSES.get(word, CaseStatus.UNKNOWN)


def _harm(row: Row, reading: ReadResult) -> HarmCategory:
    word = row["Crime type"]
    if word not in CRIME_TYPES:
        reading.unknown["harm_categories", word[:80]] += 1
    return HARMS.get(word, HarmCategory.OTHER)


def _jurisdictions(force: Agency | None) -> tuple[Jurisdiction, ...]:
    """Where the force is; without one, which of the three countries it is stays open."""
    return (force.jurisdiction if force else UNITED_KINGDOM,)


def _agency(row: Row, reading: ReadResult) -> str | None:
    if not row["Reported by"]:
        return None
    agency = find_agency(row["Reported by"])
    if agency is None:
        reading.unknown["agency", row["Reported by"][:80]] += 1
        return None
    return agency.id


def _place(row: Row) -> Place | None:
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


def _degrees(row: Row, column: str, most: int) -> Decimal | None:
    if not row[column]:
        return None
    try:
        degrees = Decimal(row[column])
    except InvalidOperation:
        raise RowError("is not a number of degrees", column) from None
    if not degrees.is_finite() or abs(degrees) > most:
        raise RowError("is not a number of degrees", column)
    return degrees


def _month(month: str) -> Period:
    start = date(int(month[:4]), int(month[5:7]), 1)
    return Period(start, next_month(start), Precision.MONTH, "Europe/London")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RowError("is not a time", "Date") from None
    if moment.tzinfo is None:
        raise RowError("is a time without an offset", "Date")
    return moment.astimezone(UTC)


def _but(row: Row, *columns: str) -> tuple[str, ...]:
    return tuple(value for column, value in row.items() if column not in columns)


def _digest(values: Iterable[str]) -> str:
    """Twenty hex digits that differ for different values."""
    return sha256(msgspec.json.encode(tuple(values))).hexdigest()[:20]
