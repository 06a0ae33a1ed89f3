"""Profiles: an invalid one is refused before any file is read, and the message names the place."""

from datetime import timedelta

import pytest

from adapters.tabular.about import describe_profile
from adapters.tabular.loader import load_profile, read_profile
from adapters.toml import ProfileError
from adapters.vocabulary.enums import RecordType
from gateway.wiring import PROFILES
from tests.support.example_profile import ORCHARD


def test_a_profile_describes_the_source() -> None:
    about = read_profile(ORCHARD.encode()).describe_source()
    assert (about.name, about.cadence) == ("orchard_requests", timedelta(days=182))
    assert about.records == {RecordType.STATISTIC}


@pytest.mark.parametrize(
    ("key", "replacement", "problem"),
    [
        ("cadence_days = 182", "cadence = 182", "unknown field `cadence`"),
        ('metric = "TAKEDOWN_REQUESTS"', 'metric = "REMOVALS"', "Invalid enum value 'REMOVALS'"),
        ('name = "requests"', 'name = "items"', "table requests-by-town: has no figure, or two of one name"),
        ('column = "Requests"', 'column = "Wishes"', "figure requests: there is no column Wishes"),
        ('scheme = "google"', 'scheme = "orchard"', "requests, trigger: there is no scheme orchard"),
        ('list = "TakedownTrigger"', 'list = "Trigger"', "requests, trigger: there is no list Trigger"),
        (
            'unit = "REQUESTS"',
            'unit = "ACCOUNTS"',
            "figure requests: shares, durations, persons and accounts cannot",
        ),
        ('platform = "tumblr"', 'platform = "orchard"', "platforms.toml has no platform 'orchard'; add it there"),
        ('"Old Town" = "KR"', '"Old Town" = "Korea"', "Korea is not the code of a jurisdiction"),
        ('"?" = "UNKNOWN"', '"?" = "EXACT"', "a word in a cell cannot mean EXACT"),
        ("(?P<half>H[12])", "(?P<half>H[12]", "is not a valid pattern"),
        (
            'columns = ["year", "half"]',
            'columns = ["year", "halves"]',
            "requests-by-town.release: halves is not a group of the file's pattern",
        ),
        ('name = "requests-by-town"', 'name = "Requests by town"', "a name consists of lower-case letters"),
        ('encoding = "utf-8"', 'encoding = "utf-9"', "there is no encoding utf-9"),
        ('unit = "ITEMS"\n', "", "figure items: unit is missing"),
        ('column = "Items"\n', "", "figure items: needs one of `column`"),
        ('qualifier = "ABOUT"', 'qualifier = "RANGE"', "figure items: qualifier is EXACT or ABOUT"),
    ],
)
def test_an_invalid_profile_is_refused(key: str, replacement: str, problem: str) -> None:
    assert key in ORCHARD
    with pytest.raises(ProfileError) as error:
        read_profile(ORCHARD.replace(key, replacement).encode())
    assert problem in str(error.value)


@pytest.mark.parametrize("path", PROFILES)
def test_a_source_is_described_alike_without_the_readers_of_its_tables(path: str) -> None:
    assert describe_profile(path) == load_profile(path).describe_source()
