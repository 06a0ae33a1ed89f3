"""Changes and histories: whoever asks again and again misses nothing and gets nothing twice, of what it may see."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from adapters.records import RECORD_TYPES, Arrest, Case, Record, Reference
from adapters.vocabulary.enums import Audience, RecordType
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from gateway.access.callers import AccessGrant, Caller, public
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.migration import upgrade
from gateway.catalogue.tables import redaction
from gateway.catalogue.write.importing import import_scopes
from gateway.catalogue.write.redaction import redact
from gateway.store.database import connect
from schema.queries.changes import ChangePage, ChangesQuery
from tests.support.catalogue import Shelf
from tests.support.downgrade import back
from tests.support.fake_source import FakeSource
from tests.support.properties import examples

DOCUMENT = """query($after: String, $first: Int, $f: ChangeFilter) { changes(after: $after, first: $first, filter: $f) {
  cursor more sources { name }
  changes { kind revision recordedAt recordType id source asOf cursor node {
    id ... on Case { title redacted } ... on Arrest { legalPower redacted }
  } }
} }"""
FROM_ABOVE = Caller(Audience.OPERATOR, frozenset({"fake"}))


def case(name: str, title: str = "one", **said: Any) -> Case:
    return Case(source="fake", external_id=name, title=title, **said)


def arrest(name: str, power: str = "one") -> Arrest:
    return Arrest(source="fake", external_id=name, legal_power=power)


def erase(shelf: Shelf, identity: str, kind: RecordType = RecordType.CASE) -> None:
    shelf.run(shelf.database.write(partial(redact, kind=kind, identity=identity)))


def page(shelf: Shelf, after: str | None = None, first: int | None = None, **asked: Any) -> Any:
    answer = shelf.ask(DOCUMENT, {"after": after, "first": first, "f": asked.pop("only", None)}, **asked)
    assert answer.refusals == []
    return answer.data["changes"]


def told(shelf: Shelf, **asked: Any) -> list[tuple[str, str]]:
    """What became of which record, from the beginning."""
    return [(each["kind"], each["id"]) for each in page(shelf, first=100, **asked)["changes"]]


class Copy:
    """A consumer that keeps a copy of what it is told, page by page."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._cursor: str | None = None
        self.held: dict[str, Any] = {}
        self.met: list[tuple[int, str]] = []

    def poll(self, first: int) -> None:
        while True:
            found = page(self._shelf, self._cursor, first)
            for change in found["changes"]:
                self._take(change)
            self._cursor = found["cursor"]
            if not found["more"]:
                break

    def _take(self, change: Mapping[str, Any]) -> None:
        self.met.append((change["revision"], change["id"]))
        match change["kind"]:
            case "ADDED":
                assert change["id"] not in self.held
                self.held[change["id"]] = change["node"]
            case "CHANGED":
                assert change["id"] in self.held
                self.held[change["id"]] = change["node"]
            case "WITHDRAWN":
                del self.held[change["id"]]
            case "REDACTED":
                if change["id"] in self.held:
                    names = self.held[change["id"]].keys() - {"id"}
                    self.held[change["id"]] |= dict.fromkeys(names) | {"redacted": True}


pool: list[Record] = [make(name, said) for make in (case, arrest) for name in "abc" for said in ("one", "two")]
editions = st.lists(st.sampled_from(pool), unique_by=lambda record: (record.type, record.id))
happenings = st.lists(st.one_of(editions, editions, st.sampled_from("abc")), min_size=1, max_size=5)


