"""Relations: records that share a reference, from either side, in any document, by few statements."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from graphql import ExecutionResult, GraphQLSchema, execute, parse
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from adapters.records import RECORD_TYPES, Arrest, Case, Period, Record, Reference, StatusEvent
from adapters.vocabulary.enums import Audience, RecordType
from gateway.access.audit.delivery import Delivery
from gateway.access.callers import Caller
from gateway.catalogue.read.interned_sets import InternedSets
from gateway.catalogue.read.sql.base import LATEST
from gateway.catalogue.read.sql.builder import QueryBuilder
from gateway.catalogue.tables import RECORD_TABLES
from schema.access import filter_schema
from schema.contract import PUBLIC, master
from schema.declarations import AttributeField, Declaration, PageField, RelatedField, derive
from schema.queries.records import Order
from tests.support.catalogue import Shelf
from tests.support.properties import examples
from tests.support.random_documents import RELATIONS, documents

SOME = examples(usual=5, proof=15)

numbers = st.lists(st.builds(Reference, st.sampled_from(["no", "file"]), st.sampled_from("12")), min_size=1, max_size=2)


def dated(record: Record, start: date | None) -> Record:
    """The record with its own period beginning on a day, or without one."""
    period = None if start is None else Period(start=start, end=start + timedelta(days=1))
    return structs.replace(record, **{record.period_attributes[0]: period})


@st.composite
def linked(draw: st.DrawFn) -> list[Record]:
    """Records of all types with few references among them."""
    kinds = draw(st.lists(st.sampled_from(list(RELATIONS.values())), min_size=4, max_size=10))
    days = st.none() | st.dates(date(2024, 9, 1), date(2024, 9, 3))
    return [
        dated(RECORD_TYPES[kind](source="fake", external_id=f"{name}", references=tuple(draw(numbers))), draw(days))
        for name, kind in enumerate(kinds)
    ]


class Plain:
    """The same schema over plain records, each field found for itself: what documents mean by definition."""

    def __init__(self) -> None:
        self._schema: GraphQLSchema = filter_schema(master(), PUBLIC)
        self._records: Sequence[Record] = ()
        derive(self._schema, self._resolver)

    def ask(self, records: Sequence[Record], document: str, **variables: bool) -> Any:
        self._records = records
        result = execute(self._schema, parse(document), variable_values=variables)
        assert isinstance(result, ExecutionResult)
        assert result.errors is None
        return result.data

    def _resolver(self, declaration: Declaration) -> Any:
        match declaration:
            case AttributeField((name,), compute):
                return lambda record, info: compute(getattr(record, name)) if compute else getattr(record, name)
            case RelatedField(kind):
                return lambda record, info, **arguments: self._page(kind, arguments, beside=record)
            case PageField(kind):
                return lambda root, info, **arguments: self._page(kind, arguments)
            case _:
                return lambda *_: None

    def _page(self, kind: RecordType, arguments: Mapping[str, Any], beside: Record | None = None) -> Any:
        found = [record for record in self._records if record.type is kind]
        if beside is not None:
            found = [
                each for each in found if each is not beside and not set(each.references).isdisjoint(beside.references)
            ]
        descending = (arguments.get("orderBy") or {"descending": True})["descending"]
        periods = {record.id: getattr(record, record.period_attributes[0]) for record in found}
        with_day = [record for record in found if periods[record.id] is not None]
        without = [record for record in found if periods[record.id] is None]
        with_day.sort(key=lambda record: (periods[record.id].start, record.id), reverse=descending)
        without.sort(key=lambda record: record.id, reverse=descending)
        ordered = with_day + without
        last = arguments.get("last")
        size = last if last is not None else arguments.get("first", 20)
        nodes = ordered[max(0, len(ordered) - last) :] if last is not None else ordered[:size]
        more = len(nodes) < len(ordered)
        return SimpleNamespace(
            nodes=nodes,
            edges=[SimpleNamespace(node=node) for node in nodes],
            total_count=len(ordered),
            page_info=SimpleNamespace(has_next_page=more and last is None, has_previous_page=more and last is not None),
        )


PLAIN = Plain()


@SOME
@given(records=linked(), document=documents(), a=st.booleans(), b=st.booleans())
def test_any_document_is_answered_as_if_each_field_were_found_for_itself(
    shelf: Shelf, records: list[Record], document: str, a: bool, b: bool
) -> None:
    shelf.empty()
    shelf.state(records)
    answer = shelf.ask(document, {"a": a, "b": b})
    assert answer.refusals == []
    assert answer.data == PLAIN.ask(records, document, a=a, b=b)


def cluster(number: int) -> list[Record]:
    """One record of each type, and a second case, all about one matter."""
    shared = (Reference("no", f"{number}"),)
    first = [kind(source="fake", external_id=f"{number}", references=shared) for kind in RECORD_TYPES.values()]
    return [*first, Case(source="fake", external_id=f"{number}/2", references=shared)]


@SOME
@given(document=documents(), a=st.booleans(), b=st.booleans())
def test_the_number_of_statements_does_not_grow_with_the_rows(shelf: Shelf, document: str, a: bool, b: bool) -> None:
    document = (
        document.replace("first: 0", "first: 100").replace("first: 1 ", "first: 100 ").replace("first: 2", "first: 100")
    )

    def statements(clusters: int) -> int:
        shelf.empty()
        shelf.state([record for number in range(clusters) for record in cluster(number)])
        before = shelf.database.statements
        assert shelf.ask(document, {"a": a, "b": b}).refusals == []
        return shelf.database.statements - before

    assert statements(40) <= statements(1)


def test_every_side_of_a_matter_finds_all_others_and_never_itself(shelf: Shelf) -> None:
    matter = cluster(1)
    shelf.state([*matter, *cluster(2)])
    pages = " ".join(f"{name} {{ totalCount nodes {{ id }} }}" for name in RELATIONS)
    for record in matter:
        identity = f"{record.type.value}:{record.id}"
        document = f"query($id: ID!) {{ node(id: $id) {{ ... on Record {{ {pages} }} }} }}"
        answer = shelf.ask(document, {"id": identity}).data["node"]
        for name, kind in RELATIONS.items():
            expected = [f"{kind.value}:{each.id}" for each in matter if each.type is kind and each is not record]
            assert sorted(node["id"] for node in answer[name]["nodes"]) == sorted(expected)
            assert answer[name]["totalCount"] == len(expected)


def test_equal_values_of_other_schemes_relate_nothing(shelf: Shelf) -> None:
    shelf.state(
        [
            Case(source="fake", external_id="1", references=(Reference("no", "1"), Reference("file", "2"))),
            Arrest(source="fake", external_id="1", references=(Reference("file", "1"), Reference("no", "2"))),
            Arrest(source="fake", external_id="2"),
        ]
    )
    assert shelf.ask("{ cases { nodes { arrests { totalCount } } } }").data["cases"]["nodes"] == [
        {"arrests": {"totalCount": 0}}
    ]


def test_two_shared_references_relate_once(shelf: Shelf) -> None:
    both = (Reference("no", "1"), Reference("no", "2"))
    shelf.state(
        [Case(source="fake", external_id="1", references=both), Arrest(source="fake", external_id="1", references=both)]
    )
    page = "{ cases { nodes { arrests { totalCount nodes { externalId } } } } }"
    assert shelf.ask(page).data["cases"]["nodes"] == [{"arrests": {"totalCount": 1, "nodes": [{"externalId": "1"}]}}]


def test_as_of_a_moment_records_are_related_as_they_were_then(shelf: Shelf) -> None:
    def stated(number: str, *events: str) -> list[Record]:
        shared = (Reference("no", number),)
        case = Case(source="fake", external_id="1", references=(Reference("no", "1"),))
        return [case, *(StatusEvent(source="fake", external_id=name, references=shared) for name in events)]

    def at(moment: str | None) -> tuple[Any, Any]:
        document = """query($at: DateTime) {
          cases(asOf: $at) { nodes { statusEvents(orderBy: {descending: false}) { totalCount nodes { externalId } } } }
          node(id: "StatusEvent:fake:a", asOf: $at) { ... on StatusEvent { cases { nodes { externalId } } } }
        }"""
        data = shelf.ask(document, {"at": moment}).data
        cases = None if data["node"] is None else [node["externalId"] for node in data["node"]["cases"]["nodes"]]
        (case,) = data["cases"]["nodes"] or [None]
        return case and [node["externalId"] for node in case["statusEvents"]["nodes"]], cases

    moments = []
    for records in (stated("1", "a"), stated("2", "a", "b"), stated("1", "b"), stated("1", "a", "b")):
        shelf.state(records)
        moments.append(datetime.now(UTC).isoformat().replace("+00:00", "Z"))
    history = [(["a"], ["1"]), ([], []), (["b"], None), (["b", "a"], ["1"])]
    assert [at(moment) for moment in moments] == history
    assert at(None) == history[-1]


WALK = """query($first: Int, $after: String, $last: Int, $before: String) { case(id: "Case:fake:0") { page: arrests(
  first: $first, after: $after, last: $last, before: $before
) { nodes { externalId } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""


@SOME
@given(
    starts=st.lists(st.none() | st.dates(date(2024, 9, 1), date(2024, 9, 3)), max_size=7),
    size=st.integers(1, 3),
    backward=st.booleans(),
)
def test_a_walk_inside_a_relation_meets_every_record_once_whatever_is_imported_on_the_way(
    shelf: Shelf, starts: list[date | None], size: int, backward: bool
) -> None:
    shared = (Reference("no", "1"),)
    case = Case(source="fake", external_id="0", references=shared)
    arrests = [
        dated(Arrest(source="fake", external_id=f"{name}", references=shared), start)
        for name, start in enumerate(starts)
    ]
    shelf.empty()
    shelf.state([case, *arrests])
    everything = "{ cases { nodes { arrests(first: 100) { nodes { externalId } } } } }"
    page = PLAIN.ask([case, *arrests], everything)["cases"]["nodes"][0]["arrests"]
    expected = [node["externalId"] for node in page["nodes"]]

    met: list[str] = []
    cursor = None
    while True:
        window = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        page = shelf.ask(WALK, window).data["case"]["page"]
        listed = [node["externalId"] for node in page["nodes"]]
        met = listed + met if backward else met + listed
        info = page["pageInfo"]
        assert page["totalCount"] == len(arrests)
        assert (info["hasPreviousPage"], info["hasNextPage"]) == (
            (len(met) < len(expected), cursor is not None)
            if backward
            else (cursor is not None, len(met) < len(expected))
        )
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            break
        if cursor is None:
            shelf.state([case, *(structs.replace(arrest, references=()) for arrest in arrests[::2])])
        cursor = info["startCursor" if backward else "endCursor"]
    assert met == expected


def test_a_page_after_the_last_related_record_still_has_the_total(shelf: Shelf) -> None:
    shelf.state(cluster(0))
    end = shelf.ask(WALK, {"first": 1}).data["case"]["page"]["pageInfo"]["endCursor"]
    page = shelf.ask(WALK, {"first": 1, "after": end}).data["case"]["page"]
    assert (page["nodes"], page["totalCount"]) == ([], 1)


def test_a_total_inside_a_relation_is_bounded_too(shelf: Shelf) -> None:
    shared = (Reference("no", "1"),)
    shelf.state(
        [
            Case(source="fake", external_id="1", references=shared),
            *(Arrest(source="fake", external_id=f"{name}", references=shared) for name in range(3)),
        ]
    )
    document = "{ cases { nodes { arrests(first: 1) { totalCount totalCountQualifier } } } }"
    answers = [shelf.ask(document, counted=counted).data["cases"]["nodes"][0]["arrests"] for counted in (2, 3)]
    assert answers == [
        {"totalCount": 2, "totalCountQualifier": "AT_LEAST"},
        {"totalCount": 3, "totalCountQualifier": "EXACT"},
    ]


def test_more_parents_than_a_statement_has_parameters_are_one_statement(shelf: Shelf) -> None:
    """PostgreSQL takes 32,767 parameters and SQLite 32,766; pages inside pages can have a hundred times a hundred."""
    shelf.state(cluster(0))
    caller = Caller(Audience.PUBLIC, frozenset({"fake"}))
    statements = QueryBuilder(caller, LATEST, Delivery(caller)).relations
    case, arrest = RECORD_TABLES[RecordType.CASE], RECORD_TABLES[RecordType.ARREST]
    parents = ["fake:0", *(f"fake:no{number}" for number in range(40_000))]
    related = statements.related(
        case, parents, arrest, frozenset({"event"}), (), Order(), backward=False, after=None, limit=1
    )
    counts = statements.related_counts(case, parents, arrest, ())

    async def ask() -> list[Any]:
        async with shelf.database.snapshot() as snapshot:
            members = await InternedSets().members(snapshot, set(range(40_000)))
            return [len(await snapshot.fetch(related)), len(await snapshot.fetch(counts)), dict(members)]

    assert shelf.run(ask()) == [1, 1, {}]
