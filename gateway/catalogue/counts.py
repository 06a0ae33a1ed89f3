"""What became of the rows that were read."""

from msgspec import Struct, structs


class RowCounts(Struct, frozen=True):
    """What became of the rows read: `read = added + unchanged + superseded + merged + out_of_scope + rejected`."""

    read: int = 0
    added: int = 0
    unchanged: int = 0
    superseded: int = 0
    merged: int = 0
    out_of_scope: int = 0
    rejected: int = 0
    withdrawn: int = 0

    def __add__(self, other: "RowCounts") -> "RowCounts":
        return RowCounts(*(a + b for a, b in zip(structs.astuple(self), structs.astuple(other), strict=True)))
