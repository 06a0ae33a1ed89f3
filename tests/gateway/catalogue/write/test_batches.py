"""Writing: every row is accounted for, what was known stays, and a reading cut short ends as if it had not been."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json, structs
from sqlalchemy import Connection, insert, select

from adapters.document import ReadResult, RowError
from adapters.records import Arrest, Case, Offence, Place, Record, Reference, Statistic, Takedown
from adapters.source import Batch, Rejection, Scope, UnknownCode
from adapters.vocabulary.enums import HarmCategory, Qualifier, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.integrity import faults
from gateway.catalogue.read.rows import values
from gateway.catalogue.tables import (
    RECORD_TABLES,
    coverage,
    interned_set,
    reference,
    retrieval,
    revision,
    visited,
    withdrawal,
)
from gateway.catalogue.write.batches import ConcurrentReadError, resume
from gateway.catalogue.write.importing import import_scopes
from gateway.catalogue.write.packing import InvalidBatch
from tests.support.catalogue import Shelf, state_batch
from tests.support.catalogue_dump import everything, standing
from tests.support.fake_source import READ_AT, FakeSource, Interrupted, about, batch, origin_of, records
from tests.support.properties import examples

SOME = examples(usual=4, proof=10)

HARM = HarmCategory.NCII_DEEPFAKE


def case(name: str, title: str = "딥페이크", *numbers: str) -> Case:
    return Case(
        source="fake",
        external_id=name,
        title=title,
        references=tuple(Reference("case-number", number) for number in numbers),
        harm_categories=(HARM,),
    )


def read(shelf: Shelf, source: FakeSource) -> RowCounts:
    """Reads all scopes of the source, whatever they withdraw; returns what became of their rows."""
    return shelf.run(import_scopes(shelf.database, source, source.files(()), withdrawal_limit=1))


def told(shelf: Shelf, stated: Sequence[Record], **said: Any) -> RowCounts:
    """Reads a scope that states these records."""
    return read(shelf, FakeSource({"scope": stated}, **said))


def write(shelf: Shelf, scope: Scope, each: Batch, **overrides: Any) -> RowCounts:
    return shelf.run(shelf.database.write(partial(state_batch, about=about(**overrides), scope=scope, batch=each)))


def found(shelf: Shelf, work: Callable[[Connection], Any]) -> Any:
    return shelf.run(shelf.database.write(work))


def rows(shelf: Shelf, table: Any) -> list[Any]:
    return list(found(shelf, lambda connection: connection.execute(select(table)).all()))


def versions(shelf: Shelf, kind: RecordType = RecordType.CASE) -> list[tuple[str, int, int | None]]:
    """The versions of the records of one kind: id, from and to revision."""
    return sorted((row.id, row.from_revision, row.to_revision) for row in rows(shelf, RECORD_TABLES[kind].table))


def current(shelf: Shelf, kind: RecordType = RecordType.CASE) -> set[str]:
    return {identity for identity, _, ended in versions(shelf, kind) if ended is None}


def sound(shelf: Shelf) -> bool:
    return not found(shelf, lambda connection: list(faults(connection)))


# Every row is accounted for.


@st.composite
def readings(draw: st.DrawFn, most: int = 4) -> list[ReadResult]:
    """What a publisher says one time after the other: its records come, change, go, come again and go unread."""
    pool = draw(st.lists(records(), min_size=1, max_size=6))
    named = [structs.replace(record, external_id=draw(st.sampled_from("ab"))) for record in pool]
    said = []
    for _ in range(draw(st.integers(1, most))):
        reading = ReadResult(merged=draw(st.integers(0, 2)), out_of_scope=draw(st.integers(0, 2)))
        reading.records += draw(st.lists(st.sampled_from(named), unique_by=lambda record: (record.type, record.id)))
        for position in draw(st.sampled_from([(), (), (1,), (1, 3)])):
            reading.reject(position, RowError("is not a time", "Date"))
        for code in draw(st.sampled_from(["", "x", "xxy"])):
            reading.unknown["status", code] += 1
        reading.rows = len(reading.records) + reading.merged + reading.out_of_scope + len(reading.rejections)
        said.append(reading)
    return said


@SOME
@given(said=readings(), size=st.integers(1, 4))
def test_every_row_is_accounted_for_and_every_change_is_one_version(
    shelf: Shelf, said: Sequence[ReadResult], size: int
) -> None:
    shelf.empty()
    held: dict[tuple[RecordType, str], Record] = {}
    for reading in said:
        stated = {(record.type, record.id): record for record in reading.records}
        gone = set() if reading.rejections else held.keys() - stated.keys()
        expected = RowCounts(
            read=reading.rows,
            added=len(stated.keys() - held.keys()),
            unchanged=sum(held.get(key) == record for key, record in stated.items()),
            superseded=sum(key in held and held[key] != record for key, record in stated.items()),
            merged=reading.merged,
            out_of_scope=reading.out_of_scope,
            rejected=len(reading.rejections),
            withdrawn=len(gone),
        )
        before = sum(len(versions(shelf, kind)) for kind in RecordType)
        assert read(shelf, FakeSource({"scope": reading}, size=size)) == expected
        assert sum(len(versions(shelf, kind)) for kind in RecordType) == before + expected.added + expected.superseded
        (covered,) = rows(shelf, coverage)
        assert RowCounts(*(getattr(covered, name) for name in RowCounts.__struct_fields__)) == expected
        assert (covered.complete, covered.checkpoint) == (True, None)
        held = {key: record for key, record in held.items() if key not in gone} | stated
        for kind in RecordType:
            assert current(shelf, kind) == {identity for each, identity in held if each is kind}
    assert sound(shelf)


ONE = case("1")
BROKEN: dict[str, tuple[Sequence[Batch], str]] = {
    "a row is lost": ([batch([ONE], rows=2)], "accounts for 1"),
    "a row is made up": ([batch([ONE], rows=0)], "accounts for 1"),
    "a count is negative": ([batch([ONE], rows=0, merged=-1)], "accounts for 0"),
    "a record stands twice in a batch": ([batch([ONE, case("1", "otherwise")])], "a record occurs twice in one batch"),
    "a record stands twice in a scope": (
        [batch([ONE], checkpoint="1"), batch([case("2")], since="1", checkpoint="2"), batch([ONE], since="2")],
        "twice in one scope",
    ),
    "a record is of a type that the scope does not hold": (
        [batch([ONE, Arrest(source="fake", external_id="1")])],
        "its scope does not hold",
    ),
    "a record is of another source": ([batch([structs.replace(ONE, source="police")])], "of another source"),
    "a set is not sorted": (
        [batch([structs.replace(ONE, harm_categories=(HarmCategory.NCII, HarmCategory.CSAM))])],
        "not sorted",
    ),
    "a set names a member twice": ([batch([structs.replace(ONE, harm_categories=(HARM, HARM))])], "duplicate"),
    "a jurisdiction is no code": (
        [batch([structs.replace(ONE, jurisdictions=(Jurisdiction("Atlantis"),))])],
        "invalid jurisdiction code",
    ),
    "a row is rejected twice": (
        [batch(rejections=[Rejection(position=1, reason="is not a time")] * 2)],
        "rejected twice",
    ),
    "a row is rejected in two batches": (
        [
            batch(rejections=[Rejection(position=1, reason="is not a time")], checkpoint="1"),
            batch(rejections=[Rejection(position=1, reason="is not a time")], since="1"),
        ],
        "rejected twice",
    ),
    "a text holds a NUL": ([batch([case("1", "a\x00b")])], "NUL"),
    "an identifier holds a NUL": ([batch([case("1\x00")])], "NUL"),
    "a text holds half a character": ([batch([case("1", "a\ud83d")])], "surrogate"),
    "an unknown code holds a NUL": (
        [batch([ONE], unknown_codes=[UnknownCode(field="status", code="\x00")])],
        "NUL",
    ),
    "a value states nothing": ([batch([structs.replace(ONE, place=Place())])], "must be None"),
    "an offence states nothing": ([batch([structs.replace(ONE, offence=Offence())])], "must be None"),
    "a time is in no zone": (
        [batch([Arrest(source="fake", external_id="1", occurred_at=datetime(2024, 9, 1))])],  # noqa: DTZ001
        "not in UTC",
    ),
    "a time is in another zone than UTC": (
        [batch([Arrest(source="fake", external_id="1", occurred_at=READ_AT.astimezone(timezone(timedelta(hours=9))))])],
        "not in UTC",
    ),
    "a number has more than 64 bits": ([batch([Takedown(source="fake", external_id="1", duration=2**63)])], "64 bits"),
    "a figure is not finite": (
        [batch([Statistic(source="fake", external_id="1", value=Decimal("NaN"))])],
        "not finite",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_batch_that_breaks_a_promise_leaves_the_catalogue_as_it_was(shelf: Shelf, broken: str) -> None:
    batches, reason = BROKEN[broken]
    others = RecordType.STATUS_EVENT, RecordType.CASE
    kinds = frozenset(others) | ({batches[-1].records[0].type} if batches[-1].records else set())
    if "does not hold" in reason:
        kinds = frozenset(others)
    scope = structs.replace(FakeSource({}).scope("scope"), records=kinds)
    for sound_batch in batches[:-1]:
        write(shelf, scope, sound_batch)
    before = found(shelf, everything)
    with pytest.raises(InvalidBatch, match=reason):
        write(shelf, scope, batches[-1])
    assert found(shelf, everything) == before


@pytest.mark.parametrize("withdraws", [True, False])
@pytest.mark.parametrize("before", [[], [case("1")], [case("1", "otherwise")]], ids=["new", "as known", "changed"])
@pytest.mark.parametrize("again", [case("1"), case("1", "otherwise")], ids=["the same", "otherwise"])
def test_a_record_that_stands_twice_in_a_scope_is_met_whether_or_not_the_source_withdraws(
    shelf: Shelf, withdraws: bool, before: list[Case], again: Case
) -> None:
    told(shelf, before, withdraws=withdraws)
    with pytest.raises(InvalidBatch, match="scope: a record occurs twice in one scope"):
        told(shelf, [case("1"), case("2"), again], size=1, withdraws=withdraws)
    (covered,) = rows(shelf, coverage)
    assert (covered.complete, covered.read, covered.reason) == (False, 2, "BROKEN_BATCH")


def test_the_spelling_of_a_nul_is_a_text_like_any_other(shelf: Shelf) -> None:
    assert told(shelf, [case("1", r"\u0000"), case("2", "\\\\u0000")]).added == 2


@pytest.mark.parametrize(
    "batches",
    [
        [batch([case("1")], checkpoint="1")],
        [batch([case("1")], checkpoint="1"), batch([case("2")], since="2")],
        [batch([case("1")]), batch([case("2")])],
    ],
    ids=["it ends early", "it leaves a gap", "it goes on after its end"],
)
def test_a_reading_whose_batches_do_not_follow_one_another_is_refused(shelf: Shelf, batches: list[Batch]) -> None:
    with pytest.raises(InvalidBatch):
        read(shelf, FakeSource({"scope": batches}))
    assert current(shelf) == {"fake:1"}
    assert sound(shelf)


# Versions.


def test_a_second_identical_import_adds_nothing(shelf: Shelf) -> None:
    stated = [case("1", "one", "number"), case("2")]
    told(shelf, stated)
    before = versions(shelf), rows(shelf, reference)
    assert told(shelf, stated) == RowCounts(read=2, unchanged=2)
    assert (versions(shelf), rows(shelf, reference)) == before


def test_a_change_ends_one_version_and_begins_one_with_its_references(shelf: Shelf) -> None:
    told(shelf, [case("1", "one", "old", "kept"), case("2")])
    assert told(shelf, [case("1", "one", "kept", "new"), case("2")]) == RowCounts(read=2, superseded=1, unchanged=1)
    assert versions(shelf) == [("fake:1", 1, 2), ("fake:1", 2, None), ("fake:2", 1, None)]
    assert {(row.value, row.from_revision, row.to_revision) for row in rows(shelf, reference)} == {
        ("old", 1, 2),
        ("kept", 1, 2),
        ("kept", 2, None),
        ("new", 2, None),
    }


def test_records_of_different_kinds_may_share_an_identifier(shelf: Shelf) -> None:
    assert told(shelf, [case("1"), Arrest(source="fake", external_id="1")]).added == 2
    assert told(shelf, [case("1")]).withdrawn == 1
    assert (current(shelf), current(shelf, RecordType.ARREST)) == ({"fake:1"}, set())


def test_what_a_complete_reading_no_longer_states_is_withdrawn_with_the_last_batch(shelf: Shelf) -> None:
    told(shelf, [case("1", "one", "number"), case("2"), case("3")])
    source = FakeSource({"scope": [case("2"), case("3")]}, size=1)
    first, last = source.batches("scope")
    write(shelf, source.scope("scope"), first)
    assert current(shelf) == {"fake:1", "fake:2", "fake:3"}
    assert write(shelf, source.scope("scope"), last).withdrawn == 1
    assert current(shelf) == {"fake:2", "fake:3"}
    (stone,) = rows(shelf, withdrawal)
    assert (stone.record_type, stone.record, stone.revision) == ("Case", "fake:1", 3)
    assert [row.to_revision for row in rows(shelf, reference)] == [3]
    assert rows(shelf, visited) == []


@pytest.mark.parametrize(
    "unsettled",
    [
        {"withdraws": False},
        {"channel": "live"},
        {"rejections": [Rejection(position=2, reason="is not a time")]},
    ],
    ids=["a source that does not withdraw", "a channel without authority", "a row that could not be read"],
)
def test_silence_withdraws_nothing_in(shelf: Shelf, unsettled: dict[str, Any]) -> None:
    unsettled = dict(unsettled)
    rejections = unsettled.pop("rejections", [])
    first = FakeSource({"scope": [case("1"), case("2")]}, **unsettled)
    read(shelf, first)
    reading = ReadResult(rows=1 + len(rejections), records=[case("2")], rejections=rejections)
    assert read(shelf, FakeSource({"scope": reading}, **unsettled)).withdrawn == 0
    assert current(shelf) == {"fake:1", "fake:2"}
    assert rows(shelf, withdrawal) == []
    assert rows(shelf, visited) == []


def test_a_rejection_in_an_early_batch_keeps_the_last_one_from_withdrawing(shelf: Shelf) -> None:
    told(shelf, [case("1"), case("2"), case("3")])
    reading = ReadResult(rows=3, records=[case("2"), case("3")], rejections=[Rejection(position=3, reason="is no row")])
    assert read(shelf, FakeSource({"scope": reading}, size=1)).withdrawn == 0
    assert current(shelf) == {"fake:1", "fake:2", "fake:3"}


def test_a_reading_cut_short_withdraws_nothing(shelf: Shelf) -> None:
    told(shelf, [case("1"), case("2"), case("3")])
    with pytest.raises(Interrupted):
        told(shelf, [case("2"), case("3")], size=1, cut=1)
    assert current(shelf) == {"fake:1", "fake:2", "fake:3"}
    (covered,) = rows(shelf, coverage)
    assert (covered.complete, covered.reason) == (False, "INTERRUPTED")


def test_what_is_stated_again_after_a_withdrawal_begins_anew(shelf: Shelf) -> None:
    for stated in ([case("1")], [], [case("1")]):
        told(shelf, stated)
    assert versions(shelf) == [("fake:1", 1, 2), ("fake:1", 3, None)]
    assert [row.revision for row in rows(shelf, withdrawal)] == [2]


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_a_record_that_moves_to_another_scope_is_not_withdrawn_by_the_one_it_left(shelf: Shelf, order: str) -> None:
    moving = case("1")
    read(shelf, FakeSource({"a": [moving], "b": []}))
    stated: dict[str, list[Record]] = {"a": [], "b": [moving]}
    for _ in range(2):
        read(shelf, FakeSource({name: stated[name] for name in order}))
        assert current(shelf) == {"fake:1"}
        assert sound(shelf)


def test_what_the_authoritative_channel_states_stands_until_it_states_otherwise(shelf: Shelf) -> None:
    archive, live = "archive", "live"
    told(shelf, [case("1", "from the archive", "x")], channel=archive)
    counts = read(shelf, FakeSource({"other": [case("1", "live", "y"), case("2", "live")]}, channel=live))
    assert (counts.added, counts.unchanged, counts.superseded) == (1, 1, 0)
    assert titles(shelf) == {"1": "from the archive", "2": "live"}
    counts = told(shelf, [case("1", "from the archive", "x"), case("2", "from the archive")], channel=archive)
    assert (counts.unchanged, counts.superseded) == (1, 1)
    counts = read(shelf, FakeSource({"other": [case("2", "live, later")]}, channel=live))
    assert (counts.unchanged, counts.withdrawn) == (1, 0)
    assert titles(shelf) == {"1": "from the archive", "2": "from the archive"}
    assert sound(shelf)


def test_another_channel_supersedes_what_it_stated_itself(shelf: Shelf) -> None:
    read(shelf, FakeSource({"one": [case("1", "live")]}, channel="live"))
    counts = read(shelf, FakeSource({"two": [case("1", "live, later")]}, channel="live"))
    assert (counts.superseded, titles(shelf)) == (1, {"1": "live, later"})


def titles(shelf: Shelf) -> dict[str, str | None]:
    """The titles of the cases that hold, by what the publisher calls them."""
    return {record.external_id: record.title for record in held(shelf, RecordType.CASE) if isinstance(record, Case)}


def test_two_scopes_that_state_the_same_record_add_no_versions_when_read_again(shelf: Shelf) -> None:
    for _ in range(2):
        read(shelf, FakeSource({"a": [case("1")], "b": [case("1")]}))
    assert versions(shelf) == [("fake:1", 1, None)]


# What is written is what is read back.


def held(shelf: Shelf, kind: RecordType) -> Iterator[Record]:
    """The current records of a kind, read back."""
    members = {row.key: tuple(json.decode(row.members)) for row in rows(shelf, interned_set)}
    record_table = RECORD_TABLES[kind]
    for row in rows(shelf, record_table.table):
        if row.to_revision is None:
            stated = dict(values(record_table.attributes.values(), row._asdict(), members))
            made: Any = record_table.record
            yield made(source=row.source, external_id=row.id.removeprefix(f"{row.source}:"), **stated)


@pytest.mark.parametrize("kind", RecordType)
@SOME
@given(data=st.data())
def test_every_record_comes_back_as_it_was_stated(shelf: Shelf, kind: RecordType, data: st.DataObject) -> None:
    shelf.empty()
    stated = data.draw(st.lists(records(kind), min_size=1, max_size=4, unique_by=lambda record: record.id))
    told(shelf, stated)
    returned = {record.id: record for record in held(shelf, kind)}
    assert returned == {record.id: record for record in stated}
    assert json.encode([returned[record.id] for record in stated]) == json.encode(stated)


# Revisions.


def committed(shelf: Shelf) -> list[tuple[int, datetime]]:
    return sorted((row.number, row.committed_at) for row in rows(shelf, revision))


def test_every_commit_is_one_revision_later_than_the_one_before(shelf: Shelf) -> None:
    for _ in range(3):
        told(shelf, [case("1"), case("2")], size=1)
    numbers, times = zip(*committed(shelf), strict=True)
    assert numbers == (1, 2, 3, 4, 5, 6)
    assert all(earlier < later for earlier, later in zip(times, times[1:], strict=False))


def test_commits_stay_in_order_when_the_clock_goes_back(shelf: Shelf) -> None:
    before_the_clock_was_set = datetime.now(UTC) + timedelta(days=1)
    found(shelf, lambda c: c.execute(insert(revision).values(number=1, committed_at=before_the_clock_was_set)))
    told(shelf, [case("1"), case("2")], size=1)
    moment = timedelta(microseconds=1)
    assert committed(shelf) == [
        (1, before_the_clock_was_set),
        (2, before_the_clock_was_set + moment),
        (3, before_the_clock_was_set + 2 * moment),
    ]


# A reading that is cut short.


@SOME
@given(
    said=readings(most=2),
    size=st.integers(1, 3),
    cuts=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from([Interrupted("silent"), RuntimeError("a bug")])), max_size=3
    ),
)
def test_a_reading_cut_short_and_continued_ends_as_if_it_had_not_been(
    shelf: Shelf, said: Sequence[ReadResult], size: int, cuts: Sequence[tuple[int, Exception]]
) -> None:
    *before, last = said

    def begin() -> None:
        shelf.empty()
        for reading in before:
            read(shelf, FakeSource({"scope": reading}))

    begin()
    whole = FakeSource({"scope": last}, size=size)
    read(shelf, whole)
    expected = found(shelf, standing)

    begin()
    batches = len(list(whole.batches("scope")))
    for cut, interruption in cuts:
        if cut >= batches:
            break
        with pytest.raises(type(interruption)):
            read(shelf, FakeSource({"scope": last}, size=size, cut=cut, interruption=interruption))
        assert sound(shelf)
        batches -= cut
    read(shelf, whole)
    assert found(shelf, standing) == expected
    assert sound(shelf)


def test_what_changed_since_a_reading_was_cut_short_is_read_from_its_beginning(shelf: Shelf) -> None:
    with pytest.raises(Interrupted):
        told(shelf, [case(str(number)) for number in range(6)], size=2, cut=2)
    later = [case(str(number), "otherwise") for number in range(3, 6)]
    assert told(shelf, later, size=2) == RowCounts(read=3, added=2, superseded=1, withdrawn=3)
    assert current(shelf) == {"fake:3", "fake:4", "fake:5"}
    (covered,) = rows(shelf, coverage)
    assert (covered.complete, covered.read, covered.superseded) == (True, 3, 1)
    read_from = {row.key: row.sha256 for row in rows(shelf, retrieval)}
    assert read_from[covered.retrieval] == next(FakeSource({"scope": later}).batches("scope")).origin.sha256


def test_another_version_of_the_adapter_does_not_continue_what_an_earlier_one_began(shelf: Shelf) -> None:
    def mapped(title: str) -> list[Batch]:
        return [batch([case("1", title)], checkpoint="same bytes:1"), batch([case("2", title)], since="same bytes:1")]

    with pytest.raises(Interrupted):
        read(shelf, FakeSource({"scope": mapped("first")}, cut=1, version="1"))
    assert read(shelf, FakeSource({"scope": mapped("second")}, version="2")) == RowCounts(read=2, added=1, superseded=1)
    assert [row.adapter_version for row in rows(shelf, retrieval)] == ["1", "2"]


def test_a_checkpoint_beyond_the_records_begins_anew() -> None:
    reading = ReadResult(rows=1, records=[case("1")])
    origin = origin_of("the same bytes")
    (only,) = reading.batches(origin, f"{origin.sha256}:5")
    assert (only.since, only.checkpoint, only.rows) == (None, None, 1)


# Two who read the same scope at once.


class Reader:
    """One of several that read the scope at the same time, batch by batch."""

    def __init__(self, shelf: Shelf, source: FakeSource) -> None:
        self._shelf = shelf
        self._source = source
        self._scope = source.scope("scope")
        self._batches: Iterator[Batch] | None = None
        self.ended = False

    def step(self) -> None:
        """Does what comes next: asks where to begin, or writes one batch."""
        if self._batches is None:
            asked = partial(resume, about=self._source.about, scope=self._scope)
            self._batches = self._source.batches("scope", self._shelf.run(self._shelf.database.write(asked)))
            return
        following = next(self._batches, None)
        if following is None:
            self.ended = True
            return
        try:
            write(self._shelf, self._scope, following)
        except ConcurrentReadError:
            self.ended = True


@SOME
@given(
    said=readings(most=2), size=st.integers(1, 3), turns=st.lists(st.integers(0, 1), max_size=12), same=st.booleans()
)
def test_two_who_read_a_scope_at_once_lose_nothing_and_repeat_nothing(
    shelf: Shelf, said: Sequence[ReadResult], size: int, turns: Sequence[int], same: bool
) -> None:
    shelf.empty()
    source = FakeSource({"scope": said[-1]}, size=size)
    other = source if same else FakeSource({"scope": said[0]}, size=size)
    readers = [Reader(shelf, source), Reader(shelf, other)]
    for turn in turns:
        if not readers[turn].ended:
            readers[turn].step()
            assert sound(shelf)
    for reader in readers:
        while not reader.ended:
            reader.step()
    read(shelf, source)
    assert sound(shelf)
    held_now = {(kind, identity) for kind in RecordType for identity in current(shelf, kind)}
    stated = {(record.type, record.id) for record in said[-1].records}
    assert held_now == stated if not said[-1].rejections else held_now >= stated
    (covered,) = rows(shelf, coverage)
    assert covered.complete
    if same:
        assert all(count == 1 for count in _versions_of_each(shelf).values())


def _versions_of_each(shelf: Shelf) -> dict[tuple[RecordType, str], int]:
    return Counter((kind, identity) for kind in RecordType for identity, _, _ in versions(shelf, kind))


def test_who_is_overtaken_is_told_so_and_marks_no_failure(shelf: Shelf) -> None:
    stated = [case(str(number)) for number in range(4)]
    source = FakeSource({"scope": stated}, size=1)
    slow = source.batches("scope")
    write(shelf, source.scope("scope"), next(slow))
    read(shelf, source)
    with pytest.raises(ConcurrentReadError, match="another import reads scope; run this again"):
        write(shelf, source.scope("scope"), next(slow))
    (covered,) = rows(shelf, coverage)
    assert (covered.complete, covered.reason, covered.read) == (True, None, 4)


def test_figures_keep_the_digits_that_were_published(shelf: Shelf) -> None:
    figures = [Decimal(text) for text in ("1E+3", "96000.00", "0.10", "-0", "1E-9", "12345678901234567890.123")]
    told(
        shelf,
        [
            Statistic(source="fake", external_id=str(number), value=value, qualifier=Qualifier.EXACT)
            for number, value in enumerate(figures)
        ],
    )
    returned = {record.external_id: record for record in held(shelf, RecordType.STATISTIC)}
    assert [str(structs.asdict(returned[str(number)])["value"]) for number in range(len(figures))] == [
        str(figure) for figure in figures
    ]
