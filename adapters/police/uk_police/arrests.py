"""From stops to arrests: those stops and searches that ended in one."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from adapters.document import ReadResult, RowError
from adapters.local_days import local_day
from adapters.police.uk_police import TIME_ZONE
from adapters.police.uk_police.columns import ARREST_OUTCOMES, MINORS, PERSONAL, STOP_OUTCOMES, Row, Rows
from adapters.police.uk_police.values import NAME, digest, jurisdictions_of, parse_time, place_of, values_without
from adapters.records import Arrest, NativeTerm, Period, Place, Record
from adapters.vocabulary.enums import ArrestEvent, CountingUnit, Precision
from adapters.vocabulary.names import Agency


def arrests(rows: Rows, force: Agency | None, result: ReadResult) -> Iterator[Record]:
    """One arrest per stop that ended in one. The identity is never personal: stops equal in all else are numbered."""
    occurrences: Counter[str] = Counter()
    for position, row in rows:
        if row["Outcome"] not in STOP_OUTCOMES:
            result.unknown["event", row["Outcome"][:80]] += 1
        if row["Outcome"] not in ARREST_OUTCOMES:
            result.out_of_scope += 1
            continue
        try:
            place, occurred_at = place_of(row), parse_time(row["Date"])
        except RowError as exc:
            result.reject(position, exc)
            continue
        # One moment may be written with different offsets.
        stop = row | {"Date": occurred_at.isoformat()}
        identity = digest((force.id if force else "", *values_without(stop, *PERSONAL)))
        occurrences[identity] += 1
        external_id = f"{local_day(occurred_at, TIME_ZONE)}/{identity}/{occurrences[identity]}"
        yield _arrest(external_id, row, force, place, occurred_at)


def _arrest(external_id: str, row: Row, force: Agency | None, place: Place | None, occurred_at: datetime) -> Arrest:
    day = local_day(occurred_at, TIME_ZONE)
    age = row["Age range"] or None
    return Arrest(
        source=NAME,
        external_id=external_id,
        jurisdictions=jurisdictions_of(force),
        event=ArrestEvent.ARRESTED,
        counting_unit=CountingUnit.PERSON,
        happened=Period(day, day + timedelta(days=1), Precision.DAY, TIME_ZONE),
        occurred_at=occurred_at,
        agency=force.id if force else None,
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
