"""Asking the publisher: dumps fetched to a file, and questions to the research API put again in halves."""

import re
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from adapters.client import BYTES, JSON, TEXT, Answer, Credential, Form, Rate, Secret, Upstream, together
from adapters.document import ReadResult
from adapters.errors import NotFound, TooLarge, Unauthorised, UnexpectedShape, Unreadable
from adapters.regulators.dsa_transparency import research
from adapters.regulators.dsa_transparency.dumps import Keep
from adapters.regulators.dsa_transparency.statements import NAME
from adapters.source import ARCHIVE, Origin, Scope
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.names import find_platform

RESEARCH = "https://transparency.dsa.ec.europa.eu/api/v1/research"
DUMPS = "https://dsa-sor-data-dumps.s3.eu-central-1.amazonaws.com"

CHANNEL = "research"
"""The channel of the API. A dump that is fetched is of the archive's channel, as one that is imported."""

BURST = 5
RATE = Rate(calls=research.CALLS_A_MINUTE - BURST, seconds=60, burst=BURST)
"""The publisher counts in whole minutes, none of which may see more than it allows."""

MOST = 50_000
"""Statements of one scope that are asked for; of more than that, the dump is the better way."""

LARGEST_DUMP = 64 * 1024**3
"""Bytes of one day of all platforms, with room."""

WHOLE_DUMP = 4 * 3600.0
"""Seconds that fetching a dump may take."""

BY = ("category", "platform_id")
"""How a day's figures are broken down."""

PUBLISHED_AFTER = timedelta(days=2)
"""When a day's dump comes out, at the latest as a rule."""

SHA1 = Form(name="a digest", media_types=(*BYTES.media_types, *TEXT.media_types), decode=BYTES.decode)

NAMED = re.compile(
    r"(?:(?P<question>search|count)/)?(?P<platform>[a-z0-9][a-z0-9-]*)(?:/(?P<day>\d{4}-\d\d-\d\d))?", re.ASCII
)
FIGURES = re.compile(r"aggregates(?:/(?P<day>\d{4}-\d\d-\d\d))?", re.ASCII)

UNMEANT = (
    "is neither PLATFORM/YYYY-MM-DD (its dump), search/PLATFORM/YYYY-MM-DD, count/PLATFORM/YYYY-MM-DD nor "
    "aggregates/YYYY-MM-DD; without YYYY-MM-DD it is the newest day"
)


class Asked(NamedTuple):
    """What a scope's name asks for; `question` is empty for a dump."""

    question: str
    platform: str
    day: date


def asked(name: str, today: date) -> Asked:
    """What the name asks for; without a day, the newest that is complete. Raises Unreadable."""
    if match := FIGURES.fullmatch(name):
        question, platform = "aggregates", ""
    elif match := NAMED.fullmatch(name):
        question, platform = match["question"] or "", match["platform"]
    else:
        raise Unreadable(f"{name[:80]!r} {UNMEANT}")
    if not match["day"]:
        return Asked(question, platform, today - (timedelta(days=1) if question else PUBLISHED_AFTER))
    try:
        return Asked(question, platform, date.fromisoformat(match["day"]))
    except ValueError:
        raise Unreadable(f"{name[:80]!r} names no day of the calendar") from None


def scope_of(wanted: Asked, keep: Keep) -> Scope:
    """The scope: of the archive's channel for a dump, of the API's for all else."""
    figures = frozenset({RecordType.STATISTIC})
    records = frozenset({RecordType.TAKEDOWN})
    if not wanted.question:
        channel, held = ARCHIVE, records if keep is None else records | figures
    else:
        channel, held = CHANNEL, records if wanted.question == "search" else figures
    return Scope(
        source=NAME,
        channel=channel,
        name="/".join(filter(None, (wanted.question, wanted.platform, f"{wanted.day}"))),
        records=held,
        start=wanted.day,
        end=wanted.day + timedelta(days=1),
    )


