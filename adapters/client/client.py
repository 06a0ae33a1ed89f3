"""How a live channel calls its publisher: one client each, within its rate and a deadline, without exposing a key."""

import asyncio
import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import quote

import msgspec
from msgspec import Struct, structs
from yarl import URL

from adapters.client import credentials, responses
from adapters.client.clock import Clock, SystemClock
from adapters.client.credentials import Credential, Redactor
from adapters.client.rate_limits import Rate, TokenBucket
from adapters.client.responses import ContentDecoder, ResponseCheck, ResponseFormat, SourceResponse
from adapters.client.retries import MAX_ATTEMPTS, TRANSIENT_ERRORS, backoff, parse_retry_after
from adapters.errors import (
    NoAnswer,
    RateLimitError,
    SourceError,
    TooLarge,
    Unreachable,
    Unreadable,
)
from adapters.source import Origin

if TYPE_CHECKING:
    import aiohttp

    from adapters.client.connections import ConnectionPool

MAX_BODY = 32 * 1024 * 1024
"""The default limit of a response body in bytes, after decompression."""

MAX_ERROR_BODY = 64 * 1024
"""The limit of an error response's body in bytes; a larger one is dropped."""

MAX_PAUSE = 3600.0
"""The longest pause in seconds that a Retry-After header can impose on later calls."""

Parameters = Mapping[str, str | int | Sequence[str]]
"""A query by name, unencoded; a sequence repeats the name."""


class SourceRequest(Struct, frozen=True, kw_only=True):
    """One call. `idempotent`: sending it twice has the same effect as sending it once."""

    method: Literal["GET", "POST"]
    path: str
    params: Parameters = {}
    body: bytes | None = None
    idempotent: bool
    accept: ResponseFormat
    check: ResponseCheck = responses.accept_anything
    file: Path | None = None
    """Where to write the body of a successful response, instead of returning it."""

    def __post_init__(self) -> None:
        *folders, last = self.path.split("/")
        if not {".", ".."}.isdisjoint({*folders, last}) or "" in folders:
            raise ValueError("a path is relative to the publisher's address and has no empty, '.' or '..' segment")


