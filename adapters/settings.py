"""What a deployment sets of a source: addresses, credentials, and what of it is kept."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from adapters.secret import Secret
from adapters.source import Source
from adapters.vocabulary.enums import HarmCategory


class SourceSettings(Struct, frozen=True, kw_only=True):
    """The settings of the source `name`. A source has its own default for what is None."""

    name: str
    address: str | None = None
    archive_address: str | None = None
    """Where files are downloaded from, if they have an address of their own."""
    key: Secret | None = None
    keep: tuple[HarmCategory, ...] | None = None
    """The harms whose records are kept one by one, all others being counted; all are kept if None."""
    profiles: Path | None = None
    """A TOML file, or a folder of them, with profiles beside the shipped ones."""
    agency: str = ""
    """The agency whose own records a partner's source holds, by id."""
    secrets: tuple[bytes, ...] = ()
    """What a partner may sign its messages with."""
    collection: str = ""
    """The id of a partner's collection on its TAXII server."""
    user: str | None = None
    """Whose password `key` is."""
    title: str | None = None
    timezone: str | None = None
    """The IANA name of the time zone of the days that a partner sends."""


SourceFactory = Callable[[SourceSettings], Source]
"""Makes a source from its settings. Raises ValueError where they are invalid."""
