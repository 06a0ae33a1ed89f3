"""A partner's collection of STIX 2.1 objects on its TAXII 2.1 server: each feed is a source of its own.

TAXII: https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html, of which only `Get Objects` (§5.4) is used.
A collection is one scope, `objects`, and is read to its end each time: it is what the agency states now. Objects that
are no longer there, that are revoked or that are marked as not to be shared are withdrawn.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Self

from msgspec import Struct

from adapters.client import Clock, Secret
from adapters.document import document_scopes, read_document
from adapters.errors import UnknownScope
from adapters.formats.json import printable
from adapters.partners.taxii.live import CollectionClient
from adapters.partners.taxii.objects import schema
from adapters.partners.taxii.stix_records import read_file, read_objects
from adapters.settings import SourceSettings
from adapters.source import About, Batch, Demand, Scope, Skip, ignore
from adapters.vocabulary.enums import Audience, RecordType, SourceKind

__all__ = ["Feed", "Taxii", "schema"]

CHANNEL = "live"
SCOPE = "objects"
"""The only scope of a collection."""

RECORDS = frozenset({RecordType.CASE, RecordType.REPORT, RecordType.INFORMATION_REQUEST})


class Feed(Struct, frozen=True, kw_only=True):
    """A collection that an agency shares: `name` is the source's, `agency` the id of the agency that owns the records.

    `timezone` is that of the days that it states. Raises ValueError where one of them is malformed.
    """

    name: str
    agency: str
    collection: str
    title: str | None = None
    timezone: str | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", self.name):
            raise ValueError("a feed's name has at most 40 small letters, digits and '_'")
        if not re.fullmatch(r"[a-z][a-z0-9.-]{0,59}", self.agency):
            raise ValueError("a feed's agency is an id such as kr.kcsc")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", self.collection):
            raise ValueError("a feed's collection is its id on the server")


class Taxii:
    """The source. With a `user` the key is the password of HTTP Basic, else it is a bearer token.

    Every server of TAXII has to support HTTP Basic (§8.1). `timeout` is the seconds for one page.
    """

    def __init__(
        self,
        feed: Feed,
        address: str,
        *,
        key: Secret | None = None,
        user: str | None = None,
        timeout: float = 60.0,
        clock: Clock | None = None,
    ) -> None:
        self.about = _about(feed)
        self._feed = feed
        self._client = CollectionClient(address, feed.collection, key, user, timeout, clock)

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        if settings.address is None:
            raise ValueError("a TAXII collection needs `address`, the URL of its API root")
        feed = Feed(
            name=settings.name,
            agency=settings.agency,
            collection=settings.collection,
            title=settings.title,
            timezone=settings.timezone,
        )
        return cls(feed, settings.address, key=settings.key, user=settings.user)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The collection, for a demand for records that it may have."""
        return [self._scope()] if demand.record in RECORDS else []

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        if others := [name for name in names if name != SCOPE]:
            raise UnknownScope(f"{printable(others[0])!r} is not a scope of a collection: the only one is {SCOPE}")
        return [self._scope()]

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        """One scope per recorded answer, or bundle of STIX objects."""
        return document_scopes(self.about, paths, ".json", skip)

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        if scope.path is None:
            return self._read_live(since)
        feed = self._feed
        read = partial(read_file, source=feed.name, owner=feed.agency, timezone=feed.timezone)
        return read_document(scope, since, read)

    async def close(self) -> None:
        await self._client.close()

    def _scope(self) -> Scope:
        return Scope(source=self._feed.name, channel=CHANNEL, name=SCOPE, records=RECORDS)

    async def _read_live(self, since: str | None) -> AsyncIterator[Batch]:
        objects, origin = await self._client.objects()
        feed = self._feed
        result = await asyncio.to_thread(read_objects, objects, feed.name, feed.agency, feed.timezone)
        for batch in result.batches(origin, since):
            yield batch


def _about(feed: Feed) -> About:
    return About(
        name=feed.name,
        title=feed.title or f"Records shared by {feed.agency}",
        kind=SourceKind.PARTNER,
        publisher=feed.agency,
        url=None,
        licence="Shared under an agreement; not for publication",
        licence_url=None,
        attribution=f"Shared by {feed.agency} under an agreement",
        cadence=timedelta(hours=1),
        audience=Audience.PARTNER,
        records=RECORDS,
        jurisdictions=None,
        timezone=feed.timezone,
        owner=feed.agency,
        # A collection is what the agency chooses to share: no extent.
        withdraws=True,
        authoritative=CHANNEL,
        notes=(
            "Objects that the agency's collection no longer has, that are revoked there, or that are marked TLP:RED or "
            "TLP:AMBER+STRICT are withdrawn.",
            "Days have the time zone that the agency has agreed with the gateway, if any; without one, the day of a "
            "statement is that in UTC.",
            "Names, descriptions and observations are not stored, nor is anything about individuals.",
            "Incidents, observed data and reports without the gateway's extension are out of scope.",
        ),
    )