class Publisher:
    """The two addresses of the publisher, each behind a door of its own. `key` is for the API alone."""

    def __init__(self, address: str, archive: str, key: Secret | None, patience: float | None) -> None:
        keys = [Credential(secret=key, place="header", name="Authorization", scheme="Bearer")] if key else []
        self._has_key = key is not None
        self._research = Upstream(address, rates=[RATE], keys=keys, patience=patience or 30.0)
        self._dumps = Upstream(
            archive, rates=[Rate(calls=60, seconds=60, burst=4)], limit=LARGEST_DUMP, patience=patience or WHOLE_DUMP
        )

    async def close(self) -> None:
        """Closes both."""
        await self._research.close()
        await self._dumps.close()

    @asynccontextmanager
    async def dump(self, wanted: Asked) -> AsyncGenerator[tuple[Path, Origin]]:
        """A day's dump as a file that is gone afterwards, its digest beside it. Raises NotFound where there is none."""
        name = f"sor-{wanted.platform}-{wanted.day}-full.zip"
        with tempfile.TemporaryDirectory(prefix="gateway-dump-", ignore_cleanup_errors=True) as folder:
            path = Path(folder) / name
            try:
                origin = await self._dumps.download(name, path, accept=BYTES)
            except Unauthorised:
                # The bucket lets nobody list it: it says "forbidden" of what is not there.
                raise NotFound("the publisher has no dump of this platform and day") from None
            with suppress(Unauthorised, NotFound):
                await self._dumps.download(f"{name}.sha1", path.with_name(f"{name}.sha1"), accept=SHA1)
            yield path, origin

    async def answer(self, name: str, wanted: Asked) -> tuple[ReadResult, Origin]:
        """What the API says, of one day and, but for its figures, of one platform."""
        if not self._has_key:
            raise Unauthorised("the research API needs a key: the setting `key` of this source")
        if wanted.question == "aggregates":
            path = research.aggregates_path(wanted.day, BY)
            answer = await self._research.get(path, accept=JSON)
            found = research.read_aggregates(name, answer.payload)
            if not found.complete:
                raise TooLarge("there are more aggregates than the publisher answers at once")
            return found.reading, answer.origin
        known = find_platform(wanted.platform)
        question = research.question_of(wanted.day, known.id if known else wanted.platform)
        if wanted.question == "count":
            answer = await self._research.post(research.COUNT, question.body(None), safe=True, accept=JSON)
            found = research.read_count(name, answer.payload, question)
            if not found.complete:
                raise UnexpectedShape(f"{name}: the count is of a part of the index only")
            return found.reading, answer.origin
        return await self._statements(name, question)

    async def _statements(self, name: str, whole: research.Question) -> tuple[ReadResult, Origin]:
        """All statements of a question. What has more than one answer can hold is asked for in halves."""
        reading, answers = ReadResult(), list[Answer]()
        waiting = [whole]
        while waiting:
            question = waiting.pop()
            answer = await self._research.post(research.SEARCH, question.body(), safe=True, accept=JSON)
            found = research.read_search(name, answer.payload)
            if found.total > MOST:
                raise TooLarge(f"there are more than {MOST} statements: read the day's dump")
            if found.complete:
                answers.append(answer)
                _add(reading, found.reading)
                continue
            halves = question.halves()
            if halves is None:
                raise TooLarge("one second holds more statements than an answer can: read the day's dump")
            waiting += reversed(halves)
        return reading, together([answer.origin for answer in answers])


def _add(reading: ReadResult, more: ReadResult) -> None:
    """Puts what was read after what was read before; a window holds no statement of another."""
    known = {record.external_id for record in reading.records}
    new = [record for record in more.records if record.external_id not in known]
    reading.merged += more.merged + len(more.records) - len(new)
    reading.records += new
    reading.rejections += [
        structs.replace(rejection, position=rejection.position + reading.rows) for rejection in more.rejections
    ]
    reading.rows += more.rows
    reading.unknown.update(more.unknown)
