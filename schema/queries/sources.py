"""The sources, and the age of the catalogue's copy of each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from adapters.vocabulary.enums import Audience, RecordType, SourceKind, Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.queries.base import CatalogueQuery


class SourcesQuery(CatalogueQuery[Sequence["SourceStatus"]], frozen=True, kw_only=True):
    """The sources that the caller may see, or those of them with these names."""

    names: tuple[str, ...] | None = None


class Freshness(Vocabulary):
    """How old the catalogue's copy of a source is."""

    FRESH = "FRESH"
    STALE = "STALE"
    NEVER_READ = "NEVER_READ"


class PublisherDescription(Protocol):
    """Who publishes a record, under which title and on which terms."""

    @property
    def title(self) -> str: ...
    @property
    def publisher(self) -> str: ...
    @property
    def licence(self) -> str: ...
    @property
    def attribution(self) -> str: ...


class SourceDescription(PublisherDescription, Protocol):
    """What a source is. `kind` is None for a collection whose records each name a speaker of their own.

    `jurisdictions` None means the whole world.
    """

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> SourceKind | None: ...
    @property
    def url(self) -> str | None: ...
    @property
    def licence_url(self) -> str | None: ...
    @property
    def audience(self) -> Audience: ...
    @property
    def records(self) -> frozenset[RecordType]: ...
    @property
    def jurisdictions(self) -> tuple[Jurisdiction, ...] | None: ...
    @property
    def timezone(self) -> str | None: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


class SourceStatus(Struct, frozen=True, kw_only=True):
    """A source and the state of the catalogue's copy of it. `reason` says why its last read failed."""

    about: SourceDescription
    state: Freshness
    last_read_at: datetime | None
    age_seconds: int | None
    reason: str | None
    scopes: int
    complete_scopes: int
