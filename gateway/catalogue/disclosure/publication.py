"""Publishing counts of partners' records: a table for each type, month and country, once, when the month has closed.

A record counts in at most one cell of one table: in the month that its own period lies in, under its country, its harm
category and its platform. The lists of these are closed and come from the vocabulary, not from the data. A record that
names several of one, none, or one that the list lacks counts under the rest of it; a part of a country counts as the
country. One whose period is not stated or reaches over several months is counted nowhere. Tables of different months
and countries are never added up, so they have no counts in common.

What was published stays: later records, corrections, withdrawals and erasures change no table, and a record that a
table counts is in no later one, wherever its period lies by then. Which sources a count comes from is not told, and
records that were made up count in none.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec import json
from sqlalchemy import ColumnElement, Connection, and_, false, func, insert, or_, select

from adapters.months import first_day, month_number, month_of
from adapters.records import Period
from adapters.vocabulary.enums import HarmCategory, Precision, RecordType
from adapters.vocabulary.jurisdictions import EU
from adapters.vocabulary.names import PLATFORMS
from gateway.catalogue.disclosure.suppression import disclosed
from gateway.catalogue.tables import (
    RECORD_TABLES,
    RecordTable,
    disclosed_count,
    disclosed_month,
    interned_set,
    revision,
)
from gateway.store.database import Snapshot
from schema.queries.disclosure import DisclosedPart, DisclosedRecords, DisclosureCell, DisclosureQuery, DisclosureTable

CLOSES_AFTER = timedelta(days=30)
"""How long after its last day a month is published: until then partners' records of it arrive."""

MONTHS_BACK = 12
"""How many closed months a catalogue publishes that has published none of them; older ones it never does."""

REST, ALL = "", "*"
"""What stands in the tables for the rest of a list, and for all of it."""

CountsByCountry = Mapping[str, Mapping[tuple[str, str], int]]
"""By country: how many records of each harm category and platform."""


def publish(connection: Connection, sources: Collection[str], today: date) -> int:
    """Publishes the months that have closed by `today` and were not published; gives how many, of all types together.

    Runs under the writer lock. Without sources of partners nothing is published: a month in which there were none is
    no month of zeros.
    """
    if not sources:
        return 0
    new = 0
    for records in DisclosedRecords:
        kind = RecordType(records.value)
        published_months = set(
            connection.scalars(select(disclosed_month.c.month).where(disclosed_month.c.record_type == kind.value))
        )
        for month in closed_months(today):
            if month not in published_months:
                _publish_month(connection, kind, month, sources, today)
                new += 1
    return new


def closed_months(today: date) -> Sequence[int]:
    """The months that are published by then at the latest, the earliest first, by number from the year 0 on."""
    last = month_of(today - CLOSES_AFTER) - 1
    return range(last - MONTHS_BACK + 1, last + 1)


def _publish_month(connection: Connection, kind: RecordType, month: int, sources: Collection[str], today: date) -> None:
    harms = tuple(harm.value for harm in HarmCategory)
    platforms = tuple(sorted(PLATFORMS)) if "platform" in RECORD_TABLES[kind].attributes else ()
    connection.execute(
        insert(disclosed_month).values(
            record_type=kind.value,
            month=month,
            published_on=today,
            harm_categories=harms,
            platforms=platforms,
            revision=connection.scalar(select(func.coalesce(func.max(revision.c.number), 0))),
        )
    )
    rows = [
        {
            "record_type": kind.value,
            "month": month,
            "jurisdiction": country,
            "harm_category": harm,
            "platform": platform,
            "count": count,
        }
        for country, counts in count_records(connection, kind, month, sources).items()
        for harm, line in zip(
            (*harms, REST, ALL),
            disclosed(
                [[counts.get((harm, platform), 0) for platform in (*platforms, REST)] for harm in (*harms, REST)]
            ),
            strict=True,
        )
        for platform, count in zip((*platforms, REST, ALL), line, strict=True)
        if count is not None
    ]
    if rows:
        connection.execute(insert(disclosed_count), rows)


