"""From an answer about arrests to figures month by month.

`{"actuals": {"Illinois Arrests": {"01-2024": 210, …}}, "populations": {"population": {"Illinois": {"01-2024": …}, …},
"participated_population": {…}}, "cde_properties": {"max_data_date": {"UCR": "03/2026"}, "last_refresh_date": {"UCR":
"03/15/2026"}}, "rates": …, "tooltips": …}`: a series of arrests has its area's name, and under the same name is the
population of the agencies that took part in a month.

By sex it answers for a whole period: `{"Arrestee Sex": {"Male": 716, "Female": 66}, "Arrestee Race": …, "Offense Name":
…, "cde_properties": …}`. The other groups are not read. Each group is tallied separately: they do not add up.

The interface writes 0 for a month in which nobody reported, and for agencies that it does not know. So a 0 is a count
only where the answer itself says that agencies took part in that month.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from adapters.document import ReadResult, RowError
from adapters.errors import NotFound, UnexpectedShape
from adapters.figures import TOTAL, period_precision, series_key
from adapters.formats.json import printable
from adapters.months import next_month
from adapters.police.fbi_crime_data.codes import CODES, ArrestSeries
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.vocabulary.enums import Aggregation, ArrestEvent, HarmCategory, Metric, Qualifier, Unit
from adapters.vocabulary.terms import crosswalk

NAME = "fbi_crime_data"

SERIES_SUFFIX = " Arrests"
"""The end of the name of a series of arrests, after the name of its area."""

NATION = "United States"

POPULATION = "arrests, citations and summonses that agencies reported to the Uniform Crime Reporting Program"

SEXES, PROPERTIES = "Arrestee Sex", "cde_properties"

MONTH = re.compile(r"(0[1-9]|1[0-2])-(\d{4})", re.ASCII)

LARGEST = 10**9
"""More arrests than this in a month are a typo."""

HARMS = crosswalk(HarmCategory, "fbi")

Months = Mapping[str, Any]


class ArrestCount(NamedTuple):
    """A number as the publisher wrote it, and what it means."""

    number: int | None
    value: Decimal | None
    qualifier: Qualifier


class DataRelease(Struct, frozen=True, kw_only=True):
    """The state of the publisher's data: its last month with data, and the day of its last refresh."""

    newest_month: date
    """Its first day."""

    refresh_date: date | None

    @property
    def name(self) -> str:
        """What distinguishes one release from another."""
        return f"{self.refresh_date}" if self.refresh_date else f"{self.newest_month:%Y-%m}"

    @property
    def full_name(self) -> str:
        """Its last month with data, and the day of the refresh where that is known: a later release sorts later."""
        month = f"{self.newest_month:%Y-%m}"
        return f"{month}/{self.refresh_date}" if self.refresh_date else month

    @property
    def as_of(self) -> date:
        """The last day that data can be of: that of the newest month, or the refresh if that was earlier."""
        last = next_month(self.newest_month) - timedelta(days=1)
        return min(last, self.refresh_date) if self.refresh_date else last


def figures(series: ArrestSeries, payload: object) -> ReadResult:
    """The figures of a series, one row per month.

    Raises UnexpectedShape where the answer is of another shape, NotFound where it has no counts of the series.
    """
    if not isinstance(payload, dict):
        raise UnexpectedShape(f"{series.name}: the answer is not an object")
    release = parse_release(series.name, payload)
    result = ReadResult()
    _count_unknown_refresh_date(release, payload, result)
    area, counts = _counts(series, payload, result)
    population, participants = (
        _population(series, payload, kind, area, result) for kind in ("population", "participated_population")
    )
    result.rows = len(counts)
    for position, (month, number) in enumerate(sorted(counts.items()), 1):
        try:
            start = _month(month, series.year)
            count = classify_count(
                _number(number),
                _number(population.get(month)),
                _number(participants.get(month)),
                has_data=start <= release.newest_month,
            )
        except RowError as exc:
            result.reject(position, exc)
        else:
            result.records.append(_statistic(series, release, (start, start), TOTAL, count))
    return result