class SourceClient:
    """A client of one publisher's live interface. Raises only SourceError.

    Each source has a client of its own, so that a publisher that hangs delays no other. It connects with the first
    call, in the event loop of that call, and stays open until `close`. `rates` are the publisher's limits, all of which
    apply; `connections` limits concurrent calls, `limit` the bytes of a response after decompression. A call takes at
    most `timeout` seconds, whatever its deadline; `connect_timeout` and `read_timeout` are the seconds to wait for a
    connection and for the next bytes.

    Raises ValueError for an address that is not http(s), that has a user, query or fragment, or that would carry a
    credential in clear to another machine.
    """

    def __init__(
        self,
        address: str,
        *,
        rates: Sequence[Rate],
        keys: Sequence[Credential] = (),
        connections: int = 4,
        limit: int = MAX_BODY,
        timeout: float = 30.0,
        connect_timeout: float = 5.0,
        read_timeout: float = 15.0,
        clock: Clock | None = None,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._address = _parse_address(address, secret=bool(keys))
        self._keys = tuple(keys)
        self._redactor = Redactor(self._keys)
        self._bucket = TokenBucket(rates)
        self._connections = connections
        self._limit = limit
        self._total_timeout = timeout
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._clock = clock or SystemClock()
        self._uniform = uniform
        self._pool: ConnectionPool | None = None
        self._waiting = 0

    async def get(
        self,
        path: str = "",
        params: Parameters | None = None,
        *,
        idempotent: bool = True,
        accept: ResponseFormat,
        check: ResponseCheck = responses.accept_anything,
        deadline: float | None = None,
    ) -> SourceResponse:
        """The response to a GET. `path` is relative and, as `params`, unencoded; `deadline` is an instant of the clock.

        Only an idempotent call is repeated after a fault; after a rate limit error any call is.
        """
        request = SourceRequest(
            method="GET", path=path, params=params or {}, idempotent=idempotent, accept=accept, check=check
        )
        return await self._send(request, deadline)

    async def post(
        self,
        path: str,
        body: Any,
        params: Parameters | None = None,
        *,
        idempotent: bool,
        accept: ResponseFormat,
        check: ResponseCheck = responses.accept_anything,
        deadline: float | None = None,
    ) -> SourceResponse:
        """The response to a POST of `body` as JSON. Repeated as a GET is."""
        request = SourceRequest(
            method="POST",
            path=path,
            params=params or {},
            body=msgspec.json.encode(body),
            idempotent=idempotent,
            accept=accept,
            check=check,
        )
        return await self._send(request, deadline)

    async def download(self, path: str, file: Path, *, accept: ResponseFormat, deadline: float | None = None) -> Origin:
        """Streams the response to a GET into the new file `file` and returns its origin.

        On failure there is no file. Only for publishers without credentials, because the content is not redacted:
        raises ValueError where the client has one.
        """
        if self._keys:
            raise ValueError("a client with credentials cannot download: the content may echo them")
        request = SourceRequest(method="GET", path=path, idempotent=True, accept=accept, file=file)
        try:
            return (await self._send(request, deadline)).origin
        except BaseException:
            await asyncio.to_thread(file.unlink, missing_ok=True)
            raise

    async def close(self) -> None:
        """Closes every connection; calls in progress end as Unreachable. A later call reconnects."""
        pool, self._pool = self._pool, None
        if pool:
            await pool.session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _send(self, request: SourceRequest, deadline: float | None) -> SourceResponse:
        """Up to MAX_ATTEMPTS attempts until one deadline. A circuit breaker or a retry budget would belong here."""
        latest = self._clock.time() + self._total_timeout
        deadline = latest if deadline is None else min(deadline, latest)
        attempt = 1
        while isinstance(outcome := await self._attempt(request, deadline), SourceError):
            pause = outcome.retry_after if isinstance(outcome, NoAnswer) else None
            wait = max(pause or 0.0, backoff(attempt, self._uniform))
            in_time = self._clock.time() + wait < deadline
            again = isinstance(outcome, TRANSIENT_ERRORS if request.idempotent else RateLimitError)
            if not (in_time and again and attempt < MAX_ATTEMPTS):
                raise _without_context(outcome)
            await self._clock.sleep(wait)
            attempt += 1
        return outcome

    async def _attempt(self, request: SourceRequest, deadline: float) -> SourceResponse | SourceError:
        """One call: its response, or its error.

        The error is returned, so that no `raise` ties it to the exception that it translates.
        """
        pool = self._open()
        is_sent = False
        try:
            async with self._clock.timeout_at(deadline), pool.slots:
                await self._wait_for_token(pool, deadline)
                is_sent = True
                return await self._exchange(pool.session, request)
        except SourceError as error:
            return error
        except RuntimeError:
            if pool is self._pool:
                raise
            return Unreachable("the connection was closed on our side")
        except Exception as error:
            failure = pool.translate_failure(error, is_sent=is_sent)
            if failure is None:
                raise
            return failure

    async def _wait_for_token(self, pool: "ConnectionPool", deadline: float) -> None:
        """Waits, behind earlier calls, until the publisher's rates allow a call; never past the deadline."""
        ahead, self._waiting = self._waiting, self._waiting + 1
        try:
            self._check_wait(self._bucket.wait_time(self._clock.time(), ahead), deadline)
            async with pool.queue:
                while wait := self._bucket.wait_time(self._clock.time()):
                    self._check_wait(wait, deadline)
                    await self._clock.sleep(wait)
                self._bucket.take(self._clock.time())
        finally:
            self._waiting -= 1

    def _check_wait(self, wait: float, deadline: float) -> None:
        if wait and self._clock.time() + wait >= deadline:
            raise RateLimitError("the source's rate limit allows no call before the deadline", retry_after=wait)

    async def _exchange(self, session: "aiohttp.ClientSession", request: SourceRequest) -> SourceResponse:
        headers = {"Accept": request.accept.header, **credentials.headers(self._keys)}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        url = self._url(request)
        retrieved_at = self._clock.now()
        async with session.request(
            request.method, url, data=request.body, headers=headers, allow_redirects=False
        ) as response:
            pause = parse_retry_after(response.headers.get("Retry-After"), self._clock.now())
            if pause is not None and response.status in {429, 503}:
                self._bucket.pause_until(self._clock.time() + min(pause, MAX_PAUSE))
            if error := responses.error_before_body(response.status, pause):
                raise error
            content, size, digest = await self._read_body(response, request)
            origin = Origin(
                location=self._redactor.redact_url(url),
                retrieved_at=retrieved_at,
                status=response.status,
                bytes=size,
                sha256=digest,
            )
            return _decode(request, self._describe(response, request, content, origin), pause)

    async def _read_body(self, response: "aiohttp.ClientResponse", request: SourceRequest) -> tuple[bytes, int, str]:
        """The content (empty where it was written to the request's file), its size, and its SHA-256 in hex."""
        if request.file is not None and response.status == 200 and request.accept.admits(_media_type(response)):
            size, digest = await _write(response, request.file, self._limit)
            return b"", size, digest.hexdigest()
        content = self._redactor.redact(await self._content(response))
        # Of the redacted bytes: a short key could be guessed from the digest, and a new key changes nothing.
        return content, len(content), sha256(content).hexdigest()

    async def _content(self, response: "aiohttp.ClientResponse") -> bytes:
        """The body; of an error response nothing where it is too large or cannot be decompressed."""
        if response.status == 200:
            return await _read_content(response, self._limit)
        try:
            return await _read_content(response, min(self._limit, MAX_ERROR_BODY))
        except (TooLarge, Unreadable):
            return b""

    def _describe(
        self, response: "aiohttp.ClientResponse", request: SourceRequest, content: bytes, origin: Origin
    ) -> SourceResponse:
        """The response without its payload."""
        headers = {
            name: self._redactor.redact_text(response.headers[name])
            for name in request.accept.headers
            if name in response.headers
        }
        return SourceResponse(
            status=response.status,
            media_type=_media_type(response),
            content=content,
            payload=None,
            origin=origin,
            headers=headers,
        )

    def _url(self, request: SourceRequest) -> URL:
        """The call's URL, credentials included. Keep it in no frame that a raised error passes through."""
        # A colon may stand as it is (RFC 3986 §3.3), and odcloud's addresses have one.
        segments = [quote(segment, safe=":") for segment in request.path.split("/")]
        url = self._address.joinpath(*segments, encoded=True) if request.path else self._address
        return url.with_query(request.params).extend_query(credentials.query(self._keys))

    def _open(self) -> "ConnectionPool":
        # Imported by the first call: most processes ask no publisher, and aiohttp takes a third of a second.
        from adapters.client.connections import ConnectionPool

        if self._pool is None:
            self._pool = ConnectionPool(self._connections, self._connect_timeout, self._read_timeout)
        return self._pool


def _without_context(error: SourceError) -> SourceError:
    """The error alone. aiohttp's messages hold URLs, a call's frames hold keys, and some logs print all of these."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _media_type(response: "aiohttp.ClientResponse") -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


async def _read_content(response: "aiohttp.ClientResponse", limit: int) -> bytes:
    if response.content_length is not None and response.content_length > limit:
        raise TooLarge(f"the response announces more than {limit} bytes")
    decoder = ContentDecoder(response.headers.get("Content-Encoding"), limit)
    async for chunk in response.content.iter_any():
        decoder.feed(chunk)
    return decoder.content()


async def _write(response: "aiohttp.ClientResponse", path: Path, limit: int) -> "tuple[int, hashlib._Hash]":
    """Writes the body as it arrives; its size in bytes, and its digest."""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Unreadable("the file has a content encoding that was not requested")
    if response.content_length is not None and response.content_length > limit:
        raise TooLarge(f"the file has more than {limit} bytes")
    size, digest = 0, sha256()
    with await asyncio.to_thread(path.open, "wb") as file:
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > limit:
                raise TooLarge(f"the file has more than {limit} bytes")
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
    return size, digest


def _decode(request: SourceRequest, response: SourceResponse, pause: float | None) -> SourceResponse:
    """The response with its payload. Raises what its check, its status or its format says, in this order."""
    payload, decoding_error = responses.decode(response.content, response.media_type, request.accept)
    response = structs.replace(response, payload=payload)
    request.check(response)
    if error := responses.error_of_status(response.status, pause) or decoding_error:
        raise error
    return response


def _parse_address(address: str, *, secret: bool) -> URL:
    url = URL(address)
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError("a publisher's address begins with https:// or http:// and a host")
    if url.user or url.password or url.query_string or url.fragment:
        raise ValueError("a publisher's address has no user, query or fragment; set credentials separately")
    if secret and url.scheme == "http" and not _is_local(url.host):
        raise ValueError("a credential is sent over https only")
    return url


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
