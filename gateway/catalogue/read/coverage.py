"""How old the catalogue's copy of each source is, and what a source's silence means."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import Row

from adapters.source import About
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.read.rows import Members
from schema.queries.coverage import CoverageQuery, CoverageState, ScopeStatus, SourceCoverage
from schema.queries.sources import Freshness, SourceDescription, SourceStatus

SHOWN = 100
"""Slices that an answer lists."""


def states(abouts: Mapping[str, About], rows: Sequence[Row[Any]], now: datetime) -> list[SourceStatus]:
    """The state of every source, in the order of their names; `rows` are those of `Statements.states`."""
    read = {row.source: row for row in rows}
    return [_state(about, read.get(name), now) for name, about in sorted(abouts.items())]


def _state(about: About, row: Row[Any] | None, now: datetime) -> SourceStatus:
    if row is None:
        return SourceStatus(
            about=about,
            state=Freshness.NEVER_READ,
            last_read_at=None,
            age_seconds=None,
            reason=None,
            scopes=0,
            complete_scopes=0,
        )
    age = max(0, int((now - row.last_read_at).total_seconds()))
    return SourceStatus(
        about=about,
        state=Freshness.FRESH if age <= about.cadence.total_seconds() else Freshness.STALE,
        last_read_at=row.last_read_at,
        age_seconds=age,
        reason=row.reason,
        scopes=row.scopes,
        complete_scopes=row.complete_scopes,
    )


class Slice(Struct, frozen=True):
    """A scope that was read: what of it is shown, and what it speaks of (`jurisdictions` None: not stated)."""

    shown: ScopeStatus
    records: frozenset[RecordType]
    jurisdictions: tuple[str, ...] | None


def slice_of(row: Row[Any], members: Members) -> Slice:
    """One row of `Statements.scopes`."""
    stored = row._mapping
    shown = ScopeStatus(
        channel=row.channel,
        name=row.name,
        start=row.start,
        end=row.end,
        last_read_at=row.last_read_at,
        complete=row.complete,
        reason=row.reason,
        counts={count.name: stored[count.name] for count in structs.fields(RowCounts)},
    )
    return Slice(shown, frozenset(row.records), None if row.jurisdictions is None else members[row.jurisdictions])


def covered(state: SourceStatus, slices: Sequence[Slice], demand: CoverageQuery, *, reported: bool) -> SourceCoverage:
    """What the source's answer amounts to. `slices` are those that speak of any of what is demanded, the latest first.

    Silence means something only where all of what is demanded was read to its end: each type of record, each place,
    each day.
    """
    kinds = state.about.records if demand.record_type is None else {demand.record_type}
    spoken = [each for each in slices if each.records & kinds]
    places = demand.jurisdictions or state.about.jurisdictions or (None,)
    if reported:
        meaning = CoverageState.REPORTED
    elif kinds <= state.about.records and all(
        _read_to_the_end([each for each in spoken if kind in each.records], state.about, place, demand)
        for kind in kinds
        for place in places
    ):
        meaning = CoverageState.NOT_REPORTED
    else:
        meaning = CoverageState.NOT_COVERED
    return SourceCoverage(source=state, state=meaning, scopes=[each.shown for each in spoken[:SHOWN]])


def _read_to_the_end(
    slices: Sequence[Slice], about: SourceDescription, place: Jurisdiction | None, demand: CoverageQuery
) -> bool:
    """Whether the complete ones of the slices cover the place (None: wherever) on every day that is demanded."""
    complete = [
        each.shown
        for each in slices
        if each.shown.complete and (place is None or _speaks_of(each.jurisdictions or about.jurisdictions, place))
    ]
    if demand.start is None or demand.end is None:
        return bool(complete)
    day = demand.start
    for start, end in sorted((each.start, each.end) for each in complete if each.start and each.end):
        if start > day:
            break
        day = max(day, end)
    return day >= demand.end


def _speaks_of(places: Sequence[str] | None, place: Jurisdiction) -> bool:
    """Whether who speaks of `places` (None: the whole world) speaks of `place` as a whole."""
    return places is None or not set(enclosing(place)).isdisjoint(places)
