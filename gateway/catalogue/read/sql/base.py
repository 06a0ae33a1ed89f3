"""What all statements share: the state of the catalogue, the caller's row rules, and the columns of attributes."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, Table, and_, case, or_, select

from adapters.vocabulary.enums import FieldClass
from gateway.access.audit.delivery import Delivery
from gateway.access.row_rules import RowRules
from gateway.catalogue.tables import Attribute, RecordTable, retrieval, revision, scope
from schema.queries.records import Order, OrderBy

Statement = Select[*tuple[Any, ...]]
"""A SELECT of any columns."""

SortKey = tuple[Any, int, str]
"""A record's place in an order: the value it is ordered by (None: it has none), its first revision, and its id."""

RECORDED_AT, PROVENANCE, REDACTED = "recorded_at", "provenance", "redacted"
"""What a version has beside the attributes of its record."""

CITATION_ATTRIBUTES = ("platform", "citation")
"""Attributes that a provenance needs to cite its record, of those types that have them; neither is sensitive."""


class RevisionView(Struct, frozen=True):
    """The state of the catalogue that a request reads: a revision, and whether it is the latest."""

    number: int
    latest: bool

    def contains(self, versions: Any) -> ColumnElement[bool]:
        """The version, or reference, is valid at this revision; `versions` are the columns of its table."""
        if self.latest:
            return versions.to_revision.is_(None)  # type: ignore[no-any-return]  # columns of a table are untyped
        return and_(
            versions.from_revision <= self.number,
            or_(versions.to_revision.is_(None), versions.to_revision > self.number),
        )


LATEST = RevisionView(0, latest=True)


@cache
def alias(table: Table, name: str) -> Any:
    """The alias of a table under a name, made once: its columns take a millisecond, and some statements need dozens."""
    return table.alias(name)


class VisibleRecords:
    """The records that a caller may see in one state of the catalogue. Every statement on records starts here.

    `delivery` receives the sensitive attributes that conditions test, whatever the statement returns.
    """

    def __init__(self, rules: RowRules, view: RevisionView, delivery: Delivery) -> None:
        self.rules = rules
        self.view = view
        self.delivery = delivery

    def are_visible(self, kind: RecordTable, columns: Any = None) -> ColumnElement[bool]:
        """The version, of whatever revision, is one that the caller may see."""
        return self.rules.visible(kind.type, kind.table.c if columns is None else columns)

    def are_current(self, kind: RecordTable, columns: Any = None) -> ColumnElement[bool]:
        """The version is one that the caller may see, and valid at the revision of the view."""
        versions = kind.table.c if columns is None else columns
        return and_(self.are_visible(kind, versions), self.view.contains(versions))

    def select_current(self, kind: RecordTable, attributes: Iterable[str], *columns: ColumnElement[Any]) -> Statement:
        """Selects attributes, and more columns, of the versions at the revision of the view."""
        return self.select_versions(kind, attributes, *columns).where(self.view.contains(kind.table.c))

    def select_versions(self, kind: RecordTable, attributes: Iterable[str], *columns: ColumnElement[Any]) -> Statement:
        """Selects attributes, and more columns, of versions of whatever revision."""
        names = frozenset(attributes)
        statement = select(*self._columns(kind, names), *columns).select_from(kind.table)
        if RECORDED_AT in names:
            statement = statement.join(revision, revision.c.number == kind.table.c.from_revision)
        if PROVENANCE in names:
            statement = statement.join(retrieval, retrieval.c.key == kind.table.c.retrieval)
            statement = statement.join(scope, scope.c.key == retrieval.c.scope)
        return statement.where(self.are_visible(kind))

    def are_readable(self, kind: RecordTable, field_class: FieldClass) -> ColumnElement[bool]:
        """The record is one of which the caller may see the attributes of a class."""
        return self.rules.readable(kind.type, kind.table.c, field_class)

    def _columns(self, kind: RecordTable, attributes: frozenset[str]) -> list[ColumnElement[Any]]:
        """The columns of attributes, after the record's id and source.

        For each class of sensitive attributes there is a column (`class_flag`) that says whether the caller may see
        those of the record.
        """
        columns: list[ColumnElement[Any]] = [kind.table.c.id, kind.table.c.source]
        for name in sorted(attributes):
            if name == RECORDED_AT:
                columns.append(revision.c.committed_at.label("v_recorded_at"))
            elif name == PROVENANCE:
                columns += _provenance_columns(kind)
            elif name == REDACTED:
                columns.append(kind.table.c.redacted)
            elif name in kind.attributes:
                columns += self._attribute_columns(kind, kind.attributes[name])
        classes = {kind.attributes[name].field_class for name in attributes if name in kind.attributes}
        return columns + [
            self.are_readable(kind, field_class).label(class_flag(field_class))
            for field_class in sorted(each for each in classes if each is not None)
        ]

    def _attribute_columns(self, kind: RecordTable, attribute: Attribute) -> Iterator[ColumnElement[Any]]:
        """The columns of an attribute; of a sensitive one NULL where the caller may not see it."""
        for name in attribute.columns:
            column = kind.table.c[name]
            if attribute.field_class is None:
                yield column
            else:
                yield case((self.are_readable(kind, attribute.field_class), column)).label(name)


def _provenance_columns(kind: RecordTable) -> Sequence[ColumnElement[Any]]:
    """The retrieval of a version. A publisher depends on the platform, and a claim has a citation of its own."""
    return [
        *(column.label(f"r_{column.name}") for column in retrieval.c if column.name != "scope"),
        scope.c.channel.label("r_channel"),
        scope.c.name.label("r_scope"),
        *(kind.table.c[name].label(f"r_{name}") for name in CITATION_ATTRIBUTES if name in kind.attributes),
    ]


def class_flag(field_class: FieldClass) -> str:
    """The name of the column that says whether the caller may see a record's attributes of a class."""
    return f"k_{field_class.value.lower()}"


def order_column(kind: RecordTable, order: Order) -> Any:
    """The column that an order sorts by."""
    return kind.table.c.from_revision if order.by is OrderBy.RECORDED_AT else kind.table.c[kind.start]
