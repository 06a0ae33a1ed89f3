"""Whatever is asked is answered, with a closed code where it cannot be met, and nothing of the inside is told."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn

import orjson
import pytest
from graphql import GraphQLObjectType, get_named_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries
from sqlalchemy import Executable, Row, literal, select, table, text
from structlog.testing import capture_logs

from gateway.access.callers import public
from gateway.operations.answer import Answer
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import OperationLimits, execute_request
from gateway.operations.limits import Limits
from gateway.operations.request import Request
from gateway.store.database import Snapshot
from gateway.store.errors import StoreUnavailable
from gateway.store.limits import COMMAND_SECONDS
from gateway.store.seats import Seats
from schema.contract import PUBLIC, sdl, visible_schema
from schema.errors import ErrorCode
from tests.support.catalogue import Counting, Shelf
from tests.support.fake_source import FakeSource
from tests.support.prices import price_of_query
from tests.support.properties import examples, postgresql_in_proof
from tests.support.sample_catalogue import PARTNER, crimes

MARK = "a-value-that-nobody-may-see"

# The catalogue stays as it is from example to example.
same_shelf = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

LOOP = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n"
"""A statement that ends for nobody who waits for it; on both databases."""


def ask(
    shelf: Shelf,
    query: str,
    variables: dict[str, Any] | None = None,
    *,
    operation_name: str | None = None,
    bounds: OperationLimits = OperationLimits(),  # noqa: B008 - frozen
    editions: DocumentCaches | None = None,
    queries_only: bool = False,
) -> Answer:
    return shelf.run(
        execute_request(
            shelf.holdings,
            public(shelf.holdings.descriptions.values()),
            editions or DocumentCaches(),
            Request(query=query, variables=variables, operation_name=operation_name),
            limits=bounds,
            queries_only=queries_only,
        )
    )


def codes(answer: Answer) -> list[str]:
    return [each["extensions"]["code"] for each in answer.errors]


class Broken(Counting):
    """A database whose statements do what `trouble` does."""

    def __init__(self, database: Any, trouble: Any) -> None:
        super().__init__(database)
        self._trouble = trouble

    @asynccontextmanager
    async def snapshot(self, caller: str | None = None, seconds: float = COMMAND_SECONDS) -> AsyncGenerator[Snapshot]:
        async with super().snapshot(caller, seconds) as snapshot:
            yield _Broken(snapshot, self._trouble)


class _Broken:
    def __init__(self, snapshot: Snapshot, trouble: Any) -> None:
        self._snapshot = snapshot
        self._trouble = trouble

    @property
    def seconds(self) -> float:
        return self._snapshot.seconds

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        await self._trouble(self._snapshot)
        return await self._snapshot.fetch(statement)

    async def renew(self) -> None:
        await self._snapshot.renew()


# Answers.


@postgresql_in_proof
def test_an_answer_carries_its_data_and_the_sources_that_it_came_from(shelf: Shelf) -> None:
    answer = ask(shelf, "{ cases { totalCount nodes { id } } }")
    assert not answer.errors
    assert answer.data is not None
    assert answer.data["cases"]["totalCount"] == 3
    (source,) = answer.extensions["sources"]
    assert source["name"] == "fake"
    assert source["lastReadAt"] == "2024-10-01T09:30:00Z"
    assert source["recordCount"] == 3
    assert set(source) == {"name", "state", "lastReadAt", "ageSeconds", "reason", "recordCount"}


@postgresql_in_proof
def test_an_answer_is_json_of_data_errors_and_extensions(shelf: Shelf) -> None:
    query = "{ cases(first: -1) { totalCount } }"
    said = orjson.loads(ask(shelf, query).text())
    assert said == {
        "data": {"cases": None},
        "errors": [
            {
                "message": said["errors"][0]["message"],
                "extensions": {"code": "BAD_INPUT"},
                "path": ["cases"],
                "locations": [{"line": 1, "column": 3}],
            }
        ],
        "extensions": {"cost": {"requested": price_of_query(query), "most": 20_000}},
    }


@postgresql_in_proof
def test_an_error_in_one_root_field_leaves_the_others(shelf: Shelf) -> None:
    answer = ask(shelf, "{ cases(first: -1) { totalCount } sources { name } }")
    assert answer.data == {"cases": None, "sources": [{"name": "fake"}]}
    assert [error.get("path") for error in answer.errors] == [["cases"]]


@postgresql_in_proof
def test_a_request_that_is_not_run_has_no_data_at_all(shelf: Shelf) -> None:
    assert "data" not in ask(shelf, "{ nothing }").body()


@postgresql_in_proof
def test_what_a_caller_may_not_see_is_not_there(shelf: Shelf) -> None:
    answer = ask(shelf, f'{{ cases(filter: {{source: ["{PARTNER}"]}}) {{ totalCount }} sources {{ name }} }}')
    assert answer.data == {"cases": None, "sources": [{"name": "fake"}]}
    absent = ask(shelf, '{ cases(filter: {source: ["absent"]}) { totalCount } sources { name } }')
    assert answer.text() == absent.text().replace(b"absent", PARTNER.encode())


@postgresql_in_proof
@pytest.mark.parametrize(
    ("name", "refused"), [("A", None), ("B", None), (None, "BAD_REQUEST"), ("C", "BAD_REQUEST"), ("", "BAD_REQUEST")]
)
def test_of_several_operations_one_must_be_named(shelf: Shelf, name: str | None, refused: str | None) -> None:
    assert ask(shelf, "query A { __typename } query B { __typename }", operation_name=name).refusal == refused


@postgresql_in_proof
def test_where_only_queries_are_asked_another_operation_is_refused_as_such(shelf: Shelf) -> None:
    refused = {
        text: ask(shelf, text, queries_only=True).refusal
        for text in (
            "mutation { a }",
            "subscription { a }",
            "query A { __typename } mutation B { a }",
            "{ __typename }",
        )
    }
    assert list(refused.values()) == [ErrorCode.METHOD_NOT_ALLOWED] * 3 + [None]


# Failures.


def test_of_a_failure_a_caller_learns_a_correlation_id_and_the_log_its_kind_and_place(shelf: Shelf) -> None:
    async def fail(snapshot: Snapshot) -> None:
        raise RuntimeError(MARK)

    shelf.holdings.database = Broken(shelf.database, fail)
    with capture_logs() as logs:
        answer = ask(shelf, "{ cases { totalCount } }")
    (error,) = answer.errors
    assert error["extensions"]["code"] == "INTERNAL"
    assert answer.data == {"cases": None}
    assert answer.refusal is None
    (entry,) = [entry for entry in logs if entry["correlation_id"] == error["extensions"]["correlationId"]]
    assert entry["failures"][0]["kind"] == "builtins.RuntimeError"
    assert entry["failures"][0]["at"][-1].startswith("tests.gateway.operations.test_execution:fail:")
    assert MARK not in repr(logs) + answer.text().decode()
    assert "SELECT" not in repr(logs)
    assert "/" not in repr([entry["failures"] for entry in logs])


def test_the_words_of_a_database_reach_neither_caller_nor_log(shelf: Shelf) -> None:
    async def fail(snapshot: Snapshot) -> None:
        await snapshot.fetch(select(literal(MARK)).select_from(table("nowhere")))

    shelf.holdings.database = Broken(shelf.database, fail)
    with capture_logs() as logs:
        answer = ask(shelf, "{ cases { totalCount } }")
    assert codes(answer) == ["INTERNAL"]
    kinds = [failure["kind"] for failure in logs[0]["failures"]]
    assert kinds[0].startswith("gateway.store.errors.")
    assert kinds[1].startswith("sqlalchemy.exc.")
    assert len(kinds) > 2, "its causes are named"
    assert MARK not in repr(logs) + answer.text().decode()


def test_a_catalogue_that_cannot_be_reached_is_not_ready(shelf: Shelf) -> None:
    class Unreachable(Counting):
        def snapshot(self, caller: str | None = None, seconds: float = COMMAND_SECONDS) -> NoReturn:
            raise StoreUnavailable(MARK) from OSError(MARK)

    shelf.holdings.database = Unreachable(shelf.database)
    with capture_logs() as logs:
        answer = ask(shelf, "{ cases { totalCount } }")
    assert answer.refusal is ErrorCode.NOT_READY
    assert MARK not in repr(logs) + answer.text().decode()


@postgresql_in_proof
def test_many_fields_that_fail_alike_are_written_down_once(shelf: Shelf) -> None:
    async def fail(snapshot: Snapshot) -> None:
        raise RuntimeError

    shelf.holdings.database = Broken(shelf.database, fail)
    fields = " ".join(f'a{at}: node(id: "Case:fake:c{at}") {{ id }}' for at in range(40))
    with capture_logs() as logs:
        answer = ask(shelf, f"{{ {fields} }}")
    assert len(logs) == 1
    assert len(answer.errors) == 20
    assert answer.data == {f"a{at}": None for at in range(40)}


# Deadlines.


def test_an_answer_that_takes_too_long_is_given_up_and_the_next_is_given(shelf: Shelf) -> None:
    async def loop(snapshot: Snapshot) -> None:
        await snapshot.fetch(text(LOOP))

    whole = shelf.holdings.database
    shelf.holdings.database = Broken(whole, loop)
    for _ in range(10):  # More often than there are connections.
        assert (
            ask(shelf, "{ cases { totalCount } }", bounds=OperationLimits(seconds=0.05)).refusal
            is ErrorCode.DEADLINE_EXCEEDED
        )
    shelf.holdings.database = whole
    answer = ask(shelf, "{ cases { totalCount } }")
    assert answer.data == {"cases": {"totalCount": 3}}


@pytest.mark.parametrize("name", ["cases { totalCount }", "a: cases { totalCount } b: arrests { totalCount }"])
def test_a_statement_over_its_limit_is_a_deadline_that_was_exceeded(shelf: Shelf, name: str) -> None:
    async def loop(snapshot: Snapshot) -> None:
        await snapshot.fetch(text(LOOP))

    shelf.holdings.database = Broken(shelf.database, loop)
    answer = ask(shelf, f"{{ {name} }}", bounds=OperationLimits(statement_seconds=0.05))
    assert orjson.loads(answer.text()) == {
        "errors": [
            {
                "message": "The answer took longer than the deadline.",
                "extensions": {"code": "DEADLINE_EXCEEDED"},
            }
        ]
    }


def test_a_document_that_reads_nothing_is_answered_without_a_connection(shelf: Shelf) -> None:
    async def answer() -> Answer:
        documents, caller = DocumentCaches(), public(shelf.holdings.descriptions.values())
        request = Request(query='{ __typename vocabulary(name: ["RecordType"]) { name } }')
        async with shelf.database.snapshot("a") as first, shelf.database.snapshot("a") as second:
            for snapshot in (first, second):
                await snapshot.fetch(text("SELECT 1"))
            work = execute_request(shelf.holdings, caller, documents, request, subscriber="a")
            return await asyncio.wait_for(work, 10)

    assert shelf.run(answer()).errors == []


def test_operations_of_one_caller_take_turns_and_those_of_others_do_not_wait_for_them(shelf: Shelf) -> None:
    async def all_at_once() -> tuple[list[Answer], Answer]:
        documents, caller = DocumentCaches(), public(shelf.holdings.descriptions.values())
        turns, limits = Seats(4, most=1, most_waiting=2), OperationLimits(seconds=0.5)

        def ask(subscriber: str) -> asyncio.Task[Answer]:
            request = Request(query="{ cases { totalCount } }")
            work = execute_request(
                shelf.holdings, caller, documents, request, limits=limits, subscriber=subscriber, turns=turns
            )
            return asyncio.create_task(work)

        await turns.take("a")
        asking = [ask("a") for _ in range(2)]
        other = await ask("b")
        return [await each for each in asking], other

    with capture_logs() as logs:
        (waiting, refusal), other = shelf.run(all_at_once())
    assert other.errors == []
    assert waiting.refusal is ErrorCode.DEADLINE_EXCEEDED
    assert refusal.refusal is ErrorCode.NOT_READY
    assert "busy" in refusal.errors[0]["message"]
    assert logs == []


def test_nine_questions_as_of_now_wait_for_no_connection_that_they_hold(shelf: Shelf) -> None:
    async def all_at_once() -> list[Answer]:
        documents, caller = DocumentCaches(), public(shelf.holdings.descriptions.values())
        query = "query($now: DateTime) { takedowns(first: 1, asOf: $now) { nodes { id } } }"
        request = Request(query=query, variables={"now": datetime.now(UTC).isoformat()})
        asking = [execute_request(shelf.holdings, caller, documents, request, subscriber=f"{n}") for n in range(9)]
        return await asyncio.wait_for(asyncio.gather(*asking), 20)

    assert {answer.text() for answer in shelf.run(all_at_once()) if answer.errors} == set()


def test_more_readers_than_connections_are_all_answered(shelf: Shelf) -> None:
    async def all_at_once() -> list[Answer]:
        asking = [
            execute_request(
                shelf.holdings,
                public(shelf.holdings.descriptions.values()),
                editions,
                Request(query="{ cases { totalCount nodes { arrests { totalCount } } } }"),
            )
            for _ in range(60)
        ]
        return await asyncio.wait_for(asyncio.gather(*asking), 60)

    editions = DocumentCaches()
    answers = shelf.run(all_at_once())
    assert {answer.text() for answer in answers if answer.errors} == set()


def test_a_cancelled_reader_leaves_its_connection_to_the_next(shelf: Shelf) -> None:
    async def cancelled(delay: float) -> None:
        async def read() -> None:
            async with shelf.database.snapshot() as snapshot:
                await snapshot.fetch(text("SELECT 1"))
                await snapshot.fetch(text(LOOP))

        reading = asyncio.create_task(read())
        await asyncio.sleep(delay)
        reading.cancel()
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    async def rounds() -> list[int]:
        for delay in (0, 0, 0.001, 0.01, 0.02, 0.05, 0.05, 0.05):
            await cancelled(delay)
        async with shelf.database.snapshot() as snapshot:
            return [(await snapshot.fetch(text(f"SELECT {number}")))[0][0] for number in range(5)]

    assert shelf.run(rounds()) == [0, 1, 2, 3, 4]


# Variables.


UNFIT: list[tuple[str, dict[str, Any], str]] = [
    ("$v: Int!", {}, "$v"),
    ("$v: Int!", {"v": None}, "$v"),
    ("$v: Int", {"v": MARK}, "$v"),
    ("$v: Int", {"v": 2**40}, "$v"),
    ("$v: Int", {"v": 1.5}, "$v"),
    ("$v: Int", {"v": [1]}, "$v"),
    ("$v: CaseFilter", {"v": MARK}, "$v"),
    ("$v: CaseFilter", {"v": {MARK: 1}}, "$v"),
    ("$v: CaseFilter", {"v": {"source": [MARK, 1]}}, "$v.source[1]"),
    ("$v: CaseFilter", {"v": {"period": {"start": MARK}}}, "$v.period.start"),
    ("$v: CaseFilter", {"v": {"period": {}}}, "$v.period"),
    ("$v: CaseFilter", {"v": {"updatedSince": MARK}}, "$v.updatedSince"),
    ("$v: CaseFilter", {"v": {"harmCategory": [MARK]}}, "$v.harmCategory[0]"),
    ("$v: DateTime", {"v": {"a": MARK}}, "$v"),
    ("$v: DateTime", {"v": 10**9}, "$v"),
]
"""A variable's declaration, what is given for it, and the place that the refusal names."""


