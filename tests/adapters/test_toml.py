"""TOML is read strictly: of the shape that its reader declares, exactly, or refused with one error."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from adapters.toml import ProfileError, read_toml


class City(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    share: Decimal = Decimal(0)
    weight: float = 0.0
    since: date | None = None


@given(st.binary())
def test_any_bytes_are_tables_or_refused(content: bytes) -> None:
    with suppress(ProfileError):
        assert isinstance(read_toml("file", content, dict[str, Any]), dict)


@pytest.mark.parametrize(
    "content",
    [b"a = 1e99999999999999999999", b"a = " + b"[" * 100_000, b"a = " + b"9" * 5000, b"a = 1\na = 2", b"\xff"],
)
def test_a_text_that_is_no_toml_is_refused(content: bytes) -> None:
    with pytest.raises(ProfileError, match=r"^file: is not TOML in UTF-8$"):
        read_toml("file", content, dict[str, Any])


def test_fractions_and_dates_are_read_exactly() -> None:
    content = b'name = "Ulsan"\nshare = 0.10000000000000000001\nweight = 0.5\nsince = 2024-02-29'
    assert read_toml("city", content, City) == City("Ulsan", Decimal("0.10000000000000000001"), 0.5, date(2024, 2, 29))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'name = "Ulsan"\nnmae = "Ulsan"', "unknown field `nmae`"),
        (b"share = 1", "missing required field `name`"),
        (b"name = 1", r"Expected `str`, got `int` - at `\$.name`"),
    ],
)
def test_another_shape_is_refused_and_the_place_is_named(content: bytes, reason: str) -> None:
    with pytest.raises(ProfileError, match=f"city: .*{reason}") as refusal:
        read_toml("city", content, City)
    assert refusal.value.name == "city"
