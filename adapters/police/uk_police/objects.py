"""From the objects of a live answer to rows of the archive, which one mapping turns into records.

The interface says less than the archive: a street crime names no area, and no force but the British Transport Police.
"""

from collections.abc import Callable, Sequence
from typing import Any

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape
from adapters.police.uk_police.columns import CATEGORIES, OUTCOMES, STOPS, STREET, Row, Rows
from adapters.police.uk_police.kinds import KINDS
from adapters.police.uk_police.live import STOPS_KIND, parse_scope_name
from adapters.police.uk_police.values import check_month
from adapters.vocabulary.names import find_agency

BRITISH_TRANSPORT_POLICE = "BTP"
"""The type of its locations, which stand beside those of the forces around them."""


def read_answer(name: str, payload: object) -> ReadResult:
    """The records of one answer; `name` is that of the scope. Raises UnexpectedShape where it is not a list."""
    place, month, kind = parse_scope_name(name)
    if not isinstance(payload, list):
        raise UnexpectedShape(f"{name[:80]}: the answer is not a list")
    result = ReadResult(rows=len(payload))
    force = find_agency(place) if kind == STOPS_KIND else None
    result.records += KINDS[kind].records(_rows(payload, kind, month, result), force, result)
    return result


def _rows(payload: Sequence[object], kind: str, month: str | None, result: ReadResult) -> Rows:
    """The objects as rows of the archive; rejects those of another month or shape."""
    for position, item in enumerate(payload, 1):
        try:
            row = ROW_OF[kind](item)
        except (KeyError, TypeError, AttributeError):
            result.reject(position, RowError("lacks what the publisher promises of it"))
            continue
        try:
            check_month(row, month)
        except RowError as exc:
            result.reject(position, exc)
        else:
            yield position, row


def _crime_row(item: Any) -> Row:
    outcome = item["outcome_status"]
    return _place_row(STREET, item["location"]) | {
        "Crime ID": _text(item["persistent_id"]),
        "Month": _text(item["month"]),
        "Reported by": BRITISH_TRANSPORT_POLICE if item.get("location_type") == BRITISH_TRANSPORT_POLICE else "",
        "Crime type": CATEGORIES.get(item["category"], _text(item["category"])),
        "Last outcome category": "" if outcome is None else _text(outcome["category"]),
        "Context": _text(item["context"]),
    }


def _outcome_row(item: Any) -> Row:
    return _place_row(OUTCOMES, item["crime"]["location"]) | {
        "Crime ID": _text(item["crime"]["persistent_id"]),
        "Month": _text(item["date"]),
        "Outcome type": _text(item["category"]["name"]),
    }


def _stop_row(item: Any) -> Row:
    """A stop as the archive writes it, without ethnicity."""
    return _place_row(STOPS, item["location"]) | {
        "Type": _text(item["type"]),
        "Date": _text(item["datetime"]),
        "Part of a policing operation": _text(item["operation"]),
        "Policing operation": _text(item["operation_name"]),
        "Gender": _text(item["gender"]),
        "Age range": _text(item["age_range"]),
        "Legislation": _text(item["legislation"]),
        "Object of search": _text(item["object_of_search"]),
        "Outcome": "" if item["outcome"] is False else _text(item["outcome"]),  # False where nothing came of it.
        "Outcome linked to object of search": _text(item["outcome_linked_to_object_of_search"]),
        "Removal of more than just outer clothing": _text(item["removal_of_more_than_outer_clothing"]),
    }


ROW_OF: dict[str, Callable[[Any], Row]] = {
    "street": _crime_row,
    "outcomes": _outcome_row,
    "stop-and-search": _stop_row,
}
"""By kind, how an object becomes a row; KeyError, TypeError or AttributeError where it has another shape."""


def _place_row(columns: Sequence[str], location: Any) -> Row:
    """An empty row, except for the place."""
    row = dict.fromkeys(columns, "")
    if location is not None:
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
