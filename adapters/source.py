"""What a source is, and what it yields: scopes to read, and batches that account for every row read."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol, runtime_checkable

from msgspec import Struct

from adapters.errors import Unreadable
from adapters.records import Record, Reference
from adapters.vocabulary.enums import Audience, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import Jurisdiction

ARCHIVE = "archive"
"""The channel of files that a publisher offers for download."""


class Publisher(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a citation names: who publishes records, under which title and on which terms."""

    title: str
    publisher: str
    url: str | None = None
    licence: str
    licence_url: str | None = None
    attribution: str


class About(Publisher, frozen=True, kw_only=True):
    """What a source is, as data beside its code.

    `kind` is None for a collection whose records each name a speaker of their own. `cadence` is how long an answer
    stays fresh. `withdraws` says that a record missing from a later, complete read of its scope on the
    `authoritative` channel is withdrawn. `languages` are ISO 639-1 codes of the publisher's own words.
    """

    name: str
    kind: SourceKind | None
    cadence: timedelta
    audience: Audience
    records: frozenset[RecordType]
    jurisdictions: tuple[Jurisdiction, ...] | None
    """Where the source speaks of; None for the whole world."""
    owner: str | None = None
    """The agency whose own records these are, by id; it sees all of them."""
    withdraws: bool = False
    authoritative: str = ARCHIVE
    version: str = "1"
    """The version of the adapter's mapping; it grows when the same bytes would give other records."""
    notes: tuple[str, ...] = ()
    """What a reader of the figures must know, in the publisher's sense: what is counted and what is not."""
    partitions: Mapping[str, frozenset[str]] = {}
    """Axis → all parts along it, where everything that is counted lies in exactly one of them: these can be added."""
    publishers: Mapping[str, Publisher] = {}
    """Where the source collects several publishers: who publishes which of its records, and on which terms.

    The key is the beginning of their external ids up to a slash (`new_york` for `new_york/123`), or the id of their
    platform.
    """

    def publisher_of(self, external_id: str, platform: str | None = None) -> Publisher:
        """Who publishes a record; the source itself where no other publisher of it is known."""
        prefix = external_id if self.publishers else ""
        while prefix:
            if prefix in self.publishers:
                return self.publishers[prefix]
            prefix = prefix.rpartition("/")[0]
        return self.publishers.get(platform or "", self)


class Scope(Struct, frozen=True, kw_only=True):
    """A slice of a channel that can be read on its own and then be complete; scopes of a channel are disjoint.

    `jurisdictions` and `start`/`end` (exclusive) say what the slice speaks of, None where only reading can tell.
    `bulk` says that the file at `path` is so large that it is worth a process of its own, into which the source is
    then pickled.
    """

    source: str
    channel: str
    name: str
    records: frozenset[RecordType]
    jurisdictions: tuple[Jurisdiction, ...] | None = None
    start: date | None = None
    end: date | None = None
    path: Path | None = None
    bulk: bool = False


class Demand(Struct, frozen=True, kw_only=True):
    """What a question needs, in our words; a source turns it into scopes of its live channel."""

    record: RecordType
    jurisdictions: tuple[Jurisdiction, ...] = ()
    agencies: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    references: tuple[Reference, ...] = ()


class Origin(Struct, frozen=True, kw_only=True):
    """Where a batch's rows were read: `location` is a file name or a redacted URL, never a path or a credential."""

    location: str
    retrieved_at: datetime
    status: int | None = None
    bytes: int | None = None
    sha256: str | None = None


class Rejection(Struct, frozen=True, kw_only=True):
    """A row that could not be read. `position` counts the publisher's rows from 1; `column` is never a personal one."""

    position: int
    reason: str
    column: str | None = None


class UnknownCode(Struct, frozen=True, kw_only=True):
    """A code that the crosswalk lacks: the record says OTHER or UNKNOWN, and operators see the count."""

    field: str
    code: str
    count: int = 1


class Batch(Struct, frozen=True, kw_only=True):
    """Some of a scope's rows, read. `rows = len(records) + merged + out_of_scope + len(rejections)`, always.

    A row is whatever of the publisher's becomes one record: a line of a CSV, a number in a JSON object. No record
    stands twice in a batch. `since` is the checkpoint that this batch continues from, None where the scope begins
    afresh; `checkpoint` continues after it, None in the last batch, which makes the scope complete. `start`, `end`
    say what the scope turned out to cover where only reading could tell.
    """

    origin: Origin
    rows: int
    records: Sequence[Record] = ()
    merged: int = 0
    out_of_scope: int = 0
    rejections: Sequence[Rejection] = ()
    unknown_codes: Sequence[UnknownCode] = ()
    since: str | None = None
    checkpoint: str | None = None
    start: date | None = None
    end: date | None = None


class WebhookDelivery(Struct, frozen=True, kw_only=True):
    """What a publisher pushed: a batch of one record as it stood at a moment, in UTC. Of two the later one holds."""

    moment: datetime
    scope: Scope
    batch: Batch


class Source(Protocol):
    """One publisher's interface. Raises only SourceError."""

    @property
    def about(self) -> About: ...

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The scopes of the live channel that `demand` needs; none where the source has no live channel."""
        ...

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        """The scopes of the live channel that `names` stand for at this moment, in the order to be read in.

        A name is a scope's own name, or one with its period left out: what the publisher offers now is then meant.
        May ask the publisher what that is. Without names: what the source reads by itself, if any. Raises Unreadable
        for a name that means nothing to the source.
        """
        ...

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
        """The scopes of the file channel that stand in `paths` (files, or folders searched throughout).

        Raises Unreadable where nothing there belongs to the source. Without paths: what the source ships, if any.
        """
        ...

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        """The scope's rows from checkpoint `since` on; a checkpoint of other bytes starts afresh.

        Asks the publisher where the scope names no `path`.
        """
        ...

    async def close(self) -> None:
        """Lets go of the publisher's interface."""
        ...


@runtime_checkable
class Receiver(Source, Protocol):
    """A source to which its publisher pushes."""

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """Those that what is pushed may be signed with."""
        ...

    def receive(self, body: bytes, now: datetime) -> WebhookDelivery:
        """What was pushed. Its signature was found to be right. Raises Unreadable; the message quotes nothing of it."""
        ...


class FileSource:
    """What a source answers that has no live channel."""

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        return ()

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        if names:
            raise Unreadable("this source is read from files alone")
        return ()

    async def close(self) -> None:
        return
