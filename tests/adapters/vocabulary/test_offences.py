"""Offences: sound as written, and the same harm as the crosswalk says."""

import pytest

from adapters.toml import ProfileError
from adapters.vocabulary.enums import HarmCategory
from adapters.vocabulary.offences import OFFENCES, read_offences
from adapters.vocabulary.terms import crosswalk


def test_each_means_the_harm_that_the_crosswalk_says() -> None:
    statutes = crosswalk(HarmCategory, "law")
    assert {each.code: each.harm_category for each in OFFENCES if each.scheme == "law"} == dict(statutes)


def test_what_is_punishable_stands_in_the_order_of_its_days_with_its_citation() -> None:
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
def test_unsound_offences_are_refused(wrong: str) -> None:
    with pytest.raises(ProfileError):
        read_offences(wrong.encode())


def test_a_code_that_stands_twice_is_refused() -> None:
    one = (
        '{scheme = "s", code = "c", jurisdiction = "KR", statute = {ko = "a", en = "b"}, '
        'title = {ko = "a", en = "b"}, harm_category = "NCII"}'
    )
    assert len(read_offences(f"offence = [{one}]".encode())) == 1
    with pytest.raises(ProfileError):
        read_offences(f"offence = [{one}, {one}]".encode())
