"""Keys that publishers gave us: put into a request by the door alone, and struck out of whatever leaves it."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from typing import Literal, NoReturn

from msgspec import Struct
from yarl import URL

REDACTED = "REDACTED"

DISTINCTIVE = 12
"""The shortest secret that no text holds by chance. Shorter ones are struck out only where their name is with them."""


class Secret:
    """A value that shows itself to nobody who does not ask: not in repr, str or format, and it cannot be pickled.

    Printable ASCII without spaces, so that it can add nothing to a header; else ValueError.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not re.fullmatch(r"[!-~]+", value):
            raise ValueError("a secret is one or more printable ASCII characters without spaces")
        self._value = value

    def reveal(self) -> str:
        """The value itself. Keep it in no variable: error reports may show those."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")


class Credential(Struct, frozen=True, kw_only=True):
    """A secret and where the publisher wants it: in the header or the query parameter `name`.

    A `scheme` such as Bearer stands before it in a header. Of the scheme Basic (RFC 7617) the secret is
    `user:password`, and is sent in base64.
    """

    secret: Secret
    place: Literal["header", "query"]
    name: str
    scheme: str | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", self.name):
            raise ValueError("a credential is named by letters, digits, '_', '.' and '-'")
        if self.scheme is not None and (self.place == "query" or not re.fullmatch(r"[A-Za-z0-9-]+", self.scheme)):
            raise ValueError("a scheme is one word, before a secret in a header")
        if self.scheme == "Basic" and not all(self.secret.reveal().partition(":")):
            raise ValueError("the secret of the scheme Basic is a user, a colon and a password")

    def written(self) -> str:
        """What stands in the header. Keep it in no variable."""
        if self.scheme == "Basic":
            return f"Basic {b64encode(self.secret.reveal().encode()).decode()}"
        return f"{self.scheme} {self.secret.reveal()}" if self.scheme else self.secret.reveal()


def headers(credentials: Iterable[Credential]) -> dict[str, str]:
    """The request headers that carry credentials."""
    return {credential.name: credential.written() for credential in credentials if credential.place == "header"}


def query(credentials: Iterable[Credential]) -> dict[str, str]:
    """The query parameters that carry credentials."""
    return {credential.name: credential.secret.reveal() for credential in credentials if credential.place == "query"}


class Redaction:
    """Strikes credentials out of bytes and URLs, however they are written.

    Publishers echo the caller's key inside their answers (law.go.kr: in the link to each judgment), written as in a
    query, as in JSON, as in HTML or in base64.
    """

    def __init__(self, credentials: Sequence[Credential]) -> None:
        self._names = {credential.name.casefold() for credential in credentials if credential.place == "query"}
        self._patterns = [
            re.compile(_written(credential.name, secret))
            for credential in credentials
            for secret in _secrets(credential)
        ]

    def content(self, content: bytes) -> bytes:
        """The content without secrets; the same object where there are none."""
        for pattern in self._patterns:
            content = pattern.sub(rb"\1" + REDACTED.encode(), content)
        return content

    def text(self, text: str) -> str:
        """A header's text without secrets."""
        return self.content(text.encode(errors="replace")).decode()

    def url(self, url: URL) -> str:
        """The URL without secrets, without user and password and without fragment."""
        kept = [(name, REDACTED if name.casefold() in self._names else value) for name, value in url.query.items()]
        shown = url.with_user(None).with_fragment(None).with_query(kept)
        return self.content(str(shown).encode()).decode()


def _secrets(credential: Credential) -> list[bytes]:
    """What must be seen nowhere: the secret, and of a user and a password the password alone as well."""
    secret = credential.secret.reveal().encode()
    return [secret, secret.partition(b":")[2]] if credential.scheme == "Basic" else [secret]


def _written(name: str, secret: bytes) -> bytes:
    """A pattern for the secret in every way of writing it; what comes before it and stays is group 1."""
    plain = b"".join(_character(byte) for byte in secret)
    if len(secret) < DISTINCTIVE:
        return rb"((?i:%b)[\"']?%b)%b" % (re.escape(name.encode()), _ASSIGNED, plain)
    encoded = {encode(secret).rstrip(b"=") for encode in (b64encode, urlsafe_b64encode)}
    return b"()(?:" + b"|".join([plain, *(re.escape(one) + b"=*" for one in sorted(encoded))]) + b")"


_ASSIGNED = rb"""(?:=|%(?:25)*(?i:3D)|\\+u003[Dd]|&\#0*61;|&\#[Xx]0*3[Dd];|\s*:\s*["']?)"""
"""What stands between a name and its value: in a query, in a query inside JSON or HTML, in JSON or a header."""

_ENTITIES = {ord("&"): b"&amp;", ord("<"): b"&lt;", ord(">"): b"&gt;", ord('"'): b"&quot;", ord("'"): b"&apos;"}


def _character(byte: int) -> bytes:
    raw = bytes([byte])
    if raw.isalnum() or raw in b"-._~":
        return re.escape(raw)
    ways = [
        re.escape(raw),
        # Percent-encoded once or several times over.
        rb"%%(?:25)*(?i:%02X)" % byte,
        rb"\\+(?:%b|u00(?i:%02X))" % (re.escape(raw), byte),
        rb"&\#(?:0*%d|[Xx]0*(?i:%X));" % (byte, byte),
    ]
    if byte in _ENTITIES:
        ways.append(re.escape(_ENTITIES[byte]))
    if raw == b"+":
        # A server that decodes a form reads it as a space.
        ways.append(b" ")
    return b"(?:" + b"|".join(ways) + b")"
