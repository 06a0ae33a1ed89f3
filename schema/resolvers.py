"""The resolvers that follow from the declarations: a root field asks one question, every field below it only shows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLResolveInfo, get_named_type

from adapters.vocabulary.enums import RecordType
from schema.declarations import Attribute, Changed, Listing, Lookup, Reads, Related, Summed, Versions, Weighed, declared
from schema.errors import ErrorCode, RequestError
from schema.inputs import asked, conditions, during, named_sources, recordable, texts
from schema.queries.base import QueryReader
from schema.queries.changes import ChangesQuery
from schema.queries.conditions import Condition, LatestRelease, ReleasedBy
from schema.queries.figures import ComparisonQuery, TotalQuery
from schema.queries.records import (
    FieldPath,
    HistoryQuery,
    LookupQuery,
    NestedQuery,
    Order,
    PageQuery,
    RecordRow,
    Window,
)
from schema.queries.summaries import SummaryQuery
from schema.selection import Selected, Selection

MOST = 100
"""Records on one page."""

DEFAULT = 20

CELLS = 1_000
"""Cells of one summary; 100 are shown if nothing is said."""

GROUPINGS = 4
"""What one summary is grouped by at most."""

TOTAL = ("totalCount", "totalCountQualifier")


def resolver(reads: Reads) -> Any:
    """The resolver of a field that declares what it reads."""
    match reads:
        case Attribute((name,), None):
            value = _value(name)
            return lambda row, info: value(row)
        case Attribute(names, shown) if shown is not None:
            values = tuple(map(_value, names))
            return lambda row, info: shown(*(value(row) for value in values))
        case Related() | Versions():
            return lambda source, info, **arguments: source.related[place(info)]
        case Listing(record):
            return _listing(record)
        case Lookup(record):
            return _lookup(record)
        case Summed(record, by):
            return _summed(record, by)
        case Changed():
            return _changed
        case Weighed(question):
            return _weighed(question)
    raise AssertionError(reads)


def _value(name: str) -> Callable[[Any], object]:
    """Reads one attribute of a record or of a summary's cell."""
    if name in RecordRow.__struct_fields__:
        return attrgetter(name)
    return lambda row: row.values[name]


def _listing(record: RecordType) -> Any:
    async def resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        reading = Reading(info)
        question = reading.records(record, info.parent_type, info.field_nodes, arguments, place(info))
        return await catalogue(info).read(question)

    return resolve


def _lookup(record: RecordType) -> Any:
    async def resolve(source: Any, info: GraphQLResolveInfo[Any], id: str, asOf: Any = None) -> Any:
        (found,) = await by_ids(info, [id], {record}, asOf)
        return found

    return resolve


def _summed(record: RecordType, by: Mapping[str, str]) -> Any:
    async def resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        grouped = [by[grouping] for grouping in arguments.get("groupBy") or ()]
        question = Reading(info).summary(record, info.parent_type, info.field_nodes, arguments, grouped)
        return await catalogue(info).read(question)

    return resolve


