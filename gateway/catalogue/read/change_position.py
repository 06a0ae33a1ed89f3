"""Places in the order of all changes, as cursors carry them from one page to the next."""

import base64
import binascii
from typing import Annotated, Literal

import msgspec

from adapters.vocabulary.enums import RecordType
from schema.errors import ErrorCode, RequestError
from schema.inputs import is_storable

_Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_decoder = msgspec.json.Decoder(tuple[Literal["changes"], _Number, RecordType | None, str])

RECORD_ORDER = sorted(RecordType)
"""Record types in the order of the changes of one revision."""


class ChangePosition(msgspec.Struct, frozen=True):
    """The place of one change: its revision and, among the changes of that revision, its record.

    Without a record it is the place after all changes of the revision. A caller that has seen everything continues
    there, and does not pass again over changes that only others may see.
    """

    revision: int
    record: RecordType | None = None
    id: str = ""

    def text(self) -> str:
        encoded = msgspec.json.encode(("changes", self.revision, self.record, self.id))
        return base64.urlsafe_b64encode(encoded).rstrip(b"=").decode()


def parse_change_position(cursor: str | None) -> ChangePosition | None:
    """The place of a cursor of `changes`; None without one. Raises RequestError (BAD_CURSOR)."""
    if cursor is None:
        return None
    try:
        content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        _, number, record, identity = _decoder.decode(content)
    except (binascii.Error, ValueError):
        raise RequestError(ErrorCode.BAD_CURSOR, "The cursor is invalid.") from None
    if not is_storable(identity):
        raise RequestError(ErrorCode.BAD_CURSOR, "The cursor is invalid.")
    return ChangePosition(number, record, identity)
