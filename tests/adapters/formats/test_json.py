"""JSON is read strictly, and foreign texts are safe to print."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import SourceError, UnexpectedShape
from adapters.formats.json import printable, read_json


@given(st.binary())
def test_any_bytes_are_json_or_refused_as_a_source_error(content: bytes) -> None:
    outcome: object
    try:
        outcome = read_json("file", content)
    except SourceError as exc:
        outcome = exc
    assert outcome is None or isinstance(outcome, dict | list | str | bool | int | Decimal | SourceError)


def test_a_repeated_key_is_refused_at_any_depth() -> None:
    with pytest.raises(UnexpectedShape, match="twice"):
        read_json("file", b'{"a": [{"b": 1, "b": 1}]}')


def test_a_foreign_text_is_shortened_and_has_no_control_codes() -> None:
    assert printable("key\n\0\ud800" + "x" * 99) == "key???" + "x" * 34
