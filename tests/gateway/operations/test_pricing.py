"""The price of an operation: the work of what its pages can have, never less than is read."""

from collections.abc import Mapping
from itertools import accumulate
from operator import mul
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
    get_introspection_query,
    parse,
    validate,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import queries

from adapters.vocabulary.names import AGENCIES
from gateway.operations.price_table import price_table
from gateway.operations.pricing import price, work
from gateway.operations.work_costs import MICROSECONDS
from schema.access import View, filter_schema, work_of
from schema.contract import PUBLIC, master, sdl, visible_schema
from schema.declarations import DEFAULT_CELLS, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from tests.gateway.operations.test_execution import NEEDED, SCALARS
from tests.support.catalogue import Shelf

VIEW: View = PUBLIC

READINGS = {
    "totalCount": "count",
    "sources": "sources",
    "silentSources": "silence",
    "coverage": "coverage",
    "gaps": "gaps",
    "caseSummary": "summary",
    "takedownSummary": "summary",
    "arrestSummary": "summary",
    "total": "total",
    "compareStatistics": "comparison",
    "disclosedCounts": "disclosure",
    "history": "history",
    "changes": "changes",
    "auditTrail": "audit trail",
    "nodes": "lookup",
}
"""What fields read, where that is neither a page nor a record."""


def work_in(
    text: str, variables: Mapping[str, Any] | None = None, schema: GraphQLSchema | None = None
) -> Mapping[str, float]:
    schema = schema or visible_schema(VIEW)
    document = parse(text)
    assert validate(schema, document) == []
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return work(schema, document, operation, variables or {})


def rows_in(text: str, variables: Mapping[str, Any] | None = None) -> Mapping[str, float]:
    """The rows of each reading."""
    return {kind.removesuffix(" row"): amount for kind, amount in work_in(text, variables).items() if " row" in kind}


def test_every_root_field_and_every_page_declares_what_it_reads() -> None:
    schema = master()
    assert schema.query_type is not None
    static = {"agencies", "platforms", "vocabulary", "offences", "viewer"}
    for name, field in schema.query_type.fields.items():
        read = work_of(field).read
        assert (read is None) == (name in static), name
        assert read in {READINGS.get(name), "page", "lookup", None}, name
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not type_.name.startswith("__"):
            for name, field in type_.fields.items():
                if {"first", "ids"} & field.args.keys():
                    assert work_of(field).read is not None, f"{type_.name}.{name}"
                    assert work_of(field).most is not None, f"{type_.name}.{name}"


def test_every_kind_of_work_has_a_measured_cost() -> None:
    readings = {
        work_of(field).read
        for type_ in master().type_map.values()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        for field in type_.fields.values()
    } - {None}
    kinds = {"request", "document", "token", "field", "overlap", "value", "object", "introspection"}
    assert kinds | {f"{read}{suffix}" for read in readings for suffix in ("", " row")} == MICROSECONDS.keys()
    for read in readings:
        assert MICROSECONDS[f"{read}"] + MICROSECONDS[f"{read} row"] > 0, read


@pytest.mark.parametrize("name", sorted({"coverage", "offences", "caseSummary", "total"}))
def test_a_field_keeps_its_work_under_another_name(name: str) -> None:
    schema = filter_schema(master(), VIEW)
    assert schema.query_type is not None
    schema.query_type.fields["renamed"] = schema.query_type.fields.pop(name)
    arguments = f"({NEEDED[name]})" if name in NEEDED else ""
    assert work_in(f"{{ renamed{arguments} {{ __typename }} }}", schema=schema) == work_in(
        f"{{ {name}{arguments} {{ __typename }} }}"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ __typename }", {}),
        ("{ cases { nodes { id title } } }", {"page": DEFAULT_PAGE_SIZE}),
        ("{ cases(first: 5) { edges { cursor node { id provenance { citation } } } } }", {"page": 5}),
        ("{ cases(first: 0) { totalCount } }", {"page": 0, "count": 1}),
        ("{ cases(last: 3) { nodes { id } } }", {"page": 3}),
        ("{ cases(first: 5) { nodes { arrests(first: 2) { nodes { id } } } } }", {"page": 5, "related": 5 * 2}),
        (
            "{ cases(first: 5) { nodes { arrests(first: 2) { totalCount } } } }",
            {"page": 5, "related": 5 * 2, "count": 5},
        ),
        (
            "{ cases(first: 5) { edges { node { arrests(first: 2) { nodes { cases { totalCount } } } } } } }",
            {"page": 5, "related": 5 * 2 + 5 * 2 * DEFAULT_PAGE_SIZE, "count": 5 * 2},
        ),
        (
            '{ nodes(ids: ["Case:a:1", "Case:a:2"]) { id ... on Case { arrests { totalCount } } } }',
            {"lookup": 2, "related": 2 * DEFAULT_PAGE_SIZE, "count": 2},
        ),
        ('{ case(id: "Case:a:1") { history(first: 7) { complete  } } }', {"lookup": 1, "history": 7}),
        ("{ a: cases(first: 1) { nodes { id } } b: cases(first: 2) { nodes { id } } }", {"page": 3}),
        ("{ ...F ... { ...F } } fragment F on Query { cases(first: 9) { nodes { id } } }", {"page": 18}),
        ("{ cases(first: 9) @skip(if: true) { nodes { id } } }", {"page": 9}),
        ("{ caseSummary { cells { count } } }", {"summary": 1}),
        ("{ caseSummary(groupBy: [MONTH]) { cells { count } } }", {"summary": DEFAULT_CELLS}),
        ("{ caseSummary(groupBy: [MONTH], first: 900) { cells { count } } }", {"summary": 900}),
    ],
)
def test_a_page_is_the_work_of_the_records_that_it_can_have(text: str, expected: Mapping[str, float]) -> None:
    assert rows_in(text) == expected


