"""Reads from the publisher: dumps into a temporary file, and answers of the research API, in halves where too large."""

import re
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from adapters.client import (
    BYTES,
    JSON,
    TEXT,
    Credential,
    Rate,
    ResponseFormat,
    Secret,
    SourceClient,
    combine_origins,
)
from adapters.document import ReadResult
from adapters.errors import NotFound, TooLarge, Unauthorised, UnexpectedShape, UnknownScope
from adapters.regulators.dsa_transparency import research
from adapters.regulators.dsa_transparency.dumps import Keep
from adapters.regulators.dsa_transparency.figures import NAME
from adapters.source import ARCHIVE, Origin, Scope
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.names import find_platform

RESEARCH_ADDRESS = "https://transparency.dsa.ec.europa.eu/api/v1/research"
DUMPS_ADDRESS = "https://dsa-sor-data-dumps.s3.eu-central-1.amazonaws.com"

CHANNEL = "research"
"""The channel of the API. A dump that is downloaded belongs to the archive channel, like one that is imported."""

BURST = 5
RATE = Rate(calls=research.CALLS_PER_MINUTE - BURST, seconds=60, burst=BURST)
"""The publisher counts in whole minutes, none of which may see more than it allows."""

DUMP_RATE = Rate(calls=60, seconds=60, burst=4)

MAX_STATEMENTS = 50_000
"""Statements of one scope that are read from the API; for more than that, the dump is the better way."""

MAX_DUMP_SIZE = 64 * 1024**3
"""Bytes of one day of all platforms, with room."""

TIMEOUT = 30.0
DUMP_TIMEOUT = 4 * 3600.0
"""Seconds that an answer of the API and the download of a dump may take."""

BREAKDOWN = ("category", "platform_id")
"""How a day's figures are broken down."""

DUMP_DELAY = timedelta(days=2)
"""After which time a day's dump is there, as a rule."""

SHA1 = ResponseFormat(name="a digest", media_types=(*BYTES.media_types, *TEXT.media_types), decode=BYTES.decode)

PLATFORM_SCOPE = re.compile(
    r"(?:(?P<kind>search|count)/)?(?P<platform>[a-z0-9][a-z0-9-]*)(?:/(?P<day>\d{4}-\d\d-\d\d))?", re.ASCII
)
AGGREGATES_SCOPE = re.compile(r"aggregates(?:/(?P<day>\d{4}-\d\d-\d\d))?", re.ASCII)

NAME_RULE = (
    "is neither PLATFORM/YYYY-MM-DD (its dump), search/PLATFORM/YYYY-MM-DD, count/PLATFORM/YYYY-MM-DD nor "
    "aggregates/YYYY-MM-DD; without YYYY-MM-DD it is the newest day"
)


class DSAScopeName(NamedTuple):
    """The parts of a scope's name: `kind` is empty for a dump, `platform` for aggregates."""

    kind: str
    platform: str
    day: date

    @property
    def text(self) -> str:
        """The whole name."""
        return "/".join(filter(None, (self.kind, self.platform, f"{self.day}")))


def parse_scope_name(name: str, today: date) -> DSAScopeName:
    """The parts of a scope's name; without a day, the newest that is complete. Raises UnknownScope."""
    if match := AGGREGATES_SCOPE.fullmatch(name):
        kind, platform = "aggregates", ""
    elif match := PLATFORM_SCOPE.fullmatch(name):
        kind, platform = match["kind"] or "", match["platform"]
    else:
        raise UnknownScope(f"{name[:80]!r} {NAME_RULE}")
    if not match["day"]:
        return DSAScopeName(kind, platform, today - (timedelta(days=1) if kind else DUMP_DELAY))
    try:
        return DSAScopeName(kind, platform, date.fromisoformat(match["day"]))
    except ValueError:
        raise UnknownScope(f"{name[:80]!r} has no day of the calendar") from None


def scope_of(name: DSAScopeName, keep: Keep) -> Scope:
    """The scope: a dump's is of the archive channel, all others are of the API's."""
    figures = frozenset({RecordType.STATISTIC})
    takedowns = frozenset({RecordType.TAKEDOWN})
    if not name.kind:
        channel, records = ARCHIVE, takedowns if keep is None else takedowns | figures
    else:
        channel, records = CHANNEL, takedowns if name.kind == "search" else figures
    return Scope(
        source=NAME,
        channel=channel,
        name=name.text,
        records=records,
        start=name.day,
        end=name.day + timedelta(days=1),
    )


