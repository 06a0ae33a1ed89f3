"""Translates the codes and names of one STIX object, and counts those that are unknown."""

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from msgspec import UNSET, UnsetType

from adapters.partners.taxii.objects import OffenceCode
from adapters.records import NativeTerm, Offence
from adapters.vocabulary.enums import HarmCategory, Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, parse_jurisdiction
from adapters.vocabulary.names import find_platform
from adapters.vocabulary.offences import OFFENCES

E = TypeVar("E", bound=Vocabulary)

OFFENCES_BY_CODE = {(offence.scheme, offence.code): offence for offence in OFFENCES}


class ObjectVocabulary:
    """The translations of one object. `unknown` counts (field, code) pairs that have no translation."""

    def __init__(self, unknown: Counter[tuple[str, str]]) -> None:
        self._unknown = unknown
        self._native: list[NativeTerm] = []

    @property
    def native(self) -> tuple[NativeTerm, ...]:
        """The object's codes, as written, that were translated so far."""
        return tuple(self._native)

    def code(self, field: str, text: str | UnsetType, vocabulary: type[E], default: E, unknown: E | None = None) -> E:
        """The member of a closed list: `default` where there is no code, `unknown`, or else `default`, for others."""
        if text is UNSET:
            return default
        self._native.append(NativeTerm(field, text))
        if text in vocabulary.__members__:
            return vocabulary(text)
        self._unknown[field, text] += 1
        return default if unknown is None else unknown

    def harms(self, codes: Sequence[str]) -> tuple[HarmCategory, ...]:
        """The harm categories, sorted, each once."""
        harms = {self.code("harm_category", code, HarmCategory, HarmCategory.OTHER) for code in codes}
        return tuple(sorted(harms))

    def jurisdictions(self, codes: Sequence[str]) -> tuple[Jurisdiction, ...]:
        """The jurisdictions, sorted, each once."""
        places: set[Jurisdiction] = set()
        for code in codes:
            try:
                places.add(parse_jurisdiction(code))
            except UnknownJurisdiction:
                self._unknown["jurisdictions", code] += 1
        return tuple(sorted(places))

    def platform(self, name: str | UnsetType) -> str | None:
        """The platform's id; None where it is unknown."""
        if name is UNSET:
            return None
        if platform := find_platform(name):
            return platform.id
        self._unknown["platform", "an unknown platform"] += 1
        return None

    def offence(self, code: OffenceCode | UnsetType) -> Offence | None:
        """The offence, with its label; None where it is unknown."""
        if code is UNSET:
            return None
        offence = OFFENCES_BY_CODE.get((code.scheme, code.code))
        if offence is None:
            # The code may be any text, even one about a person.
            self._unknown["offence", f"an unknown code of {code.scheme}"] += 1
            return None
        return Offence(scheme=code.scheme, code=code.code, label=offence.title.en)
