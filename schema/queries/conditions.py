"""Conditions that a query puts on records."""

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from adapters.vocabulary.enums import Vocabulary


class PeriodMatch(Vocabulary):
    """How a record's period must lie to the one asked for."""

    EXACT = "EXACT"
    WITHIN = "WITHIN"
    OVERLAPS = "OVERLAPS"


class AnyOf(Struct, frozen=True):
    """One of the attributes equals one of the values. A part of a value is named with a dot: `offence.code`."""

    attributes: tuple[str, ...]
    values: tuple[Any, ...]


class Contains(Struct, frozen=True):
    """The attribute, a set, holds one of the values."""

    attribute: str
    values: tuple[str, ...]


class During(Struct, frozen=True):
    """The record's own period lies to the days from `start` up to but not including `end` as `match` says."""

    start: date
    end: date
    match: PeriodMatch = PeriodMatch.WITHIN


class RefersTo(Struct, frozen=True):
    """The record names this reference; with `scheme` None, one of this value in any scheme."""

    scheme: str | None
    value: str


class UpdatedSince(Struct, frozen=True):
    """The version was recorded at this moment or later."""

    moment: datetime


class AlongAxes(Struct, frozen=True):
    """The figure is broken down by each of these axes, and is the one for one of the values given for it."""

    axes: tuple[tuple[str, tuple[str, ...]], ...]


class ReleasedBy(Struct, frozen=True):
    """The figure's publication came out on this day or before."""

    until: date


class LatestRelease(Struct, frozen=True):
    """Of what one speaker in one source states for one cell, the figure that was published last.

    With `until` of the publications until that day. A figure whose publication is not dated restates nothing and is
    not restated.
    """

    until: date | None = None


Condition = AnyOf | Contains | During | RefersTo | UpdatedSince | AlongAxes | ReleasedBy | LatestRelease
