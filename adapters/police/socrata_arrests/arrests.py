"""Reading: from a portal's rows to arrests by a city's profile, without asking anybody."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape
from adapters.formats.structured import printable, read_json
from adapters.formats.tables import read_csv
from adapters.police.socrata_arrests.profiles import Profile
from adapters.records import Arrest, NativeTerm, Offence, Period, Place, Reference
from adapters.vocabulary.enums import HarmCategory, Precision
from adapters.vocabulary.terms import crosswalk

NAME = "socrata_arrests"

UNSTATED = frozenset({"", "(null)"})
"""What stands in a cell of which nothing is known; New York writes the second in place of the first."""

COMPUTED = ":"
"""How the names of columns begin that a portal computes by itself, such as `:@computed_region_f5dn_yrer`."""

ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(T[\d:.]+)?", re.ASCII)
"""A floating timestamp of the interface: no time zone, so that the day alone is certain."""

US_DAY = re.compile(r"(?P<month>\d\d)/(?P<day>\d\d)/(?P<year>\d{4})( [\d:]+ [AP]M)?", re.ASCII)
"""A day as the CSV export writes it."""

Row = Mapping[str, str]
"""A row by the names of its columns; what a row does not state is not there."""

Rows = Iterable[tuple[int, Row]]
"""Rows with their numbers from 1."""


def read_file(profiles: Mapping[str, Profile], name: str, content: bytes) -> ReadResult:
    """The arrests of a file: a portal's CSV export, or an answer of its interface that was kept as `.json`.

    The profile is the one whose number and day of an arrest stand among the columns. Raises Unreadable where the file
    is neither, UnexpectedShape where no profile is of it, or where a CSV lacks columns of its profile.
    """
    reading = ReadResult()
    if name.lower().endswith(".json"):
        payload = read_json(name, content)
        profile = _profile(profiles, name, _first(payload))
        rows = objects(profile, name, payload, reading)
    else:
        table = read_csv(name, content)
        columns = [_column(heading) for heading in table.columns]
        profile = _profile(profiles, name, columns)
        if missing := [column for column in profile.columns if column not in columns]:
            raise UnexpectedShape(f"{name}: the columns {', '.join(missing)} are missing")
        rows = _lines(profile, columns, table.lines, reading)
    reading.records += arrests(profile, rows, reading)
    days = [record.happened.start for record in reading.records if isinstance(record, Arrest) and record.happened]
    reading.start = min((day for day in days if day), default=None)
    last = max((day for day in days if day), default=None)
    reading.end = last + timedelta(days=1) if last else None
    return reading


def read_answer(profile: Profile, name: str, payload: Sequence[object], month: str) -> ReadResult:
    """The arrests of a month's rows, of one dataset or of several; `month` is written YYYY-MM."""
    reading = ReadResult()
    reading.records += arrests(profile, objects(profile, name, payload, reading), reading, month)
    return reading


def objects(profile: Profile, name: str, payload: object, reading: ReadResult) -> Rows:
    """The rows of a list of objects; each is counted, and rejected where what is read of it is no text.

    Raises UnexpectedShape where it is no list.
    """
    if not isinstance(payload, list):
        raise UnexpectedShape(f"{name[:80]}: is no list of rows")
    return _objects(profile, payload, reading)


def arrests(profile: Profile, rows: Rows, reading: ReadResult, month: str | None = None) -> Iterator[Arrest]:
    """One arrest per number. Rows of one number are one arrest: the fullest speaks for it, whatever their order."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for position, row in rows:
        try:
            key = _key(profile, row)
            _day(profile, row, month)
            _place(profile, row)
        except RowError as exc:
            reading.reject(position, exc)
        else:
            grouped[key].append(row)
    for key, group in grouped.items():
        group.sort(key=lambda row: (len(row), sorted(row.items())), reverse=True)
        reading.merged += len(group) - 1
        yield _arrest(profile, key, group, reading)


def _profile(profiles: Mapping[str, Profile], name: str, columns: Iterable[str]) -> Profile:
    found = set(columns)
    for profile in profiles.values():
        if {profile.key, profile.date} <= found:
            return profile
    raise UnexpectedShape(f"{name}: no profile is of a table with these columns")


def _first(payload: object) -> Sequence[str]:
    """The keys of the first row."""
    first = payload[0] if isinstance(payload, list) and payload else None
    return tuple(first) if isinstance(first, dict) else ()


def _column(heading: str) -> str:
    """The interface's name of a column that the export heads with its display name: `Latitude`, `CHARGE 1 TYPE`."""
    return re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")


def _lines(profile: Profile, columns: Sequence[str], lines: Iterable[Sequence[str]], reading: ReadResult) -> Rows:
    _count_unknown(profile, columns, reading)
    for position, cells in enumerate(lines, 1):
        reading.rows += 1
        if len(cells) != len(columns):
            reason = f"has {len(cells)} cells where the header has {len(columns)}"
            reading.reject(position, RowError(reason))
            continue
        yield position, _stated(profile, dict(zip(columns, cells, strict=True)))


def _objects(profile: Profile, payload: Sequence[object], reading: ReadResult) -> Rows:
    for position, item in enumerate(payload, 1):
        reading.rows += 1
        if not isinstance(item, dict):
            reading.reject(position, RowError("is no object"))
            continue
        _count_unknown(profile, item, reading)
        try:
            yield position, _stated(profile, item)
        except RowError as exc:
            reading.reject(position, exc)


