"""API keys as they are written, and the digests by which they are known; a key itself is kept nowhere.

`eg_live_` or `eg_test_`, 8 characters that name the key, `_`, 43 characters that are the secret (256 bits), and 6 that
are the CRC-32 of all before: whoever scans logs and repositories for lost keys can tell a key from chance.
"""

import hmac
import re
import secrets
import string
import zlib
from collections.abc import Iterator

from msgspec import Struct

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
IDENTITY, SECRET, CHECK = 8, 43, 6
FORM = re.compile(
    rf"eg_(live|test)_([0-9A-Za-z]{{{IDENTITY}}})_[0-9A-Za-z]{{{SECRET}}}([0-9A-Za-z]{{{CHECK}}})", re.ASCII
)
ANYWHERE = re.compile(FORM.pattern.encode())


class Key(Struct, frozen=True):
    """A key that is well written. `text` is all of it, and never to be printed, stored or logged."""

    id: str
    live: bool
    text: str

    def __repr__(self) -> str:
        return f"Key(id={self.id!r})"

    def digest(self, pepper: bytes) -> bytes:
        """What is stored of it: HMAC-SHA-256 under a pepper that the database does not hold. 32 bytes."""
        return hmac.digest(pepper, self.text.encode(), "sha256")


def new_key(*, live: bool) -> Key:
    """A key that nobody has had, from the operating system's randomness."""
    identity, secret = (_random(length) for length in (IDENTITY, SECRET))
    text = f"eg_{'live' if live else 'test'}_{identity}_{secret}"
    return Key(identity, live, text + _check(text))


def read_key(text: str) -> Key | None:
    """The key that a text is; None where it is none, or was copied wrongly."""
    found = FORM.fullmatch(text)
    if found is None or not hmac.compare_digest(found[3], _check(text[:-CHECK])):
        return None
    return Key(found[2], found[1] == "live", text)


def keys_within(content: bytes) -> Iterator[Key]:
    """The keys that stand anywhere in what was sent."""
    if b"eg_" in content:
        for found in ANYWHERE.finditer(content):
            key = read_key(found[0].decode("ascii"))
            if key is not None:
                yield key


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _check(text: str) -> str:
    number = zlib.crc32(text.encode())
    digits = []
    for _ in range(CHECK):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
