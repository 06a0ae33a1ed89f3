"""The protocol of a source: its description, the scopes to read, and batches that account for every row."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol, runtime_checkable

from msgspec import Struct

from adapters.errors import UnknownScope
from adapters.extents import ExtentRule, Territories
from adapters.records import Record, Reference
from adapters.vocabulary.enums import Audience, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import Jurisdiction

ARCHIVE = "archive"
"""The channel of files that a publisher offers for download."""

LIVE = "live"
"""The channel of an interface that answers calls."""


class Publisher(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a citation names: who publishes records, under which title and on which terms."""

    title: str
    publisher: str
    url: str | None = None
    licence: str
    licence_url: str | None = None
    attribution: str


class About(Publisher, frozen=True, kw_only=True):
    """The description of a source, as data beside its code.

    `kind` is None for a collection whose records each have a speaker of their own. `cadence` is how long an answer
    stays fresh. `withdraws`: a record that is missing from a later, complete read of its scope on the `authoritative`
    channel is withdrawn.
    """

    name: str
    kind: SourceKind | None
    cadence: timedelta
    audience: Audience
    records: frozenset[RecordType]
    jurisdictions: tuple[Jurisdiction, ...] | None
    """The territory that the source covers; None for the whole world."""
    timezone: str | None
    """The IANA name of the time zone of all days and months that the source states: periods of its records carry it.

    None where the zone differs by record or the publisher does not state it; a note then says which.
    """
    owner: str | None = None
    """The id of the agency that owns the records; it sees all of them."""
    withdraws: bool = False
    authoritative: str = ARCHIVE
    separator: str | None = None
    """Ends the group in an external id, `2024-09/c0ffee` in `2024-09/c0ffee~metropolitan/1`, where there are groups.

    A group is what all channels state of records that have no id of the publisher. Its records on the `authoritative`
    channel replace those on the others.
    """
    version: str = "1"
    """The version of the adapter's mapping; it grows when the same bytes give other records."""
    notes: tuple[str, ...] = ()
    """What a reader of the figures must know, as the publisher means it: what is counted and what is not."""
    extent: ExtentRule | None = None
    """The extent of each of its scopes; None where no scope vouches for anything beyond its own rows."""
    territories: Territories = {}
    """The jurisdictions that the agencies of its records divide between them."""
    partitions: Mapping[str, frozenset[str]] = {}
    """Axis → all parts along it, where everything counts in exactly one of them, so that they can be summed."""
    listings: Mapping[str, frozenset[str]] = {}
    """Axes along which the publisher lists every part in which something counts: one that is not listed counts nothing.

    The key is the beginning of the figures' external ids up to a slash, the name of the table that is such a list.
    """
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

    `jurisdictions` and `start`/`end` (exclusive) are what the slice covers, None where only reading can tell. `bulk`:
    the file at `path` is large enough for a process of its own, into which the source is then pickled. `file_name` is
    the name that the publisher gives such a file, where the file at `path` has another.
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
    file_name: str | None = None


class Demand(Struct, frozen=True, kw_only=True):
    """What a query needs, in our terms; a source turns it into scopes of its live channel."""

    record: RecordType
    jurisdictions: tuple[Jurisdiction, ...] = ()
    agencies: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    references: tuple[Reference, ...] = ()


class Origin(Struct, frozen=True, kw_only=True):
    """The origin of a batch's rows: `location` is a file name or a redacted URL, never a path or a credential."""

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
    """A code that the crosswalk lacks: the record has OTHER or UNKNOWN, and operators see the count."""

    field: str
    code: str
    count: int = 1


class Batch(Struct, frozen=True, kw_only=True):
    """Some of a scope's rows. `rows = len(records) + merged + out_of_scope + len(rejections)`, always.

    A row is the publisher's unit that becomes one record: a line of a CSV, a number in a JSON object. No record is
    twice in a batch. `since` is the checkpoint from which this batch continues, None at the beginning of the scope;
    `checkpoint` is where the next batch continues, None in the last batch, which completes the scope. `start` and `end`
    are the days that the scope covers, where only reading can tell. `revocations` are the external ids of records that
    the publisher itself takes back, and `former_ids` those that an earlier version of the adapter gave to its records.
    `total` is the publisher's own count of the scope's rows, None where it has none.
    `edition` is the newest day as of which any of the scope's records is stated, None where none says so. `skipped` are
    the parts of the scope without content, each as the reason that a `Skip` receives.
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
    revocations: Sequence[str] = ()
    former_ids: Sequence[str] = ()
    total: int | None = None
    edition: date | None = None
    skipped: Sequence[str] = ()


class WebhookDelivery(Struct, frozen=True, kw_only=True):
    """A batch of one record that a publisher pushes, as of a moment in UTC. Of two deliveries the later one applies."""

    moment: datetime
    scope: Scope
    batch: Batch


Skip = Callable[[str], None]
"""Receives why a file is skipped: its name without folders, and what is wrong with it."""


def ignore(reason: str) -> None:
    """Reports nothing."""


class Source(Protocol):
    """One publisher's interface. Raises only SourceError."""

    @property
    def about(self) -> About: ...

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The scopes of the live channel that `demand` needs; none where the source has no live channel."""
        ...

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        """The scopes of the live channel for `names` at this moment, in the order of reading.

        A name is a scope's own name, or one without its period, which means what the publisher offers now. May call the
        publisher to find out. Without names: what the source reads by default, if anything. Raises UnknownScope
        for a name that the source does not know.
        """
        ...

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        """The scopes of the file channel in `paths` (files, or folders, which are searched recursively).

        A file of a folder that is empty or whose name the source does not know goes to `skip`. Raises Unreadable where
        a file in `paths` is unknown, or nothing there belongs to the source. Without paths: what the source ships.
        """
        ...

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        """The scope's rows from checkpoint `since` on; a checkpoint of other bytes restarts from the beginning.

        Calls the publisher where the scope has no `path`.
        """
        ...

    async def close(self) -> None:
        """Closes the connections to the publisher."""
        ...


@runtime_checkable
class FileNaming(Source, Protocol):
    """A source whose files say by their names what they are, and which can be told where a name has lost it."""

    def name_files(self, paths: Sequence[Path], options: Mapping[str, str]) -> Iterable[Scope]:
        """The scopes of the files at `paths`, whose names the source completes from `options`.

        The options are `period`, `platform` and `release`. Raises Unreadable where one is missing, does not apply, or
        is not valid, and where a path is not a file of the source.
        """
        ...


@runtime_checkable
class Receiver(Source, Protocol):
    """A source whose publisher pushes records."""

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """The secrets that may sign a delivery."""
        ...

    def receive(self, body: bytes, now: datetime) -> WebhookDelivery:
        """Reads a delivery whose signature is valid. Raises Unreadable; the message quotes nothing of the body."""
        ...


class FileSource:
    """A source without a live channel."""

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        return ()

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        if names:
            raise UnknownScope("this source has files only, no live channel")
        return ()

    async def close(self) -> None:
        return
