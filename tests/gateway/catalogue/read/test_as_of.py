"""As of a moment: what was answered about it once is answered for ever, byte for byte."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy import Connection

from adapters.records import Case, Record, Reference
from gateway.access.callers import public
from gateway.catalogue.catalogue import Catalogue
from gateway.store.database import connect
from tests.support import full_documents
from tests.support.catalogue import Answer, Shelf, answer, state_batch
from tests.support.fake_source import FakeSource, distinct, records
from tests.support.properties import examples, postgresql_in_proof

SOME = examples(usual=3, proof=8)

shared = st.lists(st.builds(Reference, st.just("no"), st.sampled_from("123")), max_size=2).map(tuple)
fates = st.sampled_from(["kept", "changed", "withdrawn"])


def answerable(record: Record, references: tuple[Reference, ...]) -> Record:
    """The record with references that others share, and with row numbers that an Int can hold."""
    native = tuple(structs.replace(term, row=abs(term.row) % 1000) for term in record.native)
    return structs.replace(record, references=references, native=native)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Record], list[Record]]:
    """What a source states at first, and what it states later: some of it as before, some changed, some no more."""
    first = [answerable(record, draw(shared)) for record in draw(distinct(max_size=6))]
    then: dict[tuple[Any, str], Record] = {}
    for record in first:
        fate = draw(fates)
        if fate == "changed":
            other = structs.replace(draw(records(record.type)), external_id=record.external_id)
            then[record.type, record.id] = answerable(other, draw(shared))
        elif fate == "kept":
            then[record.type, record.id] = record
    for record in draw(distinct(max_size=3)):
        if all((record.type, record.id) != (known.type, known.id) for known in first):
            then[record.type, record.id] = answerable(record, draw(shared))
    return first, list(then.values())


def moment(of: datetime) -> str:
    return of.astimezone(UTC).isoformat().replace("+00:00", "Z")


def now() -> str:
    return moment(datetime.now(UTC))


def all_of(shelf: Shelf, stated: list[Record], at: str | None) -> list[bytes]:
    """Every field of these records, and of every record that a root field lists."""
    ids = [f"{record.type.value}:{record.id}" for record in stated]
    answers = [
        shelf.ask(full_documents.records(), {"ids": ids, "at": at}),
        shelf.ask(full_documents.lists(0), {"at": at}),
    ]
    assert [each.refusals for each in answers] == [[], []]
    return [each.text for each in answers]


@postgresql_in_proof
@SOME
@given(histories())
def test_a_moment_is_answered_the_same_for_ever(shelf: Shelf, history: tuple[list[Record], list[Record]]) -> None:
    first, then = history
    everyone = [*first, *(record for record in then if record not in first)]
    shelf.empty()
    before = now()
    shelf.state(first)
    between = now()
    latest = all_of(shelf, everyone, None)
    assert all_of(shelf, everyone, between) == latest

    shelf.state(then)

    assert all_of(shelf, everyone, between) == latest
    nothing = shelf.ask(full_documents.records(), {"ids": [f"{r.type.value}:{r.id}" for r in everyone], "at": before})
    assert nothing.data == {"nodes": [None] * len(everyone)}
    lists = shelf.ask(full_documents.lists(0), {"at": before}).data
    assert [(page["nodes"], page["totalCount"]) for page in lists.values()] == [([], 0)] * len(lists)


def test_the_moment_of_a_commit_sees_it_and_a_microsecond_before_does_not(shelf: Shelf) -> None:
    shelf.state([Case(source="fake", external_id="1", title="once")])
    shelf.state([Case(source="fake", external_id="1", title="twice")])
    (node,) = shelf.ask("{ cases { nodes { recordedAt title } } }").data["cases"]["nodes"]
    assert node["title"] == "twice"
    at = datetime.fromisoformat(node["recordedAt"])
    document = "query($at: DateTime) { cases(asOf: $at) { nodes { title } } }"
    titles = [
        shelf.ask(document, {"at": moment(at - timedelta(microseconds=earlier))}).data["cases"]["nodes"]
        for earlier in (0, 1)
    ]
    assert titles == [[{"title": "twice"}], [{"title": "once"}]]


def test_a_moment_that_has_not_come_is_refused(shelf: Shelf) -> None:
    shelf.state([Case(source="fake", external_id="1")])
    for at in (moment(datetime.now(UTC) + timedelta(minutes=1)), "9999-12-31T23:59:59Z"):
        for field in (
            f'cases(asOf: "{at}")',
            f'node(id: "Case:fake:1", asOf: "{at}")',
            f'nodes(ids: [], asOf: "{at}")',
        ):
            inner = "totalCount" if field.startswith("cases") else "id"
            expected = [] if "[]" in field else ["BAD_INPUT"]
            assert shelf.ask(f"{{ {field} {{ {inner} }} }}").refusals == expected


def test_fields_without_as_of_see_one_state_whatever_stands_beside_them(shelf: Shelf) -> None:
    """A field that asks for this very moment must look again for what has been committed; its neighbours must not."""
    shelf.state([Case(source="fake", external_id="1")])
    document = """query($at: DateTime) {
      before: cases { totalCount } now: cases(asOf: $at) { totalCount } after: cases { totalCount nodes { id } }
    }"""

    async def ask() -> Any:
        async with shelf.holdings.reader(public(shelf.holdings.descriptions.values())) as reader:
            first = await answer(reader, "{ cases { totalCount } }")
            source = FakeSource({"more": [Case(source="fake", external_id="2")]})
            await shelf.database.write(
                lambda connection: state_batch(connection, source.about, source.scope("more"), *source.batches("more"))
            )
            return first.data, (await answer(reader, document, {"at": now()})).data

    first, then = shelf.run(ask())
    assert first == {"cases": {"totalCount": 1}}
    assert then["now"] == {"totalCount": 2}
    assert then["before"] == {"totalCount": 1}
    assert then["after"] == {"totalCount": 1, "nodes": [{"id": "Case:fake:1"}]}


class Writer(threading.Thread):
    """A process that writes one record and pauses, told so, between its last statement and its commit."""

    def __init__(self, url: str, name: str, *, pausing: bool = False) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._source = FakeSource({name: [Case(source="fake", external_id=name)]}, withdraws=False)
        self._scope = self._source.scope(name)
        self.written = threading.Event()
        self.go = threading.Event()
        if not pausing:
            self.go.set()
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._write())
        except BaseException as exc:  # noqa: BLE001 - the test's own thread raises it
            self.failure = exc
            self.written.set()

    async def _write(self) -> None:
        database = connect(self._url)

        def work(connection: Connection) -> None:
            (only,) = self._source.batches(self._scope.name)
            state_batch(connection, self._source.about, self._scope, only)
            self.written.set()
            assert self.go.wait(60)

        await database.write(work)
        await database.close()

    def finish(self) -> None:
        self.go.set()
        self.join(60)
        assert not self.is_alive()
        if self.failure is not None:
            raise self.failure


class Asker(threading.Thread):
    """A process that asks what was known at a moment."""

    def __init__(self, url: str, at: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._at = at
        self.known: list[str] | None = None

    def run(self) -> None:
        self.known = asyncio.run(self._ask())

    async def _ask(self) -> list[str]:
        source = FakeSource({})
        holdings = Catalogue(connect(self._url), [source])
        async with holdings.reader(public([source.about])) as reader:
            found: Answer = await answer(
                reader, "query($at: DateTime) { cases(asOf: $at) { nodes { externalId } } }", {"at": self._at}
            )
        await holdings.close()
        return [node["externalId"] for node in found.data["cases"]["nodes"]]


def known(url: str, at: str) -> list[str]:
    asker = Asker(url, at)
    asker.start()
    asker.join(60)
    assert asker.known is not None
    return asker.known


@contextmanager
def writing(*writers: Writer) -> Iterator[None]:
    """Ends the writers, whatever happens."""
    try:
        yield
    finally:
        for writer in writers:
            writer.go.set()
            if writer.ident is not None:
                writer.join(60)


def test_two_writers_that_end_in_the_other_order_than_they_began_change_no_answer_given(
    shelf: Shelf, database_url: str
) -> None:
    """Were the second to end first, an answer about a moment since would lack what the first then adds to its past."""
    slow, quick = Writer(database_url, "slow", pausing=True), Writer(database_url, "quick")
    with writing(slow, quick):
        slow.start()
        assert slow.written.wait(30)
        quick.start()
        quick.join(0.5)  # Where one writer waits for the other, it cannot end; where it does not, it now has.
        at = now()
        asker = Asker(database_url, at)
        asker.start()
        asker.join(0.5)
        early = asker.known
        slow.finish()
        quick.finish()
        asker.join(60)
    answered = asker.known
    assert early is None or early == known(database_url, at)
    assert answered == known(database_url, at)


def test_a_moment_is_not_answered_while_a_writer_that_may_belong_to_it_is_under_way(
    shelf: Shelf, database_url: str
) -> None:
    """The writer's commit will carry a time before the moment asked about: the answer waits for it, and holds it."""
    writer = Writer(database_url, "first", pausing=True)
    with writing(writer):
        writer.start()
        assert writer.written.wait(30)
        at = now()
        asker = Asker(database_url, at)
        asker.start()
        asker.join(0.5)
        assert asker.known is None
        writer.finish()
        asker.join(60)
    assert asker.known == ["first"] == known(database_url, at)


def test_a_moment_before_the_last_commit_is_answered_though_a_writer_is_under_way(
    shelf: Shelf, database_url: str
) -> None:
    shelf.state([Case(source="fake", external_id="old")])
    at = now()
    shelf.state([Case(source="fake", external_id="new")])
    writer = Writer(database_url, "pausing", pausing=True)
    with writing(writer):
        writer.start()
        assert writer.written.wait(30)
        assert known(database_url, at) == ["old"]
        writer.finish()


def test_a_moment_in_which_nothing_was_committed_is_answered_at_the_last_commit_before(shelf: Shelf) -> None:
    assert shelf.ask("query($at: DateTime) { cases(asOf: $at) { totalCount } }", {"at": now()}).data == {
        "cases": {"totalCount": 0}
    }
