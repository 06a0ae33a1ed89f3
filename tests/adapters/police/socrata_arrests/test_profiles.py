"""Profiles of cities: a city is one entry and its agency, and whatever is missing or wrong is named."""

import json
import re
from importlib.resources import files
from pathlib import Path
from textwrap import dedent

import pytest

from adapters.police.socrata_arrests import profiles
from adapters.police.socrata_arrests.arrests import read_file
from adapters.police.socrata_arrests.profiles import load_profiles, read_profiles, shipped_profiles
from adapters.police.socrata_arrests.source import SocrataArrests
from adapters.records import Arrest
from adapters.toml import ProfileError
from adapters.vocabulary.names import AGENCIES, read_agencies
from gateway.settings import InvalidSettings, Settings
from gateway.wiring import sources

DOCUMENTATION = Path(__file__).parents[4] / "docs" / "adding-a-source.md"

SPECIMEN = """
[[city]]
name = "specimen"
title = "Arrests of the specimen"
publisher = "Police of the specimen"
licence = "CC0"
attribution = "Police of the specimen"
host = "data.example.org"
datasets = ["aaaa-0000"]
agency = "us.nypd"
jurisdiction = "US-NY"
timezone = "America/New_York"
event = "ARRESTED"
counting_unit = "EVENT"
key = "id"
date = "day"
scheme = "specimen"
label = "offence"
"""

REQUIRED = [line.partition(" ")[0] for line in SPECIMEN.splitlines() if " = " in line]


def settings_with(path: Path) -> Settings:
    return Settings.model_validate({"sources": {"socrata_arrests": {"profiles": path}}})


def test_a_profile_is_data() -> None:
    assert read_profiles(SPECIMEN.encode())["specimen"].columns == ("id", "day", "offence")


