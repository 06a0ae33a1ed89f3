"""The English and Korean labels of every canonical value, its meaning, and the terms that publishers use for it.

They are listed in `terms.toml`. Reading is strict: every value has both labels and a description, every label belongs
to a value, and within one list and one scheme a native term belongs to one value.
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
    """A publisher's term for a value: `term` in `scheme`, used from `since` up to but not including `until`."""

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
    """The labels of a closed list itself, and what it says of a record."""

    label_en: str
    label_ko: str
    description: str


class _TermEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A native term with dates in the file; a term without dates is a string."""

    term: str
    since: date | None = None
    until: date | None = None


class _ValueEntry(Struct, frozen=True, forbid_unknown_fields=True):
    en: str
    ko: str
    description: str
    note: str | None = None
    native: dict[str, tuple[str | _TermEntry, ...]] = {}


class _ListEntry(Struct, frozen=True, forbid_unknown_fields=True):
    en: str
    ko: str
    description: str
    values: dict[str, _ValueEntry]


class _TermFile(Struct, frozen=True, forbid_unknown_fields=True):
    schemes: dict[str, str]
    lists: dict[str, _ListEntry]


def vocabularies() -> tuple[type[Vocabulary], ...]:
    """Every closed list, in the order of `enums.py`."""
    return tuple(
        member
        for member in vars(enums).values()
        if inspect.isclass(member) and issubclass(member, Vocabulary) and member is not Vocabulary
    )


class Glossary:
    """The terms of `lists`, read from TOML. Raises ProfileError where they do not match the lists exactly."""

    def __init__(self, toml: bytes, lists: Iterable[type[Vocabulary]]) -> None:
        file = read_toml("terms", toml, _TermFile)
        enums_by_name = {enum.__name__: enum for enum in lists}
        _check_names("closed lists", enums_by_name, file.lists)
        self.schemes: Mapping[str, str] = MappingProxyType(file.schemes)
        self.headings: dict[type[Vocabulary], Heading] = {}
        # Keyed by class and value: members of different StrEnums compare equal when their texts do.
        self._terms: dict[type[Vocabulary], dict[str, Term]] = {}
        self._crosswalks: dict[tuple[type[Vocabulary], str], dict[str, Vocabulary]] = {}
        for name, enum in enums_by_name.items():
            self._add(enum, file.lists[name])

    def _add(self, enum: type[Vocabulary], entry: _ListEntry) -> None:
        _check_names(enum.__name__, [member.value for member in enum], entry.values)
        self.headings[enum] = Heading(*_labels(enum.__name__, entry))
        self._terms[enum] = {}
        for member in enum:
            value = entry.values[member.value]
            native = tuple(_native(scheme, term) for scheme, terms in value.native.items() for term in terms)
            for term in native:
                self._add_native(member, term)
            self._terms[enum][member.value] = Term(
                enum.__name__,
                member.value,
                *_labels(f"{enum.__name__}.{member.value}", value),
                native=native,
                note=value.note,
            )

    def _add_native(self, member: Vocabulary, native: PublisherTerm) -> None:
        place = f"{type(member).__name__}.{member.value}"
        if native.scheme not in self.schemes:
            raise ProfileError(place, f"there is no scheme {native.scheme!r}")
        if native.since and native.until and native.since >= native.until:
            raise ProfileError(place, f"the end of {native.term!r} is before its beginning")
        members = self._crosswalks.setdefault((type(member), native.scheme), {})
        if native.term in members:
            other = members[native.term].value
            raise ProfileError(place, f"{native.term!r} in scheme {native.scheme!r} already means {other}")
        members[native.term] = member

    def term(self, value: Vocabulary) -> Term:
        return self._terms[type(value)][value.value]

    def crosswalk(self, enum: type[E], scheme: str) -> Mapping[str, E]:
        if scheme not in self.schemes:
            raise KeyError(scheme)
        return cast("Mapping[str, E]", MappingProxyType(self._crosswalks.get((enum, scheme), {})))


def _check_names(place: str, values: Iterable[str], labels: Iterable[str]) -> None:
    if missing := sorted(set(values) - set(labels)):
        raise ProfileError(place, f"no labels for {', '.join(missing)}")
    if unknown := sorted(set(labels) - set(values)):
        raise ProfileError(place, f"labels for {', '.join(unknown)}, which do not exist")


def _labels(place: str, entry: _ListEntry | _ValueEntry) -> tuple[str, str, str]:
    labels = (entry.en, entry.ko, entry.description)
    if not all(label.strip() for label in labels):
        raise ProfileError(place, "a label or the description is empty")
    return labels


def _native(scheme: str, term: str | _TermEntry) -> PublisherTerm:
    if isinstance(term, str):
        return PublisherTerm(scheme, term)
    return PublisherTerm(scheme, term.term, term.since, term.until)


GLOSSARY = Glossary(files("adapters.vocabulary").joinpath("terms.toml").read_bytes(), vocabularies())


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
    """The meaning of a closed list as a whole: one English sentence or two."""
    return heading(enum).description


def schemes() -> Mapping[str, str]:
    """The schemes of native terms: scheme → one English sentence that names the publisher or rule."""
    return GLOSSARY.schemes


def crosswalk(enum: type[E], scheme: str) -> Mapping[str, E]:
    """Native term → canonical value, for one closed list and one scheme, whatever the term's dates.

    Terms match only as the publisher writes them. Raises KeyError for an unknown scheme.
    """
    return GLOSSARY.crosswalk(enum, scheme)
