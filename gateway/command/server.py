"""The server of one process: its event loop, its signals, and how it stops."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from gateway.app import create_app
from gateway.catalogue.catalogue import Catalogue
from gateway.command.warm_up import warm_up
from gateway.edge.drain import Drain
from gateway.settings import Settings

READY = "ready"
"""The line on standard output with which a worker informs its parent that it answers."""

ABORT_TIMEOUT = 1
"""Seconds for the answers to requests that a drain aborts."""


class Server(uvicorn.Server):
    """Stops at SIGINT and SIGTERM and returns, so that its caller can clean up.

    Uvicorn's own server raises the signal again as soon as it has stopped.
    """

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


class WorkerServer(Server):
    """The server of a worker, which drains before it stops.

    It leaves at SIGTERM, and retires when its parent closes standard input or ends.
    """

    def __init__(self, config: uvicorn.Config, drain: Drain) -> None:
        super().__init__(config)
        self._drain = drain

    def handle_exit(self, sig: int, frame: object) -> None:
        if sig == signal.SIGTERM:
            self._drain.leave()
        else:
            self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        warm_up()
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self._read_parent)
        sys.stdout.write(f"{READY}\n")
        sys.stdout.flush()

    def _read_parent(self) -> None:
        if not os.read(sys.stdin.fileno(), 1):
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            self._drain.retire()

    async def on_tick(self, counter: int) -> bool:
        if await super().on_tick(counter):
            return True
        if self._drain.accepts:
            return False
        for server in self.servers:
            server.close()
        if self._drain.is_over:
            self._drain.abort()
        return self._drain.is_over or not self.server_state.connections


def new_event_loop() -> asyncio.AbstractEventLoop:
    """An event loop of uvloop where that is installed, otherwise asyncio's own.

    The loop is chosen here because uvicorn's `loop` option has no effect in a loop that already runs.
    """
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def run_server(settings: Settings, catalogue: Catalogue, listener: socket.socket) -> None:
    """Answers on `listener` until SIGINT or SIGTERM."""
    await Server(_config(create_app(settings, catalogue), timeout=10)).serve([listener])


async def run_worker(settings: Settings, catalogue: Catalogue, listener: socket.socket, workers: int) -> None:
    """Answers as one of `workers` processes on the same listening socket, until its parent or a signal stops it."""
    drain = Drain(settings.deadline_seconds)
    app = create_app(settings, catalogue, workers=workers, drain=drain)
    await WorkerServer(_config(app, timeout=ABORT_TIMEOUT), drain).serve([listener])


def _config(app: Starlette, timeout: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=timeout,
    )
