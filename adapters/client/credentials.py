"""Publishers' API keys: only the client puts them into a request, and it redacts them from everything it returns."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct
from yarl import URL

from adapters.secret import Secret

REDACTED = "REDACTED"

MIN_DISTINCTIVE_LENGTH = 12
"""The length from which no text contains a secret by chance. Shorter ones are redacted only next to their name."""


class Credential(Struct, frozen=True, kw_only=True):
    """A secret and where the publisher wants it: in the header or the query parameter `name`.

    In a header, a `scheme` such as Bearer precedes it. With the scheme Basic (RFC 7617) the secret is
    `user:password` and is sent in base64.
    """

    secret: Secret
    place: Literal["header", "query"]
    name: str
    scheme: str | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", self.name):
            raise ValueError("the name of a credential consists of letters, digits, '_', '.' and '-'")
        if self.scheme is not None and (self.place == "query" or not re.fullmatch(r"[A-Za-z0-9-]+", self.scheme)):
            raise ValueError("a scheme is one word, and only a header has one")
        if self.scheme == "Basic" and not all(self.secret.reveal().partition(":")):
            raise ValueError("the secret of the scheme Basic is a user, a colon and a password")

    def header_value(self) -> str:
        """The value of the header. Do not keep it in a variable."""
        if self.scheme == "Basic":
            return f"Basic {b64encode(self.secret.reveal().encode()).decode()}"
        return f"{self.scheme} {self.secret.reveal()}" if self.scheme else self.secret.reveal()


def headers(credentials: Iterable[Credential]) -> dict[str, str]:
    """The request headers that carry credentials."""
    return {credential.name: credential.header_value() for credential in credentials if credential.place == "header"}


def query(credentials: Iterable[Credential]) -> dict[str, str]:
    """The query parameters that carry credentials."""
    return {credential.name: credential.secret.reveal() for credential in credentials if credential.place == "query"}


class Redactor:
    """Removes credentials from bytes, texts and URLs, in every common encoding.

    Publishers echo the caller's key in their responses (law.go.kr: in the link to each judgment), encoded as in a
    query, as in JSON, as in HTML or in base64.
    """

    def __init__(self, credentials: Sequence[Credential]) -> None:
        self._names = {credential.name.casefold() for credential in credentials if credential.place == "query"}
        self._patterns = [
            re.compile(_pattern(credential.name, secret))
            for credential in credentials
            for secret in _secrets(credential)
        ]

    def redact(self, content: bytes) -> bytes:
        """The content without secrets; the same object where there are none."""
        for pattern in self._patterns:
            content = pattern.sub(rb"\1" + REDACTED.encode(), content)
        return content

    def redact_text(self, text: str) -> str:
        """A header's text without secrets."""
        return self.redact(text.encode(errors="replace")).decode()

    def redact_url(self, url: URL) -> str:
        """The URL without secrets, without user and password and without fragment."""
        params = [(name, REDACTED if name.casefold() in self._names else value) for name, value in url.query.items()]
        bare = url.with_user(None).with_fragment(None).with_query(params)
        return self.redact(str(bare).encode()).decode()


def _secrets(credential: Credential) -> list[bytes]:
    """The texts to remove: the secret, and for Basic the password alone as well."""
    secret = credential.secret.reveal().encode()
    return [secret, secret.partition(b":")[2]] if credential.scheme == "Basic" else [secret]


def _pattern(name: str, secret: bytes) -> bytes:
    """A pattern for the secret in every encoding; group 1 is what precedes it and is kept."""
    plain = b"".join(_character(byte) for byte in secret)
    if len(secret) < MIN_DISTINCTIVE_LENGTH:
        return rb"((?i:%b)[\"']?%b)%b" % (re.escape(name.encode()), _ASSIGNMENT, plain)
    variants = {encode(secret).rstrip(b"=") for encode in (b64encode, urlsafe_b64encode)}
    return b"()(?:" + b"|".join([plain, *(re.escape(one) + b"=*" for one in sorted(variants))]) + b")"


_ASSIGNMENT = rb"""(?:=|%(?:25)*(?i:3D)|\\+u003[Dd]|&\#0*61;|&\#[Xx]0*3[Dd];|\s*:\s*["']?)"""
"""What separates a name from its value: in a query, in a query inside JSON or HTML, in JSON or a header."""

_ENTITIES = {ord("&"): b"&amp;", ord("<"): b"&lt;", ord(">"): b"&gt;", ord('"'): b"&quot;", ord("'"): b"&apos;"}


def _character(byte: int) -> bytes:
    raw = bytes([byte])
    if raw.isalnum() or raw in b"-._~":
        return re.escape(raw)
    encodings = [
        # Percent-encoded once or several times over.
        rb"%%(?:25)*(?i:%02X)" % byte,
        rb"\\+(?:%b|u00(?i:%02X))" % (re.escape(raw), byte),
        rb"&\#(?:0*%d|[Xx]0*(?i:%X));" % (byte, byte),
    ]
    if byte in _ENTITIES:
        encodings.append(re.escape(_ENTITIES[byte]))
    if raw == b"+":
        # A server that decodes a form turns it into a space.
        encodings.append(b" ")
    # Last, because it may be the beginning of the others: "%" of "%25".
    encodings.append(re.escape(raw))
    return b"(?:" + b"|".join(encodings) + b")"
