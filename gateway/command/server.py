"""The processes of a service: one that answers, and beside it one that reads sources.

Sources are never read in the process that answers: that would delay the answers.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress

import structlog
import uvicorn

from gateway.app import create_app
from gateway.catalogue.catalogue import Catalogue
from gateway.errors import OperatorError
from gateway.settings import Settings

RESTART_DELAY = 10.0
"""Seconds before a reading process that ended is started again."""

log = structlog.get_logger()


class AddressUnavailable(OperatorError):
    """The address cannot be listened on; the message says why."""


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
    """Answers on `listener` until SIGINT or SIGTERM, and keeps the scopes fresh that the settings follow."""
    config = uvicorn.Config(
        create_app(settings, catalogue),
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )
    async with _reader_process(settings):
        await Server(config).serve([listener])


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address; port 0 takes a free one. Raises AddressUnavailable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as exc:
        raise AddressUnavailable(f"cannot listen on port {port} of this address ({exc.strerror})") from None
    # `create_server` leaves the protocol at 0, and asyncio sets TCP_NODELAY only where the protocol is TCP. Without it,
    # each answer on a kept-alive connection waits some 40 ms for the client's delayed acknowledgement.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=listener.detach())


@asynccontextmanager
async def _reader_process(settings: Settings) -> AsyncGenerator[None]:
    """Runs `gateway sync --watch` as a child process, if the settings follow any scope."""
    if not any(source.follow for source in settings.sources.values()):
        yield
        return
    reader = asyncio.create_task(_keep_reading())
    try:
        yield
    finally:
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader


async def _keep_reading() -> None:
    """Runs the child process, with this process's settings, and starts it again whenever it ends."""
    while True:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gateway", "sync", "--watch", "--with-parent")
        )
        try:
            code = await child.wait()
        except asyncio.CancelledError:
            child.terminate()
            await child.wait()
            raise
        log.error("the process that reads sources ended", code=code)
        await asyncio.sleep(RESTART_DELAY)
