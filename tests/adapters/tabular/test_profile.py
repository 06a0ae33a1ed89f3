"""Profiles: what cannot be is refused before anything is read, in words that name the place."""

from datetime import timedelta

import pytest

from adapters.tabular.profile import read_profile
from adapters.toml import ProfileError
from adapters.vocabulary.enums import RecordType
from tests.support.example_profile import ORCHARD


def test_a_profile_says_what_the_source_is() -> None:
    about = read_profile(ORCHARD.encode()).stated()
    assert (about.name, about.cadence) == ("orchard_requests", timedelta(days=182))
    assert about.records == {RecordType.STATISTIC}


@pytest.mark.parametrize(
    ("said", "instead", "problem"),
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
            "figure requests: shares, durations, persons and accounts are never",
        ),
        ('platform = "tumblr"', 'platform = "orchard"', "no platform has the id orchard"),
        ('"Old Town" = "KR"', '"Old Town" = "Korea"', "Korea is no jurisdiction's code"),
        ('"?" = "UNKNOWN"', '"?" = "EXACT"', "no word in the place of a number means EXACT"),
        ("(?P<half>H[12])", "(?P<half>H[12]", "is no pattern"),
        (
            'columns = ["year", "half"]',
            'columns = ["year", "halves"]',
            "requests-by-town.release: halves is no part of the file's name",
        ),
        ('name = "requests-by-town"', 'name = "Requests by town"', "a name is written in small letters"),
        ('encoding = "utf-8"', 'encoding = "utf-9"', "no encoding is called utf-9"),
        ('unit = "ITEMS"\n', "", "figure items: says nothing of unit"),
        ('column = "Items"\n', "", "figure items: stands in one column"),
        ('qualifier = "ABOUT"', 'qualifier = "RANGE"', "figure items: one number is EXACT or ABOUT"),
    ],
)
def test_what_cannot_be_is_refused(said: str, instead: str, problem: str) -> None:
    assert said in ORCHARD
    with pytest.raises(ProfileError) as refused:
        read_profile(ORCHARD.replace(said, instead).encode())
    assert problem in str(refused.value)
