"""Checks of lists: filters, orders, pages, cursors and summaries cover what a profile may see, and no more."""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

from graphql import get_named_type

from adapters.records import Dimension, Offence
from adapters.vocabulary.enums import Vocabulary
from tests.gateway.access.authorisation.client import CanaryClient
from tests.support.canaries import PROFILES, RecordVersion
from tests.support.schema_declarations import marks

LIST_TYPES = {
    "cases": "Case",
    "takedowns": "Takedown",
    "arrests": "Arrest",
    "reports": "Report",
    "informationRequests": "InformationRequest",
    "cooperationRequests": "CooperationRequest",
    "statistics": "Statistic",
}
"""Root fields that are pages, and the types of their records."""

CHECKED_VALUES = frozenset({"source", "offence", "population", "dimension"})
"""Fields of filters that refuse a value which no visible record has."""

ALWAYS = '{start: "1000-01-01", end: "2900-01-01"}, periodMatch: OVERLAPS'


def check_filters(client: CanaryClient) -> None:
    """Each field of each filter, with the values of all records, finds what the profile may see.

    With values of records that it may not see, it finds nothing.
    """
    for number, (root, kind) in enumerate(LIST_TYPES.items()):
        if not client.takes(number, 6):
            continue
        filter_type: Any = get_named_type(client.schema.query_type.fields[root].args["filter"].type)  # type: ignore[union-attr]  # there is one
        expectations: dict[str, tuple[str, list[str]]] = {}
        texts: list[str] = []
        for name in filter_type.fields:
            for only_hidden in (False, True):
                value, ids = _filter_value(client, kind, name, only_hidden=only_hidden)
                if value is not None:
                    alias = f"q{len(texts)}"
                    texts.append(f"{alias}: {root}(first: 100, filter: {{{value}}}) {{ totalCount nodes {{ id }} }}")
                    expectations[alias] = (value[:60], ids)
        data = client.data("{ " + " ".join(texts) + " }")
        for alias, (value, ids) in expectations.items():
            node_ids = sorted(node["id"] for node in data[alias]["nodes"])
            assert data[alias]["totalCount"] == len(node_ids)
            assert node_ids == ids, (client.profile.name, root, value)


def _filter_value(client: CanaryClient, kind: str, name: str, *, only_hidden: bool) -> tuple[str | None, list[str]]:
    """A field of a filter with its value, and the ids that it must find; no field where no record has such values."""
    full = f"{kind}.{name}"
    visible = [each for each in client.visible(kind) if full not in marks() or client.profile.permits(each, name)]
    hidden = [
        each for each in client.catalogue.versions if each.kind == kind and each not in visible and not each.redacted
    ]
    with_content = [each for each in visible if not each.redacted]
    whole: dict[str, tuple[str, Sequence[RecordVersion]]] = {
        "source": (f"[{', '.join(map(_literal, sorted(client.profile.sources)))}]", visible),
        "updatedSince": ('"2000-01-01T00:00:00Z"', visible),
        **dict.fromkeys(("period", "requestedIn", "executedIn"), (ALWAYS, with_content)),
        "reference": ('{value: "all"}', with_content),
        "jurisdiction": ('["FR", "JP", "GB"]', [each for each in with_content if each.record.jurisdictions]),
    }
    if name == "periodMatch":
        return None, []
    if name in whole:
        if only_hidden and name == "reference" and hidden:
            return f'reference: {{value: "~{hidden[0].number}.reference~"}}', []
        return (None, []) if only_hidden else (f"{name}: {whole[name][0]}", _sorted_ids(whole[name][1]))
    others = [] if name in CHECKED_VALUES else hidden
    values = {value for each in others + ([] if only_hidden else visible) for value in _values(each.record, name)}
    if not values or (only_hidden and not any("~" in str(value) for value in values)):
        return None, []
    literals = ", ".join(sorted(map(_literal, values)))
    return f"{name}: [{literals}]", _sorted_ids(
        each for each in visible if not values.isdisjoint(_values(each.record, name))
    )


def check_hidden_values(client: CanaryClient) -> None:
    """A source, offence, population or dimension that only hidden records have is like one that does not exist."""
    for root, kind in LIST_TYPES.items():
        filter_type: Any = get_named_type(client.schema.query_type.fields[root].args["filter"].type)  # type: ignore[union-attr]  # there is one
        visible = {each.record for each in client.visible(kind)}
        for name in CHECKED_VALUES.intersection(filter_type.fields):
            names = [value for each in visible for value in _values(each, name)]
            hidden = [
                value
                for each in client.catalogue.versions
                if each.kind == kind and each.record not in visible
                for value in _values(each.record, name)
                if value not in names and (name != "source" or value not in client.profile.sources)
            ]
            for value in sorted(set(hidden), key=str)[:2]:
                answer = client.ask(f"{{ {root}(filter: {{{name}: [{_literal(value)}]}}) {{ totalCount }} }}")
                codes = [error["extensions"]["code"] for error in answer.errors]
                assert codes == ["BAD_INPUT"] or answer.data == {root: {"totalCount": 0}}, (client.profile.name, value)


def _sorted_ids(versions: Iterable[RecordVersion]) -> list[str]:
    return sorted(_ids_of(versions))


def _values(record: Any, name: str) -> list[Any]:
    """The values of a record that a field of a filter is compared with."""
    attributes = {
        "agency": ("agency", "requested_by", "requester", "from_agency", "received_by"),
        "offence": ("offence",),
        "measure": ("measures",),
        "harmCategory": ("harm_categories",),
        "ageBand": ("age_band",),
        "dimension": ("dimensions",),
        "addressedTo": ("to_jurisdiction",),
    }.get(name, (name,))
    value = next(getattr(record, each) for each in attributes if hasattr(record, each))
    if isinstance(value, Offence):
        value = value.code
    return [each for each in (value if isinstance(value, tuple) else [value]) if each is not None]


