"""The one statement builder: every SELECT on records is made here, and none without the caller's row rules."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_

from adapters.vocabulary.enums import RecordType
from gateway.access.callers import Caller
from gateway.catalogue.tables import RecordTable, coverage, interned_member, reference, retrieval, revision, scope
from schema.context import AnyOf, Condition, Covering, During, Has, Order, OrderBy, PeriodMatch, Refers, UpdatedSince

RECORDED_AT, PROVENANCE, REDACTED = "recorded_at", "provenance", "redacted"
"""What a version has beside the attributes of its record."""


class Cut(Struct, frozen=True):
    """The state of the catalogue that a request sees: a revision, and whether it is the latest."""

    number: int
    latest: bool


LATEST = Cut(0, latest=True)


class Statements:
    """Builds statements over what one caller may see in one state of the catalogue."""

    def __init__(self, caller: Caller, cut: Cut) -> None:
        self._caller = caller
        self.cut = cut

    # The row rules. Every statement below starts from `_visible`.

    def _visible(self, kind: RecordTable) -> ColumnElement[bool]:
        table = kind.table.c
        if not self._caller.sources:
            return false()
        return and_(table.source.in_(sorted(self._caller.sources)), self._holds(table))

    def _holds(self, versions: Any) -> ColumnElement[bool]:
        """The version, or reference, holds at the revision of the cut."""
        if self.cut.latest:
            return versions.to_revision.is_(None)  # type: ignore[no-any-return]  # columns of a table are untyped
        number = self.cut.number
        return and_(
            versions.from_revision <= number, or_(versions.to_revision.is_(None), versions.to_revision > number)
        )

    # What a question needs of a record.

    def columns(self, kind: RecordTable, attributes: Iterable[str]) -> list[ColumnElement[Any]]:
        """The columns of the attributes asked for, after the record's id and source."""
        chosen: list[ColumnElement[Any]] = [kind.table.c.id, kind.table.c.source]
        for name in sorted(attributes):
            if name == RECORDED_AT:
                chosen.append(revision.c.committed_at.label("v_recorded_at"))
            elif name == PROVENANCE:
                chosen += [column.label(f"r_{column.name}") for column in retrieval.c if column.name != "scope"]
                chosen += [scope.c.channel.label("r_channel"), scope.c.name.label("r_scope")]
            elif name == REDACTED:
                chosen.append(kind.table.c.redacted)
            elif name in kind.attributes:
                chosen += [kind.table.c[column] for column in kind.attributes[name].columns]
        return chosen

    def _from(self, kind: RecordTable, attributes: Iterable[str], columns: Sequence[Any]) -> Select[Any]:
        statement = select(*columns).select_from(kind.table)
        if RECORDED_AT in attributes:
            statement = statement.join(revision, revision.c.number == kind.table.c.from_revision)
        if PROVENANCE in attributes:
            statement = statement.join(retrieval, retrieval.c.key == kind.table.c.retrieval)
            statement = statement.join(scope, scope.c.key == retrieval.c.scope)
        return statement

    # Statements.

    def page(
        self,
        kind: RecordTable,
        attributes: frozenset[str],
        conditions: Sequence[Condition],
        order: Order,
        *,
        after: tuple[Any, str] | None,
        dated: bool,
        limit: int,
    ) -> Select[Any]:
        """One run of an ordered page: the records that have a value to order by, or (`dated` False) those that lack it.

        Nulls come last in either direction because the dateless run is asked for after the dated one. `after` is
        the order value and the id of the last record before the page; the value is None in the dateless run.
        """
        column = ordered_by(kind, order)
        identity = kind.table.c.id
        columns = [*self.columns(kind, attributes), column.label("k_order")]
        statement = self._from(kind, attributes, columns).where(self._visible(kind), *self._where(kind, conditions))
        if dated:
            statement = statement.where(column.is_not(None))
            ordering = [column, identity]
            position = after
        else:
            statement = statement.where(column.is_(None))
            ordering = [identity]
            position = None if after is None else (after[1],)
        if position is not None:
            here = tuple_(*ordering)
            statement = statement.where(here < position if order.descending else here > position)
        return statement.order_by(*(key.desc() if order.descending else key.asc() for key in ordering)).limit(limit)

    def count(self, kind: RecordTable, conditions: Sequence[Condition], most: int) -> Select[Any]:
        """How many records there are, but no more than `most`."""
        some = select(kind.table.c.id).where(self._visible(kind), *self._where(kind, conditions)).limit(most)
        return select(func.count()).select_from(some.subquery())

    def by_id(self, kind: RecordTable, attributes: frozenset[str], ids: Sequence[str]) -> Select[Any]:
        """The records with these ids."""
        statement = self._from(kind, attributes, self.columns(kind, attributes))
        return statement.where(self._visible(kind), kind.table.c.id.in_(ids))

    def related(
        self,
        parent: RecordType,
        parents: Sequence[str],
        kind: RecordTable,
        attributes: frozenset[str],
        conditions: Sequence[Condition],
        order: Order,
        *,
        after: tuple[Any, str] | None,
        limit: int,
        total: bool,
    ) -> Select[Any]:
        """The first `limit` records of one type that share a reference with each of the parents.

        Rows carry the parent's id as `k_parent` and, with `total`, how many there are for it as `k_total`.
        """
        theirs, ours = reference.alias("theirs"), reference.alias("ours")
        link = (
            select(theirs.c.record.label("parent"), ours.c.record.label("child"))
            .join_from(theirs, ours, and_(ours.c.scheme == theirs.c.scheme, ours.c.value == theirs.c.value))
            .where(theirs.c.record_type == parent.value, theirs.c.record.in_(parents), self._holds(theirs.c))
            .where(ours.c.record_type == kind.type.value, self._holds(ours.c))
            .distinct()
        )
        if parent is kind.type:
            link = link.where(theirs.c.record != ours.c.record)
        links = link.subquery()
        column = ordered_by(kind, order)
        columns = [*self.columns(kind, attributes), column.label("k_order"), links.c.parent.label("k_parent")]
        if total:
            columns.append(func.count().over(partition_by=links.c.parent).label("k_total"))
        found = (
            self._from(kind, attributes, columns)
            .join(links, links.c.child == kind.table.c.id)
            .where(self._visible(kind), *self._where(kind, conditions))
            .subquery()
        )
        keys = (found.c.k_order, found.c.id)
        ordering = [found.c.k_order.is_(None), *(key.desc() if order.descending else key.asc() for key in keys)]
        place = func.row_number().over(partition_by=found.c.k_parent, order_by=ordering).label("k_place")
        numbered = select(found, place)
        if after is not None:
            numbered = numbered.where(_beyond(found, after, order))
        rows = numbered.subquery()
        return select(rows).where(rows.c.k_place <= limit).order_by(rows.c.k_parent, rows.c.k_place)

    def reporting(self, kind: RecordTable, conditions: Sequence[Condition]) -> Select[Any]:
        """The sources that have at least one such record."""
        return select(kind.table.c.source).where(self._visible(kind), *self._where(kind, conditions)).distinct()

    def states(self) -> Select[Any]:
        """Per source that was read: when last, why the last reading failed, and how many scopes are complete."""
        return (
            select(
                scope.c.source,
                func.max(coverage.c.last_read_at).label("last_read_at"),
                func.max(coverage.c.reason).label("reason"),
                func.count().label("scopes"),
                func.count().filter(coverage.c.complete).label("complete_scopes"),
            )
            .join_from(scope, coverage, coverage.c.scope == scope.c.key)
            .where(self._seen_sources())
            .group_by(scope.c.source)
        )

    def scopes(self, demand: Covering) -> Select[Any]:
        """The scopes that were read and speak of what is demanded."""
        statement = (
            select(scope, coverage)
            .join_from(scope, coverage, coverage.c.scope == scope.c.key)
            .where(self._seen_sources())
        )
        if demand.jurisdictions:
            sets = select(interned_member.c.set_key).where(interned_member.c.member.in_(demand.jurisdictions))
            statement = statement.where(or_(scope.c.jurisdictions.is_(None), scope.c.jurisdictions.in_(sets)))
        if demand.start is not None and demand.end is not None:
            overlap = _during(scope.c.start, scope.c.end, demand.start, demand.end, PeriodMatch.OVERLAPS)
            statement = statement.where(overlap)
        return statement.order_by(scope.c.source, scope.c.channel, scope.c.name)

    def _seen_sources(self) -> ColumnElement[bool]:
        return scope.c.source.in_(sorted(self._caller.sources)) if self._caller.sources else false()

    # Conditions.

    def _where(self, kind: RecordTable, conditions: Sequence[Condition]) -> list[ColumnElement[bool]]:
        return [self._condition(kind, condition) for condition in conditions]

    def _condition(self, kind: RecordTable, condition: Condition) -> ColumnElement[bool]:
        table = kind.table.c
        match condition:
            case AnyOf(attributes, values):
                return or_(*(table[name.replace(".", "_")].in_(values) for name in attributes))
            case Has(attribute, values):
                sets = select(interned_member.c.set_key).where(interned_member.c.member.in_(values))
                return table[attribute].in_(sets)
            case During(start, end, match):
                return _during(table[kind.start], table[kind.end], start, end, match)
            case Refers(scheme, value):
                named = select(reference.c.record).where(
                    reference.c.record_type == kind.type.value, reference.c.value == value, self._holds(reference.c)
                )
                return table.id.in_(named if scheme is None else named.where(reference.c.scheme == scheme))
            case UpdatedSince(moment):
                first = select(func.min(revision.c.number)).where(revision.c.committed_at >= moment)
                return table.from_revision >= first.scalar_subquery()


