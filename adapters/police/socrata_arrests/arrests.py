"""From a portal's rows to arrests, by a city's profile."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape
from adapters.formats.json import printable, read_json
from adapters.formats.tables import read_csv
from adapters.police.socrata_arrests.profiles import CityProfile
from adapters.records import Arrest, NativeTerm, Offence, Period, Place, Reference
from adapters.vocabulary.enums import HarmCategory, Precision
from adapters.vocabulary.terms import crosswalk

NAME = "socrata_arrests"

BLANK = frozenset({"", "(null)"})
"""Cells without a value; New York writes the second in place of the first."""

PORTAL_COLUMN = ":"
"""How the names of columns begin that a portal computes by itself, such as `:@computed_region_f5dn_yrer`."""

ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(T[\d:.]+)?", re.ASCII)
"""A floating timestamp of the interface: no time zone, so that the day alone is certain."""

US_DAY = re.compile(r"(?P<month>\d\d)/(?P<day>\d\d)/(?P<year>\d{4})( [\d:]+ [AP]M)?", re.ASCII)
"""A day as the CSV export writes it."""

Row = Mapping[str, str]
"""A row by the names of its columns, without blank cells."""

Rows = Iterable[tuple[int, Row]]
"""Rows with their numbers from 1."""


def read_file(profiles: Mapping[str, CityProfile], name: str, content: bytes) -> ReadResult:
    """The arrests of a file: a portal's CSV export, or an answer of its interface that was saved as `.json`.

    The profile is the one whose number and day of an arrest are among the columns. Raises Unreadable where the file
    is neither, UnexpectedShape where no profile fits it, or where a CSV lacks columns of its profile.
    """
    result = ReadResult()
    if name.lower().endswith(".json"):
        payload = read_json(name, content)
        profile = _find_profile(profiles, name, _first_keys(payload))
        rows = object_rows(profile, name, payload, result)
    else:
        table = read_csv(name, content)
        columns = [_api_column(heading) for heading in table.columns]
        profile = _find_profile(profiles, name, columns)
        if missing := [column for column in profile.columns if column not in columns]:
            raise UnexpectedShape(f"{name}: the columns {', '.join(missing)} are missing")
        rows = _csv_rows(profile, columns, table.lines, result)
    result.records += arrests(profile, rows, result)
    days = [day for record in result.records if isinstance(record, Arrest) and (day := _start(record))]
    result.start = min(days, default=None)
    result.end = max(days) + timedelta(days=1) if days else None
    return result


def read_answer(profile: CityProfile, name: str, payload: Sequence[object], month: str) -> ReadResult:
    """The arrests of a month's rows, of one dataset or of several; `month` is written YYYY-MM."""
    result = ReadResult()
    result.records += arrests(profile, object_rows(profile, name, payload, result), result, month)
    return result


def object_rows(profile: CityProfile, name: str, payload: object, result: ReadResult) -> Rows:
    """The rows of a list of objects; each is counted, and rejected where a column of the profile is not text.

    Raises UnexpectedShape where it is not a list.
    """
    if not isinstance(payload, list):
        raise UnexpectedShape(f"{name[:80]}: is not a list of rows")
    return _object_rows(profile, payload, result)


def arrests(profile: CityProfile, rows: Rows, result: ReadResult, month: str | None = None) -> Iterator[Arrest]:
    """One arrest per number. Rows of one number are one arrest: the fullest speaks for it, whatever their order."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for position, row in rows:
        try:
            key = _key(profile, row)
            _day(profile, row, month)
            _place(profile, row)
        except RowError as exc:
            result.reject(position, exc)
        else:
            groups[key].append(row)
    for key, group in groups.items():
        group.sort(key=lambda row: (len(row), sorted(row.items())), reverse=True)
        result.merged += len(group) - 1
        yield _arrest(profile, key, group, result)


def _start(arrest: Arrest) -> date | None:
    return arrest.happened.start if arrest.happened else None


def _find_profile(profiles: Mapping[str, CityProfile], name: str, columns: Iterable[str]) -> CityProfile:
    names = set(columns)
    for profile in profiles.values():
        if {profile.key, profile.date} <= names:
            return profile
    raise UnexpectedShape(f"{name}: no city's profile has these columns")


def _first_keys(payload: object) -> Sequence[str]:
    """The keys of the first row."""
    first = payload[0] if isinstance(payload, list) and payload else None
    return tuple(first) if isinstance(first, dict) else ()


def _api_column(heading: str) -> str:
    """The interface's name of a column that the export heads with its display name: `Latitude`, `CHARGE 1 TYPE`."""
    return re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")


def _csv_rows(profile: CityProfile, columns: Sequence[str], lines: Iterable[Sequence[str]], result: ReadResult) -> Rows:
    _count_unknown_columns(profile, columns, result)
    for position, cells in enumerate(lines, 1):
        result.rows += 1
        if len(cells) != len(columns):
            reason = f"has {len(cells)} cells where the header has {len(columns)}"
            result.reject(position, RowError(reason))
            continue
        yield position, _row(profile, dict(zip(columns, cells, strict=True)))


def _object_rows(profile: CityProfile, payload: Sequence[object], result: ReadResult) -> Rows:
    for position, item in enumerate(payload, 1):
        result.rows += 1
        if not isinstance(item, dict):
            result.reject(position, RowError("is not an object"))
            continue
        _count_unknown_columns(profile, item, result)
        try:
            yield position, _row(profile, item)
        except RowError as exc:
            result.reject(position, exc)


