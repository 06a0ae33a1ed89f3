"""Filters: each condition, alone and with others, finds what plain Python finds among the same records."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from graphql import GraphQLObjectType
from hypothesis import given
from hypothesis import strategies as st

from adapters.records import RECORD_TYPES, Case, Dimension, Offence, Period, Record, Reference
from adapters.vocabulary.enums import (
    ArrestEvent,
    CaseStatus,
    HarmCategory,
    Metric,
    Qualifier,
    RecordType,
    ReportStatus,
    RequestStatus,
    TakedownMeasure,
    TakedownStatus,
    TakedownTrigger,
    Unit,
    Vocabulary,
)
from adapters.vocabulary.jurisdictions import enclosing
from schema.contract import visible_schema
from tests.support.catalogue import Answer, Shelf
from tests.support.own_periods import own_period
from tests.support.properties import examples

SOME = examples(usual=3, proof=8)

AGENCIES = {"KNPA": "kr.knpa", "경찰청": "kr.knpa", "kr.kcsc": "kr.kcsc", "방송통신심의위원회": "kr.kcsc"}
PLATFORMS = {"텔레그램": "telegram", "Telegram Messenger Inc.": "telegram", "TELEGRAM": "telegram", "tiktok": "tiktok"}
PLACES = ["GB", "GB-ENG", "GB-LND", "KR", "EU", "FR"]
SOURCES = ["fake", "other"]

ATTRIBUTES: dict[RecordType, dict[str, tuple[str, ...]]] = {
    RecordType.CASE: {
        "agency": ("agency",),
        "status": ("status",),
        "harmCategory": ("harm_categories",),
        "offence": ("offence",),
    },
    RecordType.STATUS_EVENT: {"agency": ("agency",), "status": ("status",)},
    RecordType.TAKEDOWN: {
        "agency": ("requested_by",),
        "platform": ("platform",),
        "status": ("status",),
        "measure": ("measures",),
        "trigger": ("trigger",),
        "harmCategory": ("harm_categories",),
        "requestedIn": (),
        "executedIn": (),
    },
    RecordType.ARREST: {
        "agency": ("agency",),
        "event": ("event",),
        "harmCategory": ("harm_categories",),
        "offence": ("offence",),
    },
    RecordType.INFORMATION_REQUEST: {
        "agency": ("requester",),
        "platform": ("platform",),
        "status": ("status",),
        "harmCategory": ("harm_categories",),
    },
    RecordType.COOPERATION_REQUEST: {
        "agency": ("from_agency", "to_agency"),
        "platform": ("platform",),
        "addressedTo": ("to_jurisdiction",),
        "status": ("status",),
        "harmCategory": ("harm_categories",),
    },
    RecordType.REPORT: {
        "agency": ("received_by",),
        "platform": ("platform",),
        "status": ("status",),
        "harmCategory": ("harm_categories",),
    },
    RecordType.STATISTIC: {
        "metric": ("metric",),
        "agency": ("agency", "speaker"),
        "platform": ("platform",),
        "event": ("event",),
        "harmCategory": ("harm_categories",),
        "measure": ("measures",),
        "unit": ("unit",),
        "qualifier": ("qualifier",),
        "population": ("population",),
        "dimension": ("dimensions",),
    },
}
"""By record type, the attributes that each field of its filter means; the fields that every filter has are below."""

FIELDS = {
    RecordType.CASE: "cases",
    RecordType.STATUS_EVENT: "statusEvents",
    RecordType.TAKEDOWN: "takedowns",
    RecordType.ARREST: "arrests",
    RecordType.INFORMATION_REQUEST: "informationRequests",
    RecordType.COOPERATION_REQUEST: "cooperationRequests",
    RecordType.REPORT: "reports",
    RecordType.STATISTIC: "statistics",
}

STATUSES: dict[RecordType, type[Vocabulary]] = {
    RecordType.CASE: CaseStatus,
    RecordType.STATUS_EVENT: CaseStatus,
    RecordType.TAKEDOWN: TakedownStatus,
    RecordType.INFORMATION_REQUEST: RequestStatus,
    RecordType.COOPERATION_REQUEST: RequestStatus,
    RecordType.REPORT: ReportStatus,
}

HUB = Case(source="hub", external_id="hub", references=(Reference("hub", "hub"),))
"""A case that every record refers to: record types without a root field are asked for below it."""

days = st.dates(date(2024, 1, 1), date(2024, 1, 8))
references = st.builds(Reference, st.sampled_from(["no", "file"]), st.sampled_from(["1", "2"]))


POPULATIONS = ["videos", '"all" of them']
broken_by = st.builds(
    Dimension, st.sampled_from(["age", 'a["b"]']), st.sampled_from(["10-19", "TOTAL", "나이", 'x","y'])
)


def few(values: type[Vocabulary]) -> st.SearchStrategy[Any]:
    """Any of the first three values of a list, so that a filter often finds something."""
    return st.sampled_from(list(values)[:3])


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """Some of few days, open at either end or at both."""
    start, end = draw(st.none() | days), draw(st.none() | days)
    if start is not None and end is not None:
        start, end = min(start, end), max(start, end) + timedelta(days=1)
    return Period(start=start, end=end, text="about then")


def sets(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """As records hold sets: sorted, each member once."""
    return st.frozensets(values, max_size=2).map(lambda members: tuple(sorted(members)))


def values_of(kind: RecordType, attribute: str) -> st.SearchStrategy[Any]:
    match attribute:
        case "platform":
            return st.none() | st.sampled_from(["telegram", "tiktok", "x"])
        case "status":
            return few(STATUSES[kind])
        case "harm_categories":
            return sets(few(HarmCategory))
        case "measures":
            return sets(few(TakedownMeasure))
        case "trigger":
            return few(TakedownTrigger)
        case "metric":
            return few(Metric)
        case "unit":
            return few(Unit)
        case "qualifier":
            return few(Qualifier)
        case "population":
            return st.none() | st.sampled_from(POPULATIONS)
        case "dimensions":
            return st.lists(broken_by, max_size=2).map(tuple)
        case "event":
            return few(ArrestEvent) if kind is RecordType.ARREST else st.none() | few(ArrestEvent)
        case "offence":
            words = st.none() | st.sampled_from(["robbery", "fraud"])
            return st.none() | st.builds(Offence, scheme=st.just("theirs"), code=words, label=words)
        case "to_jurisdiction":
            return st.none() | st.sampled_from(PLACES)
        case _:
            return st.none() | st.sampled_from(["kr.knpa", "kr.kcsc", "gb.ofcom"])


def records(kind: RecordType) -> st.SearchStrategy[Record]:
    """Records of one type that differ in what filters ask about."""
    record = RECORD_TYPES[kind]
    own = {attribute for attributes in ATTRIBUTES[kind].values() for attribute in attributes}
    return st.builds(
        record,
        source=st.sampled_from(SOURCES),
        external_id=st.text("abc", min_size=1, max_size=3),
        references=st.lists(references, max_size=2).map(lambda named: (*named, *HUB.references)),
        jurisdictions=sets(st.sampled_from(PLACES)),
        **{name: st.none() | periods() for name in record.period_attributes},
        **{name: values_of(kind, name) for name in sorted(own)},
    )


def wanted(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, max_size=2)


@st.composite
def asked_periods(draw: st.DrawFn) -> dict[str, str]:
    start, end = sorted((draw(days), draw(days)))
    return {"start": start.isoformat(), "end": (end + timedelta(days=1)).isoformat()}


def filters(kind: RecordType) -> st.SearchStrategy[dict[str, Any]]:
    """Any combination of the conditions that records of one type can be asked for by."""
    choices: dict[str, st.SearchStrategy[Any]] = {
        "source": wanted(st.sampled_from([*SOURCES, "nobody"])),
        "jurisdiction": wanted(st.sampled_from(PLACES)),
        "period": asked_periods(),
        "requestedIn": asked_periods(),
        "executedIn": asked_periods(),
        "periodMatch": st.sampled_from(["EXACT", "WITHIN", "OVERLAPS"]),
        "reference": st.fixed_dictionaries(
            {"value": st.sampled_from(["1", "2", "3"])},
            optional={"scheme": st.none() | st.sampled_from(["no", "file"])},
        ),
        "agency": wanted(st.sampled_from(list(AGENCIES))),
        "platform": wanted(st.sampled_from(list(PLATFORMS))),
        "harmCategory": wanted(few(HarmCategory)),
        "status": wanted(few(STATUSES[kind])) if kind in STATUSES else st.nothing(),
        "measure": wanted(few(TakedownMeasure)),
        "trigger": wanted(few(TakedownTrigger)),
        "metric": wanted(few(Metric)),
        "unit": wanted(few(Unit)),
        "qualifier": wanted(few(Qualifier)),
        "population": wanted(st.sampled_from([*POPULATIONS, "nothing"])),
        "dimension": wanted(broken_by.map(lambda dimension: {"name": dimension.name, "value": dimension.value})),
        "event": wanted(few(ArrestEvent)),
        "offence": wanted(st.sampled_from(["robbery", "fraud", "arson"])),
        "addressedTo": wanted(st.sampled_from(PLACES)),
    }
    common = {"source", "jurisdiction", "period", "periodMatch", "reference"}
    return st.fixed_dictionaries(
        {}, optional={name: value for name, value in choices.items() if name in common | ATTRIBUTES[kind].keys()}
    )


def meets(record: Record, given: Mapping[str, Any]) -> bool:
    """Whether a record meets a filter: the conditions as they are documented, in plain Python."""
    return all(_meets(record, name, value, given) for name, value in given.items())


def _meets(record: Record, name: str, value: Any, given: Mapping[str, Any]) -> bool:
    match name:
        case "source":
            return record.source in value
        case "jurisdiction":
            return any(wider in value for place in record.jurisdictions for wider in enclosing(place))
        case "period":
            return during(own_period(record), value, given.get("periodMatch", "WITHIN"))
        case "requestedIn" | "executedIn":
            period = getattr(record, name.removesuffix("In"))
            return during(period, value, given.get("periodMatch", "WITHIN"))
        case "periodMatch":
            return True
        case "reference":
            scheme = value.get("scheme")
            return any(named.value == value["value"] and scheme in (None, named.scheme) for named in record.references)
    if name == "dimension":
        asked = [(dimension["name"], dimension["value"]) for dimension in value]
        held = {tuple(pair) for pair in asked} & {(by.name, by.value) for by in record.dimensions}  # type: ignore[attr-defined]  # of figures
        return bool(asked) and {axis for axis, _ in held} == {axis for axis, _ in asked}
    stated = {getattr(record, attribute) for attribute in ATTRIBUTES[record.type][name]}
    if name == "agency":
        return not stated.isdisjoint(AGENCIES[text] for text in value)
    if name == "platform":
        return not stated.isdisjoint(PLATFORMS[text] for text in value)
    if name == "offence":
        return any(offence is not None and (offence.code in value or offence.label in value) for offence in stated)
    if name in ("harmCategory", "measure"):
        return any(member in value for members in stated for member in members)
    return not stated.isdisjoint(value)


def during(period: Period | None, asked: Mapping[str, str], match: str) -> bool:
    """An end that was not stated equals no day and lies inside nothing; what overlaps reaches for ever there."""
    start, end = date.fromisoformat(asked["start"]), date.fromisoformat(asked["end"])
    if period is None or (period.start is None and period.end is None):
        return False
    if match == "OVERLAPS":
        return (period.start or date.min) < end and (period.end or date.max) > start
    if period.start is None or period.end is None:
        return False
    if match == "EXACT":
        return (period.start, period.end) == (start, end)
    return start <= period.start and period.end <= end


def names_nothing(present: list[Record], given: Mapping[str, Any], found: Collection[Any]) -> bool:
    """Whether a filter names a term that none of the records has, where they have others.

    What a page finds shows that the only term of a condition exists.
    """
    terms: dict[str, tuple[set[Any], list[Any]]] = {
        "population": ({getattr(each, "population", None) for each in present}, given.get("population") or []),
        "offence": (
            {
                part
                for each in present
                if (offence := getattr(each, "offence", None))
                for part in (offence.code, offence.label)
            },
            given.get("offence") or [],
        ),
        "dimension": (
            {(by.name, by.value) for each in present for by in getattr(each, "dimensions", ())},
            [*{(by["name"], by["value"]): None for by in given.get("dimension") or []}],
        ),
        "reference": (
            {named.scheme for each in present for named in each.references},
            [scheme] if (scheme := (given.get("reference") or {}).get("scheme")) else [],
        ),
    }
    return any(
        existing - {None} and not existing.issuperset(values)
        for existing, values in terms.values()
        if len(values) > 1 or not found
    )


def check(answer: Answer, page_of: Callable[[Any], Any], expected: Collection[Any], refused: bool) -> None:
    """The page has what is expected, or is refused."""
    assert answer.refusals == (["BAD_INPUT"] if refused else [])
    if not refused:
        page = page_of(answer.data)
        assert {(node["source"], node["externalId"]) for node in page["nodes"]} == set(expected)
        assert page["totalCount"] == len(expected)


def fields_of(name: str) -> set[str]:
    kind = visible_schema().type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    return set(kind.fields)


@pytest.mark.parametrize("kind", RecordType)
def test_a_filter_finds_what_plain_python_finds(shelf: Shelf, kind: RecordType) -> None:
    page = f"page: {FIELDS[kind]}(filter: $filter, first: 100) {{ nodes {{ source externalId }} totalCount }}"
    asking = f"query($filter: {kind.value}Filter"
    below, root = f"{asking}, $id: ID!) {{ case(id: $id) {{ {page} }} }}", f"{asking}) {{ {page} }}"
    related, rooted = (FIELDS[kind] in fields_of(name) for name in ("Case", "Query"))
    assert related or rooted

    @SOME
    @given(
        stated=st.lists(records(kind), max_size=6, unique_by=lambda record: record.id),
        asked=st.lists(filters(kind), min_size=4, max_size=8),
    )
    def finds(stated: list[Record], asked: list[dict[str, Any]]) -> None:
        shelf.empty()
        for source in SOURCES:
            shelf.state([record for record in stated if record.source == source], name=source)
        shelf.state([HUB], name="hub")
        shelf.know(name="nobody")
        present = [*stated, HUB] if kind is RecordType.CASE else stated
        for each in asked:
            expected = {(record.source, record.external_id) for record in stated if meets(record, each)}
            if related:
                answer = shelf.ask(below, {"id": "Case:hub:hub", "filter": each})
                check(answer, lambda data: data["case"]["page"], expected, names_nothing(present, each, expected))
            if rooted:
                if kind is RecordType.CASE and meets(HUB, each):
                    expected.add((HUB.source, HUB.external_id))
                answer = shelf.ask(root, {"filter": each})
                check(answer, lambda data: data["page"], expected, names_nothing(present, each, expected))

    finds()


def test_updated_since_finds_the_versions_recorded_at_that_moment_or_later(shelf: Shelf) -> None:
    def case(name: str, title: str) -> Case:
        return Case(source="fake", external_id=name, title=title)

    shelf.state([case("kept", "1"), case("changed", "1"), case("withdrawn", "1")])
    shelf.state([case("kept", "1"), case("changed", "2"), case("added", "2")])
    nodes = shelf.ask("{ cases { nodes { externalId recordedAt } } }").data["cases"]["nodes"]
    recorded = {node["externalId"]: node["recordedAt"] for node in nodes}
    assert recorded["kept"] < recorded["changed"] == recorded["added"]

    def since(moment: str) -> set[str]:
        document = "query($m: DateTime) { cases(filter: {updatedSince: $m}) { nodes { externalId } } }"
        return {node["externalId"] for node in shelf.ask(document, {"m": moment}).data["cases"]["nodes"]}

    assert since(recorded["kept"]) == {"kept", "changed", "added"}
    assert since(recorded["changed"]) == {"changed", "added"}
    after = datetime.fromisoformat(recorded["changed"]) + timedelta(microseconds=1)
    assert since(after.astimezone(UTC).isoformat().replace("+00:00", "Z")) == set()
    assert since("9999-12-31T23:59:59Z") == set()
    assert since("0001-01-01T00:00:00Z") == {"kept", "changed", "added"}


def test_a_name_that_means_nobody_is_refused_and_the_message_says_where_names_are(shelf: Shelf) -> None:
    for condition in ('agency: "nobody at all"', 'agency: ["KNPA", ""]', 'agency: "telegram"'):
        assert shelf.ask(f"{{ cases(filter: {{{condition}}}) {{ nodes {{ id }} }} }}").refusals == ["BAD_INPUT"]
    assert shelf.ask('{ statistics(filter: {platform: "KNPA"}) { nodes { id } } }').refusals == ["BAD_INPUT"]


def test_what_no_record_can_hold_is_refused(shelf: Shelf) -> None:
    """A NUL or half a character would be an error inside PostgreSQL or its driver, and finds nothing in SQLite."""
    document = "query($f: CaseFilter) { cases(filter: $f) { nodes { id } } }"
    for text in ("a\0b", "\ud800", "x" * 201):
        for condition in (
            {"source": [text]},
            {"offence": [text]},
            {"reference": {"value": text}},
            {"reference": {"value": "1", "scheme": text}},
            {"agency": [text]},
        ):
            assert shelf.ask(document, {"f": condition}).refusals == ["BAD_INPUT"], condition
    assert shelf.ask(document, {"f": {"source": ["x"] * 101}}).refusals == ["BAD_INPUT"]
    shelf.know()
    assert shelf.ask(document, {"f": {"source": ["fake"] * 100}}).refusals == []


def test_a_period_without_a_day_is_refused(shelf: Shelf) -> None:
    for start, end in (("2024-01-02", "2024-01-02"), ("2024-01-03", "2024-01-02")):
        period = f'period: {{start: "{start}", end: "{end}"}}'
        assert shelf.ask(f"{{ cases(filter: {{{period}}}) {{ totalCount }} }}").refusals == ["BAD_INPUT"]
        assert shelf.ask(f"{{ coverage(filter: {{{period}}}) {{ state }} }}").refusals == ["BAD_INPUT"]


def test_an_empty_list_asks_for_any_of_no_values_and_finds_nothing(shelf: Shelf) -> None:
    """As a list with one value fewer finds no more than before. What is null or left out asks for nothing."""
    shelf.state([HUB], name="hub")
    for condition in ("source", "jurisdiction", "agency", "status", "harmCategory", "offence"):
        answer = shelf.ask(f"{{ cases(filter: {{{condition}: []}}) {{ totalCount nodes {{ id }} }} }}").data["cases"]
        assert answer == {"totalCount": 0, "nodes": []}, condition
        answer = shelf.ask(f"{{ cases(filter: {{{condition}: null}}) {{ totalCount }} }}").data["cases"]
        assert answer == {"totalCount": 1}, condition
    lists = "{ sources(name: []) { name } agencies(name: []) { id } platforms(name: []) { id } "
    lists += "kinds: agencies(kind: []) { id } vocabulary(name: []) { name } nodes(ids: []) { id } "
    lists += "coverage(filter: {source: []}) { state } places: coverage(filter: {jurisdiction: []}) { state } }"
    assert set(map(str, shelf.ask(lists).data.values())) == {"[]"}


def test_a_country_also_means_its_parts_and_a_part_does_not_mean_its_country(shelf: Shelf) -> None:
    shelf.state(
        [
            Case(source="fake", external_id=place, jurisdictions=(place,))  # type: ignore[arg-type]  # a code is one
            for place in ("GB", "GB-ENG", "FR")
        ]
    )

    def found(*places: str) -> set[str]:
        document = "query($p: [Jurisdiction!]) { cases(filter: {jurisdiction: $p}) { nodes { externalId } } }"
        return {node["externalId"] for node in shelf.ask(document, {"p": places}).data["cases"]["nodes"]}

    assert found("GB") == found("United Kingdom") == found("영국") == {"GB", "GB-ENG"}
    assert found("GB-ENG") == {"GB-ENG"}
    assert found("GB", "FR") == {"GB", "GB-ENG", "FR"}
    assert found("EU") == set()
