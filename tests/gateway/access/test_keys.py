"""API keys: their form, their check, and what is known of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.keys import ALPHABET, KEY_PATTERN, find_keys, new_key, parse_key


@pytest.mark.parametrize(("live", "beginning"), [(True, "eg_live_"), (False, "eg_test_")])
def test_a_key_has_the_form_that_is_promised_and_is_read_back(live: bool, beginning: str) -> None:
    key = new_key(live=live)
    assert re.fullmatch(rf"{beginning}[0-9A-Za-z]{{8}}_[0-9A-Za-z]{{49}}", key.text)
    assert key.text.startswith(f"{beginning}{key.id}_")
    assert parse_key(key.text) == key


def test_no_two_keys_are_alike_and_every_sign_is_used() -> None:
    keys = [new_key(live=True) for _ in range(200)]
    assert len({key.id for key in keys}) == len({key.text for key in keys}) == 200
    secrets = "".join(key.text[17:60] for key in keys)
    assert set(secrets) == set(ALPHABET)


@given(place=st.integers(8, 65), sign=st.sampled_from(ALPHABET))
def test_a_key_with_one_sign_changed_is_no_key(place: int, sign: str) -> None:
    text = new_key(live=True).text
    changed = text[:place] + sign + text[place + 1 :]
    assert (parse_key(changed) is None) == (changed != text)


@given(st.text())
def test_no_other_text_is_a_key(text: str) -> None:
    assert parse_key(text) is None


def test_a_key_does_not_show_its_secret() -> None:
    key = new_key(live=True)
    assert key.text not in repr(key) + str(key)


def test_the_digest_depends_on_the_key_and_on_the_pepper() -> None:
    key, other = new_key(live=True), new_key(live=True)
    assert key.digest(b"a" * 32) == key.digest(b"a" * 32)
    assert len({key.digest(b"a" * 32), key.digest(b"b" * 32), other.digest(b"a" * 32)}) == 3
    assert len(key.digest(b"a" * 32)) == 32


@given(before=st.binary(max_size=40), after=st.binary(max_size=40).filter(lambda rest: not rest[:1].isalnum()))
def test_a_key_is_found_wherever_it_stands(before: bytes, after: bytes) -> None:
    key = new_key(live=False)
    assert list(find_keys(before + key.text.encode() + after)) == [key]
    assert list(find_keys(before + key.text.encode()[:-1] + after)) == []


def test_what_only_looks_like_a_key_is_not_one() -> None:
    text = "eg_live_" + "a" * 8 + "_" + "b" * 49
    assert KEY_PATTERN.fullmatch(text)
    assert list(find_keys(text.encode())) == []
