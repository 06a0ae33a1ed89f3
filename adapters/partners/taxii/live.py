"""Reads a collection from its server, page by page: credentials, paging and checks of each answer."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.client import (
    JSON,
    Clock,
    Credential,
    Rate,
    ResponseFormat,
    Secret,
    SourceClient,
    SourceResponse,
    combine_origins,
)
from adapters.errors import TooLarge, Unauthorised, UnexpectedShape
from adapters.partners.taxii.objects import ENVELOPE_KEYS, OBJECT_TYPES
from adapters.source import Origin

MEDIA_TYPE = "application/taxii+json;version=2.1"
ADDED_LAST = "X-TAXII-Date-Added-Last"

ENVELOPE = ResponseFormat(
    name="TAXII 2.1",
    media_types=(MEDIA_TYPE, "+json"),
    decode=JSON.decode,
    headers=("Content-Type", ADDED_LAST),
)

RATE = Rate(calls=60, seconds=60, burst=10)
"""TAXII leaves limits to the server; this is slow enough for any server."""

PAGE_SIZE = 500
"""Objects per request; a server may return fewer."""

MAX_OBJECTS = 100_000
"""Objects of a collection; a partner with more has to split it."""

MAX_READINGS = 4
"""Readings of a collection with several pages, of which two in a row have to be equal."""

MAX_BYTES = 256 * 1024 * 1024

CONTENT_TYPE = re.compile(r"application/taxii\+json((?:\s*;\s*[a-z]+=[\w.\"-]+)*)\s*", re.IGNORECASE | re.ASCII)
VERSION = re.compile(r";\s*version=\"?2\.1\"?\s*(?:;|$)", re.IGNORECASE | re.ASCII)


class CollectionClient:
    """The client of one collection. Raises ValueError for a user with a colon."""

    def __init__(
        self, address: str, collection: str, key: Secret | None, user: str | None, timeout: float, clock: Clock | None
    ) -> None:
        self._collection = collection
        self._has_key = key is not None
        self._client = SourceClient(address, rates=[RATE], keys=_credentials(key, user), timeout=timeout, clock=clock)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def objects(self) -> tuple[list[object], Origin]:
        """All objects of the collection. Raises TooLarge, and UnexpectedShape where pages do not follow one another.

        Pages by the time of adding lose no object. Pages by the server's `next` may: most servers count positions, and
        TAXII has no count of objects. So they are read until two readings are equal; UnexpectedShape where none are.

        A server may return the same `next` for all pages and remember the position itself (medallion does). A repeated
        request, after a lost answer, would then skip a page: the reading fails instead.
        """
        if not self._has_key:
            raise Unauthorised("a partner's collection needs a credential: the setting `key` of this source")
        before: list[object] | None = None
        for _ in range(MAX_READINGS):
            objects, origin, may_shift = await self._read_pages()
            if not may_shift or objects == before:
                return objects, origin
            before = objects
        raise UnexpectedShape("the collection changed each time that it was read")

    async def _read_pages(self) -> tuple[list[object], Origin, bool]:
        """The objects of all pages, and whether one of the pages began where `next` said."""
        objects: list[object] = []
        origins: list[Origin] = []
        may_shift = False
        next_page: Mapping[str, str] | None = {}
        while next_page is not None:
            response = await self._client.get(
                f"collections/{self._collection}/objects/",
                {"limit": PAGE_SIZE, "match[type]": ",".join(OBJECT_TYPES), **next_page},
                idempotent="next" not in next_page,
                accept=ENVELOPE,
                check=_check_media_type,
            )
            page, next_page = _read_envelope(response)
            may_shift = may_shift or (next_page is not None and "next" in next_page)
            objects += page
            is_repeated = bool(origins) and origins[-1].sha256 == response.origin.sha256
            if next_page is not None and (not page or is_repeated):
                raise UnexpectedShape("the pages do not follow one another")
            origins.append(response.origin)
            if len(objects) > MAX_OBJECTS or sum(origin.bytes or 0 for origin in origins) > MAX_BYTES:
                raise TooLarge(f"the collection has more than {MAX_OBJECTS} objects or {MAX_BYTES} bytes")
        return objects, combine_origins(origins), may_shift


def _credentials(key: Secret | None, user: str | None) -> list[Credential]:
    if key is None:
        return []
    if user is None:
        return [Credential(secret=key, place="header", name="Authorization", scheme="Bearer")]
    if ":" in user:
        raise ValueError("a user of HTTP Basic has no colon")
    password = Secret(f"{user}:{key.reveal()}")
    return [Credential(secret=password, place="header", name="Authorization", scheme="Basic")]


def _check_media_type(response: SourceResponse) -> None:
    """Raises UnexpectedShape where an answer is not TAXII 2.1. The client handles HTML pages and errors itself."""
    if response.status != 200 or response.media_type in {"text/html", "application/xhtml+xml"}:
        return
    match = CONTENT_TYPE.fullmatch(response.headers.get("Content-Type", ""))
    if match is None or not VERSION.search(match[1]):
        raise UnexpectedShape("the answer's media type is not TAXII 2.1")


def _read_envelope(response: SourceResponse) -> tuple[list[object], Mapping[str, str] | None]:
    """The objects of a page, and the parameters of the next one; None for the last page.

    An envelope without objects is empty (§3.7). An answer with other keys is not an envelope: an error message under
    HTTP 200 is not an empty collection.
    """
    envelope: Any = response.payload
    if not isinstance(envelope, dict) or not envelope.keys() <= ENVELOPE_KEYS:
        raise UnexpectedShape("the answer is not an envelope of TAXII 2.1")
    objects, more, token = envelope.get("objects", []), envelope.get("more", False), envelope.get("next")
    if not isinstance(objects, list) or not isinstance(more, bool) or not isinstance(token, str | None):
        raise UnexpectedShape("the answer is not an envelope of TAXII 2.1")
    if not more:
        return objects, None
    if token:
        return objects, {"next": token}
    return objects, {"added_after": _instant_before(response.headers.get(ADDED_LAST, ""))}


def _instant_before(text: str) -> str:
    """The instant before the one in which the last object of a page was added.

    A server without `next` continues from there (§3.7). Of objects that were added in one instant some may be on the
    next page, and `added_after` excludes its own instant.
    """
    try:
        before = datetime.fromisoformat(text) - timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise UnexpectedShape("there are more objects, and nothing that leads to them") from None
    if before.tzinfo is None or before.utcoffset() != timedelta(0):
        raise UnexpectedShape("there are more objects, and nothing that leads to them")
    return f"{before:%Y-%m-%dT%H:%M:%S.%f}Z"