def figures_by_sex(series: ArrestSeries, payload: object, last: date) -> ReadResult:
    """The figures of a year by sex, one row per number; `last` is the first day of the last month in the request.

    A number of another group, such as race or age, is out of scope, and a group of an unknown form is counted. Whether
    a 0 is a count is not known. Raises UnexpectedShape where the answer is of another shape, NotFound where there is no
    data of the year yet.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get(SEXES), dict):
        raise UnexpectedShape(f"{series.name}: the answer has no numbers by sex")
    release = parse_release(series.name, payload)
    start, last = date(last.year, 1, 1), min(last, release.newest_month)
    if last < start:
        raise NotFound(f"{series.name}: the source has no data of that year")
    result = ReadResult(rows=len(payload[SEXES]))
    _count_unknown_refresh_date(release, payload, result)
    for name, group in payload.items():
        if name not in {SEXES, PROPERTIES}:
            _pass_over(name, group, result)
    for position, (sex, number) in enumerate(sorted(payload[SEXES].items()), 1):
        try:
            count, word = classify_count(_number(number), None, None, has_data=True), _word(sex)
        except RowError as exc:
            result.reject(position, exc)
            continue
        if word not in {"Male", "Female"}:
            result.unknown["dimensions", word] += 1
        result.records.append(_statistic(series, release, (start, last), word, count))
    return result


def _pass_over(name: str, group: object, result: ReadResult) -> None:
    """Counts a group that is not read: its numbers as out of scope, and the group as unknown if it has another form."""
    if isinstance(group, dict):
        result.rows += len(group)
        result.out_of_scope += len(group)
    if not isinstance(group, dict) or not all(isinstance(number, int | Decimal | None) for number in group.values()):
        result.unknown["group", printable(name, 80)] += 1


def classify_count(
    number: int | None, population: int | None, participants: int | None, *, has_data: bool
) -> ArrestCount:
    """What a month's number means, given the population and the population of the agencies that took part.

    A number above 0 is a count. A 0 is a count where agencies took part; where people live and no agency took part,
    nothing was reported. Without a population it is unknown: for agencies that the publisher does not know it states
    none, and for those that serve no population of their own (state police, universities) it states 0.
    """
    if number is None or not has_data:
        return ArrestCount(number, None, Qualifier.NOT_REPORTED)
    if number or participants:
        return ArrestCount(number, Decimal(number), Qualifier.EXACT)
    return ArrestCount(number, None, Qualifier.NOT_REPORTED if population else Qualifier.UNKNOWN)


def parse_release(name: str, payload: Mapping[str, Any]) -> DataRelease:
    """The release of an answer. Raises UnexpectedShape where it does not state its last month with data."""
    month = _property(payload, "max_data_date")
    match = re.fullmatch(r"(0[1-9]|1[0-2])/(\d{4})", month, re.ASCII)
    if match is None or not 1900 < int(match[2]) < 2200:
        raise UnexpectedShape(f"{name}: the answer does not state its last month with data")
    return DataRelease(newest_month=date(int(match[2]), int(match[1]), 1), refresh_date=_refresh_date(payload))


def _refresh_date(payload: Mapping[str, Any]) -> date | None:
    match = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", _property(payload, "last_refresh_date"), re.ASCII)
    try:
        return date(int(match[3]), int(match[1]), int(match[2])) if match else None
    except ValueError:
        return None


def _property(payload: Mapping[str, Any], name: str) -> str:
    value = _nested_object(payload, "cde_properties", name).get("UCR")
    return value if isinstance(value, str) else ""


def _nested_object(payload: object, *keys: str) -> Mapping[str, Any]:
    """The object below the keys, one in the other; an empty one where there is none."""
    for key in keys:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload if isinstance(payload, dict) else {}


def _counts(series: ArrestSeries, payload: Mapping[str, Any], result: ReadResult) -> tuple[str, Months]:
    """The name of the area, and its counts by month. A series of another kind is counted as unknown."""
    if "actuals" not in payload or not isinstance(payload["actuals"], dict | None):
        raise UnexpectedShape(f"{series.name}: the answer has no counts")
    is_national = series.area == "national"
    areas = {}
    for name, counts in (payload["actuals"] or {}).items():
        if not name.endswith(SERIES_SUFFIX):
            result.unknown["series", printable(name, 80)] += 1
        elif (name == NATION + SERIES_SUFFIX) == is_national:
            areas[name.removesuffix(SERIES_SUFFIX)] = counts
    if not areas:
        raise NotFound(f"{series.name}: the source has no counts of it")
    if len(areas) > 1 or not all(isinstance(counts, dict) for counts in areas.values()):
        raise UnexpectedShape(f"{series.name}: the answer has no counts of one area")
    return next(iter(areas.items()))


def _population(series: ArrestSeries, payload: Mapping[str, Any], kind: str, area: str, result: ReadResult) -> Months:
    """The population of an area by month; empty where the answer states none. Counts entries of another form."""
    populations = _object_or_none(series, payload.get("populations"))
    by_area = _object_or_none(series, populations.get(kind))
    foreign = [
        *(key for key in populations if key not in {"population", "participated_population"}),
        *(
            name
            for name, months in by_area.items()
            if not isinstance(months, dict) or not all(map(MONTH.fullmatch, months))
        ),
    ]
    result.unknown.update(("populations", printable(key, 80)) for key in foreign)
    return _object_or_none(series, by_area.get(area))


def _is_by_month(value: object) -> bool:
    return isinstance(value, dict) and all(map(MONTH.fullmatch, value))


def _object_or_none(series: ArrestSeries, value: object) -> Mapping[str, Any]:
    """The object, or an empty one in the place of null. Raises UnexpectedShape."""
    if not isinstance(value, dict | None):
        raise UnexpectedShape(f"{series.name}: the answer's populations are no objects")
    return value or {}


def _count_unknown_refresh_date(release: DataRelease, payload: Mapping[str, Any], result: ReadResult) -> None:
    if release.refresh_date is None and _nested_object(payload, PROPERTIES).get("last_refresh_date") not in (None, {}):
        result.unknown[PROPERTIES, "last_refresh_date"] += 1


def _month(text: str, year: int | None) -> date:
    match = MONTH.fullmatch(text)
    if match is None:
        raise RowError("is not a month", "actuals")
    if year is None or int(match[2]) != year:
        raise RowError("is a month of another year", "actuals")
    return date(year, int(match[1]), 1)


def _word(text: str) -> str:
    if not text or text != printable(text):
        raise RowError("is not the name of a sex", SEXES)
    return text


def _number(value: object) -> int | None:
    """A whole number, which may be written with a point; None where there is none."""
    if value is None:
        return None
    # True and False are integers in Python.
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise RowError("is not a whole number", "actuals")
    if not 0 <= value <= LARGEST:
        raise RowError("is below zero or too large for a count", "actuals")
    if value != int(value):
        raise RowError("is not a whole number", "actuals")
    return int(value)


def _statistic(
    series: ArrestSeries, release: DataRelease, months: tuple[date, date], sex: str, count: ArrestCount
) -> Statistic:
    """The record of a count from the first to the last of the months; `sex` is TOTAL for both sexes."""
    first, last = months
    end = next_month(last)
    distinct = sorted(set(months))
    is_total = series.offence == CODES.total
    label = CODES.offences[series.offence]
    statistic = Statistic(
        source=NAME,
        # A later release states the same month again; both are kept, and `release_name` orders them.
        external_id=f"{series.area}/{series.offence}/{'..'.join(f'{month:%Y-%m}' for month in distinct)}/{release.name}"
        + ("" if sex == TOTAL else f"/{sex}"),
        jurisdictions=(series.jurisdiction,),
        native=(
            NativeTerm("harm_categories", series.offence),
            NativeTerm("offence", label),
            NativeTerm("period", " to ".join(f"{month:%m-%Y}" for month in distinct)),
            NativeTerm("value", "null" if count.number is None else str(count.number)),
        ),
        stated_at=release.as_of,
        metric=Metric.ARRESTS,
        value=count.value,
        # Arrests, not persons: a person arrested twice counts twice.
        unit=Unit.OTHER,
        qualifier=count.qualifier,
        period=Period(start=first, end=end, precision=period_precision(first, end)),
        aggregation=Aggregation.SUM,
        event=ArrestEvent.ARRESTED,
        agency=CODES.agencies.get(series.ori) if series.ori else None,
        harm_categories=() if is_total else (HARMS.get(series.offence, HarmCategory.OTHER),),
        dimensions=(
            Dimension("agency", series.ori or TOTAL),
            Dimension("offence", TOTAL if is_total else label),
            Dimension("sex", sex),
        ),
        population=POPULATION,
        released_at=release.refresh_date,
        release_name=release.full_name,
    )
    return replace(statistic, series_key=series_key(statistic))
