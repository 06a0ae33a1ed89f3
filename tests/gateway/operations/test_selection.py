"""Selections: what is read from a document before it runs is what graphql-core then answers, name by name."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    execute,
    parse,
)
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from gateway.operations.selection import Selection
from schema.access import filter_schema
from schema.contract import PUBLIC, master, sdl
from tests.support.properties import examples
from tests.support.random_documents import documents

SCALARS = {
    name: st.just(value)
    for name, value in {
        "DateTime": nodes.String("2024-01-01T00:00:00Z"),
        "Date": nodes.String("2024-01-01"),
        "Jurisdiction": nodes.String("KR"),
        "Long": nodes.Int(1),
        "Decimal": nodes.String("1"),
        "Duration": nodes.String("PT1H"),
        "URL": nodes.String("https://example.org"),
    }.items()
}

LEAVES: dict[str, Any] = {
    **dict.fromkeys(("Int", "Long", "Boolean", "Duration"), 1),
    **dict.fromkeys(("ID", "String", "URL", "Jurisdiction"), "1"),
    "Boolean": True,
    "Decimal": Decimal(1),
    "Date": date(2024, 1, 1),
    "DateTime": datetime(2024, 1, 1, tzinfo=UTC),
}

Place = tuple[str | int, ...]


class Answering:
    """The schema with a value for every field; notes for each object what `Selection` says is selected of it."""

    def __init__(self) -> None:
        self.schema: GraphQLSchema = filter_schema(master(), PUBLIC)
        self.selected: dict[Place, list[str]] = {}
        self._node = "Case"
        for kind in self.schema.type_map.values():
            if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
                kind.is_type_of = None
                for field in kind.fields.values():
                    field.resolve = self._resolve
            elif isinstance(kind, GraphQLInterfaceType):
                kind.resolve_type = lambda value, *_: value.kind

    def ask(self, document: str, variables: Mapping[str, Any], node: str = "Case") -> Any:
        """The answer; a node is of the type `node`."""
        self.selected = {}
        self._node = node
        result = execute(self.schema, parse(document), variable_values=dict(variables))
        assert isinstance(result, ExecutionResult)
        assert result.errors is None
        return result.data

    def _resolve(self, source: Any, info: GraphQLResolveInfo[Any], /, **arguments: Any) -> Any:
        return self._value(info.return_type, info, tuple(info.path.as_list()))

    def _value(self, kind: Any, info: GraphQLResolveInfo[Any], at: Place) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._value(kind.of_type, info, at)
        if isinstance(kind, GraphQLList):
            return [self._value(kind.of_type, info, (*at, 0))]
        if isinstance(kind, GraphQLEnumType):
            return next(iter(kind.values.values())).value
        if isinstance(kind, GraphQLScalarType):
            return LEAVES[kind.name]
        runtime = info.schema.type_map[self._node] if isinstance(kind, GraphQLInterfaceType) else kind
        assert isinstance(runtime, GraphQLObjectType)
        self.selected[at] = list(Selection(info).below(runtime, info.field_nodes))
        return SimpleNamespace(kind=runtime.name)


def answered(data: Any, at: Place = ()) -> dict[Place, list[str]]:
    """Every object of an answer below the root, with its names in their order."""
    found: dict[Place, list[str]] = {}
    if isinstance(data, dict):
        if at:
            found[at] = list(data)
        for name, value in data.items():
            found |= answered(value, (*at, name))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            found |= answered(value, (*at, position))
    return found


ANSWERING = Answering()


@given(document=documents(), a=st.booleans(), b=st.booleans())
def test_selections_of_pages_inside_pages_are_those_that_are_answered(document: str, a: bool, b: bool) -> None:
    data = ANSWERING.ask(document, {"a": a, "b": b})
    assert ANSWERING.selected == answered(data)


@examples(usual=10, proof=50)
@given(
    document=st.deferred(lambda: queries(sdl(PUBLIC), custom_scalars=SCALARS, allow_x00=False)),
    node=st.sampled_from(["Case", "Takedown"]),
)
def test_selections_of_any_document_are_those_that_are_answered(document: Any, node: str) -> None:
    data = ANSWERING.ask(document, {}, node)
    assert ANSWERING.selected == answered(data)


CONDITIONS = """
query($a: Boolean!, $b: Boolean! = true) {
  node(id: "x") {
    ... on Record { source ...OnCase } ... on Node { id } ... on Takedown { source duration }
    ...OnCase @skip(if: $a) ... @include(if: $b) { again: id ... on Record @skip(if: $b) { never: id } }
  }
}
fragment OnCase on Case { title ...Deeper @include(if: $a) same: source same: source }
fragment Deeper on Record { externalId ...OnTakedown }
fragment OnTakedown on Takedown { itemCount }
"""


@given(a=st.booleans(), b=st.booleans(), node=st.sampled_from(["Case", "Takedown", "Statistic"]))
@example(a=True, b=True, node="Case")
def test_selections_under_conditions_are_those_that_are_answered(a: bool, b: bool, node: str) -> None:
    data = ANSWERING.ask(CONDITIONS, {"a": a, "b": b}, node)
    assert ANSWERING.selected == answered(data)


def test_the_oracle_sees_what_a_wrong_selection_would_leave_out() -> None:
    data = ANSWERING.ask("{ node(id: 1) { id __typename ... on Case { title } } }", {})
    assert answered(data) == {("node",): ["id", "__typename", "title"]} == ANSWERING.selected