@postgresql_in_proof
def test_variables_that_do_not_fit_are_refused_by_name_and_not_quoted(shelf: Shelf) -> None:
    for declared, given_, named in UNFIT:
        kind = declared.split()[1].rstrip("!")
        argument = {"Int": "first", "CaseFilter": "filter", "DateTime": "asOf"}[kind]
        answer = ask(shelf, f"query({declared}) {{ cases({argument}: $v) {{ totalCount }} }}", given_)
        assert answer.refusal is ErrorCode.BAD_INPUT
        assert f"`{named}`" in answer.errors[0]["message"]
        assert answer.errors[0].get("locations") == [{"line": 1, "column": 7}]
        assert MARK not in answer.text().decode()


@postgresql_in_proof
def test_of_many_wrong_values_twenty_are_told(shelf: Shelf) -> None:
    answer = ask(
        shelf, "query($v: CaseFilter) { cases(filter: $v) { totalCount } }", {"v": {"source": list(range(4_000))}}
    )
    assert len(answer.errors) == 20


@postgresql_in_proof
def test_variables_nested_without_end_are_refused(shelf: Shelf) -> None:
    nested: Any = MARK
    for _ in range(900):
        nested = [nested]
    answer = ask(shelf, "query($v: CaseFilter) { cases(filter: $v) { totalCount } }", {"v": {"source": nested}})
    assert answer.refusal is ErrorCode.BAD_INPUT


