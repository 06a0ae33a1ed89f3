"""How the demonstration runs a sandbox: each states it beside itself, as `DEMONSTRATION`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct


class Demonstration(Struct, frozen=True, kw_only=True):
    """What the demonstration serves of a source's publisher, and reads of it."""

    app: Callable[[], Any] | None = None
    """Makes the ASGI application, which is served at the source's name."""
    address: str = ""
    """The path in the application that the source takes for its publisher's address."""
    archive_address: str | None = None
    """The path of its downloads, for a source whose settings tell them apart."""
    key: str | None = None
    """The key of a source that asks nothing without one."""
    follow: tuple[str, ...] = ()
    """The scopes that it reads."""
    files: tuple[Path, ...] = ()
    """The files that it imports."""
