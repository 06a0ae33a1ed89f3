"""`python -m tests.benchmarks attack`: how others fare while one client spends its budget on the worst documents.

One address sends, over 200 connections and as fast as it can, documents of every kind that is expensive, and abandons
half of them. Others ask a small question by the clock, each from an address of its own.
"""

import asyncio
import itertools
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import aiohttp
import orjson
from msgspec import Struct

from tests.benchmarks.imports import NAME, generate
from tests.benchmarks.service import QUESTION, gateway, wait_for_import
from tests.support.workers import RunningService, running_service

CONNECTIONS = 200

ABANDON = 0.05
"""Seconds after which every second request of the attacker is abandoned."""

INTERVAL = 0.1
"""Seconds between two questions of the others: about a tenth of what one core can answer."""

ADDRESSES = 10
"""From how many addresses others ask, so that none of them exceeds its budget."""

UNMATCHED = 'filter: {source: ["dsa_transparency"], status: [REFUSED_OR_NO_ACTION], jurisdiction: ["KR"]}'

WORST = {
    "counts without match": " ".join(f"a{n}: takedowns(first: 0, {UNMATCHED}) {{ totalCount }}" for n in range(59)),
    "pages without match": " ".join(f"a{n}: takedowns(first: 100, {UNMATCHED}) {{ nodes {{ id }} }}" for n in range(6)),
    "now": "takedowns(first: 1, asOf: $now) { nodes { id } }",
    "introspection": " ".join(f"a{n}: __schema {{ types {{ fields {{ name type {{ name }} }} }} }}" for n in range(55)),
    "vocabulary": " ".join(f"a{n}: vocabulary {{ values {{ native {{ term }} }} }}" for n in range(39)),
    "changes": " ".join(f"a{n}: changes(first: 100) {{ changes {{ kind node {{ id }} }} }}" for n in range(10)),
    "coverage": " ".join(f"a{n}: coverage {{ state gaps {{ monthCount }} scopes {{ name }} }}" for n in range(20)),
    "pages in pages": "takedowns(first: 100) { nodes { id takedowns(first: 100) { nodes { id native { value } } } } }",
    "an invalid document": " nothing" * 3_900,
}
"""Selections of documents that are expensive in one way each."""


class AttackResult(Struct, frozen=True):
    """99th percentiles of the others' times in milliseconds; statuses of others, of the attacker and of readiness."""

    quiet: float
    attack: float
    ratio: float
    others: dict[str, int]
    attacker: dict[str, int]
    readiness: dict[str, int]
    megabytes_before: float
    megabytes_after: float


async def compare(rows: int, seconds: float, log: Callable[[str], None]) -> AttackResult:
    """Asks for so many seconds a quiet service, and for as long one under attack."""
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as temporary:
        folder = Path(temporary)
        dump = folder / f"{NAME}.zip"
        generate(dump, rows)
        log(f"importing {rows:,} statements")
        settings = dict(os.environ) | {"GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'catalogue.db'}"}
        await wait_for_import(await gateway(settings, "import", "dsa_transparency", str(dump)))
        trusting = {"GATEWAY_TRUSTED_PROXIES": "127.0.0.1/32", "GATEWAY_BUDGET": "200000"}
        async with running_service(folder, 1, trusting) as service:
            quiet, _ = await _others(service.url, seconds)
            before = _megabytes(service)
            log(f"p99 {quiet:.1f} ms quiet")
            readiness: Counter[str] = Counter()
            async with asyncio.TaskGroup() as group:
                attacker = group.create_task(_attack(service.url, seconds))
                ready = group.create_task(_watch_readiness(service.url, readiness))
                attack, others = await _others(service.url, seconds)
                ready.cancel()
            after = _megabytes(service)
    return AttackResult(
        quiet=quiet,
        attack=attack,
        ratio=attack / quiet,
        others=dict(others),
        attacker=dict(attacker.result()),
        readiness=dict(readiness),
        megabytes_before=before,
        megabytes_after=after,
    )


async def _others(url: str, seconds: float) -> tuple[float, Counter[str]]:
    """The 99th percentile of the times from when a question was due to its answer, and the statuses."""
    statuses: Counter[str] = Counter()
    start = time.perf_counter()

    async def ask(session: aiohttp.ClientSession, number: int) -> float:
        due = start + number * INTERVAL
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        async with session.post(url, data=QUESTION, headers=_headers(f"203.0.113.{number % ADDRESSES}")) as response:
            content = await response.read()
            statuses["errors" if b'"errors"' in content else f"{response.status}"] += 1
        return (time.perf_counter() - due) * 1000

    async with aiohttp.ClientSession() as session:
        times = await asyncio.gather(*(ask(session, number) for number in range(int(seconds / INTERVAL))))
    return statistics.quantiles(times, n=100)[98], statuses


async def _attack(url: str, seconds: float) -> Counter[str]:
    """Sends the worst documents in turns on all connections; the statuses of the answers that it waits for."""
    statuses: Counter[str] = Counter()
    documents = itertools.cycle(WORST.values())
    numbers = itertools.count()
    end = time.perf_counter() + seconds

    async def send(session: aiohttp.ClientSession) -> None:
        while time.perf_counter() < end:
            number = next(numbers)
            # A comment makes each document one that was never checked.
            document = next(documents)
            variables = f"($now: DateTime = {_now()})" if "$now" in document else ""
            body = orjson.dumps({"query": f"query{variables} {{ t: __typename {document} }}# {number}"})
            with suppress(TimeoutError, aiohttp.ClientError):
                async with asyncio.timeout(ABANDON if number % 2 else 60.0):
                    async with session.post(url, data=body, headers=_headers("198.51.100.1")) as response:
                        await response.read()
                        statuses[f"{response.status}"] += 1

    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as session,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(CONNECTIONS):
            group.create_task(send(session))
    return statuses


async def _watch_readiness(url: str, statuses: Counter[str]) -> None:
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(url.replace("/graphql", "/health/ready")) as response:
                statuses[f"{response.status}"] += 1
            await asyncio.sleep(0.2)


def _headers(address: str) -> dict[str, str]:
    return {"content-type": "application/json", "x-forwarded-for": address}


def _now() -> str:
    return f'"{time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}"'


def _megabytes(service: RunningService) -> float:
    """The memory of all workers that nobody shares, in MiB."""
    kilobytes = 0
    for worker in service.workers:
        for line in Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024