@postgresql_in_proof
def test_null_for_an_argument_that_takes_none_is_an_error_of_its_field(shelf: Shelf) -> None:
    answer = ask(
        shelf,
        'query($v: Date = "2024-01-01") { cases(filter: {period: {start: $v, end: "2025-01-01"}}) { totalCount } }',
        {"v": None},
    )
    assert codes(answer) == ["BAD_INPUT"]
    assert "`cases`" in answer.errors[0]["message"]


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
"""What a body can hold; the parser of bodies lets no larger integers through."""

filters = values | st.dictionaries(
    st.sampled_from(
        ["source", "jurisdiction", "period", "periodMatch", "reference", "updatedSince", "status", "offence"]
    ),
    values,
    max_size=4,
)


@same_shelf
@given(first=values, after=values, where=filters, at=values)
def test_no_value_of_a_variable_makes_the_gateway_fail(
    shelf: Shelf, first: Any, after: Any, where: Any, at: Any
) -> None:
    for declared, argument, value in (
        ("Int", "first", first),
        ("String", "after", after),
        ("CaseFilter", "filter", where),
        ("DateTime", "asOf", at),
    ):
        answer = ask(shelf, f"query($v: {declared}) {{ cases({argument}: $v) {{ totalCount }} }}", {"v": value})
        assert "INTERNAL" not in codes(answer)