def _literal(value: Any) -> str:
    if isinstance(value, Vocabulary):
        return value.value
    if isinstance(value, Dimension):
        return f'{{name: "{value.name}", value: "{value.value}"}}'
    return f'"{value}"'


def check_pages(client: CanaryClient) -> None:
    """The pages of a list, in each order and direction, have what the profile may see, and so has the count."""
    walks = product(LIST_TYPES.items(), ("PERIOD", "RECORDED_AT"), (True, False), (True, False))
    for number, ((root, kind), by, descending, forward) in enumerate(walks):
        if client.takes(number, 14):
            order = f"orderBy: {{by: {by}, descending: {str(descending).lower()}}}"
            ids = _ids_of(_in_order(client.visible(kind), by, descending=descending))
            assert _page_ids(client, root, order, len(ids), forward=forward) == ids, (root, order)


def _page_ids(client: CanaryClient, root: str, order: str, total: int, *, forward: bool) -> list[str]:
    """The ids on all pages of a list; each page has the same total."""
    ids: list[str] = []
    at, more = "first: 7" if forward else "last: 7", True
    while more:
        selection = "totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
        page = client.data(f"{{ {root}({at}, {order}) {{ {selection} }} }}")[root]
        assert page["totalCount"] == total, (client.profile.name, root)
        page_ids = [node["id"] for node in page["nodes"]]
        ids = ids + page_ids if forward else page_ids + ids
        info = page["pageInfo"]
        more = info["hasNextPage"] if forward else info["hasPreviousPage"]
        at = f'first: 7, after: "{info["endCursor"]}"' if forward else f'last: 7, before: "{info["startCursor"]}"'
    return ids


def _ids_of(versions: Iterable[RecordVersion]) -> list[str]:
    return [each.id for each in versions]


def _in_order(versions: Sequence[RecordVersion], by: str, *, descending: bool) -> list[RecordVersion]:
    def position(each: RecordVersion) -> Any:
        period = getattr(each.record, each.record.period_attributes[0])
        return (each.begins, each.record.id) if by == "RECORDED_AT" else (period.start, each.begins, each.record.id)

    with_period = [
        each
        for each in versions
        if by == "RECORDED_AT" or getattr(each.record, each.record.period_attributes[0]) is not None
    ]
    without_period = [each for each in versions if each not in with_period]
    last = sorted(without_period, key=lambda each: (each.begins, each.record.id), reverse=descending)
    return sorted(with_period, key=position, reverse=descending) + last


def check_cursors(client: CanaryClient) -> None:
    """A cursor of a profile that sees all shows no more to others; with another order, it is refused."""
    operator = CanaryClient(client.catalogue, PROFILES[-1], client.caches)
    for number, (root, kind) in enumerate(LIST_TYPES.items()):
        if not client.takes(number, 6):
            continue
        edges = operator.data(f"{{ {root}(first: 100) {{ edges {{ cursor node {{ id }} }} }} }}")[root]["edges"]
        visible_ids = {each.id for each in client.visible(kind)}
        all_ids = [edge["node"]["id"] for edge in edges]
        for position, edge in list(enumerate(edges))[:: max(1, len(edges) // 3)]:
            after = f'after: "{edge["cursor"]}"'
            page = client.data(f"{{ {root}(first: 100, {after}) {{ nodes {{ id }} }} }}")[root]
            assert [node["id"] for node in page["nodes"]] == [id for id in all_ids[position + 1 :] if id in visible_ids]
            for order in ("{by: RECORDED_AT}", "{descending: false}"):
                answer = client.ask(f"{{ {root}({after}, orderBy: {order}) {{ nodes {{ id }} }} }}")
                assert [each["extensions"]["code"] for each in answer.errors] == ["BAD_CURSOR"]


SUMMARY_TYPES = {"caseSummary": "Case", "takedownSummary": "Takedown", "arrestSummary": "Arrest"}
SET_ATTRIBUTES = {"JURISDICTION": "jurisdictions", "HARM_CATEGORY": "harm_categories", "MEASURE": "measures"}


def check_summaries(client: CanaryClient) -> None:
    """Summaries count what the profile may see: in one cell, by each grouping, and by source."""
    for number, (root, kind) in enumerate(SUMMARY_TYPES.items()):
        if not client.takes(number, 3):
            continue
        arguments = client.schema.query_type.fields[root].args  # type: ignore[union-attr]  # there is one
        groupings = list(get_named_type(arguments["groupBy"].type).values)
        visible = client.visible(kind)
        text = " ".join(
            [
                f"whole: {root} {{ cells {{ count }} sources {{ name }} }}",
                *(f"g{each}: {root}(groupBy: [{each}], first: 1000) {{ cells {{ count }} }}" for each in groupings),
                *(
                    f'{each}: {root}(filter: {{source: ["{each}"]}}) {{ cells {{ count }} }}'
                    for each in client.profile.sources
                ),
            ]
        )
        data = client.data(f"{{ {text} }}")
        totals = {name: sum(cell["count"] for cell in summary["cells"]) for name, summary in data.items()}
        assert totals.pop("whole") == len(visible), (client.profile.name, root)
        assert {each["name"] for each in data["whole"]["sources"]} == {each.record.source for each in visible}
        for grouping in groupings:
            attribute = SET_ATTRIBUTES.get(grouping)
            total = sum(max(1, len(getattr(each.record, attribute))) if attribute else 1 for each in visible)
            assert totals.pop(f"g{grouping}") == total, (client.profile.name, root, grouping)
        assert totals == {name: sum(each.record.source == name for each in visible) for name in client.profile.sources}
