"""Conditions that a query puts on records."""

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from adapters.vocabulary.enums import Vocabulary


class PeriodMatch(Vocabulary):
    """How a record's period must relate to the period of the condition."""

    EXACT = "EXACT"
    WITHIN = "WITHIN"
    OVERLAPS = "OVERLAPS"


class AnyOf(Struct, frozen=True):
    """One of the attributes equals one of the values. A dot names a part of a value: `offence.code`."""

    attributes: tuple[str, ...]
    values: tuple[Any, ...]


class Contains(Struct, frozen=True):
    """The attribute, a set, contains one of the values."""

    attribute: str
    values: tuple[str, ...]


class During(Struct, frozen=True):
    """A period of the record relates to the days from `start` up to but not including `end` as `match` says.

    `attribute` names the period; None is the record's own one.
    """

    start: date
    end: date
    match: PeriodMatch = PeriodMatch.WITHIN
    attribute: str | None = None


class RefersTo(Struct, frozen=True):
    """The record has this reference; with `scheme` None, one of this value in any scheme."""

    scheme: str | None
    value: str


class UpdatedSince(Struct, frozen=True):
    """The version was recorded at this moment or later."""

    moment: datetime


class AlongAxes(Struct, frozen=True):
    """The figure is broken down by each of these axes and has one of the listed values on it."""

    axes: tuple[tuple[str, tuple[str, ...]], ...]


class ReleasedBy(Struct, frozen=True):
    """The figure was published on this day or before."""

    until: date


class LatestRelease(Struct, frozen=True):
    """The latest release of a cell by one speaker in one source, of those published until `until`.

    The names of releases order them, and else their dates, as in `adapters.figures.is_restated`.
    """

    until: date | None = None


Condition = AnyOf | Contains | During | RefersTo | UpdatedSince | AlongAxes | ReleasedBy | LatestRelease