# Texts.

NUL = "a\0b"


TAKING_TEXT = [
    "query($v: String!) { cases(filter: {source: [$v]}) { totalCount } }",
    "query($v: String!) { cases(filter: {offence: [$v]}) { totalCount } }",
    "query($v: String!) { cases(filter: {agency: [$v]}) { totalCount } }",
    "query($v: String!) { cases(filter: {reference: {value: $v}}) { totalCount } }",
    'query($v: String!) { cases(filter: {reference: {value: "a", scheme: $v}}) { totalCount } }',
    "query($v: String!) { cases(after: $v) { totalCount } }",
    "query($v: String!) { cases(last: 1, before: $v) { totalCount } }",
    "query($v: String!) { cases { nodes { arrests(after: $v) { totalCount } } } }",
    "query($v: String!) { cases { nodes { arrests(filter: {reference: {value: $v}}) { totalCount } } } }",
    "query($v: String!) { sources(name: [$v]) { name } }",
    "query($v: String!) { coverage(filter: {source: [$v]}) { state } }",
    "query($v: String!) { agencies(name: [$v]) { id } platforms(name: [$v]) { id } }",
    "query($v: String!) { vocabulary(name: [$v]) { name } }",
    "query($v: ID!) { node(id: $v) { id } nodes(ids: [$v]) { id } case(id: $v) { id } arrest(id: $v) { id } }",
]

