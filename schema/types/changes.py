"""Changes and histories: what became of records, in the order in which the gateway recorded it."""

from datetime import datetime

import strawberry

from adapters.vocabulary.enums import RecordType
from schema.access import field
from schema.declarations import value_field
from schema.enumerations import publish
from schema.queries.changes import ChangeKind
from schema.scalars import Long
from schema.types.records import NodeInterface
from schema.types.values import SourceObject

publish(
    ChangeKind,
    "What became of a record.",
    {
        "ADDED": "It was stated for the first time, or again after it had been withdrawn.",
        "CHANGED": "It is stated otherwise than before.",
        "WITHDRAWN": "It is stated no more, or you may see it no more. `node` with `asOf` shows it as it was.",
        "REDACTED": "It was erased at somebody's right. Whoever keeps a copy must erase it too.",
    },
)


@strawberry.input(description="Which changes. A list asks for any of its values, an empty one for none.")
class ChangeFilter:
    source: list[str] | None = field(default=strawberry.UNSET, description="Of any of these sources, by name.")
    record_type: list[RecordType] | None = field(
        default=strawberry.UNSET, description="Of records of any of these types."
    )


@strawberry.type(name="Change", description="What became of one record in one commit to the catalogue.")
class ChangeObject:
    kind: ChangeKind = value_field("What became of it.")
    revision: Long = value_field("The number of the commit. It only grows.")
    recorded_at: datetime = value_field("When it was committed.")
    record_type: RecordType = value_field("The type of the record.")
    id: strawberry.ID = value_field("The record's global id.")
    source: str = value_field("The source that states it, by name.")
    as_of: datetime | None = value_field(
        "The moment that shows what the change is about, given to `node` as `asOf`: of what was withdrawn the last "
        "version; null of what was erased."
    )
    cursor: str = value_field("The change's place, to go on from as `after`.")
    node: NodeInterface | None = value_field(
        "The record as this change left it, related records as they are now; null where it was withdrawn or erased."
    )


@strawberry.type(name="Changes", description="A page of changes in the order of their commits.")
class ChangesObject:
    changes: list[ChangeObject] = value_field("The changes, at most 100.")
    cursor: str = value_field(
        "Where to go on, as `after`, at once or later: nothing is missed, and nothing comes twice."
    )
    more: bool = value_field("Whether more changes are there already.")
    sources: list[SourceObject] = value_field("The sources that can have changed, with their age.")
