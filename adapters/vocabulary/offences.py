"""Offences that sources cite: names of the statute, and what is punishable since when. `offences.toml` holds them."""

from datetime import date
from importlib.resources import files

from msgspec import Struct

from adapters.toml import ProfileError, read_toml
from adapters.vocabulary.enums import HarmCategory
from adapters.vocabulary.jurisdictions import Jurisdiction


class Bilingual(Struct, frozen=True, forbid_unknown_fields=True):
    """A text in Korean and in English."""

    ko: str
    en: str


class Act(Struct, frozen=True, forbid_unknown_fields=True):
    """What is punishable from a day on, and where that stands."""

    act: str
    since: date
    citation: str


class StatutoryOffence(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An offence under the code by which sources cite it."""

    scheme: str
    code: str
    jurisdiction: Jurisdiction
    statute: Bilingual
    title: Bilingual
    harm_category: HarmCategory
    acts: tuple[Act, ...] = ()


class _OffenceFile(Struct, frozen=True, forbid_unknown_fields=True):
    offence: tuple[StatutoryOffence, ...]


def read_offences(toml: bytes) -> tuple[StatutoryOffence, ...]:
    """The offences of a TOML text. Raises ProfileError."""
    offences = read_toml("offences", toml, _OffenceFile).offence
    if len({(each.scheme, each.code) for each in offences}) != len(offences):
        raise ProfileError("offences", "a code stands twice")
    return offences


OFFENCES = read_offences(files("adapters.vocabulary").joinpath("offences.toml").read_bytes())
