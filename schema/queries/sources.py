"""The sources and the age of the catalogue's copies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from adapters.vocabulary.enums import Vocabulary
from schema.queries.base import CatalogueQuery


class SourcesQuery(CatalogueQuery[Sequence["SourceStatus"]], frozen=True, kw_only=True):
    """The sources that the caller may see, or those of them with these names."""

    names: tuple[str, ...] | None = None


class Freshness(Vocabulary):
    """How old what the catalogue holds of a source is."""

    FRESH = "FRESH"
    STALE = "STALE"
    NEVER_READ = "NEVER_READ"


class SourceStatus(Struct, frozen=True, kw_only=True):
    """A source, what it is, and how old the gateway's copy of it is. `reason` is why its last reading failed."""

    about: Any
    state: Freshness
    last_read_at: datetime | None
    age_seconds: int | None
    reason: str | None
    scopes: int
    complete_scopes: int
