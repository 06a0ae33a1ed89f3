"""Changes to records, in the order of their commits."""

from datetime import datetime

import strawberry

from adapters.vocabulary.enums import RecordType
from schema.access import field
from schema.declarations import value_field
from schema.enumerations import publish
from schema.queries.changes import ChangeKind
from schema.scalars import Long
from schema.types.records import NodeInterface
from schema.types.values import SourcedObject

publish(
    ChangeKind,
    "What happened to a record.",
    {
        "ADDED": "The record is new, or appeared again after it was withdrawn.",
        "CHANGED": "The content of the record changed.",
        "WITHDRAWN": "The source no longer states the record, or you may no longer see it. Query `node` with `asOf` "
        "for its last version.",
        "REDACTED": "The record was erased to protect somebody's rights. Erase your copies too.",
    },
)


@strawberry.input(description="Conditions on changes. A list matches any of its values, an empty list matches nothing.")
class ChangeFilter:
    source: list[str] | None = field(default=strawberry.UNSET, description="Any of these sources, by name.")
    record_type: list[RecordType] | None = field(default=strawberry.UNSET, description="Any of these record types.")


@strawberry.type(name="Change", description="A change to one record in one commit to the catalogue.")
class ChangeObject:
    kind: ChangeKind = value_field("The kind of change.")
    revision: Long = value_field("The number of the commit. It only grows.")
    recorded_at: datetime = value_field("When the change was committed.")
    record_type: RecordType = value_field("The type of the record.")
    id: strawberry.ID = value_field("The global id of the record.")
    source: str = value_field("The name of the source that states the record.")
    as_of: datetime | None = value_field(
        "The moment to pass to `node` as `asOf` to read the record: for a withdrawn record its last version; "
        "null for an erased one."
    )
    cursor: str = value_field("The cursor of the change, for `after`.")
    node: NodeInterface | None = value_field(
        "The record as this change left it, with related records as they are now; null if it was withdrawn or erased."
    )


@strawberry.type(name="Changes", description="A page of changes in the order of their commits.")
class ChangesObject(SourcedObject):
    changes: list[ChangeObject] = value_field("The changes, at most 100.")
    cursor: str = value_field(
        "The cursor for the next query, as `after`, now or later. No change is missed or repeated."
    )
    more: bool = value_field("Whether there are more changes already.")