@examples(usual=4, proof=12)
@given(happened=happenings, size=st.integers(1, 3), polled=st.lists(st.integers(0, 3), min_size=5, max_size=5))
def test_a_copy_that_follows_the_changes_is_what_the_catalogue_holds(
    shelf: Shelf, happened: Sequence[Any], size: int, polled: Sequence[int]
) -> None:
    shelf.empty()
    shelf.holdings.sources["fake"] = FakeSource({})
    copy = Copy(shelf)
    stated: set[str] = set()
    for each, first in zip(happened, polled, strict=False):
        if not isinstance(each, str):
            shelf.hold(FakeSource({"all": each}, size=size))
            stated |= {record.external_id for record in each if record.type is RecordType.CASE}
        elif each in stated:
            erase(shelf, f"fake:{each}")
        if first:
            copy.poll(first)
    copy.poll(2)
    document = """{
      cases(first: 100) { nodes { id title redacted } } arrests(first: 100) { nodes { id legalPower redacted } }
    }"""
    answer = shelf.ask(document).data
    held = {node["id"]: node for name in ("cases", "arrests") for node in answer[name]["nodes"]}
    assert copy.held == held
    assert len(copy.met) == len(set(copy.met))
    assert [number for number, _ in copy.met] == sorted(number for number, _ in copy.met)


def test_each_change_says_what_became_of_a_record_and_when_it_can_be_seen(shelf: Shelf) -> None:
    shelf.state([case("1"), case("2")])
    shelf.state([case("1", "two")])
    erase(shelf, "fake:1")
    found = page(shelf)["changes"]
    assert [(each["kind"], each["id"], each["revision"]) for each in found] == [
        ("ADDED", "Case:fake:1", 1),
        ("ADDED", "Case:fake:2", 1),
        ("CHANGED", "Case:fake:1", 2),
        ("WITHDRAWN", "Case:fake:2", 2),
        ("REDACTED", "Case:fake:1", 3),
    ]
    assert [each["node"] is None for each in found] == [False, False, False, True, True]
    assert [each["recordType"] for each in found] == ["CASE"] * 5
    recorded = [each["recordedAt"] for each in found]
    assert [each["asOf"] for each in found] == [*recorded[:3], recorded[1], None]
    gone = shelf.ask(
        """query($id: ID!, $at: DateTime) {
          now: node(id: $id) { id } then: node(id: $id, asOf: $at) { ... on Case { title } }
        }""",
        {"id": found[3]["id"], "at": found[3]["asOf"]},
    )
    assert gone.data == {"now": None, "then": {"title": "one"}}


def test_changes_can_be_of_some_types_and_sources(shelf: Shelf) -> None:
    shelf.state([case("1"), arrest("1")])
    shelf.state([Case(source="other", external_id="1")], name="other")
    assert told(shelf, only={"recordType": ["ARREST"]}) == [("ADDED", "Arrest:fake:1")]
    assert told(shelf, only={"source": ["other"]}) == [("ADDED", "Case:other:1")]
    assert told(shelf, only={"source": ["other"], "recordType": ["ARREST"]}) == []
    assert told(shelf, only={"recordType": []}) == told(shelf, only={"source": []}) == []
    assert page(shelf, only={"source": ["other"]})["sources"] == [{"name": "other"}]


def test_whoever_has_seen_all_goes_on_from_there(shelf: Shelf) -> None:
    beginning = page(shelf)
    assert (beginning["more"], beginning["sources"], beginning["changes"]) == (False, [], [])
    shelf.state([case("1")])
    for first in (0, 1):
        assert page(shelf, beginning["cursor"], first)["more"] is (first == 0)
    end = page(shelf, page(shelf, beginning["cursor"], 0)["cursor"])["cursor"]
    assert page(shelf, end)["cursor"] == end
    shelf.state([Case(source="hidden", external_id=f"{n}") for n in range(3)], name="hidden", audience=Audience.PARTNER)
    shelf.state([], name="hidden", audience=Audience.PARTNER)
    behind = page(shelf, end)
    assert (behind["changes"], behind["cursor"] == end) == ([], False)
    shelf.state([case("1"), case("2")])
    assert [each["id"] for each in page(shelf, behind["cursor"])["changes"]] == ["Case:fake:2"]
    assert [each["id"] for each in page(shelf, end)["changes"]] == ["Case:fake:2"]


