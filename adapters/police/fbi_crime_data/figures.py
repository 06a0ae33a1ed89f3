"""Reading: from an answer about arrests to figures month by month, without asking anybody.

`{"actuals": {"Illinois Arrests": {"01-2024": 210, …}}, "populations": {"population": {"Illinois": {"01-2024": …}, …},
"participated_population": {…}}, "cde_properties": {"max_data_date": {"UCR": "03/2026"}, "last_refresh_date": {"UCR":
"03/15/2026"}}, "rates": …, "tooltips": …}`: what a month counts stands under a name, and how many people live where
agencies took part in that month stands under the same name.

By sex it answers for a whole period: `{"Arrestee Sex": {"Male": 716, "Female": 66}, "Arrestee Race": …, "Offense Name":
…, "cde_properties": …}`. Of these groups the others are left alone, and each is tallied apart: they do not add up.

The interface writes 0 for a month in which nobody reported, and for agencies that it does not know. So a 0 is a count
only where the answer itself says that somebody took part in that month.
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
from adapters.formats.structured import printable
from adapters.months import next_month
from adapters.police.fbi_crime_data.codes import CODES, Series
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.vocabulary.enums import Aggregation, ArrestEvent, HarmCategory, Metric, Qualifier, Unit
from adapters.vocabulary.terms import crosswalk

NAME = "fbi_crime_data"

COUNTED = " Arrests"
"""How the name of a series of arrests ends; before it stands whose they are."""

NATION = "United States"

POPULATION = "arrests, citations and summonses that agencies reported to the Uniform Crime Reporting Program"

SEXES, PROPERTIES = "Arrestee Sex", "cde_properties"

LARGEST = 10**9
"""More arrests than this in a month are a slip."""

HARMS = crosswalk(HarmCategory, "fbi")

Months = Mapping[str, Any]


class Stated(NamedTuple):
    """A number as the publisher wrote it, and what it means."""

    number: int | None
    value: Decimal | None
    qualifier: Qualifier


class Release(Struct, frozen=True, kw_only=True):
    """Which state of the publisher's data an answer is from: the last month with data, and the day of the refresh."""

    newest: date
    """The first day of the last month with data."""

    refreshed: date | None

    @property
    def name(self) -> str:
        """What tells one release from another."""
        return f"{self.refreshed}" if self.refreshed else f"{self.newest:%Y-%m}"

    @property
    def as_of(self) -> date:
        """The last day of which data can be: that of the newest month, or the refresh if that came before it."""
        last = next_month(self.newest) - timedelta(days=1)
        return min(last, self.refreshed) if self.refreshed else last


def figures(series: Series, payload: object) -> ReadResult:
    """The figures of a series, one row per month.

    Raises UnexpectedShape where the answer is of another shape, NotFound where it has no counts of what was asked for.
    """
    if not isinstance(payload, dict):
        raise UnexpectedShape(f"{series.name}: the answer is no object")
    release = read_release(series.name, payload)
    whose, counts = _counts(series, payload)
    living, taking_part = (_people(payload, kind, whose) for kind in ("population", "participated_population"))
    reading = ReadResult(rows=len(counts))
    for position, (month, stated) in enumerate(sorted(counts.items()), 1):
        try:
            start = _month(month, series.year)
            count = _number(stated)
            value, qualifier = standing(
                count, _number(living.get(month)), _number(taking_part.get(month)), released=start <= release.newest
            )
        except RowError as exc:
            reading.reject(position, exc)
        else:
            reading.records.append(_statistic(series, release, (start, start), TOTAL, Stated(count, value, qualifier)))
    return reading


