"""Places in the order of all changes, as cursors carry them from one page to the next."""

from typing import Annotated, Literal

import msgspec

from adapters.vocabulary.enums import RecordType
from gateway.cursors import JSONCursor, decode, encode

_Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
CURSOR = JSONCursor(tuple[Literal["changes"], _Number, RecordType | None, str])

RECORD_ORDER = sorted(RecordType)
"""Record types in the order of the changes of one revision."""


class ChangePosition(msgspec.Struct, frozen=True):
    """The place of one change: its revision and, among the changes of that revision, its record.

    Without a record it is the place after all changes of the revision. A caller that has read everything continues
    there, and skips the changes that only others may see.
    """

    revision: int
    record: RecordType | None = None
    id: str = ""

    def text(self) -> str:
        return encode(CURSOR, ("changes", self.revision, self.record, self.id))


def parse_change_position(cursor: str | None) -> ChangePosition | None:
    """The place of a cursor of `changes`; None without one. Raises RequestError (BAD_CURSOR)."""
    if cursor is None:
        return None
    _, number, record, identity = decode(CURSOR, cursor)
    return ChangePosition(number, record, identity)
