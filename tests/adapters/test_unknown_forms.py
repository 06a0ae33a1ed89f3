"""An entry of a form that no reader knows fails the reading or is counted; it is never read as nothing."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import count, islice
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import orjson
import pytest
from msgspec import structs
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.client import Secret
from adapters.errors import SourceError
from adapters.partners.taxii import Feed, Taxii
from adapters.partners.taxii import sandbox as taxii_sandbox
from adapters.platforms.telegram_transparency import sandbox as telegram_sandbox
from adapters.platforms.telegram_transparency.source import TelegramTransparency
from adapters.police.fbi_crime_data import sandbox as fbi_sandbox
from adapters.police.fbi_crime_data.source import FBICrimeData
from adapters.police.korea_open_data import sandbox as portal_sandbox
from adapters.police.korea_open_data.source import KoreaOpenData
from adapters.police.socrata_arrests import sandbox as socrata_sandbox
from adapters.police.socrata_arrests.source import SocrataArrests
from adapters.police.uk_police import sandbox as uk_sandbox
from adapters.police.uk_police.source import UKPolice
from adapters.regulators.dsa_transparency import sandbox as dsa_sandbox
from adapters.regulators.dsa_transparency.source import DSATransparency
from adapters.regulators.korea_law import sandbox as law_sandbox
from adapters.regulators.korea_law.source import KoreaLaw
from adapters.regulators.lumen import sandbox as lumen_sandbox
from adapters.regulators.lumen.source import Lumen
from adapters.source import Batch, Source
from adapters.story import REMOVAL_DAY
from adapters.tabular.loader import load_profile
from adapters.tabular.source import TabularSource
from tests.support.clocks import ControlledClock
from tests.support.live_sources import read
from tests.support.sandboxes import served
from tests.support.sentinel import KEY

Path = tuple[str | int, ...]
"""The keys and indices that lead to an entry."""

EXAMPLES = FilePath(__file__).parents[1] / "examples"

FOREIGN: object = {"form": {"of": 7}}
"""An entry of a form that no publisher uses."""


class LivePublisher(NamedTuple):
    """A sandbox, the source that reads it, and the scopes of it."""

    app: Callable[[], ASGIApp]
    source_at: Callable[[str], Source]
    scopes: Sequence[str]


def _unlimited(sandbox: Callable[..., ASGIApp]) -> Callable[[], ASGIApp]:
    """The sandbox with a clock by which its calls are hours apart."""
    return partial(sandbox, clock=count(step=3600).__next__)


def _secret() -> dict[str, Any]:
    return {"key": Secret(KEY), "clock": ControlledClock()}


PUBLISHERS = {
    "uk_police": LivePublisher(
        _unlimited(uk_sandbox.sandbox),
        lambda address: UKPolice(address, clock=ControlledClock()),
        uk_sandbox.DEMONSTRATION.follow,
    ),
    "fbi_crime_data": LivePublisher(
        _unlimited(fbi_sandbox.sandbox),
        lambda address: FBICrimeData(address=address, **_secret()),
        fbi_sandbox.DEMONSTRATION.follow[:3],
    ),
    "socrata_arrests": LivePublisher(
        socrata_sandbox.sandbox,
        lambda address: SocrataArrests(address=address, clock=ControlledClock()),
        ("new_york/2024-09", "chicago/2024-09"),
    ),
    "korea_open_data": LivePublisher(
        _unlimited(portal_sandbox.sandbox), lambda address: KoreaOpenData(address=address, **_secret()), ("15053887",)
    ),
    "korea_law": LivePublisher(
        law_sandbox.sandbox,
        lambda address: KoreaLaw(f"{address}/DRF", **_secret()),
        law_sandbox.DEMONSTRATION.follow,
    ),
    "lumen": LivePublisher(
        _unlimited(lumen_sandbox.sandbox),
        lambda address: Lumen(address, **_secret()),
        lumen_sandbox.DEMONSTRATION.follow,
    ),
    "dsa_transparency": LivePublisher(
        _unlimited(dsa_sandbox.sandbox),
        lambda address: DSATransparency(
            address=f"{address}/api/v1/research", key=Secret(KEY), today=lambda: date(2024, 9, 15)
        ),
        (f"search/telegram/{REMOVAL_DAY}", f"count/telegram/{REMOVAL_DAY}", f"aggregates/{REMOVAL_DAY}"),
    ),
    "telegram_transparency": LivePublisher(telegram_sandbox.sandbox, TelegramTransparency, ("dataset",)),
    "taxii": LivePublisher(
        _unlimited(taxii_sandbox.sandbox),
        lambda address: Taxii(
            Feed(name="feed", agency="kr.kcsc", collection=taxii_sandbox.COLLECTION), address, **_secret()
        ),
        ("objects",),
    ),
}


class AlteringPublisher:
    """A sandbox, of whose JSON answers one is altered: the one that has this number in a reading."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.payloads: list[Any] = []
        self.change: tuple[int, Path, object] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        start, *rest = messages
        payload = orjson.loads(b"".join(message.get("body", b"") for message in rest))
        self.payloads.append(payload)
        if self.change is not None and self.change[0] == len(self.payloads) - 1:
            _, path, form = self.change
            payload = _replaced(payload, path, form)
        body = orjson.dumps(payload)
        names = {b"content-length", b"content-encoding"}
        headers = [header for header in start["headers"] if header[0] not in names]
        await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
        await send({"type": "http.response.body", "body": body})


def _replaced(payload: Any, path: Path, form: object) -> Any:
    if not path:
        return form
    copy = payload.copy()
    copy[path[0]] = _replaced(payload[path[0]], path[1:], form)
    return copy


