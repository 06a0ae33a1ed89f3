"""The connections to a publisher, through aiohttp: how they are opened, and what their failures mean."""

import asyncio

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from adapters.errors import SourceError, SourceTimeout, Unreachable, Unreadable


class ConnectionPool:
    """The open connections to a publisher, bound to one event loop."""

    def __init__(self, connections: int, connect_timeout: float, read_timeout: float) -> None:
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "enforcement-gateway", "Accept-Encoding": "gzip, deflate"},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout, sock_read=read_timeout),
            trust_env=False,
            # ContentDecoder limits the size and notices a truncated stream; aiohttp does neither.
            auto_decompress=False,
            middlewares=(_send_once,),
        )
        self.slots = asyncio.Semaphore(connections)
        self.queue = asyncio.Lock()

    def translate_failure(self, error: Exception, *, is_sent: bool) -> SourceError | None:
        """What a failed call means; None if the connection is not at fault. `is_sent`: the call had left the queue."""
        match error:
            case aiohttp.ConnectionTimeoutError():
                return Unreachable("the source does not accept a connection")
            case aiohttp.ServerTimeoutError():
                return SourceTimeout("the source sent nothing for too long")
            case TimeoutError():
                return SourceTimeout(
                    "no complete response before the deadline" if is_sent else "no free connection in time"
                )
            case aiohttp.ClientResponseError() | HttpProcessingError():
                return Unreadable("the response is not HTTP")
            case aiohttp.ClientError() | OSError():
                return Unreachable(f"the connection failed ({type(error).__name__})")
            case _:
                return None


async def _send_once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Sends a request once. By default aiohttp sends it again when a connection breaks, past rate and attempts."""
    try:
        return await send(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        failure = Unreachable(f"the connection failed ({type(error).__name__})")
    raise failure
