"""Checks of names: what a profile may not see is to it like what does not exist."""

import re
from collections.abc import Mapping
from typing import Any

import httpx
import orjson
from graphql import (
    GraphQLSchema,
    build_schema,
    get_introspection_query,
    get_named_type,
    is_specified_scalar_type,
    specified_scalar_types,
)
from pydantic import SecretStr

from gateway.app import create_app
from gateway.settings import Settings
from tests.gateway.access.authorisation.client import CanaryClient
from tests.support.canaries import OPEN, PEPPERS
from tests.support.record_queries import question
from tests.support.schema_declarations import marks, places, reachable, records


def hidden_fields(client: CanaryClient) -> list[tuple[str, str]]:
    """The published fields, by type and name, that do not exist for the profile."""
    return [
        (kind, name) for full in marks() for kind, _, name in [full.partition(".")] if not client.profile.names(full)
    ]


def check_refusal(client: CanaryClient, text: str, name: str, **variables: Any) -> None:
    """Asserts that a name is refused in the same bytes as a meaningless one, without a suggestion."""
    meaningless = name[:-2] + "Qx"
    assert name in text
    answer = client.ask(text, **variables)
    other = client.ask(
        re.sub(rf"\b{name}\b", meaningless, text),
        **{
            key: {meaningless if each == name else each: content for each, content in value.items()}
            for key, value in variables.items()
        },
    )
    assert answer.refusal is not None, (client.profile.name, text)
    assert answer.text() == other.text().replace(meaningless.encode(), name.encode()), (client.profile.name, text)
    assert b"Did you mean" not in other.text()


def check_names(client: CanaryClient) -> None:
    """Every hidden name at every place of a document is refused like a meaningless one."""
    schema, query = client.schema, client.schema.query_type
    assert query is not None
    for kind, name in hidden_fields(client):
        name_places = [
            place for place in places(schema, 1) if place.kind == kind and (not place.parent or place.root == "nodes")
        ]
        for first in range(0, len(name_places), 6):
            # An answer has only so many errors.
            texts = []
            for at, place in enumerate(name_places[first : first + 6]):
                text = question(schema, place, f"q{at}", None, source=OPEN, ids=("Case:x:y",)).text
                before, _, after = text.rpartition("id recordedAt ")
                texts.append(f"{before} {name} other: {name} ... on {kind} {{ {name} }} {after}")
            check_refusal(client, f"{{ {' '.join(texts)} }}", name)
        if kind == "Query":
            check_refusal(client, f"{{ {name} {{ __typename }} }}", name)
        if kind not in reachable(schema):
            check_refusal(client, f'{{ node(id: "x") {{ ... on {kind} {{ __typename }} }} }}', kind)
            check_refusal(client, f"query($x: {kind}) {{ __typename }}", kind)
            assert client.data(f'{{ __type(name: "{kind}") {{ name }} }}') == {"__type": None}
        for parent, field, argument in _input_arguments(schema, kind):
            on = "{ %s }" if parent == "Query" else f'{{ node(id: "x") {{ ... on {parent} {{ %s }} }} }}'
            check_refusal(client, on % f'{field}({argument}: {{{name}: ["~"]}}) {{ totalCount }}', name)
            selection = on % f"{field}({argument}: $given) {{ totalCount }}"
            check_refusal(client, f"query($given: {kind}) {selection} # {name}", name, given={name: ["~"]})
    for text in ("mutation { x }", "subscription { x }"):
        assert client.ask(text).refusal is not None
    for text in TYPOS:
        answer = client.ask(text)
        assert answer.refusal is not None
        assert b"Did you mean" not in answer.text(), (client.profile.name, text)


TYPOS = [
    "{ casez { totalCount } }",
    "{ arrests { nodes { ageBands } } }",
    "{ takedowns { nodes { urlss } } }",
    "{ auditTrails { more } }",
    "{ rejection { more } }",
    "{ arrests(filters: {}) { totalCount } }",
    '{ arrests(filter: {ageBands: ["x"]}) { totalCount } }',
    "{ arrests(orderBy: {by: PERIODS}) { totalCount } }",
    '{ node(id: "x") { ... on Arrests { id } } }',
    "query($x: AuditTrial) { __typename }",
]
"""Documents with a name that is close to another one."""


def _input_arguments(schema: GraphQLSchema, kind: str) -> list[tuple[str, str, str]]:
    """The fields, by type and name, that take an argument of an input type, and the argument's name."""
    return [
        (parent.name, name, argument)
        for parent in [schema.query_type, *records(schema).values()]
        if parent is not None
        for name, field in parent.fields.items()
        for argument, definition in field.args.items()
        if get_named_type(definition.type).name == kind
    ]


def check_introspection(client: CanaryClient) -> None:
    """Introspection gives the published schema without what is not for the profile."""
    introspection = client.data(get_introspection_query(descriptions=True, input_value_deprecation=True))["__schema"]
    assert (introspection["mutationType"], introspection["subscriptionType"]) == (None, None)
    types = {
        kind["name"]: {
            *((each["name"], *sorted(argument["name"] for argument in each["args"])) for each in kind["fields"] or ()),
            *((each["name"],) for each in kind["inputFields"] or ()),
        }
        for kind in introspection["types"]
        if not kind["name"].startswith("__") and kind["name"] not in specified_scalar_types
    }
    visible = field_names(reachable(client.schema))
    assert types == visible
    only_hidden = {name for _, name in hidden_fields(client)} - {
        field for fields in visible.values() for field, *_ in fields
    }
    text = orjson.dumps(introspection).decode()
    assert [name for name in only_hidden if f'"{name}"' in text or f"`{name}`" in text] == []


def check_published_schema(client: CanaryClient) -> None:
    """`/schema.graphql` over HTTP is the schema that is declared for the profile."""
    keys = client.catalogue.keys
    if client.profile.name not in {"anybody", *keys}:
        return
    peppers = {number: SecretStr(pepper.decode()) for number, pepper in PEPPERS.items()}
    app = create_app(Settings(peppers=peppers), client.catalogue.shelf.holdings)
    headers = {"authorization": f"Bearer {keys[client.profile.name]}"} if client.profile.name in keys else {}

    async def fetch() -> str:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway", headers=headers) as http:
            return (await http.get("/schema.graphql")).text

    text = client.catalogue.shelf.run(fetch())
    assert field_names(build_schema(text, assume_valid=True).type_map) == field_names(reachable(client.schema))


def field_names(types: Mapping[str, Any]) -> dict[str, set[tuple[str, ...]]]:
    """The fields of each type, each with its arguments."""
    return {
        name: {(field, *sorted(getattr(each, "args", {}))) for field, each in getattr(kind, "fields", {}).items()}
        for name, kind in types.items()
        if not name.startswith("__") and not is_specified_scalar_type(kind)
    }