def test_a_grant_is_told_of_what_comes_into_it_and_of_what_leaves_it(shelf: Shelf) -> None:
    fr, kr = (parse_jurisdiction("FR"),), (parse_jurisdiction("KR"),)
    for places in (kr, fr, fr, kr):
        title = f"{len(told(shelf, caller=FROM_ABOVE)) if shelf.holdings.sources else 0}"
        shelf.state([case("1", title, jurisdictions=places)], audience=Audience.PARTNER)
    france = Caller(Audience.PARTNER, grants=(AccessGrant(sources=frozenset({"fake"}), jurisdictions=frozenset(fr)),))
    found = page(shelf, caller=france)["changes"]
    assert [(each["kind"], each["revision"]) for each in found] == [("ADDED", 2), ("CHANGED", 3), ("WITHDRAWN", 4)]
    assert [each["node"] and each["node"]["title"] for each in found] == ["1", "2", None]
    document = '{ node(id: "Case:fake:1") { ... on Case { history { complete versions { endedAt } } } } }'
    assert shelf.ask(document, caller=france).data == {"node": None}
    assert told(shelf) == []
    past = shelf.ask(document, caller=FROM_ABOVE).data["node"]["history"]
    assert [version["endedAt"] is None for version in past["versions"]] == [True, False, False, False]


def test_what_a_partner_is_told_is_disclosed(shelf: Shelf) -> None:
    shelf.state([case("1")], audience=Audience.PARTNER)
    shelf.state([], audience=Audience.PARTNER)

    async def disclosed() -> Mapping[str, set[str]]:
        granted = Caller(Audience.PARTNER, grants=(AccessGrant(sources=frozenset({"fake"})),))
        async with shelf.holdings.reader(granted) as reader:
            await reader.read(ChangesQuery())
            return reader.delivery.readings

    assert shelf.run(disclosed()) == {"Case:fake:1": {"ADDED", "WITHDRAWN"}}


def test_a_history_is_the_versions_of_a_record_and_where_each_was_read(shelf: Shelf) -> None:
    for title in ("one", "two", "three"):
        shelf.state([case("1", title), case("2")])
    document = """query($n: Int, $at: DateTime) { node(id: "Case:fake:1", asOf: $at) { ... on Case { title
      history(first: $n) { complete versions { recordedAt endedAt redacted provenance { scope sha256 } } }
    } } }"""

    def asked(at: str | None = None, first: int | None = None) -> Any:
        return shelf.ask(document, {"n": first, "at": at}).data["node"]

    past = asked()["history"]
    latest, second, oldest = past["versions"]
    assert past["complete"] is True
    ended = [version["endedAt"] for version in past["versions"]]
    assert ended == [None, latest["recordedAt"], second["recordedAt"]]
    assert len({version["provenance"]["sha256"] for version in past["versions"]}) == 3
    assert asked(first=2)["history"] == {"complete": False, "versions": [latest, second]}
    then = asked(at=second["recordedAt"])
    assert then["title"] == "two"
    assert then["history"] == {"complete": True, "versions": [second | {"endedAt": None}, oldest]}
    erase(shelf, "fake:1")
    assert [version["redacted"] for version in asked()["history"]["versions"]] == [True] * 3


def test_records_on_any_page_have_their_histories(shelf: Shelf) -> None:
    number = (Reference("no", "1"),)
    shelf.state([case("1", references=number), case("2")])
    related = Arrest(source="fake", external_id="1", references=number)
    shelf.state([case("1", "two", references=number), case("2"), related])
    document = """{ changes { changes { id node { ... on Case {
      history { versions { endedAt } } arrests { nodes { history { complete versions { redacted } } } }
    } } } } cases(orderBy: {descending: false}) { nodes { history { versions { redacted } } } } }"""
    answer = shelf.ask(document).data
    assert [len(node["history"]["versions"]) for node in answer["cases"]["nodes"]] == [1, 2]
    first, second = (each["node"] for each in answer["changes"]["changes"] if each["id"] == "Case:fake:1")
    assert first == second
    assert first["arrests"]["nodes"] == [{"history": {"complete": True, "versions": [{"redacted": False}]}}]


