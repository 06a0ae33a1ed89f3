"""Statements for the versions of records."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Integer, Text, and_, cast, func, literal, literal_column, select

from gateway.catalogue.read.sql.base import Statement, VisibleRecords, alias
from gateway.catalogue.tables import RecordTable, revision
from gateway.store.json_arrays import JSONMember, JSONRows, in_list, to_json_array

VERSION_END = "ended_at"
"""The attribute that a version has only in a history."""


class VersionStatements:
    """Statements on versions of whatever revision."""

    def __init__(self, records: VisibleRecords) -> None:
        self._records = records

    def by_start(self, kind: RecordTable, attributes: frozenset[str], starts: Sequence[tuple[str, int]]) -> Statement:
        """The versions of these records that start at these revisions (`k_from`)."""
        table = kind.table.c
        # A join: SQLite looks for pairs of an IN in no index.
        versions = JSONRows(literal(to_json_array(starts), Text)).table_valued("value", name="starts")
        identity, start = (JSONMember(versions.c.value, literal_column(index, Integer)) for index in "01")
        matches = and_(table.id == identity, table.from_revision == cast(start, BigInteger))
        return self._records.select_versions(kind, attributes, table.from_revision.label("k_from")).join(
            versions, matches
        )

    def history(self, kind: RecordTable, attributes: frozenset[str], ids: Sequence[str], limit: int) -> Statement:
        """The last `limit` versions of each record, the latest first, and the end of each (`v_ended_at`)."""
        table, last = kind.table.c, alias(revision, "last")
        rank = func.row_number().over(partition_by=table.id, order_by=table.from_revision.desc())
        versions = select(table.id, table.from_revision, rank.label("rank")).where(
            self._records.are_visible(kind), in_list(table.id, ids)
        )
        ends = last.c.number == table.to_revision
        view = self._records.view
        if not view.latest:
            versions = versions.where(table.from_revision <= view.number)
            ends = and_(ends, last.c.number <= view.number)
        ranks = versions.subquery()
        return (
            self._records.select_versions(kind, attributes, last.c.committed_at.label("v_ended_at"))
            .join(ranks, and_(ranks.c.id == table.id, ranks.c.from_revision == table.from_revision))
            .outerjoin(last, ends)
            .where(ranks.c.rank <= limit)
            .order_by(table.id, ranks.c.rank)
        )
