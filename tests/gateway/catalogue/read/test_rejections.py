"""`rejections`: rows that could not be read, for operators and for the agency that sends the source."""

from collections.abc import Iterator
from typing import Any

import pytest

from adapters.records import Case
from adapters.source import Rejection
from adapters.vocabulary.enums import Audience
from gateway.access.callers import AccessGrant, Caller, Principal, operator, partner
from schema.contract import PUBLIC, visible_schema
from tests.support.catalogue import Shelf, shelf_at
from tests.support.fake_source import READ_AT, FakeSource, batch

OURS, THEIRS, OPEN = "ours", "theirs", "open"
FIELDS = "entries { source channel scope position reason column readAt } cursor more"


@pytest.fixture
def shelf(database_url: str) -> Iterator[Shelf]:
    with shelf_at(database_url) as made:
        for name, owner in ((OURS, "kr.knpa"), (THEIRS, "kr.kcsc"), (OPEN, None)):
            audience = Audience.PARTNER if owner else Audience.PUBLIC
            content = {scope: [rejecting(name, scope, count)] for scope, count in (("b", 2), ("a", 3))}
            made.hold(FakeSource(content, name=name, owner=owner, audience=audience))
        yield made


def rejecting(source: str, scope: str, count: int) -> Any:
    rejections = [
        Rejection(position=number, reason="is not a day", column="opened" if number % 2 else None)
        for number in range(1, count + 1)
    ]
    return batch([Case(source=source, external_id=scope)], rejections=rejections)


def agency(shelf: Shelf, name: str, *sources: str) -> Caller:
    principal = Principal(agency=name, agreement="a", purpose="tests", key="k")
    return partner(shelf.holdings.descriptions, principal, AccessGrant(sources=frozenset(sources)))


def places(shelf: Shelf, caller: Caller, arguments: str = "(first: 2)") -> list[tuple[str, str, int]]:
    """The rows on all pages, by source, scope and position."""
    rows: list[tuple[str, str, int]] = []
    more = True
    while more:
        page = shelf.ask(f"{{ rejections{arguments} {{ {FIELDS} }} }}", caller=caller).data["rejections"]
        rows += [(each["source"], each["scope"], each["position"]) for each in page["entries"]]
        more = page["more"]
        arguments = f'(first: 2, after: "{page["cursor"]}")'
    return rows


def rows_of(*sources: str) -> list[tuple[str, str, int]]:
    return [
        (source, scope, number)
        for source in sorted(sources)
        for scope, count in (("a", 3), ("b", 2))
        for number in range(1, count + 1)
    ]


def test_operators_page_through_the_rows_of_all_sources_and_an_agency_through_its_own(shelf: Shelf) -> None:
    assert places(shelf, operator(shelf.holdings.descriptions.values())) == rows_of(OURS, THEIRS, OPEN)
    assert places(shelf, agency(shelf, "kr.knpa", THEIRS)) == rows_of(OURS)
    assert places(shelf, agency(shelf, "us.fbi", OURS, THEIRS)) == []


def test_a_row_has_its_place_reason_column_and_time(shelf: Shelf) -> None:
    caller = agency(shelf, "kr.knpa")
    first, second = shelf.ask(f"{{ rejections(first: 2) {{ {FIELDS} }} }}", caller=caller).data["rejections"]["entries"]
    row = {"source": OURS, "channel": "archive", "scope": "a", "reason": "is not a day"}
    row["readAt"] = READ_AT.isoformat().replace("+00:00", "Z")
    assert first == {**row, "position": 1, "column": "opened"}
    assert second == {**row, "position": 2, "column": None}


def test_a_source_of_others_is_like_one_that_does_not_exist(shelf: Shelf) -> None:
    caller = agency(shelf, "kr.knpa", THEIRS)
    assert places(shelf, caller, f'(source: ["{OURS}"], first: 100)') == rows_of(OURS)
    for name in (THEIRS, OPEN, "nobody"):
        answer = shelf.ask(f'{{ rejections(source: ["{name}"]) {{ {FIELDS} }} }}', caller=caller)
        assert (answer.refusals, answer.data) == (["BAD_INPUT"], {"rejections": None})


@pytest.mark.parametrize(
    ("arguments", "code"),
    [("first: 101", "BAD_INPUT"), ("first: -1", "BAD_INPUT"), ('after: "eyJ4Ijox"', "BAD_CURSOR")],
)
def test_another_size_or_cursor_is_refused(shelf: Shelf, arguments: str, code: str) -> None:
    answer = shelf.ask(f"{{ rejections({arguments}) {{ {FIELDS} }} }}", caller=agency(shelf, "kr.knpa"))
    assert answer.refusals == [code]


def test_without_a_key_it_does_not_exist() -> None:
    types = visible_schema(PUBLIC).type_map
    assert {"Rejection", "Rejections"}.isdisjoint(types)
    assert "rejections" not in types["Query"].fields  # type: ignore[attr-defined]  # an object
