"""Checking: a sound catalogue has no faults, and each fault planted in one is found."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Executable, cast, delete, func, insert, literal, select, update
from sqlalchemy import Text as AsText

from adapters.document import ReadResult, RowError
from adapters.records import Case, Record, Reference
from adapters.vocabulary.enums import HarmCategory, RecordType
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from gateway.catalogue.integrity import faults
from gateway.catalogue.tables import (
    RECORD_TABLES,
    ROLLUP_TABLES,
    coverage,
    disclosed_count,
    interned_member,
    interned_set,
    missing_record,
    pushed,
    redaction,
    reference,
    rejection,
    retrieval,
    revision,
    scope,
    visited,
    withdrawal,
)
from gateway.catalogue.write.redaction import redact
from tests.support.catalogue import Shelf
from tests.support.fake_source import FakeSource, Interrupted, distinct
from tests.support.properties import examples, postgresql_in_proof

CASES = RECORD_TABLES[RecordType.CASE].table
ROLLUP = ROLLUP_TABLES[RecordType.CASE].table
ONE = CASES.c.id == "fake:1"
"""A record that was changed once."""


def case(name: str, title: str) -> Case:
    return Case(
        source="fake",
        external_id=name,
        title=title,
        references=(Reference("case-number", name),),
        jurisdictions=(parse_jurisdiction("GB-ENG"),),
        harm_categories=(HarmCategory.CSAM, HarmCategory.NCII),
    )


def history(shelf: Shelf) -> None:
    """A catalogue where all has happened that can: changes, withdrawals, rejections, erasure, an interruption."""
    shelf.state([case("1", "first"), case("2", "first"), case("3", "first")])
    shelf.state([case("1", "second"), case("2", "first")])
    reading = ReadResult(rows=2, records=[case("1", "third")])
    reading.reject(2, RowError("is not a time", "Date"))
    shelf.hold(FakeSource({"other": reading}))
    shelf.run(shelf.database.write(partial(redact, kind=RecordType.CASE, identity="fake:2")))
    with pytest.raises(Interrupted):
        shelf.hold(FakeSource({"third": [case("4", "first"), case("5", "first")]}, size=1, cut=1))


def found(shelf: Shelf) -> list[str]:
    return shelf.run(shelf.database.write(lambda connection: list(faults(connection))))


def plant(shelf: Shelf, *statements: Executable) -> None:
    def execute(connection: Any) -> None:
        for statement in statements:
            connection.execute(statement)

    shelf.run(shelf.database.write(execute))


def copied(table: Any, where: Any, **otherwise: Any) -> Executable:
    """Inserts a row again, changed where `otherwise` says so."""
    columns = [literal(otherwise[c.name], c.type).label(c.name) if c.name in otherwise else c for c in table.c]
    return insert(table).from_select([c.name for c in table.c], select(*columns).where(where))


def disclosing(count: int) -> Executable:
    """Publishes one count of a month that was not published."""
    cell = {"jurisdiction": "KR", "harm_category": "NCII", "platform": "telegram"}
    return insert(disclosed_count).values(record_type="Case", month=24_296, count=count, **cell)


EARLIEST = select(func.min(revision.c.committed_at)).scalar_subquery()
NOW = CASES.c.to_revision.is_(None)

FAULTS: dict[str, tuple[Sequence[Executable], str]] = {
    "a revision is missing": ([delete(revision).where(revision.c.number == 2)], "revisions are missing"),
    "a revision is earlier than the one before": (
        [update(revision).where(revision.c.number == 3).values(committed_at=EARLIEST)],
        "1 revisions were committed no later than the one before",
    ),
    "a row is not accounted for": (
        [update(coverage).values(read=coverage.c.read + 1)],
        "3 scopes do not account for every row read",
    ),
    "a rejection is lost": ([delete(rejection)], "1 scopes count other rejections than are stored"),
    "a complete scope has a checkpoint": (
        [update(coverage).where(coverage.c.complete).values(checkpoint="x")],
        "2 scopes are complete and have a checkpoint, or neither",
    ),
    "an incomplete scope has no checkpoint": (
        [update(coverage).where(~coverage.c.complete).values(checkpoint=None)],
        "1 scopes are complete and have a checkpoint, or neither",
    ),
    "a scope is lost": ([delete(scope).where(scope.c.name == "third")], "1 coverage rows belong to no scope"),
    "a coverage is lost": (
        [delete(coverage).where(coverage.c.checkpoint.is_(None)), delete(rejection)],
        "2 scopes have no coverage",
    ),
    "a coverage tells of another scope's reading": (
        [update(coverage).values(retrieval=1)],
        "coverage rows belong to no retrieval of their scope",
    ),
    "a reading that has ended still keeps what it met": (
        [insert(visited).values(scope=1, record_type="Case", record="fake:1")],
        "1 records are marked as seen by a read that has ended",
    ),
    "a record is on hold without a hold": (
        [insert(missing_record).values(scope=1, record_type="Case", record="fake:1")],
        "1 records on hold belong to no hold",
    ),
    "a member of a set is not searchable": (
        [delete(interned_member).where(interned_member.c.member == "NCII")],
        "1 sets cannot be searched by their members",
    ),
    "what encloses a jurisdiction is not searchable": (
        [delete(interned_member).where(interned_member.c.member == "GB")],
        "1 sets cannot be searched by their members",
    ),
    "a set is searchable by what it does not hold": (
        [insert(interned_member).values(set_key=1, member="OTHER")],
        "1 sets cannot be searched by their members",
    ),
    "a set that is not there is searchable": (
        [insert(interned_member).values(set_key=99, member="OTHER")],
        "1 sets cannot be searched by their members",
    ),
    "a set cannot be read": (
        [update(interned_set).where(interned_set.c.key == 1).values(members="{")],
        "1 sets cannot be searched by their members",
    ),
    "a version ends before it begins": (
        [update(CASES).where(ONE, CASES.c.from_revision == 1).values(to_revision=1)],
        "Case: 1 versions end before they begin",
    ),
    "a version holds on after the next one began": (
        [update(CASES).where(ONE, CASES.c.to_revision == 2).values(to_revision=3)],
        "Case: 1 versions overlap a later one",
    ),
    "a record has two current versions": (
        [update(CASES).where(ONE, CASES.c.to_revision == 3).values(to_revision=None)],
        "Case: 1 versions overlap a later one",
    ),
    "a version begins at no revision": (
        [update(CASES).where(ONE, NOW).values(from_revision=99)],
        "Case: 1 versions begin at no revision",
    ),
    "a version ends at no revision": (
        [update(CASES).where(ONE, CASES.c.to_revision == 3).values(to_revision=99)],
        "Case: 1 versions end at no revision",
    ),
    "a version is of no scope": (
        [update(CASES).where(ONE, NOW).values(scope=99)],
        "Case: 1 versions belong to no scope",
    ),
    "a version is of no retrieval": (
        [update(CASES).where(ONE, NOW).values(retrieval=99)],
        "Case: 1 versions belong to no retrieval",
    ),
    "a version names a set that is not there": (
        [update(CASES).where(ONE, NOW).values(harm_categories=99)],
        "Case: 1 versions refer to a missing set",
    ),
    "a withdrawn record still holds": (
        [update(CASES).where(CASES.c.id == "fake:3").values(to_revision=None)],
        "Case: 1 withdrawals end no version",
    ),
    "a withdrawal is of another revision": (
        [update(withdrawal).values(revision=1)],
        "Case: 1 withdrawals end no version",
    ),
    "a version of an erased record is not erased": (
        [update(CASES).where(CASES.c.id == "fake:2").values(redacted=False)],
        "Case: 1 redacted records still have content",
    ),
    "the mark of an erasure is lost": ([delete(redaction)], "Case: 1 redacted versions have no marker"),
    "an erasure is of no revision": (
        [update(redaction).values(revision=99)],
        "Case: 1 redactions belong to no revision",
    ),
    "a reference is of no version": (
        [copied(reference, reference.c.from_revision == 3, from_revision=4)],
        "Case: 1 references belong to no version",
    ),
    "a reference holds on after its version ended": (
        [update(reference).where(reference.c.record == "fake:3").values(to_revision=None)],
        "Case: 1 references belong to no version",
    ),
    "a reference is lost": (
        [delete(reference).where(reference.c.record == "fake:1", reference.c.to_revision.is_(None))],
        "Case: 1 versions lack an index row for a reference",
    ),
    "a value was altered": (
        [update(CASES).where(ONE, NOW).values(title="otherwise")],
        "1 versions differ from what was recorded",
    ),
    "a set was altered": (
        [update(interned_set).where(interned_set.c.members.like("%NCII%")).values(members='["CSAM"]')],
        "versions differ from what was recorded",
    ),
    "a set holds what no list knows": (
        [update(interned_set).where(interned_set.c.members.like("%NCII%")).values(members='["NO_SUCH"]')],
        "versions differ from what was recorded",
    ),
    "a record is counted twice": (
        [update(ROLLUP).where(ROLLUP.c.jurisdictions.is_not(None)).values(count=ROLLUP.c.count + 1)],
        "Case: 1 counts differ from what the records give",
    ),
    "a count is lost": (
        [delete(ROLLUP).where(ROLLUP.c.jurisdictions.is_(None))],
        "Case: 1 counts differ from what the records give",
    ),
    "a count is of another cell": (
        [update(ROLLUP).where(ROLLUP.c.jurisdictions.is_(None)).values(agency="kr.knpa")],
        "Case: 2 counts differ from what the records give",
    ),
    "a count is of a cell that cannot be found": (
        [update(ROLLUP).where(ROLLUP.c.jurisdictions.is_(None)).values(cell=b"")],
        "Case: 2 counts differ from what the records give",
    ),
    "a message told of what is not kept": (
        [insert(pushed).values(record_type="Case", record="fake:99", moment=EARLIEST, message="m")],
        "Case: 1 messages belong to no record",
    ),
    "a published count is of no month": (
        [disclosing(count=10)],
        "1 published counts belong to no published month",
    ),
    "a small count was published": ([disclosing(count=5)], "1 published counts are not rounded, or small"),
    "a published count is not rounded": ([disclosing(count=12)], "1 published counts are not rounded, or small"),
    "a status is on no list": (
        [update(CASES).where(ONE, NOW).values(status=cast(literal("NO_SUCH", AsText), AsText))],
        "Case: versions cannot be read back",
    ),
    "a packed value is no JSON": (
        [update(CASES).where(ONE, NOW).values(native=cast(literal("{", AsText), AsText))],
        "Case: versions cannot be read back",
    ),
}


@postgresql_in_proof
def test_each_fault_is_found(shelf: Shelf) -> None:
    """Planted and looked for in one transaction, which is then taken back."""
    history(shelf)
    assert found(shelf) == []
    for planted, (statements, fault) in FAULTS.items():

        def looking(connection: Connection, statements: Sequence[Executable] = statements) -> None:
            for statement in statements:
                connection.execute(statement)
            raise Found(list(faults(connection)))

        with pytest.raises(Found) as caught:
            shelf.run(shelf.database.write(looking))
        (lines,) = caught.value.args
        assert any(fault in line for line in lines), (planted, lines)
    assert found(shelf) == []


class Found(Exception):
    """What was found; it ends the transaction in which it was looked for."""


def test_faults_of_other_kinds_are_still_found_where_one_kind_cannot_be_read(shelf: Shelf) -> None:
    history(shelf)
    events = RECORD_TABLES[RecordType.STATUS_EVENT].table
    unreadable, _ = FAULTS["a status is on no list"]
    row = {"id": "fake:9", "source": "fake", "from_revision": 99, "scope": 1, "retrieval": 1, "digest": b""}
    plant(shelf, *unreadable, insert(events).values(redacted=False, **row))
    lines = found(shelf)
    assert "Case: versions cannot be read back" in lines
    assert "StatusEvent: 1 versions begin at no revision" in lines
    assert "StatusEvent: 1 versions differ from what was recorded" in lines


@examples(usual=4, proof=10)
@given(
    editions=st.lists(distinct(max_size=5), min_size=1, max_size=3), size=st.integers(1, 3), erased=st.integers(0, 4)
)
def test_whatever_is_imported_and_erased_leaves_no_fault(
    shelf: Shelf, editions: Sequence[Sequence[Record]], size: int, erased: int
) -> None:
    shelf.empty()
    for records in editions:
        shelf.hold(FakeSource({"all": records}, size=size))
        for record in records[erased : erased + 1]:
            shelf.run(shelf.database.write(partial(redact, kind=record.type, identity=record.id)))
    assert found(shelf) == []


def test_an_empty_catalogue_has_no_fault(shelf: Shelf) -> None:
    assert found(shelf) == []


def test_a_catalogue_larger_than_one_page_is_read_to_its_end(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.catalogue.integrity.PAGE", 2)
    history(shelf)
    assert found(shelf) == []
    plant(shelf, update(CASES).where(CASES.c.id == "fake:4").values(title="otherwise"))
    assert found(shelf) == ["Case: 1 versions differ from what was recorded"]


def test_the_clock_of_a_catalogue_may_have_gone_back(shelf: Shelf) -> None:
    shelf.state([case("1", "first")])
    (committed,) = shelf.run(shelf.database.write(lambda c: c.scalars(select(revision.c.committed_at)).all()))
    plant(shelf, update(revision).values(committed_at=committed + timedelta(days=1)))
    shelf.state([case("1", "second")])
    assert found(shelf) == []
    assert len(shelf.run(shelf.database.write(lambda c: c.scalars(select(retrieval.c.key)).all()))) == 2
