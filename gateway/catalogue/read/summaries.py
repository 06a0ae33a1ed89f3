"""Summaries: the groups that a rollup's rows make, told value by value."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any

from adapters.months import first_day, month_of
from adapters.records import Period
from adapters.vocabulary.enums import DurationBasis, Precision
from gateway.catalogue.read.rows import Members
from gateway.catalogue.read.sql import COUNTING_UNITS, DURATIONS, MONTH, QUARTER
from gateway.catalogue.tables import RecordTable
from schema.queries.summaries import ComplianceCounts, DurationStatistics, ShareCount, SummaryCell, SummaryQuery

Group = tuple[Any, ...]
"""What a cell is of: a value for each thing grouped by; None where records state none."""

LAST_MONTH = month_of(date.max)
"""The last month that has a first day."""


class Amount:
    """What the records of one group amount to, row by row of the rollup."""

    def __init__(self) -> None:
        self.counts = Counter[str]()
        self.units = Counter[Any]()
        self.durations: dict[DurationBasis | None, Counter[int]] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        counted = int(row["counted"] or 0)
        self.counts["counted"] += counted
        for name, value in row.items():
            if name.startswith("n_"):
                self.counts[name.removeprefix("n_")] += int(value or 0)
        if (unit := row.get("k_unit")) is not None:
            self.units[unit] += counted
        if (duration := row.get("k_duration")) is not None:
            self.durations.setdefault(row["k_duration_basis"], Counter())[duration] += counted

    def parts(self) -> dict[str, Any]:
        """Whatever a cell shows beside what it is of."""
        of = self.counts
        answered = of["complied"] + of["partly"] + of["refused"]
        return {
            "count": of["counted"],
            COUNTING_UNITS: sorted(self.units),
            DURATIONS: [
                _durations(basis, lengths)
                for basis, lengths in sorted(self.durations.items(), key=lambda item: _last(item[0]))
            ],
            "automated_detection": ShareCount(of["detected"], of["detection_told"]),
            "automated_decision": ShareCount(of["decided"], of["decision_told"]),
            "compliance": ComplianceCounts(
                requested=of["requested"],
                complied=ShareCount(of["complied"], answered),
                at_least_partly=ShareCount(of["complied"] + of["partly"], answered),
            ),
        }


def sets(kind: RecordTable, question: SummaryQuery) -> set[str]:
    """Those of the things grouped by that are sets, of which rows hold the keys."""
    return {
        name for name in question.group_by if name in kind.attributes and kind.attributes[name].interned is not None
    }


def cells(
    kind: RecordTable, question: SummaryQuery, rows: Iterable[Mapping[str, Any]], members: Members
) -> Iterator[SummaryCell]:
    """Every group in the order of what it is of, the values that are not stated last; without groups, the whole."""
    amounts: dict[Group, Amount] = {} if question.group_by else {(): Amount()}
    for row in rows:
        for group in product(*(_values(kind, name, row[f"k_{name}"], members) for name in question.group_by)):
            amounts.setdefault(group, Amount()).add(row)
    for group in sorted(amounts, key=lambda group: tuple(map(_last, group))):
        shown = amounts[group].parts() if question.attributes else {}
        yield SummaryCell(dict.fromkeys(question.attributes) | shown | _of(question.group_by, group))


def _values(kind: RecordTable, name: str, value: Any, members: Members) -> Sequence[Any]:
    """The groups that a value belongs to: a set's members, each, or none."""
    attribute = kind.attributes.get(name)
    if attribute is None or attribute.interned is None:
        return (value,)
    return (None,) if value is None else [attribute.interned(member) for member in members[value]]


def _last(value: Any) -> tuple[bool, Any]:
    """A key by which None comes last."""
    return value is None, 0 if value is None else value


def _of(by: Sequence[str], group: Group) -> dict[str, Any]:
    """What the cell is of, as attributes of it; months and quarters are its `period`."""
    named = dict(zip(by, group, strict=True))
    for unit, months in ((MONTH, 1), (QUARTER, 3)):
        if unit in named:
            number = named.pop(unit)
            named["period"] = None if number is None else _period(number * months, months)
    return named


def _period(month: int, months: int) -> Period:
    """So many months from the one of this number on, counted from the year 0."""
    precision = Precision.MONTH if months == 1 else Precision.QUARTER
    return Period(start=_first_of(month), end=_first_of(month + months), precision=precision)


def _first_of(month: int) -> date | None:
    """None where no date reaches so far."""
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
    """The shortest length that at least so many in a hundred do not exceed (the nearest rank)."""
    rank = -(-count * percent // 100)
    for length in sorted(lengths):
        rank -= lengths[length]
        if rank <= 0:
            return length
    raise AssertionError(percent)
