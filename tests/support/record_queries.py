"""Questions to every place at which records can stand in an answer, in every style that a document can have."""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from graphql import GraphQLSchema, get_named_type, is_leaf_type

from tests.support.schema_declarations import Place, marks, records

ALIAS = "as_"
"""How the aliases begin that ask for a field under another name."""


class Style(Enum):
    """How a document selects what it wants of a record."""

    NAMED = "a named fragment"
    INLINE = "an inline fragment"
    INTERFACES = "fragments on the interfaces, and the rest in one on the type"
    ALIASED = "every field under an alias"
    DIRECT = "as it is"


class Question(NamedTuple):
    """One root field under an alias; `steps` are the response names from there down to the records of `place`.

    `source`, `ids` and `then` are what it asks about: one source, these records, the moment in between.
    """

    alias: str
    text: str
    steps: tuple[str, ...]
    place: Place
    style: Style | None
    source: str | None = None
    ids: tuple[str, ...] = ()
    then: bool = False

    def __str__(self) -> str:
        return (
            f"{self.place}{' then' if self.then else ''} by {self.style.value if self.style else 'its classed fields'}"
        )


def arguments(root: str, kind: str, source: str | None, ids: Sequence[str], size: int) -> str:
    """What a root field needs to be asked for records of a type. A root field that is not known here is an error."""
    period = '{start: "2000-01-01", end: "2900-01-01"}'
    named = ", ".join(f'"{each}"' for each in ids)
    match root:
        case "node" | "case" | "takedown" | "arrest":
            return f"id: {named}"
        case "nodes":
            return f"ids: [{named}]"
        case "changes":
            return f"first: {size}, filter: {{recordType: [{constant(kind)}]}}"
        case "total":
            return f'metric: ARRESTS, unit: CASES, period: {period}, source: ["{source}"]'
        case "compareStatistics":
            return f'metric: ARRESTS, unit: CASES, period: {period}, sources: ["{source}"]'
        case (
            "cases" | "takedowns" | "arrests" | "reports" | "informationRequests" | "cooperationRequests" | "statistics"
        ):
            return f"first: {size}"
    raise AssertionError(f"the root field {root} leads to records, and no question asks it")


def constant(kind: str) -> str:
    """A record's type as the schema's enum writes it."""
    return re.sub("(?<=[a-z])([A-Z])", r"_\1", kind).upper()


def question(
    schema: GraphQLSchema,
    place: Place,
    alias: str,
    style: Style | None,
    *,
    source: str | None = None,
    ids: tuple[str, ...] = (),
    then: bool = False,
    size: int = 100,
) -> Question:
    """A question to one place; without a style, for the sensitive fields and the count alone."""
    steps: list[str] = []
    given = arguments(place.root, place.first, source, ids, size) + (", asOf: $then" if then else "")

    def asked(depth: int) -> str:
        name, kind = place.steps[depth]
        last = depth == len(place.steps) - 1
        inner = chosen(schema, kind, style) if last else asked(depth + 1)
        if kind in records(schema):
            inner = f"__typename ... on {kind} {{ id recordedAt {inner} }}"
        elif kind.endswith(("Connection", "Edge")):
            page: Any = schema.type_map[kind]
            beside = [each for each in page.fields if each not in {"nodes", "edges", "node"}]
            inner += " " + (fields(page, beside) if style else "totalCount" * kind.endswith("Connection"))
        if depth == 0:
            called, field = alias, f"{alias}: {name}({given})"
        else:
            called = f"{ALIAS}{name}" if style is Style.ALIASED else name
            related = depth and place.steps[depth - 1][1] in records(schema)
            field = (f"{called}: {name}" if called != name else name) + ("(first: 100)" if related else "")
        steps.insert(0, called)
        return f"{field} {{ {inner} }}"

    text = asked(0)
    return Question(alias, text, tuple(steps), place, style, source, ids, then)


@cache
def chosen(schema: GraphQLSchema, kind: str, style: Style | None) -> str:
    """What is selected of a record: all of its fields but related records, or the sensitive ones."""
    type_: Any = schema.type_map[kind]
    match style:
        case Style.NAMED:
            return f"...Whole{kind}"
        case Style.DIRECT:
            return fields(type_, type_.fields)
        case Style.INLINE:
            return f"... {{ ... on {kind} {{ {fields(type_, type_.fields)} }} }}"
        case Style.ALIASED:
            return fields(type_, type_.fields, ALIAS)
        case Style.INTERFACES:
            shared: Any = schema.type_map["Record"]
            own = [name for name in type_.fields if name not in shared.fields]
            return (
                f"... on Node {{ id }} ... on Record {{ {fields(shared, shared.fields)} }} "
                f"... on {kind} {{ {fields(type_, own)} }}"
            )
        case None:
            sensitive = (name for name in type_.fields if marks()[f"{kind}.{name}"].field_class is not None)
            return " ".join(sensitive)
    raise AssertionError(style)


def fields(kind: Any, names: Iterable[str], prefix: str = "") -> str:
    """These fields of a type, but for related records; all that hangs on each stands in a fragment of its type."""
    chosen = []
    for name in names:
        inner = get_named_type(kind.fields[name].type)
        called = f"{prefix}{name}: {name}" if prefix else name
        if is_leaf_type(inner):
            chosen.append(called)
        elif not inner.name.endswith("Connection"):
            chosen.append(f"{called} {{ ...Whole{inner.name} }}")
    return " ".join(chosen)


def fragments(schema: GraphQLSchema, text: str) -> str:
    """The fragments that a document uses, and those that they use."""
    found: dict[str, str] = {}
    todo = [text]
    while todo:
        for kind in re.findall(r"\.\.\.Whole(\w+)", todo.pop()):
            if kind not in found:
                type_: Any = schema.type_map[kind]
                found[kind] = f"fragment Whole{kind} on {kind} {{ {fields(type_, type_.fields)} }}"
                todo.append(found[kind])
    return " ".join(found.values())


def documents(
    schema: GraphQLSchema, questions: Sequence[Question], together: int = 24
) -> Iterator[tuple[str, list[Question]]]:
    """The questions in documents of so many, each with the fragments and variables that it uses."""
    for first in range(0, len(questions), together):
        some = list(questions[first : first + together])
        body = "{ " + " ".join(each.text for each in some) + " }"
        head = "query($then: DateTime!) " if "$then" in body else "query "
        yield head + body + fragments(schema, body), some


def descend(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    """Everything that stands at the end of these response names, whatever lists lie between."""
    if isinstance(value, list):
        for each in value:
            yield from descend(each, steps)
    elif isinstance(value, dict) and steps:
        if steps[0] in value:
            yield from descend(value[steps[0]], steps[1:])
    elif value is not None:
        yield value
