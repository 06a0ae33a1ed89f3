"""How a live channel asks: a session per publisher, within its rate, until one deadline, and without showing a key."""

import asyncio
import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import quote

import aiohttp
import msgspec
from aiohttp.http_exceptions import HttpProcessingError
from msgspec import Struct, structs
from yarl import URL

from adapters.client import credentials, responses
from adapters.client.clock import Clock, SystemClock
from adapters.client.credentials import Credential, Redaction
from adapters.client.rate_limits import Bucket, Rate
from adapters.client.responses import Answer, Form, Inflation, Judge
from adapters.client.retries import ATTEMPTS, PASSING, backoff, retry_after
from adapters.errors import (
    RateLimited,
    SourceError,
    TimedOut,
    TooLarge,
    Unanswered,
    Unreachable,
    Unreadable,
)
from adapters.source import Origin

LIMIT = 32 * 1024 * 1024
"""The most bytes of one answer, inflated."""

REASON_LIMIT = 64 * 1024
"""The most bytes of an error's body that a judge gets to see."""

LONGEST_HOLD = 3600.0
"""Seconds for which one answer's Retry-After can silence a source; then it is asked again."""

Parameters = Mapping[str, str | int | Sequence[str]]
"""A query by name, unencoded; a sequence stands for a name that is repeated."""


class Question(Struct, frozen=True, kw_only=True):
    """One call as the source wants it made. `safe`: putting it twice does no more than putting it once."""

    method: Literal["GET", "POST"]
    path: str
    params: Parameters
    body: bytes | None
    safe: bool
    accept: Form
    judge: Judge
    into: Path | None = None
    """Where a whole answer is written, instead of being handed over."""

    def __post_init__(self) -> None:
        *folders, last = self.path.split("/")
        if not {".", ".."}.isdisjoint({*folders, last}) or "" in folders:
            raise ValueError("a path leads down from the publisher's address, and none of its parts is empty")


class _Line:
    """What is open to a publisher, in the event loop in which it was opened."""

    def __init__(self, session: aiohttp.ClientSession, connections: int) -> None:
        self.session = session
        self.free = asyncio.Semaphore(connections)
        self.turn = asyncio.Lock()