def entries(payload: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all entries of a payload: of lists the first and the last."""
    yield path
    if isinstance(payload, dict):
        for key, value in payload.items():
            yield from entries(value, (*path, key))
    elif isinstance(payload, list):
        for index in sorted({0, len(payload) - 1}) if payload else ():
            yield from entries(payload[index], (*path, index))


def shapes(payload: Any) -> list[Path]:
    """One path of each shape: keys with other numbers in them are of the same."""
    paths: dict[tuple[str, ...], Path] = {}
    for path in entries(payload):
        shape = tuple(re.sub(r"\d+", "#", f"{part}") for part in path)
        paths.setdefault(shape, path)
    return list(paths.values())


class Outcome(NamedTuple):
    """What was read, and what is rejected or unknown."""

    records: Sequence[Any]
    rows: Sequence[tuple[int, int, int]]
    counted: Counter[Any]

    def is_silent(self, original: "Outcome") -> bool:
        """Whether another thing was read, or other rows were passed over, than before, and nothing says why."""
        is_equal = (self.records, self.rows) == (original.records, original.rows)
        return not is_equal and not self.counted - original.counted


def outcome(batches: Sequence[Batch]) -> Outcome:
    """The outcome of a reading."""
    records = [([*batch.records], [*batch.revocations]) for batch in batches]
    rows = [(batch.rows, batch.merged, batch.out_of_scope) for batch in batches]
    counted = Counter[Any](rejection for batch in batches for rejection in batch.rejections)
    for code in (code for batch in batches for code in batch.unknown_codes):
        counted[code.field, code.code] += code.count
    return Outcome(records, rows, counted)


def alterations(payload: Any) -> Iterator[tuple[Path, object]]:
    """Each entry in forms that it cannot have: objects and lists also in those that are easily taken for nothing."""
    for path in shapes(payload):
        yield path, FOREIGN
        value = payload
        for part in path:
            value = value[part]
        nothings: Sequence[object] = (7, 0, "", []) if isinstance(value, dict) else (7, 0)
        if isinstance(value, dict | list):
            yield from ((path, form) for form in nothings)


async def silent_changes(publisher: LivePublisher, step: int) -> list[tuple[str, Path, object]]:
    """The alterations, every so many of them, that change what is read and are not counted."""

    async def reading(name: str) -> Outcome | None:
        altering.payloads.clear()
        source = publisher.source_at(address)
        try:
            return outcome(await read(source, name))
        except SourceError:
            return None
        finally:
            await source.close()

    silent = []
    altering = AlteringPublisher(publisher.app())
    async with served(altering) as address:
        for name in publisher.scopes:
            altering.change = None
            original = await reading(name)
            assert original is not None
            payloads = [*altering.payloads]
            changes = [
                (number, path, form) for number, payload in enumerate(payloads) for path, form in alterations(payload)
            ]
            for change in islice(changes, 0, None, step):
                altering.change = change
                altered = await reading(name)
                if altered is not None and altered.is_silent(original):
                    silent.append((name, *change[1:]))
    return silent


def _tabular(name: str) -> TabularSource:
    """The source of a profile, for examples, which have fewer lines than the publisher's files."""
    profile = load_profile(f"platforms/{name}")
    tables = tuple(structs.replace(table, min_lines=1, line_counts={}) for table in profile.tables)
    return TabularSource(structs.replace(profile, tables=tables))


FILES: dict[str, tuple[Source, str]] = {
    "lumen": (Lumen(), "search.json"),
    "korea_law": (KoreaLaw(), "list.json"),
    "telegram_transparency": (TelegramTransparency(), "dataset.json"),
    "socrata_arrests": (SocrataArrests(), "new_york.json"),
    "korea_platform_requests": (
        _tabular("korea_platform_requests"),
        "naver-kakao-daum.2031.json",
    ),
    "github_transparency": (
        _tabular("github_transparency"),
        "github-transparency.2031.json",
    ),
    "ncmec_reports": (_tabular("ncmec_reports"), "csam-reports-per-platform.json"),
}
"""By source, the file of its examples that is JSON."""


def silent_changes_of_file(source: Source, example: FilePath, folder: FilePath) -> list[tuple[Path, object]]:
    """The alterations of a file that change what is read and are not counted."""
    path = folder / example.name

    async def read_altered() -> Outcome:
        return outcome([batch for scope in source.files([path]) async for batch in source.read(scope, None)])

    def reading(payload: Any) -> Outcome | None:
        path.write_bytes(orjson.dumps(payload))
        try:
            return asyncio.run(read_altered())
        except SourceError:
            return None

    payload = orjson.loads(example.read_bytes())
    original = reading(payload)
    assert original is not None
    silent = []
    for place, form in alterations(payload):
        altered = reading(_replaced(payload, place, form))
        # A file may have tables that its profile does not read, in any form.
        if altered is not None and altered.records != original.records and altered.is_silent(original):
            silent.append((place, form))
    return silent


@pytest.mark.parametrize("name", FILES)
def test_an_entry_of_unknown_form_in_a_file_is_refused_or_counted(name: str, tmp_path: FilePath) -> None:
    source, file = FILES[name]
    assert silent_changes_of_file(source, EXAMPLES / name / file, tmp_path) == []


@pytest.mark.parametrize("name", PUBLISHERS)
def test_an_entry_of_unknown_form_fails_the_reading_or_is_counted(name: str) -> None:
    assert asyncio.run(silent_changes(PUBLISHERS[name], 11)) == []


@pytest.mark.proof
@pytest.mark.parametrize("name", PUBLISHERS)
def test_no_entry_in_another_form_is_read_as_nothing(name: str) -> None:
    assert asyncio.run(silent_changes(PUBLISHERS[name], 1)) == []
