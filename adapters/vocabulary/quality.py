"""What publishers say is wrong with their own data, and which records that touches. `quality.toml` holds the notes."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from importlib.resources import files

from msgspec import Struct

from adapters.toml import ProfileError, read_toml

SEVERAL = "__"
"""What joins several codes in the value of one dimension."""


class QualityNote(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One note; the file explains what its parts mean."""

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

    def covers(self, source: str, platform: str | None, start: date | None, end: date | None) -> bool:
        """Whether it touches what this source says of a platform and of days, of which it need only touch some."""
        return (
            source == self.source
            and (not self.platforms or platform in self.platforms)
            and (self.since is None or end is None or end > self.since)
            and (self.until is None or start is None or start < self.until)
        )

    def bears(self, terms: Iterable[str]) -> bool:
        """Whether it is about one of the publisher's codes, or about no codes."""
        return not self.terms or not self.terms.isdisjoint(terms)


class _NoteFile(Struct, frozen=True, forbid_unknown_fields=True):
    note: tuple[QualityNote, ...]


def read_notes(toml: bytes) -> tuple[QualityNote, ...]:
    """The notes of a TOML text. Raises ProfileError."""
    notes = read_toml("quality notes", toml, _NoteFile).note
    if len({note.id for note in notes}) != len(notes):
        raise ProfileError("quality notes", "an id stands twice")
    for note in notes:
        if (note.attribute is None) != (note.axis is None):
            raise ProfileError(note.id, "an attribute and its axis go together")
        if note.since is not None and note.until is not None and note.since >= note.until:
            raise ProfileError(note.id, "ends before it begins")
    return notes


NOTES = read_notes(files("adapters.vocabulary").joinpath("quality.toml").read_bytes())


def notes_on_takedown(
    source: str, platform: str | None, received: date | None, stated: Collection[str], terms: Collection[str]
) -> Iterator[QualityNote]:
    """The notes that touch a takedown that was received on a day, states these attributes and bears these codes."""
    end = None if received is None else received + timedelta(days=1)
    for note in NOTES:
        if note.covers(source, platform, received, end) and note.attribute in (None, *stated) and note.bears(terms):
            yield note


def notes_on_figure(
    source: str, platform: str | None, start: date | None, end: date | None, by: Iterable[tuple[str, str]]
) -> Iterator[QualityNote]:
    """The notes that touch a figure of these days that is broken down by these axes and values."""
    broken = list(by)
    axes = {axis for axis, _ in broken}
    terms = {code for _, value in broken for code in value.split(SEVERAL)}
    for note in NOTES:
        if note.covers(source, platform, start, end) and note.axis in (None, *axes) and note.bears(terms):
            yield note
