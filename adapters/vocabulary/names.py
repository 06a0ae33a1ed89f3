"""Agencies and platforms: who acts, under a stable id, whatever name was legal or customary at the time.

`agencies.toml` and `platforms.toml` beside this file hold them. An id never changes; a name has dates.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib.resources import files
from typing import TypeVar

from msgspec import Struct

from adapters.toml import ProfileError, read_toml
from adapters.vocabulary.enums import AgencyKind
from adapters.vocabulary.jurisdictions import Jurisdiction
from adapters.vocabulary.spelling import MAX_NAME_LENGTH, fold


class Name(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody was called in one language (ISO 639-1), from `since` up to but not including `until`.

    None is an end that is open or that could not be verified.
    """

    text: str
    language: str
    since: date | None = None
    until: date | None = None

    def held_on(self, day: date) -> bool:
        """Whether the name was in use on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


class RegisterEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody with a stable id, dated names, and `aliases`: what else people write, short forms and company names."""

    id: str
    names: tuple[Name, ...]
    aliases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The current name, in English where there is one."""
        return _english_first(name for name in self.names if name.until is None)

    def name_on(self, day: date) -> str | None:
        """The name in use on `day`, in English where there is one; None where no name was in use."""
        held = [name for name in self.names if name.held_on(day)]
        return _english_first(held) if held else None


class Agency(RegisterEntry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An authority or organisation that acts or publishes, and the territory for which it does."""

    kind: AgencyKind
    jurisdiction: Jurisdiction


class Platform(RegisterEntry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An online service, or all services of one company where publishers tell no more.

    `operator` is the company that answers for it, in the EU where the Commission's list of designated services names
    one; None where it could not be verified.
    """

    operator: str | None = None


N = TypeVar("N", bound=RegisterEntry)


class Register(Mapping[str, N]):
    """Agencies or platforms by id, to be found by any of their names. Raises ProfileError where one name means two."""

    def __init__(self, entries: Iterable[N]) -> None:
        self._by_id: dict[str, N] = {}
        self._by_spelling: dict[str, N] = {}
        for entry in entries:
            if entry.id in self._by_id:
                raise ProfileError(entry.id, "the id stands twice")
            if not any(name.until is None for name in entry.names):
                raise ProfileError(entry.id, "no name is current")
            self._by_id[entry.id] = entry
            for text in (entry.id, *(name.text for name in entry.names), *entry.aliases):
                holder = self._by_spelling.setdefault(fold(text), entry)
                if holder is not entry:
                    raise ProfileError(text, f"means both {holder.id} and {entry.id}")

    def find(self, text: str) -> N | None:
        """Whom an id, name or alias means, whatever its case, width and white space; None where nobody is called so."""
        return self._by_spelling.get(fold(text)) if len(text) <= MAX_NAME_LENGTH else None

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


def _english_first(names: Iterable[Name]) -> str:
    return min(names, key=lambda name: name.language != "en").text


_HERE = files("adapters.vocabulary")

AGENCIES = read_agencies(_HERE.joinpath("agencies.toml").read_bytes())
PLATFORMS = read_platforms(_HERE.joinpath("platforms.toml").read_bytes())


def find_agency(text: str) -> Agency | None:
    """The agency of that id, name or alias; None where no agency is called so."""
    return AGENCIES.find(text)


def find_platform(text: str) -> Platform | None:
    """The platform of that id, name or alias; None where no platform is called so."""
    return PLATFORMS.find(text)
