"""Changes: places in the order of all changes, as callers carry them from one page to the next."""

import base64
import binascii
from typing import Annotated, Literal

import msgspec

from adapters.vocabulary.enums import RecordType
from schema.errors import ErrorCode, RequestError
from schema.inputs import recordable

Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_said = msgspec.json.Decoder(tuple[Literal["changes"], Number, RecordType | None, str])

ORDER = sorted(RecordType)
"""Record types as the changes of one revision are ordered by."""


class Point(msgspec.Struct, frozen=True):
    """The place of one change: its revision, and among the changes of that revision its record.

    Without a record it lies behind all changes of the revision. So whoever has seen all that there was goes on from
    there, and does not pass again over what others may see.
    """

    revision: int
    record: RecordType | None = None
    id: str = ""

    def text(self) -> str:
        written = msgspec.json.encode(("changes", self.revision, self.record, self.id))
        return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


def point(cursor: str | None) -> Point | None:
    """The place that a cursor names. Raises Refused where `changes` did not give it out."""
    if cursor is None:
        return None
    try:
        given = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        _, number, record, identity = _said.decode(given)
    except (binascii.Error, ValueError):
        raise RequestError(ErrorCode.BAD_CURSOR, "The cursor is none that `changes` gave out.") from None
    if not recordable(identity):
        raise RequestError(ErrorCode.BAD_CURSOR, "The cursor is none that `changes` gave out.")
    return Point(number, record, identity)
