"""Checks of single records, changes and sources, and of all canaries together."""

import re
from collections.abc import Collection

from graphql import get_named_type

from adapters.vocabulary.enums import Audience, RecordType
from tests.gateway.access.authorisation.client import CanaryClient
from tests.gateway.access.authorisation.list_checks import (
    LIST_TYPES,
    check_cursors,
    check_filters,
    check_hidden_values,
    check_pages,
    check_summaries,
)
from tests.gateway.access.authorisation.model import check_answers, format_moment, model_of
from tests.gateway.access.authorisation.questions import subjects
from tests.support.canaries import GROUPS, SOURCES, Permission, group_of
from tests.support.record_queries import Style, constant, fragments, question
from tests.support.schema_declarations import places, records


def check_changes(client: CanaryClient) -> None:
    """`changes` lists the changes of what the profile may see, in order, and no others."""
    changes: list[tuple[str, int, str]] = []
    cursor, more = "", True
    while more:
        after = f'after: "{cursor}", ' if cursor else ""
        page = client.data(
            f"{{ changes({after}first: 100) {{ changes {{ kind revision recordedAt recordType id source asOf cursor "
            f"node {{ id }} }} cursor more sources {{ name }} }} }}"
        )["changes"]
        changes += [(each["kind"], each["revision"], each["id"]) for each in page["changes"]]
        assert {each["name"] for each in page["sources"]} == {each["source"] for each in page["changes"]}
        for each in page["changes"]:
            assert (each["node"] is None) == (each["kind"] in {"WITHDRAWN", "REDACTED"})
        cursor, more = page["cursor"], page["more"]
    visible = [each for each in client.catalogue.versions if client.profile.sees(each)]
    starts = {(each.id, each.begins) for each in visible}
    ends = {(each.id, each.ends) for each in visible}
    expectation = [("CHANGED" if each in ends else "ADDED", each[1], each[0]) for each in starts]
    expectation += [("WITHDRAWN", number, name) for name, number in ends - starts if number is not None]
    expectation += [("REDACTED", each.erased_at, each.id) for each in visible if each.erased_at is not None]
    assert sorted(changes) == sorted(expectation), client.profile.name
    assert [number for _, number, _ in changes] == sorted(number for _, number, _ in changes)


def check_absence(client: CanaryClient) -> None:
    """A record that the profile may not see gives the same bytes as one that does not exist."""
    visible = {each.id for each in client.visible()}
    ids = sorted({each.id for each in client.catalogue.versions} - visible)
    assert ids or client.profile.name == "operator"
    for id in ids if client.every else ids[client.turn % 9 :: 9]:
        kind, source, _ = id.split(":")
        root_fields = ["node", *(["case"] if kind == "Case" else ["arrest"] if kind == "Arrest" else [])]
        fields = " ".join(f"{name}(id: $id) {{ id }}" for name in root_fields)
        text = f"query($id: ID!, $ids: [ID!]!) {{ {fields} nodes(ids: $ids) {{ id }} }}"
        # A source that the profile may not see is like one that does not exist.
        absent = f"{kind}:{source if source in client.profile.sources else 'nowhere'}:~nothing~"
        answer, other = (client.ask(text, id=each, ids=[each]) for each in (id, absent))
        assert AGE.sub(b"", answer.text()) == AGE.sub(b"", other.text()), (client.profile.name, id)


AGE = re.compile(rb'"ageSeconds":\d+')


def check_sources(client: CanaryClient) -> None:
    """Sources, their scopes and the viewer's grants are those of the profile."""
    data = client.data(
        "{ sources { name title publisher notes recordTypes scopes } coverage { source { name } state scopes { name "
        "counts { read added } } } viewer { audience agencyId purpose grants { sources recordTypes jurisdictions "
        "fieldClasses } } }"
    )
    profile = client.profile
    # The names and counts of a scope need a permission for its places; its number counts where it states no places.
    assert {each["name"]: each["scopes"] for each in data["sources"]} == {
        source: sum(
            source in profile.open
            or any(_is_about(each, source, group, places or each.places) for each in profile.permissions)
            for group, places in GROUPS.items()
        )
        for source in profile.sources
    }
    names = {scope["name"] for each in data["coverage"] for scope in each["scopes"]}
    permitted_names = {
        f"~{source}.{group}~"
        for source in SOURCES
        for group, places in GROUPS.items()
        if source in profile.open or any(_is_about(each, source, group, places) for each in profile.permissions)
    }
    assert names == permitted_names, profile.name
    grants = data["viewer"]["grants"]
    assert data["viewer"]["audience"] == profile.audience
    assert [set(each["sources"]) for each in grants] == [set(each.sources) for each in profile.permissions]
    assert [set(each["fieldClasses"]) for each in grants] == [set(each.classes) for each in profile.permissions]


