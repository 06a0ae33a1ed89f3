"""Offences: valid, and with the same harm as in the crosswalk."""

from datetime import date

import pytest

from adapters.toml import ProfileError
from adapters.vocabulary.enums import HarmCategory
from adapters.vocabulary.offences import OFFENCES, read_offences
from adapters.vocabulary.terms import crosswalk

OFFENCE = {each.code: each for each in OFFENCES}


def test_each_has_the_harm_of_the_crosswalk() -> None:
    statutes = crosswalk(HarmCategory, "law")
    assert {each.code: each.harm_category for each in OFFENCES if each.scheme == "law"} == dict(statutes)


def test_acts_are_in_the_order_of_their_days_and_have_a_citation() -> None:
    for each in OFFENCES:
        assert [act.since for act in each.acts] == sorted(act.since for act in each.acts)
        assert each.acts or each.penalties
        assert all((each.statute.ko, each.statute.en, each.title.ko, each.title.en))
        assert all(act.citation for act in each.acts)
        assert all(penalty.citation for penalty in each.penalties)
        assert all(power.citation for power in each.powers)


def test_every_penalty_states_what_it_is_and_no_two_of_one_act_overlap() -> None:
    for each in OFFENCES:
        for penalty in each.penalties:
            assert penalty.min_years or penalty.max_years
            same = [other for other in each.penalties if other.act == penalty.act and other is not penalty]
            assert all(
                (other.until or date.max) <= penalty.since or (penalty.until or date.max) <= other.since
                for other in same
            )


def test_deepfakes_became_punishable_in_two_steps() -> None:
    deepfakes = OFFENCE["성폭력처벌법 제14조의2"]
    assert [f"{act.since}" for act in deepfakes.acts] == ["2020-06-25", "2020-06-25", "2024-10-16"]
    assert not any("possess" in act.act for act in deepfakes.acts[:2])
    assert "possess" in deepfakes.acts[2].act
    assert [act.until and f"{act.until}" for act in deepfakes.acts] == ["2024-10-16", None, None]


@pytest.mark.parametrize(
    ("code", "act", "day", "years", "fine"),
    [
        ("성폭력처벌법 제14조의2", "make", date(2024, 10, 15), (None, 5), 50_000_000),
        ("성폭력처벌법 제14조의2", "make", date(2024, 10, 16), (None, 7), 50_000_000),
        ("성폭력처벌법 제14조의2", "profit", date(2024, 10, 15), (None, 7), None),
        ("성폭력처벌법 제14조의2", "profit", date(2024, 10, 16), (3, None), None),
        ("성폭력처벌법 제14조의2", "possess", date(2024, 10, 16), (None, 3), 30_000_000),
        ("성폭력처벌법 제14조의3", "threaten", date(2024, 10, 16), (1, None), None),
        ("성폭력처벌법 제14조의3", "coerce", date(2024, 10, 16), (3, None), None),
        ("성폭력처벌법 제14조", "film", date(2020, 5, 18), (None, 5), 30_000_000),
        ("성폭력처벌법 제14조", "film", date(2020, 5, 19), (None, 7), 50_000_000),
        ("성폭력처벌법 제13조", "send", date(2020, 5, 19), (None, 2), 20_000_000),
        ("청소년성보호법 제11조", "produce", date(2020, 6, 2), (5, None), None),
        ("청소년성보호법 제11조", "possess or view", date(2020, 6, 2), (1, None), None),
        ("청소년성보호법 제11조의2", "threaten", date(2024, 10, 16), (3, None), None),
        ("청소년성보호법 제11조의2", "coerce", date(2024, 10, 16), (5, None), None),
    ],
)
def test_an_act_is_punished_as_its_statute_says_on_the_day(
    code: str, act: str, day: date, years: tuple[int | None, int | None], fine: int | None
) -> None:
    (penalty,) = (
        each
        for each in OFFENCE[code].penalties
        if act in each.act.lower() and each.since <= day < (each.until or date.max)
    )
    assert ((penalty.min_years, penalty.max_years), penalty.max_fine_krw) == (years, fine)


def test_undercover_powers_cover_adult_victims_since_june_2025() -> None:
    powers = {each.code: [f"{power.since}" for power in each.powers] for each in OFFENCES if each.powers}
    assert powers == {f"성폭력처벌법 제14조{part}": ["2025-06-04"] for part in ("의2", "의3", "")}


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