TEXTS = [NUL, f"Case:fake:{NUL}", "\0", "\ud800", "Case:fake:\udfff", "x" * 100_000, "", "Case:"]


def test_no_text_makes_the_gateway_fail(shelf: Shelf) -> None:
    for query in TAKING_TEXT:
        for value in TEXTS:
            answer = ask(shelf, query, {"v": value})
            assert "INTERNAL" not in codes(answer), (query, value[:20])


def cursor_of(said: Any) -> str:
    """A value as the gateway writes cursors. Here integers have no end, and texts may be broken."""
    written = json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


given_out = st.tuples(
    st.integers(-(2**70), 2**70) | st.integers(0, 3),
    st.sampled_from(["Case", "Case/Arrest", "Arrest", NUL]),
    st.sampled_from(["PERIOD", "RECORDED_AT", "x"]),
    st.booleans(),
    st.none() | st.integers(-(2**70), 2**70) | st.sampled_from(["2024-09-01", "9999-12-31", "0001-01-01", "x"]),
    st.sampled_from(["fake:c1", NUL, "", "\ud800"]),
)
"""Values like those that stand in cursors that the gateway gives out."""

cursors = st.text(max_size=60) | (values | given_out).map(cursor_of)


@same_shelf
@given(cursors, st.sampled_from(["PERIOD", "RECORDED_AT"]), st.booleans())
def test_a_cursor_that_was_not_given_out_is_a_bad_cursor_or_a_place(
    shelf: Shelf, cursor: str, by: str, descending: bool
) -> None:
    for query in (
        "query($c: String, $o: RecordOrder) { cases(first: 2, after: $c, orderBy: $o) { nodes { id } } }",
        "query($c: String, $o: RecordOrder) { cases(last: 2, before: $c, orderBy: $o) { nodes { id } } }",
        "query($c: String, $o: RecordOrder) { cases { nodes { arrests(after: $c, orderBy: $o) { nodes { id } } } } }",
    ):
        answer = ask(shelf, query, {"c": cursor, "o": {"by": by, "descending": descending}})
        assert set(codes(answer)) <= {"BAD_CURSOR"}


