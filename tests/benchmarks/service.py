"""How a small question fares while a large import runs beside the service: its slow answers, in turns with an idle one.

Questions are sent by the clock, not when the one before is answered: a service that stalls is seen to stall.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import orjson
from msgspec import Struct

from tests.benchmarks.imports import NAME, generate

QUESTION = orjson.dumps({"query": "{ takedowns(first: 5) { nodes { id status platform { name } } } }"})
EVERY = 0.02
"""Seconds between two questions."""

STARTED = 3.0
"""Seconds after which an import that was started reads and writes."""

FIRST = 20_000
"""Statements that the catalogue holds before anything is measured."""


class TooSoon(Exception):
    """What was to be measured was over before it had been."""


class Shown(Struct, frozen=True):
    """Of each turn the 99th percentile of the answers' times in milliseconds; `ratio` is the median of their ratios."""

    rows: int
    questions: int
    idle: tuple[float, ...]
    importing: tuple[float, ...]
    ratio: float


async def compare(rows: int, runs: int, questions: int, told: Callable[[str], None] = lambda line: None) -> Shown:
    """Asks so many questions in each turn, of an idle service and while so many rows are imported.

    Raises TooSoon where the import ended before the questions did: the turn would show nothing.
    """
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as temporary:
        folder = Path(temporary)
        first, large = folder / f"{NAME}.zip", folder / "sor-global-2031-02-03-full.zip"
        told(f"writing a dump of {rows:,} rows")
        generate(first, FIRST)
        generate(large, rows)
        environment = _environment(folder)
        await wait_for_import(await gateway(environment, "import", "dsa_transparency", str(first)))
        turns: list[tuple[float, float]] = []
        async with _serving(environment) as address, aiohttp.ClientSession() as session:
            await _asked(session, address, questions)
            for number in range(1, runs + 1):
                idle = await _asked(session, address, questions)
                # Each turn imports a day of its own, so that every row is new.
                day = folder / f"sor-global-2031-03-{number:02}-full.zip"
                os.link(large, day)
                importing = await gateway(environment, "import", "dsa_transparency", str(day))
                await asyncio.sleep(STARTED)
                busy = await _asked(session, address, questions)
                if importing.returncode is not None:
                    raise TooSoon("the import ended before the questions did: give it more --rows")
                importing.terminate()
                await importing.wait()
                turns.append((idle, busy))
                told(f"turn {number}: p99 {idle:.1f} ms idle, {busy:.1f} ms while an import runs")
    return Shown(
        rows=rows,
        questions=questions,
        idle=tuple(idle for idle, _ in turns),
        importing=tuple(busy for _, busy in turns),
        ratio=statistics.median(busy / idle for idle, busy in turns),
    )


async def _asked(session: aiohttp.ClientSession, address: str, questions: int) -> float:
    """The 99th percentile of the times from when a question was due to its answer, in milliseconds."""
    began = time.perf_counter()

    async def ask(number: int) -> float:
        due = began + number * EVERY
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        headers = {"content-type": "application/json"}
        async with session.post(address, data=QUESTION, headers=headers) as response:
            answer = orjson.loads(await response.read())
        if "errors" in answer:
            raise RuntimeError("the service did not answer")
        return (time.perf_counter() - due) * 1000

    times = await asyncio.gather(*(ask(number) for number in range(questions)))
    return statistics.quantiles(times, n=100)[98]


@asynccontextmanager
async def _serving(environment: dict[str, str]) -> AsyncGenerator[str]:
    """The address of a service in a process of its own."""
    service = await gateway(environment, "serve", "--port", "0", said=True)
    if service.stderr is None:
        raise RuntimeError("the service says nothing")
    try:
        address = (await service.stderr.readline()).decode().strip()
        reading = asyncio.create_task(service.stderr.read())
        yield address
        reading.cancel()
    finally:
        service.terminate()
        await service.wait()


async def gateway(environment: dict[str, str], *arguments: str, said: bool = False) -> Process:
    """Starts a command."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", *arguments),
        env=environment,
        stdout=DEVNULL,
        stderr=PIPE if said else DEVNULL,
    )


async def wait_for_import(process: Process) -> None:
    """Waits for a command that imports. Raises RuntimeError if it fails."""
    if await process.wait():
        raise RuntimeError("the import failed")


def _environment(folder: Path) -> dict[str, str]:
    """The settings of this process's environment do not reach those that are measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    return kept | {"GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'catalogue.db'}"}
