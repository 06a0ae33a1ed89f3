"""The one statement builder: every SELECT on records is made here, and none without the caller's row rules."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from adapters.months import month_of
from adapters.vocabulary.enums import AutomatedDecision, FieldClass, RecordType, TakedownStatus
from adapters.vocabulary.jurisdictions import enclosing
from gateway.access.audit.delivery import Delivery
from gateway.access.callers import Caller
from gateway.access.row_rules import RowRules
from gateway.catalogue.read.change_position import ChangePosition
from gateway.catalogue.tables import (
    Attribute,
    RecordTable,
    RollupTable,
    coverage,
    interned_member,
    redaction,
    reference,
    retrieval,
    revision,
    scope,
)
from gateway.store.json_arrays import JSONElements, JSONMember, JSONRows, in_list
from schema.queries.changes import ChangeKind
from schema.queries.conditions import (
    AlongAxes,
    AnyOf,
    Condition,
    Contains,
    During,
    LatestRelease,
    PeriodMatch,
    RefersTo,
    ReleasedBy,
    UpdatedSince,
)
from schema.queries.coverage import CoverageQuery
from schema.queries.records import Order, OrderBy, PageQuery

Statement = Select[*tuple[Any, ...]]
"""A SELECT of whatever columns."""

Place = tuple[Any, int, str]
"""Where a record stands in an order: the value ordered by (None: it has none), since when it holds, and its id."""

RECORDED_AT, PROVENANCE, REDACTED = "recorded_at", "provenance", "redacted"
"""What a version has beside the attributes of its record."""

CITED_BY = ("platform", "citation")
"""Attributes that a provenance needs to cite its record, of those types that have them; neither is sensitive."""

ENDED_AT = "ended_at"
"""What a version has in a history alone."""

MONTH, QUARTER = "month", "quarter"
"""What records are grouped by that is no attribute of theirs: the month, or quarter, that their own period lies in."""

DURATIONS, COUNTING_UNITS = "durations", "counting_units"
"""Parts of a summary for which its groups are divided further."""

COMPLIED = (TakedownStatus.COMPLIED, TakedownStatus.EXECUTED)
"""Of a takedown that somebody asked for, a measure that was taken is the one asked for."""

SHARES: Mapping[str, Mapping[str, Callable[[Any], ColumnElement[bool]]]] = {
    "automated_detection": {
        "detected": lambda table: table.automated_detection.is_(True),
        "detection_told": lambda table: table.automated_detection.is_not(None),
    },
    "automated_decision": {
        "decided": lambda table: table.automated_decision == AutomatedDecision.FULLY,
        "decision_told": lambda table: table.automated_decision != AutomatedDecision.UNKNOWN,
    },
    "compliance": {
        "requested": lambda table: table.requested,
        "complied": lambda table: and_(table.requested, table.status.in_(COMPLIED)),
        "partly": lambda table: and_(table.requested, table.status == TakedownStatus.PARTIALLY_COMPLIED),
        "refused": lambda table: and_(table.requested, table.status == TakedownStatus.REFUSED_OR_NO_ACTION),
    },
}
"""Parts of a summary that count those records of a group that meet a condition, under the name of each count."""


class RevisionView(Struct, frozen=True):
    """The state of the catalogue that a request sees: a revision, and whether it is the latest."""

    number: int
    latest: bool


LATEST = RevisionView(0, latest=True)


class QueryBuilder:
    """Builds statements over what one caller may see in one state of the catalogue.

    Sensitive attributes that a condition looks at are added to the delivery, whatever the statement finds.
    """

    def __init__(self, caller: Caller, cut: RevisionView, delivery: Delivery) -> None:
        self._rules = RowRules(caller, interned_member)
        self.cut = cut
        self._delivery = delivery

    # The row rules. Every statement below starts from one of them.

    def _visible(self, kind: RecordTable) -> ColumnElement[bool]:
        return and_(self._rules.visible(kind.type, kind.table.c), self._holds(kind.table.c))

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
        """The columns of the attributes asked for, after the record's id and source.

        Beside sensitive ones stands, for each class (`class_flag`), whether the record's are the caller's to see.
        """
        chosen: list[ColumnElement[Any]] = [kind.table.c.id, kind.table.c.source]
        for name in sorted(attributes):
            if name == RECORDED_AT:
                chosen.append(revision.c.committed_at.label("v_recorded_at"))
            elif name == PROVENANCE:
                chosen += [column.label(f"r_{column.name}") for column in retrieval.c if column.name != "scope"]
                chosen += [scope.c.channel.label("r_channel"), scope.c.name.label("r_scope")]
                # A record's publisher depends on its platform, and a claim has a citation of its own.
                chosen += [kind.table.c[each].label(f"r_{each}") for each in CITED_BY if each in kind.attributes]
            elif name == REDACTED:
                chosen.append(kind.table.c.redacted)
            elif name in kind.attributes:
                chosen += self._shown(kind, kind.attributes[name])
        classes = {kind.attributes[name].field_class for name in attributes if name in kind.attributes}
        return chosen + [
            self._rules.readable(kind.type, kind.table.c, field_class).label(class_flag(field_class))
            for field_class in sorted(each for each in classes if each is not None)
        ]

    def _shown(self, kind: RecordTable, attribute: Attribute) -> Iterator[ColumnElement[Any]]:
        """The columns of an attribute; of a sensitive one NULL where the record is not one of those granted."""
        for name in attribute.columns:
            column = kind.table.c[name]
            if attribute.field_class is None:
                yield column
            else:
                yield case((self._rules.readable(kind.type, kind.table.c, attribute.field_class), column)).label(name)

    def _from(self, kind: RecordTable, attributes: Iterable[str], columns: Sequence[Any]) -> Statement:
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
        after: Place | None,
        dated: bool,
        limit: int,
    ) -> Statement:
        """One run of an ordered page: the records that have a value to order by, or (`dated` False) those that lack it.

        Nulls come last in either direction because the dateless run is asked for after the dated one. `after` is where
        the last record before the page stands.
        """
        column = ordered_by(kind, order)
        identity, recorded = kind.table.c.id, kind.table.c.from_revision
        columns = [*self.columns(kind, attributes), column.label("k_order"), recorded.label("k_recorded")]
        statement = self._from(kind, attributes, columns).where(self._visible(kind), *self._where(kind, conditions))
        statement = statement.where(column.is_not(None) if dated else column.is_(None))
        ordering = [recorded, identity] if column is recorded or not dated else [column, recorded, identity]
        if after is not None:
            here, position = tuple_(*ordering), after[-len(ordering) :]
            statement = statement.where(here < position if order.descending else here > position)
        return statement.order_by(*(key.desc() if order.descending else key.asc() for key in ordering)).limit(limit)

    def count(self, kind: RecordTable, conditions: Sequence[Condition], most: int) -> Statement:
        """How many records there are, but no more than `most`."""
        some = select(kind.table.c.id).where(self._visible(kind), *self._where(kind, conditions)).limit(most)
        return select(func.count()).select_from(some.subquery())

    def by_id(self, kind: RecordTable, attributes: frozenset[str], ids: Sequence[str]) -> Statement:
        """The records with these ids."""
        statement = self._from(kind, attributes, self.columns(kind, attributes))
        return statement.where(self._visible(kind), kind.table.c.id.in_(ids))

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
        after: Place | None,
        limit: int,
    ) -> Statement:
        """The first `limit` records of one type that share a reference with each of the parents; `backward`, the last.

        Rows carry the parent's id as `k_parent`; backward, they stand in reverse order.
        """
        links = self._links(parent, parents, kind)
        table = kind.table.c
        found = (
            select(table.id, links.c.parent, ordered_by(kind, order).label("order"), table.from_revision)
            .join_from(kind.table, links, links.c.child == table.id)
            .where(self._visible(kind), *self._where(kind, conditions))
            .subquery()
        )
        descending = order.descending != backward
        lacking = found.c.order.is_(None)
        ordering = [
            lacking.desc() if backward else lacking.asc(),
            *(key.desc() if descending else key.asc() for key in (found.c.order, found.c.from_revision, found.c.id)),
        ]
        place = func.row_number().over(partition_by=found.c.parent, order_by=ordering)
        numbered = select(found, place.label("place"))
        if after is not None:
            numbered = numbered.where(_beyond(found, after, descending=descending, backward=backward))
        placed = numbered.subquery()
        columns = [
            *self.columns(kind, attributes),
            placed.c.order.label("k_order"),
            table.from_revision.label("k_recorded"),
            placed.c.parent.label("k_parent"),
        ]
        return (
            self._from(kind, attributes, columns)
            .join(placed, placed.c.id == table.id)
            .where(self._visible(kind), placed.c.place <= limit)
            .order_by(placed.c.parent, placed.c.place)
        )

    def related_counts(
        self, parent: RecordTable, parents: Sequence[str], kind: RecordTable, conditions: Sequence[Condition]
    ) -> Statement:
        """Per parent (`k_parent`) that has any: how many records of one type share a reference with it (`counted`)."""
        links = self._links(parent, parents, kind)
        return (
            select(links.c.parent.label("k_parent"), func.count().label("counted"))
            .join_from(kind.table, links, links.c.child == kind.table.c.id)
            .where(self._visible(kind), *self._where(kind, conditions))
            .group_by(links.c.parent)
        )

    def _links(self, parent: RecordTable, parents: Sequence[str], kind: RecordTable) -> Subquery:
        """Which of the parents shares a reference with which records of one type, itself left out."""
        theirs, ours = parent.table.alias("theirs"), reference.alias("ours")
        named = JSONRows(theirs.c.references).table_valued("value", name="named")
        scheme, value = (JSONMember(named.c.value, literal_column(place, Integer)) for place in "01")
        link = (
            select(theirs.c.id.label("parent"), ours.c.record.label("child"))
            .join_from(theirs, named, true())
            .join(ours, and_(ours.c.scheme == scheme, ours.c.value == value))
            .where(in_list(theirs.c.id, parents), self._rules.visible(parent.type, theirs.c), self._holds(theirs.c))
            .where(ours.c.record_type == kind.type.value, self._holds(ours.c))
            .distinct()
        )
        if parent is kind:
            link = link.where(theirs.c.id != ours.c.record)
        return link.subquery()

    def reporting(self, kind: RecordTable, conditions: Sequence[Condition]) -> Statement:
        """The sources that have at least one such record."""
        return select(kind.table.c.source).where(self._visible(kind), *self._where(kind, conditions)).distinct()

    def summary(
        self, rollup: RollupTable, conditions: Sequence[Condition], by: Sequence[str], parts: Collection[str]
    ) -> Statement:
        """How many records each group holds (`counted`), and with `parts` more about them.

        Groups are by what `by` names, an attribute of the records or MONTH or QUARTER: as numbers from the year 0 on,
        NULL where a record's own period does not lie in one. Sets stand there by their keys. Conditions are those that
        rollups can meet: on their attributes, and periods of whole months that a record's own lies within.
        """
        table = rollup.table.c
        met = [self._counted(rollup, condition) for condition in conditions]
        groups = [_group(table, name).label(f"k_{name}") for name in by]
        for part in ("duration_basis", "duration") if DURATIONS in parts else ():
            groups.append(table[part].label(f"k_{part}"))
        if COUNTING_UNITS in parts:
            groups.append(table.counting_unit.label("k_unit"))
        counts = [func.sum(table.count).label("counted")]
        for part in sorted(SHARES.keys() & parts):
            counts += [
                func.sum(table.count).filter(condition(table)).label(f"n_{name}")
                for name, condition in SHARES[part].items()
            ]
        statement = select(*groups, *counts).where(self._rules.visible(rollup.kind.type, table), *met)
        return statement.group_by(*(group.name for group in groups))

    def _counted(self, rollup: RollupTable, condition: Condition) -> ColumnElement[bool]:
        table = rollup.table.c
        match condition:
            case AnyOf() | Contains():
                return self._condition(rollup.kind, condition, table)
            case During(start, end, PeriodMatch.WITHIN) if start.day == end.day == 1:
                return and_(table.start_month >= month_of(start), table.end_month <= month_of(end))
        raise AssertionError(condition)

    def changes(
        self, kinds: Sequence[RecordTable], sources: Collection[str] | None, after: ChangePosition | None, limit: int
    ) -> Statement:
        """What became of records of these types, oldest first: at most `limit` changes after a place.

        A version that begins adds or changes its record, one that ends without a next withdraws it, for this caller: it
        may see the one and not the other.
        """
        branches: list[Subquery] = []
        for kind in kinds:
            for of in (self._begun, self._ended, self._erased):
                numbered, identity, statement = of(kind)
                if sources is not None:
                    statement = statement.where(kind.table.c.source.in_(sorted(sources)))
                if not self.cut.latest:
                    statement = statement.where(numbered <= self.cut.number)
                if after is not None:
                    statement = statement.where(_later(kind.type, numbered, identity, after))
                branches.append(statement.order_by(numbered, identity).limit(limit).subquery())
        merged = union_all(*(select(branch) for branch in branches)).subquery()
        committed, held = revision.alias("committed"), revision.alias("held")
        return (
            select(merged, committed.c.committed_at.label("recorded_at"), held.c.committed_at.label("as_of"))
            .join_from(merged, committed, committed.c.number == merged.c.number)
            .outerjoin(held, held.c.number == merged.c.held_from)
            .order_by(merged.c.number, merged.c.type, merged.c.id)
            .limit(limit)
        )

    def _begun(self, kind: RecordTable) -> tuple[Any, Any, Statement]:
        """Versions, by the revision that they begin at."""
        table, before = kind.table.c, kind.table.alias("before")
        known = and_(
            before.c.id == table.id,
            before.c.to_revision == table.from_revision,
            self._rules.visible(kind.type, before.c),
        )
        became = case((before.c.id.is_not(None), ChangeKind.CHANGED.value), else_=ChangeKind.ADDED.value)
        statement = select(*_change(kind, became, table.from_revision, table.from_revision))
        statement = statement.outerjoin_from(kind.table, before, known).where(self._rules.visible(kind.type, table))
        return table.from_revision, table.id, statement

    def _ended(self, kind: RecordTable) -> tuple[Any, Any, Statement]:
        """Versions that no other took the place of, by the revision that they end at."""
        table, then = kind.table.c, kind.table.alias("then")
        replacing = and_(
            then.c.id == table.id, then.c.from_revision == table.to_revision, self._rules.visible(kind.type, then.c)
        )
        became = literal(ChangeKind.WITHDRAWN.value, Text)
        statement = select(*_change(kind, became, table.to_revision, table.from_revision))
        statement = statement.outerjoin_from(kind.table, then, replacing)
        statement = statement.where(
            table.to_revision.is_not(None), then.c.id.is_(None), self._rules.visible(kind.type, table)
        )
        return table.to_revision, table.id, statement

    def _erased(self, kind: RecordTable) -> tuple[Any, Any, Statement]:
        """Records that were erased, by the revision of that. Its first version tells who may see it, as any would."""
        table, earlier, marked = kind.table.c, kind.table.alias("earlier"), redaction.c
        before = and_(earlier.c.id == table.id, earlier.c.from_revision < table.from_revision)
        became = literal(ChangeKind.REDACTED.value, Text)
        statement = (
            select(*_change(kind, became, marked.revision, null()))
            .join_from(redaction, kind.table, table.id == marked.record)
            .outerjoin(earlier, before)
            .where(marked.record_type == kind.type.value, earlier.c.id.is_(None), self._rules.visible(kind.type, table))
        )
        return marked.revision, marked.record, statement

    def versions(self, kind: RecordTable, attributes: frozenset[str], begun: Sequence[tuple[str, int]]) -> Statement:
        """The versions of these records that began at these revisions (`k_from`)."""
        table = kind.table.c
        columns = [*self.columns(kind, attributes), table.from_revision.label("k_from")]
        named = tuple_(table.id, table.from_revision).in_(begun)
        return self._from(kind, attributes, columns).where(self._rules.visible(kind.type, table), named)

    def history(self, kind: RecordTable, attributes: frozenset[str], ids: Sequence[str], limit: int) -> Statement:
        """The last `limit` versions of each record, the latest first, and when each ended (`v_ended_at`)."""
        table, ended = kind.table.c, revision.alias("ended")
        place = func.row_number().over(partition_by=table.id, order_by=table.from_revision.desc())
        known = select(table.id, table.from_revision, place.label("place")).where(
            self._rules.visible(kind.type, table), in_list(table.id, ids)
        )
        ending = ended.c.number == table.to_revision
        if not self.cut.latest:
            known = known.where(table.from_revision <= self.cut.number)
            ending = and_(ending, ended.c.number <= self.cut.number)
        placed = known.subquery()
        columns = [*self.columns(kind, attributes), ended.c.committed_at.label("v_ended_at")]
        return (
            self._from(kind, attributes, columns)
            .join(placed, and_(placed.c.id == table.id, placed.c.from_revision == table.from_revision))
            .outerjoin(ended, ending)
            .where(self._rules.visible(kind.type, table), placed.c.place <= limit)
            .order_by(table.id, placed.c.place)
        )

    def states(self) -> Statement:
        """Per source that was read: when last, why the last reading failed, and how many scopes are complete.

        Of a granted source those scopes count that can hold what is granted: not stated places may be any.
        """
        return (
            select(
                scope.c.source,
                func.max(coverage.c.last_read_at).label("last_read_at"),
                func.max(coverage.c.reason).label("reason"),
                func.count().label("scopes"),
                func.count().filter(coverage.c.complete).label("complete_scopes"),
            )
            .join_from(scope, coverage, coverage.c.scope == scope.c.key)
            .where(self._rules.visible_scope(scope.c, or_unknown_places=True))
            .group_by(scope.c.source)
        )

    def scopes(self, demand: CoverageQuery) -> Statement:
        """The scopes that were read and speak of what is demanded."""
        statement = (
            select(scope, coverage)
            .join_from(scope, coverage, coverage.c.scope == scope.c.key)
            .where(self._rules.visible_scope(scope.c))
        )
        if demand.jurisdictions:
            wider = {place for wanted in demand.jurisdictions for place in enclosing(wanted)}
            sets = select(interned_member.c.set_key).where(interned_member.c.member.in_(sorted(wider)))
            statement = statement.where(or_(scope.c.jurisdictions.is_(None), scope.c.jurisdictions.in_(sets)))
        if demand.start is not None and demand.end is not None:
            undated = and_(scope.c.start.is_(None), scope.c.end.is_(None))
            overlap = _during(scope.c.start, scope.c.end, demand.start, demand.end, PeriodMatch.OVERLAPS)
            statement = statement.where(or_(undated, overlap))
        return statement.order_by(coverage.c.last_read_at.desc(), scope.c.source, scope.c.channel, scope.c.name)

    # Conditions.

    def _where(self, kind: RecordTable, conditions: Sequence[Condition]) -> list[ColumnElement[bool]]:
        sensitive = sensitive_in(kind, conditions)
        for name, field_class in sensitive.items():
            self._delivery.add_search(kind.type, name, field_class, _sources_in(conditions))
        return [
            *(self._condition(kind, condition) for condition in conditions),
            *(
                self._rules.readable(kind.type, kind.table.c, field_class)
                for field_class in sorted(set(sensitive.values()))
            ),
        ]

    def _condition(self, kind: RecordTable, condition: Condition, columns: Any = None) -> ColumnElement[bool]:
        table = kind.table.c if columns is None else columns
        match condition:
            case AnyOf(attributes, values):
                return or_(*(table[name.replace(".", "_")].in_(values) for name in attributes))
            case Contains(attribute, values):
                sets = select(interned_member.c.set_key).where(interned_member.c.member.in_(values))
                return table[attribute].in_(sets)
            case During(start, end, match):
                return _during(table[kind.start], table[kind.end], start, end, match)
            case RefersTo(scheme, value):
                named = select(reference.c.record).where(
                    reference.c.record_type == kind.type.value, reference.c.value == value, self._holds(reference.c)
                )
                return table.id.in_(named if scheme is None else named.where(reference.c.scheme == scheme))
            case UpdatedSince(moment):
                first = select(func.min(revision.c.number)).where(revision.c.committed_at >= moment)
                return table.from_revision >= first.scalar_subquery()
            case AlongAxes(axes):
                return and_(false() if not axes else true(), *(_along(table.dimensions, *axis) for axis in axes))
            case ReleasedBy(until):
                return table.released_at <= until
            case LatestRelease(until):
                return ~self._restated(kind, until)

    def _restated(self, kind: RecordTable, until: date | None) -> ColumnElement[bool]:
        """A later publication that the caller may see, until that day, states another figure for the same cell."""
        ours, theirs = kind.table.c, kind.table.alias("restating").c
        later = (
            select(theirs.id)
            .where(
                self._rules.visible(kind.type, theirs),
                self._holds(theirs),
                theirs.series_key == ours.series_key,
                theirs.source == ours.source,
                theirs.speaker.is_not_distinct_from(ours.speaker),
                theirs.released_at > ours.released_at,
            )
            .correlate(kind.table)
        )
        return (later if until is None else later.where(theirs.released_at <= until)).exists()


def sensitive_in(kind: RecordTable, conditions: Iterable[Condition]) -> dict[str, FieldClass]:
    """The sensitive attributes that conditions look at, each with its class."""
    names = {name for condition in conditions for name in _attributes_in(condition)}
    classes = {name: kind.attributes[name].field_class for name in sorted(names & kind.attributes.keys())}
    return {name: field_class for name, field_class in classes.items() if field_class is not None}


def _attributes_in(condition: Condition) -> Sequence[str]:
    """The attributes that a condition looks at.

    Without periods and references: these are never sensitive, because records are ordered and related by them.
    """
    match condition:
        case AnyOf(attributes, _):
            return [name.partition(".")[0] for name in attributes]
        case Contains(attribute, _):
            return [attribute]
        case AlongAxes():
            return ["dimensions"]
        case ReleasedBy():
            return ["released_at"]
        case LatestRelease():
            return ["series_key", "speaker", "released_at"]
        case During() | RefersTo() | UpdatedSince():
            return []


def attributes_of(kind: RecordTable, question: PageQuery) -> frozenset[str]:
    """What an answer tells of each record: what is selected, and the sensitive attributes that conditions look at."""
    return question.attributes.union(sensitive_in(kind, question.conditions))


def class_flag(field_class: FieldClass) -> str:
    """The name of the column that says whether a record's attributes of a class are the caller's to see."""
    return f"k_{field_class.value.lower()}"


def _sources_in(conditions: Iterable[Condition]) -> frozenset[str] | None:
    """The sources that conditions leave; None where they name none."""
    named = [
        frozenset(each.values) for each in conditions if isinstance(each, AnyOf) and each.attributes == ("source",)
    ]
    return frozenset.intersection(*named) if named else None


def _change(kind: RecordTable, became: Any, number: Any, held_from: Any) -> list[ColumnElement[Any]]:
    """What a change tells: the record, what became of it at which revision, and from which on it was so."""
    table = kind.table.c
    return [
        literal(sorted(RecordType).index(kind.type), Integer).label("type"),
        table.id.label("id"),
        table.source.label("source"),
        became.label("became"),
        number.label("number"),
        cast(held_from, BigInteger).label("held_from"),
    ]


def _later(kind: RecordType, number: Any, identity: Any, after: ChangePosition) -> ColumnElement[bool]:
    """The change of a record of this type comes after the place: by revision, type of record, and id."""
    if kind == after.record:
        return tuple_(number, identity) > (after.revision, after.id)
    return number > after.revision if after.record is None or kind < after.record else number >= after.revision  # type: ignore[no-any-return]  # untyped columns


def _group(table: Any, name: str) -> ColumnElement[Any]:
    first, beyond = table.start_month, table.end_month
    if name == MONTH:
        return case((beyond == first + 1, first))
    if name == QUARTER:
        return case((and_(beyond > first, (beyond - 1) // 3 == first // 3), first // 3))
    return table[name]  # type: ignore[no-any-return]  # columns of a table are untyped


def ordered_by(kind: RecordTable, order: Order) -> Any:
    """The column that an order runs by."""
    return kind.table.c.from_revision if order.by is OrderBy.RECORDED_AT else kind.table.c[kind.start]


def _during(first: Any, last: Any, start: date, end: date, match: PeriodMatch) -> ColumnElement[bool]:
    """How the days from `first` up to `last` lie to those from `start` up to `end`; an unstated end is open."""
    match match:
        case PeriodMatch.EXACT:
            return and_(first == start, last == end)
        case PeriodMatch.WITHIN:
            return and_(first >= start, last <= end)
        case PeriodMatch.OVERLAPS:
            stated = or_(first.is_not(None), last.is_not(None))
            return and_(stated, or_(first.is_(None), first < end), or_(last.is_(None), last > start))
    raise AssertionError(match)


def _beyond(found: Any, after: Place, *, descending: bool, backward: bool) -> ColumnElement[bool]:
    """What comes after `after` as the order is walked: records without a value come last, or first when backward."""
    value, *same = after
    lacking = found.c.order.is_(None)
    keys = tuple_(found.c.from_revision, found.c.id)
    if value is None:
        rest = and_(lacking, keys < same if descending else keys > same)
        return or_(rest, ~lacking) if backward else rest
    keys = tuple_(found.c.order, *keys)
    rest = keys < after if descending else keys > after
    return rest if backward else or_(lacking, rest)


def _along(dimensions: Any, axis: str, values: Sequence[str]) -> ColumnElement[bool]:
    """One of the dimensions is one of these values of an axis."""
    stated = (msgspec.json.encode((axis, value)).decode() for value in values)
    return or_(
        false(), *(literal(text, Text).op("IN", is_comparison=True)(JSONElements(dimensions)) for text in stated)
    )
