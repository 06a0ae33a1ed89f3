"""What every canonical value is called in English and Korean, what it means, and what publishers write for it.

The words stand in `terms.toml`. Reading is strict: every value has both labels and a description, nothing is labelled
that no list holds, and within one list and one scheme a native term belongs to one value.
"""

import inspect
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar, cast

from msgspec import Struct

from adapters.toml import ProfileError, read_toml
from adapters.vocabulary import enums
from adapters.vocabulary.enums import Vocabulary

E = TypeVar("E", bound=Vocabulary)


class PublisherTerm(Struct, frozen=True):
    """What a publisher writes for a value: `term` in `scheme`, from `since` up to but not including `until`."""

    scheme: str
    term: str
    since: date | None = None
    until: date | None = None


class Term(Struct, frozen=True):
    """One value of one closed list: its labels, its meaning, and its native terms."""

    enum: str
    value: str
    label_en: str
    label_ko: str
    description: str
    native: tuple[PublisherTerm, ...] = ()
    note: str | None = None


class Heading(Struct, frozen=True):
    """What a closed list itself is called, and what it says of a record."""

    label_en: str
    label_ko: str
    description: str


class _Written(Struct, frozen=True, forbid_unknown_fields=True):
    """A native term in the file, where it has dates; without them it is written as a bare string."""

    term: str
    since: date | None = None
    until: date | None = None


class _Value(Struct, frozen=True, forbid_unknown_fields=True):
    en: str
    ko: str
    description: str
    note: str | None = None
    native: dict[str, tuple[str | _Written, ...]] = {}


class _List(Struct, frozen=True, forbid_unknown_fields=True):
    en: str
    ko: str
    description: str
    values: dict[str, _Value]


class _TermFile(Struct, frozen=True, forbid_unknown_fields=True):
    schemes: dict[str, str]
    lists: dict[str, _List]


def closed_lists() -> tuple[type[Vocabulary], ...]:
    """Every closed list, in the order of `enums.py`."""
    return tuple(
        member
        for member in vars(enums).values()
        if inspect.isclass(member) and issubclass(member, Vocabulary) and member is not Vocabulary
    )


class Glossary:
    """The words for `lists`, read from TOML. Raises ProfileError where they do not fit each other exactly."""

    def __init__(self, toml: bytes, lists: Iterable[type[Vocabulary]]) -> None:
        written = read_toml("terms", toml, _TermFile)
        known = {enum.__name__: enum for enum in lists}
        _same_names("closed lists", known, written.lists)
        self.schemes: Mapping[str, str] = MappingProxyType(written.schemes)
        self.headings: dict[type[Vocabulary], Heading] = {}
        # Keyed by class and value: members of different StrEnums compare equal when their texts do.
        self._terms: dict[type[Vocabulary], dict[str, Term]] = {}
        self._crosswalks: dict[tuple[type[Vocabulary], str], dict[str, Vocabulary]] = {}
        for name, enum in known.items():
            self._add(enum, written.lists[name])

    def _add(self, enum: type[Vocabulary], written: _List) -> None:
        _same_names(enum.__name__, [member.value for member in enum], written.values)
        self.headings[enum] = Heading(*_filled(enum.__name__, written))
        self._terms[enum] = {}
        for member in enum:
            value = written.values[member.value]
            native = tuple(_native(scheme, term) for scheme, terms in value.native.items() for term in terms)
            for entry in native:
                self._claim(member, entry)
            self._terms[enum][member.value] = Term(
                enum.__name__,
                member.value,
                *_filled(f"{enum.__name__}.{member.value}", value),
                native=native,
                note=value.note,
            )

    def _claim(self, member: Vocabulary, native: PublisherTerm) -> None:
        place = f"{type(member).__name__}.{member.value}"
        if native.scheme not in self.schemes:
            raise ProfileError(place, f"no scheme is called {native.scheme!r}")
        if native.since and native.until and native.since >= native.until:
            raise ProfileError(place, f"{native.term!r} ends before it begins")
        claimed = self._crosswalks.setdefault((type(member), native.scheme), {})
        if native.term in claimed:
            other = claimed[native.term].value
            raise ProfileError(place, f"{native.term!r} in scheme {native.scheme!r} already means {other}")
        claimed[native.term] = member

    def term(self, value: Vocabulary) -> Term:
        return self._terms[type(value)][value.value]

    def crosswalk(self, enum: type[E], scheme: str) -> Mapping[str, E]:
        if scheme not in self.schemes:
            raise KeyError(scheme)
        return cast("Mapping[str, E]", MappingProxyType(self._crosswalks.get((enum, scheme), {})))


def _same_names(place: str, expected: Iterable[str], found: Iterable[str]) -> None:
    if missing := sorted(set(expected) - set(found)):
        raise ProfileError(place, f"no labels for {', '.join(missing)}")
    if unknown := sorted(set(found) - set(expected)):
        raise ProfileError(place, f"labels for {', '.join(unknown)}, which does not exist")


def _filled(place: str, written: _List | _Value) -> tuple[str, str, str]:
    words = (written.en, written.ko, written.description)
    if not all(word.strip() for word in words):
        raise ProfileError(place, "a label or the description is empty")
    return words


def _native(scheme: str, written: str | _Written) -> PublisherTerm:
    if isinstance(written, str):
        return PublisherTerm(scheme, written)
    return PublisherTerm(scheme, written.term, written.since, written.until)


GLOSSARY = Glossary(files("adapters.vocabulary").joinpath("terms.toml").read_bytes(), closed_lists())


def term(value: Vocabulary) -> Term:
    """The labels, meaning and native terms of one value."""
    return GLOSSARY.term(value)


def terms(enum: type[Vocabulary]) -> tuple[Term, ...]:
    """The terms of a closed list, in the list's own order."""
    return tuple(GLOSSARY.term(member) for member in enum)


def heading(enum: type[Vocabulary]) -> Heading:
    """The labels and the meaning of a closed list as a whole."""
    return GLOSSARY.headings[enum]


def describe(enum: type[Vocabulary]) -> str:
    """What a closed list as a whole says of a record: one English sentence or two."""
    return heading(enum).description


def schemes() -> Mapping[str, str]:
    """Whose words native terms are: scheme → one English sentence that names the publisher or rule."""
    return GLOSSARY.schemes


def crosswalk(enum: type[E], scheme: str) -> Mapping[str, E]:
    """Native term → canonical value, for one closed list and one scheme, whatever the term's dates.

    Terms are compared exactly as the publisher writes them. Raises KeyError where no scheme is called so.
    """
    return GLOSSARY.crosswalk(enum, scheme)
