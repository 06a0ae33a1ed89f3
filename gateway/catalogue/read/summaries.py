"""Summaries: counts of records in groups, from a rollup's rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any

from adapters.months import first_day
from adapters.records import Period
from adapters.vocabulary.enums import DurationBasis, Precision
from gateway.catalogue.read.completeness import Completeness
from gateway.catalogue.read.coverage import CoverageReader, coverage_query
from gateway.catalogue.read.day_ranges import LAST_MONTH
from gateway.catalogue.read.rows import Members
from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sources import SourceReader
from gateway.catalogue.read.sql.base import LATEST
from gateway.catalogue.read.sql.summaries import COUNTING_UNITS, DURATIONS, MONTH, PERIOD_MONTHS, QUARTER
from gateway.catalogue.tables import ROLLUP_TABLES, RecordTable
from schema.queries.sources import SourcesQuery
from schema.queries.summaries import (
    ComplianceCounts,
    DurationStatistics,
    ShareCount,
    SourceGaps,
    SummaryCell,
    SummaryQuery,
    SummaryResult,
)

SummaryGroup = tuple[Any, ...]
"""One value per attribute grouped by; None for records without a value."""

PERIODS = {
    MONTH: ("period", 1),
    QUARTER: ("period", 3),
    **{group: (attribute, 1) for group, attribute in PERIOD_MONTHS.items()},
}
"""By group: the attribute of a cell that has its period, and the period's length in months."""


class SummaryReader:
    """Reads summaries from rollups, which count the present."""

    def __init__(self, session: ReadSession, sources: SourceReader, coverage: CoverageReader) -> None:
        self._session = session
        self._sources = sources
        self._coverage = coverage

    async def summary(self, query: SummaryQuery) -> SummaryResult:
        """The cells of a summary. What non-public sources contribute is noted for the audit log."""
        rollup = ROLLUP_TABLES[query.record_type]
        statements = self._session.builder(LATEST).summaries
        statement = statements.groups(rollup, query.conditions, query.group_by, query.attributes)
        rows = [row._asdict() for row in await self._session.snapshot.fetch(statement)]
        keys = {row[f"k_{name}"] for name in set_attributes(rollup.kind, query) for row in rows} - {None}
        members = await self._session.members(keys)
        counts = Counter[str]()
        for row in rows:
            counts[row["k_source"]] += int(row["n_all"])
        candidates = await self._sources.candidates(query, counts)
        granted = {name for grant in self._session.caller.extra_grants(query.record_type) for name in grant.sources}
        # A count names no record, and yet tells of non-public records.
        contributing = granted.intersection(each.source.about.name for each in candidates)
        self._session.delivery.add_count(query.record_type, contributing, {*query.group_by, *query.attributes})
        all_cells = list(cells(rollup.kind, query, rows, members))
        is_empty = not query.group_by and not any(row["n_all"] for row in rows)
        gaps: list[SourceGaps] = []
        if query.with_gaps or is_empty:
            question = coverage_query(query.record_type, query.conditions)
            results = await self._coverage.completeness(question)
            gaps = await self._gaps(results, has_period=question.start is not None)
            if is_empty and not await self._coverage.is_zero(question, results):
                all_cells = []
        return SummaryResult(
            cells=all_cells[: query.limit],
            has_all_cells=len(all_cells) <= query.limit,
            answer_sources=self._sources.sources_by_count(candidates, counts),
            gaps=gaps,
        )

    async def _gaps(self, results: Mapping[str, Completeness], *, has_period: bool) -> list[SourceGaps]:
        """The months that each source does not cover, of those that lack any; without a period, of all sources."""
        statuses = await self._sources.sources(SourcesQuery(names=tuple(results)))
        return [
            SourceGaps(source=status, months=gaps.months, month_count=gaps.month_count if has_period else None)
            for status in statuses
            for gaps in [results[status.about.name].gaps]
            if gaps.month_count or not has_period
        ]


