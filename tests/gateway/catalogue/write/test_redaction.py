"""Erasure: nothing of a record is left, in no version, by no later import, and in no byte of the database."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, text

from adapters.records import Case, NativeTerm, Period, Place, Record, Reference
from adapters.vocabulary.enums import CaseStatus, HarmCategory, RecordType
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.integrity import faults
from gateway.catalogue.tables import RECORD_TABLES, reference
from gateway.catalogue.write.importing import import_scopes
from gateway.catalogue.write.redaction import NoSuchRecord, erase, redact
from gateway.store import postgresql, sqlite
from tests.support.catalogue import Shelf
from tests.support.catalogue_dump import everything
from tests.support.fake_source import FakeSource, Interrupted

CASES = RECORD_TABLES[RecordType.CASE].table
CASE = RecordType.CASE
STORY = "피해자 김○○의 사건"
NUMBER = "2024고단-sentinel-91173"


def secret(edition: str) -> Case:
    """A record that tells what must not be kept, in every way that a record can."""
    return Case(
        source="fake",
        external_id="7",
        title=f"{STORY} {edition}",
        case_number=NUMBER,
        status=CaseStatus.CHARGED,
        references=(Reference("case-number", NUMBER), Reference("edition", edition)),
        jurisdictions=(parse_jurisdiction("KR"),),
        harm_categories=(HarmCategory.NCII_DEEPFAKE,),
        native=(NativeTerm("title", f"{STORY} {edition}"),),
        stated_at=date(2024, 9, 1),
        opened=Period(start=date(2024, 8, 1), end=date(2024, 9, 1), text=STORY),
        place=Place(name=STORY),
    )


def other(name: str, edition: str) -> Case:
    return Case(
        source="fake", external_id=name, title=f"다른 사건 {edition}", references=(Reference("case-number", name),)
    )


def told(shelf: Shelf, edition: str) -> None:
    """One reading of a scope whose records are all worded as in this edition."""
    shelf.state([secret(edition), other("6", edition), other("8", edition)])


def erased(shelf: Shelf, *names: str) -> bool:
    return shelf.run(erase(shelf.database, [(CASE, f"fake:{name}") for name in names]))


def bare(shelf: Shelf, name: str = "7") -> list[bool]:
    """For each version of the record, whether nothing is left but that it was stated, and when."""
    kept = {"id", "source", "from_revision", "to_revision", "scope", "retrieval", "digest"}
    unstated = {"status": CaseStatus.UNKNOWN, "redacted": True, "references": (), "native": ()}
    statement = select(CASES).where(CASES.c.id == f"fake:{name}").order_by(CASES.c.from_revision)
    versions = shelf.run(shelf.database.write(lambda connection: connection.execute(statement).all()))
    return [
        all(value == unstated.get(column) for column, value in row._asdict().items() if column not in kept)
        for row in versions
    ]


def sound(shelf: Shelf) -> bool:
    return not shelf.run(shelf.database.write(lambda connection: list(faults(connection))))


def test_every_version_loses_its_content_and_its_references(shelf: Shelf) -> None:
    for edition in ("first", "second", "third"):
        told(shelf, edition)
    assert bare(shelf) == [False, False, False]
    assert shelf.run(shelf.database.write(partial(redact, kind=CASE, identity="fake:7"))) == 3
    assert bare(shelf) == [True, True, True]
    references = shelf.run(shelf.database.write(lambda connection: connection.execute(select(reference)).all()))
    assert {row.record for row in references} == {"fake:6", "fake:8"}
    assert sound(shelf)


def test_other_records_stay_as_they_were(shelf: Shelf) -> None:
    for edition in ("first", "second"):
        told(shelf, edition)

    def others() -> dict[str, Sequence[object]]:
        tables = shelf.run(shelf.database.write(everything))
        return {
            name: [row for row in rows if "fake:7" not in row]
            for name, rows in tables.items()
            if name not in ("revision", "interned_set", "interned_member", "case_rollup")
        }

    before = others()
    erased(shelf, "7")
    assert others() == before


def test_no_later_import_brings_it_back(shelf: Shelf) -> None:
    told(shelf, "first")
    erased(shelf, "7")
    for edition in ("first", "second"):
        source = FakeSource({"all": [secret(edition), other("6", edition), other("8", edition)]})
        shelf.hold(source)
        assert bare(shelf) == [True]
    shelf.state([other("6", "second")])
    told(shelf, "third")
    assert bare(shelf) == [True]
    assert sound(shelf)


def test_a_reading_that_was_cut_short_before_does_not_bring_it_back_either(shelf: Shelf) -> None:
    told(shelf, "first")
    later = [other("6", "second"), secret("second"), other("8", "second")]
    with pytest.raises(Interrupted):
        shelf.hold(FakeSource({"all": later}, size=1, cut=1))
    erased(shelf, "7")
    shelf.hold(FakeSource({"all": later}, size=1))
    assert bare(shelf) == [True]
    assert sound(shelf)


def test_an_erased_record_counts_as_unchanged_and_can_still_be_withdrawn(shelf: Shelf) -> None:
    told(shelf, "first")
    erased(shelf, "7")
    again = FakeSource({"all": [secret("second"), other("6", "first"), other("8", "first")]})
    ended = FakeSource({"all": [other("6", "first"), other("8", "first")]})
    assert shelf.run(import_scopes(shelf.database, again, again.files(()))) == RowCounts(read=3, unchanged=3)
    assert shelf.run(import_scopes(shelf.database, ended, ended.files(()))) == RowCounts(
        read=2, unchanged=2, withdrawn=1
    )
    assert sound(shelf)


def test_erasing_again_changes_nothing_but_adds_a_revision(shelf: Shelf) -> None:
    told(shelf, "first")
    erased(shelf, "7")
    before = shelf.run(shelf.database.write(everything))
    erased(shelf, "7")
    after = shelf.run(shelf.database.write(everything))
    assert len(after.pop("revision")) == len(before.pop("revision")) + 1
    assert after == before


def test_all_records_are_erased_or_none(shelf: Shelf) -> None:
    told(shelf, "first")
    before = shelf.run(shelf.database.write(everything))
    with pytest.raises(NoSuchRecord):
        erased(shelf, "7", "absent")
    assert shelf.run(shelf.database.write(everything)) == before
    erased(shelf, "7", "8")
    assert (bare(shelf, "6"), bare(shelf, "7"), bare(shelf, "8")) == ([False], [True], [True])


def test_no_moment_of_the_past_shows_anything_of_it(shelf: Shelf) -> None:
    told(shelf, "first")
    then = datetime.now(UTC)
    told(shelf, "second")
    document = """query($then: DateTime, $number: String!) {
      cases(asOf: $then) { nodes { id redacted title caseNumber status jurisdictions harmCategories
        statedAt references { value } native { value } opened { start text } place { name } } }
      named: cases(asOf: $then, filter: {reference: {scheme: "case-number", value: $number}}) { totalCount }
      placed: cases(asOf: $then, filter: {jurisdiction: "KR"}) { totalCount }
    }"""
    moments = [None, then.isoformat()]
    told_before = [shelf.ask(document, {"then": moment, "number": NUMBER}) for moment in moments]
    assert all(STORY in answer.text.decode() and answer.data["named"]["totalCount"] == 1 for answer in told_before)
    erased(shelf, "7")
    for moment in moments:
        answer = shelf.ask(document, {"then": moment, "number": NUMBER})
        assert answer.refusals == []
        assert STORY not in answer.text.decode()
        assert NUMBER not in answer.text.decode()
        assert (answer.data["named"]["totalCount"], answer.data["placed"]["totalCount"]) == (0, 0)
        (left,) = (node for node in answer.data["cases"]["nodes"] if node["id"] == "Case:fake:7")
        assert left.pop("redacted") is True
        assert {name for name, value in left.items() if value not in (None, [], "UNKNOWN")} == {"id"}


# The bytes.


def bytes_of(shelf: Shelf) -> bytes:
    """All that the database keeps on disk of its tables and indexes (not the log of a PostgreSQL server)."""
    if shelf.database.dialect == "sqlite":
        file = Path(shelf.run(shelf.database.write(lambda connection: str(connection.engine.url.database))))
        return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))
    files = text("SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class WHERE relfilenode <> 0")
    shelf.run(shelf.database.write(lambda connection: connection.exec_driver_sql("CHECKPOINT")))
    return b"".join(shelf.run(shelf.database.write(lambda connection: connection.scalars(files).all())))


def traces(shelf: Shelf) -> set[str]:
    """Which words of the secret record stand in the database's bytes."""
    content = bytes_of(shelf)
    return {word for word in (STORY, NUMBER) if word.encode() in content}


