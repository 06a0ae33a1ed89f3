"""The conditions of queries as SQL, and the sensitive attributes that they test."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Text, and_, false, func, literal, or_, select, true

from adapters.vocabulary.enums import FieldClass
from adapters.vocabulary.spelling import canonical_spellings
from gateway.catalogue.read.sql.base import VisibleRecords, alias
from gateway.catalogue.tables import RecordTable, interned_member, reference, revision
from gateway.store.json_arrays import JSONElements
from schema.queries.conditions import (
    AlongAxes,
    AnyOf,
    Condition,
    Contains,
    During,
    LatestRelease,
    PeriodMatch,
    RefersTo,
    ReleasedBy,
    UpdatedSince,
)
from schema.queries.records import PageQuery


def where(records: VisibleRecords, kind: RecordTable, conditions: Sequence[Condition]) -> list[ColumnElement[bool]]:
    """The conditions on records of one type. A record whose sensitive attributes they test must be readable."""
    sensitive = sensitive_attributes(kind, conditions)
    for name, field_class in sensitive.items():
        records.delivery.add_search(kind.type, name, field_class, _source_names(conditions))
    return [
        *(condition_sql(records, kind, condition) for condition in conditions),
        *(records.are_readable(kind, field_class) for field_class in sorted(set(sensitive.values()))),
    ]


def condition_sql(
    records: VisibleRecords, kind: RecordTable, condition: Condition, columns: Any = None
) -> ColumnElement[bool]:
    """One condition on the columns of the records' table, or of another one with the same attributes."""
    table = kind.table.c if columns is None else columns
    match condition:
        case AnyOf(attributes, values):
            spellings = _spellings(values)
            return or_(*(table[name.replace(".", "_")].in_(spellings) for name in attributes))
        case Contains(attribute, values):
            return table[attribute].in_(sets_with(values))
        case During(start, end, match, None):
            return period_sql(table[kind.start], table[kind.end], start, end, match)
        case During(start, end, match, attribute):
            first, last = table[f"{attribute}_start"], table[f"{attribute}_end"]
            if attribute != kind.record.period_attributes[0]:
                return period_sql(first, last, start, end, match)
            # Where this period has a day, it is the record's own one, which has an index.
            is_own = func.coalesce(first, last).is_not(None)
            return and_(period_sql(table[kind.start], table[kind.end], start, end, match), is_own)
        case RefersTo(scheme, value):
            return table.id.in_(_records_with_reference(records, kind, scheme, value))
        case UpdatedSince(moment):
            first = select(func.min(revision.c.number)).where(revision.c.committed_at >= moment)
            return table.from_revision >= first.scalar_subquery()
        case AlongAxes(axes):
            return and_(false() if not axes else true(), *(_along(table.dimensions, *axis) for axis in axes))
        case ReleasedBy(until):
            return table.released_at <= until
        case LatestRelease(until):
            return ~_has_later_release(records, kind, until)


def sets_with(members: Sequence[str]) -> Any:
    """The keys of the interned sets that hold one of the members."""
    return select(interned_member.c.set_key).where(interned_member.c.member.in_(members))


def period_sql(first: Any, last: Any, start: date, end: date, match: PeriodMatch) -> ColumnElement[bool]:
    """How the days from `first` up to `last` lie to those from `start` up to `end`; an end without a date is open.

    Every condition bounds `first`, by which records are indexed: a period has a day, so it begins before it ends.
    """
    match match:
        case PeriodMatch.EXACT:
            return and_(first == start, last == end)
        case PeriodMatch.WITHIN:
            return and_(first >= start, first < end, last <= end)
        case PeriodMatch.OVERLAPS:
            begins_before = and_(first < end, or_(last.is_(None), last > start))
            return or_(begins_before, and_(first.is_(None), last > start))
    raise AssertionError(match)


