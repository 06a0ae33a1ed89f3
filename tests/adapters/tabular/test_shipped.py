"""The profiles that the project ships: sound, and of places that there are."""

from pathlib import Path

import pytest

from adapters.tabular.profile import Places, Profile, read_profile
from adapters.vocabulary.jurisdictions import parse_jurisdiction

ADAPTERS = Path(__file__).parents[3] / "adapters"

SHIPPED = sorted(path for path in ADAPTERS.glob("*/*.toml") if b"[[table]]" in path.read_bytes())


def profiles() -> list[Profile]:
    return [read_profile(path.read_bytes()) for path in SHIPPED]


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_a_profile_is_sound_and_named_as_its_file(path: Path) -> None:
    assert read_profile(path.read_bytes()).about.name == path.stem


def test_places_that_profiles_decide_are_codes_of_places() -> None:
    figures = [figure for profile in profiles() for table in profile.tables for figure in table.whole]
    decided = [place.words.values() for figure in figures if isinstance(place := figure.place, Places)]
    for codes in [codes for words in decided for codes in words]:
        for code in (codes,) if isinstance(codes, str) else codes:
            assert parse_jurisdiction(code) == code
    for figure in figures:
        assert not isinstance(figure.place, str) or parse_jurisdiction(figure.place) == figure.place
