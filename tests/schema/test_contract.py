"""The published schema: committed as it is served, described to the last value, and closed where it says so."""

import inspect
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    build_schema,
    find_breaking_changes,
    is_specified_scalar_type,
    validate_schema,
)

import schema
from adapters.vocabulary import enums
from adapters.vocabulary.enums import RecordType, Vocabulary
from schema.access import STRAWBERRY_DEFINITION
from schema.contract import master, sdl
from schema.declarations import (
    ChangesField,
    FigureField,
    LookupField,
    PageField,
    RelatedField,
    SummaryField,
    declaration_of,
)
from schema.errors import MEANINGS, ErrorCode
from schema.queries import changes, conditions, coverage, disclosure, records, sources
from schema.types import summaries

COMMITTED = Path(schema.__file__).with_name("schema.graphql")

TYPES = [
    kind
    for name, kind in master().type_map.items()
    if not name.startswith("__") and not (isinstance(kind, GraphQLScalarType) and is_specified_scalar_type(kind))
]
OUTPUTS = [kind for kind in TYPES if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]


def test_what_is_served_is_what_was_committed() -> None:
    committed = COMMITTED.read_text()
    broken = [change.description for change in find_breaking_changes(build_schema(committed), build_schema(sdl()))]
    assert broken == [], "existing documents would break: CHANGELOG.md must announce it before the file is written anew"
    assert committed == sdl(), "write it anew: gateway schema print > schema/schema.graphql"


def test_the_schema_is_valid() -> None:
    assert validate_schema(master()) == []
    assert validate_schema(build_schema(sdl())) == []