def fill(shelf: Shelf) -> None:
    """A catalogue with a past: rows that were moved, closed and replaced leave their old bytes behind."""
    if shelf.database.dialect == "sqlite":
        # As SQLite itself is; some distributions build it with another default.
        shelf.run(shelf.database.write(lambda connection: connection.exec_driver_sql("PRAGMA secure_delete = OFF")))
    crowd: list[Record] = [other(f"{number:04}", "x" * (number % 97)) for number in range(400)]
    shelf.state([*crowd[:200], secret("first"), *crowd[200:]])
    shelf.state([*crowd[:150], secret("second"), *crowd[200:]])
    shelf.state([*crowd[100:], secret("third")])


def test_no_byte_of_it_is_left_in_the_database(shelf: Shelf) -> None:
    fill(shelf)
    assert traces(shelf) == {STORY, NUMBER}
    assert erased(shelf, "7") is True
    assert traces(shelf) == set()
    assert sound(shelf)


def test_who_still_reads_what_was_erased_is_waited_for_and_then_reported(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shelf)

    async def erased_while_somebody_reads() -> bool:
        async with shelf.database.snapshot() as snapshot:
            await snapshot.fetch(select(CASES.c.id).limit(1))
            for dialect in (postgresql, sqlite):
                monkeypatch.setattr(dialect, "LOCK_TIMEOUT", 0.2)
            return await erase(shelf.database, [(CASE, "fake:7")])

    assert shelf.run(erased_while_somebody_reads()) is False
    assert bare(shelf) == [True, True, True]
    assert erased(shelf, "7") is True
    assert traces(shelf) == set()
