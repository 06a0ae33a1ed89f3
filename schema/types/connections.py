"""Pages of records: our own connections, which name the sources that answered."""

from typing import Generic, TypeVar

import strawberry

from adapters.vocabulary.enums import Qualifier
from schema.access import Work
from schema.declarations import value_field
from schema.scalars import Long
from schema.types.values import SourcedObject

T = TypeVar("T")


@strawberry.type(name="PageInfo", description="The position of a page.")
class PageInfoObject:
    has_next_page: bool = value_field("Whether more records follow the page.")
    has_previous_page: bool = value_field("Whether records come before the page.")
    start_cursor: str | None = value_field("The cursor of the first record; null for an empty page.")
    end_cursor: str | None = value_field("The cursor of the last record; null for an empty page.")


@strawberry.type(name="Edge", description="A record with its cursor.")
class EdgeObject(Generic[T]):
    node: T = value_field("The record.")
    cursor: str = value_field(
        "The position of the record. It includes the state of the catalogue, so that the next page continues this one."
    )


@strawberry.type(name="Connection", description="A page of records.")
class ConnectionObject(SourcedObject, Generic[T]):
    nodes: list[T] = value_field("The records.")
    edges: list[EdgeObject[T]] = value_field("The records with their cursors.")
    page_info: PageInfoObject = value_field("The position of the page.")
    total_count: Long = value_field("The number of records on all pages.", work=Work("count"))
    total_count_qualifier: Qualifier = value_field(
        "EXACT up to 100,000 records. Beyond that AT_LEAST: `totalCount` is a lower bound."
    )