def _stated(profile: Profile, row: Mapping[str, Any]) -> Row:
    """What the row states in the columns that are read, and nothing of the others."""
    stated = {column: row[column] for column in profile.columns if row.get(column) is not None}
    for column, value in stated.items():
        if not isinstance(value, str):
            raise RowError("is no text", column if column in profile.public else None)
    plain = {column: _whole(value.strip()) for column, value in stated.items()}
    return {column: value for column, value in plain.items() if value not in UNSTATED}


def _whole(text: str) -> str:
    """A number without the decimal that New York's older dataset gives to whole ones: 104.0 is 104."""
    return text.removesuffix(".0") if re.fullmatch(r"\d+\.0", text, re.ASCII) else text


def _count_unknown(profile: Profile, columns: Iterable[str], reading: ReadResult) -> None:
    known = {*profile.columns, *profile.passed_over}
    for column in columns:
        if column not in known and not column.startswith(COMPUTED):
            reading.unknown["column", printable(column)] += 1


def _key(profile: Profile, row: Row) -> str:
    key = row.get(profile.key, "")
    if not re.fullmatch(r"[0-9A-Za-z-]{1,40}", key):
        raise RowError("does not number the arrest", profile.key)
    return key


def _day(profile: Profile, row: Row, month: str | None = None) -> date:
    """The day of the arrest, of the given month if any."""
    text = row.get(profile.date, "")
    match = ISO_DAY.fullmatch(text) or US_DAY.fullmatch(text)
    if match is None:
        raise RowError("is no day", profile.date)
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise RowError("is no day of the calendar", profile.date) from None
    if not 1900 <= day.year <= 2200:
        raise RowError("is no day on which anybody is arrested", profile.date)
    if month is not None and f"{day:%Y-%m}" != month:
        raise RowError("is of another month", profile.date)
    return day


def _arrest(profile: Profile, key: str, rows: Sequence[Row], reading: ReadResult) -> Arrest:
    best = rows[0]
    day = _day(profile, best)
    age = _age(profile, best, reading)
    return Arrest(
        source=NAME,
        external_id=f"{profile.name}/{key}",
        references=tuple(
            sorted(Reference(scheme, best[column]) for column, scheme in profile.references.items() if column in best)
        ),
        jurisdictions=(profile.jurisdiction,),
        event=profile.event,
        counting_unit=profile.counting_unit,
        happened=Period(day, day + timedelta(days=1), Precision.DAY, profile.timezone),
        agency=_agency(profile, best),
        offence=_offence(profile, best),
        harm_categories=_harms(profile, best, reading),
        place=_place(profile, best),
        age_band=age,
        gender=best.get(profile.gender) if profile.gender else None,
        is_minor=profile.ages[age] if age else None,
        native=tuple(_terms(profile, rows)),
    )


def _agency(profile: Profile, row: Row) -> str | None:
    """The department, unless the row says that another authority made the arrest, or does not say which."""
    if profile.responsible and row.get(profile.responsible.column) not in profile.responsible.own:
        return None
    return profile.agency


def _offence(profile: Profile, row: Row) -> Offence | None:
    code, label = (row.get(column) if column else None for column in (profile.code, profile.label))
    return Offence(scheme=profile.scheme, code=code, label=label) if code or label else None


def _harms(profile: Profile, row: Row, reading: ReadResult) -> tuple[HarmCategory, ...]:
    """What the crosswalk knows of the row's words; OTHER where it has a category of which no harm is known."""
    label = row.get(profile.label)
    found = {
        harm
        for one in profile.harms
        if (harm := crosswalk(HarmCategory, one.scheme).get(row.get(one.column, "")[: one.length])) is not None
    }
    if label and profile.harms and not found:
        if label not in profile.categories:
            reading.unknown["harm_categories", printable(label, 80)] += 1
        found = {HarmCategory.OTHER}
    return tuple(sorted(found))


def _age(profile: Profile, row: Row, reading: ReadResult) -> str | None:
    """The group of ages; a word that is none, such as a year that slipped into the column, is not kept."""
    word = row.get(profile.age, "UNKNOWN") if profile.age else "UNKNOWN"
    if word in profile.ages:
        return word
    if word != "UNKNOWN":
        reading.unknown["age_band", "a word that is no group of ages"] += 1
    return None


def _place(profile: Profile, row: Row) -> Place | None:
    letter = row.get(profile.area) if profile.area else None
    code = row.get(profile.area_code) if profile.area_code else None
    latitude, longitude = _degrees(row, profile.latitude, 90), _degrees(row, profile.longitude, 180)
    if not latitude or not longitude:
        # Nobody is arrested where both are zero: the place was not found.
        latitude = longitude = None
    if not letter and not code and latitude is None:
        return None
    return Place(
        area_code=code,
        area_name=profile.areas.get(letter, letter) if letter else None,
        latitude=latitude,
        longitude=longitude,
        approximate=None if latitude is None else True,
    )


def _degrees(row: Row, column: str | None, most: int) -> Decimal | None:
    if column is None or column not in row:
        return None
    try:
        degrees = Decimal(row[column])
    except InvalidOperation:
        raise RowError("is not a number of degrees", column) from None
    if not degrees.is_finite() or abs(degrees) > most:
        raise RowError("is not a number of degrees", column)
    return degrees


def _terms(profile: Profile, rows: Sequence[Row]) -> Iterator[NativeTerm]:
    """The publisher's words, and where several rows are one arrest all in which they differ, but for personal ones."""
    differing = {column for column in profile.public if len({row.get(column) for row in rows}) > 1}
    for number, row in enumerate(rows):
        for column in profile.public:
            kept = column in differing or (number == 0 and (column == profile.label or column in profile.native))
            if kept and column in row:
                yield NativeTerm("harm_categories" if column == profile.label else column, row[column], number)