def _row(profile: CityProfile, cells: Mapping[str, Any]) -> Row:
    """The profile's columns of a row, without blank cells. Raises RowError where one is not text."""
    values = {column: cells[column] for column in profile.columns if cells.get(column) is not None}
    for column, value in values.items():
        if not isinstance(value, str):
            raise RowError("is not text", column if column in profile.public_columns else None)
    row = {column: _without_decimal(value.strip()) for column, value in values.items()}
    return {column: value for column, value in row.items() if value not in BLANK}


def _without_decimal(text: str) -> str:
    """A whole number without the decimal that New York's older dataset adds: 104.0 is 104."""
    return text.removesuffix(".0") if re.fullmatch(r"\d+\.0", text, re.ASCII) else text


def _count_unknown_columns(profile: CityProfile, columns: Iterable[str], result: ReadResult) -> None:
    meanings = {*profile.columns, *profile.skip}
    for column in columns:
        if column not in meanings and not column.startswith(PORTAL_COLUMN):
            result.unknown["column", printable(column)] += 1


def _key(profile: CityProfile, row: Row) -> str:
    key = row.get(profile.key, "")
    if not re.fullmatch(r"[0-9A-Za-z-]{1,40}", key):
        raise RowError("does not number the arrest", profile.key)
    return key


def _day(profile: CityProfile, row: Row, month: str | None = None) -> date:
    """The day of the arrest. Raises RowError where it is none, or of another month than `month`."""
    text = row.get(profile.date, "")
    match = ISO_DAY.fullmatch(text) or US_DAY.fullmatch(text)
    if match is None:
        raise RowError("is not a day", profile.date)
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise RowError("is not a day of the calendar", profile.date) from None
    if not 1900 <= day.year <= 2200:
        raise RowError("is not between the years 1900 and 2200", profile.date)
    if month is not None and f"{day:%Y-%m}" != month:
        raise RowError("is of another month", profile.date)
    return day


def _arrest(profile: CityProfile, key: str, rows: Sequence[Row], result: ReadResult) -> Arrest:
    best = rows[0]
    day = _day(profile, best)
    age = _age(profile, best, result)
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
        harm_categories=_harms(profile, best, result),
        place=_place(profile, best),
        age_band=age,
        gender=best.get(profile.gender) if profile.gender else None,
        is_minor=profile.ages[age] if age else None,
        native=tuple(_native_terms(profile, rows)),
    )


def _agency(profile: CityProfile, row: Row) -> str | None:
    """The department; None where the row names another authority, or none."""
    if profile.responsible and row.get(profile.responsible.column) not in profile.responsible.own:
        return None
    return profile.agency


def _offence(profile: CityProfile, row: Row) -> Offence | None:
    code, label = (row.get(column) if column else None for column in (profile.code, profile.label))
    return Offence(scheme=profile.scheme, code=code, label=label) if code or label else None


def _harms(profile: CityProfile, row: Row, result: ReadResult) -> tuple[HarmCategory, ...]:
    """The harms that the crosswalk has for the row's words; OTHER where it has none for the row's offence."""
    label = row.get(profile.label)
    harms = {
        harm
        for column in profile.harms
        if (harm := crosswalk(HarmCategory, column.scheme).get(row.get(column.column, "")[: column.length])) is not None
    }
    if label and profile.harms and not harms:
        if label not in profile.categories:
            result.unknown["harm_categories", printable(label, 80)] += 1
        harms = {HarmCategory.OTHER}
    return tuple(sorted(harms))


def _age(profile: CityProfile, row: Row, result: ReadResult) -> str | None:
    """The group of ages; another word, such as a year that slipped into the column, is not kept."""
    word = row.get(profile.age, "UNKNOWN") if profile.age else "UNKNOWN"
    if word in profile.ages:
        return word
    if word != "UNKNOWN":
        result.unknown["age_band", "not an age group"] += 1
    return None


def _place(profile: CityProfile, row: Row) -> Place | None:
    letter = row.get(profile.area) if profile.area else None
    code = row.get(profile.area_code) if profile.area_code else None
    latitude, longitude = _degrees(row, profile.latitude, 90), _degrees(row, profile.longitude, 180)
    if not latitude or not longitude:
        # Nobody is arrested where both are zero: the portal did not find the place.
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


def _degrees(row: Row, column: str | None, limit: int) -> Decimal | None:
    if column is None or column not in row:
        return None
    try:
        degrees = Decimal(row[column])
    except InvalidOperation:
        raise RowError("is not a number of degrees", column) from None
    if not degrees.is_finite() or abs(degrees) > limit:
        raise RowError("is not a number of degrees", column)
    return degrees


def _native_terms(profile: CityProfile, rows: Sequence[Row]) -> Iterator[NativeTerm]:
    """The publisher's words; where several rows are one arrest, all non-personal ones in which they differ."""
    differences = {column for column in profile.public_columns if len({row.get(column) for row in rows}) > 1}
    for number, row in enumerate(rows):
        for column in profile.public_columns:
            is_native = number == 0 and (column == profile.label or column in profile.native)
            if (is_native or column in differences) and column in row:
                yield NativeTerm("harm_categories" if column == profile.label else column, row[column], number)
