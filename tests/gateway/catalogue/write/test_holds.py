"""Holds: a reading that lacks most of what its scope held withdraws nothing until it is confirmed."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from adapters.document import ReadResult
from adapters.records import Case
from adapters.source import Batch, Rejection
from adapters.vocabulary.enums import RecordType
from gateway.catalogue.integrity import faults
from gateway.catalogue.tables import RECORD_TABLES, coverage, visited, withdrawal
from gateway.catalogue.write import holds
from gateway.catalogue.write.acceptance import NoSuchHold, accept
from gateway.catalogue.write.holds import PendingHold, pending_holds
from gateway.catalogue.write.importing import import_scopes
from gateway.catalogue.write.redaction import redact
from tests.support.catalogue import Shelf, state_batch
from tests.support.fake_source import READ_AT, FakeSource, Interrupted, about
from tests.support.properties import examples

SOME = examples(usual=4, proof=100)

CADENCE = timedelta(days=1)


def cases(*names: str | int, title: str = "as it was") -> list[Case]:
    return [Case(source="fake", external_id=str(name), title=title) for name in names]


def read(shelf: Shelf, content: ReadResult | Sequence[Any], *, days: float = 0, limit: float = 0.5, **more: Any) -> int:
    """Reads what the scope states so many days later; returns how many records that withdrew."""
    source = FakeSource({"scope": content}, read_at=READ_AT + days * CADENCE, cadence=CADENCE, **more)
    return shelf.run(import_scopes(shelf.database, source, source.files(()), withdrawal_limit=limit)).withdrawn


def result(records: Sequence[Case], **more: Any) -> ReadResult:
    content: dict[str, Any] = {"rows": len(records), "records": list(records)} | more
    return ReadResult(**content)


def current(shelf: Shelf) -> set[str]:
    table = RECORD_TABLES[RecordType.CASE].table.c
    ids = shelf.run(
        shelf.database.write(lambda each: list(each.scalars(select(table.id).where(table.to_revision.is_(None)))))
    )
    return {identity.removeprefix("fake:") for identity in ids}


def state(shelf: Shelf) -> tuple[bool, str | None]:
    """Whether the scope is complete, and the reason in its coverage."""
    row = shelf.run(shelf.database.write(lambda each: each.execute(select(coverage)).one()))
    return row.complete, row.reason


def hold(shelf: Shelf) -> PendingHold:
    (pending,) = shelf.run(pending_holds(shelf.database))
    return pending


def is_sound(shelf: Shelf) -> bool:
    return not shelf.run(shelf.database.write(lambda each: list(faults(each))))


def agree(shelf: Shelf, digest: str, scope: str = "scope") -> int:
    return shelf.run(shelf.database.write(partial(accept, about=about(), scope=scope, digest=digest)))


FOUR = cases(1, 2, 3, 4)
COMPLETE, ON_HOLD = (True, None), (False, "WITHDRAWAL_HELD")


@pytest.mark.parametrize("rest", [[], cases(1), cases(5, 6, 7, 8, 9)], ids=["nothing", "one of four", "only others"])
def test_a_reading_that_lacks_more_than_half_withdraws_nothing_adds_what_is_new_and_vouches_for_nothing(
    shelf: Shelf, rest: list[Case]
) -> None:
    read(shelf, FOUR)
    assert read(shelf, rest, days=1) == 0
    assert current(shelf) == {"1", "2", "3", "4"} | {each.external_id for each in rest}
    assert state(shelf) == ON_HOLD
    assert (hold(shelf).total, hold(shelf).missing) == (4, 4 - len({"1"} & {each.external_id for each in rest}))
    assert is_sound(shelf)


@pytest.mark.parametrize(
    ("rest", "more"),
    [
        (result(cases(1, 2)), {}),
        (result([]), {"limit": 1}),
        (result([]), {"version": "2"}),
        (result([], total=0), {}),
        (result(cases(1), total=1), {}),
        (result([], rows=4, out_of_scope=4, revocations=["1", "2", "3", "4"]), {}),
        (result(cases(1), rows=3, out_of_scope=2, revocations=["2", "3"]), {}),
    ],
    ids=[
        "half",
        "the limit is one",
        "another mapping",
        "count of 0",
        "count of 1",
        "all revoked",
        "two of three revoked",
    ],
)
def test_what_is_little_intended_or_explained_is_withdrawn_at_once(
    shelf: Shelf, rest: ReadResult, more: dict[str, Any]
) -> None:
    read(shelf, FOUR)
    assert read(shelf, rest, days=1, **more) == 4 - len(rest.records)
    assert current(shelf) == {each.external_id for each in rest.records}
    assert state(shelf) == COMPLETE
    assert is_sound(shelf)


def test_a_count_that_differs_from_the_rows_confirms_nothing(shelf: Shelf) -> None:
    read(shelf, FOUR)
    assert read(shelf, result([], total=4), days=1) == 0
    assert state(shelf) == ON_HOLD


def test_revoked_records_go_at_once_though_the_others_are_on_hold_and_rows_were_rejected(shelf: Shelf) -> None:
    read(shelf, FOUR)
    rejection = Rejection(position=2, reason="is no row")
    content = result([], rows=2, out_of_scope=1, revocations=["1"], rejections=[rejection])
    assert read(shelf, content, days=1) == 1
    assert read(shelf, result([], rows=1, out_of_scope=1, revocations=["1"]), days=2) == 0
    assert current(shelf) == {"2", "3", "4"}
    assert (hold(shelf).missing, hold(shelf).total) == (3, 3)


def test_accepting_names_the_reading_and_withdraws_what_it_lacks_without_reading_again(shelf: Shelf) -> None:
    read(shelf, FOUR)
    read(shelf, cases(1, 5), days=1)
    digest = hold(shelf).digest
    with pytest.raises(NoSuchHold, match="another digest"):
        agree(shelf, "0" * 8 if not digest.startswith("0" * 8) else "1" * 8)
    for wrong in (digest[:7], "", digest + "0", "x" * 8):
        with pytest.raises(NoSuchHold, match="8 to 32 hexadecimal digits"):
            agree(shelf, wrong)
    with pytest.raises(NoSuchHold, match="no reading of other is on hold"):
        agree(shelf, digest, "other")
    assert current(shelf) == {"1", "2", "3", "4", "5"}
    assert agree(shelf, digest[:8]) == 3
    assert (current(shelf), state(shelf)) == ({"1", "5"}, COMPLETE)
    stones = shelf.run(shelf.database.write(lambda each: each.execute(select(withdrawal)).all()))
    assert [(row.record, row.retrieval) for row in stones] == [("fake:2", 2), ("fake:3", 2), ("fake:4", 2)]
    with pytest.raises(NoSuchHold):
        agree(shelf, digest)
    assert is_sound(shelf)


def test_the_digest_follows_from_what_the_reading_states(shelf: Shelf) -> None:
    digests = []
    for rest in (cases(1), cases(1), cases(2), cases(1, title="changed"), []):
        shelf.empty()
        read(shelf, FOUR)
        read(shelf, rest, days=1)
        digests.append(hold(shelf).digest)
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


def test_a_record_that_a_later_reading_brings_back_is_not_withdrawn(shelf: Shelf) -> None:
    read(shelf, FOUR)
    read(shelf, cases(1), days=1)
    digest = hold(shelf).digest
    with pytest.raises(Interrupted):
        read(shelf, cases(2, 6), days=2, size=1, cut=1)
    assert hold(shelf).missing == 2
    assert agree(shelf, digest) == 2
    assert current(shelf) == {"1", "2"}
    assert state(shelf)[0] is False, "the later reading has not ended"
    read(shelf, cases(1, 2, 6), days=2)
    assert (current(shelf), state(shelf)) == ({"1", "2", "6"}, COMPLETE)
    assert is_sound(shelf)


def test_three_agreeing_readings_a_cadence_apart_release_the_withdrawal(shelf: Shelf) -> None:
    read(shelf, FOUR)
    days = (1, 1.5, 1.9, 2, 2.1, 2.9)
    assert [read(shelf, cases(1), days=day) for day in days] == [0] * len(days)
    assert (hold(shelf).readings, state(shelf)) == (2, ON_HOLD)
    assert read(shelf, cases(1, 7), days=3) == 3
    assert (current(shelf), state(shelf)) == ({"1", "7"}, COMPLETE)


def test_a_reading_that_disagrees_begins_a_hold_of_its_own(shelf: Shelf) -> None:
    read(shelf, FOUR)
    read(shelf, cases(1), days=1)
    read(shelf, cases(1), days=2)
    assert read(shelf, cases(2), days=3) == 0
    assert hold(shelf).readings == 1
    assert [read(shelf, cases(2), days=day) for day in (4, 5)] == [0, 3]


def test_a_reading_that_has_the_records_again_ends_the_hold(shelf: Shelf) -> None:
    read(shelf, FOUR)
    read(shelf, [], days=1)
    assert read(shelf, cases(1, 2, 3), days=2) == 1
    assert state(shelf) == COMPLETE
    assert shelf.run(pending_holds(shelf.database)) == []


def test_what_a_reading_on_hold_added_lets_nothing_go(shelf: Shelf) -> None:
    """All ids are others: the scope holds twice as many, of which the next reading lacks only half."""
    read(shelf, FOUR)
    others = cases(5, 6, 7, 8, 9)
    assert read(shelf, others, days=1) == 0
    assert read(shelf, others, days=1.1) == 0
    assert read(shelf, [*others, *cases(1)], days=1.2) == 0
    assert hold(shelf).missing == 3


def test_a_new_mapping_releases_nothing_that_was_missing_before(shelf: Shelf) -> None:
    read(shelf, FOUR)
    read(shelf, [], days=1)
    assert read(shelf, [], days=2, version="2") == 0
    assert current(shelf) == {"1", "2", "3", "4"}


def test_a_reading_with_rejections_leaves_the_hold(shelf: Shelf) -> None:
    read(shelf, FOUR)
    read(shelf, [], days=1)
    content = result(cases(4), rows=2, rejections=[Rejection(position=2, reason="is no row")])
    assert read(shelf, content, days=2) == 0
    assert (hold(shelf).missing, state(shelf)) == (3, ON_HOLD)


def test_a_record_that_another_scope_took_over_stays(shelf: Shelf) -> None:
    read(shelf, FOUR)
    read(shelf, [], days=1)
    source = FakeSource({"other": cases(2)}, cadence=CADENCE)
    shelf.run(import_scopes(shelf.database, source, source.files(())))
    assert agree(shelf, hold(shelf).digest) == 3
    assert current(shelf) == {"2"}


def test_erasing_a_record_leaves_no_digest_that_its_content_is_part_of(shelf: Shelf) -> None:
    read(shelf, FOUR)
    read(shelf, cases(1), days=1)
    digest = hold(shelf).digest
    shelf.run(shelf.database.write(partial(redact, kind=RecordType.CASE, identity="fake:1")))
    assert hold(shelf).digest != digest
    assert agree(shelf, hold(shelf).digest) == 3


@SOME
@given(
    readings=st.lists(
        st.tuples(st.frozensets(st.integers(0, 9), max_size=10), st.integers(0, 3), st.integers(1, 4)), max_size=8
    ),
    last=st.frozensets(st.integers(0, 9), max_size=10),
)
def test_no_reading_alone_withdraws_more_than_half_and_three_that_agree_leave_what_they_state(
    shelf: Shelf, readings: list[tuple[frozenset[int], int, int]], last: frozenset[int]
) -> None:
    shelf.empty()
    day = 0
    for stated, quarters, size in readings:
        day += quarters
        before = current(shelf)
        is_on_hold = bool(shelf.run(pending_holds(shelf.database)))
        gone = read(shelf, cases(*sorted(stated)), days=day / 4, size=size)
        assert gone <= len(before) / 2 or is_on_hold
        assert {str(number) for number in stated} <= current(shelf)
        assert current(shelf) <= before | {str(number) for number in stated}
        assert state(shelf) == (ON_HOLD if shelf.run(pending_holds(shelf.database)) else COMPLETE)
    assert is_sound(shelf)
    for number in range(holds.READINGS):
        read(shelf, cases(*sorted(last)), days=day / 4 + number + 1)
    assert (current(shelf), state(shelf)) == ({str(number) for number in last}, COMPLETE)
    assert shelf.run(shelf.database.write(lambda each: each.execute(select(visited)).all())) == []


def test_an_operator_may_accept_while_a_batch_of_a_later_reading_is_under_way(shelf: Shelf) -> None:
    read(shelf, FOUR)
    read(shelf, [], days=1)
    source = FakeSource({"scope": cases(1, 2)}, size=1, cadence=CADENCE)
    first, last = source.batches("scope")
    write_one(shelf, source, first)
    assert agree(shelf, hold(shelf).digest) == 3
    write_one(shelf, source, last)
    assert (current(shelf), state(shelf)) == ({"1", "2"}, COMPLETE)
    assert is_sound(shelf)


def write_one(shelf: Shelf, source: FakeSource, batch: Batch) -> None:
    shelf.run(shelf.database.write(partial(state_batch, about=source.about, scope=source.scope("scope"), batch=batch)))