@pytest.mark.parametrize("key", REQUIRED)
def test_a_missing_key_is_named_with_its_city(key: str) -> None:
    lines = [line for line in SPECIMEN.splitlines() if not line.startswith(f"{key} ")]
    city = "1" if key == "name" else "specimen"
    with pytest.raises(ProfileError, match=rf"^profiles\.toml, city {city}: Object missing required field `{key}`"):
        read_profiles("\n".join(lines).encode())


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('native = ["suspect_race"]', "race and ethnicity are never read"),
        ('native = ["ethnicity"]', "race and ethnicity are never read"),
        ('skip = ["offence"]', "skip: offence is also read"),
        ('gender = "offence"', "a personal column has no second meaning"),
        ('latitude = "lat"', "latitude and longitude: one is missing"),
        ('harms = [{ column = "offence", scheme = "nobody" }]', "has no scheme 'nobody'"),
        ('colour = "red"', "unknown field `colour`"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(line: str, problem: str) -> None:
    with pytest.raises(ProfileError, match=f"city specimen: .*{problem}"):
        read_profiles(f"{SPECIMEN}{line}\n".encode())


@pytest.mark.parametrize(
    ("line", "instead", "problem"),
    [
        ('agency = "us.nypd"', 'agency = "us.nobody"', "agencies.toml has no agency 'us.nobody'; add it there"),
        ('jurisdiction = "US-NY"', 'jurisdiction = "XX-YY"', "jurisdiction: 'XX-YY' is not a code of ISO 3166"),
        ('"America/New_York"', '"America/Nowhere"', "timezone: 'America/Nowhere' is not a time zone"),
        ('["aaaa-0000"]', "[]", "datasets: at least one is needed"),
        ('["aaaa-0000"]', '["../secret"]', r"at `\$.datasets\[0\]`"),
        ('"specimen"', '"Specimen"', r"at `\$.name`"),
        ('licence = "CC0"', 'licence = ""', r"at `\$.licence`"),
    ],
)
def test_a_value_that_cannot_be_is_named_by_its_key(line: str, instead: str, problem: str) -> None:
    with pytest.raises(ProfileError, match=problem):
        read_profiles(SPECIMEN.replace(line, instead, 1).encode())


def test_two_entries_of_one_city_are_refused() -> None:
    with pytest.raises(ProfileError, match="there are two cities of this name"):
        read_profiles(f"{SPECIMEN}{SPECIMEN}".encode())


def test_race_is_read_by_no_shipped_profile() -> None:
    for profile in shipped_profiles().values():
        assert not any("race" in column for column in profile.columns)
    for city in ("new_york", "chicago"):
        assert any("race" in column for column in shipped_profiles()[city].skip)


# Profiles of a deployment.


@pytest.mark.parametrize("folder", [False, True])
def test_a_deployment_adds_a_city_by_a_file_or_a_folder_in_its_settings(folder: bool, tmp_path: Path) -> None:
    path = tmp_path / "cities.toml"
    path.write_text(SPECIMEN)
    wired = {source.about.name: source.about for source in sources(settings_with(tmp_path if folder else path))}
    publishers = wired["socrata_arrests"].publishers
    assert publishers.keys() == {*shipped_profiles(), "specimen"}
    assert publishers["specimen"].publisher == "Police of the specimen"


def test_a_city_of_the_deployment_replaces_the_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "cities.toml"
    path.write_text(SPECIMEN.replace('"specimen"', '"chicago"', 1))
    assert load_profiles(path)["chicago"].host == "data.example.org"
    assert load_profiles(None)["chicago"].host == "data.cityofchicago.org"


def test_one_city_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(SPECIMEN)
    with pytest.raises(ProfileError, match=r"^b\.toml, city specimen: another file has this city too$"):
        load_profiles(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("cities.toml", "[[city]", "cities.toml: is not TOML in UTF-8"),
        ("cities.toml", "[[town]]", "cities.toml: Object contains unknown field `town`"),
        ("cities.toml", SPECIMEN.replace("us.nypd", "us.nobody"), "cities.toml, city specimen: agency: "),
        ("cities.txt", SPECIMEN, "the folder has no TOML file"),
    ],
)
def test_a_bad_file_ends_in_one_line_that_names_it(name: str, content: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InvalidSettings, match=problem) as caught:
        sources(settings_with(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_missing_file_ends_in_one_line_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"nowhere\.toml: the file cannot be read"):
        sources(settings_with(tmp_path / "nowhere.toml"))


# The example of the documentation.


def test_the_documented_city_and_its_agency_are_all_that_a_city_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """With both entries of `docs/adding-a-source.md` its arrests are read, and cite the city."""
    agency, city = documented_entries()
    if "us.seattle-police" not in AGENCIES:
        shipped = files("adapters.vocabulary").joinpath("agencies.toml").read_text(encoding="utf-8")
        monkeypatch.setattr(profiles, "find_agency", read_agencies(f"{shipped}\n{agency}".encode()).find)
    cities = {**shipped_profiles(), **read_profiles(city.encode())}
    row = {"arrest_number": "31-000001", "arrest_occurred_date_time": "2031-03-04T00:00:00.000", "precinct": "West"}
    result = read_file(cities, "seattle.json", json.dumps([row | {"nibrs_description": "Simple Assault"}]).encode())
    (arrest,) = result.records
    assert isinstance(arrest, Arrest)
    assert (arrest.external_id, arrest.agency, arrest.jurisdictions) == (
        "seattle/31-000001",
        "us.seattle-police",
        ("US-WA",),
    )
    publisher = SocrataArrests(profiles=cities).about.publisher_of(arrest.external_id)
    assert publisher.publisher == "Seattle Police Department (City of Seattle Open Data)"


def documented_entries() -> tuple[str, str]:
    """The TOML of the agency and of the city that the documentation gives as an example."""
    section = (
        DOCUMENTATION.read_text(encoding="utf-8").partition("## A city on a Socrata portal")[2].partition("\n## ")[0]
    )
    agency, city, _ = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)
    return dedent(agency), dedent(city)
