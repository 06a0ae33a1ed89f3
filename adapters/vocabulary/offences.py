"""The offences that sources cite: their statute, and the acts that are punishable since a date. See `offences.toml`."""

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
    """An act that is punishable from a day on, and the citation of the rule."""

    act: str
    since: date
    citation: str


class StatutoryOffence(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An offence by the code with which sources cite it."""

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
        raise ProfileError("offences", "there are two offences of one code")
    return offences


OFFENCES = read_offences(files("adapters.vocabulary").joinpath("offences.toml").read_bytes())