def test_the_number_of_statements_does_not_grow_with_the_changes(shelf: Shelf) -> None:
    document = """{ changes(first: 100) { more changes { id node { id ... on Record {
      provenance { scope } history { versions { provenance { scope } } } cases { nodes { id history { complete } } }
    } } } } }"""

    def statements(records: int) -> int:
        shelf.empty()
        kinds = [kind for kind in RECORD_TYPES.values() if kind.type is not RecordType.STATISTIC]
        stated = [
            kind(source="fake", external_id=f"{number}", references=(Reference("no", "1"),))
            for number in range(records)
            for kind in kinds
        ]
        shelf.state(stated)
        before = shelf.database.statements
        assert len(shelf.ask(document).data["changes"]["changes"]) == min(100, len(stated))
        return shelf.database.statements - before

    assert statements(20) <= statements(1)


def test_cursors_and_sizes_that_cannot_be_met_are_refused(shelf: Shelf) -> None:
    shelf.state([case("1")])
    cursor = page(shelf)["cursor"]
    listed = shelf.ask("{ cases { pageInfo { endCursor } } }").data["cases"]["pageInfo"]["endCursor"]
    for wrong in ("", "x", "é", listed, cursor[:-3], "WyJjaGFuZ2VzIiw5OSwiQ2FzZSIsImEiXQ"):
        assert shelf.ask(DOCUMENT, {"after": wrong}).refusals == ["BAD_CURSOR"]
    for first in (-1, 101):
        assert shelf.ask(DOCUMENT, {"first": first}).refusals == ["BAD_INPUT"]
        history = f"{{ cases {{ nodes {{ history(first: {first}) {{ complete }} }} }} }}"
        assert shelf.ask(history).refusals == ["BAD_INPUT"]


def test_erasures_of_an_earlier_version_get_their_revision(shelf: Shelf) -> None:
    shelf.state([case("1"), case("2")])
    erase(shelf, "fake:2")
    shelf.state([case("1", "two"), case("2")])

    shelf.run(shelf.database.write(partial(back, to="0005")))
    shelf.run(shelf.database.write(upgrade))
    (marker,) = shelf.run(shelf.database.write(lambda connection: connection.execute(select(redaction)).all()))
    assert marker.revision == 2
    assert ("REDACTED", "Case:fake:2") in told(shelf)


# Two who write at once.


@pytest.fixture
def postgresql_url(postgresql_server: Any) -> Any:
    with postgresql_server.database() as url:
        yield url


async def test_of_two_who_write_at_once_nothing_is_missed_and_nothing_comes_twice(postgresql_url: str) -> None:
    sources = [
        FakeSource({"all": [Case(source=name, external_id=f"{number}") for number in range(20)]}, size=1, name=name)
        for name in ("one", "two")
    ]
    holdings = [Catalogue(connect(postgresql_url), sources) for _ in range(3)]
    writing = [
        asyncio.create_task(import_scopes(held.database, source, source.files(())))
        for held, source in zip(holdings, sources, strict=False)
    ]
    follower = holdings[2]
    met: list[tuple[int, str]] = []
    cursor: str | None = None
    polls = 0
    while True:
        ended = all(task.done() for task in writing)
        async with follower.reader(public(follower.descriptions.values())) as reader:
            found: ChangePage = await reader.read(ChangesQuery(cursor=cursor, size=3))
        met += [(change.revision, change.id) for change in found.changes]
        cursor = found.cursor
        polls += bool(found.changes)
        if ended and not found.changes:
            break
    await asyncio.gather(*writing)
    assert polls > 10
    assert [number for number, _ in met] == list(range(1, 41))
    stated = {f"Case:{name}:{number}" for name in ("one", "two") for number in range(20)}
    assert {identity for _, identity in met} == stated
    for held in holdings:
        await held.close()
