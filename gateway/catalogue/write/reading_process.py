"""Reading a scope in a process of its own: another core reads rows while this one writes them.

The process gets the source, reads, packs and hands over batch by batch; it is never more than one batch ahead. It ends
when the process that writes has gone, even by SIGKILL, because it then has nobody to hand over to.
"""

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pickle import PicklingError

from adapters.errors import SourceError
from adapters.source import Scope, Source
from gateway.catalogue.write.packing import Packed, pack, rare_collection

YIELDS = 10
"""By how much the process stands back behind others: those that answer questions go first."""

SPAWN = get_context("spawn")
"""A forked process would inherit locks of threads that it does not have."""


class SubprocessExited(SourceError):
    """The reading process ended before its last batch; somebody or something ended it."""

    code = "READER_ENDED"


async def read_in_subprocess(source: Source, scope: Scope, since: str | None, dialect: str) -> AsyncGenerator[Packed]:
    """The batches of a scope that names a file. Raises what reading raises, and SubprocessEnded."""
    receiver, sender = SPAWN.Pipe(duplex=False)
    process = SPAWN.Process(target=_hand_over, args=(sender, source, scope, since, dialect), daemon=True)
    try:
        await asyncio.to_thread(process.start)
        sender.close()
        while (received := await asyncio.to_thread(_received, receiver)) is not None:
            if isinstance(received, BaseException):
                raise received
            yield received
    finally:
        if process.pid is not None:
            process.terminate()
            await asyncio.to_thread(process.join)
        receiver.close()


def _received(receiver: Connection) -> Packed | Exception | None:
    try:
        received: Packed | Exception | None = receiver.recv()
    except (EOFError, OSError):
        return SubprocessExited("the process that reads the file ended before it had read all of it")
    return received


def _hand_over(sender: Connection, source: Source, scope: Scope, since: str | None, dialect: str) -> None:
    """All that the process does: batches, then None, or the reason why there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # An interruption from the terminal goes to all; the writer decides.
    if sys.platform != "win32":
        os.nice(YIELDS)

    async def hand_over() -> None:
        async with aclosing(source.read(scope, since)) as batches:  # type: ignore[type-var]  # all are generators
            async for batch in batches:
                sender.send(pack(source.about, scope, batch, dialect))

    with suppress(BrokenPipeError):
        try:
            with rare_collection():
                asyncio.run(hand_over())
        except BrokenPipeError:
            raise
        except Exception as exc:  # noqa: BLE001 - raised again by who waits for the batches
            exc.add_note("".join(traceback.format_tb(exc.__traceback__)))
            # What cannot be handed over is not told either: it would be printed with what it quotes.
            with suppress(PicklingError, TypeError, AttributeError):
                sender.send(exc)
        else:
            sender.send(None)
