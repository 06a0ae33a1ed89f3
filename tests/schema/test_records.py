"""Records, tables and GraphQL types hold together: a field that is renamed or removed in one of the three is found."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest
from graphql import GraphQLField, GraphQLNonNull, GraphQLObjectType, get_named_type
from msgspec import Struct, defstruct, structs
from sqlalchemy import MetaData

from adapters import records
from adapters.records import RECORD_TYPES, Record, field_class
from adapters.vocabulary.enums import FieldClass, RecordType, Unit, Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction
from gateway.access.callers import operator, public
from gateway.catalogue.tables import RECORD_TABLES, VERSION_COLUMNS, RecordTable
from schema.access import access_of
from schema.contract import master
from schema.declarations import AttributeField, declaration_of
from tests.support import full_documents
from tests.support.catalogue import shelf_at

OF_THE_VERSION = {"recorded_at": "DateTime!", "redacted": "Boolean!", "provenance": "Provenance!"}
"""What fields read that no record states: attributes of its version, and their types."""

IDENTITY = {"source", "external_id"}
"""What stands in the table as one column, `id`."""

KINDS = {str: "String", bool: "Boolean", int: "Long", date: "Date", datetime: "DateTime", Decimal: "Decimal"}
OTHERWISE = {("agency_of", "String"): "Agency", ("platform_of", "String"): "Platform"}
"""What a declaration shows a name as."""

NAMED = {"url": "URL", "duration": "Duration"}
"""Attributes that have a scalar of their own."""

SMALL = {"row"}
"""Whole numbers that an Int always holds."""

Fields = Mapping[str, GraphQLField]


def graphql_type(kind: str) -> GraphQLObjectType:
    found = master().type_map[kind]
    assert isinstance(found, GraphQLObjectType)
    return found


def graphql_fields(kind: str) -> Fields:
    fields: Fields = graphql_type(kind).fields
    return fields


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def faults(record: type[Record], table: RecordTable, fields: Fields) -> Iterator[str]:
    """Where a record type, its table and its GraphQL type do not hold together."""
    hints = get_type_hints(record, include_extras=True)
    stated = {field.name: hints[field.name] for field in structs.fields(record)}
    yield from _table_faults(stated, table)
    yield from _field_faults(stated, fields)
    for name in record.period_attributes:
        if name not in stated or table.start not in table.table.c or table.end not in table.table.c:
            yield f"{name} does not date the record"
    description = graphql_type(record.type.value).description or ""
    if not description.endswith(f"Its own period is {', or else '.join(f'`{n}`' for n in record.period_attributes)}."):
        yield "the description does not name the record's own period"


def _table_faults(stated: Mapping[str, Any], table: RecordTable) -> Iterator[str]:
    attributes = table.attributes
    for name in sorted(attributes.keys() ^ (stated.keys() - IDENTITY)):
        yield f"{name} is an attribute of only one of record and table"
    columns = {column for attribute in attributes.values() for column in attribute.columns}
    derived = {column.name for column in table.table.c if column.computed is not None}
    for column in sorted(columns ^ (set(table.table.c.keys()) - set(VERSION_COLUMNS) - derived)):
        yield f"{column} is a column of only one of the attributes and the table"
    for name in attributes.keys() & stated.keys():
        inner = _bare(stated[name])
        parts = structs.fields(inner) if isinstance(inner, type) and issubclass(inner, Struct) else ()
        expected = tuple(f"{name}_{part.name}" for part in parts) or (name,)
        if attributes[name].columns != expected or attributes[name].name != name:
            yield f"{name} is stored as {attributes[name].columns}"
        if attributes[name].field_class is not field_class(stated[name]):
            yield f"{name} is of another class in its table"


def _field_faults(stated: Mapping[str, Any], fields: Fields) -> Iterator[str]:
    read = [
        declaration.names
        for field in fields.values()
        if isinstance(declaration := declaration_of(field), AttributeField)
    ]
    alone = [names[0] for names in read if len(names) == 1]
    for name in sorted(stated.keys() | OF_THE_VERSION.keys()):
        if alone.count(name) != 1:
            yield f"{name} is shown by {alone.count(name)} fields"
    for name in sorted({name for names in read for name in names} - stated.keys() - OF_THE_VERSION.keys()):
        yield f"a field shows {name}, which no record has"
    for name, field in fields.items():
        declaration = declaration_of(field)
        access = access_of(field)
        names = declaration.names if isinstance(declaration, AttributeField) else ()
        if access is None or {field_class(stated[each]) for each in names if each in stated} - {access.field_class}:
            yield f"{name} may be seen by others than what it shows"
        if isinstance(declaration, AttributeField) and len(declaration.names) == 1 and declaration.names[0] in stated:
            expected = _kind(stated[declaration.names[0]], declaration.names[0])
            bare = expected.rstrip("!")
            shown = OTHERWISE.get((getattr(declaration.compute, "__name__", ""), bare), bare)
            if str(field.type) != expected.replace(bare, shown):
                yield f"{name} is {field.type} and would have to be {expected}"
        elif isinstance(declaration, AttributeField) and str(field.type) != OF_THE_VERSION.get(
            declaration.names[0], str(field.type)
        ):
            yield f"{name} is {field.type}"
        if (
            isinstance(declaration, AttributeField)
            and len(declaration.names) == 1
            and camel(declaration.names[0]) != name
        ):
            yield f"{name} shows {declaration.names[0]}"


def _bare(annotation: Any) -> Any:
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (part for part in get_args(annotation) if part is not NoneType)
    return annotation


def _kind(annotation: Any, name: str) -> str:
    """The GraphQL type that fits an attribute: non-null where it is always known."""
    bare = _bare(annotation)
    plain = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    optional = get_origin(plain) in (Union, UnionType)
    if get_origin(bare) is tuple:
        return f"[{_kind(get_args(bare)[0], name)}]!"
    if bare is Jurisdiction:
        fitting = "Jurisdiction"
    elif isinstance(bare, type) and issubclass(bare, Vocabulary | Struct):
        fitting = bare.__name__
    else:
        fitting = NAMED.get(name) or ("Int" if name in SMALL else KINDS[bare])
    return fitting if optional else f"{fitting}!"


@pytest.mark.parametrize("kind", RecordType)
def test_record_table_and_type_hold_together(kind: RecordType) -> None:
    assert list(faults(RECORD_TYPES[kind], RECORD_TABLES[kind], graphql_fields(kind))) == []


STRUCTS = [
    kind
    for kind in vars(records).values()
    if isinstance(kind, type) and issubclass(kind, Struct) and not issubclass(kind, Record) and kind is not Struct
]


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_a_value_shows_every_part_that_it_has(struct: type[Struct]) -> None:
    hints = get_type_hints(struct)
    parts = {camel(name): _kind(hint, name) for name, hint in hints.items()}
    assert {name: str(field.type) for name, field in graphql_fields(struct.__name__).items()} == parts


# Faults injected into each of the three are found: what the tests above promise.


def changed_records(record: type[Record]) -> Iterator[tuple[str, type[Record]]]:
    """The record type with one attribute removed, renamed, or of another class."""
    hints = get_type_hints(record, include_extras=True)
    fields = structs.fields(record)

    def made(described: list[tuple[str, Any]]) -> Any:
        return defstruct(
            record.__name__,
            described,
            kw_only=True,
            frozen=True,
            namespace={"type": record.type, "period_attributes": record.period_attributes},
        )

    for gone in fields:
        rest = [(field.name, hints[field.name]) for field in fields if field is not gone]
        yield f"{gone.name} removed", made(rest)
        yield f"{gone.name} renamed", made([*rest, (f"{gone.name}x", hints[gone.name])])
        yield f"{gone.name} classed", made([*rest, (gone.name, _classed(hints[gone.name]))])


def _classed(annotation: Any) -> Any:
    plain = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return Annotated[plain, FieldClass.OPERATIONAL]


def changed_tables(table: RecordTable) -> Iterator[tuple[str, RecordTable]]:
    """The table with one attribute, or one column, removed or renamed."""
    for name, attribute in table.attributes.items():
        rest = {other: said for other, said in table.attributes.items() if other != name}
        yield f"{name} removed", replace(table, attributes=rest)
        yield f"{name} renamed", replace(table, attributes=rest | {f"{name}x": attribute})
        for column in attribute.columns:
            copied = table.table.to_metadata(MetaData())
            copied._columns.remove(copied.c[column])  # a table gives no column away otherwise
            yield f"{column} dropped", replace(table, table=copied)


def changed_fields(fields: Fields) -> Iterator[tuple[str, Fields]]:
    """The GraphQL fields with one removed, renamed, or of another nullability."""
    for name, field in fields.items():
        if isinstance(declaration := declaration_of(field), AttributeField) and len(declaration.names) == 1:
            rest = {other: said for other, said in fields.items() if other != name}
            yield f"{name} removed", rest
            yield f"{name} renamed", rest | {f"{name}x": field}
            other_type = field.type.of_type if isinstance(field.type, GraphQLNonNull) else GraphQLNonNull(field.type)
            yield f"{name} of another type", rest | {name: GraphQLField(other_type, extensions=field.extensions)}


@pytest.mark.parametrize("kind", RecordType)
def test_whatever_is_removed_or_renamed_in_one_of_the_three_is_found(kind: RecordType) -> None:
    record, table, fields = RECORD_TYPES[kind], RECORD_TABLES[kind], graphql_fields(kind)
    injected = [
        *((f"record: {fault}", faults(other, table, fields)) for fault, other in changed_records(record)),
        *((f"table: {fault}", faults(record, other, fields)) for fault, other in changed_tables(table)),
        *((f"schema: {fault}", faults(record, table, other)) for fault, other in changed_fields(fields)),
    ]
    assert len(injected) > 100
    assert [fault for fault, found in injected if not list(found)] == []


# What is classed is shown to nobody.

CLASSED = {
    (kind, name): hint
    for kind, record in RECORD_TYPES.items()
    for name, hint in get_type_hints(record, include_extras=True).items()
    if field_class(hint) is not None
}


def test_classed_attributes_are_known() -> None:
    assert {f"{kind.value}.{name}" for kind, name in CLASSED} == {
        *("Takedown.urls", "Arrest.age_band", "Arrest.gender", "Arrest.is_minor"),
    }


def test_a_value_of_a_classed_attribute_reaches_only_those_who_are_granted_its_class(tmp_path: Path) -> None:
    stated = []
    for kind, record in RECORD_TYPES.items():
        canaries: dict[str, Any] = {}
        for (of, name), hint in CLASSED.items():
            if of is kind:
                text = f"canary-{name}"
                canaries[name] = {str: text, bool: True}.get(_bare(hint), (text,))
        stated.append(record(source="fake", external_id="1", references=(records.Reference("no", "1"),), **canaries))
    ids = [f"{record.type.value}:{record.id}" for record in stated]
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        shelf.state(stated)
        for caller in (public(shelf.holdings.descriptions.values()), operator(shelf.holdings.descriptions.values())):
            answers = [
                shelf.ask(full_documents.records(view=caller.view), {"ids": ids}, caller=caller),
                shelf.ask(full_documents.lists(0, caller.view), caller=caller),
            ]
            assert None not in answers[0].data["nodes"]
            canaries_met = {name for _, name in CLASSED if any(f"canary-{name}".encode() in a.text for a in answers)}
            assert canaries_met == ({"urls", "age_band", "gender"} if caller.classes else set())


def test_a_figure_in_seconds_is_a_duration_too_and_no_other_is(tmp_path: Path) -> None:
    figures = [
        records.Statistic(source="fake", external_id="1", value=Decimal(129_600), unit=Unit.SECONDS),
        records.Statistic(source="fake", external_id="2", value=Decimal(129_600), unit=Unit.PERSONS),
        records.Statistic(source="fake", external_id="3", unit=Unit.SECONDS),
    ]
    takedown = records.Takedown(source="fake", external_id="1", duration=129_600)
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        shelf.state([*figures, takedown])
        answer = shelf.ask(
            """{ statistics(orderBy: {descending: false}) { nodes { duration } }
            node(id: "Takedown:fake:1") { ... on Takedown { duration } } }"""
        )
    durations = [node["duration"] for node in answer.data["statistics"]["nodes"]]
    assert (durations, answer.data["node"]) == (["PT36H", None, None], {"duration": "PT36H"})


def test_only_what_is_derived_reads_several_attributes() -> None:
    several = {
        (kind.value, name): declaration.names
        for kind in RecordType
        for name, field in graphql_fields(kind).items()
        if isinstance(declaration := declaration_of(field), AttributeField) and len(declaration.names) > 1
    }
    own = {
        (kind.value, field): record.period_attributes
        for kind, record in RECORD_TYPES.items()
        for field in ("period", "periodBasis")
        if len(record.period_attributes) > 1
    }
    assert several == own | {
        ("Statistic", "duration"): ("value", "unit"),
        ("Statistic", "qualityNotes"): ("source", "platform", "period", "dimensions"),
        ("Takedown", "qualityNotes"): (
            *("source", "platform", "reported_at", "trigger", "automated_detection", "native"),
        ),
    }
    assert str(get_named_type(graphql_fields("Statistic")["duration"].type)) == "Duration"
