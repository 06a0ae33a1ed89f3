"""The parent of a service: it starts workers on one listening socket, restarts, replaces and stops them.

All workers accept from one socket that they inherit. Sockets of their own (SO_REUSEPORT) would each have a queue, and
the connections in it would be reset when the worker ends.
"""

import asyncio
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from contextlib import suppress

import structlog
import typer

from gateway.command.reader import start_reading, stop_reading
from gateway.errors import OperatorError
from gateway.settings import load_settings

COMMAND = [sys.executable, "-m", "gateway"]

MIN_PAUSE, MAX_PAUSE = 0.5, 10.0
"""Seconds before a worker is started in place of one that ended early; they double each time."""

EARLY = 10.0
"""A worker that ends within so many seconds of its start ends early."""

STOP_LIMIT = 8.5
"""Seconds after which workers that still run are killed when the service stops."""

log = structlog.get_logger()


class WorkerFailed(OperatorError):
    """A worker ended before it answered. `code` is its exit code, 2 if it has printed the reason."""

    def __init__(self, code: int) -> None:
        super().__init__(f"a worker ended at its start, with exit code {code}")
        self.code = code


class Supervisor:
    """Keeps `count` workers running until SIGINT or SIGTERM, and replaces all of them at SIGHUP.

    A worker has the same settings as this process: from its environment, and from the file as it is when the worker
    starts.
    """

    def __init__(self, count: int, listener: socket.socket, address: str) -> None:
        self._count = count
        self._listener = listener
        self._address = address
        self._running: dict[Process, asyncio.Task[int]] = {}
        self._current: list[Process] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._reader: asyncio.Task[None] | None = None
        self._reload = asyncio.Event()
        self._signal = signal.SIGTERM

    async def run(self) -> None:
        """Returns when the service has stopped. Raises WorkerFailed or InvalidSettings if it does not start."""
        loop, serving = asyncio.get_running_loop(), asyncio.create_task(self._serve())

        def stop(number: signal.Signals) -> None:
            self._signal = number
            serving.cancel()

        loop.add_signal_handler(signal.SIGHUP, self._reload.set)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop, number)
        try:
            with suppress(asyncio.CancelledError):
                await serving
        finally:
            await self._stop()

    async def _serve(self) -> None:
        await self._replace_workers()
        typer.echo(self._address, err=True)
        while await self._reload.wait():
            self._reload.clear()
            try:
                await self._replace_workers()
            except OperatorError as exc:
                log.warning("the settings are not reloaded; the previous workers go on", reason=str(exc))
            else:
                log.info("reloaded", workers=self._count)

    async def _replace_workers(self) -> None:
        """Starts workers with the settings as they are now, and retires the previous ones once all answer."""
        settings = load_settings()
        workers = await self._start_workers()
        for keeper in self._keepers:
            keeper.cancel()
        for worker in self._current:
            _retire(worker)
        self._current = workers
        self._keepers = [asyncio.create_task(self._keep(number)) for number in range(self._count)]
        await stop_reading(self._reader)
        self._reader = start_reading(settings)

    async def _start_workers(self) -> list[Process]:
        """Starts all workers. The first shows whether the settings are right, and prepares an empty catalogue."""
        workers = [await self._start_worker()]
        others = [asyncio.create_task(self._start_worker()) for _ in range(1, self._count)]
        try:
            return workers + await asyncio.gather(*others)
        except WorkerFailed:
            for other in await asyncio.gather(*others, return_exceptions=True):
                if isinstance(other, Process):
                    workers.append(other)
            for worker in workers:
                _retire(worker)
            raise

    async def _start_worker(self) -> Process:
        """Starts a worker and returns it once it answers. Raises WorkerFailed."""
        number = self._listener.fileno()
        worker = await asyncio.create_subprocess_exec(
            *(*COMMAND, "serve", "--workers", str(self._count), "--listener", str(number)),
            stdin=PIPE,
            stdout=PIPE,
            pass_fds=[number],
            # Of its terminal's signals the parent passes on what the workers need.
            start_new_session=True,
        )
        end = self._running[worker] = asyncio.create_task(worker.wait())
        end.add_done_callback(lambda _: self._running.pop(worker, None))
        if worker.stdout is None or not await worker.stdout.readline():
            raise WorkerFailed(await worker.wait())
        return worker

    async def _keep(self, number: int) -> None:
        """Starts another worker whenever this one has ended."""
        pause, started_at = 0.0, time.monotonic()
        while True:
            code = await self._current[number].wait()
            log.error("a worker ended", code=code)
            is_early = time.monotonic() - started_at < EARLY
            pause = min(max(2 * pause, MIN_PAUSE), MAX_PAUSE) if is_early else 0.0
            await asyncio.sleep(pause)
            started_at = time.monotonic()
            with suppress(WorkerFailed):
                self._current[number] = await self._start_worker()

    async def _stop(self) -> None:
        """Stops all workers and the reading process, those that have been replaced too."""
        self._listener.close()
        for keeper in self._keepers:
            keeper.cancel()
        ends = list(self._running.values())
        for worker in self._running:
            with suppress(ProcessLookupError):
                worker.send_signal(self._signal)
        reading = asyncio.create_task(stop_reading(self._reader))
        if ends:
            await asyncio.wait(ends, timeout=STOP_LIMIT)
        for worker in list(self._running):
            with suppress(ProcessLookupError):
                worker.kill()
        await asyncio.gather(reading, *ends)


def _retire(worker: Process) -> None:
    """Has a worker accept no more, and end when it has answered."""
    if worker.stdin is not None:
        worker.stdin.close()
