"""The profiles that the project ships are valid, and their places exist."""

from pathlib import Path

import pytest

from adapters.tabular.loader import read_profile
from adapters.tabular.profile import PlaceColumns, SourceProfile
from adapters.vocabulary.jurisdictions import parse_jurisdiction

ADAPTERS = Path(__file__).parents[3] / "adapters"

PROFILES = sorted(path for path in ADAPTERS.glob("*/*.toml") if b"[[table]]" in path.read_bytes())


def profiles() -> list[SourceProfile]:
    return [read_profile(path.read_bytes()) for path in PROFILES]


@pytest.mark.parametrize("path", PROFILES, ids=[path.stem for path in PROFILES])
def test_a_profile_is_valid_and_has_the_name_of_its_file(path: Path) -> None:
    assert read_profile(path.read_bytes()).about.name == path.stem


def test_places_in_profiles_are_codes_of_places() -> None:
    figures = [figure for profile in profiles() for table in profile.tables for figure in table.full_figures]
    words_of_places = [place.words.values() for figure in figures if isinstance(place := figure.place, PlaceColumns)]
    for codes in [codes for words in words_of_places for codes in words]:
        for code in (codes,) if isinstance(codes, str) else codes:
            assert parse_jurisdiction(code) == code
    for figure in figures:
        assert not isinstance(figure.place, str) or parse_jurisdiction(figure.place) == figure.place
