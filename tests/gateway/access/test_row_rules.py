"""Row rules: a row is visible if the caller's sources or one of its grants reach it, and otherwise not."""

from collections.abc import Iterable
from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, ColumnElement, Integer, MetaData, Table, Text, create_engine, insert, select

from adapters.vocabulary.enums import Audience, FieldClass, RecordType
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from gateway.access.callers import AccessGrant, Caller
from gateway.access.row_rules import RowRules

SOURCES = ("open", "granted", "hidden")
FRANCE, KOREA = parse_jurisdiction("FR"), parse_jurisdiction("KR")
SETS: dict[int | None, set[str]] = {1: {FRANCE}, 2: {FRANCE, KOREA}, 3: {KOREA}, None: set()}
"""By key, the members of an interned set; None: the row states no jurisdiction."""

metadata = MetaData()
members = Table("member", metadata, Column("set_key", Integer), Column("member", Text))
rows = Table("row", metadata, Column("source", Text), Column("jurisdictions", Integer), Column("records", Text))

TYPES = {'["Arrest"]': {RecordType.ARREST}, '["Arrest","Case"]': {RecordType.ARREST, RecordType.CASE}}
"""As a scope stores its record types, and what that means."""

ROWS = list(product(SOURCES, SETS, TYPES))

engine = create_engine("sqlite://")
with engine.begin() as connection:
    metadata.create_all(connection)
    connection.execute(
        insert(members), [{"set_key": key, "member": each} for key, value in SETS.items() for each in value]
    )
    connection.execute(insert(rows), [dict(zip(rows.c.keys(), row, strict=True)) for row in ROWS])


def matches(rule: ColumnElement[bool]) -> set[tuple[str, int | None, str]]:
    with engine.connect() as connection:
        return {tuple(row) for row in connection.execute(select(rows).where(rule))}


def subsets(values: Iterable[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(values)))


grants = st.builds(
    AccessGrant,
    sources=subsets(SOURCES),
    record_types=st.none() | st.frozensets(st.sampled_from([RecordType.ARREST, RecordType.CASE]), min_size=1),
    jurisdictions=st.none() | st.frozensets(st.sampled_from([FRANCE, KOREA]), min_size=1),
    classes=st.frozensets(st.sampled_from(FieldClass)),
)
callers = st.builds(
    Caller, audience=st.just(Audience.PARTNER), sources=subsets(SOURCES), grants=st.lists(grants).map(tuple)
)


def reaches(grant: AccessGrant, record: RecordType, source: str, key: int | None) -> bool:
    return (
        source in grant.sources
        and (grant.record_types is None or record in grant.record_types)
        and (grant.jurisdictions is None or bool(grant.jurisdictions & SETS[key]))
    )


@given(callers)
def test_a_record_is_visible_through_an_open_source_or_a_grant(caller: Caller) -> None:
    for record in (RecordType.ARREST, RecordType.CASE):
        expected = {
            row
            for row in ROWS
            if row[0] in caller.sources or any(reaches(each, record, *row[:2]) for each in caller.grants)
        }
        assert matches(RowRules(caller, members).visible(record, rows.c)) == expected


@given(callers, st.sampled_from(FieldClass))
def test_a_classed_field_is_readable_through_a_grant_of_its_class_alone(
    caller: Caller, field_class: FieldClass
) -> None:
    rule = RowRules(caller, members).readable(RecordType.ARREST, rows.c, field_class)
    expected = {
        row
        for row in ROWS
        if any(field_class in each.classes and reaches(each, RecordType.ARREST, *row[:2]) for each in caller.grants)
    }
    assert matches(rule) == expected


@given(callers, st.booleans())
def test_a_scope_is_visible_if_it_can_hold_a_visible_record(caller: Caller, or_unknown_places: bool) -> None:
    rule = RowRules(caller, members).visible_scope(rows.c, or_unknown_places=or_unknown_places)

    def can_hold(grant: AccessGrant, source: str, key: int | None, records: str) -> bool:
        anywhere = AccessGrant(sources=grant.sources, record_types=grant.record_types)
        reach = anywhere if key is None and or_unknown_places else grant
        return any(reaches(reach, record, source, key) for record in TYPES[records])

    expected = {row for row in ROWS if row[0] in caller.sources or any(can_hold(each, *row) for each in caller.grants)}
    assert matches(rule) == expected


def test_a_caller_without_sources_and_grants_sees_no_row() -> None:
    rules = RowRules(Caller(Audience.OPERATOR), members)
    for rule in (
        rules.visible(RecordType.CASE, rows.c),
        rules.readable(RecordType.CASE, rows.c, FieldClass.PERSONAL),
        rules.visible_scope(rows.c, or_unknown_places=True),
    ):
        assert matches(rule) == set()
