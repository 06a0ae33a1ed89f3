"""The key that stands in every credential of every test, and the search for it in all that leaves the gateway.

It is sought in what tests print and log, in the files that they leave, in answers and in what commands say. Where it is
found, the test has failed, whatever else it found out.
"""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

KEY = "sentinel+K3y/of=four&parts%7E"
"""A credential by which no publisher knows anybody, of signs that are written in many ways."""

WRITTEN = (b"K3y/of=four", b"K3y%2Fof%3Dfour", b"K3y%2fof%3dfour", b64encode(KEY.encode())[:24])
"""The ways of writing it that are sought: as it is, as in a query, and in base64; the rest of it may be cut off."""

PIECE = 1 << 20


class Leaked(AssertionError):
    """A credential has left the gateway. The message says where, and never what else stands there."""


def unseen(said: bytes | str, where: str) -> None:
    """Raises Leaked where the key stands in what was said."""
    content = said.encode(errors="replace") if isinstance(said, str) else said
    if any(way in content for way in WRITTEN):
        raise Leaked(f"the key of the tests stands in {where}")


def unseen_in(folder: Path) -> None:
    """Raises Leaked where the key stands in the name or the content of a file below the folder."""
    for path in folder.rglob("*"):
        unseen(path.name, "a file's name")
        if path.is_file() and not path.is_symlink():
            for piece in _pieces(path):
                unseen(piece, f"a file *{path.suffix}")


def _pieces(path: Path) -> Iterator[bytes]:
    """The file's bytes, each piece with the end of the one before."""
    longest = max(map(len, WRITTEN))
    with path.open("rb") as file:
        before = b""
        while piece := file.read(PIECE):
            yield before + piece
            before = piece[-longest:]
