"""Column profiles: which column of which version of a dataset is what. `profiles.toml` beside this file holds them."""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from adapters.toml import ProfileError, read_toml
from adapters.vocabulary.enums import Aggregation, ArrestEvent, Metric, Unit
from adapters.vocabulary.names import find_agency

Text = Annotated[str, Meta(min_length=1, max_length=500)]


class Measure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a publisher's word for something counted means."""

    metric: Metric
    unit: Unit
    aggregation: Aggregation
    event: ArrestEvent | None = None


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of one dataset; `profiles.toml` explains the keys. `publisher` and `agency` are ids."""

    id: Annotated[str, Meta(pattern=r"\A[0-9]{1,12}\Z")]
    version: Annotated[str, Meta(pattern=r"\A[0-9]{8}\Z")]
    title: Text
    publisher: Text
    as_of: date
    year: Text
    measures: dict[Text, Measure]
    agency: Text | None = None
    released: date | None = None
    uddi: Annotated[str, Meta(pattern=r"\A[0-9a-f-]+\Z")] | None = None
    service: Annotated[str, Meta(pattern=r"\A\w[\w.-]*(/\w[\w.-]*)*\Z")] | None = None
    parameters: dict[Text, Text] = {}
    measure: Text | None = None
    offence: Text | None = None
    offences: tuple[Text, ...] = ()
    axes: dict[Text, Text] = {}
    passed_over: tuple[Text, ...] = ()
    population: Text | None = None
    doubt: Text | None = None
    totals: tuple[Text, ...] = ()
    """Words for a sum along an axis; those of the whole file."""

    @property
    def name(self) -> str:
        """The dataset and its version: the name of the scope that holds it."""
        return f"{self.id}/{self.version}"

    @property
    def live(self) -> bool:
        """Whether the portal can be asked for it."""
        return self.uddi is not None or self.service is not None

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns that hold numbers."""
        return tuple(self.measures) if self.measure is None else self.offences

    @property
    def columns(self) -> frozenset[str]:
        """Every column of the dataset."""
        placed = (self.year, self.measure, self.offence, *self.axes, *self.passed_over, *self.figures)
        return frozenset(filter(None, placed))

    @property
    def files(self) -> frozenset[str]:
        """The names under which its file is known, without their suffix: the portal's, and one of digits alone."""
        return frozenset({f"{self.title}_{self.version}", f"{self.id}_{self.version}"})


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    totals: tuple[Text, ...]
    dataset: tuple[Profile, ...]


def read_profiles(toml: bytes) -> Mapping[str, Profile]:
    """The profiles of a TOML text by name, of each dataset the newest version last. Raises ProfileError."""
    written = read_toml("profiles", toml, _File)
    profiles: dict[str, Profile] = {}
    for profile in sorted(written.dataset, key=lambda profile: profile.name):
        if profile.name in profiles:
            raise ProfileError(profile.name, "stands twice")
        profiles[profile.name] = _sound(replace(profile, totals=written.totals))
    return profiles


def _sound(profile: Profile) -> Profile:
    named = [profile.year, profile.measure, profile.offence, *profile.axes, *profile.passed_over, *profile.figures]
    if len([name for name in named if name]) != len(profile.columns):
        raise ProfileError(profile.name, "one column is given two meanings")
    if profile.uddi and profile.service:
        raise ProfileError(profile.name, "is asked for in one place, not in two")
    if profile.measure and profile.offence:
        raise ProfileError(profile.name, "what is counted, and for which offence, cannot both stand in cells")
    if not profile.figures or (not profile.measure and not profile.offence and len(profile.offences) > 1):
        raise ProfileError(profile.name, "no column says which offence a figure is of")
    for word, measure in profile.measures.items():
        if measure.aggregation is Aggregation.SUM and measure.unit is not Unit.CASES:
            raise ProfileError(profile.name, f"{word}: only cases are added up")
    return replace(
        profile,
        publisher=_agency(profile, profile.publisher),
        agency=_agency(profile, profile.agency) if profile.agency else None,
    )


def _agency(profile: Profile, text: str) -> str:
    agency = find_agency(text)
    if agency is None:
        raise ProfileError(profile.name, f"no agency is called {text!r}")
    return agency.id


SHIPPED = read_profiles(files("adapters.police.korea_open_data").joinpath("profiles.toml").read_bytes())


def known(path: Path | None) -> Mapping[str, Profile]:
    """The shipped profiles and those of a file of the same shape, which go before them. Raises ProfileError."""
    if path is None:
        return SHIPPED
    try:
        content = path.read_bytes()
    except OSError:
        raise ProfileError("profiles", "the file cannot be read") from None
    # By name, and so the newest version of a dataset last, whichever file it is from.
    return dict(sorted({**SHIPPED, **read_profiles(content)}.items()))