def count_records(connection: Connection, kind: RecordType, month: int, sources: Collection[str]) -> CountsByCountry:
    """Counts the month's current records of partners, each in one cell. Countries without records are left out.

    Records that the table of another month counts are left out as well.
    """
    record_table = RECORD_TABLES[kind]
    table = record_table.table.c
    platform = table["platform"] if "platform" in record_table.attributes else None
    by = [table.jurisdictions, table.harm_categories, *([] if platform is None else [platform])]
    rows = connection.execute(
        select(*by, func.count())
        .where(
            table.to_revision.is_(None),
            table.source.in_(sorted(sources)),
            _lies_in(table[record_table.start], table[record_table.end], month),
            ~_is_published(connection, record_table, month),
        )
        .group_by(*by)
    ).all()
    sets = _sets(connection, {key for row in rows for key in row[:2] if key is not None})
    counts: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for places, harms, *rest, count in map(tuple, rows):
        service = rest[0] if rest and rest[0] in PLATFORMS else REST
        countries = {place.partition("-")[0] for place in sets.get(places, ())}
        counts[_only(() if EU in countries else countries)][_only(sets.get(harms, ())), service] += count
    return counts


def _lies_in(start: ColumnElement[date], end: ColumnElement[date], month: int) -> ColumnElement[bool]:
    """The period from `start` up to `end` lies in a month."""
    return and_(start >= first_day(month), start < end, end <= first_day(month + 1))


def _is_published(connection: Connection, kind: RecordTable, month: int) -> ColumnElement[bool]:
    """The table of another month counts the record: its version of then lay in that month.

    Where the revision of a table is unknown, any version may be that of then, by the only date that counted.
    """
    version = kind.table.alias("version").c
    first, last = kind.dates[:2]
    tables = connection.execute(
        select(disclosed_month.c.month, disclosed_month.c.revision).where(
            disclosed_month.c.record_type == kind.type.value, disclosed_month.c.month != month
        )
    )
    counting = [
        _lies_in(version[first], version[last], other)
        if number is None
        else and_(
            version.from_revision <= number,
            or_(version.to_revision.is_(None), version.to_revision > number),
            _lies_in(version[kind.start], version[kind.end], other),
        )
        for other, number in tables
    ]
    return select(version.id).where(version.id == kind.table.c.id, or_(false(), *counting)).exists()


def _sets(connection: Connection, keys: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    rows = connection.execute(select(interned_set.c.key, interned_set.c.members).where(interned_set.c.key.in_(keys)))
    return {key: json.decode(members, type=tuple[str, ...]) for key, members in rows}


def _only(values: Collection[str]) -> str:
    """The only one of these; the rest where there are none or several."""
    return next(iter(values)) if len(values) == 1 else REST


async def published(snapshot: Snapshot, question: DisclosureQuery) -> DisclosureTable | None:
    """The table as it was published, whoever asks; None where there is none."""
    month = month_number(question.year, question.month)
    of = (question.record_type.value, month)
    releases = await snapshot.fetch(
        select(disclosed_month).where(disclosed_month.c.record_type == of[0], disclosed_month.c.month == of[1])
    )
    if not releases:
        return None
    (release,) = releases
    rows = await snapshot.fetch(
        select(disclosed_count).where(
            disclosed_count.c.record_type == of[0],
            disclosed_count.c.month == of[1],
            disclosed_count.c.jurisdiction == (question.country or REST),
        )
    )
    counts = {(row.harm_category, row.platform): row._mapping["count"] for row in rows}
    return DisclosureTable(
        period=Period(start=first_day(month), end=first_day(month + 1), precision=Precision.MONTH),
        country=question.country,
        published_on=release.published_on,
        cells=list(_cells(release.harm_categories, release.platforms, counts)),
    )


def _cells(
    harms: Sequence[str], platforms: Sequence[str], counts: Mapping[tuple[str, str], int]
) -> Iterator[DisclosureCell]:
    for harm in (*harms, REST, ALL):
        for platform in (*platforms, REST, ALL):
            one, service = _part(harm), _part(platform)
            yield DisclosureCell(
                harm=one,
                harm_category=HarmCategory(harm) if one is DisclosedPart.ONE else None,
                service=service,
                platform=platform if service is DisclosedPart.ONE else None,
                count=counts.get((harm, platform)),
            )


def _part(value: str) -> DisclosedPart:
    return {REST: DisclosedPart.REST, ALL: DisclosedPart.ALL}.get(value, DisclosedPart.ONE)
