"""`gateway serve --workers N` as a real command, and clients that ask it again and again and count what fails."""

import asyncio
import os
import subprocess
import sys
import time
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.support.killed_imports import ROOT

PAUSE = 0.02
"""Seconds between two requests of a client, in which the machine does something else."""

TIMEOUT = 60.0
"""Seconds after which something that should have happened has not; how soon it does is not measured here."""

BODY = b'{"query": "{ statistics(first: 1) { nodes { id } } }"}'
HEADERS = {"content-type": "application/json"}


class RunningService:
    """A running command. `url` is the address of `/graphql`; `lines` are those of its log."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.url = ""
        self.lines: list[str] = []

    async def read_log(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            text = line.decode().strip()
            self.lines.append(text)
            if text.startswith("http://"):
                self.url = text

    @property
    def workers(self) -> set[int]:
        """The ids of its processes that answer, those that retire too."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {int(child) for child in children if b"--listener" in Path(f"/proc/{child}/cmdline").read_bytes()}

    def logs(self, event: str) -> int:
        """How often the event stands in the log."""
        return sum(f'"event": "{event}"' in line for line in self.lines)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(TIMEOUT):
        while not condition():  # noqa: ASYNC110 - no event tells of what processes do
            await asyncio.sleep(0.02)


@asynccontextmanager
async def running_service(
    folder: Path, workers: int, environment: Mapping[str, str] | None = None
) -> AsyncGenerator[RunningService]:
    """A service over the catalogue of a folder, once it answers."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", "serve", "--port", "0", "--workers", str(workers)),
        env={
            "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'catalogue.db'}",
            "GATEWAY_BUDGET": "1000000000",
            "PYTHONPATH": str(ROOT),
            "PATH": os.environ.get("PATH", ""),
            **(environment or {}),
        },
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    service = RunningService(process)
    reading = asyncio.create_task(service.read_log())
    try:
        await until(lambda: service.url != "" or process.returncode is not None)
        assert service.url, service.lines
        yield service
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


class Load:
    """Clients on kept-alive connections; `answers` counts their answers by status and failures by kind."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_over = False
        self.answers: Counter[str] = Counter()

    @asynccontextmanager
    async def running(self, clients: int) -> AsyncGenerator[None]:
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(self._ask_on(session))
            group.create_task(self._watch_readiness())
            try:
                yield
            finally:
                self._is_over = True

    @property
    def failures(self) -> dict[str, int]:
        return {kind: count for kind, count in self.answers.items() if kind != "200"}

    async def progress(self, count: int = 50) -> None:
        """Returns after so many further answers."""
        goal = self.answers["200"] + count
        await until(lambda: self.answers["200"] >= goal)

    async def _ask_on(self, session: aiohttp.ClientSession) -> None:
        while not self._is_over:
            self.answers[await self._ask(session)] += 1
            await asyncio.sleep(PAUSE)

    async def _ask(self, session: aiohttp.ClientSession) -> str:
        try:
            async with session.post(self._url, data=BODY, headers=HEADERS) as response:
                content = await response.read()
                return str(response.status) if b'"errors"' not in content else "errors"
        except aiohttp.ClientError as exc:
            return type(exc).__name__

    async def _watch_readiness(self) -> None:
        """Asks on as a load balancer does: nobody, once the service answers that it is not ready."""
        ready = self._url.replace("/graphql", "/health/ready")
        async with aiohttp.ClientSession() as session:
            while not self._is_over:
                async with session.get(ready) as response:
                    if response.status == 503:
                        self._is_over = True
                await asyncio.sleep(0.1)


async def seconds_to_end(service: RunningService) -> float:
    """How long the service takes to end from now on."""
    start = time.monotonic()
    async with asyncio.timeout(TIMEOUT):
        await service.process.wait()
    return time.monotonic() - start
