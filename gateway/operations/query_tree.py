"""The query tree: turns what an operation selects below a root field into one query with nested queries.

A query names only the attributes that are selected; all levels are read at once. See docs/adr/0001-question-tree.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from graphql import FieldNode, GraphQLField, GraphQLInputObjectType, GraphQLObjectType, get_named_type

from adapters.vocabulary.enums import RecordType
from gateway.operations.arguments import (
    ChangesArguments,
    FigureArguments,
    HistoryArguments,
    PageArguments,
    SummaryArguments,
    cell_limit,
    figure_spec,
    grouping,
    month_conditions,
    order,
    page_size,
    release_conditions,
    source_names,
    window,
)
from gateway.operations.context import ResolveInfo
from gateway.operations.selection import SelectedFields, Selection
from schema.declarations import AttributeField, HistoryField, RelatedField, declaration_of
from schema.inputs import conditions_of
from schema.queries.changes import ChangesQuery
from schema.queries.figures import ComparisonQuery, TotalQuery
from schema.queries.records import FieldPath, HistoryQuery, NestedQuery, PageQuery
from schema.queries.summaries import SummaryQuery

TOTAL_COUNT_FIELDS = ("totalCount", "totalCountQualifier")


def field_path(info: ResolveInfo) -> FieldPath:
    """Where in the answer a running field stands."""
    return tuple(key for key in info.path.as_list() if isinstance(key, str))


class QueryTree:
    """Builds the query of a root field that is running, from what is selected below it."""

    def __init__(self, info: ResolveInfo) -> None:
        self._types = info.schema.type_map
        self._selection = Selection(info)
        self._field = info.parent_type.fields[info.field_name]
        self._nodes = info.field_nodes
        self._path = field_path(info)

    def page(self, record_type: RecordType, arguments: PageArguments) -> PageQuery:
        """The query of a page of records."""
        return self._page(record_type, self._field, self._nodes, arguments, self._path)

    def record(self, record_type: RecordType) -> tuple[frozenset[str], dict[FieldPath, NestedQuery]]:
        """What is selected of records of one type that the root field itself shows."""
        return self._of_records(record_type, {self._path: self._nodes})

    def summary(
        self, record_type: RecordType, arguments: SummaryArguments, groupings: Mapping[str, str]
    ) -> SummaryQuery:
        """The query of a summary; `groupings` has the attribute that each grouping means."""
        summary = _object_type(self._field)
        attributes: set[str] = set()
        names: set[str] = set()
        for _, field, nodes in self._selection.fields(summary, self._nodes):
            names.add(nodes[0].name.value)
            if nodes[0].name.value == "cells":
                attributes |= self._attributes(_object_type(field), nodes)
        return SummaryQuery(
            record_type=record_type,
            group_by=grouping([groupings[name] for name in arguments.get("groupBy") or ()]),
            attributes=frozenset(attributes),
            conditions=(
                *conditions_of(_filter_type(self._field), arguments.get("filter") or {}),
                *month_conditions(arguments.get("period")),
            ),
            limit=cell_limit(arguments.get("first")),
            with_gaps="gaps" in names,
        )

    def changes(self, arguments: ChangesArguments) -> ChangesQuery:
        """The query of changes."""
        page = _object_type(self._field)
        places: dict[FieldPath, Sequence[FieldNode]] = {}
        for name, field, nodes in self._selection.fields(page, self._nodes):
            if nodes[0].name.value == "changes":
                for inner, selected in self._selection.below(_object_type(field), nodes).items():
                    if selected[0].name.value == "node":
                        places[*self._path, name, inner] = selected
        filter_ = arguments.get("filter") or {}
        record_types = filter_.get("recordType")
        return ChangesQuery(
            record_types=None if record_types is None else tuple(record_types),
            sources=source_names(filter_.get("source")),
            size=page_size(arguments.get("first")),
            cursor=arguments.get("after"),
            nodes={record_type: self._of_records(record_type, places) for record_type in RecordType} if places else {},
        )

    def figures(
        self, query: type[TotalQuery] | type[ComparisonQuery], arguments: FigureArguments
    ) -> TotalQuery | ComparisonQuery:
        """The query of a total or of a comparison."""
        places = dict(self._places(RecordType.STATISTIC, _object_type(self._field), self._nodes, self._path))
        attributes, related = self._of_records(RecordType.STATISTIC, places)
        return query(
            spec=figure_spec(arguments),
            sources=source_names(arguments.get("source", arguments.get("sources"))),
            attributes=attributes,
            related=related,
            as_of=arguments.get("asOf"),
        )

    def _page(
        self,
        record_type: RecordType,
        field: GraphQLField,
        nodes: Sequence[FieldNode],
        arguments: PageArguments,
        path: FieldPath,
    ) -> PageQuery:
        page = _object_type(field)
        selected = self._selection.below(page, nodes)
        attributes, related = self._of_records(record_type, dict(self._page_places(page, selected, path)))
        return PageQuery(
            record_type=record_type,
            attributes=attributes,
            related=related,
            conditions=(
                *conditions_of(_filter_type(field), arguments.get("filter") or {}),
                *(release_conditions(arguments) if "release" in field.args else ()),
            ),
            order=order(arguments.get("orderBy")),
            window=window(arguments),
            with_total=any(nodes[0].name.value in TOTAL_COUNT_FIELDS for nodes in selected.values()),
            as_of=arguments.get("asOf"),
        )

    def _of_records(
        self, record_type: RecordType, places: Mapping[FieldPath, Sequence[FieldNode]]
    ) -> tuple[frozenset[str], dict[FieldPath, NestedQuery]]:
        """What is selected of records of one type: their attributes, and nested queries by their place in the answer.

        One record can stand at several places, such as `nodes` and `edges { node }`, with other selections at each.
        """
        type_ = cast("GraphQLObjectType", self._types[record_type.value])
        attributes: set[str] = set()
        related: dict[FieldPath, NestedQuery] = {}
        for path, nodes in places.items():
            for name, field, selected in self._selection.fields(type_, nodes):
                match declaration_of(field):
                    case AttributeField(names):
                        attributes.update(names)
                    case RelatedField(other):
                        page_arguments = cast("PageArguments", self._selection.arguments(field, selected[0]))
                        related[*path, name] = self._page(other, field, selected, page_arguments, (*path, name))
                    case HistoryField():
                        history_arguments = cast("HistoryArguments", self._selection.arguments(field, selected[0]))
                        related[*path, name] = self._history(field, selected, history_arguments)
        return frozenset(attributes), related

    def _history(self, field: GraphQLField, nodes: Sequence[FieldNode], arguments: HistoryArguments) -> HistoryQuery:
        attributes: set[str] = set()
        for _, inner, selected in self._selection.fields(_object_type(field), nodes):
            if selected[0].name.value == "versions":
                attributes |= self._attributes(_object_type(inner), selected)
        return HistoryQuery(attributes=frozenset(attributes), limit=page_size(arguments.get("first")))

    def _attributes(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> set[str]:
        """The attributes that the selected fields of a type read."""
        declarations = (declaration_of(field) for _, field, _ in self._selection.fields(type_, nodes))
        return {
            name
            for declaration in declarations
            if isinstance(declaration, AttributeField)
            for name in declaration.names
        }

    def _places(
        self, record_type: RecordType, type_: GraphQLObjectType, nodes: Sequence[FieldNode], path: FieldPath
    ) -> Iterator[tuple[FieldPath, Sequence[FieldNode]]]:
        """Every place below a field that shows records of one type."""
        for name, field, selected in self._selection.fields(type_, nodes):
            inner = get_named_type(field.type)
            if isinstance(inner, GraphQLObjectType):
                if inner.name == record_type.value:
                    yield (*path, name), selected
                else:
                    yield from self._places(record_type, inner, selected, (*path, name))

    def _page_places(
        self, page: GraphQLObjectType, selected: SelectedFields, path: FieldPath
    ) -> Iterator[tuple[FieldPath, Sequence[FieldNode]]]:
        """Every place at which a page shows its records."""
        for name, nodes in selected.items():
            if nodes[0].name.value == "nodes":
                yield (*path, name), nodes
            elif nodes[0].name.value == "edges":
                for inner, below in self._selection.below(_object_type(page.fields["edges"]), nodes).items():
                    if below[0].name.value == "node":
                        yield (*path, name, inner), below


def _object_type(field: GraphQLField) -> GraphQLObjectType:
    """The type of a field that shows objects of one type, without lists and non-nulls around it."""
    return cast("GraphQLObjectType", get_named_type(field.type))


def _filter_type(field: GraphQLField) -> GraphQLInputObjectType:
    return cast("GraphQLInputObjectType", get_named_type(field.args["filter"].type))