def test_values_are_the_work_of_the_objects_that_have_them() -> None:
    assert work_in("{ cases(first: 7) { nodes { id title } } }")["value"] == 7 * 2
    assert work_in("{ a: __typename b: __typename }")["value"] == 2
    assert work_in("{ agencies { id } }")["value"] == len(AGENCIES)
    assert work_in("{ vocabulary { values { value } } }")["value"] > 100


def test_the_published_prices_are_those_of_the_schema() -> None:
    document = (Path(__file__).parents[3] / "docs" / "prices.md").read_text(encoding="utf-8")
    assert document == price_table(master()), "write it anew: gateway schema prices > docs/prices.md"


def test_introspection_is_the_work_of_the_whole_schema() -> None:
    amount = work_in(get_introspection_query())["introspection"]
    result = execute_sync(visible_schema(VIEW), parse(get_introspection_query()))
    assert 0.5 < amount / _count_values(result.data) < 2
    alias = "{ __schema { types { name } } b: __schema { types { name } } }"
    assert work_in(alias)["introspection"] == 2 * work_in("{ __schema { types { name } } }")["introspection"]


def _count_values(data: object) -> int:
    match data:
        case dict():
            return sum(1 + _count_values(value) for value in data.values())
        case list():
            return sum(map(_count_values, data))
    return 0


def test_variables_say_how_large_a_page_is() -> None:
    text = "query($first: Int = 3, $ids: [ID!]!) { cases(first: $first) { nodes { id } } nodes(ids: $ids) { id } }"
    assert rows_in(text, {"ids": []}) == {"page": 3, "lookup": 0}
    assert rows_in(text, {"ids": ["a", "b"], "first": 50}) == {"page": 50, "lookup": 2}
    assert rows_in(text, {"ids": [], "first": None}) == {"page": DEFAULT_PAGE_SIZE, "lookup": 0}
    assert rows_in(text, {"ids": ["a"] * 1_000, "first": 10**6}) == {"page": MAX_PAGE_SIZE, "lookup": MAX_PAGE_SIZE}


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(query=st.deferred(lambda: queries(sdl(VIEW), custom_scalars=SCALARS, allow_x00=True)))
def test_every_document_has_a_price_and_naming_it_twice_never_costs_less(query: str) -> None:
    document = parse(query)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    once = work(visible_schema(VIEW), document, operation, {})
    twice = OperationDefinitionNode(
        operation=operation.operation,
        variable_definitions=operation.variable_definitions,
        selection_set=SelectionSetNode(selections=operation.selection_set.selections * 2),
    )
    double = {kind: amount if kind == "request" else pytest.approx(2 * amount) for kind, amount in once.items()}
    assert price(once) >= 1
    assert work(visible_schema(VIEW), document, twice, {}) == double


@given(sizes=st.lists(st.integers(0, 100), min_size=1, max_size=4))
def test_pages_inside_each_other_multiply(sizes: list[int]) -> None:
    text = ""
    for size in reversed(sizes):
        text = f"cases(first: {size}) {{ nodes {{ id {text} }} }}"
    rows = list(accumulate(sizes, mul))
    expected = {"page": rows[0]} | ({"related": sum(rows[1:])} if rows[1:] else {})
    assert rows_in(f"{{ {text} }}") == expected


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
    assert records <= sum(rows_in(text).values())