class GroupTotals:
    """The totals of one group, added row by row of the rollup."""

    def __init__(self) -> None:
        self.counts = Counter[str]()
        self.units = Counter[Any]()
        self.durations: dict[DurationBasis | None, Counter[int]] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        count = int(row["n_all"] or 0)
        for name, value in row.items():
            if name.startswith("n_"):
                self.counts[name.removeprefix("n_")] += int(value or 0)
        if (unit := row.get("k_unit")) is not None:
            self.units[unit] += count
        if (duration := row.get("k_duration")) is not None:
            self.durations.setdefault(row["k_duration_basis"], Counter())[duration] += count

    def parts(self) -> dict[str, Any]:
        """All values of a cell beside those that it is grouped by."""
        counts = self.counts
        answers = counts["complied"] + counts["partly"] + counts["refused"]
        return {
            "count": counts["all"],
            COUNTING_UNITS: sorted(self.units),
            DURATIONS: [
                _durations(basis, lengths)
                for basis, lengths in sorted(self.durations.items(), key=lambda item: _last(item[0]))
            ],
            "automated_detection": ShareCount(counts["automated_detections"], counts["with_detection"]),
            "automated_decision": ShareCount(counts["automated_decisions"], counts["with_decision"]),
            "compliance": ComplianceCounts(
                requested=counts["requested"],
                complied=ShareCount(counts["complied"], answers),
                at_least_partly=ShareCount(counts["complied"] + counts["partly"], answers),
            ),
        }


def set_attributes(kind: RecordTable, query: SummaryQuery) -> set[str]:
    """The attributes grouped by that are interned sets."""
    return {name for name in query.group_by if name in kind.attributes and kind.attributes[name].interned is not None}


def cells(
    kind: RecordTable, query: SummaryQuery, rows: Iterable[Mapping[str, Any]], members: Members
) -> Iterator[SummaryCell]:
    """One cell per group, in the order of the group's values with None last; without groups, the total."""
    totals: dict[SummaryGroup, GroupTotals] = {} if query.group_by else {(): GroupTotals()}
    for row in rows:
        for group in product(*(_values(kind, name, row[f"k_{name}"], members) for name in query.group_by)):
            totals.setdefault(group, GroupTotals()).add(row)
    for group in sorted(totals, key=lambda group: tuple(map(_last, group))):
        parts = totals[group].parts() if query.attributes else {}
        yield SummaryCell(dict.fromkeys(query.attributes) | parts | _group_values(query.group_by, group))


def _values(kind: RecordTable, name: str, value: Any, members: Members) -> Sequence[Any]:
    """The group values of a column value: each member of a set, or the value itself."""
    attribute = kind.attributes.get(name)
    if attribute is None or attribute.interned is None:
        return (value,)
    return (None,) if value is None else [attribute.interned(member) for member in members[value]]


def _last(value: Any) -> tuple[bool, Any]:
    """A sort key with None last."""
    return value is None, 0 if value is None else value


def _group_values(by: Sequence[str], group: SummaryGroup) -> dict[str, Any]:
    """The values that a cell is grouped by; numbers of months and quarters become periods."""
    values = dict(zip(by, group, strict=True))
    for unit, (name, months) in PERIODS.items():
        if unit in values:
            number = values.pop(unit)
            values[name] = None if number is None else _period(number * months, months)
    return values


def _period(month: int, months: int) -> Period:
    """The period of `months` months from month number `month` on."""
    precision = Precision.MONTH if months == 1 else Precision.QUARTER
    return Period(start=_first_of(month), end=_first_of(month + months), precision=precision)


def _first_of(month: int) -> date | None:
    """The first day of a month; None beyond the last date."""
    return first_day(month) if month <= LAST_MONTH else None


def _durations(basis: DurationBasis | None, lengths: Counter[int]) -> DurationStatistics:
    count = sum(lengths.values())
    return DurationStatistics(
        basis=basis,
        count=count,
        median=_percentile(lengths, count, 50),
        p90=_percentile(lengths, count, 90),
        longest=max(lengths),
    )


def _percentile(lengths: Counter[int], count: int, percent: int) -> int:
    """The percentile by nearest rank."""
    rank = -(-count * percent // 100)
    for length in sorted(lengths):
        rank -= lengths[length]
        if rank <= 0:
            return length
    raise AssertionError(percent)