class Upstream:
    """One publisher's live interface. Raises only SourceError.

    Every source has an Upstream of its own, so that one that hangs holds up no other. It opens with the first call, in
    the event loop of that call, and stays open until `close`. `rates` are the publisher's limits, all of which hold;
    `connections` is how many calls may be under way at once, `limit` the bytes of an answer, inflated. No call takes
    longer than `patience` seconds, whatever its caller's deadline; `connecting` and `silence` are the seconds that a
    connection, and the next byte, may keep us waiting.

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
        limit: int = LIMIT,
        patience: float = 30.0,
        connecting: float = 5.0,
        silence: float = 15.0,
        clock: Clock | None = None,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._address = _checked(address, secret=bool(keys))
        self._keys = tuple(keys)
        self._redaction = Redaction(self._keys)
        self._bucket = Bucket(rates)
        self._connections = connections
        self._limit = limit
        self._patience = patience
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connecting, sock_read=silence)
        self._clock = clock or SystemClock()
        self._uniform = uniform
        self._line: _Line | None = None
        self._waiting = 0

    async def get(
        self,
        path: str = "",
        params: Parameters | None = None,
        *,
        safe: bool = True,
        accept: Form,
        judge: Judge = responses.accept_anything,
        deadline: float | None = None,
    ) -> Answer:
        """The publisher's answer to a GET. `path` is relative and, as `params`, unencoded; `deadline` by the clock.

        Put again after a fault only where it is `safe`, or where the publisher allowed no more calls.
        """
        question = Question(
            method="GET", path=path, params=params or {}, body=None, safe=safe, accept=accept, judge=judge
        )
        return await self._ask(question, deadline)

    async def post(
        self,
        path: str,
        body: Any,
        params: Parameters | None = None,
        *,
        safe: bool,
        accept: Form,
        judge: Judge = responses.accept_anything,
        deadline: float | None = None,
    ) -> Answer:
        """The publisher's answer to a POST of `body` as JSON. Put again as a GET is."""
        question = Question(
            method="POST",
            path=path,
            params=params or {},
            body=msgspec.json.encode(body),
            safe=safe,
            accept=accept,
            judge=judge,
        )
        return await self._ask(question, deadline)

    async def download(self, path: str, into: Path, *, accept: Form, deadline: float | None = None) -> Origin:
        """Writes the publisher's answer to a GET to a new file, piece by piece, and says where it came from.

        Where it fails there is no file. For publishers that take no credential: what is written is not searched for
        one. Raises ValueError where there is one.
        """
        if self._keys:
            raise ValueError("a credential could be echoed into the file")
        question = Question(
            method="GET",
            path=path,
            params={},
            body=None,
            safe=True,
            accept=accept,
            judge=responses.accept_anything,
            into=into,
        )
        try:
            return (await self._ask(question, deadline)).origin
        except BaseException:
            await asyncio.to_thread(into.unlink, missing_ok=True)
            raise

    async def close(self) -> None:
        """Closes every connection; calls under way end as Unreachable. The next call would open anew."""
        line, self._line = self._line, None
        if line:
            await line.session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _ask(self, question: Question, deadline: float | None) -> Answer:
        """Up to three attempts until one deadline. A breaker and a budget for repetitions have their place here."""
        latest = self._clock.time() + self._patience
        deadline = latest if deadline is None else min(deadline, latest)
        attempt = 1
        while isinstance(outcome := await self._attempt(question, deadline), SourceError):
            pause = outcome.retry_after if isinstance(outcome, Unanswered) else None
            wait = max(pause or 0.0, backoff(attempt, self._uniform))
            in_time = self._clock.time() + wait < deadline
            again = isinstance(outcome, PASSING if question.safe else RateLimited)
            if not (in_time and again and attempt < ATTEMPTS):
                raise _bare(outcome)
            await self._clock.sleep(wait)
            attempt += 1
        return outcome

    async def _attempt(self, question: Question, deadline: float) -> Answer | SourceError:
        """One call, or why it failed.

        A fault is handed back, so that no `raise` ties it to the exception it translates.
        """
        line = self._open()
        asked = False
        try:
            async with self._clock.timeout_at(deadline), line.free:
                await self._turn(line, deadline)
                asked = True
                return await self._exchange(line.session, question)
        except SourceError as fault:
            return fault
        except aiohttp.ConnectionTimeoutError:
            return Unreachable("the source takes no connection")
        except aiohttp.ServerTimeoutError:
            return TimedOut("the source stayed silent for too long")
        except TimeoutError:
            return TimedOut("no whole answer within the deadline" if asked else "no connection free until the deadline")
        except (aiohttp.ClientResponseError, HttpProcessingError):
            return Unreadable("what came back is no HTTP")
        except (aiohttp.ClientError, OSError) as error:
            return Unreachable(f"the connection failed ({type(error).__name__})")
        except RuntimeError:
            if line is self._line:
                raise
            return Unreachable("the connection was closed on our side")

    async def _turn(self, line: _Line, deadline: float) -> None:
        """Waits, behind those who came before, until the publisher's rate allows a call; never past the deadline."""
        ahead, self._waiting = self._waiting, self._waiting + 1
        try:
            self._afford(self._bucket.wait(self._clock.time(), ahead), deadline)
            async with line.turn:
                while wait := self._bucket.wait(self._clock.time()):
                    self._afford(wait, deadline)
                    await self._clock.sleep(wait)
                self._bucket.take(self._clock.time())
        finally:
            self._waiting -= 1

    def _afford(self, wait: float, deadline: float) -> None:
        if wait and self._clock.time() + wait >= deadline:
            raise RateLimited("the source's rate allows no call before the deadline", retry_after=wait)

    async def _exchange(self, session: aiohttp.ClientSession, question: Question) -> Answer:
        headers = {"Accept": question.accept.header, **credentials.headers(self._keys)}
        if question.body is not None:
            headers["Content-Type"] = "application/json"
        url = self._url(question)
        retrieved_at = self._clock.now()
        async with session.request(
            question.method, url, data=question.body, headers=headers, allow_redirects=False
        ) as response:
            pause = retry_after(response.headers.get("Retry-After"), self._clock.now())
            if pause is not None and response.status in {429, 503}:
                self._bucket.hold(self._clock.time() + min(pause, LONGEST_HOLD))
            if fault := responses.fault_of_head(response.status, pause):
                raise fault
            media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            content, size, digest = b"", 0, sha256()
            if question.into is not None and response.status == 200 and question.accept.admits(media_type):
                size, digest = await _saved(response, question.into, self._limit)
            else:
                content = self._redaction.content(await self._content(response))
                # Of the redacted bytes: a short key could be guessed from the digest, and a new key changes nothing.
                size, digest = len(content), sha256(content)
            origin = Origin(
                location=self._redaction.url(url),
                retrieved_at=retrieved_at,
                status=response.status,
                bytes=size,
                sha256=digest.hexdigest(),
            )
            headers = {
                name: self._redaction.text(response.headers[name])
                for name in question.accept.headers
                if name in response.headers
            }
            answer = Answer(
                status=response.status,
                media_type=media_type,
                content=content,
                payload=None,
                origin=origin,
                headers=headers,
            )
            return _judged(question, answer, pause)

    async def _content(self, response: aiohttp.ClientResponse) -> bytes:
        """The body; of an error's body nothing where it is too large or cannot be inflated."""
        if response.status == 200:
            return await _inflated(response, self._limit)
        try:
            return await _inflated(response, min(self._limit, REASON_LIMIT))
        except (TooLarge, Unreadable):
            return b""

    def _url(self, question: Question) -> URL:
        """The call's URL, credentials included. Keep it in no frame that a raised error passes through."""
        # A colon may stand as it is (RFC 3986 §3.3), and odcloud's addresses have one.
        parts = [quote(part, safe=":") for part in question.path.split("/")]
        url = self._address.joinpath(*parts, encoded=True) if question.path else self._address
        return url.with_query(question.params).extend_query(credentials.query(self._keys))

    def _open(self) -> _Line:
        if self._line is None:
            session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "enforcement-gateway", "Accept-Encoding": "gzip, deflate"},
                timeout=self._timeout,
                trust_env=False,
                # Ours counts what it inflates and notices a stream that is cut off.
                auto_decompress=False,
                middlewares=(_once,),
            )
            self._line = _Line(session, self._connections)
        return self._line


