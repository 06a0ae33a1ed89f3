"""Rejected rows: what could not be read of a source, for whoever can put it right."""

from datetime import datetime

import strawberry

from schema.declarations import value_field
from schema.scalars import Long
from schema.types.viewer import PARTNERS


@strawberry.type(name="Rejection", description="A row that could not be read. Its content is not stored.")
class RejectionObject:
    source: str = value_field("The name of the source.", PARTNERS)
    channel: str = value_field("The channel: the archive, the live interface or a dump.", PARTNERS)
    scope: str = value_field("The scope of the row.", PARTNERS)
    position: Long = value_field("The number of the row in the scope, from 1.", PARTNERS)
    reason: str = value_field("Why it could not be read.", PARTNERS)
    column: str | None = value_field("The column at fault; null if it is personal, or the row as a whole.", PARTNERS)
    read_at: datetime = value_field("When the scope was read.", PARTNERS)


@strawberry.type(name="Rejections", description="A page of rejected rows, by source, scope and position.")
class RejectionPageObject:
    entries: list[RejectionObject] = value_field("The rows, at most 100.", PARTNERS)
    cursor: str | None = value_field("The cursor for further rows, as `after`.", PARTNERS)
    more: bool = value_field("Whether there are further rows.", PARTNERS)
