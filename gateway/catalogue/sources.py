"""How old the catalogue's copy of each source is, and what a source's silence means."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import structs
from sqlalchemy import Row

from adapters.source import About
from gateway.catalogue.writing import Counts
from schema.context import CoverageState, Freshness, ScopeState, SourceCoverage, SourceState


def states(abouts: Mapping[str, About], rows: Sequence[Row[Any]], now: datetime) -> list[SourceState]:
    """The state of every source, in the order of their names; `rows` are those of `Statements.states`."""
    read = {row.source: row for row in rows}
    return [_state(about, read.get(name), now) for name, about in sorted(abouts.items())]


def _state(about: About, row: Row[Any] | None, now: datetime) -> SourceState:
    if row is None:
        return SourceState(
            about=about,
            state=Freshness.NEVER_READ,
            last_read_at=None,
            age_seconds=None,
            reason=None,
            scopes=0,
            complete_scopes=0,
        )
    age = max(0, int((now - row.last_read_at).total_seconds()))
    return SourceState(
        about=about,
        state=Freshness.FRESH if age <= about.cadence.total_seconds() else Freshness.STALE,
        last_read_at=row.last_read_at,
        age_seconds=age,
        reason=row.reason,
        scopes=row.scopes,
        complete_scopes=row.complete_scopes,
    )


def scope_state(row: Row[Any]) -> ScopeState:
    """One row of `Statements.scopes`."""
    stored = row._mapping
    return ScopeState(
        channel=row.channel,
        name=row.name,
        start=row.start,
        end=row.end,
        last_read_at=row.last_read_at,
        complete=row.complete,
        reason=row.reason,
        counts={count.name: stored[count.name] for count in structs.fields(Counts)},
    )


def covered(state: SourceState, scopes: Sequence[ScopeState], *, reported: bool) -> SourceCoverage:
    """Silence means something only in a slice that was read to its end: then the source reports nothing of the kind."""
    if not scopes or not (reported or any(scope.complete for scope in scopes)):
        meaning = CoverageState.NOT_COVERED
    else:
        meaning = CoverageState.REPORTED if reported else CoverageState.NOT_REPORTED
    return SourceCoverage(source=state, state=meaning, scopes=scopes)
