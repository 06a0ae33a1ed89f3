"""Publishers' notes on errors in their own data, and the records that they concern. `quality.toml` lists them."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from importlib.resources import files

from msgspec import Struct

from adapters.toml import ProfileError, read_toml

CODE_SEPARATOR = "__"
"""Joins several codes in the value of one dimension."""


class QualityNote(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One note; the file explains its keys."""

    id: str
    source: str
    text: str
    citation: str
    platforms: tuple[str, ...] = ()
    attribute: str | None = None
    axis: str | None = None
    terms: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None

    def applies_to(self, source: str, platform: str | None, start: date | None, end: date | None) -> bool:
        """Whether it concerns what this source states about a platform and about any of the days."""
        return (
            source == self.source
            and (not self.platforms or platform in self.platforms)
            and (self.since is None or end is None or end > self.since)
            and (self.until is None or start is None or start < self.until)
        )

    def concerns(self, terms: Iterable[str]) -> bool:
        """Whether it concerns one of the publisher's codes, or does not depend on codes."""
        return not self.terms or not self.terms.isdisjoint(terms)


class _NoteFile(Struct, frozen=True, forbid_unknown_fields=True):
    note: tuple[QualityNote, ...]


def read_notes(toml: bytes) -> tuple[QualityNote, ...]:
    """The notes of a TOML text. Raises ProfileError."""
    notes = read_toml("quality notes", toml, _NoteFile).note
    if len({note.id for note in notes}) != len(notes):
        raise ProfileError("quality notes", "there are two notes of one id")
    for note in notes:
        if (note.attribute is None) != (note.axis is None):
            raise ProfileError(note.id, "an attribute and its axis belong together")
        if note.since is not None and note.until is not None and note.since >= note.until:
            raise ProfileError(note.id, "its end is before its beginning")
    return notes


NOTES = read_notes(files("adapters.vocabulary").joinpath("quality.toml").read_bytes())


def notes_on_takedown(
    source: str, platform: str | None, day: date | None, attributes: Collection[str], terms: Collection[str]
) -> Iterator[QualityNote]:
    """The notes on a takedown that was received on a day, has these attributes and these codes."""
    end = None if day is None else day + timedelta(days=1)
    for note in NOTES:
        if (
            note.applies_to(source, platform, day, end)
            and note.attribute in (None, *attributes)
            and note.concerns(terms)
        ):
            yield note


def notes_on_figure(
    source: str, platform: str | None, start: date | None, end: date | None, by: Iterable[tuple[str, str]]
) -> Iterator[QualityNote]:
    """The notes on a figure of these days that is broken down by these axes and values."""
    dimensions = list(by)
    axes = {axis for axis, _ in dimensions}
    terms = {code for _, value in dimensions for code in value.split(CODE_SEPARATOR)}
    for note in NOTES:
        if note.applies_to(source, platform, start, end) and note.axis in (None, *axes) and note.concerns(terms):
            yield note
