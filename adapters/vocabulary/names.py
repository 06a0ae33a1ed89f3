"""Agencies and platforms under stable ids, with the names that were in use at different times.

They are listed in `agencies.toml` and `platforms.toml` beside this file. An id never changes; a name has dates.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib.resources import files
from typing import TypeVar

from msgspec import Struct

from adapters.toml import ProfileError, read_toml
from adapters.vocabulary.enums import AgencyKind
from adapters.vocabulary.jurisdictions import Jurisdiction
from adapters.vocabulary.spelling import MAX_NAME_LENGTH, find_nearest, fold


class Name(Struct, frozen=True, forbid_unknown_fields=True):
    """A name in one language (ISO 639-1), in use from `since` up to but not including `until`.

    None is an end that is open or could not be verified.
    """

    text: str
    language: str
    since: date | None = None
    until: date | None = None


class RegisterEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation with a stable id, its names, and `aliases`: short forms, company names and other spellings."""

    id: str
    names: tuple[Name, ...]
    aliases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The current name, in English where there is one."""
        names = (name for name in self.names if name.until is None)
        return min(names, key=lambda name: name.language != "en").text


class Agency(RegisterEntry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An authority or organisation that acts or publishes, and its territory."""

    kind: AgencyKind
    jurisdiction: Jurisdiction


class Platform(RegisterEntry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An online service, or all services of one company where publishers do not distinguish them.

    `operator` is the responsible company, in the EU where the Commission's list of designated services has one; None
    where it could not be verified.
    """

    operator: str | None = None


N = TypeVar("N", bound=RegisterEntry)


class Register(Mapping[str, N]):
    """Agencies or platforms by id, with a search by name. Raises ProfileError where a name is ambiguous."""

    def __init__(self, entries: Iterable[N]) -> None:
        self._by_id: dict[str, N] = {}
        self._by_spelling: dict[str, N] = {}
        for entry in entries:
            if entry.id in self._by_id:
                raise ProfileError(entry.id, "there are two entries of this id")
            if not any(name.until is None for name in entry.names):
                raise ProfileError(entry.id, "it has no current name")
            self._by_id[entry.id] = entry
            for text in (entry.id, *(name.text for name in entry.names), *entry.aliases):
                owner = self._by_spelling.setdefault(fold(text), entry)
                if owner is not entry:
                    raise ProfileError(text, f"means both {owner.id} and {entry.id}")

    def find(self, text: str) -> N | None:
        """The entry of an id, name or alias, whatever its case, width and white space; None if there is none."""
        return self._by_spelling.get(fold(text)) if len(text) <= MAX_NAME_LENGTH else None

    def nearest(self, text: str) -> N | None:
        """The entry to suggest in place of a text that finds none; None if no name is similar."""
        spelling = find_nearest(fold(text[:MAX_NAME_LENGTH]), self._by_spelling)
        return None if spelling is None else self._by_spelling[spelling]

    def __getitem__(self, key: str) -> N:
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)


class _AgencyFile(Struct, frozen=True, forbid_unknown_fields=True):
    agency: tuple[Agency, ...]


class _PlatformFile(Struct, frozen=True, forbid_unknown_fields=True):
    platform: tuple[Platform, ...]


def read_agencies(toml: bytes) -> Register[Agency]:
    """The agencies of a TOML text. Raises ProfileError."""
    return Register(read_toml("agencies", toml, _AgencyFile).agency)


def read_platforms(toml: bytes) -> Register[Platform]:
    """The platforms of a TOML text. Raises ProfileError."""
    return Register(read_toml("platforms", toml, _PlatformFile).platform)


_HERE = files("adapters.vocabulary")

AGENCIES = read_agencies(_HERE.joinpath("agencies.toml").read_bytes())
PLATFORMS = read_platforms(_HERE.joinpath("platforms.toml").read_bytes())


def find_agency(text: str) -> Agency | None:
    """The agency of an id, name or alias; None if there is none."""
    return AGENCIES.find(text)


def find_platform(text: str) -> Platform | None:
    """The platform of an id, name or alias; None if there is none."""
    return PLATFORMS.find(text)