def _bare(fault: SourceError) -> SourceError:
    """The fault alone. aiohttp's messages hold URLs, a call's frames hold keys, and some logs print all of these."""
    fault.__cause__ = fault.__context__ = None
    return fault.with_traceback(None)


async def _once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Sends a request once. Left to itself aiohttp sends it anew when a connection breaks, past rate and attempts."""
    try:
        return await send(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        lost = Unreachable(f"the connection failed ({type(error).__name__})")
    raise lost


async def _inflated(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if response.content_length is not None and response.content_length > limit:
        raise TooLarge(f"the answer announces more than {limit} bytes")
    inflation = Inflation(response.headers.get("Content-Encoding"), limit)
    async for piece in response.content.iter_any():
        inflation.feed(piece)
    return inflation.content()


async def _saved(response: aiohttp.ClientResponse, into: Path, limit: int) -> "tuple[int, hashlib._Hash]":
    """Writes the body as it comes; how many bytes it had, and their digest."""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Unreadable("a file came in a coding that was not asked for")
    if response.content_length is not None and response.content_length > limit:
        raise TooLarge(f"the file has more than {limit} bytes")
    size, digest = 0, sha256()
    with await asyncio.to_thread(into.open, "wb") as file:
        async for piece in response.content.iter_any():
            size += len(piece)
            if size > limit:
                raise TooLarge(f"the file has more than {limit} bytes")
            digest.update(piece)
            await asyncio.to_thread(file.write, piece)
    return size, digest


def _judged(question: Question, bare: Answer, pause: float | None) -> Answer:
    payload, undecoded = responses.decoded(bare.content, bare.media_type, question.accept)
    answer = structs.replace(bare, payload=payload)
    question.judge(answer)
    if fault := responses.fault_of_status(answer.status, pause) or undecoded:
        raise fault
    return answer


def _checked(address: str, *, secret: bool) -> URL:
    url = URL(address)
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError("a publisher's address begins with https:// or http:// and a host")
    if url.user or url.password or url.query_string or url.fragment:
        raise ValueError("a publisher's address holds no user, query or fragment; credentials are given apart")
    if secret and url.scheme == "http" and not _is_here(url.host):
        raise ValueError("a credential travels over https only")
    return url


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
