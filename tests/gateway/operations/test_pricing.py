"""The cost of an operation: what its pages can hold, multiplied inside each other, and never less than is read."""

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    validate,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import queries

from gateway.operations.arguments import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from gateway.operations.pricing import price
from schema.access import View, filter_schema, price_of
from schema.contract import PUBLIC, master, sdl, visible_schema
from tests.gateway.operations.test_execution import NEEDED, SCALARS
from tests.support.catalogue import Shelf

VIEW: View = PUBLIC


PRICES = {
    "totalCount": 5,
    "coverage": 10,
    "gaps": 20,
    "offences": 10,
    "caseSummary": 20,
    "takedownSummary": 20,
    "arrestSummary": 20,
    "total": 50,
    "compareStatistics": 50,
    "disclosedCounts": 50,
}
"""Fields that read more than the records they show. Any other page costs 1 and any other field nothing."""


def cost(text: str, variables: Mapping[str, Any] | None = None, schema: GraphQLSchema | None = None) -> int:
    schema = schema or visible_schema(VIEW)
    document = parse(text)
    assert validate(schema, document) == []
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return price(schema, document, operation, variables or {})


def test_every_field_declares_its_price() -> None:
    prices = {
        f"{type_.name}.{name}": (price_of(field), PRICES.get(name, 1 if {"first", "ids"} & field.args.keys() else 0))
        for type_ in master().type_map.values()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not type_.name.startswith("__")
        for name, field in type_.fields.items()
    }
    assert {name: pair for name, pair in prices.items() if pair[0] != pair[1]} == {}
    assert {name.partition(".")[2] for name in prices} > PRICES.keys()


@pytest.mark.parametrize("name", sorted(PRICES.keys() - {"gaps", "totalCount"}))
def test_a_field_keeps_its_price_under_another_name(name: str) -> None:
    schema = filter_schema(master(), VIEW)
    assert schema.query_type is not None
    schema.query_type.fields["renamed"] = schema.query_type.fields.pop(name)
    arguments = f"({NEEDED[name]})" if name in NEEDED else ""
    assert cost(f"{{ renamed{arguments} {{ __typename }} }}", schema=schema) == cost(
        f"{{ {name}{arguments} {{ __typename }} }}"
    )
    assert cost(f"{{ renamed{arguments} {{ __typename }} }}", schema=schema) > PRICES[name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ __typename }", 1),
        ("{ cases { nodes { id title } } }", 1 + 1 + DEFAULT_PAGE_SIZE),
        ("{ cases(first: 5) { edges { cursor node { id provenance { citation } } } pageInfo { endCursor } } }", 7),
        ("{ cases(first: 0) { totalCount } }", 1 + 1 + 5),
        ("{ cases(last: 3) { nodes { id } } }", 1 + 4),
        ("{ cases(first: 5) { nodes { arrests(first: 2) { nodes { id } } } } }", 1 + 6 + 5 * 3),
        ("{ cases(first: 5) { nodes { arrests(first: 2) { totalCount } } } }", 1 + 6 + 5 * (3 + 5)),
        (
            "{ cases(first: 5) { edges { node { arrests(first: 2) { nodes { cases { totalCount } } } } } } }",
            1 + 6 + 5 * 3 + 5 * 2 * (1 + DEFAULT_PAGE_SIZE + 5),
        ),
        ('{ nodes(ids: ["Case:a:1", "Case:a:2"]) { id ... on Case { arrests { totalCount } } } }', 1 + 3 + 2 * 26),
        ('{ case(id: "Case:a:1") { history(first: 7) { complete  } } }', 1 + 8),
        ("{ a: cases(first: 1) { nodes { id } } b: cases(first: 2) { nodes { id } } }", 1 + 2 + 3),
        ("{ ...F ... { ...F } } fragment F on Query { cases(first: 9) { nodes { id } } }", 1 + 2 * 10),
        ("{ cases(first: 9) @skip(if: true) { nodes { id } } }", 1 + 10),
    ],
)
def test_a_page_costs_the_records_that_it_can_hold(text: str, expected: int) -> None:
    assert cost(text) == expected


def test_variables_say_how_large_a_page_is() -> None:
    text = "query($first: Int = 3, $ids: [ID!]!) { cases(first: $first) { nodes { id } } nodes(ids: $ids) { id } }"
    assert cost(text, {"ids": []}) == 1 + 4 + 1
    assert cost(text, {"ids": ["a", "b"], "first": 50}) == 1 + 51 + 3
    assert cost(text, {"ids": [], "first": None}) == 1 + (1 + DEFAULT_PAGE_SIZE) + 1
    assert cost(text, {"ids": ["a"] * 1_000, "first": 10**6}) == 1 + 2 * (1 + MAX_PAGE_SIZE)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(query=st.deferred(lambda: queries(sdl(VIEW), custom_scalars=SCALARS, allow_x00=True)))
def test_every_document_has_a_price_and_naming_it_twice_never_costs_less(query: str) -> None:
    document = parse(query)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    once = price(visible_schema(VIEW), document, operation, {})
    twice = OperationDefinitionNode(
        operation=operation.operation,
        variable_definitions=operation.variable_definitions,
        selection_set=SelectionSetNode(selections=operation.selection_set.selections * 2),
    )
    assert once >= 1
    assert price(visible_schema(VIEW), document, twice, {}) == 2 * once - 1


@given(sizes=st.lists(st.integers(0, 100), min_size=1, max_size=4))
def test_pages_inside_each_other_multiply(sizes: list[int]) -> None:
    text = ""
    for size in reversed(sizes):
        text = f"cases(first: {size}) {{ nodes {{ id {text} }} }}"
    expected, times = 1, 1
    for size in sizes:
        expected += times * (1 + size)
        times *= size
    assert cost(f"{{ {text} }}") == expected


def test_no_more_records_are_read_than_were_paid_for(shelf: Shelf) -> None:
    """What the catalogue is asked for in pages, added up, is no more than the price."""
    from adapters.records import Arrest, Case, Reference

    number = (Reference("n", "1"),)
    shelf.state(
        [Case(source="fake", external_id=f"{each}", references=number) for each in range(30)]
        + [Arrest(source="fake", external_id=f"{each}", references=number) for each in range(30)]
    )
    text = "{ cases(first: 7) { nodes { id arrests(first: 3) { nodes { id cases(first: 2) { nodes { id } } } } } } }"
    answer = shelf.ask(text).data["cases"]["nodes"]
    records = sum(1 + sum(1 + len(arrest["cases"]["nodes"]) for arrest in case["arrests"]["nodes"]) for case in answer)
    assert records == 7 + 7 * 3 + 7 * 3 * 2
    assert records <= cost(text)
