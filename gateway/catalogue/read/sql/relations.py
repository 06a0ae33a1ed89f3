"""Statements for records that share a reference with others."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Subquery, and_, func, literal_column, or_, select, true, tuple_

from gateway.catalogue.read.sql.base import SortKey, Statement, VisibleRecords, alias, order_column
from gateway.catalogue.read.sql.conditions import where
from gateway.catalogue.tables import RecordTable, reference
from gateway.store.json_arrays import JSONMember, JSONRows, in_list
from schema.queries.conditions import Condition
from schema.queries.records import Order


class RelationStatements:
    """Statements on the records of one type that are related to parents, which are of any type."""

    def __init__(self, records: VisibleRecords) -> None:
        self._records = records

    def related(
        self,
        parent: RecordTable,
        parents: Sequence[str],
        kind: RecordTable,
        attributes: frozenset[str],
        conditions: Sequence[Condition],
        order: Order,
        *,
        backward: bool,
        after: SortKey | None,
        limit: int,
    ) -> Statement:
        """The first `limit` records of one type that share a reference with each of the parents; `backward`, the last.

        Rows have the parent's id as `k_parent`; backward, they are in reverse order.
        """
        links = self._links(parent, parents, kind)
        table = kind.table.c
        children = (
            select(table.id, links.c.parent, order_column(kind, order).label("order"), table.from_revision)
            .join_from(kind.table, links, links.c.child == table.id)
            .where(self._records.are_current(kind), *where(self._records, kind, conditions))
            .subquery()
        )
        ranks = _rank(children, order, backward=backward, after=after)
        return (
            self._records.select_current(
                kind,
                attributes,
                ranks.c.order.label("k_order"),
                table.from_revision.label("k_recorded"),
                ranks.c.parent.label("k_parent"),
            )
            .join(ranks, ranks.c.id == table.id)
            .where(ranks.c.rank <= limit)
            .order_by(ranks.c.parent, ranks.c.rank)
        )

    def related_counts(
        self, parent: RecordTable, parents: Sequence[str], kind: RecordTable, conditions: Sequence[Condition]
    ) -> Statement:
        """Per parent (`k_parent`) that has any: how many records of one type share a reference with it (`k_count`)."""
        links = self._links(parent, parents, kind)
        return (
            select(links.c.parent.label("k_parent"), func.count().label("k_count"))
            .join_from(kind.table, links, links.c.child == kind.table.c.id)
            .where(self._records.are_current(kind), *where(self._records, kind, conditions))
            .group_by(links.c.parent)
        )

    def _links(self, parent: RecordTable, parents: Sequence[str], kind: RecordTable) -> Subquery:
        """Which parent shares a reference with which record of one type, other than itself."""
        parent_records, postings = alias(parent.table, "parents"), alias(reference, "postings")
        references = JSONRows(parent_records.c.references).table_valued("value", name="parent_references")
        scheme, value = (JSONMember(references.c.value, literal_column(index, Integer)) for index in "01")
        link = (
            select(parent_records.c.id.label("parent"), postings.c.record.label("child"))
            .join_from(parent_records, references, true())
            .join(postings, and_(postings.c.scheme == scheme, postings.c.value == value))
            .where(in_list(parent_records.c.id, parents), self._records.are_current(parent, parent_records.c))
            .where(postings.c.record_type == kind.type.value, self._records.view.contains(postings.c))
            .distinct()
        )
        if parent is kind:
            link = link.where(parent_records.c.id != postings.c.record)
        return link.subquery()


def _rank(children: Subquery, order: Order, *, backward: bool, after: SortKey | None) -> Subquery:
    """The children of each parent that come after a place, numbered in their order (`rank`)."""
    descending = order.descending != backward
    lacks_value = children.c.order.is_(None)
    keys = (children.c.order, children.c.from_revision, children.c.id)
    ordering = [
        lacks_value.desc() if backward else lacks_value.asc(),
        *(key.desc() if descending else key.asc() for key in keys),
    ]
    rank = func.row_number().over(partition_by=children.c.parent, order_by=ordering)
    ranks = select(children, rank.label("rank"))
    if after is not None:
        ranks = ranks.where(_comes_after(children, after, descending=descending, backward=backward))
    return ranks.subquery()


def _comes_after(children: Any, after: SortKey, *, descending: bool, backward: bool) -> ColumnElement[bool]:
    """What follows a place in the order: records without a value come last, or first when backward."""
    value, *rest = after
    lacks_value = children.c.order.is_(None)
    keys = tuple_(children.c.from_revision, children.c.id)
    if value is None:
        following = and_(lacks_value, keys < rest if descending else keys > rest)
        return or_(following, ~lacks_value) if backward else following
    keys = tuple_(children.c.order, *keys)
    following = keys < after if descending else keys > after
    return following if backward else or_(lacks_value, following)