def ordered_by(kind: RecordTable, order: Order) -> Any:
    """The column that an order runs by."""
    return kind.table.c.from_revision if order.by is OrderBy.RECORDED_AT else kind.table.c[kind.start]


def _during(first: Any, last: Any, start: date, end: date, match: PeriodMatch) -> ColumnElement[bool]:
    """How the days from `first` up to `last` lie to those from `start` up to `end`; an unstated end reaches for ever."""
    match match:
        case PeriodMatch.EXACT:
            return and_(first == start, last == end)
        case PeriodMatch.WITHIN:
            return and_(first >= start, last <= end)
        case PeriodMatch.OVERLAPS:
            stated = or_(first.is_not(None), last.is_not(None))
            return and_(stated, or_(first.is_(None), first < end), or_(last.is_(None), last > start))
    raise AssertionError(match)


def _beyond(found: Any, after: tuple[Any, str], order: Order) -> ColumnElement[bool]:
    """What comes later in the order than `after`, nulls last."""
    value, identity = after
    keys = tuple_(found.c.k_order, found.c.id)
    if value is None:
        rest = found.c.id < identity if order.descending else found.c.id > identity
        return and_(found.c.k_order.is_(None), rest)
    return or_(found.c.k_order.is_(None), keys < (value, identity) if order.descending else keys > (value, identity))
