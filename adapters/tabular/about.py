"""What a profile says about its source: a process that reads no file needs nothing else of it."""

from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files

from msgspec import Struct

from adapters.source import About, Publisher
from adapters.toml import read_toml
from adapters.vocabulary.enums import Audience, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import Jurisdiction


class AboutKeys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The source itself; see `About`."""

    name: str
    title: str
    kind: SourceKind
    publisher: str
    licence: str
    attribution: str
    cadence_days: int
    url: str | None = None
    licence_url: str | None = None
    jurisdictions: tuple[str, ...] | None = None
    timezone: str | None = None
    withdraws: bool = False
    version: str = "1"
    notes: tuple[str, ...] = ()
    partitions: dict[str, frozenset[str]] = {}
    publishers: dict[str, Publisher] = {}

    def describe_source(self, listings: Mapping[str, frozenset[str]]) -> About:
        """The description that every source has. A file is one table of several: no scope has an extent.

        `listings` are the axes of each table along which its lines are a complete list.
        """
        return About(
            name=self.name,
            title=self.title,
            kind=self.kind,
            publisher=self.publisher,
            url=self.url,
            licence=self.licence,
            licence_url=self.licence_url,
            attribution=self.attribution,
            cadence=timedelta(days=self.cadence_days),
            audience=Audience.PUBLIC,
            records=frozenset({RecordType.STATISTIC}),
            jurisdictions=None if self.jurisdictions is None else tuple(map(Jurisdiction, self.jurisdictions)),
            timezone=self.timezone,
            withdraws=self.withdraws,
            version=self.version,
            notes=self.notes,
            partitions=self.partitions,
            listings={name: axes for name, axes in listings.items() if axes},
            publishers=self.publishers,
        )


class TableSummary(Struct, frozen=True):
    """What the description of a source needs of a table."""

    name: str
    listing: frozenset[str] = frozenset()


class ProfileSummary(Struct, frozen=True, rename={"tables": "table"}):
    """What the description of a source needs of a profile."""

    about: AboutKeys
    tables: tuple[TableSummary, ...]


def read_shipped(path: str) -> bytes:
    """The text of the profile that the project ships as `adapters/PATH.toml`."""
    return files("adapters").joinpath(f"{path}.toml").read_bytes()


def describe_profile(path: str) -> About:
    """The description of the source whose profile the project ships as `adapters/PATH.toml`. Raises ProfileError."""
    profile = read_toml("profile", read_shipped(path), ProfileSummary)
    return profile.about.describe_source({table.name: table.listing for table in profile.tables})
