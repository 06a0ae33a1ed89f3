"""Profiles of cities: which column of a police department's arrests is what. `profiles.toml` holds the shipped ones."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta, Struct
from msgspec.structs import replace

from adapters.source import Publisher
from adapters.toml import ProfileError, convert_table, read_toml, toml_files
from adapters.vocabulary.enums import ArrestEvent, CountingUnit
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, parse_jurisdiction
from adapters.vocabulary.names import find_agency
from adapters.vocabulary.terms import schemes

Text = Annotated[str, Meta(min_length=1, max_length=500)]
Column = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,62}\Z")]


class HarmColumn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column whose words the crosswalk knows under `scheme`; of longer words, the first `length` characters."""

    column: Column
    scheme: Text
    length: Annotated[int, Meta(ge=1)] | None = None


class AuthorityColumn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column that names the authority that made the arrest, and the department's own codes in it."""

    column: Column
    own: tuple[Text, ...]


class CityProfile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One city's arrests; `profiles.toml` explains the keys. `agency` is an id."""

    name: Annotated[str, Meta(pattern=r"\A[a-z][a-z_]{0,40}\Z")]
    title: Text
    publisher: Text
    licence: Text
    attribution: Text
    url: Text | None = None
    licence_url: Text | None = None
    notes: tuple[Text, ...] = ()
    host: Annotated[str, Meta(pattern=r"\A[a-z0-9-]+(\.[a-z0-9-]+)+\Z")]
    datasets: tuple[Annotated[str, Meta(pattern=r"\A[a-z0-9]{4}-[a-z0-9]{4}\Z")], ...]
    agency: Text
    jurisdiction: Jurisdiction
    timezone: Text
    event: ArrestEvent
    counting_unit: CountingUnit
    key: Column
    date: Column
    scheme: Text
    label: Column
    code: Column | None = None
    categories: tuple[Text, ...] = ()
    harms: tuple[HarmColumn, ...] = ()
    native: tuple[Column, ...] = ()
    responsible: AuthorityColumn | None = None
    references: dict[Column, Text] = {}
    area: Column | None = None
    areas: dict[Text, Text] = {}
    area_code: Column | None = None
    latitude: Column | None = None
    longitude: Column | None = None
    gender: Column | None = None
    age: Column | None = None
    ages: dict[Text, bool] = {}
    every_arrest: bool = False
    skip: tuple[Column, ...] = ()

    @property
    def display_name(self) -> str:
        """The city's name for people: New York."""
        return self.name.replace("_", " ").title()

    @property
    def terms(self) -> Publisher:
        """The publisher and the terms that citations of the city's arrests name."""
        return Publisher(
            title=self.title,
            publisher=self.publisher,
            url=self.url,
            licence=self.licence,
            licence_url=self.licence_url,
            attribution=self.attribution,
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are requested, each once."""
        columns = (
            *(self.key, self.date, self.code, self.label),
            *(harm.column for harm in self.harms),
            *self.native,
            self.responsible.column if self.responsible else None,
            *self.references,
            *(self.area, self.area_code, self.latitude, self.longitude, self.gender, self.age),
        )
        return tuple(dict.fromkeys(filter(None, columns)))

    @property
    def public_columns(self) -> tuple[str, ...]:
        """The columns that are not personal."""
        return tuple(column for column in self.columns if column not in {self.gender, self.age})


class _CityFile(Struct, frozen=True, forbid_unknown_fields=True):
    city: tuple[dict[str, Any], ...]


def read_profiles(content: bytes, name: str = "profiles.toml") -> Mapping[str, CityProfile]:
    """The profiles of a TOML text, by city. `name` is that of the file, for messages. Raises ProfileError."""
    profiles: dict[str, CityProfile] = {}
    for number, table in enumerate(read_toml(name, content, _CityFile).city, 1):
        city = f"{name}, city {table.get('name', number)}"
        profile = convert_table(city, table, CityProfile)
        if profile.name in profiles:
            raise ProfileError(city, "there are two cities of this name")
        for problem in _problems(profile):
            raise ProfileError(city, problem)
        profiles[profile.name] = _canonical(profile)
    return profiles


def _problems(profile: CityProfile) -> Iterator[str]:
    if not profile.datasets:
        yield "datasets: at least one is needed"
    yield from _column_problems(profile)
    for scheme in sorted({harm.scheme for harm in profile.harms} - set(schemes())):
        yield f"harms: adapters/vocabulary/terms.toml has no scheme {scheme!r}"
    try:
        ZoneInfo(profile.timezone)
    except (ValueError, ZoneInfoNotFoundError):
        yield f"timezone: {profile.timezone!r} is not a time zone of the IANA database"
    try:
        parse_jurisdiction(profile.jurisdiction)
    except UnknownJurisdiction:
        yield f"jurisdiction: {profile.jurisdiction!r} is not a code of ISO 3166"
    if find_agency(profile.agency) is None:
        yield f"agency: adapters/vocabulary/agencies.toml has no agency {profile.agency!r}; add it there"


def _column_problems(profile: CityProfile) -> Iterator[str]:
    for column in sorted({*profile.columns} & {*profile.skip}):
        yield f"skip: {column} is also read"
    if any("race" in column or "ethnic" in column for column in profile.columns):
        yield "race and ethnicity are never read: their columns belong into skip"
    if {profile.gender, profile.age} & {*replace(profile, gender=None, age=None).columns}:
        yield "gender and age: a personal column has no second meaning"
    if (profile.latitude is None) != (profile.longitude is None):
        yield "latitude and longitude: one is missing"


def _canonical(profile: CityProfile) -> CityProfile:
    """The profile with the agency's id and the jurisdiction's canonical code."""
    agency = find_agency(profile.agency)
    return replace(
        profile,
        agency=agency.id if agency else profile.agency,
        jurisdiction=parse_jurisdiction(profile.jurisdiction),
    )


@lru_cache(maxsize=1)
def shipped_profiles() -> Mapping[str, CityProfile]:
    """The profiles that the project ships. Raises ProfileError."""
    return read_profiles(files("adapters.police.socrata_arrests").joinpath("profiles.toml").read_bytes())


def load_profiles(path: Path | None) -> Mapping[str, CityProfile]:
    """The shipped profiles and those of `path`, a TOML file or a folder of them, which replace shipped ones.

    Raises ProfileError, also where two files have one city.
    """
    return {**shipped_profiles(), **_merge(toml_files(path))} if path else shipped_profiles()


def _merge(contents: Iterable[tuple[str, bytes]]) -> Mapping[str, CityProfile]:
    profiles: dict[str, CityProfile] = {}
    for name, content in contents:
        cities = read_profiles(content, name)
        for city in cities.keys() & profiles.keys():
            raise ProfileError(f"{name}, city {city}", "another file has this city too")
        profiles |= cities
    return profiles
