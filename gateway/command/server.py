"""The service as processes: one that answers, and beside it one that reads sources.

Reading never runs in the process that answers: it would take the interpreter from those who wait.
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
from gateway.settings import Settings

AGAIN = 10.0
"""Seconds before a reading process that ended is started again."""

log = structlog.get_logger()


class AddressUnavailable(Exception):
    """The address cannot be listened on; the message says why."""


class Server(uvicorn.Server):
    """Ends at SIGINT and SIGTERM and hands the process back, for what is to be put away after it.

    Uvicorn's own way is to raise the signal again as soon as it has ended.
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


async def serve(settings: Settings, holdings: Catalogue, listener: socket.socket) -> None:
    """Answers on `listener` until the process is told to end; what the settings follow is read meanwhile."""
    config = uvicorn.Config(
        create_app(settings, holdings),
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )
    async with _reading(settings):
        await Server(config).serve([listener])


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens on the address; port 0 takes a free one. Raises Unavailable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as exc:
        raise AddressUnavailable(f"cannot listen on port {port} of this address ({exc.strerror})") from None
    # `create_server` leaves the protocol at 0, and asyncio sets TCP_NODELAY only where the protocol is TCP. Without it,
    # each answer on a kept-alive connection waits some 40 ms for the client's delayed acknowledgement.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=listener.detach())


@asynccontextmanager
async def _reading(settings: Settings) -> AsyncGenerator[None]:
    """While it lasts, `gateway sync --watch` runs as a child, if anything is followed at all."""
    if not any(source.follow for source in settings.sources.values()):
        yield
        return
    child = asyncio.create_task(_child())
    try:
        yield
    finally:
        child.cancel()
        with suppress(asyncio.CancelledError):
            await child


async def _child() -> None:
    """The child, and another one each time that it ends. It has the settings that this process has."""
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
        await asyncio.sleep(AGAIN)
