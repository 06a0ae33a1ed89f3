"""Positions of records in an order, as the cursors of pages carry them."""

from datetime import date
from typing import Annotated

import msgspec

from gateway.catalogue.read.sql.base import SortKey
from gateway.cursors import JSONCursor, decode, encode, invalid_cursor
from schema.errors import ErrorCode, RequestError
from schema.queries.records import Order, OrderBy, PageQuery


class PagePosition(msgspec.Struct, frozen=True):
    """A place in one order of one field's records in one state of the catalogue; its text is the cursor."""

    revision: int
    field: str
    order: Order
    key: SortKey

    def text(self) -> str:
        return encode(CURSOR, (self.revision, self.field, self.order.by, self.order.descending, *self.key))


_Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
CURSOR = JSONCursor(tuple[_Number, str, OrderBy, bool, date | _Number | None, _Number, str])


def parse_position(query: PageQuery, field: str) -> PagePosition | None:
    """The position that the query's cursor names; None without a cursor.

    Raises RequestError (BAD_CURSOR) unless it was made for this field (`Case`, or `Case/Arrest` for a case's arrests)
    and order.
    """
    cursor = query.window.cursor
    if cursor is None:
        return None
    number, of, by, descending, value, recorded, identity = decode(CURSOR, cursor)
    if of != field:
        raise RequestError(ErrorCode.BAD_CURSOR, "The cursor belongs to another field.")
    if Order(by, descending) != query.order:
        raise RequestError(ErrorCode.BAD_CURSOR, "The cursor belongs to another order.")
    if isinstance(value, int) != (by is OrderBy.RECORDED_AT):
        raise invalid_cursor()
    return PagePosition(number, field, query.order, (value, recorded, identity))