# Documents.


@postgresql_in_proof
@examples(usual=50, proof=500)
@given(st.text(max_size=300) | st.text('{}()[]!$:=@|&."#, \nabc12', max_size=100))
def test_no_text_as_a_document_makes_the_gateway_fail(shelf: Shelf, query: str) -> None:
    assert "INTERNAL" not in codes(ask(shelf, query))


SCALARS = {
    "DateTime": st.sampled_from(["2024-09-30T09:00:00Z", "2001-01-01T00:00:00+09:00"]).map(nodes.String),
    "Date": st.sampled_from(["2024-09-01", "2024-10-01", "0001-01-01", "9999-12-31"]).map(nodes.String),
    "Duration": st.just("PT36H").map(nodes.String),
    "Long": st.integers(-(2**63) + 1, 2**63 - 1).map(nodes.Int),
    "Decimal": st.sampled_from(["0", "89.9"]).map(nodes.String),
    "URL": st.just("https://example.org/").map(nodes.String),
    "Jurisdiction": st.sampled_from(["GB", "KR", "EU", "GB-ENG"]).map(nodes.String),
}


@postgresql_in_proof
@examples(usual=20, proof=100)
@given(query=st.deferred(lambda: queries(sdl(PUBLIC), custom_scalars=SCALARS, allow_x00=True)))
def test_every_document_that_fits_the_schema_is_answered(shelf: Shelf, query: str) -> None:
    roomy = Limits(tokens=10**6, characters=10**6, depth=60, aliases=10**4, fields=10**5, overlaps=10**5)
    answer = ask(shelf, query, editions=DocumentCaches(roomy))
    assert set(codes(answer)) <= {"BAD_INPUT", "BAD_CURSOR", "TOO_COMPLEX"}
    assert answer.refusal in (None, ErrorCode.TOO_COMPLEX)


NEEDED = {
    "case": 'id: "x"',
    "takedown": 'id: "x"',
    "arrest": 'id: "x"',
    "node": 'id: "x"',
    "nodes": 'ids: ["x"]',
    "total": 'metric: TAKEDOWNS, period: {start: "2024-01-01", end: "2025-01-01"}',
    "compareStatistics": 'metric: TAKEDOWNS, period: {start: "2024-01-01", end: "2025-01-01"}',
    "disclosedCounts": "recordType: CASE, year: 2024, month: 9",
}
"""The arguments of root fields that have to be given."""