def described(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """Everything of a type that has a description, with it."""
    yield kind.name, kind.description
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            for argument, said in field.args.items():
                yield f"{kind.name}.{name}({argument})", said.description
    elif isinstance(kind, GraphQLInputObjectType):
        for name, given in kind.fields.items():
            yield f"{kind.name}.{name}", given.description
    elif isinstance(kind, GraphQLEnumType):
        for name, value in kind.values.items():
            yield f"{kind.name}.{name}", value.description


def test_everything_is_described_in_a_sentence() -> None:
    for kind in TYPES:
        for name, description in described(kind):
            assert description, name
            assert description.strip() == description, name
            assert description.endswith("."), name
            assert description[0].isupper() or description[0] in "`", name


def test_every_scalar_of_our_own_says_where_it_is_specified() -> None:
    scalars = {kind.name: kind for kind in TYPES if isinstance(kind, GraphQLScalarType)}
    assert scalars.keys() == {"DateTime", "Date", "Duration", "Long", "Decimal", "URL", "Jurisdiction"}
    for scalar in scalars.values():
        assert (scalar.specified_by_url or "").startswith("https://"), scalar.name
        assert f"scalar {scalar.name} @specifiedBy(url:" in sdl()


VOCABULARIES: dict[str, type[Vocabulary]] = {
    name: kind
    for module in (enums, changes, conditions, coverage, disclosure, records, sources, summaries)
    for name, kind in vars(module).items()
    if inspect.isclass(kind) and issubclass(kind, Vocabulary) and kind is not Vocabulary
}


@pytest.mark.parametrize("kind", [kind for kind in TYPES if isinstance(kind, GraphQLEnumType)], ids=str)
def test_every_enum_holds_the_values_of_its_vocabulary_in_their_order(kind: GraphQLEnumType) -> None:
    vocabulary: type[Enum] = VOCABULARIES[kind.name]
    assert list(kind.values) == [member.name for member in vocabulary]
    assert [kind.serialize(member) for member in vocabulary] == [member.name for member in vocabulary]
    parsed = [kind.parse_value(name) for name in kind.values]
    assert parsed == list(vocabulary)
    assert {type(member) for member in parsed} == {vocabulary}


def root_fields() -> dict[str, GraphQLField]:
    query = master().query_type
    assert query is not None
    fields: dict[str, GraphQLField] = query.fields
    return fields


def test_the_root_fields_are_those_with_data_behind_them() -> None:
    assert root_fields().keys() == {
        *("node", "nodes", "case", "cases", "takedown", "takedowns", "arrest", "arrests"),
        *("caseSummary", "takedownSummary", "arrestSummary", "changes"),
        *("reports", "informationRequests", "cooperationRequests", "total", "compareStatistics"),
        *("statistics", "agencies", "platforms", "offences", "sources", "coverage", "vocabulary", "viewer"),
        *("auditTrail", "rejections", "disclosedCounts"),
    }


def test_every_type_of_record_is_reached_as_a_node_and_those_that_name_references_as_relations() -> None:
    nodes = {kind.name for kind in master().get_possible_types(master().type_map["Node"])}  # type: ignore[arg-type]  # it is
    assert nodes == set(RecordType)
    record = master().type_map["Record"]
    assert isinstance(record, GraphQLInterfaceType)
    related = {
        declaration.record_type
        for field in record.fields.values()
        if isinstance(declaration := declaration_of(field), RelatedField)
    }
    assert related == set(RecordType) - {RecordType.STATISTIC}


def test_lists_hold_no_null_but_where_an_id_may_name_nothing() -> None:
    for kind in OUTPUTS:
        for name, field in kind.fields.items():
            bare = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
            if isinstance(bare, GraphQLList) and f"{kind.name}.{name}" != "Query.nodes":
                assert isinstance(bare.of_type, GraphQLNonNull), f"{kind.name}.{name}"
                assert isinstance(field.type, GraphQLNonNull) or name == "jurisdictions" or kind.name == "Query"


def test_every_root_field_may_be_null_so_that_an_error_in_one_leaves_the_others() -> None:
    assert [name for name, field in root_fields().items() if isinstance(field.type, GraphQLNonNull)] == []


def test_nothing_is_required_but_what_no_answer_can_do_without() -> None:
    required = {
        f"{kind.name}.{name}"
        for kind in OUTPUTS
        for name, field in kind.fields.items()
        for argument in field.args.values()
        if isinstance(argument.type, GraphQLNonNull)
    }
    identified = {"Query.node", "Query.nodes", "Query.case", "Query.takedown", "Query.arrest"}
    assert required == identified | {"Query.total", "Query.compareStatistics", "Query.disclosedCounts"}


def resolvers() -> Iterator[tuple[str, Any]]:
    """Every field that has a resolver of its own, written by hand."""
    for kind in OUTPUTS:
        for name, field in kind.fields.items():
            definition = field.extensions.get(STRAWBERRY_DEFINITION)
            if definition is not None and definition.base_resolver is not None and declaration_of(field) is None:
                yield f"{kind.name}.{name}", definition.base_resolver.wrapped_func


def test_no_resolver_reads_but_those_that_follow_from_declarations() -> None:
    """What reads is asynchronous and takes the context of the request. No resolver of the schema's own does either."""
    for name, resolver in resolvers():
        assert not inspect.iscoroutinefunction(resolver), name
        assert "info" not in inspect.signature(resolver).parameters, name


def test_every_root_page_and_lookup_is_declared() -> None:
    for name, field in root_fields().items():
        if str(field.type).rstrip("!").endswith("Connection"):
            assert isinstance(declaration_of(field), PageField), name
        if name in {"case", "arrest"}:
            assert isinstance(declaration_of(field), LookupField), name
        if name == "changes":
            assert isinstance(declaration_of(field), ChangesField), name
        if name in {"total", "compareStatistics"}:
            assert isinstance(declaration_of(field), FigureField), name
        if name.endswith("Summary"):
            assert isinstance(declaration_of(field), SummaryField), name


def test_every_error_code_has_a_meaning() -> None:
    assert MEANINGS.keys() == set(ErrorCode)
