"""Statements for changes: what was added, changed, withdrawn or erased at which revision."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Subquery,
    Text,
    and_,
    case,
    cast,
    literal,
    null,
    select,
    tuple_,
    union_all,
)

from adapters.vocabulary.enums import RecordType
from gateway.catalogue.read.change_positions import RECORD_ORDER, ChangePosition
from gateway.catalogue.read.sql.base import Statement, VisibleRecords, alias
from gateway.catalogue.tables import RecordTable, redaction, revision
from schema.queries.changes import ChangeKind


class ChangeBranch(NamedTuple):
    """Changes of one kind: a statement, and its columns for the revision and the record's id."""

    number: Any
    id: Any
    statement: Statement


class ChangeStatements:
    """Statements on changes to records of any types."""

    def __init__(self, records: VisibleRecords) -> None:
        self._records = records

    def page(
        self,
        kinds: Sequence[RecordTable],
        sources: Collection[str] | None,
        after: ChangePosition | None,
        limit: int,
    ) -> Statement:
        """The changes to records of these types, oldest first: at most `limit` after a place.

        A version that starts adds or changes its record. A version that ends without a next one withdraws it for this
        caller, who may see the one and not the other.
        """
        branches = [
            self._limit(kind, branch, sources, after, limit)
            for kind in kinds
            for branch in (self._starts(kind), self._ends(kind), self._erasures(kind))
        ]
        merged = union_all(*(select(branch) for branch in branches)).subquery()
        committed, valid = alias(revision, "committed"), alias(revision, "valid")
        return (
            select(merged, committed.c.committed_at.label("recorded_at"), valid.c.committed_at.label("as_of"))
            .join_from(merged, committed, committed.c.number == merged.c.number)
            .outerjoin(valid, valid.c.number == merged.c.valid_from)
            .order_by(merged.c.number, merged.c.type, merged.c.id)
            .limit(limit)
        )

    def _limit(
        self,
        kind: RecordTable,
        branch: ChangeBranch,
        sources: Collection[str] | None,
        after: ChangePosition | None,
        limit: int,
    ) -> Subquery:
        """The first changes of a branch after a place: each branch can fill the page."""
        number, identity, statement = branch
        view = self._records.view
        if sources is not None:
            statement = statement.where(kind.table.c.source.in_(sorted(sources)))
        if not view.latest:
            statement = statement.where(number <= view.number)
        if after is not None:
            statement = statement.where(_comes_after(kind.type, number, identity, after))
        return statement.order_by(number, identity).limit(limit).subquery()

    def _starts(self, kind: RecordTable) -> ChangeBranch:
        """Versions, by the revision at which they start."""
        table, before = kind.table.c, alias(kind.table, "before")
        replaces = and_(
            before.c.id == table.id,
            before.c.to_revision == table.from_revision,
            self._records.are_visible(kind, before.c),
        )
        change = case((before.c.id.is_not(None), ChangeKind.CHANGED.value), else_=ChangeKind.ADDED.value)
        statement = (
            select(*_columns(kind, change, table.from_revision, table.from_revision))
            .outerjoin_from(kind.table, before, replaces)
            .where(self._records.are_visible(kind))
        )
        return ChangeBranch(table.from_revision, table.id, statement)

    def _ends(self, kind: RecordTable) -> ChangeBranch:
        """Versions that no other replaces, by the revision at which they end."""
        table, then = kind.table.c, alias(kind.table, "then")
        replaces = and_(
            then.c.id == table.id, then.c.from_revision == table.to_revision, self._records.are_visible(kind, then.c)
        )
        change = literal(ChangeKind.WITHDRAWN.value, Text)
        statement = (
            select(*_columns(kind, change, table.to_revision, table.from_revision))
            .outerjoin_from(kind.table, then, replaces)
            .where(table.to_revision.is_not(None), then.c.id.is_(None), self._records.are_visible(kind))
        )
        return ChangeBranch(table.to_revision, table.id, statement)

    def _erasures(self, kind: RecordTable) -> ChangeBranch:
        """Redacted records, by the revision of the redaction. A record's first version says who may see it."""
        table, earlier, marker = kind.table.c, alias(kind.table, "earlier"), redaction.c
        before = and_(earlier.c.id == table.id, earlier.c.from_revision < table.from_revision)
        change = literal(ChangeKind.REDACTED.value, Text)
        statement = (
            select(*_columns(kind, change, marker.revision, null()))
            .join_from(redaction, kind.table, table.id == marker.record)
            .outerjoin(earlier, before)
            .where(marker.record_type == kind.type.value, earlier.c.id.is_(None), self._records.are_visible(kind))
        )
        return ChangeBranch(marker.revision, marker.record, statement)


def _columns(kind: RecordTable, change: Any, number: Any, valid_from: Any) -> list[ColumnElement[Any]]:
    """The columns of a change: the record, the kind of change, its revision, and the start of the version."""
    table = kind.table.c
    return [
        literal(RECORD_ORDER.index(kind.type), Integer).label("type"),
        table.id.label("id"),
        table.source.label("source"),
        change.label("change"),
        number.label("number"),
        cast(valid_from, BigInteger).label("valid_from"),
    ]


def _comes_after(kind: RecordType, number: Any, identity: Any, after: ChangePosition) -> ColumnElement[bool]:
    """The change of a record of this type comes after the place: by revision, type of record, and id."""
    if kind == after.record:
        return tuple_(number, identity) > (after.revision, after.id)
    if after.record is None or kind < after.record:
        return number > after.revision  # type: ignore[no-any-return]  # columns of a table are untyped
    return number >= after.revision  # type: ignore[no-any-return]  # columns of a table are untyped
