"""The sources, the age of the catalogue's copy of each, and which of them an answer rests on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct, structs

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


class SourceFailure(Struct, frozen=True, kw_only=True):
    """Why a live reading failed, and when. `message` says what the code means, and nothing of the reading."""

    code: str
    message: str
    at: datetime


class SourceStatus(Struct, frozen=True, kw_only=True):
    """A source and the state of the catalogue's copy of it. `reason` says why its last read failed.

    `last_failure` is the latest of those that no later reading of the same scope, or list of scopes, has mended.
    """

    about: SourceDescription
    state: Freshness
    last_read_at: datetime | None
    age_seconds: int | None
    reason: str | None
    scopes: int
    complete_scopes: int
    last_failure: SourceFailure | None = None


class Contributor(SourceStatus, frozen=True, kw_only=True):
    """A source that an answer rests on, and how many of the answer's records it states."""

    record_count: int


class SilenceReason(Vocabulary):
    """Why a source that could have contributed to an answer did not. None of them is a figure of zero."""

    NO_RECORDS = "NO_RECORDS"
    FAILED = "FAILED"
    NOT_COVERED = "NOT_COVERED"


class SilentSource(Struct, frozen=True):
    """A source that can answer a query, and why it contributes nothing if it does not."""

    source: SourceStatus
    reason: SilenceReason


class AnswerSources(Struct, frozen=True):
    """The sources that can answer a query, and what they contributed to the answer.

    `candidates` are in the order of their names, each with its reason in case it contributes nothing. `counts` has the
    number of the answer's records by source.
    """

    candidates: Sequence[SilentSource] = ()
    counts: Mapping[str, int] = {}

    @property
    def contributors(self) -> list[Contributor]:
        """The sources that contributed."""
        return [
            Contributor(**structs.asdict(each.source), record_count=self.counts[each.source.about.name])
            for each in self.candidates
            if each.source.about.name in self.counts
        ]

    @property
    def silent(self) -> list[SilentSource]:
        """The sources that could have contributed and did not."""
        return [each for each in self.candidates if each.source.about.name not in self.counts]


class SourcedResult(Struct, kw_only=True):
    """What an answer rests on, beside the answer itself."""

    answer_sources: AnswerSources = AnswerSources()
