"""What came back, judged: its coding undone within bounds, its form checked, its status turned into our errors."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct, structs

from adapters.errors import (
    Failed,
    NotFound,
    NotReady,
    OutagePage,
    RateLimited,
    Redirected,
    RequestRefused,
    SourceError,
    TooLarge,
    Unauthorised,
    Unreadable,
)
from adapters.source import Origin

PIECE = 64 * 1024
"""Bytes that are inflated at once."""


class Form(Struct, frozen=True, kw_only=True):
    """What a source promises to send: its name, its media types, and how its bytes become a payload.

    A media type may end as `+json`, which stands for all of its kind. `decode` raises ValueError, ArithmeticError or
    RecursionError. `headers` names those of an answer that the source reads.
    """

    name: str
    media_types: tuple[str, ...]
    decode: Callable[[bytes], Any]
    headers: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        """What to ask for in Accept."""
        return ", ".join([*(own for own in self.media_types if not own.startswith("+")), "*/*;q=0.1"])

    def admits(self, media_type: str) -> bool:
        """Whether the payload may be of this media type. An answer that states none is judged by its bytes."""
        return not media_type or any(
            media_type.endswith(own) if own.startswith("+") else media_type == own for own in self.media_types
        )


class Answer(Struct, frozen=True, kw_only=True):
    """A publisher's answer, without credentials: its status, media type (lower case, "" if none), bytes and origin.

    `payload` is what the form made of the bytes. In front of a judge it is None where the bytes are not of that form.
    `headers` are those that the form names, as it names them, where the answer has them.
    """

    status: int
    media_type: str
    content: bytes
    payload: Any
    origin: Origin
    headers: Mapping[str, str] = {}


Judge = Callable[[Answer], None]
"""A source's own test of an answer, whatever its status: raises SourceError for what the publisher calls an error.

It comes before the door's own judgement, which knows nothing of error bodies under HTTP 200, of one status used for two
things, or of faults in another form than the one asked for.
"""


def accept_anything(answer: Answer) -> None:
    """The judge of a publisher whose status codes and forms can be relied on."""


def _json(content: bytes) -> Any:
    return _JSON.decode(content.removeprefix(b"\xef\xbb\xbf"))


def _as_sent(content: bytes) -> bytes:
    return content


# Figures are published in decimals; a float would not give them back.
_JSON: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)

JSON = Form(name="JSON", media_types=("application/json", "text/json", "+json"), decode=_json)
XML = Form(name="XML", media_types=("application/xml", "text/xml", "+xml"), decode=_as_sent)
TEXT = Form(name="text", media_types=("text/plain", "text/csv", "application/csv"), decode=_as_sent)
BYTES = Form(
    name="bytes",
    media_types=("application/octet-stream", "binary/octet-stream", "application/zip", "application/x-zip-compressed"),
    decode=_as_sent,
)


class Inflation:
    """Undoes a Content-Encoding piece by piece and stops at `limit` bytes, counted before and after.

    gzip and deflate only, of one member, to its end: a library's inflation takes a stream that is cut off for a whole
    one. Raises TooLarge and Unreadable.
    """

    def __init__(self, coding: str | None, limit: int) -> None:
        self._coding = (coding or "identity").strip().lower()
        if self._coding not in {"identity", "gzip", "x-gzip", "deflate"}:
            raise Unreadable("the answer is in a coding that was not asked for")
        self._limit = limit
        self._received = 0
        self._content = bytearray()
        self._stream: zlib._Decompress | None = None

    def feed(self, piece: bytes) -> None:
        """The next bytes as they came."""
        self._received += len(piece)
        if self._received > self._limit:
            raise TooLarge(f"the answer has more than {self._limit} bytes")
        if self._coding == "identity" or not piece:
            self._content += piece
            return
        self._stream = self._stream or zlib.decompressobj(self._window(piece[0]))
        rest = self._inflate(self._stream, piece)
        if rest or self._stream.unused_data:
            raise Unreadable("something follows the end of the compressed answer")

    def content(self) -> bytes:
        """All bytes, inflated."""
        if self._stream and not self._stream.eof:
            raise Unreadable("the compressed answer ends too early")
        return bytes(self._content)

    def _inflate(self, stream: "zlib._Decompress", piece: bytes) -> bytes:
        """What is left of the piece after the end of the stream."""
        while not stream.eof:
            try:
                inflated = stream.decompress(piece, PIECE)
            except zlib.error as exc:
                raise Unreadable("the answer cannot be inflated") from exc
            self._content += inflated
            if len(self._content) > self._limit:
                raise TooLarge(f"the answer has more than {self._limit} bytes when inflated")
            piece = stream.unconsumed_tail
            # A full piece may have more behind it, even where all input is taken in.
            if not piece and len(inflated) < PIECE:
                break
        return piece

    def _window(self, first: int) -> int:
        if self._coding != "deflate":
            return zlib.MAX_WBITS | 16
        # RFC 9110 §8.4.1.2: some send deflate without the zlib header that the name promises.
        return zlib.MAX_WBITS if first & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS


def fault_of_head(status: int, retry_after: float | None) -> SourceError | None:
    """What the status alone says, before any body is read."""
    if 300 <= status < 400:
        return Redirected(f"the source redirects (HTTP {status})")
    if status == 202:
        return NotReady("the source still prepares the answer (HTTP 202)", retry_after=retry_after)
    return None


def fault_of_status(status: int, retry_after: float | None) -> SourceError | None:
    """What the status says of a whole answer; None for 200."""
    if status == 200:
        return None
    if status == 429:
        return RateLimited("the source allows no more calls just now (HTTP 429)", retry_after=retry_after)
    if status in {401, 403}:
        return Unauthorised(f"the source refuses our credential (HTTP {status})")
    if status in {404, 410}:
        return NotFound(f"the source knows no such thing (HTTP {status})")
    if 400 <= status < 500:
        return RequestRefused(f"the source refuses the question (HTTP {status})", retry_after=retry_after)
    if status >= 500:
        return Failed(f"the source failed (HTTP {status})", retry_after=retry_after)
    return Unreadable(f"the source answers without an answer (HTTP {status})")


def decoded(content: bytes, media_type: str, form: Form) -> tuple[Any, SourceError | None]:
    """The payload, or None and why there is none."""
    if not form.admits(media_type):
        if media_type in {"text/html", "application/xhtml+xml"}:
            return None, OutagePage(f"a page for people where {form.name} was promised")
        return None, Unreadable(f"another media type where {form.name} was promised")
    if content[:512].removeprefix(b"\xef\xbb\xbf").lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        return None, OutagePage(f"a page for people where {form.name} was promised")
    try:
        return form.decode(content), None
    except (ValueError, ArithmeticError, RecursionError):
        return None, Unreadable(f"the answer cannot be read as {form.name}")


def together(origins: Sequence[Origin]) -> Origin:
    """Where several pages came from: the address of the first, and what they hold together."""
    first = origins[0]
    if len(origins) == 1:
        return first
    digest = sha256("".join(origin.sha256 or "" for origin in origins).encode())
    return structs.replace(first, bytes=sum(origin.bytes or 0 for origin in origins), sha256=digest.hexdigest())
