"""Statements for summaries, which count records in groups. They read rollups alone."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from adapters.months import month_of
from adapters.vocabulary.enums import AutomatedDecision, TakedownStatus
from gateway.catalogue.read.sql.base import Statement, VisibleRecords
from gateway.catalogue.read.sql.conditions import condition_sql
from gateway.catalogue.tables import RollupTable
from schema.queries.conditions import AnyOf, Condition, Contains, During, PeriodMatch

MONTH, QUARTER = "month", "quarter"
"""Groups by the month or quarter that contains a record's own period."""

PERIOD_MONTHS = {"requested_month": "requested", "executed_month": "executed"}
"""Groups by the month that contains another period of a record: the attribute of each."""

DURATIONS, COUNTING_UNITS = "durations", "counting_units"
"""Parts of a summary that divide its groups further."""

COMPLIANT = (TakedownStatus.COMPLIED, TakedownStatus.EXECUTED)
"""The measure that was requested is the one that was executed."""

SHARES: Mapping[str, Mapping[str, Callable[[Any], ColumnElement[bool]]]] = {
    "automated_detection": {
        "automated_detections": lambda table: table.automated_detection.is_(True),
        "with_detection": lambda table: table.automated_detection.is_not(None),
    },
    "automated_decision": {
        "automated_decisions": lambda table: table.automated_decision == AutomatedDecision.FULLY,
        "with_decision": lambda table: table.automated_decision != AutomatedDecision.UNKNOWN,
    },
    "compliance": {
        "requested": lambda table: table.requested,
        "complied": lambda table: and_(table.requested, table.status.in_(COMPLIANT)),
        "partly": lambda table: and_(table.requested, table.status == TakedownStatus.PARTIALLY_COMPLIED),
        "refused": lambda table: and_(table.requested, table.status == TakedownStatus.REFUSED_OR_NO_ACTION),
    },
}
"""Parts of a summary that count the records of a group that meet a condition, under the name of each count."""


class SummaryStatements:
    """Statements on rollups."""

    def __init__(self, records: VisibleRecords) -> None:
        self._records = records

    def groups(
        self, rollup: RollupTable, conditions: Sequence[Condition], by: Sequence[str], parts: Collection[str]
    ) -> Statement:
        """How many records each group has by source (`n_all`), and with `parts` more about them (`n_…`).

        Groups (`k_…`) are by attributes of the records, MONTH, QUARTER or one of PERIOD_MONTHS. Months and quarters
        are numbers from the year 0 on, NULL where a record's period is not within one; sets are their keys.
        Conditions are those that rollups can test: on their attributes, and whole months that contain a period.
        """
        table = rollup.table.c
        groups = [table.source.label("k_source"), *(_group(table, name).label(f"k_{name}") for name in by)]
        for part in ("duration_basis", "duration") if DURATIONS in parts else ():
            groups.append(table[part].label(f"k_{part}"))
        if COUNTING_UNITS in parts:
            groups.append(table.counting_unit.label("k_unit"))
        counts = [func.sum(table.count).label("n_all")]
        for part in sorted(SHARES.keys() & parts):
            counts += [
                func.sum(table.count).filter(condition(table)).label(f"n_{name}")
                for name, condition in SHARES[part].items()
            ]
        statement = select(*groups, *counts).where(
            self._records.are_visible(rollup.kind, table),
            *(self._condition(rollup, condition) for condition in conditions),
        )
        return statement.group_by(*(group.name for group in groups))

    def _condition(self, rollup: RollupTable, condition: Condition) -> ColumnElement[bool]:
        table = rollup.table.c
        match condition:
            case AnyOf() | Contains():
                return condition_sql(self._records, rollup.kind, condition, table)
            case During(start, end, PeriodMatch.WITHIN, attribute) if start.day == end.day == 1:
                first_month, end_month = _months(table, attribute)
                return and_(first_month >= month_of(start), end_month <= month_of(end))
        raise AssertionError(condition)


def _months(table: Any, attribute: str | None) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The month in which a period begins and the first one after it; of the record's own period without attribute."""
    prefix = "" if attribute is None else f"{attribute}_"
    return table[f"{prefix}start_month"], table[f"{prefix}end_month"]


def _group(table: Any, name: str) -> ColumnElement[Any]:
    first, end = _months(table, PERIOD_MONTHS.get(name))
    if name == MONTH or name in PERIOD_MONTHS:
        return case((end == first + 1, first))
    if name == QUARTER:
        return case((and_(end > first, (end - 1) // 3 == first // 3), first // 3))
    return table[name]  # type: ignore[no-any-return]  # columns of a table are untyped