def _is_about(permission: Permission, source: str, group: str, places: Collection[str] | None) -> bool:
    """Whether a scope has a type and a place that the permission covers, as far as it states them."""
    kinds = {kind for kind in RecordType if group_of(kind) == group}
    return (
        source in permission.sources
        and (permission.types is None or not kinds.isdisjoint(permission.types))
        and (permission.places is None or not permission.places.isdisjoint(places or ()))
    )


def check_faults(client: CanaryClient) -> None:
    """Rejected rows are for operators and owners. Failures of scopes are for whoever may see all of a source."""
    profile = client.profile
    if profile.names("Query.rejections"):
        page = client.data("{ rejections(first: 100) { entries { source scope } more } }")["rejections"]
        own = {name for name in profile.sources if SOURCES[name].owner == profile.agency}
        answerable = SOURCES.keys() if profile.audience is Audience.OPERATOR else own
        rows = [(each["source"], each["scope"]) for each in page["entries"]]
        assert rows == sorted((name, f"~{name}.{group}~") for name in answerable for group in GROUPS), profile.name
    whole = profile.open.union(
        *(each.sources for each in profile.permissions if each.types is None and each.places is None)
    )
    failures = client.data("{ sources { name lastFailure { code message at } } }")["sources"]
    assert {each["name"] for each in failures if each["lastFailure"]} == whole, profile.name


def check_canaries(client: CanaryClient) -> None:
    """The answers to every root field with all fields below it have all canaries of the profile, and no others."""
    schema, query = client.schema, client.schema.query_type
    assert query is not None
    texts = []
    for name, field in query.fields.items():
        kind = get_named_type(field.type)
        if name in {"agencies", "platforms", "vocabulary", "offences"} and not client.every:
            continue
        inner = f" {{ ...Whole{kind.name} }}"
        moments = ("", ", asOf: $then") if name in LIST_TYPES and client.every else ("",)
        arguments = [f"({ARGUMENTS[name]}{moment})" if name in ARGUMENTS else "" for moment in moments]
        texts += [f"{name}{at}: {name}{each}{inner}" for at, each in enumerate(arguments)]
    for kind in records(schema).values():
        node = f"changes {{ node {{ ... on {kind.name} {{ ...Whole{kind.name} }} }} }}"
        texts.append(f"{kind.name}: changes(first: 100, filter: {{recordType: [{constant(kind.name)}]}}) {{ {node} }}")
    body = "{ " + " ".join(texts) + " }"
    head = "query($then: DateTime!)" if "$then" in body else "query"
    client.data(f"{head} {body} {fragments(schema, body)}", then=format_moment(client.catalogue.midpoint))
    slices = {f"{source}.{group}" for source in SOURCES for group in GROUPS}
    assert client.canaries - slices == client.allowed - slices, client.profile.name
    if client.profile.names("Query.auditTrail"):
        trail = client.data("{ auditTrail(first: 100) { entries { records } } }")["auditTrail"]
        sources = {id.split(":")[1] for entry in trail["entries"] for id in entry["records"]}
        own = {name for name in client.profile.sources if SOURCES[name].owner == client.profile.agency}
        assert sources == own, client.profile.name


FIGURES = 'metric: ARRESTS, unit: CASES, period: {start: "2000-01-01", end: "2900-01-01"}'
ARGUMENTS = {
    **dict.fromkeys(("total", "compareStatistics"), FIGURES),
    **dict.fromkeys((*LIST_TYPES, "changes", "auditTrail", "rejections"), "first: 3"),
    **dict.fromkeys(("node", "case", "takedown", "arrest"), 'id: "nothing"'),
    "nodes": 'ids: ["nothing"]',
    "disclosedCounts": "recordType: REPORT, year: 2024, month: 9",
}
"""The arguments with which root fields have most records."""


def check_records(client: CanaryClient) -> None:
    """Records of each type by id, with all fields and their history."""
    questions = [
        question(client.schema, place, f"q{at}", Style.NAMED, **subject)
        for at, place in enumerate(places(client.schema, 0))
        if place.root == "nodes"
        for subject in subjects(client, place, None, 0)
    ]
    check_answers(client, model_of(client.catalogue), questions)


def check_relations(client: CanaryClient) -> None:
    """Records of each type that are related to a case of each source."""
    cases = tuple(
        sorted(
            {each.id for each in client.catalogue.versions if each.kind is RecordType.CASE and each.slot == "france"}
        )
    )
    questions = [
        question(client.schema, place, f"q{at}", None, ids=cases)
        for at, place in enumerate(places(client.schema, 1))
        if place.root == "nodes" and place.parent == "Case" and place.steps[-2][0] != "edges"
    ]
    check_answers(client, model_of(client.catalogue), questions)


RECORD_CHECKS = [
    check_filters,
    check_hidden_values,
    check_pages,
    check_cursors,
    check_summaries,
    check_changes,
    check_absence,
    check_sources,
    check_faults,
    check_canaries,
]
"""All checks that read records."""
