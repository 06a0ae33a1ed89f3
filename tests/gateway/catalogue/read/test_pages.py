"""Pages: every record once, in the documented order, whatever is imported meanwhile."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.records import Case, Period, Reference
from gateway.catalogue.tables import RECORD_TABLES
from tests.support.catalogue import Shelf
from tests.support.properties import examples

SOME = examples(usual=5, proof=15)

PAGE = """
query($first: Int, $after: String, $last: Int, $before: String, $by: OrderBy! = PERIOD, $descending: Boolean! = true) {
  cases(first: $first, after: $after, last: $last, before: $before, orderBy: {by: $by, descending: $descending}) {
    nodes { id } edges { cursor node { id } } totalCount totalCountQualifier
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""

ids = st.one_of(
    st.sampled_from(
        ["a", "B", "ab", "é", "한국", "z\N{COMBINING ACUTE ACCENT}", "\uffee", "\N{GRINNING FACE}", "a:b/c", " "]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=4),
)
days = st.none() | st.dates(date(2024, 9, 1), date(2024, 9, 4))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A case opened on one of few days, or on an unknown one, so that many are equal."""
    start = draw(days)
    opened = None if start is None else Period(start=start, end=start + timedelta(days=1))
    return Case(source="fake", external_id=draw(ids), opened=opened, title=draw(st.sampled_from(["one", "two"])))


sets = st.lists(cases(), max_size=9, unique_by=lambda case: case.id)


def recorded(shelf: Shelf, batches: Sequence[Sequence[Case]]) -> dict[str, tuple[int, Case]]:
    """States one batch after the other; by id, the record as it then is and which batch recorded that."""
    held: dict[str, tuple[int, Case]] = {}
    for number, batch in enumerate(batches):
        shelf.state(batch, withdraws=False)
        for record in batch:
            if record.id not in held or held[record.id][1] != record:
                held[record.id] = (number, record)
    return held


def in_order(held: Mapping[str, tuple[int, Case]], *, descending: bool) -> list[str]:
    """By first day, recording and id, in either direction; records without a day come last."""
    dated = [
        ((record.opened.start, number), identity)
        for identity, (number, record) in held.items()
        if record.opened and record.opened.start
    ]
    dateless = [(number, identity) for identity, (number, record) in held.items() if record.opened is None]
    return [
        f"Case:{identity}"
        for identity in (
            *(identity for _, identity in sorted(dated, reverse=descending)),
            *(identity for _, identity in sorted(dateless, reverse=descending)),
        )
    ]


def walk(
    shelf: Shelf, document: str, size: int, *, backward: bool, between: Callable[[], None], **variables: Any
) -> Iterator[Any]:
    """The pages from one end to the other; `between` is called after the first one."""
    cursor = None
    while True:
        window = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        answer = shelf.ask(document, variables | window)
        assert answer.refusals == []
        page = answer.data["cases"]
        yield page
        info = page["pageInfo"]
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            return
        if cursor is None:
            between()
        cursor = info["startCursor" if backward else "endCursor"]


@SOME
@given(
    first=st.lists(sets, min_size=1, max_size=3),
    then=sets,
    size=st.integers(1, 4),
    backward=st.booleans(),
    descending=st.booleans(),
)
def test_a_walk_meets_every_record_once_in_order_whatever_is_imported_on_the_way(
    shelf: Shelf, first: list[list[Case]], then: list[Case], size: int, backward: bool, descending: bool
) -> None:
    shelf.empty()
    expected = in_order(recorded(shelf, first), descending=descending)

    met: list[str] = []
    pages = walk(
        shelf, PAGE, size, backward=backward, between=lambda: shelf.state(then), by="PERIOD", descending=descending
    )
    for page in pages:
        listed = [node["id"] for node in page["nodes"]]
        met = listed + met if backward else met + listed
        cursors = [edge["cursor"] for edge in page["edges"]]
        assert [edge["node"]["id"] for edge in page["edges"]] == listed
        assert page["totalCount"] == len(expected)
        assert page["totalCountQualifier"] == "EXACT"
        before = expected.index(listed[0]) if listed else 0
        assert page["pageInfo"] == {
            "hasPreviousPage": before > 0,
            "hasNextPage": before + len(listed) < len(expected),
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        }
    assert met == expected


@SOME
@given(batches=st.lists(sets, min_size=1, max_size=3), size=st.integers(1, 4), backward=st.booleans())
def test_records_can_be_walked_in_the_order_in_which_they_were_recorded(
    shelf: Shelf, batches: list[list[Case]], size: int, backward: bool
) -> None:
    shelf.empty()
    held = recorded(shelf, batches)
    expected = [f"Case:{identity}" for _, identity in sorted((when, name) for name, (when, _) in held.items())]
    met: list[str] = []
    for page in walk(shelf, PAGE, size, backward=backward, between=lambda: None, by="RECORDED_AT", descending=False):
        listed = [node["id"] for node in page["nodes"]]
        met = listed + met if backward else met + listed
    assert met == expected


def three(shelf: Shelf) -> list[str]:
    """Three cases, of which the last has no day; their cursors in the default order."""
    shelf.state(
        [
            Case(source="fake", external_id="new", opened=Period(start=date(2024, 9, 2), end=date(2024, 9, 3))),
            Case(source="fake", external_id="old", opened=Period(start=date(2024, 9, 1), end=date(2024, 9, 2))),
            Case(source="fake", external_id="undated"),
        ]
    )
    return [edge["cursor"] for edge in shelf.ask(PAGE).data["cases"]["edges"]]


def test_a_page_of_none_has_a_total_and_says_that_more_follows(shelf: Shelf) -> None:
    three(shelf)
    page = shelf.ask(PAGE, {"first": 0}).data["cases"]
    assert page["nodes"] == page["edges"] == []
    assert page["totalCount"] == 3
    info = {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    assert page["pageInfo"] == info


def test_a_page_after_the_last_record_is_empty_and_says_that_records_come_before_it(shelf: Shelf) -> None:
    cursors = three(shelf)
    page = shelf.ask(PAGE, {"first": 5, "after": cursors[-1]}).data["cases"]
    assert page["nodes"] == []
    assert page["totalCount"] == 3
    assert (page["pageInfo"]["hasNextPage"], page["pageInfo"]["hasPreviousPage"]) == (False, True)


def test_a_page_that_no_record_can_fill_is_refused(shelf: Shelf) -> None:
    cursor = three(shelf)[0]
    windows: list[dict[str, Any]] = [
        {"first": 1, "last": 1},
        {"first": 1, "before": cursor},
        {"last": 1, "after": cursor},
        {"after": cursor, "before": cursor},
        {"before": cursor},
        {"first": -1},
        {"last": -1},
        {"first": 101},
        {"last": 101},
        {"first": 2**31 - 1},
    ]
    for window in windows:
        assert shelf.ask(PAGE, window).refusals == ["BAD_INPUT"], window


def coded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).rstrip(b"=").decode()


GARBAGE = [
    "",
    "=",
    "garbage",
    "Z2FyYmFnZQ",
    "딥페이크",
    "a" * 100_000,
    coded("[]"),
    coded("null"),
    coded("[" * 50_000),
    coded('[1,"Case","PERIOD",true]'),
    coded('[1,"Case","PERIOD",true,"2024-09-02",1,"fake:new","more"]'),
    coded('[-1,"Case","PERIOD",true,"2024-09-02",1,"fake:new"]'),
    coded('[1,"Case","PERIOD",true,"2024-09-02",-1,"fake:new"]'),
    coded('[1,"Case","PERIOD",true,"2024-09-02",9223372036854775808,"fake:new"]'),
    coded('[1,"Case","PERIOD",true,"2024-09-02","fake:new"]'),
    coded('[1e400,"Case","PERIOD",true,"2024-09-02",1,"fake:new"]'),
    coded(f'[{"9" * 5_000},"Case","PERIOD",true,"2024-09-02",1,"fake:new"]'),
    coded('[9223372036854775808,"Case","PERIOD",true,"2024-09-02",1,"fake:new"]'),
    coded('[1,"Case","PERIOD",true,7,1,"fake:new"]'),
    coded('[1,"Case","PERIOD",true,"2024-13-41",1,"fake:new"]'),
    coded('[1,"Case","PERIOD",true,true,1,"fake:new"]'),
    coded('[1,"Case","PERIOD",true,"2024-09-02",1,"a\\u0000b"]'),
    coded('[1,"Case","PERIOD",true,"2024-09-02",1,"a\\ud800b"]'),
    coded('[1,"Case","PERIOD",true,"2024-09-02",1,"a\ud800b"]'),
    coded('[1,"Case","BY_MAGIC",true,"2024-09-02",1,"fake:new"]'),
    coded('[2,"Case","PERIOD",true,"2024-09-02",1,"fake:new"]'),
    coded('[1,"Arrest","PERIOD",true,"2024-09-02",1,"fake:new"]'),
]


def test_a_cursor_that_was_never_given_out_is_refused(shelf: Shelf) -> None:
    three(shelf)
    for cursor in GARBAGE:
        assert shelf.ask(PAGE, {"first": 1, "after": cursor}).refusals == ["BAD_CURSOR"], cursor[:80]
        assert shelf.ask(PAGE, {"last": 1, "before": cursor}).refusals == ["BAD_CURSOR"], cursor[:80]


@SOME
@given(
    st.text(st.characters(codec="utf-8"), max_size=60)
    | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode())
)
@example("WzEsIkNhc2UiLCJQRVJJT0QiLHRydWUsbnVsbCwi4oCmIl0")
def test_any_other_text_is_a_bad_cursor_or_a_place(shelf: Shelf, cursor: str) -> None:
    answer = shelf.ask(PAGE, {"first": 1, "after": cursor})
    assert answer.refusals in ([], ["BAD_CURSOR"])


def test_a_cursor_of_another_order_is_refused(shelf: Shelf) -> None:
    cursor = three(shelf)[0]
    assert shelf.ask(PAGE, {"after": cursor, "descending": False}).refusals == ["BAD_CURSOR"]
    assert shelf.ask(PAGE, {"after": cursor, "by": "RECORDED_AT"}).refusals == ["BAD_CURSOR"]
    recorded = shelf.ask(PAGE, {"first": 1, "by": "RECORDED_AT"}).data["cases"]["pageInfo"]["endCursor"]
    assert shelf.ask(PAGE, {"after": recorded, "by": "RECORDED_AT"}).refusals == []
    assert shelf.ask(PAGE, {"after": recorded}).refusals == ["BAD_CURSOR"]


def test_a_cursor_of_another_field_is_refused(shelf: Shelf) -> None:
    shared = (Reference("no", "1"),)
    shelf.state(
        [Case(source="fake", external_id=name, references=shared) for name in ("a", "b")],
    )
    answer = shelf.ask("{ cases { edges { cursor node { cases { edges { cursor } } } } } }").data["cases"]["edges"][0]
    outer, inner = answer["cursor"], answer["node"]["cases"]["edges"][0]["cursor"]
    arrests = "query($c: String!) { arrests(after: $c) { nodes { id } } }"
    related = "query($c: String!) { cases { nodes { cases(after: $c) { nodes { id } } } } }"
    listed = "query($c: String!) { cases(after: $c) { nodes { id } } }"
    assert shelf.ask(arrests, {"c": outer}).refusals == ["BAD_CURSOR"]
    assert shelf.ask(related, {"c": outer}).refusals == ["BAD_CURSOR"]
    assert shelf.ask(listed, {"c": inner}).refusals == ["BAD_CURSOR"]
    assert shelf.ask(listed, {"c": outer}).refusals == []
    assert shelf.ask(related, {"c": inner}).refusals == []


def test_a_total_beyond_the_bound_is_a_lower_bound(shelf: Shelf) -> None:
    three(shelf)

    def total(counted: int) -> tuple[int, str]:
        page = shelf.ask(PAGE, {"first": 1}, counted=counted).data["cases"]
        return page["totalCount"], page["totalCountQualifier"]

    assert total(4) == total(3) == (3, "EXACT")
    assert total(2) == (2, "AT_LEAST")


def test_ids_are_compared_by_their_bytes_whatever_the_servers_language(shelf: Shelf) -> None:
    """The oracle above compares code points, whose order is that of their UTF-8 bytes; so must both databases."""
    names = ["Z", "a", "é", "한", "\uffee", "\N{GRINNING FACE}"]
    assert sorted(names) == sorted(names, key=str.encode) == names
    told = {
        "postgresql": "SELECT table_name, collation_name FROM information_schema.columns "
        "WHERE column_name = 'id' AND table_name LIKE '%_version'",
        "sqlite": "SELECT name, CASE WHEN sql LIKE '%COLLATE%' THEN sql ELSE 'C' END FROM sqlite_master "
        "WHERE type = 'table' AND name LIKE '%_version'",
    }
    rows = shelf.run(
        shelf.database.write(lambda connection: connection.execute(text(told[shelf.database.dialect])).all())
    )
    assert {row[0]: row[1] for row in rows if row[0] != "alembic_version"} == {
        kind.table.name: "C" for kind in RECORD_TABLES.values()
    }
