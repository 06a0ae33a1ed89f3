"""Records that only a group identifies: what the authoritative channel states of a group replaces the others."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from adapters.records import Case
from adapters.source import ARCHIVE, LIVE
from adapters.vocabulary.enums import RecordType
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.integrity import faults
from gateway.catalogue.tables import RECORD_TABLES
from gateway.catalogue.write.importing import import_scopes
from tests.support.catalogue import Shelf
from tests.support.fake_source import FakeSource
from tests.support.properties import examples


def read(catalogue: Shelf, channel: str, scope: str, ids: Sequence[str], **overrides: Any) -> RowCounts:
    """Reads a scope that states cases of these ids."""
    cases = [Case(source="fake", external_id=id, title=channel) for id in ids]
    overrides.setdefault("separator", "~")
    source = FakeSource({scope: cases}, channel=channel, **overrides)
    return catalogue.run(import_scopes(catalogue.database, source, source.files(())))


def current_ids(catalogue: Shelf) -> list[str]:
    table = RECORD_TABLES[RecordType.CASE].table.c
    current = select(table.id).where(table.to_revision.is_(None))
    ids = catalogue.run(catalogue.database.write(lambda connection: list(connection.scalars(current))))
    return sorted(id.removeprefix("fake:") for id in ids)


def test_the_archive_replaces_a_group_that_the_interface_states_by_other_ids(shelf: Shelf) -> None:
    read(shelf, LIVE, "area", ["5/a~1", "5/a~2", "5/b~1", "5/aa~1", "crime"])
    counts = read(shelf, ARCHIVE, "met", ["5/a~met/1", "5/a~met/2", "crime"])
    assert (counts.added, counts.superseded, counts.withdrawn) == (2, 1, 2)
    assert current_ids(shelf) == ["5/aa~1", "5/a~met/1", "5/a~met/2", "5/b~1", "crime"]


def test_forces_of_one_group_do_not_replace_one_another(shelf: Shelf) -> None:
    read(shelf, LIVE, "area", ["5/a~1", "5/a~2"])
    read(shelf, ARCHIVE, "met", ["5/a~met/1"])
    assert read(shelf, ARCHIVE, "city", ["5/a~city/1"]).withdrawn == 0
    assert current_ids(shelf) == ["5/a~city/1", "5/a~met/1"]


def test_the_interface_adds_nothing_to_a_group_that_the_archive_states(shelf: Shelf) -> None:
    read(shelf, ARCHIVE, "met", ["5/a~met/1"])
    counts = read(shelf, LIVE, "area", ["5/a~1", "5/a~2", "5/b~1"])
    assert (counts.added, counts.unchanged) == (1, 2)
    assert current_ids(shelf) == ["5/a~met/1", "5/b~1"]


def test_equal_ids_are_one_record_which_the_archive_states(shelf: Shelf) -> None:
    read(shelf, LIVE, "area", ["5/a~1", "5/a~2"])
    counts = read(shelf, ARCHIVE, "btp", ["5/a~1"])
    assert (counts.superseded, counts.withdrawn) == (1, 1)
    assert current_ids(shelf) == ["5/a~1"]


def test_without_a_separator_there_are_no_groups(shelf: Shelf) -> None:
    read(shelf, LIVE, "area", ["5/a~1"], separator=None)
    read(shelf, ARCHIVE, "met", ["5/a~met/1"], separator=None)
    assert current_ids(shelf) == ["5/a~1", "5/a~met/1"]


groups = st.lists(st.tuples(st.sampled_from(["met", "city"]), st.sampled_from("ab")), max_size=8)


@examples(usual=4, proof=40)
@given(crimes=groups, order=st.permutations(["live", "met", "city"]), again=st.booleans())
def test_when_all_is_read_each_crime_is_one_record_in_any_order(
    shelf: Shelf, crimes: list[tuple[str, str]], order: list[str], again: bool
) -> None:
    shelf.empty()
    numbers: dict[tuple[str, str], int] = {}
    archived: dict[str, list[str]] = {"met": [], "city": []}
    live: list[str] = []
    for force, group in crimes:
        for key, ids, name in (((force, group), archived[force], f"{force}/"), (("", group), live, "")):
            numbers[key] = numbers.get(key, 0) + 1
            ids.append(f"5/{group}~{name}{numbers[key]}")
    for part in order * (1 + again):
        read(shelf, LIVE if part == "live" else ARCHIVE, part, live if part == "live" else archived[part])
    assert current_ids(shelf) == sorted(archived["met"] + archived["city"])
    assert shelf.run(shelf.database.write(lambda connection: list(faults(connection)))) == []
