"""Row rules: which rows a caller may see, as SQL conditions. Every statement on records holds one; the default is none.

The conditions are made from a caller and the columns of a table, so they are the same for records, their rollups and
scopes.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, and_, false, or_, select, type_coerce

from adapters.vocabulary.enums import FieldClass, RecordType
from gateway.access.callers import AccessGrant, Caller


class RowRules:
    """The row rules of one caller.

    Columns are those of a table with `source` and `jurisdictions`. The latter is the key of an interned set, and
    `members` is the table that lists the members of such sets (`set_key`, `member`).
    """

    def __init__(self, caller: Caller, members: FromClause) -> None:
        self._caller = caller
        self._members = members

    def visible(self, record: RecordType, columns: Any) -> ColumnElement[bool]:
        """The row is a record of this type, or a count of such records, that the caller may see."""
        granted = [self._in_grant(columns, grant) for grant in self._caller.extra_grants(record)]
        return or_(self.in_open_source(columns), *granted)

    def readable(self, record: RecordType, columns: Any, field_class: FieldClass) -> ColumnElement[bool]:
        """The row is a record of this type whose fields of a class the caller may see."""
        return or_(
            false(), *(self._in_grant(columns, grant) for grant in self._caller.class_grants(record, field_class))
        )

    def visible_scope(self, columns: Any, *, or_unknown_places: bool = False) -> ColumnElement[bool]:
        """The row is a scope of an open source, or one that can hold what is granted; `records` lists its types.

        With `or_unknown_places`, a scope of a granted source counts even if its jurisdictions are unknown.
        """
        granted: list[ColumnElement[bool]] = []
        for grant in self._caller.grants:
            rule = self._in_grant(columns, grant)
            if or_unknown_places:
                rule = or_(rule, and_(_in_sources(columns, grant.sources), columns.jurisdictions.is_(None)))
            granted.append(rule if grant.record_types is None else and_(rule, holds_any(columns, grant.record_types)))
        return or_(self.in_open_source(columns), *granted)

    def visible_source(self, columns: Any) -> ColumnElement[bool]:
        """The row is of a source of which the caller may see any record."""
        return _in_sources(columns, self._caller.visible_sources)

    def whole_source(self, columns: Any) -> ColumnElement[bool]:
        """The row is of a source of which the caller may see every record."""
        return _in_sources(columns, filter(self._caller.sees_whole, self._caller.visible_sources))

    def in_open_source(self, columns: Any) -> ColumnElement[bool]:
        """The row is of a source that the caller may see as a whole, whose reads are not logged."""
        return _in_sources(columns, self._caller.sources) if self._caller.sources else false()

    def _in_grant(self, columns: Any, grant: AccessGrant) -> ColumnElement[bool]:
        """The row is of the grant's sources and jurisdictions. Its record types are for the caller to check."""
        rule = _in_sources(columns, grant.sources)
        if grant.jurisdictions is None:
            return rule
        return and_(rule, columns.jurisdictions.in_(self._sets_with(grant.jurisdictions)))

    def _sets_with(self, jurisdictions: Iterable[str]) -> Any:
        """The keys of the interned sets that hold one of the jurisdictions."""
        return select(self._members.c.set_key).where(self._members.c.member.in_(sorted(jurisdictions)))


def _in_sources(columns: Any, sources: Iterable[str]) -> ColumnElement[bool]:
    rule: ColumnElement[bool] = columns.source.in_(sorted(sources))
    return rule


def holds_any(columns: Any, records: Iterable[RecordType]) -> ColumnElement[bool]:
    """The scope holds records of one of these types. They stand in the column's JSON in quotes."""
    types = type_coerce(columns.records, Text)
    return or_(false(), *(types.contains(f'"{each.value}"') for each in sorted(records)))
