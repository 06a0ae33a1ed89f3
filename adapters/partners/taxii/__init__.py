"""A partner's collection of STIX 2.1 objects, pulled from its TAXII 2.1 server: each feed is a source of its own.

TAXII: https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html, of which only `Get Objects` (§5.4) is asked.
A collection is one scope, `objects`, and is read to its end each time: it is what the agency states now. What it no
longer holds, what is revoked and what is marked not to be handed on is withdrawn.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from adapters.client import JSON, Answer, Clock, Credential, Form, Rate, Secret, Upstream, together
from adapters.document import read_document
from adapters.errors import TooLarge, Unauthorised, UnexpectedShape, Unreadable
from adapters.formats import files
from adapters.formats.structured import printable
from adapters.partners.taxii.objects import OBJECTS as TYPES
from adapters.partners.taxii.objects import schema
from adapters.partners.taxii.reading import ENVELOPE_KEYS, read, read_file
from adapters.source import ARCHIVE, About, Batch, Demand, Origin, Scope
from adapters.vocabulary.enums import Audience, RecordType, SourceKind

__all__ = ["Taxii", "schema"]

LIVE = "live"
OBJECTS = "objects"
"""The only scope of a collection."""

MEDIA_TYPE = "application/taxii+json;version=2.1"
ADDED_LAST = "X-TAXII-Date-Added-Last"

ENVELOPE = Form(
    name="TAXII 2.1",
    media_types=(MEDIA_TYPE, "+json"),
    decode=JSON.decode,
    headers=("Content-Type", ADDED_LAST),
)

RATE = Rate(calls=60, seconds=60, burst=10)
"""TAXII leaves limits to the server; this is slow enough for any that means to be read."""

PAGE = 500
"""Objects that are asked for at once; a server may give fewer."""

MOST = 100_000
"""Objects of a collection; of a larger one the partner makes several."""

MOST_BYTES = 256 * 1024 * 1024

TYPE = re.compile(r"application/taxii\+json((?:\s*;\s*[a-z]+=[\w.\"-]+)*)\s*", re.IGNORECASE | re.ASCII)
VERSION = re.compile(r";\s*version=\"?2\.1\"?\s*(?:;|$)", re.IGNORECASE | re.ASCII)

RECORDS = frozenset({RecordType.CASE, RecordType.REPORT, RecordType.INFORMATION_REQUEST})


class Feed(Struct, frozen=True, kw_only=True):
    """A collection that an agency shares: `name` is the source's, `agency` the id of whose records these are.

    Raises ValueError where one of them is not of its form.
    """

    name: str
    agency: str
    collection: str
    title: str | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", self.name):
            raise ValueError("a feed is named by at most 40 small letters, digits and '_'")
        if not re.fullmatch(r"[a-z][a-z0-9.-]{0,59}", self.agency):
            raise ValueError("a feed's agency is an id such as kr.kcsc")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", self.collection):
            raise ValueError("a feed's collection is the id that its server gave to it")


class Taxii:
    """The source. Asks for pages of a collection; what its objects state is read by the functions of `reading`.

    With a `user` the key is a password, sent by HTTP Basic, which every server of TAXII knows (§8.1); else it is a
    bearer token.
    """

    def __init__(
        self,
        feed: Feed,
        address: str,
        *,
        key: Secret | None = None,
        user: str | None = None,
        patience: float = 60.0,
        clock: Clock | None = None,
    ) -> None:
        self.about = _about(feed)
        self._feed = feed
        self._has_key = key is not None
        self._upstream = Upstream(address, rates=[RATE], keys=_credentials(key, user), patience=patience, clock=clock)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The collection, for a question about what it may hold."""
        return [self._scope()] if demand.record in RECORDS else []

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        if wrong := [name for name in names if name != OBJECTS]:
            raise Unreadable(f"{printable(wrong[0])!r} is no scope of a collection: it has one, {OBJECTS}")
        return [self._scope()]

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
        """One scope per recorded answer, or bundle of STIX objects."""
        if not paths:
            return ()
        return tuple(
            Scope(source=self._feed.name, channel=ARCHIVE, name=files.named(path), records=RECORDS, path=path)
            for path in files.find(paths, ".json")
        )

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        if scope.path is None:
            return self._ask(since)
        return read_document(scope, since, partial(read_file, source=self._feed.name, owner=self._feed.agency))

    async def close(self) -> None:
        await self._upstream.close()

    def _scope(self) -> Scope:
        return Scope(source=self._feed.name, channel=LIVE, name=OBJECTS, records=RECORDS)

    async def _ask(self, since: str | None) -> AsyncIterator[Batch]:
        if not self._has_key:
            raise Unauthorised("a partner's collection is read with a credential: the setting `key` of this source")
        listed, origin = await self._collection()
        reading = await asyncio.to_thread(read, listed, self._feed.name, self._feed.agency)
        for batch in reading.batches(origin, since):
            yield batch

    async def _collection(self) -> tuple[list[object], Origin]:
        """All objects, page by page. Raises TooLarge, and UnexpectedShape where pages do not follow one another.

        A server may give one `next` for all pages and keep count itself (medallion does). Who asks again there, after a
        lost answer, would miss a page: that ends the reading instead.
        """
        listed: list[object] = []
        origins: list[Origin] = []
        following: Mapping[str, str] | None = {}
        while following is not None:
            answer = await self._upstream.get(
                f"collections/{self._feed.collection}/objects/",
                {"limit": PAGE, "match[type]": ",".join(TYPES), **following},
                safe="next" not in following,
                accept=ENVELOPE,
                judge=_judge,
            )
            page, following = _page(answer)
            listed += page
            if following is not None and (not page or (origins and origins[-1].sha256 == answer.origin.sha256)):
                raise UnexpectedShape("the pages do not follow one another")
            origins.append(answer.origin)
            if len(listed) > MOST or sum(origin.bytes or 0 for origin in origins) > MOST_BYTES:
                raise TooLarge(f"the collection has more than {MOST} objects, or more than {MOST_BYTES} bytes")
        return listed, together(origins)


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
        owner=feed.agency,
        withdraws=True,
        authoritative=LIVE,
        notes=(
            "What the agency's collection no longer holds, what is revoked there, and what is marked TLP:RED or "
            "TLP:AMBER+STRICT is withdrawn.",
            "Names, descriptions and what was observed are not kept, nor is anything about individuals.",
            "Incidents, observed data and reports without the gateway's extension are out of scope.",
        ),
    )