async def _changed(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    return await catalogue(info).read(Reading(info).changes(info.parent_type, info.field_nodes, arguments, place(info)))


def _weighed(kind: type[TotalQuery] | type[ComparisonQuery]) -> Any:
    async def resolve(root: Any, info: GraphQLResolveInfo[Any], /, **arguments: Any) -> Any:
        attributes, related = Reading(info).figures(info.parent_type, info.field_nodes, place(info))
        question: Any = kind(
            spec=asked(arguments),
            sources=named_sources(arguments.get("source", arguments.get("sources"))),
            attributes=attributes,
            related=related,
            as_of=arguments.get("asOf"),
        )
        return await catalogue(info).read(question)

    return resolve


def place(info: GraphQLResolveInfo[Any]) -> FieldPath:
    """Where in the answer a running field stands."""
    return tuple(key for key in info.path.as_list() if isinstance(key, str))


def catalogue(info: Any) -> QueryReader:
    """Who holds the data of this request."""
    return info.context.catalogue  # type: ignore[no-any-return]  # the context is whatever the edge made


async def by_ids(
    info: GraphQLResolveInfo[Any], ids: Sequence[str], types: Iterable[RecordType] = RecordType, as_of: Any = None
) -> list[RecordRow | None]:
    """The records with these global ids, in their order; None for an id that names nothing that the caller sees."""
    if len(ids) > MOST:
        raise RequestError(ErrorCode.BAD_INPUT, f"At most {MOST} ids can be asked for at once.")
    wanted: dict[RecordType, list[str]] = {}
    parted = [identity.partition(":") for identity in ids]
    for kind, _, identity in parted:
        if kind in set(types) and recordable(identity):
            wanted.setdefault(RecordType(kind), []).append(identity)
    reading = Reading(info)
    found: dict[tuple[str, str], RecordRow] = {}
    for kind, identities in wanted.items():
        attributes, related = reading.needed(kind, {place(info): info.field_nodes})
        question = LookupQuery(
            record_type=kind, ids=tuple(identities), attributes=attributes, related=related, as_of=as_of
        )
        for identity, row in (await catalogue(info).read(question)).items():
            found[kind.value, identity] = row
    return [found.get((kind, identity)) for kind, _, identity in parted]


class Reading:
    """Turns what an operation selects below a root field into questions: only what is asked for, all levels at once."""

    def __init__(self, info: GraphQLResolveInfo[Any]) -> None:
        self._types = info.schema.type_map
        self._selection = Selection(info)

    def records(
        self,
        record: RecordType,
        parent: GraphQLObjectType,
        nodes: Sequence[FieldNode],
        arguments: Mapping[str, Any],
        at: FieldPath,
    ) -> PageQuery:
        """The question for a page whose field stands in the document as `nodes`, and in the answer at `at`."""
        field = parent.fields[nodes[0].name.value]
        page: Any = get_named_type(field.type)
        chosen = self._selection.below(page, nodes)
        attributes, related = self.needed(record, dict(self._listed(page, chosen, at)))
        filtered: Any = get_named_type(field.args["filter"].type)
        return PageQuery(
            record_type=record,
            attributes=attributes,
            related=related,
            conditions=(
                *conditions(filtered, arguments.get("filter") or {}),
                *(releases(arguments) if "release" in field.args else ()),
            ),
            order=_order(arguments.get("orderBy")),
            window=_window(arguments),
            with_total=any(same[0].name.value in TOTAL for same in chosen.values()),
            as_of=arguments.get("asOf"),
        )

    def summary(
        self,
        record: RecordType,
        parent: GraphQLObjectType,
        nodes: Sequence[FieldNode],
        arguments: Mapping[str, Any],
        by: Sequence[str],
    ) -> SummaryQuery:
        """The question for a summary whose field stands in the document as `nodes`, grouped by these attributes."""
        field = parent.fields[nodes[0].name.value]
        summed: Any = get_named_type(field.type)
        parts: set[str] = set()
        for _, below, same in self._selection.fields(summed, nodes):
            if same[0].name.value == "cells":
                parts |= self._read(get_named_type(below.type), same)
        filtered: Any = get_named_type(field.args["filter"].type)
        return SummaryQuery(
            record_type=record,
            group_by=_grouped(by),
            attributes=frozenset(parts),
            conditions=(*conditions(filtered, arguments.get("filter") or {}), *_months(arguments.get("period"))),
            limit=_most(arguments.get("first")),
        )

    def changes(
        self, parent: GraphQLObjectType, nodes: Sequence[FieldNode], arguments: Mapping[str, Any], at: FieldPath
    ) -> ChangesQuery:
        """The question for changes whose field stands in the document as `nodes`, and in the answer at `at`."""
        page: Any = get_named_type(parent.fields[nodes[0].name.value].type)
        shown: dict[FieldPath, Sequence[FieldNode]] = {}
        for name, same in self._selection.below(page, nodes).items():
            if same[0].name.value == "changes":
                change: Any = get_named_type(page.fields["changes"].type)
                for inner, each in self._selection.below(change, same).items():
                    if each[0].name.value == "node":
                        shown[*at, name, inner] = each
        given = arguments.get("filter") or {}
        kinds, sources = given.get("recordType"), given.get("source")
        return ChangesQuery(
            record_types=None if kinds is None else tuple(kinds),
            sources=None if sources is None else texts(sources),
            size=_size(arguments.get("first"), DEFAULT),
            cursor=arguments.get("after"),
            nodes={kind: self.needed(kind, shown) for kind in RecordType} if shown else {},
        )

    def needed(
        self, record: RecordType, selected: Mapping[FieldPath, Sequence[FieldNode]]
    ) -> tuple[frozenset[str], dict[FieldPath, NestedQuery]]:
        """What is selected of records of one type: their attributes, and related pages by their place in the answer.

        One record can stand at several places, such as `nodes` and `edges { node }`, with other selections at each.
        """
        kind: Any = self._types[record.value]
        attributes: set[str] = set()
        related: dict[FieldPath, NestedQuery] = {}
        for at, nodes in selected.items():
            for name, field, same in self._selection.fields(kind, nodes):
                reads = declared(field)
                if isinstance(reads, Attribute):
                    attributes.update(reads.names)
                elif isinstance(reads, Related):
                    arguments = self._selection.arguments(kind, same[0])
                    related[*at, name] = self.records(reads.record, kind, same, arguments, (*at, name))
                elif isinstance(reads, Versions):
                    arguments = self._selection.arguments(kind, same[0])
                    related[*at, name] = self._history(field, same, arguments)
        return frozenset(attributes), related

    def _history(self, field: GraphQLField, nodes: Sequence[FieldNode], arguments: Mapping[str, Any]) -> HistoryQuery:
        past: Any = get_named_type(field.type)
        attributes: set[str] = set()
        for _, below, same in self._selection.fields(past, nodes):
            if same[0].name.value == "versions":
                attributes |= self._read(get_named_type(below.type), same)
        return HistoryQuery(attributes=frozenset(attributes), limit=_size(arguments.get("first"), DEFAULT))

    def _read(self, kind: Any, nodes: Sequence[FieldNode]) -> set[str]:
        """The attributes that the selected fields of one type read."""
        each = (declared(field) for _, field, _ in self._selection.fields(kind, nodes))
        return {name for reads in each if isinstance(reads, Attribute) for name in reads.names}

    def figures(
        self, parent: GraphQLObjectType, nodes: Sequence[FieldNode], at: FieldPath
    ) -> tuple[frozenset[str], dict[FieldPath, NestedQuery]]:
        """What is selected of published figures, wherever they stand below a field."""
        kind: Any = get_named_type(parent.fields[nodes[0].name.value].type)
        return self.needed(RecordType.STATISTIC, dict(self._within(RecordType.STATISTIC, kind, nodes, at)))

    def _within(
        self, record: RecordType, kind: GraphQLObjectType, nodes: Sequence[FieldNode], at: FieldPath
    ) -> Iterator[tuple[FieldPath, Sequence[FieldNode]]]:
        """Every place below a field at which records of one type are shown."""
        for name, field, same in self._selection.fields(kind, nodes):
            inner = get_named_type(field.type)
            if isinstance(inner, GraphQLObjectType):
                if inner.name == record.value:
                    yield (*at, name), same
                else:
                    yield from self._within(record, inner, same, (*at, name))

    def _listed(
        self, page: GraphQLObjectType, chosen: Selected, at: FieldPath
    ) -> Iterator[tuple[FieldPath, Sequence[FieldNode]]]:
        """Every place at which a page shows its records, with the fields of the document that ask for them there."""
        for name, same in chosen.items():
            if same[0].name.value == "nodes":
                yield (*at, name), same
            elif same[0].name.value == "edges":
                edge: Any = get_named_type(page.fields["edges"].type)
                for inner, nodes in self._selection.below(edge, same).items():
                    if nodes[0].name.value == "node":
                        yield (*at, name, inner), nodes


def releases(arguments: Mapping[str, Any]) -> Iterator[Condition]:
    """Which of the releases that state a cell are meant."""
    until = arguments.get("release")
    if until is not None:
        yield ReleasedBy(until)
    if not arguments.get("allReleases"):
        yield LatestRelease(until)


def _order(given: Mapping[str, Any] | None) -> Order:
    return Order() if given is None else Order(given["by"], given["descending"])


def _grouped(by: Sequence[str]) -> tuple[str, ...]:
    """Raises Refused where the cells could not be told apart, or would be too many to be of use."""
    if {"month", "quarter"} <= set(by):
        raise RequestError(ErrorCode.BAD_INPUT, "Cells are grouped by month or by quarter, not by both.")
    if len(set(by)) > GROUPINGS:
        raise RequestError(ErrorCode.BAD_INPUT, f"Cells are grouped by at most {GROUPINGS} things at once.")
    return tuple(dict.fromkeys(by))


def _months(period: Mapping[str, Any] | None) -> Iterator[Condition]:
    """Raises Refused where the period is not one of whole months."""
    if period is not None:
        if period["start"].day != 1 or period["end"].day != 1:
            raise RequestError(ErrorCode.BAD_INPUT, "A summary's period begins and ends on the first day of a month.")
        yield during(period, {})


def _most(first: int | None) -> int:
    """Raises Refused where more cells are asked for than are given."""
    if first is not None and not 0 <= first <= CELLS:
        raise RequestError(ErrorCode.BAD_INPUT, f"A summary has at least 0 and at most {CELLS:,} cells.")
    return MOST if first is None else first


def _size(first: int | None, otherwise: int) -> int:
    """Raises Refused where more is asked for than a page has."""
    if first is not None and not 0 <= first <= MOST:
        raise RequestError(ErrorCode.BAD_INPUT, f"A page has at least 0 and at most {MOST} records.")
    return otherwise if first is None else first


def _window(arguments: Mapping[str, Any]) -> Window:
    """Raises Refused where the arguments ask for two pages at once, for none, or for too much."""
    first, last = arguments.get("first"), arguments.get("last")
    after, before = arguments.get("after"), arguments.get("before")
    if (first is not None or after is not None) and (last is not None or before is not None):
        raise RequestError(
            ErrorCode.BAD_INPUT, "A page goes forward (first, after) or backward (last, before), not both."
        )
    if before is not None and last is None:
        raise RequestError(ErrorCode.BAD_INPUT, "`before` needs `last`.")
    backward = last is not None
    size = _size(last if backward else first, DEFAULT)
    return Window(size, before if backward else after, backward)
