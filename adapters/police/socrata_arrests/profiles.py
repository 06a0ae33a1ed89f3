"""Profiles of cities: which column of a police department's arrests is what. `profiles.toml` holds them."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta, Struct
from msgspec.structs import replace

from adapters.source import Publisher
from adapters.toml import ProfileError, read_toml
from adapters.vocabulary.enums import ArrestEvent, CountingUnit
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, parse_jurisdiction
from adapters.vocabulary.names import find_agency
from adapters.vocabulary.terms import schemes

Text = Annotated[str, Meta(min_length=1, max_length=500)]
Column = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,62}\Z")]


class Harm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column whose words the crosswalk knows under `scheme`; of longer words, the first `length` characters."""

    column: Column
    scheme: Text
    length: Annotated[int, Meta(ge=1)] | None = None


class Responsible(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column that says which authority made the arrest, and the codes by which the department means itself."""

    column: Column
    own: tuple[Text, ...]


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One city's arrests; `profiles.toml` explains the keys. `agency` is an id."""

    name: Annotated[str, Meta(pattern=r"\A[a-z][a-z_]{0,40}\Z")]
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
    harms: tuple[Harm, ...] = ()
    native: tuple[Column, ...] = ()
    responsible: Responsible | None = None
    references: dict[Column, Text] = {}
    area: Column | None = None
    areas: dict[Text, Text] = {}
    area_code: Column | None = None
    latitude: Column | None = None
    longitude: Column | None = None
    gender: Column | None = None
    age: Column | None = None
    ages: dict[Text, bool] = {}
    passed_over: tuple[Column, ...] = ()
    title: Text
    publisher: Text
    url: Text | None = None
    licence: Text
    licence_url: Text | None = None
    attribution: Text
    notes: tuple[Text, ...] = ()

    @property
    def display_name(self) -> str:
        """The city's name for people: New York."""
        return self.name.replace("_", " ").title()

    @property
    def cited(self) -> Publisher:
        """What citations of the city's arrests name."""
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
        """The columns that are asked for and read, each once; none of those that are passed over."""
        responsible = self.responsible.column if self.responsible else None
        named = (self.key, self.date, self.code, self.label, *(harm.column for harm in self.harms), *self.native)
        further = (responsible, *self.references, self.area, self.area_code, self.latitude, self.longitude)
        return tuple(dict.fromkeys(filter(None, (*named, *further, self.gender, self.age))))

    @property
    def public(self) -> tuple[str, ...]:
        """The columns of which nothing is personal."""
        return tuple(column for column in self.columns if column not in {self.gender, self.age})


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    city: tuple[Profile, ...]


def read_profiles(toml: bytes) -> Mapping[str, Profile]:
    """The profiles of a TOML text by name. Raises ProfileError."""
    written = read_toml("profiles", toml, _File)
    profiles: dict[str, Profile] = {}
    for profile in written.city:
        if profile.name in profiles:
            raise ProfileError(profile.name, "stands twice")
        profiles[profile.name] = _sound(profile)
    return profiles


def _sound(profile: Profile) -> Profile:
    if not profile.datasets:
        raise ProfileError(profile.name, "names no dataset")
    if both := sorted({*profile.columns} & {*profile.passed_over}):
        raise ProfileError(profile.name, f"{both[0]} is both read and passed over")
    if any("race" in column or "ethnic" in column for column in profile.columns):
        raise ProfileError(profile.name, "race and ethnicity are never read")
    if {profile.gender, profile.age} & {*replace(profile, gender=None, age=None).columns}:
        raise ProfileError(profile.name, "what is personal is read as gender and age alone")
    if unknown := sorted({harm.scheme for harm in profile.harms} - set(schemes())):
        raise ProfileError(profile.name, f"no scheme is called {unknown[0]!r}")
    if (profile.latitude is None) != (profile.longitude is None):
        raise ProfileError(profile.name, "a latitude stands beside a longitude")
    try:
        ZoneInfo(profile.timezone)
        place = parse_jurisdiction(profile.jurisdiction)
    except (ValueError, ZoneInfoNotFoundError, UnknownJurisdiction) as exc:
        raise ProfileError(profile.name, "its jurisdiction or its time zone is not known") from exc
    agency = find_agency(profile.agency)
    if agency is None:
        raise ProfileError(profile.name, f"no agency is called {profile.agency!r}")
    return replace(profile, agency=agency.id, jurisdiction=place)


SHIPPED = read_profiles(files("adapters.police.socrata_arrests").joinpath("profiles.toml").read_bytes())
