"""Local files of the archive channel: found in order, read whole, named without their folders."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from adapters.errors import Unreadable
from adapters.source import Origin, Skip, ignore

T = TypeVar("T")

LIMIT = 512 * 1024 * 1024
"""The most bytes that are read as one document."""

SIDECAR_FOLDER = "__MACOSX"


class Document(Struct, frozen=True, kw_only=True):
    """A file's content: its name without folders, its bytes, their SHA-256 in hex, and the time of reading in UTC."""

    name: str
    content: bytes
    sha256: str
    retrieved_at: datetime

    @property
    def origin(self) -> Origin:
        """The origin of a batch read from this document."""
        return Origin(location=self.name, retrieved_at=self.retrieved_at, bytes=len(self.content), sha256=self.sha256)


def is_sidecar(name: str) -> bool:
    """Whether a file or member is what macOS writes beside a file: `._NAME`, or anything in a folder `__MACOSX`."""
    *folders, last = name.split("/")
    return last.startswith("._") or SIDECAR_FOLDER in folders


def find(paths: Sequence[Path], suffix: str | tuple[str, ...], skip: Skip = ignore) -> list[Path]:
    """The files in `paths` that end in `suffix` (in any case), each once, in sorted order.

    Folders are searched recursively, without following links to folders and without the sidecars of macOS. Their empty
    files go to `skip`. Raises Unreadable where a path is missing or has no such file, or all are empty; the message
    contains only the last part of the path.
    """
    matches: dict[Path, Path] = {}
    empty: dict[Path, Path] = {}
    for path in paths:
        files = _search(path, suffix)
        if not files:
            raise Unreadable(f"{file_name(path)}: there is no {_join(suffix)} file")
        for file in files:
            (empty if file != path and _is_empty(file) else matches).setdefault(file.resolve(), file)
    reasons = [f"{file_name(file)}: is empty" for key, file in sorted(empty.items()) if key not in matches]
    if reasons and not matches:
        raise Unreadable(reasons[0])
    for reason in reasons:
        skip(reason)
    return sorted(matches.values())


def select(
    paths: Sequence[Path], suffix: str | tuple[str, ...], parse: Callable[[Path], T], skip: Skip = ignore
) -> list[T]:
    """What `parse` makes of each file that `find` finds; a file of a folder for which it raises goes to `skip`.

    Raises Unreadable where a file in `paths` cannot be parsed, or none can.
    """
    results: list[T] = []
    errors: list[Unreadable] = []
    for path in find(paths, suffix, skip):
        try:
            results.append(parse(path))
        except Unreadable as exc:
            if path in paths:
                raise
            errors.append(exc)
    if errors and not results:
        raise errors[0]
    for error in errors:
        skip(str(error))
    return results


async def read(path: Path, limit: int = LIMIT) -> Document:
    """The whole file. Raises Unreadable where it is not a readable, regular file or has more than `limit` bytes."""
    retrieved_at = datetime.now(UTC)
    content = await asyncio.to_thread(read_content, path, limit)
    return Document(
        name=file_name(path), content=content, sha256=sha256(content).hexdigest(), retrieved_at=retrieved_at
    )


def file_name(path: Path) -> str:
    """The last part of a path, as valid UTF-8: a file's name need not be."""
    return os.fsencode(path.name or "the folder").decode("utf-8", "backslashreplace")


def _search(path: Path, suffix: str | tuple[str, ...]) -> list[Path]:
    try:
        if path.is_dir():
            files = list(_walk(path))
        elif path.is_file():
            files = [path]
        else:
            raise Unreadable(f"{file_name(path)}: no such file or folder")
        return [file for file in files if _ends(file, suffix) and file.is_file()]
    except OSError as exc:
        raise Unreadable(f"{file_name(path)}: cannot be searched") from exc


def _walk(path: Path) -> Iterator[Path]:
    # os.walk instead of Path.rglob, because rglob ignores a folder without permission
    for folder, folders, names in os.walk(path, onerror=_raise):
        folders[:] = [name for name in folders if name != SIDECAR_FOLDER]
        yield from (Path(folder, name) for name in names if not is_sidecar(name))


def _is_empty(file: Path) -> bool:
    with suppress(OSError):
        return file.stat().st_size == 0
    return False


def _raise(error: OSError) -> None:
    raise error


def _ends(file: Path, suffix: str | tuple[str, ...]) -> bool:
    return file.name.lower().endswith(suffix)


def _join(suffix: str | tuple[str, ...]) -> str:
    return suffix if isinstance(suffix, str) else " or ".join(suffix)


def read_content(path: Path, limit: int = LIMIT) -> bytes:
    """The bytes of a file; raises as `read`."""
    try:
        if not path.is_file():
            raise Unreadable(f"{file_name(path)}: no such file")
        if path.stat().st_size > limit:
            raise Unreadable(f"{file_name(path)}: has more than {limit} bytes")
        return path.read_bytes()
    except (OSError, ValueError) as exc:
        raise Unreadable(f"{file_name(path)}: cannot be read") from exc
