"""Column profiles: which column of which version of a dataset is what. `profiles.toml` holds the shipped ones."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import replace

from adapters.toml import ProfileError, convert_table, read_toml, toml_files
from adapters.vocabulary.enums import Aggregation, ArrestEvent, Metric, Unit
from adapters.vocabulary.names import find_agency

Text = Annotated[str, Meta(min_length=1, max_length=500)]


class DatasetMeasure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a publisher's word for something counted means."""

    metric: Metric
    unit: Unit
    aggregation: Aggregation
    event: ArrestEvent | None = None


class DatasetProfile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of one dataset; `profiles.toml` explains the keys. `publisher` and `agency` are ids."""

    id: Annotated[str, Meta(pattern=r"\A[0-9]{1,12}\Z")]
    version: Annotated[str, Meta(pattern=r"\A[0-9]{8}\Z")]
    title: Text
    publisher: Text
    as_of: date
    year: Text
    measures: dict[Text, DatasetMeasure]
    agency: Text | None = None
    release_date: date | None = None
    uddi: Annotated[str, Meta(pattern=r"\A[0-9a-f-]+\Z")] | None = None
    service: Annotated[str, Meta(pattern=r"\A\w[\w.-]*(/\w[\w.-]*)*\Z")] | None = None
    parameters: dict[Text, Text] = {}
    measure: Text | None = None
    offence: Text | None = None
    offences: tuple[Text, ...] = ()
    axes: dict[Text, Text] = {}
    skip: tuple[Text, ...] = ()
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
        """Whether a live interface has it."""
        return self.uddi is not None or self.service is not None

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns that hold numbers."""
        return tuple(self.measures) if self.measure is None else self.offences

    @property
    def columns(self) -> frozenset[str]:
        """Every column of the dataset."""
        return frozenset(self.column_list)

    @property
    def column_list(self) -> list[str]:
        """The columns, once for each meaning that they have."""
        columns = [self.year, self.measure, self.offence, *self.axes, *self.skip, *self.figures]
        return [column for column in columns if column]

    @property
    def files(self) -> frozenset[str]:
        """The names that its file may have, without their suffix: the portal's, and one of digits alone."""
        return frozenset({f"{self.title}_{self.version}", f"{self.id}_{self.version}"})


class _DatasetFile(Struct, frozen=True, forbid_unknown_fields=True):
    totals: tuple[Text, ...]
    dataset: tuple[dict[str, Any], ...]


def read_profiles(content: bytes, name: str = "profiles.toml") -> Mapping[str, DatasetProfile]:
    """The profiles of a TOML text by dataset and version. `name` is that of the file, for messages.

    Raises ProfileError.
    """
    file = read_toml(name, content, _DatasetFile)
    profiles: dict[str, DatasetProfile] = {}
    for number, table in enumerate(file.dataset, 1):
        dataset = f"{name}, dataset {table.get('id', number)}"
        profile = convert_table(dataset, table, DatasetProfile)
        if profile.name in profiles:
            raise ProfileError(dataset, f"there are two profiles of version {profile.version}")
        for problem in _problems(profile):
            raise ProfileError(dataset, problem)
        profiles[profile.name] = _canonical(replace(profile, totals=file.totals))
    return _by_name(profiles)


def _problems(profile: DatasetProfile) -> Iterator[str]:
    if len(profile.column_list) != len(profile.columns):
        yield "a column has two meanings"
    if profile.uddi and profile.service:
        yield "uddi and service: only one can be given"
    if profile.measure and profile.offence:
        yield "measure and offence: only one can be a column"
    if not profile.figures or (not profile.measure and not profile.offence and len(profile.offences) > 1):
        yield "no column names the offence of a figure"
    for word, measure in profile.measures.items():
        if measure.aggregation is Aggregation.SUM and measure.unit is not Unit.CASES:
            yield f"{word}: only cases are added up"
    for id in filter(None, (profile.publisher, profile.agency)):
        if find_agency(id) is None:
            yield f"adapters/vocabulary/agencies.toml has no agency {id!r}"


def _canonical(profile: DatasetProfile) -> DatasetProfile:
    """The profile with the ids of its agencies, which may be named otherwise."""
    publisher, agency = find_agency(profile.publisher), find_agency(profile.agency or "")
    return replace(
        profile,
        publisher=publisher.id if publisher else profile.publisher,
        agency=agency.id if agency else None,
    )


def _by_name(profiles: Mapping[str, DatasetProfile]) -> Mapping[str, DatasetProfile]:
    """The profiles in order of their names, and so the newest version of a dataset last."""
    return dict(sorted(profiles.items()))


@lru_cache(maxsize=1)
def shipped_profiles() -> Mapping[str, DatasetProfile]:
    """The profiles that the project ships. Raises ProfileError."""
    return read_profiles(files("adapters.police.korea_open_data").joinpath("profiles.toml").read_bytes())


def load_profiles(path: Path | None) -> Mapping[str, DatasetProfile]:
    """The shipped profiles and those of `path`, a TOML file or a folder of them, which replace shipped ones.

    Raises ProfileError.
    """
    profiles = dict(shipped_profiles())
    for name, content in toml_files(path) if path else ():
        profiles |= read_profiles(content, name)
    return _by_name(profiles)