def named(kind: Any, above: tuple[Any, ...] = ()) -> str:
    """Asks every object below one of this type for the name of its type, and for nothing else."""
    below = ((name, field, get_named_type(field.type)) for name, field in kind.fields.items())
    inner = (
        f"{name}{'(first: 1)' if 'first' in field.args else ''} {named(of, (*above, kind))}"
        for name, field, of in below
        if isinstance(of, GraphQLObjectType) and of not in above and len(above) < 4
    )
    return f"{{ __typename {' '.join(inner)} }}"


@postgresql_in_proof
def test_every_object_tells_the_name_of_its_type(shelf: Shelf) -> None:
    """Clients with a cache ask for it everywhere."""
    editions = DocumentCaches(Limits(tokens=10**6, characters=10**6, depth=60, fields=10**6, overlaps=10**6))
    query = visible_schema(PUBLIC).query_type
    assert query
    for root, field in query.fields.items():
        kind = get_named_type(field.type)
        below = named(kind) if isinstance(kind, GraphQLObjectType) else "{ __typename }"
        asked = f"{{ {root}{f'({NEEDED[root]})' if root in NEEDED else ''} {below} }}"
        answer = ask(shelf, asked, editions=editions, bounds=OperationLimits(cost=10**12))
        assert answer.errors == [], root


# Work.


def test_pages_that_can_hold_too_many_records_together_are_refused_before_they_are_read(shelf: Shelf) -> None:
    nested = "cases(first: 100) { nodes { arrests(first: 100) { nodes { cases(first: 100) { nodes { id } } } } } }"
    before = shelf.database.statements
    answer = ask(shelf, f"{{ {nested} }}")
    assert (answer.refusal, codes(answer)) == (ErrorCode.TOO_COMPLEX, ["TOO_COMPLEX"])
    assert shelf.database.statements == before


@postgresql_in_proof
def test_what_all_pages_of_an_operation_cost_is_told_and_bounded(shelf: Shelf) -> None:
    pages = " ".join(
        f"a{at}: cases(first: 10) {{ nodes {{ arrests(first: 9) {{ nodes {{ id }} }} }} }}" for at in range(3)
    )
    cost = price_of_query(f"{{ {pages} }}")
    assert cost > 3 * price_of_query("{ cases(first: 10) { nodes { id } } }")
    answer = ask(shelf, f"{{ {pages} }}", bounds=OperationLimits(cost=cost))
    assert (answer.errors, answer.extensions["cost"]) == ([], {"requested": cost, "most": cost})
    refused = ask(shelf, f"{{ {pages} }}", bounds=OperationLimits(cost=cost - 1))
    assert refused.body().keys() == {"errors", "extensions"}
    assert (codes(refused), refused.extensions["cost"]["requested"]) == (["TOO_COMPLEX"], cost)


DEEP = """{
  cases(first: 100) { totalCount nodes {
    id references { value } agency { name } provenance { citation }
    arrests(first: 5) { totalCount nodes { id statusEvents(first: 5) { nodes { id recordedAt } } } }
    statusEvents { nodes { id jurisdictions } }
  } }
  statistics { nodes { id } }
}"""


def test_as_many_statements_are_run_for_one_record_as_for_fifty(shelf: Shelf) -> None:
    def statements(cases: int) -> int:
        shelf.hold(FakeSource({"all": crimes(cases)}))
        before = shelf.database.statements
        answer = ask(shelf, DEEP)
        assert answer.errors == []
        assert answer.data is not None
        assert len(answer.data["cases"]["nodes"]) == cases
        return shelf.database.statements - before

    ask(shelf, DEEP)  # Interned sets are looked up once and then known.
    assert statements(1) == statements(50)


@postgresql_in_proof
def test_every_root_field_of_the_schema_is_answered(shelf: Shelf) -> None:
    query_type = visible_schema().query_type
    assert query_type is not None
    pages = [name for name, field in query_type.fields.items() if "Connection" in str(field.type)]
    for name in pages:
        kind = get_named_type(query_type.fields[name].type)
        assert isinstance(kind, GraphQLObjectType)
        assert (
            ask(
                shelf, f"{{ {name} {{ totalCount nodes {{ id native {{ field }} provenance {{ sha256 }} }} }} }}"
            ).errors
            == []
        )
    assert pages