def _credentials(key: Secret | None, user: str | None) -> list[Credential]:
    if key is None:
        return []
    if user is None:
        return [Credential(secret=key, place="header", name="Authorization", scheme="Bearer")]
    if ":" in user:
        raise ValueError("a user of HTTP Basic has no colon")
    password = Secret(f"{user}:{key.reveal()}")
    return [Credential(secret=password, place="header", name="Authorization", scheme="Basic")]


def _judge(answer: Answer) -> None:
    """Raises UnexpectedShape where an answer is not of TAXII 2.1; a page for people and an error are the door's."""
    if answer.status != 200 or answer.media_type in {"text/html", "application/xhtml+xml"}:
        return
    match = TYPE.fullmatch(answer.headers.get("Content-Type", ""))
    if match is None or not VERSION.search(match[1]):
        raise UnexpectedShape("the answer does not say that it is TAXII 2.1")


def _page(answer: Answer) -> tuple[list[object], Mapping[str, str] | None]:
    """The objects of an envelope, and how the next one is asked for; None where there is none.

    An empty envelope is one without objects (§3.7), so whatever else an answer states is no envelope: an error message
    under HTTP 200 is not a collection that holds nothing.
    """
    said: Any = answer.payload
    if not isinstance(said, dict) or not said.keys() <= ENVELOPE_KEYS:
        raise UnexpectedShape("the answer is no envelope of TAXII 2.1")
    listed, more, token = said.get(OBJECTS, []), said.get("more", False), said.get("next")
    if not isinstance(listed, list) or not isinstance(more, bool) or not isinstance(token, str | None):
        raise UnexpectedShape("the answer is no envelope of TAXII 2.1")
    if not more:
        return listed, None
    if token:
        return listed, {"next": token}
    return listed, {"added_after": _just_before(answer.headers.get(ADDED_LAST, ""))}


def _just_before(text: str) -> str:
    """The instant before the one in which the last object of a page was added.

    A server that gives no `next` is asked on from there (§3.7). Of objects that were added in one instant some may be
    on the next page, and `added_after` leaves its own instant out.
    """
    try:
        moment = datetime.fromisoformat(text)
        before = moment - timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise UnexpectedShape("there are more objects, and nothing says how they are asked for") from None
    if before.tzinfo is None or before.utcoffset() != timedelta(0):
        raise UnexpectedShape("there are more objects, and nothing says how they are asked for")
    return f"{before:%Y-%m-%dT%H:%M:%S.%f}Z"