class DSAClient:
    """The clients of the research API and of the bucket of dumps. `key` is for the API alone."""

    def __init__(self, address: str, archive: str, key: Secret | None, timeout: float | None) -> None:
        keys = [Credential(secret=key, place="header", name="Authorization", scheme="Bearer")] if key else []
        self._has_key = key is not None
        self._research = SourceClient(address, rates=[RATE], keys=keys, timeout=timeout or TIMEOUT)
        self._dumps = SourceClient(archive, rates=[DUMP_RATE], limit=MAX_DUMP_SIZE, timeout=timeout or DUMP_TIMEOUT)

    async def close(self) -> None:
        """Closes both clients."""
        await self._research.close()
        await self._dumps.close()

    @asynccontextmanager
    async def dump(self, scope: DSAScopeName) -> AsyncGenerator[tuple[Path, Origin]]:
        """A day's dump as a temporary file, its digest beside it. Raises NotFound where there is none."""
        name = f"sor-{scope.platform}-{scope.day}-full.zip"
        with tempfile.TemporaryDirectory(prefix="gateway-dump-", ignore_cleanup_errors=True) as folder:
            path = Path(folder) / name
            try:
                origin = await self._dumps.download(name, path, accept=BYTES)
            except Unauthorised:
                # The bucket cannot be listed: it answers 403 for a file that does not exist.
                raise NotFound("the publisher has no dump of this platform and day") from None
            with suppress(Unauthorised, NotFound):
                await self._dumps.download(f"{name}.sha1", path.with_name(f"{name}.sha1"), accept=SHA1)
            yield path, origin

    async def read(self, scope: DSAScopeName) -> tuple[ReadResult, Origin]:
        """The records of a scope of the API: of one day and, but for aggregates, of one platform."""
        if not self._has_key:
            raise Unauthorised("the research API needs a key: the setting `key` of this source")
        match scope.kind:
            case "aggregates":
                return await self._aggregates(scope)
            case "count":
                return await self._count(scope)
            case _:
                return await self._statements(scope)

    async def _aggregates(self, scope: DSAScopeName) -> tuple[ReadResult, Origin]:
        path = research.aggregates_path(scope.day, BREAKDOWN)
        response = await self._research.get(path, accept=JSON)
        page = research.read_aggregates(scope.text, response.payload)
        if not page.complete:
            raise TooLarge("there are more aggregates than one answer of the publisher has: read the day's dump")
        return page.result, response.origin

    async def _count(self, scope: DSAScopeName) -> tuple[ReadResult, Origin]:
        query = _query(scope)
        response = await self._research.post(research.COUNT, query.body(None), idempotent=True, accept=JSON)
        page = research.read_count(scope.text, response.payload, query)
        if not page.complete:
            raise UnexpectedShape(f"{scope.text}: the count is of a part of the index only")
        return page.result, response.origin

    async def _statements(self, scope: DSAScopeName) -> tuple[ReadResult, Origin]:
        """All statements of a day and a platform. A query with too many for one answer is split in two."""
        result, origins = ReadResult(), list[Origin]()
        queries = [_query(scope)]
        while queries:
            query = queries.pop()
            response = await self._research.post(research.SEARCH, query.body(), idempotent=True, accept=JSON)
            page = research.read_search(scope.text, response.payload)
            if page.total > MAX_STATEMENTS:
                raise TooLarge(f"there are more than {MAX_STATEMENTS} statements: read the day's dump")
            if page.complete:
                origins.append(response.origin)
                _append(result, page.result)
                continue
            if page.total <= page.result.rows:
                raise UnexpectedShape(f"{scope.text}: the answer is of a part of the index only")
            halves = query.halves()
            if halves is None:
                raise TooLarge("one second has more statements than an answer can have: read the day's dump")
            queries += reversed(halves)
        return result, combine_origins(origins)


def _query(scope: DSAScopeName) -> research.ResearchQuery:
    platform = find_platform(scope.platform)
    return research.day_query(scope.day, platform.id if platform else scope.platform)


def _append(result: ReadResult, more: ReadResult) -> None:
    """Appends the records of a later window; of a record that both have, the earlier one stays."""
    ids = {record.external_id for record in result.records}
    new = [record for record in more.records if record.external_id not in ids]
    result.merged += more.merged + len(more.records) - len(new)
    result.records += new
    result.rejections += [
        structs.replace(rejection, position=rejection.position + result.rows) for rejection in more.rejections
    ]
    result.rows += more.rows
    result.unknown.update(more.unknown)
