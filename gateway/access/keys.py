"""API keys: their text, and the digests that stand for them. A key itself is never stored.

A key is `eg_live_` or `eg_test_`, 8 characters of id, `_`, 43 characters of secret (256 bits) and the CRC-32 of all of
that in 6 characters, by which scanners of logs and repositories tell a key from chance.
"""

import hmac
import re
import secrets
import string
import zlib
from collections.abc import Iterator

from msgspec import Struct

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
ID_LENGTH, SECRET_LENGTH, CHECKSUM_LENGTH = 8, 43, 6
KEY_PATTERN = re.compile(
    rf"eg_(live|test)_([0-9A-Za-z]{{{ID_LENGTH}}})_[0-9A-Za-z]{{{SECRET_LENGTH}}}([0-9A-Za-z]{{{CHECKSUM_LENGTH}}})",
    re.ASCII,
)
KEY_IN_BYTES = re.compile(KEY_PATTERN.pattern.encode())


class APIKey(Struct, frozen=True):
    """A well-formed key. `text` is the whole key, and must never be printed, stored or logged."""

    id: str
    live: bool
    text: str

    def __repr__(self) -> str:
        return f"APIKey(id={self.id!r})"

    def digest(self, pepper: bytes) -> bytes:
        """HMAC-SHA-256 of the key under a pepper that the database does not hold. 32 bytes."""
        return hmac.digest(pepper, self.text.encode(), "sha256")


def new_key(*, live: bool) -> APIKey:
    """Creates a key from the randomness of the operating system."""
    identity, secret = (_random(length) for length in (ID_LENGTH, SECRET_LENGTH))
    text = f"eg_{'live' if live else 'test'}_{identity}_{secret}"
    return APIKey(identity, live, text + _checksum(text))


def parse_key(text: str) -> APIKey | None:
    """The key that a text is; None for a text of another form or with a wrong checksum."""
    match = KEY_PATTERN.fullmatch(text)
    if match is None or not hmac.compare_digest(match[3], _checksum(text[:-CHECKSUM_LENGTH])):
        return None
    return APIKey(match[2], match[1] == "live", text)


def find_keys(content: bytes) -> Iterator[APIKey]:
    """Finds keys anywhere in the bytes of a request."""
    if b"eg_" in content:
        for match in KEY_IN_BYTES.finditer(content):
            key = parse_key(match[0].decode("ascii"))
            if key is not None:
                yield key


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _checksum(text: str) -> str:
    number = zlib.crc32(text.encode())
    digits = []
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
