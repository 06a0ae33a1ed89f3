"""From street crimes to cases, and from outcomes to status events."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from adapters.document import ReadResult, RowError
from adapters.police.uk_police import SEPARATOR
from adapters.police.uk_police.columns import ANTI_SOCIAL, CRIME_TYPES, STREET, Row, Rows
from adapters.police.uk_police.values import (
    CRIME_ID,
    NAME,
    agency_of,
    digest,
    jurisdictions_of,
    month_period,
    place_of,
)
from adapters.records import Case, NativeTerm, Offence, Record, Reference, StatusEvent
from adapters.vocabulary.enums import CaseStatus, HarmCategory
from adapters.vocabulary.names import Agency, find_agency
from adapters.vocabulary.terms import crosswalk

STATUSES = crosswalk(CaseStatus, "uk")
HARMS = crosswalk(HarmCategory, "uk")

TRANSPORT_POLICE = "gb.british-transport-police"


def cases(rows: Rows, force: Agency | None, result: ReadResult) -> Iterator[Record]:
    """One case per crime.

    Rows of one Crime ID are one case: the most definite outcome wins, whatever their order. Of rows without a Crime ID
    each is a case; those of one month, point, type and force are numbered.
    """
    for group in _group_by_crime(rows, force, result):
        group.sort(key=_definiteness, reverse=True)
        crime_id = group[0]["Crime ID"]
        if crime_id:
            result.merged += len(group) - 1
            yield _case(crime_id, group, force, result)
            continue
        for number, row in enumerate(group, 1):
            yield _case(f"{_id_without_number(row, force)}{number}", [row], force, result)


def _group_by_crime(rows: Rows, force: Agency | None, result: ReadResult) -> list[list[Row]]:
    """The rows of each Crime ID, or of like incidents without one; rejects rows whose place is invalid."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for position, row in rows:
        try:
            place_of(row)
        except RowError as exc:
            result.reject(position, exc)
            continue
        groups[row["Crime ID"] or _id_without_number(row, force)].append(row)
    return list(groups.values())


def _id_without_number(row: Row, force: Agency | None) -> str:
    """The id of a crime without a Crime ID, except for its number.

    Archive and interface both state the month, the point, the type and whether the British Transport Police reported
    the crime. The interface names no other force, and two forces may report like crimes at one point.
    """
    reporter = force or find_agency(row["Reported by"])
    is_transport = reporter is not None and reporter.id == TRANSPORT_POLICE
    values = (row["Month"], *_point(row), row["Crime type"], TRANSPORT_POLICE if is_transport else "")
    force_name = f"{force.aliases[0]}/" if force and not is_transport else ""
    return f"{row['Month']}/{digest(values)}{SEPARATOR}{force_name}"


def _point(row: Row) -> tuple[str, ...]:
    """The degrees of the row's point, however many zeros end them."""
    place = place_of(row)
    degrees = (place.longitude, place.latitude) if place else ()
    return tuple(f"{number.normalize():f}" for number in degrees if number is not None)


def _case(external_id: str, rows: Sequence[Row], force: Agency | None, result: ReadResult) -> Case:
    best = rows[0]
    for row in rows[1:]:
        _status(row, "Last outcome category", result)
    return Case(
        source=NAME,
        external_id=external_id,
        references=(Reference(CRIME_ID, best["Crime ID"]),) if best["Crime ID"] else (),
        jurisdictions=jurisdictions_of(force),
        agency=agency_of(best, result),
        status=_status(best, "Last outcome category", result),
        offence=Offence(scheme="uk-police-crime-type", label=best["Crime type"]),
        harm_categories=(_harm(best, result),),
        opened=month_period(best["Month"]),
        place=next((place for place in map(place_of, rows) if place is not None), None),
        native=tuple(_case_terms(rows)),
    )


def _case_terms(rows: Sequence[Row]) -> Iterator[NativeTerm]:
    """The publisher's words for what we translate and, where several rows are one case, all in which they differ."""
    fields = {"Last outcome category": "status", "Reported by": "agency", "Crime type": "harm_categories"}
    differences = {column for column in STREET if len({row[column] for row in rows}) > 1}
    for number, row in enumerate(rows):
        for column in STREET:
            if row[column] and (column in differences or (number == 0 and column in fields)):
                yield NativeTerm(fields.get(column, column), row[column], number)


def _definiteness(row: Row) -> tuple[int, int, bool, tuple[str, ...]]:
    """What settles which of several rows speaks for a crime: the outcome, then a location, then any fixed order.

    Outcomes of one canonical status go by their place in the crosswalk: "Court result unavailable" says more than
    "Status update unavailable".
    """
    word = row["Last outcome category"]
    place = list(STATUSES).index(word) if word in STATUSES else -1
    status = STATUSES.get(word, CaseStatus.NOT_APPLICABLE)
    return status.definiteness, place, bool(row["Longitude"]), tuple(row[column] for column in STREET)


def status_events(rows: Rows, force: Agency | None, result: ReadResult) -> Iterator[Record]:
    """One event per row: a crime with several suspects has several outcomes, and some are alike in every column.

    The identity is what archive and interface both state: crime, month and outcome, and the number among equal ones.
    """
    for identity, group in _group_by_outcome(rows, result).items():
        for occurrence, row in enumerate(sorted(group, key=lambda row: tuple(row.values())), 1):
            yield _status_event(f"{row['Month']}/{digest(identity)}/{occurrence}", row, force, result)


def _group_by_outcome(rows: Rows, result: ReadResult) -> dict[tuple[str, ...], list[Row]]:
    """The rows by crime, month and outcome; rejects rows without a crime or with an invalid place."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for position, row in rows:
        if not row["Crime ID"]:
            result.reject(position, RowError("names no crime", "Crime ID"))
            continue
        try:
            place_of(row)
        except RowError as exc:
            result.reject(position, exc)
            continue
        groups[row["Crime ID"], row["Month"], row["Outcome type"]].append(row)
    return groups


def _status_event(external_id: str, row: Row, force: Agency | None, result: ReadResult) -> StatusEvent:
    return StatusEvent(
        source=NAME,
        external_id=external_id,
        references=(Reference(CRIME_ID, row["Crime ID"]),),
        jurisdictions=jurisdictions_of(force),
        status=_status(row, "Outcome type", result),
        agency=agency_of(row, result),
        happened=month_period(row["Month"]),
        place=place_of(row),
        native=tuple(
            NativeTerm(field, row[column])
            for field, column in (("status", "Outcome type"), ("agency", "Reported by"))
            if row[column]
        ),
    )


def _status(row: Row, column: str, result: ReadResult) -> CaseStatus:
    word = row[column]
    if not word:
        return CaseStatus.NOT_APPLICABLE if row.get("Crime type") == ANTI_SOCIAL else CaseStatus.UNKNOWN
    if word not in STATUSES:
        result.unknown["status", word[:80]] += 1
    return STATUSES.get(word, CaseStatus.UNKNOWN)


def _harm(row: Row, result: ReadResult) -> HarmCategory:
    word = row["Crime type"]
    if word not in CRIME_TYPES:
        result.unknown["harm_categories", word[:80]] += 1
    return HARMS.get(word, HarmCategory.OTHER)
