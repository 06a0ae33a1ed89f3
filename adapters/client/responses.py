"""A publisher's response: its body decompressed within limits, its format checked, its status turned into an error."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct, structs

from adapters.errors import (
    BadRequest,
    NotFound,
    NotReady,
    OutagePage,
    RateLimitError,
    Redirect,
    ServerError,
    SourceError,
    TooLarge,
    Unauthorised,
    Unreadable,
)
from adapters.source import Origin

CHUNK = 64 * 1024
"""Bytes that are decompressed at once."""


class ResponseFormat(Struct, frozen=True, kw_only=True):
    """The format of a publisher's responses: its name, its media types, and how bytes are decoded into a payload.

    A media type such as `+json` stands for every type with that suffix. `decode` raises ValueError, ArithmeticError or
    RecursionError. `headers` names the response headers that the source uses.
    """

    name: str
    media_types: tuple[str, ...]
    decode: Callable[[bytes], Any]
    headers: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        """The value of the Accept header."""
        return ", ".join([*(own for own in self.media_types if not own.startswith("+")), "*/*;q=0.1"])

    def admits(self, media_type: str) -> bool:
        """Whether the payload may have this media type. A response without one is checked by its bytes."""
        return not media_type or any(
            media_type.endswith(own) if own.startswith("+") else media_type == own for own in self.media_types
        )


class SourceResponse(Struct, frozen=True, kw_only=True):
    """A publisher's response, without credentials: its status, media type (lower case, "" if none), bytes and origin.

    `payload` is what the format decoded the bytes to; a response check sees None where they are not in that format.
    `headers` are those that the format names, spelled as it does, where the response has them.
    """

    status: int
    media_type: str
    content: bytes
    payload: Any
    origin: Origin
    headers: Mapping[str, str] = {}


ResponseCheck = Callable[[SourceResponse], None]
"""A source's own check of a response of any status: raises SourceError for what the publisher calls an error.

It runs before the client's own checks, which cannot know about error bodies under HTTP 200, a status with two meanings,
or errors in another format than the requested one.
"""


def accept_anything(response: SourceResponse) -> None:
    """The check for a publisher whose status codes and formats are reliable."""


def _json(content: bytes) -> Any:
    return _JSON.decode(content.removeprefix(b"\xef\xbb\xbf"))


def _unchanged(content: bytes) -> bytes:
    return content


# Figures are published as decimals, which a float would change.
_JSON: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)

JSON = ResponseFormat(name="JSON", media_types=("application/json", "text/json", "+json"), decode=_json)
XML = ResponseFormat(name="XML", media_types=("application/xml", "text/xml", "+xml"), decode=_unchanged)
TEXT = ResponseFormat(name="text", media_types=("text/plain", "text/csv", "application/csv"), decode=_unchanged)
BYTES = ResponseFormat(
    name="bytes",
    media_types=("application/octet-stream", "binary/octet-stream", "application/zip", "application/x-zip-compressed"),
    decode=_unchanged,
)


class ContentDecoder:
    """Decompresses a body chunk by chunk, up to `limit` bytes before and after decompression.

    gzip and deflate only, one member, to its end: aiohttp accepts a truncated stream as a complete one. Raises
    TooLarge and Unreadable.
    """

    def __init__(self, coding: str | None, limit: int) -> None:
        self._coding = (coding or "identity").strip().lower()
        if self._coding not in {"identity", "gzip", "x-gzip", "deflate"}:
            raise Unreadable("the response has a content encoding that was not requested")
        self._limit = limit
        self._size = 0
        self._content = bytearray()
        self._stream: zlib._Decompress | None = None

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes of the body."""
        self._size += len(chunk)
        if self._size > self._limit:
            raise TooLarge(f"the response has more than {self._limit} bytes")
        if self._coding == "identity" or not chunk:
            self._content += chunk
            return
        self._stream = self._stream or zlib.decompressobj(self._window(chunk[0]))
        rest = self._decompress(self._stream, chunk)
        if rest or self._stream.unused_data:
            raise Unreadable("there is data after the end of the compressed response")

    def content(self) -> bytes:
        """The whole body, decompressed."""
        if self._stream and not self._stream.eof:
            raise Unreadable("the compressed response is truncated")
        return bytes(self._content)

    def _decompress(self, stream: "zlib._Decompress", chunk: bytes) -> bytes:
        """The rest of the chunk after the end of the stream."""
        while not stream.eof:
            try:
                output = stream.decompress(chunk, CHUNK)
            except zlib.error as exc:
                raise Unreadable("the response cannot be decompressed") from exc
            self._content += output
            if len(self._content) > self._limit:
                raise TooLarge(f"the response has more than {self._limit} bytes after decompression")
            chunk = stream.unconsumed_tail
            # There may be more output behind a full chunk, even where all input is consumed.
            if not chunk and len(output) < CHUNK:
                break
        return chunk

    def _window(self, first: int) -> int:
        if self._coding != "deflate":
            return zlib.MAX_WBITS | 16
        # RFC 9110 §8.4.1.2: some send deflate without the zlib header that the name promises.
        return zlib.MAX_WBITS if first & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS


def error_before_body(status: int, retry_after: float | None) -> SourceError | None:
    """The error that a status means whatever the body says; None where the body has to be read."""
    if 300 <= status < 400:
        return Redirect(f"the source redirects (HTTP {status})")
    if status == 202:
        return NotReady("the source is still preparing the response (HTTP 202)", retry_after=retry_after)
    return None


def error_of_status(status: int, retry_after: float | None) -> SourceError | None:
    """The error that the status of a complete response means; None for 200."""
    if status == 200:
        return None
    if status == 429:
        return RateLimitError("the source allows no more calls at the moment (HTTP 429)", retry_after=retry_after)
    if status in {401, 403}:
        return Unauthorised(f"the source rejects our credential (HTTP {status})")
    if status in {404, 410}:
        return NotFound(f"the source has no such resource (HTTP {status})")
    if 400 <= status < 500:
        return BadRequest(f"the source rejects the request (HTTP {status})", retry_after=retry_after)
    if status >= 500:
        return ServerError(f"the source failed (HTTP {status})", retry_after=retry_after)
    return Unreadable(f"the source answers with an unexpected status (HTTP {status})")


def decode(content: bytes, media_type: str, format: ResponseFormat) -> tuple[Any, SourceError | None]:
    """The payload, or None and the reason why there is none."""
    if not format.admits(media_type):
        if media_type in {"text/html", "application/xhtml+xml"}:
            return None, OutagePage(f"an HTML page instead of {format.name}")
        return None, Unreadable(f"another media type than {format.name}")
    if content[:512].removeprefix(b"\xef\xbb\xbf").lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        return None, OutagePage(f"an HTML page instead of {format.name}")
    try:
        return format.decode(content), None
    except (ValueError, ArithmeticError, RecursionError):
        return None, Unreadable(f"the response is not valid {format.name}")


def combine_origins(origins: Sequence[Origin]) -> Origin:
    """The origin of several pages: the address of the first, and the size and digest of all."""
    first = origins[0]
    if len(origins) == 1:
        return first
    digest = sha256("".join(origin.sha256 or "" for origin in origins).encode())
    return structs.replace(first, bytes=sum(origin.bytes or 0 for origin in origins), sha256=digest.hexdigest())