def figures_by_sex(series: Series, payload: object, last: date) -> ReadResult:
    """The figures of a year by sex, one row per number; `last` is the first day of the last month that was asked for.

    A number of another group is out of scope, be it of race or of age. Nothing tells whether a 0 is one. Raises
    UnexpectedShape where the answer is of another shape, NotFound where the year lies after all data.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get(SEXES), dict):
        raise UnexpectedShape(f"{series.name}: the answer has no numbers by sex")
    release = read_release(series.name, payload)
    start, last = date(last.year, 1, 1), min(last, release.newest)
    if last < start:
        raise NotFound(f"{series.name}: the source has no data of that year")
    others = [group for name, group in payload.items() if name not in {SEXES, PROPERTIES} and isinstance(group, dict)]
    reading = ReadResult(rows=len(payload[SEXES]) + sum(map(len, others)), out_of_scope=sum(map(len, others)))
    for position, (sex, number) in enumerate(sorted(payload[SEXES].items()), 1):
        try:
            count, word = _number(number), _word(sex)
        except RowError as exc:
            reading.reject(position, exc)
            continue
        if word not in {"Male", "Female"}:
            reading.unknown["dimensions", word] += 1
        value, qualifier = standing(count, None, None, released=True)
        reading.records.append(_statistic(series, release, (start, last), word, Stated(count, value, qualifier)))
    return reading


def standing(
    count: int | None, living: int | None, taking_part: int | None, *, released: bool
) -> tuple[Decimal | None, Qualifier]:
    """What a month's count means, beside how many people live there and how many live where agencies took part.

    A number above 0 was reported. A 0 is one where somebody took part; where people live and nobody took part, nothing
    was reported. Without people it cannot be told: of agencies that the publisher does not know it says nothing, and of
    those that serve no population of their own (state police, universities) it says 0.
    """
    if count is None or not released:
        return None, Qualifier.NOT_REPORTED
    if count or taking_part:
        return Decimal(count), Qualifier.EXACT
    return None, Qualifier.NOT_REPORTED if living else Qualifier.UNKNOWN


def read_release(name: str, payload: Mapping[str, Any]) -> Release:
    """Which release an answer is from. Raises UnexpectedShape where it does not say up to which month it has data."""
    newest = _property(payload, "max_data_date")
    match = re.fullmatch(r"(0[1-9]|1[0-2])/(\d{4})", newest, re.ASCII)
    if match is None or not 1900 < int(match[2]) < 2200:
        raise UnexpectedShape(f"{name}: the answer does not say up to which month it has data")
    return Release(newest=date(int(match[2]), int(match[1]), 1), refreshed=_refreshed(payload))


def _refreshed(payload: Mapping[str, Any]) -> date | None:
    match = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", _property(payload, "last_refresh_date"), re.ASCII)
    try:
        return date(int(match[3]), int(match[1]), int(match[2])) if match else None
    except ValueError:
        return None


def _property(payload: Mapping[str, Any], name: str) -> str:
    stated = _below(payload, "cde_properties", name).get("UCR")
    return stated if isinstance(stated, str) else ""


def _below(payload: object, *keys: str) -> Mapping[str, Any]:
    """The object below the keys, one in the other; an empty one where there is none."""
    for key in keys:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload if isinstance(payload, dict) else {}


def _counts(series: Series, payload: Mapping[str, Any]) -> tuple[str, Months]:
    """Whose arrests were counted, and the counts by month."""
    if "actuals" not in payload or not isinstance(payload["actuals"], dict | None):
        raise UnexpectedShape(f"{series.name}: the answer has no counts")
    nationwide = series.where == "national"
    found = {
        name.removesuffix(COUNTED): counts
        for name, counts in _below(payload, "actuals").items()
        if name.endswith(COUNTED) and (name == NATION + COUNTED) == nationwide
    }
    if not found:
        raise NotFound(f"{series.name}: the source has no counts of it")
    if len(found) > 1 or not all(isinstance(counts, dict) for counts in found.values()):
        raise UnexpectedShape(f"{series.name}: the answer does not say which counts are meant")
    return next(iter(found.items()))


def _people(payload: Mapping[str, Any], kind: str, whose: str) -> Months:
    return _below(payload, "populations", kind, whose)


def _month(text: str, year: int | None) -> date:
    match = re.fullmatch(r"(0[1-9]|1[0-2])-(\d{4})", text, re.ASCII)
    if match is None:
        raise RowError("is no month", "actuals")
    if year is None or int(match[2]) != year:
        raise RowError("is a month of another year", "actuals")
    return date(year, int(match[1]), 1)


def _word(text: str) -> str:
    if not text or text != printable(text):
        raise RowError("is no word that names a sex", SEXES)
    return text


def _number(stated: object) -> int | None:
    """A whole number, which may be written with a point; None where there is none."""
    if stated is None:
        return None
    # True and False are integers to Python, and no count to anybody.
    if isinstance(stated, bool) or not isinstance(stated, int | Decimal):
        raise RowError("is no whole number", "actuals")
    if not 0 <= stated <= LARGEST:
        raise RowError("is below zero or beyond any count", "actuals")
    if stated != int(stated):
        raise RowError("is no whole number", "actuals")
    return int(stated)


def _statistic(series: Series, release: Release, months: tuple[date, date], sex: str, stated: Stated) -> Statistic:
    """The record of a number from the first to the last of the months; `sex` is TOTAL where it is of all."""
    first, last = months
    end = next_month(last)
    spanned = [f"{month:%Y-%m}" for month in sorted(set(months))]
    whole = series.offence == CODES.total
    label = CODES.offences[series.offence]
    statistic = Statistic(
        source=NAME,
        # A later release states the same month again; both stand, and which is newer is told by `released_at`.
        external_id=f"{series.where}/{series.offence}/{'..'.join(spanned)}/{release.name}"
        + ("" if sex == TOTAL else f"/{sex}"),
        jurisdictions=(series.jurisdiction,),
        native=(
            NativeTerm("harm_categories", series.offence),
            NativeTerm("offence", label),
            NativeTerm("period", " to ".join(f"{month:%m-%Y}" for month in sorted(set(months)))),
            NativeTerm("value", "null" if stated.number is None else str(stated.number)),
        ),
        stated_at=release.as_of,
        metric=Metric.ARRESTS,
        value=stated.value,
        # Arrests, not persons: one who is arrested twice is counted twice.
        unit=Unit.OTHER,
        qualifier=stated.qualifier,
        period=Period(start=first, end=end, precision=period_precision(first, end)),
        aggregation=Aggregation.SUM,
        event=ArrestEvent.ARRESTED,
        agency=CODES.agencies.get(series.ori) if series.ori else None,
        harm_categories=() if whole else (HARMS.get(series.offence, HarmCategory.OTHER),),
        dimensions=(
            Dimension("agency", series.ori or TOTAL),
            Dimension("offence", TOTAL if whole else label),
            Dimension("sex", sex),
        ),
        population=POPULATION,
        released_at=release.refreshed,
    )
    return replace(statistic, series_key=series_key(statistic))
