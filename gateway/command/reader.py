"""The process beside a service that reads sources.

Sources are never read in a process that answers: that would delay the answers.
"""

import asyncio
import sys
from asyncio.subprocess import Process
from contextlib import suppress

import structlog

from gateway.settings import Settings

RESTART_DELAY = 10.0
"""Seconds before a reading process that ended is started again."""

STOP_LIMIT = 5.0
"""Seconds in which the process ends what it reads; what it has committed counts, wherever it is killed."""

log = structlog.get_logger()


def start_reading(settings: Settings) -> "asyncio.Task[None] | None":
    """Runs `gateway sync --watch` as a child process until the task is cancelled, if the settings follow any scope."""
    if not any(source.follow for source in settings.sources.values()):
        return None
    return asyncio.create_task(_keep_reading())


async def stop_reading(reader: "asyncio.Task[None] | None") -> None:
    """Ends the child process and waits for its end."""
    if reader is not None:
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader


async def _keep_reading() -> None:
    """Runs the child process, with this process's settings, and starts it again whenever it ends."""
    while True:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gateway", "sync", "--watch", "--with-parent"), start_new_session=True
        )
        try:
            code = await child.wait()
        except asyncio.CancelledError:
            await _stop(child)
            raise
        log.error("the process that reads sources ended", code=code)
        await asyncio.sleep(RESTART_DELAY)


async def _stop(child: Process) -> None:
    with suppress(ProcessLookupError):
        child.terminate()
        try:
            async with asyncio.timeout(STOP_LIMIT):
                await child.wait()
        except TimeoutError:
            child.kill()
            await child.wait()