def first_days(kind: RecordTable, conditions: Iterable[Condition]) -> list[ColumnElement[bool]]:
    """The bounds on the first day of records that have one, as conditions of their own.

    Beside an order by that day, a database looks for bounds in no alternative of a condition.
    """
    attributes = (None, kind.record.period_attributes[0])
    ends = [each.end for each in conditions if isinstance(each, During) and each.attribute in attributes]
    return [kind.table.c[kind.start] < end for end in ends]


def sensitive_attributes(kind: RecordTable, conditions: Iterable[Condition]) -> dict[str, FieldClass]:
    """The sensitive attributes that conditions test, each with its class."""
    names = {name for condition in conditions for name in _attributes(condition)}
    classes = {name: kind.attributes[name].field_class for name in sorted(names & kind.attributes.keys())}
    return {name: field_class for name, field_class in classes.items() if field_class is not None}


def attributes_of(kind: RecordTable, query: PageQuery) -> frozenset[str]:
    """What an answer says of each record: the selected attributes, and the sensitive ones that conditions test."""
    return query.attributes.union(sensitive_attributes(kind, query.conditions))


def _attributes(condition: Condition) -> Sequence[str]:
    """The attributes that a condition tests.

    Without periods and references: these are never sensitive, because records are ordered and related by them.
    """
    match condition:
        case AnyOf(attributes, _):
            return [name.partition(".")[0] for name in attributes]
        case Contains(attribute, _):
            return [attribute]
        case AlongAxes():
            return ["dimensions"]
        case ReleasedBy():
            return ["released_at"]
        case LatestRelease():
            return ["series_key", "speaker", "release_name", "released_at"]
        case During() | RefersTo() | UpdatedSince():
            return []


def _source_names(conditions: Iterable[Condition]) -> frozenset[str] | None:
    """The sources that conditions allow; None where they allow any."""
    names = [
        frozenset(each.values) for each in conditions if isinstance(each, AnyOf) and each.attributes == ("source",)
    ]
    return frozenset.intersection(*names) if names else None


def _records_with_reference(records: VisibleRecords, kind: RecordTable, scheme: str | None, value: str) -> Any:
    """The ids of records with a reference of this value."""
    ids = select(reference.c.record).where(
        reference.c.record_type == kind.type.value,
        reference.c.value.in_(canonical_spellings(value)),
        records.view.contains(reference.c),
    )
    return ids if scheme is None else ids.where(reference.c.scheme.in_(canonical_spellings(scheme)))


def _spellings(values: Iterable[Any]) -> list[Any]:
    """The values, texts in every canonically equivalent form: the database compares bytes."""
    return [
        spelling
        for value in values
        for spelling in (canonical_spellings(value) if type(value) is str and not value.isascii() else (value,))
    ]


def _along(dimensions: Any, axis: str, values: Sequence[str]) -> ColumnElement[bool]:
    """One of the dimensions has one of these values of an axis."""
    pairs = product(canonical_spellings(axis), _spellings(values))
    texts = (msgspec.json.encode(pair).decode() for pair in pairs)
    return or_(false(), *(literal(text, Text).op("IN", is_comparison=True)(JSONElements(dimensions)) for text in texts))


def _has_later_release(records: VisibleRecords, kind: RecordTable, until: date | None) -> ColumnElement[bool]:
    """A later publication that the caller may see, by that day, restates the figure."""
    figure, later = kind.table.c, alias(kind.table, "restating").c
    restating = (
        select(later.id)
        .where(
            records.are_current(kind, later),
            later.series_key == figure.series_key,
            later.source == figure.source,
            later.speaker.is_not_distinct_from(figure.speaker),
            or_(
                later.release_name > figure.release_name,
                and_(
                    or_(later.release_name.is_(None), figure.release_name.is_(None)),
                    later.released_at > figure.released_at,
                ),
            ),
        )
        .correlate(kind.table)
    )
    return (restating if until is None else restating.where(later.released_at <= until)).exists()
