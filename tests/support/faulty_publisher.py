"""A publisher on loopback that misbehaves on demand: a real server that writes whatever bytes a test gives it."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit


class HTTPRequest(NamedTuple):
    """One request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)


class Wire:
    """The connection on which a request came, for one answer."""

    def __init__(self, request: HTTPRequest, writer: asyncio.StreamWriter, publisher: "Publisher") -> None:
        self.request = request
        self._writer = writer
        self._publisher = publisher

    async def send(self, *pieces: bytes) -> None:
        """Sends bytes as they are."""
        for piece in pieces:
            self._writer.write(piece)
            await self._writer.drain()

    async def hang(self) -> None:
        """Sends nothing more until the publisher closes."""
        self._publisher.hanging.set()
        await self._publisher.closing.wait()

    def reset(self) -> None:
        """Breaks the connection with a TCP reset."""
        transport = self._writer.transport
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    def end(self) -> None:
        """Closes the connection in order."""
        self._writer.close()


Behaviour = Callable[[Wire], Awaitable[None]]


class Publisher:
    """Answers each request with the next behaviour of its list, and with the last one from then on."""

    def __init__(self, *behaviours: Behaviour, clock: Callable[[], float] = lambda: 0.0) -> None:
        self._behaviours: Sequence[Behaviour] = behaviours
        self._clock = clock
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.requests: list[HTTPRequest] = []
        self.times: list[float] = []
        self.connections = 0
        self.hanging = asyncio.Event()
        self.closing = asyncio.Event()
        self.empty = asyncio.Event()

    @property
    def open(self) -> int:
        """How many connections are open just now."""
        return len(self._connections)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.address = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.close()
        for writer in self._connections.values():
            writer.transport.abort()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.connections += 1
        self._connections[task] = writer
        self.empty.clear()
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            del self._connections[task]
            if not self._connections:
                self.empty.set()
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = b""
        while not writer.is_closing():
            request = await _request(head, reader)
            self.times.append(self._clock())
            behaviour = self._behaviours[min(len(self.requests), len(self._behaviours) - 1)]
            self.requests.append(request)
            # The client sends no second request before the first response: data before that is the end.
            next_byte = asyncio.ensure_future(reader.read(1))
            response = asyncio.ensure_future(behaviour(Wire(request, writer, self)))
            await asyncio.wait({next_byte, response}, return_when=asyncio.FIRST_COMPLETED)
            response.cancel()
            await asyncio.gather(response, return_exceptions=True)
            head = await next_byte
            if not head:
                return


async def _request(start: bytes, reader: asyncio.StreamReader) -> HTTPRequest:
    head = (start + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return HTTPRequest(method, target, headers, await reader.readexactly(int(headers.get("content-length", 0))))


def head(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    """A status line and headers."""
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers)]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")


def answers(body: bytes, status: int = 200, media_type: str | None = "application/json", **headers: str) -> Behaviour:
    """A complete response; the header `Retry-After` is the keyword `retry_after`."""
    content_type = [("Content-Type", media_type)] if media_type else []
    extra = [(name.replace("_", "-"), value) for name, value in headers.items()]

    async def behave(wire: Wire) -> None:
        await wire.send(head(status, [*content_type, ("Content-Length", str(len(body))), *extra]), body)

    return behave


def sends(*pieces: bytes) -> Behaviour:
    """Bytes as they are, after which the connection closes."""

    async def behave(wire: Wire) -> None:
        await wire.send(*pieces)
        wire.end()

    return behave


def hangs(*pieces: bytes) -> Behaviour:
    """Bytes as they are, after which nothing comes."""

    async def behave(wire: Wire) -> None:
        await wire.send(*pieces)
        await wire.hang()

    return behave


async def resets(wire: Wire) -> None:
    """Breaks the connection with a TCP reset."""
    wire.reset()


def chunked(*chunks: bytes) -> bytes:
    """A complete body in chunked transfer coding."""
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
