"""Who may see which field: what is declared is what exists for a caller, in whatever way it is asked for."""

from collections.abc import Iterator
from itertools import chain, combinations

import pytest
import strawberry
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_introspection_query,
    graphql_sync,
    parse,
    validate,
    validate_schema,
)

from adapters.vocabulary.enums import Audience, FieldClass
from schema.access import Access, View, access_of, fields_without_access
from schema.contract import master, sdl, visible_schema

CLASSES = tuple(FieldClass)
VIEWS = [
    View(audience, frozenset(classes))
    for audience in Audience
    for classes in chain.from_iterable(combinations(CLASSES, size) for size in range(len(CLASSES) + 1))
]


def fields(schema: GraphQLSchema) -> Iterator[tuple[str, Access]]:
    """Every field of a schema and its input types, with what it declares."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in kind.fields.items():
                access = access_of(field)
                if access is not None:
                    yield f"{kind.name}.{name}", access


def allowed(access: Access, view: View) -> bool:
    """The policy, written a second time: a higher audience includes the lower ones, a class must be granted."""
    ranks = {Audience.PUBLIC: 0, Audience.PARTNER: 1, Audience.OPERATOR: 2}
    return ranks[access.audience] <= ranks[view.audience] and access.field_class in {None, *view.classes}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view.audience}-{'-'.join(sorted(view.classes))}")
def test_the_schema_of_a_caller_has_the_fields_that_it_may_see_and_no_other(view: View) -> None:
    shown = visible_schema(view)
    assert validate_schema(shown) == []
    assert {name for name, _ in fields(shown)} == {name for name, access in fields(master()) if allowed(access, view)}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view.audience}-{'-'.join(sorted(view.classes))}")
def test_what_a_caller_may_not_see_stands_in_no_introspection_and_no_text(view: View) -> None:
    hidden = {name.partition(".")[2] for name, access in fields(master()) if not allowed(access, view)} - {
        name.partition(".")[2] for name, access in fields(master()) if allowed(access, view)
    }
    introspected = graphql_sync(visible_schema(view), get_introspection_query(descriptions=False)).data
    text = str(introspected) + sdl(view)
    assert [name for name in sorted(hidden) if f"'{name}'" in text or f"  {name}:" in text] == []


def test_what_is_forbidden_and_what_does_not_exist_are_refused_alike() -> None:
    def refusal(field: str) -> str:
        (error,) = validate(visible_schema(), parse(f"{{ arrests {{ nodes {{ {field} }} }} }}"), hide_suggestions=True)
        return error.message.replace(field, "X")

    assert refusal("ageBand") == refusal("ageBond")


def test_classed_fields_are_known_and_visible_in_the_published_text() -> None:
    classed = {name for name, access in fields(master()) if access.field_class is not None}
    assert classed == {
        *("Arrest.ageBand", "Arrest.gender", "Arrest.isMinor", "Takedown.urls", "ArrestFilter.ageBand"),
    }
    assert sdl().count("class: PERSONAL)") == 4
    assert sdl().count("class: CONTENT_LOCATION)") == 1


def test_a_field_that_does_not_say_who_may_see_it_is_found() -> None:
    @strawberry.type
    class Query:
        silent: str = "said by nobody"

    assert list(fields_without_access(strawberry.Schema(query=Query)._schema)) == ["Query.silent"]
    assert list(fields_without_access(master())) == []
