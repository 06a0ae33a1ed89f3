"""Documents that ask for all that the schema has, written from the schema itself so that no field is forgotten."""

from functools import cache

from graphql import GraphQLNamedType, GraphQLObjectType, get_named_type, is_leaf_type
from hypothesis import settings

from adapters.vocabulary.enums import RecordType
from schema.access import View
from schema.contract import PUBLIC, visible_schema

UNSTEADY = {"sources", "silentSources"}
"""Fields of a connection that tell how old the gateway's copies are: they change while nothing else does."""


def selection(kind: GraphQLNamedType, depth: int, prefix: str = "") -> str:
    """Every field of a type and of what hangs on it, with pages of related records down to `depth`.

    The usual run asks for all fields of a page's records under `nodes` and for their ids under `edges`; `make proof`
    asks for all fields under both.
    """
    assert isinstance(kind, GraphQLObjectType)
    page = kind.name.endswith("Connection")
    chosen = []
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            chosen.append(f"{prefix}{name}: {name}" if prefix else name)
        elif inner.name.endswith("Connection"):
            if depth:
                chosen.append(f"{prefix}{name}: {name}(first: 100) {{ {selection(inner, depth - 1)} }}")
        elif kind.name.endswith("Edge") and settings.get_current_profile_name() != "proof":
            chosen.append(f"{prefix}{name}: {name} {{ id }}")
        elif not (page and name in UNSTEADY):
            chosen.append(f"{prefix}{name}: {name} {{ {selection(inner, depth)} }}")
    return " ".join(chosen)


@cache
def records(depth: int = 1, view: View = PUBLIC) -> str:
    """A document with the variables `ids` and `at` that asks for all fields of the records of these ids."""
    types = visible_schema(view).type_map
    fragments = " ".join(
        f"... on {kind.value} {{ {selection(types[kind.value], depth, f'{kind.value}_')} }}" for kind in RecordType
    )
    return f"query($ids: [ID!]!, $at: DateTime) {{ nodes(ids: $ids, asOf: $at) {{ __typename {fragments} }} }}"


@cache
def lists(depth: int = 1, view: View = PUBLIC) -> str:
    """A document with the variable `at` that asks for all fields of all records that a root field lists."""
    query = visible_schema(view).type_map["Query"]
    assert isinstance(query, GraphQLObjectType)
    return (
        "query($at: DateTime) { "
        + " ".join(
            f"{name}(first: 100, asOf: $at) {{ {selection(get_named_type(field.type), depth)} }}"
            for name, field in query.fields.items()
            if get_named_type(field.type).name.endswith("Connection")
        )
        + " }"
    )
