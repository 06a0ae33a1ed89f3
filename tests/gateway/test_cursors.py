"""Cursors: what was returned once is read for ever, and no other text is."""

import base64
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.vocabulary.enums import RecordType
from gateway.access.audit.trail import CURSOR as TRAIL
from gateway.catalogue.read.change_positions import CURSOR as CHANGES
from gateway.catalogue.read.page_positions import CURSOR as RECORDS
from gateway.cursors import CursorKind, decode, encode
from schema.errors import ErrorCode, RequestError
from schema.queries.records import OrderBy

CURSORS: list[tuple[CursorKind[Any], tuple[Any, ...], str]] = [
    (
        RECORDS,
        (7, "Case", OrderBy.PERIOD, True, date(2024, 9, 2), 3, "fake:딥페이크"),
        "WzcsIkNhc2UiLCJQRVJJT0QiLHRydWUsIjIwMjQtMDktMDIiLDMsImZha2U665Sl7Y6Y7J207YGsIl0",
    ),
    (
        RECORDS,
        (7, "Case/Arrest", OrderBy.RECORDED_AT, False, 5, 5, "fake:1"),
        "WzcsIkNhc2UvQXJyZXN0IiwiUkVDT1JERURfQVQiLGZhbHNlLDUsNSwiZmFrZToxIl0",
    ),
    (CHANGES, ("changes", 12, RecordType.CASE, "fake:1"), "WyJjaGFuZ2VzIiwxMiwiQ2FzZSIsImZha2U6MSJd"),
    (CHANGES, ("changes", 0, None, ""), "WyJjaGFuZ2VzIiwwLG51bGwsIiJd"),
    (
        TRAIL,
        (datetime(2024, 9, 2, 12, 0, 0, 123456, UTC), 2),
        "dHJhaWwgMjAyNC0wOS0wMlQxMjowMDowMC4xMjM0NTYrMDA6MDAgMg",
    ),
]
"""Cursors of each kind as earlier versions wrote them."""

KINDS: list[CursorKind[Any]] = [RECORDS, CHANGES, TRAIL]


def refuses(kind: CursorKind[Any], cursor: str) -> bool:
    try:
        decode(kind, cursor)
    except RequestError as exc:
        return (exc.code, exc.message) == (ErrorCode.BAD_CURSOR, "The cursor is invalid.")
    return False


@pytest.mark.parametrize(("kind", "values", "cursor"), CURSORS)
def test_cursors_keep_their_form(kind: CursorKind[Any], values: tuple[Any, ...], cursor: str) -> None:
    assert encode(kind, values) == cursor
    assert decode(kind, cursor) == values


@pytest.mark.parametrize(("kind", "values", "cursor"), CURSORS)
def test_a_cursor_has_one_spelling_and_one_kind(kind: CursorKind[Any], values: Any, cursor: str) -> None:
    content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    spaced = base64.urlsafe_b64encode(content.replace(b",", b", ").replace(b" ", b"  ")).decode().rstrip("=")
    for other in (cursor + "=", cursor + "==", cursor + "A", cursor[:-1], f" {cursor}", f"{cursor}\n", spaced):
        assert refuses(kind, other), other
    assert all(refuses(each, cursor) for each in KINDS if each is not kind)


@given(
    st.sampled_from(KINDS),
    st.text(max_size=60) | st.binary(max_size=60).map(base64.urlsafe_b64encode).map(bytes.decode),
)
def test_any_text_is_refused_or_is_the_cursor_of_its_values(kind: CursorKind[Any], text: str) -> None:
    if not refuses(kind, text):
        assert encode(kind, decode(kind, text)) == text


@pytest.mark.parametrize(
    "content",
    ['["changes",1,"Case","a\\u0000b"]', '["changes",1,"Case","a\\ud800b"]', '["changes",-1,"Case","a"]', "[" * 9_999],
)
def test_values_that_no_place_has_are_refused(content: str) -> None:
    assert refuses(CHANGES, base64.urlsafe_b64encode(content.encode()).decode().rstrip("="))
