"""The offences that sources cite: statute, punishable acts, penalties and powers, by date. See `offences.toml`."""

from collections.abc import Iterable
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


class Act(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An act that is punishable from a day up to but not including another, and the citation of the rule."""

    act: str
    ko: str
    since: date
    until: date | None = None
    citation: str


class Penalty(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an act is punished with: years of imprisonment, or instead of them a fine in Korean won."""

    act: str
    ko: str
    since: date
    until: date | None = None
    min_years: int | None = None
    max_years: int | None = None
    life: bool = False
    max_fine_krw: int | None = None
    citation: str


class Power(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A special power of investigation, its days and the citation of the rule."""

    power: str
    ko: str
    since: date
    until: date | None = None
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
    penalties: tuple[Penalty, ...] = ()
    powers: tuple[Power, ...] = ()


class _OffenceFile(Struct, frozen=True, forbid_unknown_fields=True):
    offence: tuple[StatutoryOffence, ...]


def read_offences(toml: bytes) -> tuple[StatutoryOffence, ...]:
    """The offences of a TOML text. Raises ProfileError."""
    offences = read_toml("offences", toml, _OffenceFile).offence
    for offence in offences:
        _check_days(offence.code, (*offence.acts, *offence.penalties, *offence.powers))
    if len({(each.scheme, each.code) for each in offences}) != len(offences):
        raise ProfileError("offences", "there are two offences of one code")
    return offences


def _check_days(code: str, rules: Iterable[Act | Penalty | Power]) -> None:
    for rule in rules:
        if rule.until is not None and rule.until <= rule.since:
            raise ProfileError(code, "the end of a rule is before its beginning")


OFFENCES = read_offences(files("adapters.vocabulary").joinpath("offences.toml").read_bytes())
