"""Operations made from a schema: any field, any argument, any nesting, from a small store of telling values."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)

Store = Mapping[str, Sequence[str]]
"""By the name of a scalar, or of a field of a filter, values of it as a document writes them."""


LIKELIHOODS = {"after": 0.0, "before": 0.0, "asOf": 0.1, "filter": 0.7}
"""How often an argument is given, where not in two of five places. Cursors are those that answers gave out."""


class Operations:
    """Makes selections of a schema's root fields; the same seed makes the same ones."""

    def __init__(
        self, schema: GraphQLSchema, store: Store, seed: int, likelihoods: Mapping[str, float] = LIKELIHOODS
    ) -> None:
        self._schema = schema
        self._store = store
        self._likelihoods = likelihoods
        self._random = Random(seed)  # noqa: S311 - documents of a test
        self.cursors: list[str] = []
        """Cursors that answers gave out, to be sent back."""

    def document(self, roots: int) -> str:
        """A query with so many root fields, each under an alias of its own."""
        query = self._schema.query_type
        assert query is not None
        names = self._random.choices(list(query.fields), k=roots)
        chosen = (f"r{place}: {self._field(name, query.fields[name], 3)}" for place, name in enumerate(names))
        return "{ " + " ".join(chosen) + " }"

    def _field(self, name: str, field: GraphQLField, depth: int) -> str:
        arguments = [
            f"{given}: {self._value(argument.type)}"
            for given, argument in field.args.items()
            if isinstance(argument.type, GraphQLNonNull) or self._random.random() < self._likelihoods.get(given, 0.4)
        ]
        if self.cursors and "after" in field.args and self._random.random() < 0.2:
            arguments.append(f'after: "{self._random.choice(self.cursors)}"')
        if {"first", "last"} <= field.args.keys():
            arguments = [given for given in arguments if not given.startswith("last")]
        asked = f"{name}({', '.join(arguments)})" if arguments else name
        kind = get_named_type(field.type)
        return asked if is_leaf_type(kind) else f"{asked} {{ {self._selection(kind, depth)} }}"

    def _selection(self, kind: Any, depth: int) -> str:
        if isinstance(kind, GraphQLInterfaceType):
            possible = self._schema.get_possible_types(kind)
            shown = self._random.sample(list(possible), k=min(2, len(possible)))
            return "__typename " + " ".join(
                f"... on {each.name} {{ {self._selection(each, depth - 1)} }}" for each in shown
            )
        assert isinstance(kind, GraphQLObjectType)
        fields: list[tuple[str, GraphQLField]] = [
            each for each in kind.fields.items() if depth > 0 or is_leaf_type(get_named_type(each[1].type))
        ]
        some = self._random.sample(fields, k=min(len(fields), self._random.randint(1, 4)))
        if kind.name.endswith("Connection"):
            some = [each for each in fields if each[0] in {"nodes", "totalCount", "pageInfo", "edges"}]
        # Two places that select the same name with other arguments could not be merged: each has an alias.
        return " ".join(["__typename", *(self._aliased(each, below, depth - 1) for each, below in some)])

    def _aliased(self, name: str, field: GraphQLField, depth: int) -> str:
        return f"{name}{self._random.randrange(10**9)}: {self._field(name, field, depth)}"

    def _given(self, name: str, kind: Any) -> str:
        return self._random.choice(self._store[name]) if name in self._store else self._value(kind)

    def _value(self, kind: Any) -> str:
        if isinstance(kind, GraphQLNonNull):
            return self._value(kind.of_type)
        if isinstance(kind, GraphQLList):
            return f"[{', '.join(self._value(kind.of_type) for _ in range(self._random.randint(1, 2)))}]"
        if isinstance(kind, GraphQLEnumType):
            return str(self._random.choice(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            needed = [name for name, field in kind.fields.items() if isinstance(field.type, GraphQLNonNull)]
            others = [name for name in kind.fields if name not in needed]
            # Few at once: many conditions together are met by nothing.
            telling = [name for name in others if name in self._store]
            if telling and self._random.random() < 0.6:
                others = telling
            chosen = needed + self._random.sample(others, k=min(len(others), self._random.randint(0, 2)))
            given = [f"{name}: {self._given(name, kind.fields[name].type)}" for name in chosen]
            return f"{{{', '.join(given)}}}"
        return self._random.choice(self._store[kind.name])
