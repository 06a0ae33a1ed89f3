"""Offences: valid, and with the same harm as in the crosswalk."""

import pytest

from adapters.toml import ProfileError
from adapters.vocabulary.enums import HarmCategory
from adapters.vocabulary.offences import OFFENCES, read_offences
from adapters.vocabulary.terms import crosswalk


def test_each_has_the_harm_of_the_crosswalk() -> None:
    statutes = crosswalk(HarmCategory, "law")
    assert {each.code: each.harm_category for each in OFFENCES if each.scheme == "law"} == dict(statutes)


def test_acts_are_in_the_order_of_their_days_and_have_a_citation() -> None:
    for each in OFFENCES:
        assert [act.since for act in each.acts] == sorted(act.since for act in each.acts)
        assert all(act.citation and act.act for act in each.acts)
        assert all((each.statute.ko, each.statute.en, each.title.ko, each.title.en))


def test_deepfakes_became_punishable_in_two_steps() -> None:
    (deepfakes,) = (each for each in OFFENCES if each.harm_category is HarmCategory.NCII_DEEPFAKE)
    assert [f"{act.since}" for act in deepfakes.acts] == ["2020-06-25", "2024-10-16"]
    assert "possess" not in deepfakes.acts[0].act
    assert "possess" in deepfakes.acts[1].act


@pytest.mark.parametrize("wrong", ["", "offence = 1", 'offence = [{scheme = "law"}]'])
def test_invalid_offences_are_refused(wrong: str) -> None:
    with pytest.raises(ProfileError):
        read_offences(wrong.encode())


def test_a_repeated_code_is_refused() -> None:
    one = (
        '{scheme = "s", code = "c", jurisdiction = "KR", statute = {ko = "a", en = "b"}, '
        'title = {ko = "a", en = "b"}, harm_category = "NCII"}'
    )
    assert len(read_offences(f"offence = [{one}]".encode())) == 1
    with pytest.raises(ProfileError):
        read_offences(f"offence = [{one}, {one}]".encode())
